"""Every write to banking: accounts and statements, what lines are booked as and its undoing."""

from onebook.banking.services.booking import (
    book_line,
    carry_out,
    match_by_hand,
    request_line,
    undo,
)
from onebook.banking.services.matching import Reconciled, reconcile
from onebook.banking.services.statements import LinesTaken, open_account, record_statement

__all__ = [
    "LinesTaken",
    "Reconciled",
    "book_line",
    "carry_out",
    "match_by_hand",
    "open_account",
    "reconcile",
    "record_statement",
    "request_line",
    "undo",
]
