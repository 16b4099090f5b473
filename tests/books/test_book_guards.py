"""What the database refuses of the book, whoever asks and by whichever login."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from onebook.books import reads, services
from onebook.books.errors import JournalNotFound, RuleMissing
from onebook.books.models import Journal, Posting
from onebook.books.services import JournalRow
from onebook.infra import logins
from onebook.kernel.periods import Month

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

DAY = date(2026, 10, 31)
BANK, TRANSIT, RECEIVABLE, REVENUE = 2, 3, 4, 13
CLAIMS, CLAIMS_MIRROR = 90, 91


@pytest.fixture
def document(db: None) -> int:
    """A source document (a file of opening balances) that journals may name."""
    return make_document()


def make_document() -> int:
    """Record an opening file by plain SQL; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO receivable_opening (id, name, sha256, org_unit_id, effective_on, items,"
            " total_fen) VALUES (nextval('receivable_opening_ids'), 'a.csv',"
            " gen_random_uuid()::text, 1, %s, 0, 0) RETURNING id",
            [DAY],
        )
        return int(cursor.fetchone()[0])


def head(document: int, journal_id: int | None = None, day: date = DAY) -> JournalRow:
    """A journal head of the document."""
    fresh = int(services.allot_journals(1)[0]) if journal_id is None else journal_id
    return JournalRow(fresh, "test", "opening", document, 1, day)


def post(*journals: tuple[JournalRow, list[tuple[int, int]]]) -> None:
    """Post journals from (account, fen) pairs in a transaction of their own."""
    with transaction.atomic():
        services.post(
            [row for row, _ in journals],
            [services.summed(row.id, row.org_unit_id, amounts) for row, amounts in journals],
        )


