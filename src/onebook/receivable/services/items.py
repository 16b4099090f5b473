"""Every write to receivables: issuing bills, opening balances, settling and undoing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from onebook.billing import services as billing
from onebook.books import services as books
from onebook.books.services import JournalRow, Postings
from onebook.infra import ids, sql
from onebook.infra.copy import copy_in, copy_out, dates
from onebook.infra.runs import Chunk
from onebook.kernel.periods import Month
from onebook.receivable.errors import NothingSettled
from onebook.receivable.models import OpenItem, Snapshot
from onebook.receivable.rules import SettledBy

Int64 = NDArray[np.int64]
OLDEST_FIRST = 1


@dataclass(frozen=True)
class NewItems:
    """Columns of items to open, shape (n,) each; `due_on` and `bill_month` are datetime64[D]."""

    kind: int
    source_id: Int64
    service_account_id: Int64
    org_unit_id: Int64
    category_id: NDArray[np.int16]
    bill_month: NDArray[np.datetime64]
    due_on: NDArray[np.datetime64]
    principal_fen: Int64


@dataclass(frozen=True)
class Settled:
    """What payments settled, shape (m,) each; `payment` is the index of the payment given in.

    `left_fen`, shape (n,), is what of each payment settled nothing.
    """

    payment: Int64
    open_item_id: Int64
    service_account_id: Int64
    org_unit_id: Int64
    category_id: NDArray[np.int16]
    bill_month: NDArray[np.datetime64]
    amount_fen: Int64
    left_fen: Int64

    def postings(self, journal_id: int, account_id: int) -> Postings:
        """Credit postings of the settled amounts on the receivables account."""
        count = len(self.amount_fen)
        return Postings(
            journal_id=np.full(count, journal_id, np.int64),
            account_id=np.full(count, account_id, np.int16),
            amount_fen=-self.amount_fen,
            org_unit_id=self.org_unit_id,
            service_account_id=self.service_account_id,
            open_item_id=self.open_item_id,
            category_id=self.category_id,
            bill_month=self.bill_month,
        )


def issue_unit(
    org_unit_id: int, month: Month, issued_on: date, *, person_id: int | None, chunk: Chunk
) -> None:
    """Issue a unit's bills of a month (发行): bills, open items and one journal, in the caller's
    transaction. Accounts already billed or held by an exception are left out.
    """
    _issue(org_unit_id, month, issued_on, person_id, chunk)


def issue_account(
    account: int, org_unit_id: int, month: Month, issued_on: date, *, person_id: int | None
) -> int | None:
    """Verify a unit's month and issue the bill of one account of it, in the caller's transaction.

    None where the account has nothing to bill or an exception keeps it back.
    """
    billing.verify_unit(org_unit_id, month, person_id=person_id)
    chunk = Chunk(str(org_unit_id))
    issued = _issue(org_unit_id, month, issued_on, person_id, chunk, account)
    return None if issued is None else int(issued.bill_id[0])


def _issue(
    org_unit_id: int,
    month: Month,
    issued_on: date,
    person_id: int | None,
    chunk: Chunk,
    account: int | None = None,
) -> billing.IssuedUnit | None:
    with chunk.stage("bills"):
        issued = billing.issue_unit(
            org_unit_id, month, issued_on, person_id=person_id, account=account
        )
    if issued is None:
        return None
    chunk.rows_in += len(issued.bill_id)
    chunk.rows_out += len(issued.bill_id)
    owed = issued.total_fen > 0
    if not owed.any():
        return issued
    journal_id = int(books.allot_journals(1)[0])
    items = NewItems(
        kind=OpenItem.Kind.BILL,
        source_id=issued.bill_id[owed],
        service_account_id=issued.service_account_id[owed],
        org_unit_id=np.full(int(owed.sum()), org_unit_id, np.int64),
        category_id=issued.category_id[owed],
        bill_month=np.full(int(owed.sum()), np.datetime64(month.first, "D")),
        due_on=np.full(int(owed.sum()), np.datetime64(issued.due_on, "D")),
        principal_fen=issued.total_fen[owed],
    )
    with chunk.stage("open items"):
        item_ids = open_items(items, journal_id=journal_id, effective_on=issued_on)
    with chunk.stage("postings"):
        row = JournalRow(
            journal_id,
            "bill.issued",
            "bill_batch",
            issued.batch_id,
            org_unit_id,
            issued_on,
            person_id,
        )
        books.post([row], _issue_postings(row, items, item_ids, issued.credits))
    return issued


def _issue_postings(
    row: JournalRow,
    items: NewItems,
    item_ids: Int64,
    credits: dict[tuple[str, int], int],
) -> list[Postings]:
    """One receivable posting a bill; revenue, VAT and funds summed by account and category."""
    rules = books.accounts(row.event, row.effective_on)
    (receivable,) = {rule.debit for rule in rules.values()}
    return [
        item_postings(row.id, receivable, items, item_ids),
        credit_postings(row, rules, credits),
    ]


def credit_postings(
    row: JournalRow, rules: dict[str, books.Accounts], credits: dict[tuple[str, int], int]
) -> Postings:
    """Revenue, VAT and funds summed by account and category, from (component, category) -> fen.

    Amounts below zero stand on the same side in red (红字).
    """
    by_account: dict[tuple[int, int], int] = {}
    for (component, category), amount in credits.items():
        key = (rules[component].credit, category)
        by_account[key] = by_account.get(key, 0) - amount
    kept = [(key, amount) for key, amount in by_account.items() if amount]
    return Postings(
        journal_id=np.full(len(kept), row.id, np.int64),
        account_id=np.array([account for (account, _), _ in kept], np.int16),
        amount_fen=np.array([amount for _, amount in kept], np.int64),
        org_unit_id=np.full(len(kept), row.org_unit_id, np.int64),
        category_id=np.array([category for (_, category), _ in kept], np.int16),
    )


def item_postings(journal_id: int, account_id: int, items: NewItems, item_ids: Int64) -> Postings:
    """Debit postings of new items on the receivables account."""
    count = len(item_ids)
    return Postings(
        journal_id=np.full(count, journal_id, np.int64),
        account_id=np.full(count, account_id, np.int16),
        amount_fen=items.principal_fen,
        org_unit_id=items.org_unit_id,
        service_account_id=items.service_account_id,
        open_item_id=item_ids,
        category_id=items.category_id,
        bill_month=items.bill_month,
    )


def open_items(items: NewItems, *, journal_id: int, effective_on: date) -> Int64:
    """Open items in the caller's transaction; their identifiers, shape (n,)."""
    count = len(items.principal_fen)
    fresh = ids.allot("receivable_open_item", count)
    copy_in(
        "receivable_open_item",
        {
            "id": fresh,
            "kind": np.full(count, items.kind, np.int16),
            "source_id": items.source_id,
            "service_account_id": items.service_account_id,
            "org_unit_id": items.org_unit_id,
            "category_id": items.category_id.astype(np.int16),
            "bill_month": items.bill_month,
            "due_on": items.due_on,
            "principal_fen": items.principal_fen,
            "journal_id": journal_id,
            "effective_on": effective_on,
        },
    )
    return fresh


