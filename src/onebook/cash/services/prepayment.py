"""Prepayment (预收): its movements, and its offset against newly issued bills (预收转实收)."""

from datetime import date
from typing import NamedTuple

import numpy as np

from onebook.books import services as books
from onebook.books.services import JournalRow, Postings
from onebook.infra import ids, sql
from onebook.infra.copy import copy_out
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.receivable import services as receivable
from onebook.receivable.rules import SettledBy
from onebook.receivable.services import Int64


def journal_row(
    event: str, kind: str, source_id: int, org_unit_id: int, day: date, person_id: int | None
) -> JournalRow:
    """A journal head with a fresh identifier."""
    journal_id = int(books.allot_journals(1)[0])
    return JournalRow(journal_id, event, kind, source_id, org_unit_id, day, person_id)


def move_prepayment(
    row: JournalRow,
    accounts: Int64,
    units: Int64,
    amounts: Int64,
    sources: Int64,
    *,
    account_id: int,
    source_kind: str = "receipt",
) -> Postings:
    """Record prepayment movements of `amounts` (fen, + paid in) and give their postings.

    The database refuses a movement that would leave an account below zero.
    """
    count = len(amounts)
    if count:
        entries = {
            "id": ids.allot("cash_prepayment_entry", count).tolist(),
            "service_account_id": accounts.tolist(),
            "org_unit_id": units.tolist(),
            "amount_fen": amounts.tolist(),
            "source_id": sources.tolist(),
            "source_kind": source_kind,
            "journal_id": row.id,
            "effective_on": row.effective_on,
        }
        sql.execute("cash", "insert_prepayments", entries)
    return Postings(
        journal_id=np.full(count, row.id, np.int64),
        account_id=np.full(count, account_id, np.int16),
        amount_fen=-amounts,
        org_unit_id=units,
        service_account_id=accounts,
    )


class Offset(NamedTuple):
    """What was offset: of how many accounts, and how many fen."""

    accounts: int
    fen: int


def offset_unit(
    org_unit_id: int,
    month: Month,
    effective_on: date,
    *,
    person_id: int | None,
    account: int | None = None,
) -> Offset:
    """Settle a unit's open items from its accounts' prepayment, in the caller's transaction.

    `account` names the only one to settle. Nothing is recorded where nothing can be offset.
    """
    held = _held_and_owing(org_unit_id, effective_on, account)
    if not len(held["service_account_id"]):
        return Offset(0, 0)
    receivable.lock_accounts(held["service_account_id"])
    held = _held_and_owing(org_unit_id, effective_on, account)
    accounts, balances = held["service_account_id"], held["balance_fen"]
    if not len(accounts):
        return Offset(0, 0)
    offset_id = ids.take("cash_offset")
    row = journal_row(
        "prepayment.offset", "offset", offset_id, org_unit_id, effective_on, person_id
    )
    settled = receivable.settle(
        accounts,
        balances,
        np.full(len(accounts), offset_id, np.int64),
        settled_by=SettledBy.OFFSET,
        journal_id=row.id,
        effective_on=effective_on,
    )
    used = balances - settled.left_fen
    kept = used > 0
    if not kept.any():
        return Offset(0, 0)
    insert(
        "cash_offset",
        id=offset_id,
        org_unit_id=org_unit_id,
        bill_month=month.first,
        accounts=int(kept.sum()),
        total_fen=int(used.sum()),
        effective_on=effective_on,
        person_id=person_id,
    )
    rule = books.accounts(row.event, effective_on)["settled"]
    moved = move_prepayment(
        row,
        accounts[kept],
        np.full(int(kept.sum()), org_unit_id, np.int64),
        -used[kept],
        np.full(int(kept.sum()), offset_id, np.int64),
        account_id=rule.debit,
        source_kind="offset",
    )
    books.post([row], [moved, settled.postings(row.id, rule.credit)])
    return Offset(int(kept.sum()), int(used.sum()))


def _held_and_owing(org_unit_id: int, effective_on: date, account: int | None) -> dict[str, Int64]:
    """Accounts of a unit that hold prepayment from a day on and owe something, with the balance."""
    return copy_out(
        sql.text("cash", "held_and_owing"),
        {"org_unit": org_unit_id, "effective_on": effective_on, "account": account},
        {"service_account_id": "i8", "balance_fen": "i8"},
    )
