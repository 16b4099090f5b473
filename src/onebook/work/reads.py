"""Which tasks wait for whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext

from onebook.infra.models import Run
from onebook.org import reads as org
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


def is_open(app: str, source_id: int) -> bool:
    """Whether a task of this source document waits for somebody."""
    return Task.objects.filter(app=app, source_id=source_id, closed_at=None).exists()


def runs_of(kinds: Collection[str] | None = None, limit: int = 50) -> list[Run]:
    """Batch runs, newest first."""
    found = Run.objects.order_by("-id")
    if kinds is not None:
        found = found.filter(kind__in=list(kinds))
    return list(found[:limit])
