"""Pages of finance: the one book, month by month, and the month's close with its signatures."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.books import reads as books
from onebook.finance import reads, services
from onebook.finance.forms import OutsideBooks
from onebook.finance.models import Form, FormPoint, Signature
from onebook.finance.reads import explain_reports as explained
from onebook.finance.reads.explain import Comparison, compare
from onebook.finance.rules.explain import Cause
from onebook.infra.report import Report
from onebook.infra.web import chart, export, listing, problems, scope, table, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action

_MONTHS = 12
_DOCUMENTS = 100  # of a cause on the page; the workbook has them all
_LEDGERS = {
    "receivable": "112201",
    "prepayment": "2203",
    "cash": "1001",
    "transit": "1012",
    "bank": "1002",
}
_DETAILS = {
    "receivable": "items",
    "received": "received",
    "prepayment": "prepayment",
    "transit": "transit",
}


def one_book(request: HttpRequest) -> HttpResponse:
    """Marketing's items, the control account and finance's own ledger, side by side by unit."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    report = reads.one_book(asked.as_of, asked.moment, seen.units, seen.code)
    return export.answer(request, report) or render(
        request,
        "finance/one_book.html",
        {
            "report": report,
            "links": _links(request),
            "totals": report.totals,
            "ledger_known": "ledger_fen" in report.totals,
            "unit_shown": seen.name,
        },
    )


def one_book_history(request: HttpRequest) -> HttpResponse:
    """The same comparison at the last twelve month ends: asked for by the page once it stands."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    months = _months_before(Month.of(asked.as_of))
    days = [min(month.last, asked.as_of) for month in months]
    totals = reads.one_book_history(days, asked.moment, seen.units)
    return render(
        request,
        "finance/one_book_history.html",
        {
            "history": list(zip(months, days, totals, strict=True)),
            "figure": chart.curve(
                [str(month) for month in months],
                [
                    (gettext("Marketing"), [chart.yuan(one["marketing_fen"]) for one in totals]),
                    (gettext("Book"), [chart.yuan(one["book_fen"]) for one in totals]),
                ],
                unit=gettext("yuan"),
            ),
        },
    )


def _months_before(last: Month) -> list[Month]:
    return [last.plus(-back) for back in reversed(range(_MONTHS))]


def _links(request: HttpRequest) -> dict[str, Any]:
    """Marketing's figure leads to its items; the book's, and a difference to it, to the account's
    movements."""
    codes = {unit.pk: unit.code for unit in org.units()}

    def marketing(row: dict[str, Any]) -> str | None:
        page = _DETAILS.get(row["measure"])
        return page and scope.url(request, page, org_unit=codes[row["org_unit_id"]])

    def book(row: dict[str, Any]) -> str | None:
        code = _LEDGERS.get(row["measure"])
        return code and scope.url(request, "ledger", code, org_unit=codes[row["org_unit_id"]])

    return {"marketing_fen": marketing, "book_fen": book, "ledger_difference_fen": book}


def months(request: HttpRequest) -> HttpResponse:
    """The last twelve months, one row each, as both departments have them."""
    asked = scope.of(request)
    rights.require(scope.by(request), Action.READ_BOOK, None)
    report = reads.month_table(_months_before(Month.of(asked.as_of)), asked.moment)
    shown = [row for row in report.rows if row["accounts"]]
    return export.answer(request, report) or render(
        request,
        "finance/months.html",
        {
            "report": report,
            "links": {
                "month": lambda row: scope.url(request, "close", row["month"]),
                "issued_fen": lambda row: scope.url(request, "issued", month=row["month"]),
                "waiting": lambda row: scope.url(request, "bank-lines", month=row["month"]),
            },
            "figure": chart.bars(
                [row["month"] for row in shown],
                [
                    (gettext("Issued"), [chart.yuan(row["issued_fen"]) for row in shown]),
                    (gettext("Received"), [chart.yuan(row["received_fen"]) for row in shown]),
                ],
                unit=gettext("yuan"),
                stacked=False,
            ),
        },
    )


def received(request: HttpRequest) -> HttpResponse:
    """The receipts of the day's month, with their total: what the form's figure consists of."""
    return _rows_behind(
        request,
        lambda asked, seen, limit, offset: reads.received_rows(
            Month.of(asked.as_of), asked.moment, seen.units, seen.code, limit=limit, offset=offset
        ),
        {
            "receipt_id": lambda row: scope.url(request, "receipt", row["receipt_id"]),
            "number": lambda row: scope.url(request, "account", row["number"]),
        },
    )


def transit(request: HttpRequest) -> HttpResponse:
    """What waits in transit as of the day, with its total; each leads to its journal."""
    return _rows_behind(
        request,
        lambda asked, seen, limit, offset: reads.transit_rows(
            asked.as_of, asked.moment, seen.units, seen.code, limit=limit, offset=offset
        ),
        {"journal_id": lambda row: scope.url(request, "journal", row["journal_id"])},
    )


def prepayment(request: HttpRequest) -> HttpResponse:
    """Prepayment by account as of the day, with the month's movements and the total."""

    def read(asked: scope.Scope, seen: rights.Seen, limit: int, offset: int) -> Report:
        whole = reads.prepayment(asked.as_of, asked.moment, seen.units, seen.code)
        return replace(whole, rows=whole.rows[offset : offset + limit])

    link: table.Link = lambda row: scope.url(request, "account", row["number"])  # noqa: E731
    return _rows_behind(request, read, {"number": link})


