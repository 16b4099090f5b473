"""Red bills as credit notes (红冲): what is left of the item is settled, the rest is a surplus."""

from dataclasses import dataclass

import numpy as np

from onebook.billing import services as billing
from onebook.books import services as books
from onebook.books.services import JournalRow, Postings
from onebook.infra import clock, ids, sql
from onebook.infra.copy import copy_in
from onebook.receivable import reads
from onebook.receivable.models import OpenItem
from onebook.receivable.rules import SettledBy
from onebook.receivable.services.items import (
    OLDEST_FIRST,
    Settled,
    credit_postings,
    lock_accounts,
)


@dataclass(frozen=True)
class Credited:
    """A correction's journal without what its surplus becomes, which the caller adds and posts.

    The postings balance but for `surplus_fen`, which the customer had paid and is to have back.
    """

    row: JournalRow
    postings: list[Postings]
    surplus_fen: int
    service_account_id: int
    org_unit_id: int
    document_id: int


def cancel_bill(bill_id: int, *, person_id: int) -> Credited | None:
    """Reverse an issued bill by a red bill (全减), in the caller's transaction.

    What remains of its open item is settled by credit note; what had been paid is the surplus. It
    counts for the first open day from today on. None for a bill of zero, which nobody owed.
    BillUnknown, BillNotStanding, NotAllowed.
    """
    day = books.first_open_day(clock.today())
    cancelled = billing.cancel(bill_id, day, person_id=person_id)
    item = reads.item_of_bill(bill_id)
    if item is None:
        return None
    (journal_id,) = books.allot_journals(1).tolist()
    row = JournalRow(
        journal_id,
        "bill.cancelled",
        "bill_batch",
        cancelled.batch_id,
        item.org_unit_id,
        cancelled.effective_on,
        person_id,
    )
    settled = credit_item(item, cancelled.red_bill_id, row)
    rules = books.accounts(row.event, row.effective_on)
    return Credited(
        row,
        [
            settled.postings(row.id, rules["revenue"].debit),
            credit_postings(row, rules, cancelled.credits),
        ],
        int(settled.left_fen[0]),
        item.service_account_id,
        item.org_unit_id,
        cancelled.red_bill_id,
    )


def credit_item(
    item: OpenItem,
    source_id: int,
    row: JournalRow,
    *,
    settled_by: SettledBy = SettledBy.CREDIT_NOTE,
) -> Settled:
    """Settle what remains of an item by a credit note; `left_fen` is what was paid of it before.

    Takes the account's lock row. What remains is what is free on the day and on every later one.
    """
    lock_accounts(np.array([item.service_account_id], np.int64))
    asked = {"item": item.pk, "effective_on": row.effective_on}
    remaining_fen = sql.one("receivable", "remaining_of_item", asked)["remaining_fen"]
    count = 1 if remaining_fen else 0
    settled = Settled(
        payment=np.zeros(count, np.int64),
        open_item_id=np.full(count, item.pk, np.int64),
        service_account_id=np.full(count, item.service_account_id, np.int64),
        org_unit_id=np.full(count, item.org_unit_id, np.int64),
        category_id=np.full(count, item.category_id, np.int16),
        bill_month=np.full(count, np.datetime64(item.bill_month, "D")),
        amount_fen=np.full(count, remaining_fen, np.int64),
        left_fen=np.array([item.principal_fen - remaining_fen], np.int64),
    )
    if count:
        _record(settled, settled_by, source_id, row)
    return settled


def _record(settled: Settled, settled_by: SettledBy, source_id: int, row: JournalRow) -> None:
    count = len(settled.amount_fen)
    copy_in(
        "receivable_settlement",
        {
            "id": ids.allot("receivable_settlement", count),
            "open_item_id": settled.open_item_id,
            "service_account_id": settled.service_account_id,
            "amount_fen": settled.amount_fen,
            "source_kind": np.full(count, settled_by, np.int16),
            "source_id": source_id,
            "policy_id": np.full(count, OLDEST_FIRST, np.int16),
            "reverses_id": None,
            "journal_id": row.id,
            "effective_on": row.effective_on,
        },
    )
