"""Pages of adjustments (退补): the list, one document, asking for one, taking one back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.billing.forms import AdjustmentForm
from onebook.billing.reads import adjustments as reads
from onebook.billing.rules import bill_number
from onebook.billing.rules.adjustments import Adjustment
from onebook.billing.services import adjustments as services
from onebook.books import reads as books
from onebook.customer import reads as customer
from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import parse_date
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.work import reads as work_reads
from onebook.work import services as work

_COLUMNS = (
    Column("adjustment_number", "退补单号", "Number"),
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("case_name", "退补原因", "Case"),
    Column("usage_e4", "退补电量", "kWh", "e4"),
    Column("total_fen", "退补金额", "Amount", "fen"),
    Column("state_name", "状态", "State"),
    Column("issued_on", "生效日期", "Issued on", "date"),
    Column("invoice", "发票", "Invoice"),
    Column("reason", "原因", "Reason"),
)


def adjustments(request: HttpRequest) -> HttpResponse:
    """Adjustments, the newest first; `day` asks for those that were issued on a day."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    state = request.GET.get("state", "")
    text = request.GET.get("day", "").strip()
    day = parse_date(text) if text else None
    found = listing.of(
        request,
        lambda limit, offset: reads.adjustments(
            units=seen.units,
            state=state if state in reads.STATE_WORDS else None,
            since=day,
            until=day,
            limit=limit,
            offset=offset,
        ),
    )
    rows = [_named(row) for row in found.rows]
    report = Report(
        name="adjustments",
        title_zh="退补清单" if day is None else f"{day} 退补清单",
        title_en="Adjustments" if day is None else f"Adjustments of {day}",
        as_of=asked.today,
        known_at=None,
        org_unit=seen.code,
        columns=_COLUMNS,
        rows=rows,
        totals={key: sum(row[key] for row in rows) for key in ("usage_e4", "total_fen")},
        basis_zh=f"{seen.name};追补为正、退费为负",
        basis_en=f"{seen.name}; charges above zero, refunds below",
    )
    return export.answer(request, report) or render(
        request,
        "billing/adjustments.html",
        {
            "report": report,
            "links": {
                "adjustment_number": lambda row: scope.url(request, "adjustment", row["id"]),
                "number": lambda row: scope.url(request, "account", row["number"]),
            },
            "state": state,
            "states": [(code, words.pick(pair)) for code, pair in reads.STATE_WORDS.items()],
            "day": day,
            "may_ask": bool(org.units_of(scope.by(request), Action.REQUEST_ADJUSTMENT)),
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "case_name": words.pick(row["case_shown"]),
        "state_name": words.pick(row["state_shown"]),
        "invoice": _invoice(row),
    }


def _invoice(row: dict[str, Any]) -> str:
    if row["state"] != "issued":
        return ""
    if row["invoice_kind"] is None:
        blue, red = gettext("Blue invoice due"), gettext("Red invoice due")
        return blue if row["total_fen"] > 0 else red
    kind = words.pick(reads.INVOICE_WORDS[row["invoice_kind"]])
    return f"{kind} {row['invoice_number'] or row['invoice_reason']}"


def adjustment(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """One adjustment line by line, with its approval, journal and invoice."""
    found = reads.adjustment(adjustment_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, found["org_unit_id"])
    decided = work_reads.deciders_of([found["approval_id"]])[found["approval_id"]]
    names = org.person_names([found["person_id"], *decided])
    issued = found["state"] == "issued"
    return render(
        request,
        "billing/adjustment.html",
        {
            "one": _named(found),
            "parts": [
                (part, bill_number(part["bill_id"], part["bill_month"]))
                for part in reads.parts(adjustment_id)
            ],
            "lines": reads.lines(adjustment_id),
            "asked_by": names[found["person_id"]],
            "decided_by": [names[one] for one in decided],
            "journals": books.journal_ids("adjustment", adjustment_id),
            "kinds": [(code, words.pick(pair)) for code, pair in reads.INVOICE_WORDS.items()],
            "may_invoice": issued
            and found["invoice_kind"] is None
            and org.may(person_id, Action.RECONCILE, found["org_unit_id"]),
            "may_counter": issued
            and not found["counters_id"]
            and not found["countered_by_id"]
            and org.may(person_id, Action.REQUEST_ADJUSTMENT, found["org_unit_id"]),
            "unit_shown": org.unit(found["org_unit_id"]).name,
        },
    )


def new(request: HttpRequest) -> HttpResponse:
    """Calculate an adjustment, see it line by line, and ask for its approval with evidence."""
    person_id = scope.by(request)
    rights.require_somewhere(person_id, Action.REQUEST_ADJUSTMENT)
    data = request.POST or request.GET
    form = AdjustmentForm(data if "case" in data else None, initial=request.GET.dict())
    found: Adjustment | None = None
    if form.is_bound and form.is_valid():
        try:
            wanted = form.wanted()
            unit = customer.account(wanted.account)["org_unit_id"]
            rights.require(person_id, Action.REQUEST_ADJUSTMENT, unit)
            found = services.calculate(wanted)
            if request.method == "POST":
                _, asked = services.request_adjustment(
                    wanted, request.POST.get("reason", ""), _evidence(request), by=person_id
                )
                messages.success(request, gettext("The request waits for approval."))
                return scope.go(request, "approval", asked)
        except OnebookError as refused:
            form.add_error(None, problems.text(refused))
    return render(
        request,
        "billing/new_adjustment.html",
        {
            "form": form,
            "found": found,
            "lines": [
                {**line._asdict(), "bill": bill_number(line.bill_id, line.month.first)}
                for line in (found.lines if found else ())
            ],
            "reason": request.POST.get("reason", ""),
        },
    )


def _evidence(request: HttpRequest) -> list[work.File]:
    return [work.File(file.name or "", file.read()) for file in request.FILES.getlist("evidence")]


def counter(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Ask that an issued adjustment be taken back, with the evidence."""
    found = reads.adjustment(adjustment_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.REQUEST_ADJUSTMENT, found["org_unit_id"])
    if request.method == "POST":
        try:
            _, asked = services.request_counter(
                adjustment_id, request.POST.get("reason", ""), _evidence(request), by=person_id
            )
        except OnebookError as refused:
            problems.told(request, refused)
        else:
            messages.success(request, gettext("The request waits for approval."))
            return scope.go(request, "approval", asked)
    return render(request, "billing/counter_adjustment.html", {"one": _named(found)})


@require_POST
def invoice(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """Record the number of an adjustment's invoice, or why it needs none."""
    try:
        services.settle_invoice(
            adjustment_id,
            request.POST.get("kind", ""),
            request.POST.get("number", ""),
            request.POST.get("reason", ""),
            person_id=scope.by(request),
        )
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        messages.success(request, gettext("The invoice is recorded."))
    return scope.go(request, "adjustment", adjustment_id)
