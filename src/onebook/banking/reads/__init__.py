"""Questions to banking: lines with their matches, what waits and why, the 余额调节表."""

from onebook.banking.reads.lines import (
    account_by_number,
    accounts,
    balances_of,
    closing_before,
    files,
    line,
    lines,
    lock_account,
    lock_matching,
    match,
    match_of,
    month_counts,
    recorded,
    transit_item,
    transit_units,
    waiting_by_month,
)
from onebook.banking.reads.reconciliation import (
    AccountBalance,
    Reconciliation,
    reconciliation,
    reconciliation_report,
)

__all__ = [
    "AccountBalance",
    "Reconciliation",
    "account_by_number",
    "accounts",
    "balances_of",
    "closing_before",
    "files",
    "line",
    "lines",
    "lock_account",
    "lock_matching",
    "match",
    "match_of",
    "month_counts",
    "reconciliation",
    "reconciliation_report",
    "recorded",
    "transit_item",
    "transit_units",
    "waiting_by_month",
]