def settle(
    service_account_id: Int64,
    amount_fen: Int64,
    source_id: Int64,
    *,
    settled_by: SettledBy,
    journal_id: int,
    effective_on: date,
) -> Settled:
    """Settle open items oldest first with payments, in the caller's transaction.

    One payment a row of the three columns, shape (n,); later rows of an account settle what
    earlier ones left. Takes the accounts' lock rows in ascending order. The caller posts
    `journal_id` with `Settled.postings` and puts `left_fen` where it belongs.
    """
    lock_accounts(service_account_id)
    found = copy_out(
        sql.text("receivable", "allocate"),
        {
            "accounts": service_account_id.tolist(),
            "amounts": amount_fen.tolist(),
            "effective_on": effective_on,
        },
        {
            "payment": "i8",
            "open_item_id": "i8",
            "service_account_id": "i8",
            "org_unit_id": "i8",
            "category_id": "i2",
            "bill_month": "date",
            "amount_fen": "i8",
        },
    )
    count = len(found["payment"])
    copy_in(
        "receivable_settlement",
        {
            "id": ids.allot("receivable_settlement", count),
            "open_item_id": found["open_item_id"],
            "service_account_id": found["service_account_id"],
            "amount_fen": found["amount_fen"],
            "source_kind": np.full(count, settled_by, np.int16),
            "source_id": source_id[found["payment"]],
            "policy_id": np.full(count, OLDEST_FIRST, np.int16),
            "reverses_id": None,
            "journal_id": np.full(count, journal_id, np.int64),
            "effective_on": np.full(count, np.datetime64(effective_on, "D")),
        },
    )
    sums = np.zeros(len(amount_fen), np.int64)
    np.add.at(sums, found["payment"], found["amount_fen"])
    found["bill_month"] = dates(found["bill_month"])
    return Settled(**found, left_fen=amount_fen - sums)


@dataclass(frozen=True)
class UndoneBy:
    """The document that undoes settlements, with its journal and the day it counts for."""

    kind: SettledBy
    source_id: int
    journal_id: int
    effective_on: date


def undo(source_kind: SettledBy, source_id: int, by: UndoneBy) -> Settled:
    """Undo every settlement of a document: the items are owed again from the day of `by` on.

    What was undone, with amounts below zero; the caller posts it, or reverses the whole journal.
    NothingSettled where all of it is undone already.
    """
    asked: dict[str, Any] = {"source_kind": int(source_kind), "source_id": source_id}
    accounts = [row["service_account_id"] for row in sql.rows("receivable", "accounts_of", asked)]
    if not accounts:
        return _undo([], by)
    lock_accounts(np.array(accounts, np.int64))
    found = [row["id"] for row in sql.rows("receivable", "undoable", asked)]
    if not found:
        raise NothingSettled(source=f"{source_kind.name} {source_id}")
    return _undo(found, by)


