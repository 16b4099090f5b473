"""Opening tasks for a role in a unit, and closing them when the work is done."""

from datetime import date
from typing import Any

from django.utils import timezone

from onebook.infra.runs import request_stop
from onebook.org import services as rights
from onebook.org.rules import Action, Role
from onebook.work.models import Task
from onebook.work.reads import tasks as reads


def open_task(
    title: str,
    url: str,
    role: Role,
    org_unit_id: int,
    app: str,
    source_id: int,
    due_on: date | None = None,
    params: dict[str, Any] | None = None,
) -> int:
    """Let a task wait for everybody who holds `role` in the unit; its id.

    `title` is an English msgid (mark it with gettext_noop) with the places of `params`, so that
    everybody reads it in their own language; `url` leads to its one next action. An app has at
    most one open task for a source document and role: asked again, title, address and day are
    brought up to date and the task keeps its age.
    """
    task, _ = Task.objects.update_or_create(
        app=app,
        source_id=source_id,
        role=role,
        closed_at=None,
        defaults={
            "title": title,
            "params": params or {},
            "url": url,
            "org_unit_id": org_unit_id,
            "due_on": due_on,
        },
    )
    return int(task.pk)


def close_task(app: str, source_id: int, by: int | None, role: Role | None = None) -> int:
    """Close the open tasks of a source document (those of `role` alone where given); how many."""
    waiting = Task.objects.filter(app=app, source_id=source_id, closed_at=None)
    if role is not None:
        waiting = waiting.filter(role=role)
    return waiting.update(closed_at=timezone.now(), closed_by_id=by)


def stop_run(run_id: int, by: int) -> None:
    """Ask a run to stop after the part it is at: whoever started it may, or issues bills.

    What is done stays done, and starting it again goes on from there. RunUnknown, NotAllowed.
    """
    if reads.run(run_id).run.person_id != by:
        rights.require(by, Action.ISSUE_BILLS, None)
    request_stop(run_id)
