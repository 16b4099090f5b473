"""Nothing is recorded of a day to come, and no bill of a month or a day that cannot have one."""

import json
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from onebook.banking import services as banking
from onebook.books import services as books
from onebook.books.models import Journal
from onebook.cash import jobs as cash
from onebook.cash import services as counter
from onebook.cash.models import Receipt
from onebook.finance import jobs as ledgers
from onebook.infra import clock, guards
from onebook.kernel.errors import DayInFuture, MonthInFuture
from onebook.kernel.periods import Month
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests.banking import bank
from tests.builders import accounts, company
from tests.journeys.towns import town

__all__ = ["town"]

TODAY, TOMORROW = date(2025, 10, 11), date(2025, 10, 12)


def counts(database) -> tuple[int, ...]:
    with database.connect("owner") as session:
        return tuple(
            session.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("billing_bill", "books_journal", "cash_offset")
        )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--month", "2025-10"), "2025-10 还没有开始:今天(业务日期)是 2025-09-24"),
        (("--month", "2025-09", "--issued-on", "2025-09-25"), "2025-09-25 在今天之后"),
        (("--month", "2025-09", "--issued-on", "2025-09-23"), "最晚是 2025-09-24"),
        (("--month", "2025-08"), "2025-08 没有可发行的电费:没有任何示数"),
    ],
)
def test_a_bill_run_that_cannot_be_ends_with_1_and_says_why(
    town, arguments: tuple[str, ...], said: str
) -> None:
    before = counts(town.database)

    done = town.database.onebook("bill", *arguments)

    assert (done.returncode, said in done.stderr) == (1, True), done.stderr
    assert counts(town.database) == before


def test_a_closed_month_takes_no_run_and_no_day_of_issue(town, django_db_blocker) -> None:
    bill = ("bill", "--month", "2025-09")
    assert town.database.onebook(*bill).returncode == 0
    again = town.database.onebook(*bill)
    with django_db_blocker.unblock():
        clock.fix(date(2025, 10, 1))
        books.lock_month(Month(2025, 9), person_id=SYSTEM)
        connection.close()
    before = counts(town.database)

    closed = town.database.onebook(*bill)
    dated = town.database.onebook("bill", "--month", "2025-10", "--issued-on", "2025-09-30")

    assert again.returncode == 0
    assert "已抄 30 户:已发行 30 户" in again.stdout
    assert (closed.returncode, "已关账,已抄的 30 户都已发行" in closed.stderr) == (1, True)
    assert (dated.returncode, "2025-09 已关账" in dated.stderr) == (1, True)
    assert counts(town.database) == before


def test_a_bill_run_says_how_much_prepayment_it_offset(town, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        numbers = [one.number for one in town.town.accounts[:2]]
        for number, fen in zip(numbers, (50, 75), strict=True):
            counter.take_cash(
                number,
                fen,
                external_ref=f"S{number}",
                effective_on=date(2025, 9, 24),
                person_id=town.company.person["cashier"],
            )
        connection.close()

    first = town.database.onebook("bill", "--month", "2025-09", "--format", "json")
    second = town.database.onebook("bill", "--month", "2025-09")

    told = json.loads(first.stdout)
    assert told["prepayment_offset"] == {"accounts": 2, "amount_fen": 125}
    assert told["accounts"] == {"read": 30, "unbilled": 0, "kept_back": 0}
    assert "预收转实收:0 户,0.00 元" in second.stdout


def test_rows_of_files_of_days_to_come_are_rejected_and_the_rest_goes_in(db: None) -> None:
    made = company(Role.CASHIER, Role.ACCOUNTANT)
    accounts("1,居民生活,1,0,zj-residential-tiers")
    clock.fix(TODAY)
    banking.open_account(bank.NUMBER, "建行", "专户", made.root, 0, TODAY, person_id=SYSTEM)

    receipts = cash.import_receipts(
        f"批次号,交易日期,渠道流水号,户号,金额\nA,{TODAY},A1,1,5\nB,{TOMORROW},B1,1,5\n".encode(),
        "r.csv",
        person_id=SYSTEM,
    )
    lines = bank.take_plain(
        bank.plain("5.00", "5.00"), bank.plain("6.00", "11.00", day=f"{TOMORROW}")
    )
    balances = ledgers.import_ledger(
        "月份,单位,科目编码,余额\n2025-11,east,112201,5\n2025-10,east,112201,5\n".encode(),
        "l.csv",
        person_id=SYSTEM,
    )

    for taken, row, why in (
        (receipts, 3, DayInFuture),
        (lines, 3, DayInFuture),
        (balances, 2, MonthInFuture),
    ):
        assert taken.taken == 1
        assert [(one.row_number, type(one.reason)) for one in taken.rejects] == [(row, why)]


def test_the_book_itself_takes_no_journal_of_a_day_to_come(db: None) -> None:
    made = company(Role.CASHIER)
    accounts("1,居民生活,1,0,zj-residential-tiers")
    clock.fix(TODAY)

    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        counter.take_cash(
            "1", 5, external_ref="S", effective_on=TOMORROW, person_id=made.person["cashier"]
        )

    told = guards.refusal(refused.value)
    assert isinstance(told, DayInFuture)
    assert told.params == {"day": "2025-10-12", "today": "2025-10-11"}
    assert (Journal.objects.count(), Receipt.objects.count()) == (0, 0)


def test_an_opening_row_of_a_month_to_come_is_rejected(db: None) -> None:
    company()
    accounts("1,居民生活,1,0,zj-residential-tiers")
    clock.fix(TODAY)

    taken = receivable.import_opening(
        "户号,电费年月,应收日期,欠费金额\n1,2025-11,2025-12-31,5\n1,2025-07,2026-08-31,5\n".encode(),
        "o.csv",
        effective_on=TODAY,
        person_id=SYSTEM,
    )

    assert (taken.taken, taken.total_fen) == (1, 500)  # a due date may lie ahead
    assert [(one.row_number, type(one.reason)) for one in taken.rejects] == [(2, MonthInFuture)]


def test_opening_balances_of_a_day_to_come_are_refused_whole(db: None) -> None:
    company()
    accounts("1,居民生活,1,0,zj-residential-tiers")
    clock.fix(TODAY)

    with pytest.raises(DayInFuture):
        receivable.import_opening(
            "户号,电费年月,欠费金额\n1,2025-07,5\n".encode(),
            "o.csv",
            effective_on=TOMORROW,
            person_id=SYSTEM,
        )

    assert Journal.objects.count() == 0
