"""What a reader takes along on the rounds: the points with what billing would doubt there."""

from collections.abc import Sequence
from datetime import date

from onebook.billing.reads import threshold
from onebook.customer import reads as customer
from onebook.infra import sql
from onebook.metering.reads.field import Place
from onebook.metering.rules.field import Limits
from onebook.metering.services import Key


def limits(places: Sequence[Place]) -> dict[Key, Limits]:
    """When a usage is far from its mean, by round and point: the dated limits of rule R04."""
    accounts = customer.accounts_by_id([one.service_account_id for one in places])
    known: dict[tuple[int, date], Limits] = {}
    found: dict[Key, Limits] = {}
    for place in places:
        category = accounts[place.service_account_id]["category_id"]
        at = (category, place.bill_month.first)
        if at not in known:
            known[at] = Limits(
                threshold("R04", "change_percent", at[1], category),
                threshold("R04", "floor_e4", at[1], category),
            )
        found[place.round_id, place.metering_point_id] = known[at]
    return found


def billed(places: Sequence[Place]) -> set[Key]:
    """The rounds and points whose account has its bill of the month: nothing is read there now."""
    asked = {
        "accounts": [one.service_account_id for one in places],
        "months": [one.bill_month.first for one in places],
    }
    found = {
        (row["service_account_id"], row["bill_month"])
        for row in sql.rows("billing", "billed_accounts", asked)
    }
    return {
        (one.round_id, one.metering_point_id)
        for one in places
        if (one.service_account_id, one.bill_month.first) in found
    }
