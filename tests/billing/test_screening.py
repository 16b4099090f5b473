"""The look through a month leaves no account out of whom a rule has something to say."""

import random
from datetime import date

import pytest

from onebook.billing import jobs
from onebook.billing.services.measured import measured_accounts
from onebook.billing.services.screening import screen
from onebook.kernel.periods import Month
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests.billing.test_verification_reference import Reference, open_hits
from tests.billing.towns import Town, ask, found_town

MONTHS = [Month(2026, number) for number in (1, 2, 3, 4)]
APRIL = MONTHS[-1]
ACCOUNTS = 40


def left(town: Town) -> list[int] | None:
    """The accounts that the look through April leaves to the rules."""
    return screen(town.unit_id, APRIL, measured_accounts(town.unit_id, APRIL)).accounts


def usual_town() -> Town:
    """Forty households that used 100 kWh in each of three months, all billed."""
    town = found_town()
    for place in range(ACCOUNTS):
        town.account(f"{place:04d}")
    for month in MONTHS[:-1]:
        town.read(str(month), dict.fromkeys(town.meters, 100))
        receivable.issue(month, date(2026, month.month, 28), person_id=SYSTEM)
    return town


def disturb(town: Town, dice: random.Random) -> None:
    """One account's month, archive or past put out of order, in a way of its own."""
    number = dice.choice(sorted(town.accounts))
    account = town.accounts[number]
    kinds = ("multiplier", "tariff", "moved", "opened", "corrected", "second", "bill")
    kind = dice.choice(kinds)
    if kind == "multiplier":
        ask(
            "UPDATE metering_installation SET multiplier = 2 WHERE service_account_id = %s"
            " RETURNING id",
            account,
        )
    elif kind == "tariff":
        ask("DELETE FROM tariff_assignment WHERE service_account_id = %s RETURNING id", account)
    elif kind == "moved":
        ask(
            "UPDATE customer_service_account SET org_unit_id = org_unit_id - 1 WHERE id = %s"
            " RETURNING id",
            account,
        )
    elif kind == "opened":
        ask(
            "UPDATE customer_service_account SET opened_on = '2026-03-20' WHERE id = %s"
            " RETURNING id",
            account,
        )
    elif kind == "corrected":
        town.read(str(dice.choice(MONTHS[:-1])), {number: dice.choice([90, 1500])}, to=True)
    elif kind == "second":
        town.meter(f"{number}-2", number, installed_on=date(2026, 2, 1))
        town.read(str(dice.choice(MONTHS[1:])), {f"{number}-2": dice.choice([30, 4000])})
    else:
        receivable.issue(APRIL, date(2026, 4, 29), person_id=SYSTEM)


@pytest.mark.parametrize("seed", range(6))
def test_the_rules_find_in_the_accounts_left_what_there_is_to_find(db: None, seed: int) -> None:
    dice = random.Random(seed)
    town = usual_town()
    usages = {number: dice.randint(90, 110) for number in town.meters}
    for number in dice.sample(sorted(usages), 3):
        usages[number] = dice.choice([0, 500, 900, 450, -20])
    late = dice.choice(sorted(usages))
    on_another_day = {late: usages.pop(late)}
    town.read(str(APRIL), usages)
    town.read(str(APRIL), on_another_day, on=date(2026, 4, dice.choice([2, 25, 29])))
    for _ in range(3):
        disturb(town, dice)

    expected = Reference(APRIL).hits()
    chosen = left(town)
    jobs.verify(APRIL, person_id=SYSTEM)

    assert open_hits(APRIL) == expected
    assert chosen is not None
    assert len(chosen) <= ACCOUNTS // 4


def test_nobody_is_left_in_a_usual_month_and_everybody_in_a_first_one(db: None) -> None:
    town = usual_town()
    town.read(str(APRIL), dict.fromkeys(town.meters, 100))

    assert left(town) == []
    first = MONTHS[0]
    seen = screen(town.unit_id, first, measured_accounts(town.unit_id, first))
    assert (seen.readings, seen.accounts) == (ACCOUNTS, None)


def test_a_tariff_of_another_category_is_found_among_usual_months(db: None) -> None:
    town = usual_town()
    town.read(str(APRIL), dict.fromkeys(town.meters, 100))
    shop = town.accounts["0007"]
    ask("UPDATE customer_service_account SET category_id = 3 WHERE id = %s RETURNING id", shop)

    assert left(town) == [shop]
    jobs.verify(APRIL, person_id=SYSTEM)
    assert ask("SELECT service_account_id, rule FROM billing_exception WHERE rule <> 'R19'") == [
        (shop, "R10")
    ]


def test_a_month_is_counted_over_all_its_readings(db: None) -> None:
    town = usual_town()
    town.read(str(APRIL), dict.fromkeys(town.meters, 100))

    jobs.verify(APRIL, person_id=SYSTEM)

    seen = ask(
        "SELECT v.readings, v.reading_sum, (SELECT sum(id) FROM metering_v_reading"
        " WHERE bill_month = v.bill_month) FROM billing_verification v"
        " WHERE v.bill_month = %s ORDER BY v.id DESC LIMIT 1",
        APRIL.first,
    )
    assert seen[0][0] == ACCOUNTS
    assert seen[0][1] == seen[0][2]
