"""The lists behind the shared figures, each tied to the book, and the command that gives them."""

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.finance import jobs, reads
from onebook.hub import services as hub
from onebook.infra import clock
from onebook.infra.report import to_json
from onebook.kernel.periods import Month
from onebook.work.services import File
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

OCTOBER = Month(2026, 10)
START, DAY, LAST = date(2026, 9, 5), date(2026, 10, 8), date(2026, 10, 31)
REPORTS = {
    "arrears": reads.arrears,
    "receipts-month": reads.receipts_month,
    "prepayment": reads.prepayment,
}


def take(company: Company, number: str, fen: int, ref: str, day: date = DAY) -> int:
    return cash.take_cash(
        number, fen, external_ref=ref, effective_on=day, person_id=company.cashier
    )


def town() -> Company:
    """The east owes for four months and pays some; the west pays before it owes."""
    company = builders.company()
    east = builders.account("1", company.east)
    west = builders.account("2", company.west, category_id=3)
    months = (Month(2025, 12), Month(2026, 8), Month(2026, 9), OCTOBER)
    owed = [Debt(east, 1000 * n, month, month.last) for n, month in enumerate(months, 1)]
    builders.owe(owed, effective_on=START, org_unit_id=company.root)
    take(company, "2", 5000, "S1", date(2026, 9, 20))
    take(company, "1", 6500, "S2")
    wrong = take(company, "1", 9000, "S3")
    cash.reverse_receipt(wrong, "错户", effective_on=DAY, person_id=company.cashier)
    take(company, "2", 700, "S4")
    builders.owe(
        [Debt(west, 1200, OCTOBER, date(2026, 11, 30))], effective_on=DAY, org_unit_id=company.root
    )
    cash.offset_unit(company.west, OCTOBER, DAY, person_id=None)
    return company


@pytest.fixture
def company(db: None) -> Company:
    return town()


def test_arrears_list_every_open_item_with_its_customer(company: Company) -> None:
    report = reads.arrears(LAST)
    assert [(row["number"], row["bill_month"], row["remaining_fen"]) for row in report.rows] == [
        ("1", "2026-10", 3500)
    ]
    assert report.rows[0]["customer_name"] == "客户1"
    assert (report.rows[0]["category"], report.rows[0]["days_past_due"]) == ("居民生活", 0)
    assert [(tie.ours, tie.theirs) for tie in report.ties] == [(3500, 3500)]
    before = reads.arrears(date(2026, 9, 30))
    assert [row["remaining_fen"] for row in before.rows] == [1000, 2000, 3000, 4000]
    assert [row["days_past_due"] for row in before.rows] == [273, 30, 0, 0]
    assert reads.arrears(LAST, units=[company.west]).rows == []
    assert reads.arrears(LAST, units=[company.west]).tied()


def test_receipts_are_split_by_the_age_of_what_they_settled(company: Company) -> None:
    report = reads.receipts_month(LAST)
    rows = {row["org_unit"]: row for row in report.rows}
    keys = ("receipts", "month_fen", "year_fen", "prior_years_fen", "prepaid_fen", "amount_fen")
    assert [rows["城东"][key] for key in keys] == [1, 500, 5000, 1000, 0, 6500]
    assert [rows["城西"][key] for key in keys] == [1, 0, 0, 0, 700, 700]
    assert rows["城西"]["channel_zh"] == "柜台现金"
    assert report.tied()
    assert report.totals["amount_fen"] == 7200
    september = reads.receipts_month(date(2026, 9, 30))
    assert september.totals["prepaid_fen"] == september.totals["amount_fen"] == 5000
    assert reads.receipts_month(LAST, units=[company.west]).totals["amount_fen"] == 700
    assert reads.receipts_month(LAST, units=[company.west]).tied()


