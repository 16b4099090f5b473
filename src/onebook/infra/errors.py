"""Errors of the plumbing."""

from onebook.kernel.errors import OnebookError


class KnownAtTooLate(OnebookError):
    """The moment {asked} cannot be asked for yet: rows of it may still be recorded. Ask for
    {limit} or earlier."""


class AsOfInFuture(OnebookError):
    """{asked} lies after the business day, {today}: what it will show is not known yet. Ask for
    {today} or an earlier day."""


class ClockIsReal(OnebookError):
    """The book follows the wall clock, and its day is not moved: it has units, people or records.
    Move the day of a demonstration (onebook demo), or begin a trial: name a new book by
    ONEBOOK_DATABASE and move its day before its first unit."""


class ClockBack(OnebookError):
    """The business day is {today} and does not go back to {day}. Give a later day."""


class ClockTooFar(OnebookError):
    """{day} is more than a year after the business day, {today}, and there is no way back. Move
    the day in smaller steps."""


class RunStopped(OnebookError):
    """The run {kind} {key} was stopped after {done} of {total} parts. Start it again to go on
    from there."""


class RunBusy(OnebookError):
    """The run {kind} {key} is already at work in another process. Wait for it, or stop it on its
    page."""


class RecordedForGood(OnebookError, guard="OB001"):
    """What {table} has recorded is never changed or removed. Reverse the fact and record it anew.
    Nothing was changed."""


class DatesOverlap(OnebookError, guard="OB011"):
    """Two rows of {table} for {key} would count on {day}. End the first one before the second
    begins. Nothing was changed."""


class RoleTooNarrow(OnebookError, guard="OB002"):
    """The database's role {role} may not see when other sessions began, so that no report can say
    as of which moment it is complete. Let the server's administrator run: GRANT pg_read_all_stats
    TO {role}"""


class RefusedByGuard(OnebookError):
    """The book refused this: {reason} Nothing was changed."""


class ChromiumMissing(OnebookError):
    """There is no Chromium to make PDF files with. Install it (apt-get install chromium
    fonts-noto-cjk), or name the program in ONEBOOK_CHROMIUM, and print again."""


class ChromiumFailed(OnebookError):
    """Chromium ended with {code} and made no PDF. It said: {said}"""
