"""Approved adjustments (退补): a charge is an item of its own, a refund settles what is owed."""

import numpy as np

from onebook.billing.services import adjustments as billing
from onebook.billing.services.adjustments import IssuedAdjustment
from onebook.books import services as books
from onebook.books.services import JournalRow
from onebook.infra import clock
from onebook.receivable import reads
from onebook.receivable.models import OpenItem
from onebook.receivable.rules import SettledBy
from onebook.receivable.services.credit_notes import Credited, credit_item
from onebook.receivable.services.items import (
    NewItems,
    Settled,
    credit_postings,
    item_postings,
    open_items,
    settle,
)


def adjust(adjustment_id: int, *, person_id: int) -> Credited:
    """Issue an approved adjustment on the first open day, in the caller's transaction.

    A charge becomes an open item. A refund settles the account's items, oldest due first, or none
    where the rule of the day says so; one that takes a charge back settles that charge. What is
    left of a refund is the surplus. The errors of `billing.services.issue_adjustment`.
    """
    day = books.first_open_day(clock.today())
    issued = billing.issue_adjustment(adjustment_id, day, person_id=person_id)
    (journal_id,) = books.allot_journals(1).tolist()
    row = JournalRow(
        journal_id, "adjustment.issued", "adjustment", adjustment_id, issued.org_unit_id, day,
        person_id,
    )  # fmt: skip
    rules = books.accounts(row.event, day)
    debit = rules["revenue"].debit
    credits = credit_postings(row, rules, issued.credits)
    surplus_fen = 0
    postings = [credits]
    if issued.total_fen > 0:
        items = _item(issued)
        item_ids = open_items(items, journal_id=journal_id, effective_on=day)
        postings.insert(0, item_postings(journal_id, debit, items, item_ids))
    elif issued.total_fen < 0:
        settled = _refund(issued, row)
        surplus_fen = int(settled.left_fen[0]) if settled else -issued.total_fen
        if settled:
            postings.insert(0, settled.postings(journal_id, debit))
    return Credited(
        row, postings, surplus_fen, issued.service_account_id, issued.org_unit_id, adjustment_id
    )


def _item(issued: IssuedAdjustment) -> NewItems:
    return NewItems(
        kind=OpenItem.Kind.ADJUSTMENT,
        source_id=np.array([issued.adjustment_id], np.int64),
        service_account_id=np.array([issued.service_account_id], np.int64),
        org_unit_id=np.array([issued.org_unit_id], np.int64),
        category_id=np.array([issued.category_id], np.int16),
        bill_month=np.array([issued.bill_month], "datetime64[D]"),
        due_on=np.array([issued.due_on], "datetime64[D]"),
        principal_fen=np.array([issued.total_fen], np.int64),
    )


def _refund(issued: IssuedAdjustment, row: JournalRow) -> Settled | None:
    if issued.counters_id is not None:
        item = reads.item_of_adjustment(issued.counters_id)
        assert item is not None
        return credit_item(item, issued.adjustment_id, row, settled_by=SettledBy.ADJUSTMENT)
    if not issued.settles_items:
        return None
    return settle(
        np.array([issued.service_account_id], np.int64),
        np.array([-issued.total_fen], np.int64),
        np.array([issued.adjustment_id], np.int64),
        settled_by=SettledBy.ADJUSTMENT,
        journal_id=row.id,
        effective_on=row.effective_on,
    )
