"""The 余额调节表: both sides to the fen, each item named, the bank's own balance, no plug."""

import json
from datetime import date
from typing import Any

import pytest

from onebook.banking import jobs, reads, services
from onebook.books import services as books
from onebook.cash import reads as cash
from onebook.infra import clock
from onebook.infra.report import Report, Tie, lines, to_json
from onebook.org.services import SYSTEM
from tests.banking import bank
from tests.banking.bank import BOOKED, GOOD, line, take, take_plain
from tests.builders import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Company:
    """The account of `bank.build`."""
    return bank.build()


def side(report: Report, name: str) -> list[tuple[Any, ...]]:
    """What stands on one side: label or text, day, party, reference, age, fen."""
    keys = ("zh", "on", "party", "reference", "age", "fen")
    rows = [tuple(row[f"{name}_{key}"] for key in keys) for row in report.rows]
    return [row for row in rows if any(cell not in ("", None) for cell in row)]


def ties(report: Report) -> list[tuple[str, int, int]]:
    return [(tie.with_, tie.ours, tie.theirs) for tie in report.ties]


def test_both_balances_are_adjusted_to_one(place: Company) -> None:
    take(
        GOOD,
        line("77.00", "1197.00", "货款", "1-2"),
        line("", "1172.00", "", "1-3", money_out="25.00").replace("存入", "手续费"),
    )
    jobs.reconcile(person_id=SYSTEM)

    report = reads.reconciliation_report(date(2025, 10, 14))

    assert side(report, "book") == [
        ("企业银行存款日记账余额", date(2025, 10, 14), "", "", None, 1120_00),
        ("加:银行已收企业未收", None, "", "", None, None),
        ("存入 货款", BOOKED, "甲", "1-2", 3, 77_00),
        ("小计 1 笔", None, "", "", None, 77_00),
        ("减:银行已付企业未付", None, "", "", None, None),
        ("手续费", BOOKED, "甲", "1-3", 3, 25_00),
        ("小计 1 笔", None, "", "", None, 25_00),
        ("调节后余额", None, "", "", None, 1172_00),
        ("调节后余额之差", None, "", "", None, 0),
        ("备查:在途资金(已解款未到账,科目 1012)", None, "", "", None, None),
        ("", date(2025, 10, 10), "", "JK20251010002", 4, 30_00),
        ("小计 1 笔", None, "", "", None, 30_00),
    ]
    assert side(report, "bank") == [
        ("银行对账单余额", BOOKED, "建设银行 1234", "", None, 1172_00),
        ("加:企业已收银行未收", None, "", "", None, None),
        ("小计 0 笔", None, "", "", None, 0),
        ("减:企业已付银行未付", None, "", "", None, None),
        ("小计 0 笔", None, "", "", None, 0),
        ("调节后余额", None, "", "", None, 1172_00),
        ("核对:期初加逐笔发生额", None, "建设银行 1234", "", None, 1172_00),
        ("印出余额与逐笔之差", None, "建设银行 1234", "", None, 0),
    ]
    assert ties(report) == [
        ("adjusted-bank-balance", 1172_00, 1172_00),
        ("printed-balance: 建设银行 1234", 1172_00, 1172_00),
        ("transit-control-account", 30_00, 30_00),
    ]
    found = reads.reconciliation(BOOKED)
    assert (found.sums.bank_received_fen, found.sums.bank_paid_fen) == (77_00, 25_00)


def test_before_the_bank_booked_anything_both_sides_are_the_opening(place: Company) -> None:
    take(GOOD)
    found = reads.reconciliation(date(2025, 10, 10))
    assert (found.sums.book_balance_fen, found.sums.bank_balance_fen) == (1000_00, 1000_00)
    assert (found.in_bank_not_book, found.in_book_not_bank) == ((), ())
    assert found.accounts[0].printed_on is None


