"""Questions to work: what waits for whom, where runs stand, what is asked for and decided."""

from onebook.work.reads.approvals import (
    approval,
    approval_of,
    approvals,
    deciders_of,
    decisions_of,
    evidence,
    evidence_of,
    levels_for,
    steps_of,
)
from onebook.work.reads.tasks import RunStanding, Waiting, run, runs, waiting_for

__all__ = [
    "RunStanding",
    "Waiting",
    "approval",
    "approval_of",
    "approvals",
    "deciders_of",
    "decisions_of",
    "evidence",
    "evidence_of",
    "levels_for",
    "run",
    "runs",
    "steps_of",
    "waiting_for",
]