def test_money_moved_to_another_account_is_received_once(company: Company) -> None:
    """What the wrong account settled is owed again; the right one, which owes nothing, prepays."""
    (receipt,) = [one.pk for one in cash_reads.receipts_of_day(DAY) if one.external_ref == "S2"]
    slip = [File("缴款凭证.txt", b"2")]
    with clock.on(LAST):
        asked = cash.request_move(receipt, "2", "记错户", slip, by=company.cashier)
        hub.decide(asked, "approve", "", by=company.leader)
    report = reads.receipts_month(LAST)
    rows = {row["org_unit"]: row for row in report.rows}
    keys = ("receipts", "month_fen", "year_fen", "prior_years_fen", "prepaid_fen", "amount_fen")
    assert [rows["城东"][key] for key in keys] == [1, 0, 0, 0, 6500, 6500]
    assert [rows["城西"][key] for key in keys] == [1, 0, 0, 0, 700, 700]
    assert report.tied()
    held = {row["number"]: row for row in reads.prepayment(LAST).rows}
    assert (held["2"]["paid_in_fen"], held["2"]["balance_fen"]) == (7200, 11000)
    assert (held["2"]["taken_back_fen"], held["1"]["balance_fen"]) == (0, 0)


def test_prepayment_shows_what_moved_in_the_month(company: Company) -> None:
    report = reads.prepayment(LAST)
    keys = (
        "number", "brought_fen", "paid_in_fen", "offset_fen", "taken_back_fen", "balance_fen",
    )  # fmt: skip
    assert [[row[key] for key in keys] for row in report.rows] == [
        ["1", 0, 5500, 0, 5500, 0],
        ["2", 5000, 700, 1200, 0, 4500],
    ]
    assert [(tie.ours, tie.theirs) for tie in report.ties] == [(4500, 4500)]
    assert [row["number"] for row in reads.prepayment(date(2026, 11, 30)).rows] == ["2"]
    assert reads.prepayment(LAST, units=[company.east]).tied()


def test_months_in_which_nothing_was_done_are_left_out(company: Company) -> None:
    report = reads.month_table([Month(2026, n) for n in range(6, 12)])
    keys = ("month", "received_fen", "recovery", "prepayment_fen", "marketing_fen", "book_fen")
    assert [[row[key] for key in keys] for row in report.rows] == [
        ["2026-09", 5000, 0, 5000, 10000, 10000],
        ["2026-10", 7200, 6875, 4500, 3500, 3500],
        ["2026-11", 0, 6875, 4500, 3500, 3500],
    ]
    assert report.totals["received_fen"] == 12200
    assert report.tied()
    moved = (
        "opening_fen", "issued_fen", "issued_earlier_fen", "settled_fen", "offset_fen", "other_fen",
        "marketing_fen",
    )  # fmt: skip
    assert [[row[key] for key in moved] for row in report.rows] == [
        [0, 0, 0, 0, 0, 10000, 10000],
        [10000, 0, 0, 6500, 1200, 1200, 3500],
        [3500, 0, 0, 0, 0, 0, 3500],
    ]
    assert [report.totals[key] for key in moved] == [0, 0, 0, 6500, 1200, 11200, 3500]
    assert [tie.with_ for tie in report.ties] == ["control-account-112201", "months-add-up"]
    (empty,) = reads.month_table([Month(2026, 6), Month(2026, 7)]).rows
    assert (empty["month"], empty["recovery"], empty["marketing_fen"]) == ("2026-07", None, 0)


