"""Pages of work: my tasks, the batch runs, and approvals."""

from onebook.work.views.approvals import approval, approvals, evidence
from onebook.work.views.tasks import my_work, run, runs, stop

__all__ = ["approval", "approvals", "evidence", "my_work", "run", "runs", "stop"]
