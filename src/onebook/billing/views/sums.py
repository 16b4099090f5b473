"""Pages of the month's sums: fees by category, power factors, revenue against the book."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onebook.billing.reads import adjustments, power_factor, revenue
from onebook.infra.report import Report
from onebook.infra.web import export, listing, scope
from onebook.infra.web.table import Link
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action


def sales(request: HttpRequest) -> HttpResponse:
    """Fees of the month by unit and category; each leads to its bills."""
    report, unit_shown = _asked(request, revenue.sales)
    month, codes = Month.of(report.as_of), _codes()
    links = {
        "bills": lambda row: (
            scope.url(
                request,
                "bills",
                issued=month,
                org_unit=codes[row["org_unit_id"]],
                category=row["category_id"],
            )
            if "category_id" in row
            else None
        ),
        "adjusted_fen": lambda row: scope.url(request, "adjustments-approved"),
    }
    return _answer(request, "billing/sales.html", report, links, unit_shown)


def revenue_tie(request: HttpRequest) -> HttpResponse:
    """KWh × price against the revenue in the book, by category."""
    report, unit_shown = _asked(request, revenue.revenue)
    month = Month.of(report.as_of)
    links = {
        "usage_e4": lambda row: scope.url(
            request, "bills", issued=month, category=row["category_id"]
        ),
    }
    return _answer(request, "billing/revenue.html", report, links, unit_shown)


def power_factors(request: HttpRequest) -> HttpResponse:
    """What power factors changed, by unit, standard and band; each leads to its bills."""
    report, unit_shown = _asked(request, power_factor.report)
    codes = _codes()
    links = {
        "bills": lambda row: (
            scope.url(
                request,
                "power-factor-bills",
                org_unit=codes[row["org_unit_id"]],
                band=row["band"],
                standard=row["pf_standard_bp"],
            )
            if "band" in row and "pf_standard_bp" in row
            else None
        )
    }
    return _answer(request, "billing/power_factor.html", report, links, unit_shown)


def power_factor_bills(request: HttpRequest) -> HttpResponse:
    """The bills behind a figure of the power factors' page."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    band, standard = (scope.number(request, name) for name in ("band", "standard"))
    found = listing.of(
        request,
        lambda limit, offset: power_factor.bills(
            asked.as_of,
            asked.moment,
            seen.units,
            band=band,
            standard_bp=standard,
            limit=limit,
            offset=offset,
        ),
    )
    report = power_factor.bills_report(found.rows, asked.as_of, asked.known_at, seen.code)
    return export.answer(request, report) or render(
        request,
        "billing/power_factor_bills.html",
        {
            "report": report,
            "links": {
                "bill_number": lambda row: scope.url(request, "bill", row["bill_id"]),
                "number": lambda row: scope.url(request, "account", row["number"]),
            },
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def approved(request: HttpRequest) -> HttpResponse:
    """The year's adjustments with who asked and who approved (退补审批表)."""
    report, unit_shown = _asked(request, adjustments.approved)
    links = {
        "adjustment_number": lambda row: scope.url(request, "adjustment", row["id"]),
        "number": lambda row: scope.url(request, "account", row["number"]),
    }
    return _answer(request, "billing/adjustments_approved.html", report, links, unit_shown)


def _codes() -> dict[int, str]:
    return {unit.pk: unit.code for unit in org.units()}


def _asked(request: HttpRequest, make: Callable[..., Report]) -> tuple[Report, str]:
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    return make(asked.as_of, asked.moment, seen.units, seen.code), seen.name


def _answer(
    request: HttpRequest, template: str, report: Report, links: Mapping[str, Link], unit_shown: str
) -> HttpResponse:
    shown = {"report": report, "links": links, "unit_shown": unit_shown}
    return export.answer(request, report) or render(request, template, shown)
