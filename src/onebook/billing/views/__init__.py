"""Pages of what was issued: the months, a month's bills, a batch."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext_lazy

from onebook.billing import reads
from onebook.billing.models import Bill
from onebook.billing.reads import invoices as invoice_reads
from onebook.billing.rules import bill_number
from onebook.customer import reads as customer
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra.report import Column, Report
from onebook.infra.templatetags import onebook
from onebook.infra.web import chart, export, listing, scope, words
from onebook.kernel.periods import Month
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
    pgettext_lazy("word", "R16"),
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
    pgettext_lazy("word", "fen_kwh"),
    pgettext_lazy("word", "floor_e4"),
    pgettext_lazy("word", "loss_highest_bp"),
    pgettext_lazy("word", "loss_lowest_bp"),
    pgettext_lazy("word", "opened_days"),
    pgettext_lazy("word", "risk"),
)
_MONTHS = 13
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


def issued(request: HttpRequest) -> HttpResponse:
    """What was issued of a bill month, by unit, with the months before as a picture."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    month = scope.month(request) or reads.latest_bill_month(seen.units) or Month.of(asked.as_of)
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
    """The bills of a month, by account.

    `issued` asks for those issued in a month instead, up to the day asked about, `category` for
    those of one category.
    """
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    category = scope.number(request, "category")
    month, issued_between, basis = _which_bills(request, asked.as_of, seen.units)
    found = listing.of(
        request,
        lambda limit, offset: reads.bills_of_month(
            month,
            seen.units,
            limit=limit,
            offset=offset,
            issued_between=issued_between,
            category=category,
        ),
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
            _bill_row(one, accounts[one.service_account_id], invoiced[one.pk]) for one in found.rows
        ],
        basis_zh=f"{basis[0]};{seen.name}",
        basis_en=f"{basis[1]}; {seen.name}",
    )
    return export.answer(request, report) or render(
        request,
        "billing/bills.html",
        {
            "month": month,
            "basis": words.pick(basis),
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


def _which_bills(
    request: HttpRequest, as_of: date, units: list[int] | None
) -> tuple[Month, tuple[date, date] | None, tuple[str, str]]:
    """The month asked for, between which days its bills were issued (None: any), all in words."""
    text, category = request.GET.get("issued", "").strip(), scope.number(request, "category")
    issued_between = None
    if text:
        month = Month.parse(text)
        issued_between = (month.first, min(month.last, as_of))
        basis = f"{issued_between[0]} 至 {issued_between[1]} 发行", f"Issued {month}"
    else:
        month = scope.month(request) or reads.latest_bill_month(units) or Month.of(as_of)
        basis = f"电费年月 {month}", f"Bill month {month}"
    if category is not None:
        named = CATEGORY_WORDS.get(category, ("—", "—"))
        basis = f"{basis[0]};{named[0]}", f"{basis[1]}; {named[1]}"
    return month, issued_between, basis


def _bill_row(one: Bill, account: dict[str, Any], invoice: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one.pk,
        "number": account["number"],
        "customer_name": account["customer_name"],
        "category": words.pick(CATEGORY_WORDS[one.category_id]),
        "bill_number": bill_number(one.pk, one.bill_month),
        "usage_e4": one.usage_e4,
        "total_fen": one.total_fen,
        "net_fen": one.net_fen,
        "vat_fen": one.vat_fen,
        "due_on": one.due_on,
        "invoice": onebook.named(invoice),
        "invoice_id": invoice["invoice_id"],
    }


def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The batch that is a journal's document: its month and unit's bills."""
    found = reads.batch(batch_id)
    return scope.go(
        request,
        "bills",
        month=Month.of(found.bill_month),
        org_unit=org.unit(found.org_unit_id).code,
    )
