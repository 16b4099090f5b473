"""Questions to finance: one book, the month's tie-out and checklist, the promises verified."""

from onebook.finance.reads.behind import received_rows, transit_rows
from onebook.finance.reads.checklist import POINTS, Check, Said, checklist, obstacle
from onebook.finance.reads.close import (
    changed_since,
    form,
    form_of,
    form_report,
    forms,
    points,
)
from onebook.finance.reads.export import hledger_lines
from onebook.finance.reads.lists import arrears, prepayment, receipts_month
from onebook.finance.reads.months import month_table
from onebook.finance.reads.recovery import recovery
from onebook.finance.reads.tie import one_book, one_book_history, tie_out
from onebook.finance.reads.verification import NOT_COVERED, Promise, verify

__all__ = [
    "NOT_COVERED",
    "POINTS",
    "Check",
    "Promise",
    "Said",
    "arrears",
    "changed_since",
    "checklist",
    "form",
    "form_of",
    "form_report",
    "forms",
    "hledger_lines",
    "month_table",
    "obstacle",
    "one_book",
    "one_book_history",
    "points",
    "prepayment",
    "receipts_month",
    "received_rows",
    "recovery",
    "tie_out",
    "transit_rows",
    "verify",
]
