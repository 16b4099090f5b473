"""Pages of VAT invoices: the register, one invoice, files out to the platform and its results."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy
from django.views.decorators.http import require_POST

from onebook.billing.jobs import invoices as jobs
from onebook.billing.parsers.invoices import document_number
from onebook.billing.reads import bills_by_id
from onebook.billing.reads import invoices as reads
from onebook.billing.rules import bill_number
from onebook.billing.services import invoices as services
from onebook.customer import reads as customer
from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action

# Codes that this app's errors carry, which `infra.web.problems` puts into words.
WORDS = (
    pgettext_lazy("word", "requested"),
    pgettext_lazy("word", "failed"),
    pgettext_lazy("word", "issued"),
    pgettext_lazy("word", "red_issued"),
    pgettext_lazy("word", "voided"),
    pgettext_lazy("word", "dropped"),
)
_COLUMNS = (
    Column("document", "单据号", "Document"),
    Column("state_name", "状态", "State"),
    Column("color_name", "蓝红", "Blue or red"),
    Column("kind_name", "种类", "Kind"),
    Column("title", "购方名称", "Buyer"),
    Column("tax_number", "税号", "Tax number"),
    Column("account_number", "户号", "Account"),
    Column("months", "电费年月", "Bill month"),
    Column("code", "发票代码", "Code"),
    Column("number", "发票号码", "Number"),
    Column("issued_on", "开票日期", "Dated", "date"),
    Column("net_fen", "不含税", "Without VAT", "fen"),
    Column("vat_fen", "税额", "VAT", "fen"),
    Column("gross_fen", "价税合计", "Gross", "fen"),
    Column("state_reason", "原因", "Reason"),
)


def register(request: HttpRequest) -> HttpResponse:
    """The register of invoices with its filters, and what the month's bills still lack."""
    asked = scope.of(request)
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.READ_BOOK, asked.org_unit)
    text = request.GET.get("month", "").strip()
    month = Month.parse(text) if text else None
    state, kind = (request.GET.get(name, "") for name in ("state", "kind"))
    found = listing.of(
        request,
        lambda limit, offset: reads.invoices(
            seen.units,
            month,
            [state] if state in reads.STATE_WORDS else None,
            kind or None,
            request.GET.get("color") or None,
            request.GET.get("q", "").strip() or None,
            state == "red_due",
            limit,
            offset,
        ),
    )
    report = Report(
        name="invoice-register",
        title_zh="增值税发票登记簿",
        title_en="Register of VAT invoices",
        as_of=asked.today,
        known_at=None,
        org_unit=seen.code,
        columns=_COLUMNS,
        rows=[_named(row) for row in found.rows],
        basis_zh=f"电费年月 {month or '全部'};{seen.name}",
        basis_en=f"Bill month {month or 'any'}; {seen.name}",
    )
    return export.answer(request, report) or render(
        request,
        "billing/invoices.html",
        {
            "month": month,
            "report": report,
            "links": {
                "document": lambda row: scope.url(request, "invoice", row["id"]),
                "account_number": lambda row: scope.url(request, "account", row["account_number"]),
            },
            "counts": _counts(seen.units, month),
            "state": state,
            "states": [
                (one, words.pick(pair))
                for one, pair in reads.STATE_WORDS.items()
                if one != "to_issue"
            ],
            "kind": kind,
            "kinds": [(one, words.pick(pair)) for one, pair in reads.KIND_WORDS.items()],
            "color": request.GET.get("color", ""),
            "colors": [(one, words.pick(pair)) for one, pair in reads.COLOR_WORDS.items()],
            "may_issue": bool(org.units_of(person_id, Action.ISSUE_BILLS)),
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def _counts(units: list[int] | None, month: Month | None) -> dict[str, dict[str, int]]:
    names = (*reads.STATE_WORDS, "red_due")
    every = {state: {"invoices": 0, "gross_fen": 0} for state in names}
    for row in reads.counts(units, month):
        every[row["state"]]["invoices"] += row["invoices"]
        every[row["state"]]["gross_fen"] += row["gross_fen"]
    return every


def _named(row: reads.Row) -> dict[str, Any]:
    months = sorted({f"{row['bill_month']:%Y-%m}", f"{row['last_month']:%Y-%m}"})
    return {
        **row,
        "document": document_number(row["id"]),
        "state_name": words.pick(reads.STATE_WORDS[row["state"]]),
        "color_name": words.pick(reads.COLOR_WORDS[row["color"]]),
        "kind_name": words.pick(reads.KIND_WORDS[row["kind"]]),
        "months": "–".join(months),
        "code": row["code"] or "",
        "number": row["number"] or "",
        "state_reason": row["state_reason"] or row["reason"],
    }


def invoice(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """One invoice: buyer, amounts, the bills it covers, what became of it, and what can be done."""
    row = reads.invoice(invoice_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, row["org_unit_id"])
    bills = bills_by_id(reads.bills_of_invoices([invoice_id]))
    accounts = customer.accounts_by_id({one.service_account_id for one in bills})
    events = reads.events_of(invoice_id)
    people = org.person_names({one.person_id for one in events if one.person_id})
    sign = -1 if row["color"] == "red" else 1
    return render(
        request,
        "billing/invoice.html",
        {
            "one": _named(row),
            "tone": reads.tone(row["state"]),
            "rate": f"{row['vat_rate_bp'] / 100:g} %",
            "bills": [
                {
                    "id": one.pk,
                    "number": bill_number(one.pk, one.bill_month),
                    "month": one.bill_month,
                    "account": accounts[one.service_account_id]["number"],
                    "net_fen": sign * one.net_fen,
                    "vat_fen": sign * one.vat_fen,
                    "gross_fen": sign * one.total_fen,
                }
                for one in bills
            ],
            "events": [
                (one, words.pick(reads.STATE_WORDS[one.kind]), people.get(one.person_id or 0, ""))
                for one in events
            ],
            "reds": [_named(one) for one in reads.red_of(invoice_id)],
            "may_issue": org.may(person_id, Action.ISSUE_BILLS, row["org_unit_id"]),
            "unit_shown": org.unit(row["org_unit_id"]).name,
        },
    )


def upload(request: HttpRequest) -> HttpResponse:
    """The requested invoices as a file for the platform."""
    asked = scope.of(request)
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.ISSUE_BILLS, asked.org_unit)
    text = request.GET.get("month", "").strip()
    name = f"开票单据 {asked.today.isoformat()}.xlsx"
    content, _ = jobs.upload(
        name, seen.units, Month.parse(text) if text else None, person_id=person_id
    )
    return HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )


@require_POST
def results(request: HttpRequest) -> HttpResponse:
    """Take a platform's result file in; rejected rows are shown with their reasons."""
    sent = request.FILES.get("file")
    if sent is None:
        messages.error(request, gettext("Choose the platform's result file first."))
        return scope.go(request, "invoices")
    try:
        taken = jobs.import_results(sent.read(), sent.name or "", person_id=scope.by(request))
    except OnebookError as refused:
        problems.told(request, refused)
        return scope.go(request, "invoices")
    rejects = [
        {
            "row_number": one.row_number,
            "cells": " · ".join(cell for cell in one.cells if cell),
            "reason": problems.text(one.reason)
            if isinstance(one.reason, OnebookError)
            else one.reason,
        }
        for one in taken.rejects
    ]
    return render(request, "billing/invoice_results.html", {"taken": taken, "rejects": rejects})


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Ask anew for failed invoices: one, or all of the units that one may see."""
    person_id = scope.by(request)
    one = request.POST.get("invoice", "")
    try:
        if one:
            chosen = [int(one)]
        else:
            seen = rights.seen(person_id, Action.ISSUE_BILLS, scope.of(request).org_unit)
            chosen = [
                row["id"] for row in reads.invoices(seen.units, states=["failed"], limit=None)
            ]
        done = services.request_again(chosen, person_id=person_id)
    except OnebookError as refused:
        problems.told(request, refused)
        return scope.go(request, "invoices")
    said = gettext("{n} invoices are requested again, with the buyer's data of today.")
    messages.success(request, said.format(n=len(done.invoice_ids)))
    if one and done.invoice_ids:
        return scope.go(request, "invoice", done.invoice_ids[0])
    return scope.go(request, "invoices")


@require_POST
def void(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Void an invoice with a reason."""
    try:
        services.void(invoice_id, request.POST.get("reason", ""), person_id=scope.by(request))
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        messages.success(
            request, gettext("The invoice is voided; its bills may be invoiced again.")
        )
    return scope.go(request, "invoice", invoice_id)


@require_POST
def red(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """Ask for the red invoice of a blue one with a reason."""
    reason, red_form = (request.POST.get(name, "") for name in ("reason", "red_form"))
    try:
        red_id = services.request_red(invoice_id, reason, red_form, person_id=scope.by(request))
    except OnebookError as refused:
        problems.told(request, refused)
        return scope.go(request, "invoice", invoice_id)
    messages.success(request, gettext("The red invoice is requested."))
    return scope.go(request, "invoice", red_id)
