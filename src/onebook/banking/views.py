"""Pages of the bank: lines with why they wait, one line with its candidates, the 余额调节表."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.banking import jobs, reads, services
from onebook.books import reads as books
from onebook.cash import reads as cash
from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, scope, table
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action

_STATES = ("waiting", "matched")
_COLUMNS = (
    Column("booked_on", "记账日期", "Booked", "date"),
    Column("account", "账户", "Account"),
    Column("amount_fen", "金额(收+付-)", "Amount (in +)", "fen"),
    Column("counterparty_name", "对方户名", "Counterparty"),
    Column("text", "摘要/附言", "Texts"),
    Column("standing", "状态", "State"),
    Column("file_name", "文件", "File"),
)


def lines(request: HttpRequest) -> HttpResponse:
    """Bank lines of a month or of all, those that wait first to be seen, each with its reason."""
    asked = scope.of(request)
    rights.seen(scope.by(request), Action.READ_BOOK)
    text = request.GET.get("month", "").strip()
    month = Month.parse(text) if text else None
    state = request.GET.get("state", "waiting")
    accounts = {account.pk: account for account in reads.accounts()}
    chosen = reads.account_by_number(request.GET.get("account", ""))
    found = listing.of(
        request,
        lambda limit, offset: reads.lines(
            chosen.pk if chosen else None,
            month,
            state if state in _STATES else None,
            limit=limit,
            offset=offset,
        ),
    )
    rows = [_named(row, accounts) for row in found.rows]
    report = Report(
        name="bank-lines",
        title_zh=f"{month or ''} 银行流水".strip(),
        title_en=f"Bank lines {month or ''}".strip(),
        as_of=asked.today,
        known_at=None,
        org_unit="*",
        columns=_COLUMNS,
        rows=rows,
    )
    return export.answer(request, report) or render(
        request,
        "banking/lines.html",
        {
            "month": month,
            "rows": rows,
            "counts": reads.month_counts(month),
            "accounts": accounts.values(),
            "chosen": chosen,
            "state": state,
            "page": found.page,
            "more": found.more,
        },
    )


def _named(row: dict[str, Any], accounts: dict[int, Any]) -> dict[str, Any]:
    matched = row["match_id"] is not None
    account = accounts[row["bank_account_id"]]
    candidates = [] if matched else row["candidates"]
    return row | {
        "account": f"{account.bank} {account.number[-4:]}",
        "text": " ".join(text for text in (row["summary"], row["remark"]) if text),
        "standing": gettext("Matched") if matched else reason_name(row["reason"]),
        "explained": "" if matched else reason_text(row["reason"]),
        "candidates": candidates,
    }


def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One bank line: what the bank wrote, its match or its candidates, and what else would fit."""
    asked = scope.of(request)
    person_id = scope.by(request)
    rights.seen(person_id, Action.READ_BOOK)
    found = reads.line(line_id)
    accounts = {account.pk: account for account in reads.accounts()}
    row = _named(found, accounts)
    proposed = {one["item_id"] for one in row["candidates"]}
    match = None
    people = org.person_names([match.person_id] if match and match.person_id else [])
    return render(
        request,
        "banking/line.html",
        {
            "line": row,
            "account": accounts[found["bank_account_id"]],
            "match": match,
            "matched_by": people.get((match and match.person_id) or 0, gettext("the system")),
            "rule": rule_name(match.rule) if match else "",
            "item": reads.transit_item(match.transit_item_id) if match else None,
            "journals": books.journal_ids("bank_match", match.pk) if match else [],
            "others": [
                item
                for item in cash.transit_waiting(max(asked.today, found["booked_on"]))
                if item["amount_fen"] == found["amount_fen"] and item["id"] not in proposed
            ]
            if match is None
            else [],
            "may_match": bool(org.units_of(person_id, Action.RECONCILE)),
        },
    )


@require_POST
def match(request: HttpRequest, line_id: int) -> HttpResponse:
    """Pair the line with the chosen item in transit."""
    item = request.POST.get("item", "")
    item_id = int(item) if item.isascii() and item.isdigit() else 0
    services.match_by_hand(line_id, item_id, person_id=scope.by(request))
    messages.success(request, gettext("Matched: the money in transit is credited."))
    return scope.go(request, "bank-line", line_id)


@require_POST
def undo(request: HttpRequest, match_id: int) -> HttpResponse:
    """Undo a match: the line waits again, the money is in transit again."""
    line_id = reads.match(match_id).line_id
    services.undo(match_id, person_id=scope.by(request))
    messages.success(request, gettext("Undone: the line waits again and its money is in transit."))
    return scope.go(request, "bank-line", line_id)


def bank_match(request: HttpRequest, match_id: int) -> HttpResponse:
    """The page of a match is that of its line."""
    return scope.go(request, "bank-line", reads.match(match_id).line_id)


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
            "findings": [_noted(finding) for finding in one.findings],
            "person": people.get(one.person_id or 0, gettext("the system")),
        }
        for one in found
    ]
    return render(request, "banking/files.html", {"rows": rows})


def _noted(finding: dict[str, Any]) -> str:
    text = jobs.finding_text(finding["kind"], finding["figure_fen"], finding["days"])
    return gettext("row {row}: {text}").format(row=finding["row_number"], text=text)


def reason_name(reason: str | None) -> str:
    """Why a line waits, in a word."""
    return {
        "money_out": gettext("Money out"),
        "no_candidate": gettext("Nothing fits"),
        "several_candidates": gettext("Several fit"),
        "amount_differs": gettext("Amount differs"),
        "out_of_time": gettext("Too late or too early"),
        "amount_alone": gettext("Only the amount fits"),
    }.get(reason or "", gettext("Not reconciled yet"))


def reason_text(reason: str | None) -> str:
    """Why a line waits, and what to do about it."""
    return {
        "money_out": gettext("The bank paid out. Have finance enter the payment's document."),
        "no_candidate": gettext(
            "No item in transit has this amount or reference. Ask the payer or the bank, then have"
            " the receipt taken."
        ),
        "several_candidates": gettext(
            "More than one item fits equally well. Choose the right one by its reference."
        ),
        "amount_differs": gettext(
            "The reference fits but the amount does not. Compare with the channel's file."
        ),
        "out_of_time": gettext(
            "Reference and amount fit, but the days between them are too many. Check, then match."
        ),
        "amount_alone": gettext(
            "One item has this amount, but no reference confirms it. Check, then match."
        ),
    }.get(reason or "", gettext("Run `onebook reconcile`, or match it by hand."))


def rule_name(rule: str) -> str:
    """By which rule a line was matched."""
    return {
        "reference": gettext("reference and amount, unique on both sides"),
        "by_hand": gettext("by hand"),
    }.get(rule, rule)
