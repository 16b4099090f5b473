"""Pages of receivables: aging, open items, and one item with what settled it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from onebook.customer import reads as customer
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra.report import Column, Report
from onebook.infra.web import chart, export, listing, scope, words
from onebook.infra.web.scope import Scope
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.org.services import Seen
from onebook.receivable import reads
from onebook.receivable.reads.movement import Question, month_before
from onebook.receivable.reads.movement import movement as movement_report
from onebook.receivable.rules import BUCKETS, SettledBy

_BUCKET_CODES = [bucket.code for bucket in BUCKETS]
_ITEM_COLUMNS = (
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("category", "用电类别", "Category"),
    Column("org_unit", "单位", "Org unit"),
    Column("bill_month", "电费年月", "Bill month"),
    Column("due_on", "到期日", "Due", "date"),
    Column("days_past_due", "逾期天数", "Days overdue", "count"),
    Column("principal_fen", "应收", "Principal", "fen"),
    Column("remaining_fen", "欠费", "Remaining", "fen"),
)


def aging(request: HttpRequest) -> HttpResponse:
    """Arrears by unit and age, as a picture and a table; each figure leads to its items."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    report = reads.aging(asked.as_of, asked.moment, seen.units, seen.code)
    codes = {unit.pk: unit.code for unit in org.units()}

    def to_items(bucket: str | None) -> Any:
        return lambda row: scope.url(
            request, "items", org_unit=codes[row["org_unit_id"]], bucket=bucket
        )

    return export.answer(request, report) or render(
        request,
        "receivable/aging.html",
        {
            "report": report,
            "links": {code: to_items(code) for code in _BUCKET_CODES}
            | {"total_fen": to_items(None), "items": to_items(None)},
            "figure": _aging_figure(report),
            "overdue_fen": report.totals["total_fen"] - report.totals["not_due"],
            "unit_shown": seen.name,
        },
    )


def _aging_figure(report: Report) -> chart.Figure:
    names = {column.key: words.pick((column.name_zh, column.name_en)) for column in report.columns}
    return chart.bars(
        [row["org_unit"] for row in report.rows],
        [
            (names[code], [chart.yuan(row[code]) for row in report.rows])
            for code in _BUCKET_CODES
            if report.totals[code]
        ],
        unit=gettext("yuan"),
    )


def movement(request: HttpRequest) -> HttpResponse:
    """What changed the arrears since a day (the last month's end unless asked), by unit and cause.

    The first day is `since`, what was known then `since_known_at` (what is known now else).
    """
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    told = scope.read_pair(request.GET, "since", "since_known_at")
    since = told.as_of or month_before(asked.as_of)
    first = Question(since, told.known_at or asked.moment)
    report = movement_report(first, Question(asked.as_of, asked.moment), seen.units, seen.code)
    codes = {unit.pk: unit.code for unit in org.units()}

    def at(day: Any, known_at: Any) -> Any:
        return lambda row: (
            reverse("items")
            + scope.query_of(as_of=day, known_at=known_at, org_unit=codes[row["org_unit_id"]])
        )

    return export.answer(request, report) or render(
        request,
        "receivable/movement.html",
        {
            "report": report,
            "links": {
                "opening_fen": at(since, told.known_at or asked.known_at),
                "closing_fen": at(asked.as_of, asked.known_at),
            },
            "since": since,
            "since_known_at": request.GET.get("since_known_at", ""),
            "change_fen": report.totals["closing_fen"] - report.totals["opening_fen"],
            "unit_shown": seen.name,
        },
    )


def items(request: HttpRequest) -> HttpResponse:
    """Open items, oldest due first, of a unit and an age."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    bucket = request.GET.get("bucket", "")
    bucket = bucket if bucket in _BUCKET_CODES else ""
    found = listing.of(
        request,
        lambda limit, offset: reads.open_items(
            asked.as_of,
            asked.moment,
            units=seen.units,
            bucket=bucket or None,
            limit=limit,
            offset=offset,
        ),
    )
    report = _items_report(found.rows, asked, seen)
    return export.answer(request, report) or render(
        request,
        "receivable/items.html",
        {
            "report": report,
            "links": {
                "number": lambda row: scope.url(request, "account", row["number"]),
                "remaining_fen": lambda row: scope.url(request, "item", row["id"]),
            },
            "buckets": [(code, words.pick(pair)) for code, pair in reads.bucket_names().items()],
            "bucket": bucket,
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def _items_report(found: list[dict[str, Any]], asked: Scope, seen: Seen) -> Report:
    accounts = customer.accounts_by_id([row["service_account_id"] for row in found])
    names = org.unit_names()
    for row in found:
        account = accounts[row["service_account_id"]]
        row["number"] = account["number"]
        row["customer_name"] = account["customer_name"]
        row["category"] = words.pick(CATEGORY_WORDS[row["category_id"]])
        row["org_unit"] = names[row["org_unit_id"]]
        row["bill_month"] = f"{row['bill_month']:%Y-%m}"
        row["days_past_due"] = max(row["days_past_due"], 0)
    return Report(
        name="open-items",
        title_zh="欠费明细",
        title_en="Open items",
        as_of=asked.as_of,
        known_at=asked.moment,
        org_unit=seen.code,
        columns=_ITEM_COLUMNS,
        rows=found,
        basis_zh=f"截至 {asked.as_of};{seen.name};按到期日由早到晚",
        basis_en=f"As of {asked.as_of}; {seen.name}; oldest due first",
    )


def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One open item: what it is for, what settled it, what remains as of the day."""
    asked = scope.of(request)
    found = reads.item(item_id)
    rights.require(scope.by(request), Action.READ_BOOK, found.org_unit_id)
    settlements = reads.settlements_of_item(item_id)
    every = reads.items_of_account(found.service_account_id, asked.as_of, asked.moment)
    standing = next((row for row in every if row["id"] == item_id), None)
    return render(
        request,
        "receivable/item.html",
        {
            "item": found,
            "standing": standing,
            "account": customer.account_by_id(found.service_account_id),
            "settlements": [(one, settled_by(one.source_kind)) for one in settlements],
            "unit_shown": org.unit(found.org_unit_id).name,
        },
    )


def settled_by(source_kind: int) -> str:
    """What a kind of settling document is called on the pages."""
    return {
        SettledBy.RECEIPT: gettext("Receipt"),
        SettledBy.OFFSET: gettext("Prepayment offset"),
        SettledBy.RECEIPT_REVERSAL: gettext("Receipt reversed"),
        SettledBy.CREDIT_NOTE: gettext("Red bill"),
        SettledBy.ADJUSTMENT: gettext("Adjustment"),
        SettledBy.RECEIPT_MOVE: gettext("Receipt moved"),
    }[SettledBy(source_kind)]
