"""What readers send from the field, held against what is billed already."""

from collections.abc import Sequence

from django.db import transaction

from onebook.billing.errors import ReadAfterIssue
from onebook.billing.reads import field as reads
from onebook.customer import reads as customer
from onebook.kernel.errors import OnebookError
from onebook.metering import services as metering
from onebook.metering.reads import field as metering_reads
from onebook.metering.rules.field import Entry
from onebook.metering.services import Key, Outcome


@transaction.atomic
def take_entries(entries: Sequence[Entry], *, by: int) -> list[Outcome]:
    """Take what a reader entered in; what became of each, in the given order.

    Nothing is taken of an account whose bill of the month is issued (ReadAfterIssue); the rest is
    as `metering.services.take_entries` says.
    """
    places = metering_reads.places(
        sorted({one.round_id for one in entries}), {one.metering_point_id for one in entries}
    )
    accounts = customer.accounts_by_id([one.service_account_id for one in places])
    billed = reads.billed(places)
    refused: dict[Key, OnebookError] = {
        key: ReadAfterIssue(
            account=accounts[one.service_account_id]["number"], month=str(one.bill_month)
        )
        for one in places
        if (key := (one.round_id, one.metering_point_id)) in billed
    }
    return metering.take_entries(entries, reads.limits(places), refused, by=by)