def undo_offsets(account: int, at_least_fen: int, by: UndoneBy) -> Settled:
    """Undo an account's latest offsets of prepayment until they come to `at_least_fen`, or to all.

    Whole settlements are undone, so that it may be more. What was undone, as of `undo`.
    """
    asked = {
        "account": account,
        "source_kind": int(SettledBy.OFFSET),
        "effective_on": by.effective_on,
    }
    chosen: list[int] = []
    covered_fen = 0
    for row in sql.rows("receivable", "undoable_of_account", asked):
        if covered_fen >= at_least_fen:
            break
        chosen.append(row["id"])
        covered_fen += row["amount_fen"]
    return _undo(chosen, by)


def _undo(settlements: list[int], by: UndoneBy) -> Settled:
    asked = {
        "settlements": settlements,
        "ids": ids.allot("receivable_settlement", len(settlements)).tolist(),
        "undo_kind": int(by.kind),
        "undo_source": by.source_id,
        "journal": by.journal_id,
        "effective_on": by.effective_on,
    }
    found = sql.rows("receivable", "undo", asked) if settlements else []
    columns = {name: [row[name] for row in found] for name in _UNDONE}
    return Settled(
        payment=np.zeros(len(found), np.int64),
        left_fen=np.zeros(0, np.int64),
        **{name: np.array(columns[name], dtype) for name, dtype in _UNDONE.items()},
    )


_UNDONE: dict[str, Any] = {
    "open_item_id": np.int64,
    "service_account_id": np.int64,
    "org_unit_id": np.int64,
    "category_id": np.int16,
    "bill_month": "datetime64[D]",
    "amount_fen": np.int64,
}


def lock_accounts(service_account_id: Int64) -> None:
    """Take the lock rows of service accounts, ascending; made where they are missing."""
    accounts = np.unique(service_account_id).tolist()
    sql.execute("receivable", "make_locks", {"accounts": accounts})
    sql.execute("receivable", "lock_accounts", {"accounts": accounts})


def take_opening(items: NewItems, opening: dict[str, Any], *, person_id: int | None) -> Int64:
    """Take in opening receivables with the journal that their file is the document of.

    `opening` names the file: name, sha256, org_unit_id, effective_on.
    """
    opening_id = ids.take("receivable_opening")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO receivable_opening (id, name, sha256, org_unit_id, effective_on, items,"
            " total_fen, person_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                opening_id,
                opening["name"],
                opening["sha256"],
                opening["org_unit_id"],
                opening["effective_on"],
                len(items.principal_fen),
                int(items.principal_fen.sum()),
                person_id,
            ],
        )
    journal_id = int(books.allot_journals(1)[0])
    item_ids = open_items(items, journal_id=journal_id, effective_on=opening["effective_on"])
    row = JournalRow(
        journal_id,
        "opening.receivable",
        "opening",
        opening_id,
        opening["org_unit_id"],
        opening["effective_on"],
        person_id,
    )
    rule = books.accounts(row.event, row.effective_on)["amount"]
    units = np.unique(items.org_unit_id)
    counterpart = books.lines(
        journal_id,
        [
            (rule.credit, int(unit), -int(items.principal_fen[items.org_unit_id == unit].sum()))
            for unit in units
        ],
    )
    books.post([row], [item_postings(journal_id, rule.debit, items, item_ids), counterpart])
    return item_ids


def opening_items(
    accounts: Sequence[dict[str, Any]],
    months: Sequence[Month],
    due: Sequence[date],
    amounts: Sequence[int],
) -> NewItems:
    """Columns of opening items from their accounts (rows of customer.reads.accounts)."""
    count = len(accounts)
    return NewItems(
        kind=OpenItem.Kind.OPENING,
        source_id=np.zeros(count, np.int64),
        service_account_id=np.array([account["id"] for account in accounts], np.int64),
        org_unit_id=np.array([account["org_unit_id"] for account in accounts], np.int64),
        category_id=np.array([account["category_id"] for account in accounts], np.int16),
        bill_month=np.array([month.first for month in months], "datetime64[D]"),
        due_on=np.array(due, "datetime64[D]"),
        principal_fen=np.array(amounts, np.int64),
    )


def take_snapshot(as_of: date) -> None:
    """Keep what is open on the last day of a month that is locked, in the caller's transaction.

    The caller holds posting (`books.services.hold_posting`). A day that has its snapshot keeps it.
    """
    days = Snapshot.objects.filter(as_of__lte=as_of).order_by("-as_of")
    before = days.values_list("as_of", flat=True).first()
    if before != as_of:
        sql.one("receivable", "take_snapshot", {"as_of": as_of, "snapshot": before})
        sql.analyze("receivable_snapshot_item", "receivable_open_item", "receivable_settlement")
