"""Errors of the book."""

from onebook.kernel.errors import OnebookError


class RuleMissing(OnebookError):
    """No posting rule says where {event} / {component} goes on {day}. Add it to the posting
    rules."""


class PeriodLocked(OnebookError, guard="OB004"):
    """{month} is locked: it is closed, or lies before a month that is. Post on the first open day,
    {first_open}."""


class JournalNotFound(OnebookError):
    """There is no journal {journal_id}."""


class AccountNotFound(OnebookError):
    """There is no account {code} in the chart. Open it from the trial balance."""


class DocumentMissing(OnebookError, guard="OB003"):
    """The book refused journal {journal}: it has no source document of the kind {kind}. Nothing
    was recorded. This is a fault of the program; report it with this message."""


class JournalUnbalanced(OnebookError, guard="OB005"):
    """The book refused journal {journal}: its postings are {off} yuan out of balance, or name an
    account that does not exist. Nothing was recorded. This is a fault of the program; report it
    with this message."""


class JournalTwice(OnebookError, guard="OB010"):
    """The book refused the postings of journal {journal}: it is not recorded, or has its postings
    already. Nothing was recorded. This is a fault of the program; report it with this message."""
