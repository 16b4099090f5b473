"""Pages of trial calculations: a month's totals, the drawn accounts, one of them by its lines."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.billing import jobs, services
from onebook.billing.reads import trials as reads
from onebook.infra.web import export, problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.tariff import reads as tariff
from onebook.tariff.rules import UNIT_WORDS

_SAMPLE = 20


def trial(request: HttpRequest) -> HttpResponse:
    """A month's last trials against the month before, and the accounts to be checked."""
    asked = scope.of(request)
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.READ_BOOK, asked.org_unit)
    month = scope.month(request) or reads.latest_trial_month(seen.units) or Month.of(asked.as_of)
    report = reads.report(month, asked.today, seen.units, seen.code)
    return export.answer(request, report) or render(
        request,
        "billing/trial.html",
        {
            "month": month,
            "report": report,
            "trials": [_shown(one) for one in reads.latest_trials(month, seen.units)],
            "sample": _SAMPLE,
            "may_try": bool(org.units_of(person_id, Action.ISSUE_BILLS)),
            "unit_shown": seen.name,
        },
    )


def _shown(one: Any) -> dict[str, Any]:
    drawn = reads.samples(one.pk)
    people = {row["ticked_by_id"] for row in drawn if row["ticked_by_id"]}
    return {
        "one": one,
        "org_unit": org.unit(one.org_unit_id).name,
        "by": org.person_names([one.person_id]).get(one.person_id, "") if one.person_id else "",
        "samples": [
            {**row, "tariff": tariff.version_by_id(row["tariff_version_id"]).name_zh}
            for row in drawn
        ],
        "ticked": sum(1 for row in drawn if row["ticked_by_id"]),
        "wrong": sum(1 for row in drawn if row["is_right"] is False),
        "people": org.person_names(people),
    }


@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Calculate the month of the units asked about, with a fresh sample; back to the page."""
    month = Month.parse(request.POST.get("month", ""))
    person_id = scope.by(request)
    try:
        seen = rights.seen(person_id, Action.ISSUE_BILLS, scope.of(request).org_unit)
        done = jobs.try_month(month, seen.units, person_id=person_id, sample=_SAMPLE)
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        said = gettext("{accounts} accounts are calculated. Nothing is issued.")
        messages.success(request, said.format(accounts=sum(one.accounts for one in done)))
    return scope.go(request, "trial", month=month)


def sample(request: HttpRequest, trial_id: int, number: int) -> HttpResponse:
    """A drawn account line by line, and the tick of who checked it."""
    found = reads.trial(trial_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, found.org_unit_id)
    row = reads.required_sample(trial_id, number)
    if request.method == "POST":
        return _ticked(request, found, number)
    explained = reads.sample_explained(row, Month.of(found.bill_month))
    ticked_by = row["ticked_by_id"]
    return render(
        request,
        "billing/trial_sample.html",
        {
            "trial": found,
            "row": row,
            "tariff": tariff.version_by_id(row["tariff_version_id"]),
            "lines": [(line, words.pick(UNIT_WORDS[line.unit])) for line in explained.printed],
            "total_fen": explained.total_fen,
            "agrees": explained.total_fen == row["total_fen"],
            "ticked_by": org.person_names([ticked_by]).get(ticked_by, "") if ticked_by else "",
            "may_tick": org.may(person_id, Action.ISSUE_BILLS, found.org_unit_id),
            "unit_shown": org.unit(found.org_unit_id).name,
        },
    )


def _ticked(request: HttpRequest, found: Any, number: int) -> HttpResponse:
    is_right = request.POST.get("verdict") == "right"
    note = request.POST.get("note", "")
    try:
        services.tick(found.pk, number, is_right=is_right, note=note, by=scope.by(request))
    except OnebookError as refused:
        problems.told(request, refused)
        return scope.go(request, "trial-sample", found.pk, number)
    return scope.go(request, "trial", month=Month.of(found.bill_month))