def test_recovery_of_prior_years_stands_apart(company: Company) -> None:
    """10.00 of December 2025 came back; of the year's 90.00 and 12.00, 55.00 and the offset."""
    report = reads.recovery(LAST)
    rows = {row["org_unit"]: row for row in report.rows}
    keys = (
        "due_prior_fen", "recovered_prior_fen", "recovery_prior", "due_year_fen",
        "recovered_year_fen", "recovery_year", "recovery", "owed_fen",
    )  # fmt: skip
    assert [rows["城东"][key] for key in keys] == [
        1000, 1000, 10000, 9000, 5500, 6111, 6500, 3500,
    ]  # fmt: skip
    assert [rows["城西"][key] for key in keys] == [0, 0, None, 1200, 1200, 10000, 10000, 0]
    assert [report.totals[key] for key in keys] == [
        1000, 1000, 10000, 10200, 6700, 6569, 6875, 3500,
    ]  # fmt: skip
    assert report.tied()
    only = reads.recovery(LAST, units=[company.west], org_unit="3302")
    assert ([row["org_unit"] for row in only.rows], only.tied()) == (["城西"], True)
    months = reads.month_table([Month(2026, 9), OCTOBER]).rows
    assert [(row["recovery_prior"], row["recovery_year"], row["recovery"]) for row in months] == [
        (0, 0, 0), (10000, 6569, 6875),
    ]  # fmt: skip
    january = reads.recovery(date(2027, 1, 31))
    assert (january.totals["due_prior_fen"], january.totals["due_year_fen"]) == (3500, 0)


def test_the_history_says_what_the_comparison_says_on_each_day(company: Company) -> None:
    jobs.import_ledger(
        "月份,单位,科目编码,余额\n2026-09,3301,112201,100.00\n2026-09,3302,112201,1.00\n".encode(),
        "总账.csv",
        person_id=company.accountant,
    )
    days = [date(2026, 8, 31), date(2026, 9, 30), DAY, LAST]
    for units in (None, [company.west]):
        history = reads.one_book_history(days, units=units)
        for day, found in zip(days, history, strict=True):
            totals = dict(reads.one_book(day, units=units).totals)
            totals.pop("ledger_difference_fen", None)
            known = {key: found[key] for key in totals}
            assert known == totals
            assert [fen for key, fen in found.items() if key not in totals and fen] == []
    assert [row["marketing_fen"] for row in reads.one_book_history(days)] == [0, 10000, 3500, 3500]
    assert reads.one_book_history(days)[1]["ledger_fen"] == 10100
    assert reads.one_book(date(2026, 9, 30)).totals["ledger_difference_fen"] == -100


def test_a_ledger_balance_counts_where_it_differs_from_the_one_before(company: Company) -> None:
    def take_in(*fen: str) -> tuple[int, int]:
        rows = "".join(f"2026-09,3301,112201,{yuan}\n" for yuan in fen)
        file = f"月份,单位,科目编码,余额\n{rows}".encode()
        taken = jobs.import_ledger(file, "总账.csv", person_id=company.accountant)
        return taken.taken, taken.unchanged

    assert take_in("5.00", "5.00", "6.00", "5.00") == (3, 1)
    assert take_in("5.00", "0.00", "0.00") == (1, 2)
    (row,) = [row for row in reads.one_book(date(2026, 9, 30)).rows if row["org_unit"] == "城东"]
    assert row["ledger_fen"] == 0


def test_each_list_gives_the_same_bytes_for_the_same_question(own_database: "OwnDatabase") -> None:
    with clock.on(LAST):
        company = town()
    moment = clock.watermark()
    before = {name: to_json(report(LAST, moment)) for name, report in REPORTS.items()}
    with clock.on(date(2026, 11, 3)):
        take(company, "1", 100, "S8", LAST)
        take(company, "2", 100, "S9", LAST)
    for name, report in REPORTS.items():
        assert to_json(report(LAST, moment)) == before[name]
        assert to_json(report(LAST, clock.watermark())) != before[name]
    clock.fix(date(2026, 11, 3))
    for name in REPORTS:
        asked = ("report", name, "--as-of", "2026-10-31", "--known-at", moment.isoformat())
        given = own_database.onebook(*asked, "--format", "json")
        assert given.returncode == 0, given.stderr
        assert given.stdout.strip() == before[name]
        shown = own_database.onebook(*asked, "--org-unit", "3302", "--format", "csv")
        assert "城东" not in shown.stdout
    listed = own_database.onebook("report").stdout
    assert all(name in listed for name in REPORTS)
    assert json.loads(before["arrears"])["ties"][0]["difference"] == 0
