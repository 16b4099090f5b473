"""Errors of tasks and runs."""

from onebook.kernel.errors import OnebookError


class RunUnknown(OnebookError):
    """There is no run {run_id}. Open it from the list of runs."""
