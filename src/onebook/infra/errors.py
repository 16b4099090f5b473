"""Errors of the plumbing."""

from onebook.kernel.errors import OnebookError


class KnownAtTooLate(OnebookError):
    """The moment {asked} cannot be asked for yet: rows of it may still be recorded. Ask for
    {limit} or earlier."""


class RunStopped(OnebookError):
    """The run {kind} {key} was stopped after {done} of {total} parts. Start it again to go on
    from there."""


class RunBusy(OnebookError):
    """The run {kind} {key} is already at work in another process. Wait for it, or stop it on its
    page."""
