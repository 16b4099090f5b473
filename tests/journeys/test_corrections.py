"""A wrong bill is reversed and issued again: what was paid stays the customer's, to the fen."""

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.db.utils import DatabaseError

from onebook.billing import reads as bills
from onebook.billing import services as billing
from onebook.billing.errors import BillNotStanding, RedBillWrong
from onebook.books import services as books
from onebook.cash import reads as cash
from onebook.cash import services as corrections
from onebook.cli.commands_adjust import adjust_bills
from onebook.customer import reads as customer
from onebook.finance import reads as finance
from onebook.hub import services as hub
from onebook.infra import clock, guards, sql
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org.errors import NotAllowed
from onebook.org.rules import Role
from onebook.receivable import reads as receivable
from onebook.work import reads as approvals
from onebook.work import services as work
from tests.journeys.supplier import Made, Supplier, step

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = Month(2025, 11), Month(2025, 12)


BUSINESS, HOME = "3001", "1001"
RECEIVABLE, PREPAID, CASH, VAT, REVENUE = "112201", "2203", "1001", "22210106", "6001"
RENEWABLE, RESERVOIR, WATER = "224101", "224102", "224103"
# 1,000 kWh that the reader wrote for 100, and the 100 that were used.
WRONG = {VAT: 88_33, RENEWABLE: 16_81, RESERVOIR: 5_49, WATER: 3_58, REVENUE: 653_58}
RIGHT = {VAT: -8_83, RENEWABLE: -1_68, RESERVOIR: -55, WATER: -35, REVENUE: -65_36}
DAY = date(2025, 11, 28)


@pytest.fixture
def supplier() -> Supplier:
    supplier = Supplier()
    with clock.on(date(2025, 10, 24)):
        supplier.connect(
            f"{HOME},east,居民生活,zj-residential-tiers",
            f"{BUSINESS},west,工商业,zj-business-single-lv",
            "3002,west,工商业,zj-business-single-lv",
        )
    supplier.read_meters(NOVEMBER, f"{HOME},3000", f"{BUSINESS},1000")
    supplier.issue(NOVEMBER)
    supplier.read_meters(NOVEMBER, "3002,50")  # read after the issue: not billed yet
    supplier.made()
    return supplier


def bill_of(number: str, month: Month = NOVEMBER) -> Any:
    (account,) = customer.ids_by_number([number]).tolist()
    found = [one for one in bills.bills_of_account(account) if one.bill_month == month.first]
    return max(found, key=lambda one: one.pk)


def read_again(supplier: Supplier, number: str, register: str, month: Month = NOVEMBER) -> None:
    text = f"户号,抄表月份,抄表日期,示数\n{number},{month},{month}-24,{register}\n"
    with clock.on(month.last):
        taken = metering.import_readings(
            text.encode(), "again.csv", person_id=supplier.person[Role.READER]
        )
    assert (taken.taken, taken.rejects) == (1, [])


def correct(supplier: Supplier, bill_id: int, day: date = DAY) -> corrections.Reissued:
    with clock.on(day):
        return corrections.cancel_and_reissue(bill_id, person_id=supplier.person[Role.BILLER])


def holds(day: date) -> None:
    with clock.on(day):
        broken = [(one.name_en, one.problems) for one in finance.verify() if one.problems]
    assert broken == []


def test_an_unpaid_bill_is_reversed_and_billed_again(supplier: Supplier) -> None:
    wrong = bill_of(BUSINESS)
    assert wrong.total_fen == 767_79
    read_again(supplier, BUSINESS, "100")
    with step(
        supplier,
        Made("bill.cancelled", "west", DAY, {RECEIVABLE: -767_79, **WRONG}),
        Made("bill.issued", "west", DAY, {RECEIVABLE: 76_77, **RIGHT}),
    ):
        done = correct(supplier, wrong.pk)

    red, right = bills.bill(done.red_bill_id), bill_of(BUSINESS)
    assert (red.reverses_bill_id, red.total_fen, red.usage_e4) == (wrong.pk, -767_79, -10_000_000)
    assert (done.bill_id, done.surplus_fen) == (right.pk, 0)
    assert (right.replaces_bill_id, right.total_fen, right.usage_e4) == (wrong.pk, 76_77, 1_000_000)
    assert right.reading_id != wrong.reading_id
    assert owed(BUSINESS, DAY) == 76_77
    assert receivable.item_of_bill(red.pk) is None
    explained = bills.bill_explained(red.pk)
    assert (explained.total_fen, explained.vat_fen) == (-767_79, -88_33)
    # Nobody else of the unit was billed by the way.
    assert bills.month_totals(NOVEMBER)[supplier.unit["west"]]["bills"] == 1
    assert [number for number, _ in supplier.doubtful(NOVEMBER)] == []
    holds(DAY)


