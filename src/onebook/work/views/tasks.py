"""The first page after login, and the batch runs with their live progress."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.infra.web import scope
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.work import reads, services


def my_work(request: HttpRequest) -> HttpResponse:
    """My tasks, oldest first, each with its one next action."""
    return render(request, "work/mine.html", {"tasks": reads.waiting_for(scope.by(request))})


def runs(request: HttpRequest) -> HttpResponse:
    """The batch runs, newest first."""
    rights.seen(scope.by(request), Action.READ_BOOK)
    return render(request, "work/runs.html", {"runs": [_shown(one) for one in reads.runs()]})


def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run; its progress alone where the page asks for it again."""
    rights.seen(scope.by(request), Action.READ_BOOK)
    fragment = bool(getattr(request, "htmx", False))
    template = "work/progress.html" if fragment else "work/run.html"
    return render(request, template, _shown(reads.run(run_id)))


def _shown(standing: reads.RunStanding) -> dict[str, Any]:
    started_by = standing.run.person_id
    people = org.person_names([started_by] if started_by else [])
    return {
        "one": standing,
        "name": run_name(standing.run.kind),
        "state": state_name(standing.state),
        "person": people.get(started_by or 0, gettext("the system")),
        "live": standing.state in ("working", "stopping"),
        "stages": [(stage_name(stage), spent) for stage, spent in standing.seconds.items()],
    }


@require_POST
def stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Ask a run to stop."""
    services.stop_run(run_id, by=scope.by(request))
    messages.success(request, gettext("The run stops after the part it is at."))
    return scope.go(request, "run", run_id)


def run_name(kind: str) -> str:
    """What a kind of run is called on the pages."""
    return {
        "verify": gettext("Verification"),
        "issue": gettext("Issue of bills"),
        "offset": gettext("Prepayment offset"),
        "reconcile": gettext("Bank reconciliation"),
        "import": gettext("Import"),
    }.get(kind, kind)


def state_name(state: str) -> str:
    """What a run's state is called on the pages."""
    return {
        "working": gettext("At work"),
        "stopping": gettext("Stopping"),
        "stopped": gettext("Stopped"),
        "interrupted": gettext("Interrupted"),
        "done": gettext("Done"),
    }[state]


def stage_name(stage: str) -> str:
    """What a stage of a run is called on the pages."""
    return {
        "verify": gettext("Verification"),
        "bills": gettext("Bills and lines"),
        "open items": gettext("Open items"),
        "postings": gettext("Postings"),
        "offset": gettext("Prepayment offset"),
    }.get(stage, stage)
