"""What each guard of the database refuses reaches the reader translated, with its specifics."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from onebook.books import services as books
from onebook.cash import services as cash
from onebook.infra import guards
from onebook.infra.web import problems, scope
from onebook.infra.write import insert
from onebook.kernel.errors import GUARDED
from onebook.kernel.periods import Month
from tests import debts as builders
from tests.debts import Company, Debt

SEPTEMBER = Month(2026, 9)
DAY = date(2026, 10, 8)
BANK, REVENUE = 1, 13
_ids = itertools.count(1)


@pytest.fixture
def company(db: None) -> Company:
    return builders.company()


def owing(company: Company) -> tuple[int, int]:
    """Account 3301-1 with an item of 50.00 of September; their ids."""
    account = builders.account("3301-1", company.east)
    debt = Debt(account, 5000, SEPTEMBER, date(2026, 9, 30))
    (item,) = builders.owe([debt], effective_on=date(2026, 9, 5), org_unit_id=company.root)
    return account, item


def told(refused: Callable[[], object]) -> tuple[str, str]:
    """What the refusal is called in Chinese and in English."""
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        refused()
    error = guards.refusal(raised.value)
    assert error is not None
    with translation.override("zh-hans"):
        chinese = problems.text(error)
    with translation.override("en"):
        return chinese, problems.text(error)


def execute(statement: str, params: list[object] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def post(
    company: Company, off_fen: int = 0, kind: str = "opening", source: int = 1, journal: int = 77
) -> None:
    row = books.JournalRow(journal, "test", kind, source, company.east, DAY)
    sides = [(BANK, 100 + off_fen), (REVENUE, -100)]
    books.post([row], [books.summed(journal, company.east, sides)])


def opening() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM receivable_opening")
        return int(cursor.fetchone()[0])


def settle(account: int, item: int, amount_fen: int) -> None:
    insert(
        "receivable_settlement",
        id=next(_ids),
        open_item_id=item,
        service_account_id=account,
        source_kind=1,
        source_id=1,
        policy_id=1,
        journal_id=1,
        amount_fen=amount_fen,
        effective_on=DAY,
    )


def test_settling_more_than_is_owed(company: Company) -> None:
    account, item = owing(company)
    chinese, english = told(lambda: settle(account, item, 5001))
    assert chinese.startswith(
        "户号 3301-1 2026-09 电费应收 50.00 元,2026-10-08 累计销账将为 50.01 元"
    )
    assert "重新打开该户" in chinese
    assert english.startswith("The bill of 2026-09 of account 3301-1 is 50.00 yuan, and 50.01 yuan")


def test_using_more_prepayment_than_there_is(company: Company) -> None:
    account, _ = owing(company)
    chinese, english = told(
        lambda: insert(
            "cash_prepayment_entry",
            id=next(_ids),
            service_account_id=account,
            org_unit_id=company.east,
            amount_fen=-123,
            source_kind="offset",
            source_id=1,
            journal_id=1,
            effective_on=DAY,
        )
    )
    assert chinese.startswith("户号 3301-1 预收余额不足:2026-10-08 余额将为 -1.23 元。")
    assert english.startswith("The prepayment of account 3301-1 does not suffice: -1.23 yuan")


def test_taking_back_a_credit_that_never_came(company: Company) -> None:
    owing(company)
    cash.take_cash("3301-1", 3000, external_ref="S1", effective_on=DAY, person_id=company.cashier)
    item = cash.remit(company.east, 3000, "JK77", effective_on=DAY, person_id=company.cashier)
    credit = cash.Credit(item, "opening", opening(), DAY)
    chinese, english = told(lambda: cash.uncredit_transit([credit], person_id=None))
    assert chinese.startswith("在途款 JK77 共 30.00 元,2026-10-08 累计到账将为 -30.00 元。")
    assert english.startswith("The sum JK77 on its way to the bank is 30.00 yuan, and -30.00 yuan")


def test_posting_into_a_locked_month_names_the_first_open_day(company: Company) -> None:
    owing(company)
    for month in (Month(2026, 10), Month(2026, 11)):
        books.lock_month(month, person_id=None)
    chinese, english = told(lambda: post(company, source=opening()))
    assert "2026-10" in chinese
    assert "2026-12-01" in chinese
    assert english == (
        "2026-10 is locked: it is closed, or lies before a month that is."
        " Post on the first open day, 2026-12-01."
    )


def test_faults_of_the_program_name_the_journal(company: Company) -> None:
    owing(company)
    source = opening()
    post(company, source=source)
    chinese, _ = told(lambda: post(company, off_fen=25, source=source, journal=78))
    assert chinese.startswith("账簿拒绝凭证 78:借贷相差 0.25 元")
    chinese, _ = told(lambda: post(company, kind="receipt", source=99, journal=78))
    assert chinese.startswith("账簿拒绝凭证 78:找不到其原始单据(receipt)。")
    chinese, _ = told(lambda: post(company, kind="nonsense", journal=78))
    assert chinese.startswith("账簿拒绝凭证 78:找不到其原始单据(nonsense)。")
    again = (
        "INSERT INTO books_posting (id, journal_id, account_id, amount_fen, org_unit_id)"
        " VALUES (1, 77, 1, 4, 1), (2, 77, 13, -4, 1)"
    )
    chinese, _ = told(lambda: execute(again))
    assert chinese.startswith("账簿拒绝凭证 77 的分录")


def test_a_verification_rule_without_its_value(db: None) -> None:
    asked = "SELECT billing_threshold_on('R04', 'change_percent', 1::smallint, '1999-12-01')"
    chinese, english = told(lambda: execute(asked))
    assert chinese.startswith("核算规则 R04 电量突增突减 的参数 增减百分比 在 1999-12-01 没有有")
    assert english.startswith("The verification rule R04 has no value of change_percent on 1999-")


def test_two_rows_of_a_key_on_one_day_are_refused(db: None) -> None:
    def assign(row: int, during: str) -> None:
        execute(
            "INSERT INTO tariff_assignment (id, service_account_id, tariff_code, during)"
            " VALUES (%s, 77, 'a', %s::daterange)",
            [row, during],
        )

    assign(1, "[2026-01-01,2026-02-01)")
    assign(2, "[2026-02-01,)")
    chinese, english = told(lambda: assign(3, "[2026-01-31,2026-02-01)"))
    assert english == (
        "Two rows of tariff_assignment for 77 would count on 2026-01-31. End the first one before"
        " the second begins. Nothing was changed."
    )
    assert chinese.startswith("tariff_assignment 中 77 有两行在 2026-01-31 同时有效。")
    told(lambda: execute("UPDATE tariff_assignment SET during = '[2026-01-15,)' WHERE id = 2"))
    execute("UPDATE tariff_assignment SET during = '[2026-03-01,)' WHERE id = 2")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, during::text FROM tariff_assignment ORDER BY id")
        assert cursor.fetchall() == [(1, "[2026-01-01,2026-02-01)"), (2, "[2026-03-01,)")]


def test_two_writers_cannot_both_put_a_row_on_one_day(own_database) -> None:
    """The second waits for the first and then sees its row, or takes its place if it gave up."""
    statement = (
        "INSERT INTO tariff_assignment (id, service_account_id, tariff_code, during)"
        " VALUES (%s, 77, 'a', '[2026-01-01,)')"
    )
    with own_database.connect("batch") as first, own_database.connect("batch") as second:
        first.execute(statement, [1])
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(second.execute, statement, [2])
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            first.commit()
            with pytest.raises(psycopg.Error) as raised:
                waiting.result(timeout=30)
        assert raised.value.sqlstate == "OB011"
        second.rollback()
        first.execute(statement.replace("77", "78"), [3])
        first.rollback()
        second.execute(statement.replace("77", "78"), [4])
        second.commit()
        second.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            second.execute(statement.replace("77", "79"), [5])
    with own_database.connect("owner") as session:
        found = session.execute("SELECT id FROM tariff_assignment ORDER BY id").fetchall()
    assert found == [(1,), (4,)]


def test_changing_what_is_recorded_is_refused_to_the_owner_too(own_database) -> None:
    with own_database.connect("owner") as session, pytest.raises(psycopg.Error) as raised:
        session.execute("DELETE FROM books_journal")
    error = guards.refusal(raised.value)
    assert error is not None
    with translation.override("zh-hans"):
        assert problems.text(error).startswith("已记入 books_journal 的内容不得修改或删除。")


def test_every_guard_of_the_database_has_its_error(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT (regexp_matches(prosrc, 'OB\\d{3}', 'g'))[1] FROM pg_proc"
            " JOIN pg_namespace n ON n.oid = pronamespace WHERE n.nspname = 'public' ORDER BY 1"
        )
        raised = {row[0] for row in cursor.fetchall()}
    assert raised == set(GUARDED)
    assert len(raised) >= 10


def test_a_guard_that_nobody_translates_is_told_as_it_speaks(db: None) -> None:
    statement = "DO $$ BEGIN RAISE EXCEPTION 'No.' USING ERRCODE = 'OB999'; END $$"
    chinese, english = told(lambda: execute(statement))
    assert chinese != english
    assert english == "The book refused this: No. Nothing was changed."
    assert guards.refusal(ValueError("x")) is None
    with pytest.raises(DatabaseError) as other, transaction.atomic():
        execute("SELECT 1 / 0")
    assert guards.refusal(other.value) is None


def test_a_page_shows_the_refusal_and_leaves_other_errors_to_django(company: Company) -> None:
    account, item = owing(company)
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        settle(account, item, 5001)
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    scope.scoped(lambda _: HttpResponse())(request)
    pages = problems.ProblemPages(lambda _: HttpResponse())
    assert pages.process_exception(request, ValueError("x")) is None
    assert isinstance(raised.value, DatabaseError)
    answer = pages.process_exception(request, raised.value)
    assert answer is not None
    assert answer.status_code == 400
    assert "户号 3301-1 2026-09 电费应收 50.00 元" in answer.content.decode()
