"""Decisions on bank lines: which are the same, which contradict, and the reconciliation."""

from onebook.banking.rules.balances import (
    Closing,
    Gap,
    ReconciliationStatement,
    gap_before,
    openings,
    reconciliation_statement,
)
from onebook.banking.rules.lines import (
    BankLine,
    Key,
    Overlap,
    Recorded,
    fingerprint,
    number_occurrences,
    overlap,
    plain_serial,
    same_account,
    same_party,
)

__all__ = [
    "BankLine",
    "Closing",
    "Gap",
    "Key",
    "Overlap",
    "ReconciliationStatement",
    "Recorded",
    "fingerprint",
    "gap_before",
    "number_occurrences",
    "openings",
    "overlap",
    "plain_serial",
    "reconciliation_statement",
    "same_account",
    "same_party",
]
