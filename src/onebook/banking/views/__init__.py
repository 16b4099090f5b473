"""Pages of the bank: lines and the ways to book them, the 余额调节表, statement files."""

from onebook.banking.views.lines import bank_match, book, line, lines, undo, unidentified
from onebook.banking.views.statements import files, reconciliation

__all__ = [
    "bank_match",
    "book",
    "files",
    "line",
    "lines",
    "reconciliation",
    "undo",
    "unidentified",
]
