"""Pages of verification and of what was issued: the exceptions' worklist, the months, a batch."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.views.decorators.http import require_POST

from onebook.billing import reads, services
from onebook.billing.forms import DecisionForm
from onebook.billing.reads import invoices as invoice_reads
from onebook.billing.rules import BY_CODE, RULES, bill_number
from onebook.customer import reads as customer
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra.report import Column, Report
from onebook.infra.templatetags import onebook
from onebook.infra.web import chart, export, listing, problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.metering import reads as metering
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action

# Codes that this app's errors carry, which `infra.web.problems` puts into words.
WORDS = (
    pgettext_lazy("word", "R01"),
    pgettext_lazy("word", "R02"),
    pgettext_lazy("word", "R03"),
    pgettext_lazy("word", "R04"),
    pgettext_lazy("word", "R09"),
    pgettext_lazy("word", "R17"),
    pgettext_lazy("word", "R18"),
    pgettext_lazy("word", "R19"),
    pgettext_lazy("word", "R20"),
    pgettext_lazy("word", "R21"),
    pgettext_lazy("word", "R22"),
    pgettext_lazy("word", "blocks"),
    pgettext_lazy("word", "change_percent"),
    pgettext_lazy("word", "days_highest"),
    pgettext_lazy("word", "days_lowest"),
    pgettext_lazy("word", "floor_e4"),
    pgettext_lazy("word", "opened_days"),
)
_MONTHS = 13
_STATES = ("open", "release", "hold")
_EXCEPTION_COLUMNS = (
    Column("rule_name", "规则", "Rule"),
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("expected", "应为", "Expected"),
    Column("found", "实为", "Found"),
    Column("usage_e4", "电量", "kWh", "e4"),
    Column("state_name", "状态", "State"),
    Column("reason", "原因", "Reason"),
)
_MONTH_COLUMNS = (
    Column("org_unit", "单位", "Org unit"),
    Column("bills", "户数", "Bills", "count"),
    Column("usage_e4", "电量", "kWh", "e4"),
    Column("total_fen", "应收电费", "Amount", "fen"),
)
_BILL_COLUMNS = (
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("category", "用电类别", "Category"),
    Column("bill_number", "账单号", "Bill number"),
    Column("usage_e4", "电量", "kWh", "e4"),
    Column("total_fen", "应收电费", "Amount", "fen"),
    Column("net_fen", "不含税", "Without VAT", "fen"),
    Column("vat_fen", "税额", "VAT", "fen"),
    Column("due_on", "到期日", "Due", "date"),
    Column("invoice", "发票", "Invoice"),
)


def exceptions(request: HttpRequest) -> HttpResponse:
    """The month's exceptions: what keeps bills back first, the largest usage first."""
    asked = scope.of(request)
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.READ_BOOK, asked.org_unit)
    month = _month(request) or reads.latest_exception_month(seen.units) or Month.of(asked.as_of)
    counts = _counts(month, seen.units)
    # Where nothing waits for a decision, what was decided is shown.
    state = request.GET.get("state") or ("open" if counts["open"] else "all")
    rule = request.GET.get("rule", "")
    found = listing.of(
        request,
        lambda limit, offset: reads.exceptions(
            month,
            seen.units,
            state=state if state in _STATES else None,
            rule=rule or None,
            limit=limit,
            offset=offset,
        ),
    )
    shown = [_named(row) for row in found.rows]
    report = Report(
        name="exceptions",
        title_zh=f"{month} 核算异常清单",
        title_en=f"Billing exceptions of {month}",
        as_of=asked.today,
        known_at=None,
        org_unit=seen.code,
        columns=_EXCEPTION_COLUMNS,
        rows=shown,
    )
    return export.answer(request, report) or render(
        request,
        "billing/exceptions.html",
        {
            "month": month,
            "rows": shown,
            "counts": counts,
            "rules": [(one.code, words.pick((one.name_zh, one.name_en))) for one in RULES],
            "rule": rule,
            "state": state,
            "states": [(one, state_name(one)) for one in _STATES],
            "may_decide": bool(org.units_of(person_id, Action.DECIDE_EXCEPTION)),
            "reasons": _reasons(),
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def _reasons() -> list[str]:
    """What is found most often, to choose from while typing."""
    return [
        gettext("Read again on site, the reading is right"),
        gettext("The customer is away, the flat is empty"),
        gettext("New equipment, confirmed with the customer"),
        gettext("Season, as in the year before"),
        gettext("Sent back to be read again"),
    ]


def _month(request: HttpRequest) -> Month | None:
    text = request.GET.get("month", "").strip()
    return Month.parse(text) if text else None


def _counts(month: Month, units: list[int] | None) -> dict[str, int]:
    counts = {"open": 0, "release": 0, "hold": 0, "blocking": 0}
    for row in reads.exception_counts(month, units):
        counts[row["state"]] += row["exceptions"]
        if row["blocking"] and row["state"] != "release":
            counts["blocking"] += row["exceptions"]
    return counts


def _named(row: dict[str, Any]) -> dict[str, Any]:
    rule = BY_CODE[row["rule"]]
    name = words.pick((rule.name_zh, rule.name_en))
    return row | {
        "rule_name": f"{rule.code} {name}",
        "releasable": rule.releasable,
        "state_name": state_name(row["state"]),
        "reason": row["reason"] or "",
    }


def exception(request: HttpRequest, exception_id: int) -> HttpResponse:
    """One exception with the account's readings before it, and the decision on it."""
    found = reads.exception(exception_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, found["org_unit_id"])
    people = org.person_names([found["decided_by_id"]] if found["decided_by_id"] else [])
    reading = metering.reading(found["reading_id"])
    meters = metering.installations_of_account(found["service_account_id"])
    months = reads.usage_months(found["service_account_id"], _MONTHS)
    return render(
        request,
        "billing/exception.html",
        {
            "one": _named(found),
            "reading": reading,
            "meter_number": ", ".join(
                one["meter_number"]
                for one in meters
                if one["installation"].meter_id == reading.meter_id
            ),
            "decided_by": people.get(found["decided_by_id"] or 0, ""),
            "figure": _usage_figure(months, found),
            "may_decide": org.may(person_id, Action.DECIDE_EXCEPTION, found["org_unit_id"]),
            "unit_shown": org.unit(found["org_unit_id"]).name,
        },
    )


def _usage_figure(months: list[dict[str, Any]], found: dict[str, Any]) -> chart.Figure:
    usage = {f"{one['bill_month']:%Y-%m}": one["usage_e4"] for one in months}
    usage.setdefault(f"{found['bill_month']:%Y-%m}", found["usage_e4"])
    labels = sorted(usage)
    return chart.bars(
        labels,
        [(gettext("Usage"), [chart.kwh(usage[label]) for label in labels])],
        unit=gettext("kWh"),
    )


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Release the chosen exceptions or hold their bills; back to where the list was."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return _back(request)
    chosen = form.cleaned_data["exceptions"]
    try:
        services.decide(
            chosen,
            form.cleaned_data["kind"],
            form.cleaned_data["reason"],
            person_id=scope.by(request),
        )
    except OnebookError as refused:
        problems.told(request, refused)
        return _back(request)
    done = {
        "release": gettext("{n} released: the next issue bills them."),
        "hold": gettext("{n} held: they are not billed until decided again."),
    }[form.cleaned_data["kind"]]
    messages.success(request, done.format(n=len(chosen)))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list with its filters, the cursor on the row that took the decided one's place."""
    kept = {key: request.POST.get(key, "") for key in ("month", "state", "rule", "at")}
    return scope.go(request, "exceptions", **kept)


def issued(request: HttpRequest) -> HttpResponse:
    """What was issued of a bill month, by unit, with the months before as a picture."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    month = _month(request) or reads.latest_bill_month(seen.units) or Month.of(asked.as_of)
    names = org.unit_names()
    codes = {unit.pk: unit.code for unit in org.units()}
    rows = [
        {**row, "org_unit": names[unit]}
        for unit, row in sorted(reads.month_totals(month, seen.units).items())
    ]
    report = Report(
        name="issued",
        title_zh=f"{month} 电费发行汇总",
        title_en=f"Issued of {month}",
        as_of=asked.today,
        known_at=None,
        org_unit=seen.code,
        columns=_MONTH_COLUMNS,
        rows=rows,
        totals={key: sum(row[key] for row in rows) for key in ("bills", "usage_e4", "total_fen")},
        basis_zh=f"电费年月 {month};{seen.name}",
        basis_en=f"Bill month {month}; {seen.name}",
    )
    earlier = [month.plus(-back) for back in reversed(range(_MONTHS))]
    return export.answer(request, report) or render(
        request,
        "billing/issued.html",
        {
            "month": month,
            "report": report,
            "links": {
                "bills": lambda row: scope.url(
                    request, "bills", month=month, org_unit=codes[row["org_unit_id"]]
                )
            },
            "figure": _months_figure(earlier, seen.units),
            "unit_shown": seen.name,
        },
    )


def _months_figure(months: list[Month], units: list[int] | None) -> chart.Figure:
    totals = [
        sum(row["total_fen"] for row in reads.month_totals(month, units).values())
        for month in months
    ]
    return chart.bars(
        [str(month) for month in months],
        [(gettext("Issued"), [chart.yuan(total) for total in totals])],
        unit=gettext("yuan"),
    )


def bills(request: HttpRequest) -> HttpResponse:
    """The bills of a month, by account."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    month = _month(request) or reads.latest_bill_month(seen.units) or Month.of(asked.as_of)
    found = listing.of(
        request,
        lambda limit, offset: reads.bills_of_month(month, seen.units, limit=limit, offset=offset),
    )
    accounts = customer.accounts_by_id([one.service_account_id for one in found.rows])
    invoiced = invoice_reads.shown_of_bills([one.pk for one in found.rows])
    report = Report(
        name="bills",
        title_zh=f"{month} 电费清单",
        title_en=f"Bills of {month}",
        as_of=asked.today,
        known_at=None,
        org_unit=seen.code,
        columns=_BILL_COLUMNS,
        rows=[
            {
                "id": one.pk,
                "number": accounts[one.service_account_id]["number"],
                "customer_name": accounts[one.service_account_id]["customer_name"],
                "category": words.pick(CATEGORY_WORDS[one.category_id]),
                "bill_number": bill_number(one.pk, one.bill_month),
                "usage_e4": one.usage_e4,
                "total_fen": one.total_fen,
                "net_fen": one.net_fen,
                "vat_fen": one.vat_fen,
                "due_on": one.due_on,
                "invoice": onebook.named(invoiced[one.pk]),
                "invoice_id": invoiced[one.pk]["invoice_id"],
            }
            for one in found.rows
        ],
        basis_zh=f"电费年月 {month};{seen.name}",
        basis_en=f"Bill month {month}; {seen.name}",
    )
    return export.answer(request, report) or render(
        request,
        "billing/bills.html",
        {
            "month": month,
            "report": report,
            "links": {
                "bill_number": lambda row: scope.url(request, "bill", row["id"]),
                "number": lambda row: scope.url(request, "account", row["number"]),
                "invoice": lambda row: (
                    scope.url(request, "invoice", row["invoice_id"]) if row["invoice_id"] else None
                ),
            },
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The batch that is a journal's document: its month and unit's bills."""
    found = reads.batch(batch_id)
    return scope.go(
        request,
        "bills",
        month=Month.of(found.bill_month),
        org_unit=org.unit(found.org_unit_id).code,
    )


def state_name(state: str) -> str:
    """What the state of an exception is called on the pages."""
    return {
        "open": gettext("To decide"),
        "release": gettext("Released"),
        "hold": gettext("Held"),
        "clear": gettext("Cause gone"),
    }[state]
