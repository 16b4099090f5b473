"""Errors of the book."""

from onebook.kernel.errors import OnebookError


class RuleMissing(OnebookError):
    """No posting rule says where {event} / {component} goes on {day}. Add it to the posting
    rules."""


class PeriodLocked(OnebookError):
    """{month} is locked. Post on the first open day, {first_open}, or have the month re-opened."""


class JournalNotFound(OnebookError):
    """There is no journal {journal_id}."""


class AccountNotFound(OnebookError):
    """There is no account {code} in the chart. Open it from the trial balance."""
