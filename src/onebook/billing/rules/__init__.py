"""Billing's decisions on plain values: verification, a bill's number and day, and quotes.

A quote (电费试算) is entered by name, as `rules.quote`; what every caller needs stands here.
"""

from onebook.billing.rules.verification import (
    BY_CODE,
    NOT_RELEASABLE,
    READABLE,
    RULES,
    BilledHow,
    VerificationRule,
    bill_number,
    due_on,
)

__all__ = [
    "BY_CODE",
    "NOT_RELEASABLE",
    "READABLE",
    "RULES",
    "BilledHow",
    "VerificationRule",
    "bill_number",
    "due_on",
]
