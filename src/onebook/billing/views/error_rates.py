"""The page of error rates (差错率) by person and cause."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onebook.billing.reads import error_rates as reads
from onebook.infra.web import export, scope
from onebook.org import services as rights
from onebook.org.rules import Action


def error_rates(request: HttpRequest) -> HttpResponse:
    """Who made how many errors in the bills of the month of the day asked about, and why."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    report = reads.report(asked.as_of, asked.moment, seen.units, seen.code)
    shown = {"report": report, "unit_shown": seen.name}
    return export.answer(request, report) or render(request, "billing/error_rates.html", shown)