@contextmanager
def cursor_of() -> Iterator[CursorWrapper]:
    """A cursor in a transaction of its own, rolled back when refused."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield cursor


def counts() -> tuple[int, int]:
    """Journals and postings in the book."""
    return Journal.objects.count(), Posting.objects.count()


def test_a_balanced_journal_goes_in_with_the_database_clock(document: int) -> None:
    row = head(document)
    post((row, [(BANK, 12345), (REVENUE, -12345)]))
    journal = Journal.objects.get(pk=row.id)
    assert (journal.event, journal.source_id, journal.effective_on) == ("test", document, DAY)
    assert journal.recorded_at is not None
    amounts = Posting.objects.filter(journal_id=row.id).order_by("id")
    assert [(p.account_id, p.amount_fen) for p in amounts] == [(BANK, 12345), (REVENUE, -12345)]
    assert reads.account_balance("1002", DAY) == 12345
    assert reads.account_balance("1002", date(2026, 10, 30)) == 0


def test_the_batch_is_refused_and_the_first_bad_journal_named(document: int) -> None:
    good, bad, worse = head(document), head(document), head(document)
    with pytest.raises(DatabaseError, match=f"Journal {bad.id} is refused.*1 fen") as refused:
        post(
            (worse, [(BANK, 5)]),
            (good, [(BANK, 100), (REVENUE, -100)]),
            (bad, [(BANK, 100), (REVENUE, -99)]),
        )
    assert str(worse.id) not in str(refused.value)
    assert counts() == (0, 0)


def test_memorandum_accounts_balance_among_themselves(document: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO books_account (id, code, name_zh, name_en, kind, control) VALUES"
            " (%s, '9001', '账销案存', 'Claims', 'memorandum', ''),"
            " (%s, '9002', '账销案存对应', 'Counterpart', 'memorandum', '')",
            [CLAIMS, CLAIMS_MIRROR],
        )
    crossing = head(document)
    with pytest.raises(DatabaseError, match=f"Journal {crossing.id} is refused"):
        post((crossing, [(CLAIMS, 700), (BANK, -700)]))
    assert counts() == (0, 0)
    apart = [(CLAIMS, 700), (CLAIMS_MIRROR, -700), (BANK, 3), (REVENUE, -3)]
    post((head(document), apart))
    assert counts() == (1, 4)


def test_an_account_that_does_not_exist_is_refused(document: int) -> None:
    row = head(document)
    with pytest.raises(DatabaseError, match=f"Journal {row.id} is refused"):
        post((row, [(BANK, 1), (99, -1)]))
    assert counts() == (0, 0)


def test_a_journal_takes_its_postings_once_and_only_when_recorded(document: int) -> None:
    row = head(document)
    post((row, [(BANK, 1), (REVENUE, -1)]))
    for journal_id in (row.id, row.id + 1):
        with (
            pytest.raises(DatabaseError, match=f"Journal {journal_id} is refused"),
            cursor_of() as c,
        ):
            c.execute(
                "INSERT INTO books_posting (id, journal_id, account_id, amount_fen, org_unit_id)"
                " VALUES (1, %s, 2, 4, 1), (2, %s, 13, -4, 1)",
                [journal_id, journal_id],
            )
    assert counts() == (1, 2)


@pytest.mark.parametrize("kind", ["opening", "nothing of the kind"])
def test_a_journal_without_its_source_document_is_refused(db: None, kind: str) -> None:
    row = head(4711)._replace(source_kind=kind)
    with pytest.raises(DatabaseError, match=f"Journal {row.id} is refused"):
        post((row, [(BANK, 1), (REVENUE, -1)]))
    assert counts() == (0, 0)


def test_a_locked_month_takes_nothing_and_the_next_one_does(document: int) -> None:
    services.lock_month(Month(2026, 10), person_id=None)
    services.lock_month(Month(2026, 10), person_id=None)
    late = head(document)
    with pytest.raises(DatabaseError, match=f"Journal {late.id} is refused: 2026-10-31"):
        post((late, [(BANK, 1), (REVENUE, -1)]))
    assert counts() == (0, 0)
    assert services.first_open_day(DAY) == date(2026, 11, 1)
    post((head(document, day=date(2026, 11, 1)), [(BANK, 1), (REVENUE, -1)]))
    assert (reads.is_locked(Month(2026, 10)), reads.is_locked(Month(2026, 11))) == (True, False)
    assert reads.locked_months() == [Month(2026, 10)]


@pytest.mark.parametrize("day", [date(2026, 9, 30), date(2025, 8, 25), date(2026, 10, 1)])
def test_what_lies_before_a_locked_month_is_locked_with_it(document: int, day: date) -> None:
    services.lock_month(Month(2026, 8), person_id=None)
    services.lock_month(Month(2026, 10), person_id=None)
    early = head(document, day=day)
    with pytest.raises(DatabaseError, match=f"Journal {early.id} is refused: {day}") as refused:
        post((early, [(BANK, 1), (REVENUE, -1)]))
    assert '"first_open" : "2026-11-01"' in refused.value.__cause__.diag.message_detail
    assert counts() == (0, 0)
    assert services.first_open_day(day) == date(2026, 11, 1)
    assert services.first_open_day(date(2026, 11, 2)) == date(2026, 11, 2)
    assert reads.is_locked(Month.of(day))
    assert reads.closed_until() == date(2026, 10, 31)


def test_a_lock_of_one_module_leaves_the_others_open(document: int) -> None:
    services.lock_month(Month(2026, 10), person_id=None, module="receipt")
    post((head(document), [(BANK, 1), (REVENUE, -1)]))
    services.lock_month(Month(2026, 10), person_id=None, module="opening")
    with pytest.raises(DatabaseError, match="locked month"):
        post((head(document), [(BANK, 1), (REVENUE, -1)]))
    assert counts() == (1, 2)
    assert not reads.is_locked(Month(2026, 10))


def test_a_reversal_is_the_mirror_image(document: int) -> None:
    row, back = head(document), head(document)
    post((row, [(BANK, 900), (REVENUE, -900)]))
    services.reverse(row.id, back._replace(reverses_id=row.id))
    mirrored = Posting.objects.filter(journal_id=back.id).order_by("id")
    assert [(p.account_id, p.amount_fen) for p in mirrored] == [(BANK, -900), (REVENUE, 900)]
    assert reads.trial_balance(DAY).totals["balance_fen"] == 0
    assert reads.account_balance("6001", DAY) == 0
    with pytest.raises(JournalNotFound, match="no journal 3"), transaction.atomic():
        services.reverse(3, head(document))
    assert counts() == (2, 4)


def test_a_missing_posting_rule_is_named(db: None) -> None:
    with pytest.raises(RuleMissing, match=r"nothing\.known / \* goes on 2026-10-31"):
        services.accounts("nothing.known", DAY)
    found = services.accounts("bill.issued", DAY)
    assert found["vat"] == (RECEIVABLE, 7)
    assert set(found) == {
        "revenue", "capacity", "demand", "power_factor", "relief", "vat", "fund:renewable",
        "fund:reservoir", "fund:major_water", "fund:other",
    }  # fmt: skip


def test_two_rules_for_one_event_never_hold_on_the_same_day(db: None) -> None:
    with pytest.raises(DatabaseError, match="books_posting_rule_dated"), cursor_of() as c:
        c.execute(
            "INSERT INTO books_posting_rule (event, component, debit_id, credit_id, during)"
            " VALUES ('bill.issued', 'vat', 4, 7, daterange('2026-01-01', NULL))"
        )


FORBIDDEN = (
    "UPDATE books_posting SET amount_fen = amount_fen + 1",
    "DELETE FROM books_posting",
    "TRUNCATE books_posting",
    "UPDATE books_journal SET effective_on = '2026-01-01'",
    "DELETE FROM books_journal",
    "TRUNCATE books_journal",
    "UPDATE receivable_settlement SET amount_fen = 1",
    "UPDATE receivable_open_item SET principal_fen = 1",
    "UPDATE cash_receipt SET amount_fen = 1",
    "DELETE FROM cash_prepayment_entry",
    "DELETE FROM finance_signature",
)


def test_nobody_changes_what_is_recorded(own_database: "OwnDatabase") -> None:
    for login in ("app", "batch"):
        with own_database.connect(login, autocommit=True) as session:
            for statement in FORBIDDEN:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute(statement)
    with own_database.connect("owner", autocommit=True) as session:
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.DatabaseError, match="recorded rows are never changed"):
                session.execute(statement)


def test_no_login_writes_the_clock_or_becomes_another(own_database: "OwnDatabase") -> None:
    backdate = (
        "INSERT INTO books_journal (id, event, source_kind, source_id, org_unit_id, effective_on,"
        " {column}) VALUES (1, 'e', 'opening', 1, 1, '2026-10-01', '2020-01-01')"
    )
    for login in ("app", "batch"):
        with own_database.connect(login) as session:
            for column in ("recorded_at", "recorded_on"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute(backdate.format(column=column))
                session.rollback()
    others = {"app": ("batch", "owner"), "batch": ("owner",)}
    for login, roles in others.items():
        with own_database.connect(login) as session:
            for name in roles:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute(f"SET ROLE {logins.role(name)}")
                session.rollback()
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    session.execute("SET session_replication_role = replica")
                session.rollback()


def test_a_balance_is_asked_by_unit_and_item(document: int) -> None:
    row = head(document)
    with transaction.atomic():
        services.post(
            [row],
            [
                services.lines(row.id, [(RECEIVABLE, 1, 70), (RECEIVABLE, 2, 30)]),
                services.Postings(
                    journal_id=np.array([row.id]),
                    account_id=np.array([RECEIVABLE], np.int16),
                    amount_fen=np.array([5]),
                    org_unit_id=np.array([2]),
                    open_item_id=np.array([77]),
                ),
                services.summed(row.id, 1, [(REVENUE, -105), (BANK, 0)]),
            ],
        )
    assert reads.control_by_unit("receivable", DAY) == {1: 70, 2: 35}
    assert reads.control_by_unit("receivable", DAY, units=[2]) == {2: 35}
    assert reads.control_balance("receivable", DAY) == 105
    assert reads.control_by_item("receivable", DAY) == {None: 100, 77: 5}
    assert reads.split_by_unit(row.id, "receivable") == {1: 70, 2: 35}
    assert reads.unbalanced() == []
