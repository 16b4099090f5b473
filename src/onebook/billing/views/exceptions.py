"""Pages of verification: the exceptions' worklist, one exception, and a meter to be read again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.billing import reads, services
from onebook.billing.forms import DecisionForm, RereadForm
from onebook.billing.reads import tickets as ticket_reads
from onebook.billing.rules import BY_CODE, READABLE, RULES, bill_number
from onebook.billing.rules.tickets import TICKET_WORDS
from onebook.billing.services import ESTIMATE
from onebook.billing.views import field
from onebook.customer import reads as customer
from onebook.infra.report import Column, Report
from onebook.infra.web import chart, export, listing, problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.metering import reads as metering
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.work import reads as work
from onebook.work import services as asking

_MONTHS, _BILLS = 24, 6
_STATES = ("open", "release", "hold")
_EXCEPTION_COLUMNS = (
    Column("rule_name", "规则", "Rule"),
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("expected", "应为", "Expected"),
    Column("found", "实为", "Found"),
    Column("usage_e4", "电量", "kWh", "e4"),
    Column("risk_fen", "涉及金额", "At stake", "fen"),
    Column("state_name", "状态", "State"),
    Column("reason", "原因", "Reason"),
)


def exceptions(request: HttpRequest) -> HttpResponse:
    """The month's exceptions: what keeps bills back first, the most money at stake first."""
    asked = scope.of(request)
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.READ_BOOK, asked.org_unit)
    month = (
        scope.month(request) or reads.latest_exception_month(seen.units) or Month.of(asked.as_of)
    )
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
        "readable": rule.code in READABLE,
        "state_name": state_name(row["state"], row["decision"]),
        "reason": row["reason"] or "",
    }


def exception(request: HttpRequest, exception_id: int) -> HttpResponse:
    """One exception: expected and found, the documents, the account's months, what is under way."""
    found = reads.exception(exception_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, found["org_unit_id"])
    reading = metering.reading(found["reading_id"])
    file = metering.reading_file(reading.file_id)
    named = {one for one in (found["decided_by_id"], file.person_id) if one}
    people = org.person_names(named)
    account = found["service_account_id"]
    months = reads.usage_months(account, _MONTHS)
    return render(
        request,
        "billing/exception.html",
        {
            "one": _named(found),
            "reading": reading,
            "file": file,
            "read_by": people.get(file.person_id or 0, ""),
            "meter_number": metering.meter_numbers([reading.meter_id])[reading.meter_id],
            "decided_by": people.get(found["decided_by_id"] or 0, ""),
            "usage_figure": _usage_figure(months, found),
            "fee_figure": _fee_figure(months),
            "bills": [
                (one, bill_number(one.pk, one.bill_month))
                for one in reads.bills_of_account(account, _BILLS)
            ],
            "entered": field.entered(reading.meter_id, Month.of(found["bill_month"])),
            "others": [
                _named(one)
                for one in reads.exceptions_of_account(account, Month.of(found["bill_month"]))
                if one["id"] != exception_id
            ],
            "tickets": ticket_reads.tickets_of_account(account),
            "ticket_kinds": [(kind, words.pick(pair)) for kind, pair in TICKET_WORDS.items()],
            "may_ticket": found["state"] in ("open", "hold")
            and org.may(person_id, Action.IMPORT_MASTER_DATA, found["org_unit_id"]),
            "asked": work.approval_of(*ESTIMATE, exception_id),
            "reasons": _reasons(),
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


def _fee_figure(months: list[dict[str, Any]]) -> chart.Figure:
    return chart.bars(
        [f"{one['bill_month']:%Y-%m}" for one in months],
        [(gettext("Amount"), [chart.yuan(one["total_fen"]) for one in months])],
        unit=gettext("yuan"),
    )


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Decide on the chosen exceptions; back to where the list was."""
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
        "reread": gettext("{n} sent back to be read again: the readers have a task for each."),
    }[form.cleaned_data["kind"]]
    messages.success(request, done.format(n=len(chosen)))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list with its filters, the cursor on the row that took the decided one's place."""
    kept = {key: request.POST.get(key, "") for key in ("month", "state", "rule", "at")}
    return scope.go(request, "exceptions", **kept)


@require_POST
def estimate(request: HttpRequest, exception_id: int) -> HttpResponse:
    """Ask that the last period's kWh be billed in the place of the reading."""
    files = [
        asking.File(file.name or "", file.read()) for file in request.FILES.getlist("evidence")
    ]
    reason = request.POST.get("reason", "")
    try:
        asked = services.request_estimate(exception_id, reason, files, by=scope.by(request))
    except OnebookError as refused:
        problems.told(request, refused)
        return scope.go(request, "exception", exception_id)
    messages.success(request, gettext("The request waits for approval."))
    return scope.go(request, "approval", asked)


def reread(request: HttpRequest, exception_id: int) -> HttpResponse:
    """For the reader: a meter to be read again, and what it shows."""
    found = reads.exception(exception_id)
    rights.require(scope.by(request), Action.IMPORT_READINGS, found["org_unit_id"])
    reading = metering.reading(found["reading_id"])
    form = RereadForm(
        metering.registers_of_meters([reading.meter_id]).get(reading.meter_id, {}),
        request.POST or None,
        initial={"read_on": scope.of(request).today},
    )
    if request.method == "POST" and form.is_valid() and _taken(request, form, exception_id):
        return scope.go(request, "my-work")
    return render(
        request,
        "billing/reread.html",
        {
            "one": _named(found),
            "is_asked": found["decision"] == "reread",
            "account": customer.account_by_id(found["service_account_id"]),
            "reading": reading,
            "meter_number": metering.meter_numbers([reading.meter_id])[reading.meter_id],
            "form": form,
            "unit_shown": org.unit(found["org_unit_id"]).name,
        },
    )


def _taken(request: HttpRequest, form: RereadForm, exception_id: int) -> bool:
    given = form.cleaned_data
    try:
        changed = services.read_again(
            exception_id,
            given["current"],
            given["read_on"],
            given["note"],
            by=scope.by(request),
            registers=form.registers(),
        )
    except OnebookError as refused:
        form.add_error(None, problems.text(refused))
        return False
    if changed:
        messages.success(request, gettext("The reading is corrected, and verified anew."))
    else:
        messages.success(request, gettext("The value stands as it was; the biller decides."))
    return True


def state_name(state: str, decision: str = "") -> str:
    """What the state of an exception is called on the pages."""
    return {
        "open": gettext("To decide"),
        "release": gettext("Released"),
        "hold": gettext("Held"),
        "clear": gettext("Cause gone"),
        "reread": gettext("To be read again"),
        "estimate": gettext("Estimate asked for"),
        "ticket": gettext("Ticket opened"),
    }[decision if decision in ("reread", "estimate", "ticket") else state]