def _rows_behind(
    request: HttpRequest,
    read: Callable[[scope.Scope, rights.Seen, int, int], Report],
    links: dict[str, table.Link],
) -> HttpResponse:
    """A page of rows with the total of all of them and its tie."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    limit = export.ROWS_MAX if export.wanted(request) else listing.ROWS
    page = 1 if export.wanted(request) else scope.page(request)
    found = read(asked, seen, limit + 1, (page - 1) * limit)
    report = replace(found, rows=found.rows[: limit + export.wanted(request)])
    return export.answer(request, report) or render(
        request,
        "finance/behind.html",
        {
            "report": report,
            "title": words.pick((report.title_zh, report.title_en)),
            "links": links,
            "page": page,
            "more": len(found.rows) > limit,
            "unit_shown": seen.name,
        },
    )


def closes(request: HttpRequest) -> HttpResponse:
    """The months with their state: open, signed by one, closed."""
    asked = scope.of(request)
    rights.seen(scope.by(request), Action.READ_BOOK)
    rows = []
    now = Month.of(asked.today)
    for month in reversed(_months_before(now)):
        form = reads.form_of(month)
        if form is None and month != now and reads.obstacle(month) is not None:
            continue
        signed = {one.side for one in form.signatures.all()} if form else set()
        rows.append(
            {"month": month, "form": form, "signed": signed, "locked": books.is_locked(month)}
        )
    return render(request, "finance/closes.html", {"rows": rows})


def close(request: HttpRequest, month: str) -> HttpResponse:
    """One month's close: the checklist with its lights, the form, and the two signatures."""
    person_id = scope.by(request)
    rights.seen(person_id, Action.READ_BOOK)
    asked = Month.parse(month)
    form = reads.form_of(asked)
    points = reads.points(form) if form else []
    reasons = {point.code: point.reason for point in points}
    checks = reads.checklist(asked)
    obstacle = reads.obstacle(asked)
    return render(
        request,
        "finance/close.html",
        {
            "month": asked,
            "checks": [
                (one, _check_page(request, one.code, asked), reasons.get(one.code, ""))
                for one in checks
            ],
            "points": [
                one | {"url": _check_page(request, one["point"].code, asked)}
                for one in _points(points)
            ],
            "obstacle": obstacle and problems.text(obstacle),
            "blocked": any(one.state == "fail" for one in checks),
            "over": scope.of(request).today > asked.last,
            "form": form,
            "report": reads.form_report(form) if form else reads.tie_out(asked),
            "changed": reads.changed_since(form) if form else None,
            "links": _links_at(request, asked),
            "versions": reads.forms(asked)[1:],
            "sides": _sides(form, person_id) if form else [],
            "locked": books.is_locked(asked),
        },
    )


def _points(points: list[FormPoint]) -> list[dict[str, Any]]:
    """The open points of a form: what is said of them, the reason, and whose it is."""
    people = org.person_names({one.person_id for one in points if one.person_id})
    return [
        {
            "said": words.pick((one.said_zh, one.said_en)),
            "point": one,
            "person": people.get(one.person_id or 0, gettext("the system")),
        }
        for one in points
    ]


def _check_page(request: HttpRequest, code: str, month: Month) -> str:
    """Where a check of the list is worked."""
    day = min(month.last, scope.of(request).today)
    pages: dict[str, tuple[str, tuple[str, ...], dict[str, Any]]] = {
        "earlier": ("closes", (), {}),
        "issued": ("issued", (), {"month": month}),
        "exceptions": ("exceptions", (), {"month": month}),
        "cash": ("remittance", (), {}),
        # Lines of earlier months wait too.
        "bank": ("bank-lines", (), {"state": "waiting"}),
        "offset": ("prepayment", (), {"as_of": day}),
        "tied": ("one-book", (), {"as_of": day}),
        "balanced": ("trial-balance", (), {"as_of": day}),
    }
    page, args, parameters = pages[code]
    return scope.url(request, page, *args, **parameters)


