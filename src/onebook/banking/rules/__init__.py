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
from onebook.banking.rules.parts import (
    OWN_TRANSFER,
    Kind,
    Part,
    from_json,
    needs_reason,
    require_whole,
    to_json,
    to_purposes_fen,
)

__all__ = [
    "OWN_TRANSFER",
    "BankLine",
    "Closing",
    "Gap",
    "Key",
    "Kind",
    "Overlap",
    "Part",
    "ReconciliationStatement",
    "Recorded",
    "fingerprint",
    "from_json",
    "gap_before",
    "needs_reason",
    "number_occurrences",
    "openings",
    "overlap",
    "plain_serial",
    "reconciliation_statement",
    "require_whole",
    "same_account",
    "same_party",
    "to_json",
    "to_purposes_fen",
]
