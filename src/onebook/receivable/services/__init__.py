"""Every write to receivables: issuing, opening balances, settling, undoing, and corrections."""

from onebook.receivable.services.adjustments import adjust
from onebook.receivable.services.credit_notes import Credited, cancel_bill, credit_item
from onebook.receivable.services.items import (
    OLDEST_FIRST,
    Int64,
    NewItems,
    Settled,
    UndoneBy,
    issue_account,
    issue_unit,
    lock_accounts,
    open_items,
    opening_items,
    settle,
    take_opening,
    take_snapshot,
    undo,
    undo_offsets,
)

__all__ = [
    "OLDEST_FIRST",
    "Credited",
    "Int64",
    "NewItems",
    "Settled",
    "UndoneBy",
    "adjust",
    "cancel_bill",
    "credit_item",
    "issue_account",
    "issue_unit",
    "lock_accounts",
    "open_items",
    "opening_items",
    "settle",
    "take_opening",
    "take_snapshot",
    "undo",
    "undo_offsets",
]
