"""Every write to work: tasks that wait for a role, and approvals by a second person."""

from onebook.work.services.approvals import Decided, File, Request, ask, decide
from onebook.work.services.tasks import close_task, open_task, stop_run

__all__ = [
    "Decided",
    "File",
    "Request",
    "ask",
    "close_task",
    "decide",
    "open_task",
    "stop_run",
]