def test_a_missing_line_is_a_difference_that_is_named_and_not_plugged(place: Company) -> None:
    """The bank's own balance holds what was never taken in; the sum of the lines does not."""
    take(GOOD)
    take(line("9.00", "1509.00", "电费", "5-1", day="20251015"))
    jobs.reconcile(person_id=SYSTEM)
    before = bank.trial(date(2025, 12, 31))

    report = reads.reconciliation_report(date(2025, 10, 15))

    assert ties(report)[:2] == [
        ("adjusted-bank-balance", 1129_00, 1509_00),
        ("printed-balance: 建设银行 1234", 1129_00, 1509_00),
    ]
    assert side(report, "bank")[0][-1] == 1509_00
    assert side(report, "bank")[-3:] == [
        ("核对:期初加逐笔发生额", None, "建设银行 1234", "", None, 1129_00),
        ("印出余额与逐笔之差", None, "建设银行 1234", "", None, 380_00),
        ("其中:自此日之前缺明细或金额不符", date(2025, 10, 15), "建设银行 1234", "", None, 380_00),
    ]
    assert bank.trial(date(2025, 12, 31)) == before
    assert reads.reconciliation_report(date(2025, 10, 14)).tied()


def test_the_day_ends_with_its_last_balance_in_whatever_order_lines_came(place: Company) -> None:
    take(GOOD, line("5O.00", "1170.00", "电费", "1-2"), line("9.00", "1179.00", "电费", "1-3"))
    assert [tie.difference for tie in reads.reconciliation_report(BOOKED).ties[:2]] == [-50_00] * 2
    take(line("50.00", "1170.00", "电费", "1-2"))
    (account,) = reads.reconciliation(BOOKED).accounts
    assert (account.printed_fen, account.summed_fen, account.breaks) == (1179_00, 1179_00, ())


def test_lines_without_a_balance_carry_the_printed_one_on(place: Company) -> None:
    take(GOOD)
    take_plain(bank.plain("5.00", "", day="2025-10-12"))
    (account,) = reads.reconciliation(date(2025, 10, 12)).accounts
    assert (account.printed_on, account.statement_fen, account.missing_fen) == (BOOKED, 1125_00, 0)


def test_an_account_that_prints_no_balance_says_so(place: Company) -> None:
    take_plain(bank.plain("5.00", ""))
    services.open_account("6217", "工行", "二", place.root, 7_00, date(2025, 9, 1), person_id=None)

    report = reads.reconciliation_report(BOOKED)

    assert side(report, "bank")[:3] == [
        ("银行对账单余额", None, "", "", None, 1012_00),
        ("其中:未印余额,按期初加明细", None, "建设银行 1234", "", None, 1005_00),
        ("其中:未印余额,按期初加明细", None, "工行 6217", "", None, 7_00),
    ]
    assert report.ties[0] == Tie("adjusted-bank-balance", 1012_00, 1012_00)
    assert len(report.ties) == 2


def test_what_only_the_book_has_stands_on_the_bank_s_side(place: Company) -> None:
    take(GOOD)
    journal = int(books.allot_journals(1)[0])
    document = cash.transit_waiting(BOOKED)[0]["source_id"]
    row = books.JournalRow(journal, "voucher", "remittance", document, place.root, BOOKED)
    books.post([row], [books.summed(journal, place.root, [(2, -40_00), (13, 40_00)])])

    report = reads.reconciliation_report(BOOKED)

    assert [row for row in side(report, "bank") if row[3]] == [
        ("", BOOKED, "", str(journal), 0, 40_00)
    ]
    assert ties(report)[0] == ("adjusted-bank-balance", 1080_00, 1080_00)


def test_the_form_is_chinese_and_its_json_holds_integers(place: Company) -> None:
    take(GOOD)
    report = reads.reconciliation_report(BOOKED)
    assert lines(report)[0] == [
        "企业银行存款日记账", "日期", "对方户名", "凭据号", "账龄(天)", "金额",
        "银行对账单", "日期", "对方户名", "凭据号", "账龄(天)", "金额",
    ]  # fmt: skip
    told = json.loads(to_json(report))
    assert told["rows"][0][5] == 1000_00
    assert told["rows"][0][11] == 1120_00
    assert [tie["difference"] for tie in told["ties"]] == [0, 0, 0]


def test_as_known_then_a_later_file_changes_nothing(place: Company) -> None:
    with clock.on(BOOKED):
        take(GOOD)
    with clock.on(date(2025, 10, 20)):
        take(GOOD, line("9.00", "1129.00", "电费", "1-2"))
        assert reads.reconciliation(BOOKED, BOOKED).sums.bank_balance_fen == 1120_00
        assert reads.reconciliation(BOOKED, date(2025, 10, 19)).sums.bank_balance_fen == 1120_00