def _links_at(request: HttpRequest, month: Month) -> dict[str, Any]:
    """The figures of the form lead to what they were on the month's last day."""
    day = min(month.last, scope.of(request).today)
    codes = {unit.pk: unit.code for unit in org.units()}

    def to(pages: dict[str, Any], row: dict[str, Any], *args: Any) -> str | None:
        page = pages.get(row["measure"])
        if page is None and not args and row["measure"] in _LEDGERS:
            # Of these the documents are the account's movements.
            page, args = "ledger", (_LEDGERS[row["measure"]],)
        unit = codes.get(row.get("org_unit_id") or 0)
        return page and scope.url(request, page, *args, as_of=day, org_unit=unit)

    return {
        "marketing_fen": lambda row: to(_DETAILS, row),
        "book_fen": lambda row: (
            to({row["measure"]: "ledger"}, row, code)
            if (code := _LEDGERS.get(row["measure"]))
            else to(_DETAILS, row)
        ),
    }


def _sides(form: Form, person_id: int) -> list[dict[str, Any]]:
    signed = {one.side: one for one in form.signatures.all()}
    people = org.person_names([one.person_id for one in signed.values()])
    may = {
        Signature.Side.MARKETING: Action.SIGN_FOR_MARKETING,
        Signature.Side.FINANCE: Action.SIGN_FOR_FINANCE,
    }
    return [
        {
            "side": side.value,
            "name": services.SIDE_NAMES[side],
            "signature": signed.get(side),
            "person": people.get(signed[side].person_id, "") if side in signed else "",
            "may_sign": side not in signed
            and org.may(person_id, may[side], None)
            and person_id not in {one.person_id for one in signed.values()},
        }
        for side in Signature.Side
    ]


@require_POST
def prepare(request: HttpRequest, month: str) -> HttpResponse:
    """Prepare the month's form from the book."""
    try:
        services.prepare_form(
            Month.parse(month),
            person_id=scope.by(request),
            reasons={code: request.POST.get(f"reason-{code}", "") for code in reads.POINTS},
        )
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        messages.success(request, gettext("The form is prepared: both departments may sign it."))
    return scope.go(request, "close", month)


@require_POST
def sign(request: HttpRequest, form_id: int) -> HttpResponse:
    """Sign the form for a department; the second signature closes the month."""
    month = Month.of(reads.form(form_id).month)
    try:
        closed = services.sign(form_id, request.POST.get("side", ""), person_id=scope.by(request))
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        told = gettext("{month} is closed: both departments signed the same figures.")
        messages.success(request, told.format(month=month) if closed else gettext("Signed."))
    return scope.go(request, "close", month)


def explain(request: HttpRequest) -> HttpResponse:
    """Two outside books compared by their files; nothing of them is kept."""
    rights.seen(scope.by(request), Action.READ_BOOK)
    form = OutsideBooks(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "problem": ""}
    if request.method == "POST" and form.is_valid():
        try:
            comparison = compare(**form.sources())
        except OnebookError as refused:
            context["problem"] = problems.text(refused)
        else:
            wanted = request.POST.get("format", "")
            if wanted in explained.KINDS:
                return _comparison_file(comparison, wanted)
            context |= _compared(comparison)
    page = "finance/explained.html" if request.headers.get("HX-Request") else "finance/explain.html"
    return render(request, page, context)


def _comparison_file(comparison: Comparison, wanted: str) -> HttpResponse:
    kind, make = explained.KINDS[wanted]
    name = f"explain-{comparison.as_of}.{wanted}"
    return HttpResponse(
        make(comparison),
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _compared(comparison: Comparison) -> dict[str, Any]:
    """What the page shows of a comparison: the causes, a chart of them, the first documents."""
    causes = explained.without_codes(explained.cause_report(comparison))
    found = [row for row in causes.rows if row["findings"]]
    name = explained.cause_column()
    parts = [
        (row, table.of(explained.short_report(comparison, Cause(row["cause"]), _DOCUMENTS)))
        for row in found
    ]
    return {
        "comparison": comparison,
        "report": causes,
        "causes": table.of(
            causes, {name: lambda row: f"#cause-{row['cause']}" if row["findings"] else None}
        ),
        "totals": causes.totals,
        "books": explained.book_totals(comparison),
        "unexplained": next(row for row in causes.rows if row["cause"] == Cause.UNEXPLAINED),
        "name": name,
        "parts": parts,
        "documents_shown": _DOCUMENTS,
        "files": table.of(explained.without_codes(explained.file_report(comparison))),
        "rejects": table.of(explained.without_codes(explained.reject_report(comparison))),
        "figure": chart.bars(
            [row[name] for row in found],
            [(gettext("Difference"), [chart.yuan(row["difference_fen"]) for row in found])],
            unit=gettext("yuan"),
            ranked=True,
        ),
    }