def test_what_was_paid_becomes_prepayment_and_pays_the_new_bill(supplier: Supplier) -> None:
    wrong = bill_of(BUSINESS)
    supplier.at_the_counter(date(2025, 11, 26), BUSINESS, 500_00, "S1")
    supplier.made()
    read_again(supplier, BUSINESS, "100")
    with step(
        supplier,
        Made("bill.cancelled", "west", DAY, {RECEIVABLE: -267_79, PREPAID: -500_00, **WRONG}),
        Made("bill.issued", "west", DAY, {RECEIVABLE: 76_77, **RIGHT}),
        Made("prepayment.offset", "west", DAY, {RECEIVABLE: -76_77, PREPAID: 76_77}),
    ):
        done = correct(supplier, wrong.pk)

    assert done.surplus_fen == 500_00
    assert owed(BUSINESS, DAY) == 0
    assert cash.prepayment_of(wrong.service_account_id, DAY) == 423_23
    assert owed(BUSINESS, date(2025, 11, 27)) == 267_79
    holds(DAY)


def test_the_same_reading_is_billed_again_where_its_month_is_locked(supplier: Supplier) -> None:
    wrong = bill_of(BUSINESS)
    supplier.at_the_counter(date(2025, 11, 26), BUSINESS, 767_79, "S1")
    supplier.remit(date(2025, 11, 26), "west", 767_79, "J1")
    supplier.made()
    books.lock_month(NOVEMBER, person_id=None)
    first = date(2025, 12, 1)
    with step(
        supplier,
        Made("bill.cancelled", "west", first, {PREPAID: -767_79, **WRONG}),
        Made(
            "bill.issued", "west", first,
            {RECEIVABLE: 767_79, **{account: -fen for account, fen in WRONG.items()}},
        ),
        Made("prepayment.offset", "west", first, {RECEIVABLE: -767_79, PREPAID: 767_79}),
    ):  # fmt: skip
        done = correct(supplier, wrong.pk, first)

    again = bills.bill(done.bill_id)
    assert (again.reading_id, again.issued_on) == (wrong.reading_id, first)
    with clock.on(first):
        table = finance.month_table([NOVEMBER, NOVEMBER.next()])
    moved = ("opening_fen", "issued_fen", "issued_earlier_fen", "settled_fen", "offset_fen",
             "other_fen", "marketing_fen", "accounts", "usage_e4")  # fmt: skip
    home_fen = bill_of(HOME).total_fen
    assert [[row[key] for key in moved] for row in table.rows] == [
        [0, home_fen + 767_79, 0, 767_79, 0, 0, home_fen, 2, 40_000_000],
        # Red −767.79 and new +767.79; the red bill's money turned to prepayment and back.
        [home_fen, 0, 0, 0, 0, 0, home_fen, 0, 0],
    ]
    assert table.tied()
    # And once more: each bill of the chain is reversed once and replaced once.
    third = correct(supplier, again.pk, date(2025, 12, 2))
    assert bills.bill(third.bill_id).replaces_bill_id == again.pk
    assert bills.month_totals(NOVEMBER)[supplier.unit["west"]] == {
        "org_unit_id": supplier.unit["west"], "bills": 1, "usage_e4": 10_000_000,
        "total_fen": 767_79,
    }  # fmt: skip
    holds(date(2025, 12, 2))


def test_the_year_counts_what_stands(supplier: Supplier) -> None:
    wrong = bill_of(HOME)
    assert wrong.usage_e4 == 30_000_000
    read_again(supplier, HOME, "300")
    done = correct(supplier, wrong.pk)
    assert bills.bill(done.bill_id).total_fen == 161_40  # 300 kWh of the first tier, 0.538
    supplier.read_meters(DECEMBER, f"{HOME},500")
    supplier.release(DECEMBER, "已核")
    supplier.issue(DECEMBER)
    december = bill_of(HOME, DECEMBER)
    assert (december.year_usage_before_e4, december.total_fen) == (3_000_000, 107_60)
    holds(date(2025, 12, 26))


def test_a_reading_that_cannot_be_billed_keeps_the_new_bill_back(supplier: Supplier) -> None:
    supplier.read_meters(DECEMBER, f"{BUSINESS},1100")
    supplier.issue(DECEMBER)
    wrong = bill_of(BUSINESS, DECEMBER)
    supplier.made()
    read_again(supplier, BUSINESS, "900", DECEMBER)  # below the 1,000 of November
    day = date(2025, 12, 28)
    with step(
        supplier,
        Made(
            "bill.cancelled", "west", day,
            {RECEIVABLE: -wrong.total_fen, **{account: -fen for account, fen in RIGHT.items()}},
        ),
    ):  # fmt: skip
        done = correct(supplier, wrong.pk, day)

    assert done.bill_id is None
    assert supplier.doubtful(DECEMBER) == [(BUSINESS, "R01")]
    assert owed(BUSINESS, day) == 767_79
    holds(day)


