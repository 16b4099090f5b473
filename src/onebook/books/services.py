"""Every write to the book: posting journals, reversing them, locking months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from onebook.books import reads
from onebook.books.errors import JournalNotFound, PeriodLocked, RuleMissing
from onebook.books.models import PeriodLock, PostingRule
from onebook.infra import ids, sql
from onebook.infra.copy import Block, copy_in
from onebook.kernel.periods import Month

Int64 = NDArray[np.int64]
Int16 = NDArray[np.int16]


class JournalRow(NamedTuple):
    """A journal's head: which event, of which source document, counting for which day."""

    id: int
    event: str
    source_kind: str
    source_id: int
    org_unit_id: int
    effective_on: date
    person_id: int | None = None
    reverses_id: int | None = None


@dataclass(frozen=True)
class Postings:
    """Columns of postings, shape (n,) each; the dimensions are null on summed postings.

    Amounts are signed fen, debit > 0. `bill_month` is datetime64[D].
    """

    journal_id: Int64
    account_id: Int16
    amount_fen: Int64
    org_unit_id: Int64
    service_account_id: Int64 | None = None
    open_item_id: Int64 | None = None
    category_id: Int16 | None = None
    bill_month: NDArray[np.datetime64] | None = None


class Accounts(NamedTuple):
    """Where an amount of one component goes."""

    debit: int
    credit: int


def accounts(event: str, on: date) -> dict[str, Accounts]:
    """Component -> debit and credit account of `event` on a day; RuleMissing if there is none."""
    rules = PostingRule.objects.filter(event=event, during__contains=on)
    found = {rule.component: Accounts(rule.debit_id, rule.credit_id) for rule in rules}
    if not found:
        raise RuleMissing(event=event, component="*", day=on.isoformat())
    return found


def allot_journals(count: int) -> Int64:
    """Fresh journal identifiers, so that rows may name their journal before it is posted."""
    return ids.allot("books_journal", count)


def post(journals: Sequence[JournalRow], blocks: Sequence[Postings]) -> int:
    """Post journals with all their postings, in the caller's transaction; bytes copied.

    All postings go in by one COPY, so that the balance trigger sees whole journals. The database
    refuses journals that do not balance, have no existing source document, or lie in or before
    a locked month, and names the first bad one.
    """
    sql.execute(
        "books",
        "insert_journals",
        {
            name: list(column)
            for name, column in zip(JournalRow._fields, zip(*journals, strict=True), strict=True)
        },
    )
    count = sum(len(block.amount_fen) for block in blocks)
    fresh = ids.allot("books_posting", count)
    parts: list[Block] = []
    start = 0
    for block in blocks:
        stop = start + len(block.amount_fen)
        parts.append({"id": fresh[start:stop], **_columns(block)})
        start = stop
    return copy_in("books_posting", *parts)


def _columns(block: Postings) -> Block:
    return {
        "journal_id": block.journal_id,
        "account_id": block.account_id.astype(np.int16),
        "amount_fen": block.amount_fen,
        "org_unit_id": block.org_unit_id,
        "service_account_id": block.service_account_id,
        "open_item_id": block.open_item_id,
        "category_id": None if block.category_id is None else block.category_id.astype(np.int16),
        "bill_month": block.bill_month,
    }


def summed(journal_id: int, org_unit_id: int, amounts: Sequence[tuple[int, int]]) -> Postings:
    """Postings without dimensions: (account, signed fen) pairs of one journal; zeros are left
    out."""
    kept = [(account, amount) for account, amount in amounts if amount]
    count = len(kept)
    return Postings(
        journal_id=np.full(count, journal_id, np.int64),
        account_id=np.array([account for account, _ in kept], np.int16),
        amount_fen=np.array([amount for _, amount in kept], np.int64),
        org_unit_id=np.full(count, org_unit_id, np.int64),
    )


def lines(journal_id: int, amounts: Sequence[tuple[int, int, int]]) -> Postings:
    """Postings of one journal from (account, org unit, signed fen) triples."""
    return Postings(
        journal_id=np.full(len(amounts), journal_id, np.int64),
        account_id=np.array([account for account, _, _ in amounts], np.int16),
        amount_fen=np.array([amount for _, _, amount in amounts], np.int64),
        org_unit_id=np.array([unit for _, unit, _ in amounts], np.int64),
    )


def reverse(original_id: int, row: JournalRow) -> None:
    """Post `row` as the mirror image of journal `original_id`: every posting with its sign
    turned."""
    sql.execute(
        "books", "insert_journals", {name: [value] for name, value in row._asdict().items()}
    )
    count = reads.count_postings(original_id)
    if not count:
        raise JournalNotFound(journal_id=original_id)
    fresh = ids.allot("books_posting", count)
    sql.execute(
        "books",
        "reverse_postings",
        {"original": original_id, "journal": row.id, "ids": fresh.tolist()},
    )


def hold_posting() -> None:
    """Wait for the transactions that are posting, and let nobody post until this one ends.

    What is read after it is what the lock of a month will hold fast.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_POSTING_LOCK])


_POSTING_LOCK = 7303  # as in sql/guards.sql, books_check_journals


@transaction.atomic
def lock_month(month: Month, *, person_id: int | None, module: str = "*") -> None:
    """Lock a month for a module (`*`: everybody); locking twice changes nothing."""
    hold_posting()
    PeriodLock.objects.get_or_create(
        month=month.first, module=module, defaults={"person_id": person_id}
    )


def require_open(day: date) -> None:
    """Refuse a day that nobody may post on any more: PeriodLocked."""
    first_open = first_open_day(day)
    if first_open != day:
        raise PeriodLocked(month=Month.of(day), first_open=first_open.isoformat())


def first_open_day(on: date) -> date:
    """`on` itself, or the day after the latest month that is locked for everybody."""
    closed = reads.closed_until()
    return on if closed is None or on > closed else closed + timedelta(days=1)
