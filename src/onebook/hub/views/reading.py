"""The rounds of a month's reading books, and opening those that are due."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.infra.web import export, problems, scope
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.metering import services as metering
from onebook.metering.reads.rounds import round_report
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action


def rounds(request: HttpRequest) -> HttpResponse:
    """How the books of a month are read: what is left, the rates, readers due to change."""
    asked = scope.of(request)
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.READ_BOOK, asked.org_unit)
    text = request.GET.get("month", "").strip()
    month = Month.parse(text) if text else Month.of(asked.as_of)
    report = round_report(month, asked.known_at, seen.units, seen.code)
    return export.answer(request, report) or render(
        request,
        "hub/rounds.html",
        {
            "month": month,
            "report": report,
            "links": {},
            "may_open": bool(org.units_of(person_id, Action.IMPORT_MASTER_DATA)),
            "unit_shown": seen.name,
        },
    )


@require_POST
def open_rounds(request: HttpRequest) -> HttpResponse:
    """Open the month's rounds of the books that are due."""
    text = request.POST.get("month", "")
    try:
        opened = metering.open_rounds(Month.parse(text), by=scope.by(request))
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        said = gettext("{rounds} rounds opened, {points} meters added.")
        messages.success(request, said.format(rounds=opened.rounds, points=opened.points))
    return scope.go(request, "rounds", month=text)
