"""The list of service accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from onebook.customer import reads
from onebook.customer.rules import CATEGORY_WORDS, Category
from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, scope, words
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action

_COLUMNS = (
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("category", "用电类别", "Category"),
    Column("address", "用电地址", "Address"),
    Column("phone", "电话", "Phone"),
    Column("org_unit", "单位", "Org unit"),
    Column("opened_on", "立户日期", "Opened", "date"),
    Column("closed_on", "销户日期", "Closed", "date"),
)


def customers(request: HttpRequest) -> HttpResponse:
    """Service accounts by number, a page at a time, filtered by unit, category and text."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_CUSTOMERS, asked.org_unit)
    text = request.GET.get("q", "").strip()
    category = request.GET.get("category", "")
    number = int(category) if category.isdigit() and int(category) in list(Category) else None
    after = request.GET.get("after", "")

    def read(limit: int, _: int) -> list[reads.Row]:
        if not text:
            return reads.accounts_page(seen.units, category=number, after=after, limit=limit)
        meant = reads.find_accounts(text, seen.units, limit=limit)
        return [row for row in meant if number is None or row["category_id"] == number]

    found = listing.of(request, read)
    report = _report(found.rows, asked, seen)
    return export.answer(request, report) or render(
        request,
        "customer/list.html",
        {
            "report": report,
            "links": {"number": lambda row: scope.url(request, "account", row["number"])},
            "unit_shown": seen.name,
            "categories": [(int(one), words.pick(CATEGORY_WORDS[one])) for one in Category],
            "category": number,
            "text": text,
            "after": found.rows[-1]["number"] if found.more else "",
        },
    )


def _report(rows: list[reads.Row], asked: scope.Scope, seen: rights.Seen) -> Report:
    names = org.unit_names()
    for row in rows:
        row["org_unit"] = names[row["org_unit_id"]]
        row["category"] = words.pick(CATEGORY_WORDS[row["category_id"]])
    return Report(
        name="accounts",
        title_zh="用户清单",
        title_en="Service accounts",
        as_of=asked.as_of,
        known_at=asked.known_at,
        org_unit=seen.code,
        columns=_COLUMNS,
        rows=rows,
    )
