"""Which tasks wait for whom."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext

from onebook.infra.models import Run
from onebook.infra.runs import is_at_work, summary
from onebook.org import reads as org
from onebook.work.errors import RunUnknown
from onebook.work.models import Task


@dataclass(frozen=True)
class Waiting:
    """A task as the person reads it."""

    id: int
    title: str
    url: str
    org_unit: str
    opened_at: datetime
    due_on: date | None


def waiting_for(person_id: int) -> list[Waiting]:
    """The open tasks of a person's roles in their units, oldest first."""
    mine = Q(pk__in=[])
    for grant in org.roles_of(person_id):
        mine |= Q(role=grant.role, org_unit_id__in=org.subtree_ids(grant.org_unit_id))
    names = org.unit_names()
    return [
        Waiting(
            id=task.pk,
            title=gettext(task.title).format(**task.params),
            url=task.url,
            org_unit=names[task.org_unit_id],
            opened_at=task.opened_at,
            due_on=task.due_on,
        )
        for task in Task.objects.filter(mine, closed_at=None).order_by("opened_at", "id")
    ]


@dataclass(frozen=True)
class RunStanding:
    """Where a batch run stands: its chunks, rows and seconds by stage, its pace and what is left.

    `state` is `working`, `stopping`, `stopped`, `interrupted` (its process is gone) or `done`.
    """

    run: Run
    state: str
    chunks: int
    chunks_done: int
    rows_in: int
    rows_out: int
    rejected: int
    seconds: dict[str, float]

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 * self.chunks_done // self.chunks if self.chunks else 0

    @property
    def seconds_spent(self) -> float:
        """Seconds of work in all."""
        return sum(self.seconds.values())

    @property
    def rows_a_second(self) -> int:
        """The pace so far."""
        return round(self.rows_out / self.seconds_spent) if self.seconds_spent else 0

    @property
    def seconds_left(self) -> int | None:
        """What the rest takes at the pace so far; None while nothing is done yet."""
        if not self.chunks_done:
            return None
        return round(self.seconds_spent / self.chunks_done * (self.chunks - self.chunks_done))


def runs(limit: int = 50) -> list[RunStanding]:
    """Batch runs that had anything to do, newest first."""
    found = Run.objects.filter(chunks__isnull=False).distinct().order_by("-id")
    return [_standing(run) for run in found[:limit]]


def run(run_id: int) -> RunStanding:
    """One batch run; RunUnknown where there is none."""
    found = Run.objects.filter(pk=run_id).first()
    if found is None:
        raise RunUnknown(run_id=run_id)
    return _standing(found)


def _standing(run: Run) -> RunStanding:
    done = summary(run.pk)
    return RunStanding(
        run=run,
        state=_state(run),
        chunks=run.chunks.count(),
        chunks_done=done.chunks,
        rows_in=done.rows_in,
        rows_out=done.rows_out,
        rejected=done.rejected,
        seconds=done.seconds,
    )


def _state(run: Run) -> str:
    if run.state == Run.State.DONE:
        return "done"
    if is_at_work(run.pk):
        return "stopping" if run.stop_requested else "working"
    return "stopped" if run.stop_requested else "interrupted"
