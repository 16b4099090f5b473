"""Every write to banking: accounts and statements, matches and their undoing."""

from onebook.banking.services.matching import Reconciled, match_by_hand, reconcile, undo
from onebook.banking.services.statements import LinesTaken, open_account, record_statement

__all__ = [
    "LinesTaken",
    "Reconciled",
    "match_by_hand",
    "open_account",
    "reconcile",
    "record_statement",
    "undo",
]