def test_a_bill_is_reversed_once(supplier: Supplier) -> None:
    wrong = bill_of(BUSINESS)
    done = correct(supplier, wrong.pk)
    for one in (wrong.pk, done.red_bill_id):
        with pytest.raises(BillNotStanding, match=r"202511-"):
            correct(supplier, one)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        mirror = {"bill": done.bill_id, "red": 1, "batch": 1, "day": DAY}
        sql.execute("billing", "mirror_bill", mirror)
        sql.execute("billing", "mirror_bill", {**mirror, "red": 2})
    assert "billing_bill_reversed_once" in str(refused.value)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        sql.execute(
            "billing", "mirror_bill",
            {"bill": done.red_bill_id, "red": 1, "batch": 1, "day": DAY},
        )  # fmt: skip
    assert isinstance(guards.refusal(refused.value), RedBillWrong)


def test_the_last_approval_carries_it_out_or_counts_for_nothing(supplier: Supplier) -> None:
    wrong = bill_of(BUSINESS)
    with clock.on(DAY):
        asked = billing.request_cancel(
            wrong.pk,
            "示数多抄一位",
            [work.File("photo.jpg", b"the register")],
            by=supplier.person[Role.BILLER],
        )
    leader = supplier.person[Role.TEAM_LEADER]
    with pytest.raises(NotAllowed), clock.on(DAY):
        hub.decide(asked, "approve", "", by=supplier.person[Role.BILLER])
    # Somebody reverses the bill meanwhile: the approval fails with it, and nothing is decided.
    with pytest.raises(Undo), transaction.atomic():
        correct(supplier, wrong.pk)
        with pytest.raises(BillNotStanding), clock.on(DAY):
            hub.decide(asked, "approve", "", by=leader)
        assert approvals.approval(asked)["state"] == "open"
        raise Undo
    with clock.on(DAY):
        done = hub.decide(asked, "approve", "已核", by=leader)

    assert (done.state, done.kept_back) == ("approved", False)
    assert bill_of(BUSINESS).replaces_bill_id == wrong.pk
    assert approvals.waiting_for(leader) == []
    with pytest.raises(BillNotStanding), clock.on(DAY):
        billing.request_cancel(wrong.pk, "再来", [], by=supplier.person[Role.BILLER])
    holds(DAY)


class Undo(Exception):
    """Takes a transaction back on purpose."""


def test_an_adjustment_is_reckoned_on_the_bills_that_stand(supplier: Supplier) -> None:
    wrong = bill_of(BUSINESS)
    read_again(supplier, BUSINESS, "100")
    done = correct(supplier, wrong.pk)
    before = supplier.made()

    # 100 kWh with a multiplier of 30 in place of 40: 33 more, at 0.767799 a kWh.
    shown = CliRunner().invoke(
        adjust_bills,
        ["--account", BUSINESS, "--case", "multiplier", "--from", "2025-11", "--to", "2025-12",
         "--right", "40", "--wrong", "30", "--format", "json"],
    )  # fmt: skip

    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert {row[1] for row in told["rows"]} == {f"202511-{done.bill_id}"}
    assert {row[3] for row in told["rows"]} == {330_000}
    assert told["totals"]["amount_fen"] == sum(row[4] for row in told["rows"]) == 25_35
    assert (before, supplier.made()) == (before, [])


def owed(number: str, day: date) -> int:
    (account,) = customer.ids_by_number([number]).tolist()
    return receivable.owed_by_account([account], day)[account]


def test_a_correction_of_an_issued_month_stays_open_until_the_bill_is_issued_again(
    supplier: Supplier,
) -> None:
    wrong, number = bill_of(BUSINESS), f"202511-{bill_of(BUSINESS).pk}"
    read_again(supplier, BUSINESS, "100")
    assert bills.open_corrections() == [(number, BUSINESS)]
    supplier.read_meters(DECEMBER, f"{BUSINESS},150")
    with clock.on(DECEMBER.last):
        billing.verify_unit(supplier.unit["west"], DECEMBER, person_id=supplier.person[Role.BILLER])
        looked_at = [one.looked_at for one in finance.verify() if "open corr" in one.looked_at]
    assert [text.split("; ")[1] for text in looked_at] == [
        f"1 open corrections: {number} ({BUSINESS})"
    ]
    kept = [(one["rule"], one["found"]) for one in bills.exceptions(DECEMBER, state="open")]
    assert ("R20", number) in kept
    holds(DECEMBER.last)

    correct(supplier, wrong.pk, DECEMBER.last)

    assert bills.open_corrections() == []
    with clock.on(DECEMBER.last):
        billing.verify_unit(supplier.unit["west"], DECEMBER, person_id=supplier.person[Role.BILLER])
    assert "R20" not in [one["rule"] for one in bills.exceptions(DECEMBER, state="open")]
    holds(DECEMBER.last)
