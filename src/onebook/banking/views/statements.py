"""Pages of statements: the 余额调节表, and the files that were taken in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from onebook.banking import jobs, reads
from onebook.infra.web import export, scope, table
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action


def reconciliation(request: HttpRequest) -> HttpResponse:
    """The 余额调节表 as of the day: both balances, every item between them, both adjusted."""
    asked = scope.of(request)
    rights.seen(scope.by(request), Action.READ_BOOK)
    report = reads.reconciliation_report(asked.as_of, asked.moment)

    def behind(side: str) -> table.Link:
        def page(row: table.Row) -> str | None:
            if line_id := row[f"{side}_line_id"]:
                return scope.url(request, "bank-line", line_id)
            journal_id = row[f"{side}_journal_id"]
            return journal_id and scope.url(request, "journal", journal_id)

        return page

    laid = table.of(report, {"book_fen": behind("book"), "bank_fen": behind("bank")})
    half = len(report.columns) // 2
    return export.answer(request, report) or render(
        request,
        "banking/reconciliation.html",
        {
            "report": report,
            "heads": [laid.head[:half], laid.head[half:]],
            "rows": [
                (row["kind"], [cells[:half], cells[half:]])
                for row, cells in zip(report.rows, laid.rows, strict=True)
            ],
            "agrees": report.ties[0].difference == 0,
        },
    )


def files(request: HttpRequest) -> HttpResponse:
    """The statement files that were taken in, with what was found in them."""
    rights.seen(scope.by(request), Action.READ_BOOK)
    found = reads.files()
    people = org.person_names({one.person_id for one in found if one.person_id})
    rows = [
        {
            "file": one,
            "layout": gettext("common headings") if one.layout == "common" else one.layout,
            "findings": [_noted(finding) for finding in one.findings],
            "person": people.get(one.person_id or 0, gettext("the system")),
        }
        for one in found
    ]
    return render(request, "banking/files.html", {"rows": rows})


def _noted(finding: dict[str, Any]) -> str:
    text = jobs.finding_text(finding["kind"], finding["figure_fen"], finding["days"])
    return gettext("row {row}: {text}").format(row=finding["row_number"], text=text)
