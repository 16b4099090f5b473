"""Pages of bank lines: why they wait, the ways to book one, and money not identified."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.banking import forms, reads, services
from onebook.banking.errors import SecondPersonNeeded
from onebook.banking.models import Match
from onebook.banking.rules import OWN_TRANSFER, Kind
from onebook.banking.views.names import booked_name, reason_name, reason_text, rule_name
from onebook.books import reads as books
from onebook.cash import reads as cash
from onebook.customer import reads as customer
from onebook.infra import clock
from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.receivable import reads as receivable
from onebook.work import services as work

_STATES = ("waiting", "matched", "unidentified")
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
        "standing": booked_name(row["kinds"], row["purposes"])
        if matched
        else reason_name(row["reason"]),
        "explained": "" if matched else reason_text(row["reason"]),
        "candidates": candidates,
    }


def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One bank line: what the bank wrote, what it is booked as, and the ways to book it."""
    return _page(request, line_id)


def _page(
    request: HttpRequest, line_id: int, typed: Mapping[str, str] | None = None, problem: str = ""
) -> HttpResponse:
    asked = scope.of(request)
    person_id = scope.by(request)
    rights.seen(person_id, Action.READ_BOOK)
    found = reads.line(line_id)
    accounts = {account.pk: account for account in reads.accounts()}
    row = _named(found, accounts)
    matches = reads.matches_of([line_id])
    returned = reads.returns_of([one.pk for one in matches])
    unknown = [m for m in matches if m.kind == Kind.UNIDENTIFIED and m.pk not in returned]
    may_match = org.may(person_id, Action.RECONCILE, None)
    is_open = not matches or bool(unknown)
    request_waits = reads.request_of(line_id)
    context = {
        "line": row,
        "account": accounts[found["bank_account_id"]],
        "booked": _booked(matches),
        "unknown": bool(unknown),
        "taken_back_by": sorted({one.line_id for one in returned.values()}),
        "history": _history(line_id),
        "may_match": may_match,
        "request_waits": request_waits,
        "problem": problem,
    }
    if is_open and may_match:
        open_fen = found["amount_fen"] - sum(
            one.amount_fen for one in matches if one not in unknown
        )
        context |= _ways(row, open_fen, asked.today, typed or {}, person_id)
    return render(request, "banking/line.html", context, status=422 if problem else 200)


def _booked(matches: Sequence[Match]) -> list[dict[str, Any]]:
    """What a line is booked as, a row a match, with the document behind it."""
    people = org.person_names({m.person_id or 0 for m in matches} | _owners(matches))
    others = reads.matches_by_id({m.other_match_id for m in matches if m.other_match_id})
    names = reads.purpose_names()
    return [
        {
            "match": one,
            "kind": booked_name([one.kind], [one.purpose]),
            "item": reads.transit_item(one.transit_item_id)
            if one.kind == Kind.TRANSIT and one.transit_item_id
            else None,
            "account": customer.account_by_id(cash.receipt(one.receipt_id).service_account_id)
            if one.receipt_id
            else None,
            "purpose": words.pick(names.get(one.purpose, ("", ""))),
            "owner": people.get(one.owner_id or 0, ""),
            "other_line_id": others[one.other_match_id].line_id if one.other_match_id else None,
            "rule": rule_name(one.rule),
            "person": people.get(one.person_id or 0, gettext("the system")),
            "journals": books.journal_ids("bank_match", one.pk),
        }
        for one in matches
    ]


def _owners(matches: Sequence[Match]) -> set[int]:
    return {one.owner_id for one in matches if one.owner_id}


def _history(line_id: int) -> list[dict[str, Any]]:
    """Everything the line was booked as, where something was taken back; else nothing."""
    rows = reads.bookings_of(line_id)
    if all(one.undoes_id is None for one in rows):
        return []
    people = org.person_names({one.person_id for one in rows if one.person_id})
    return [
        {
            "booking": one,
            "kind": booked_name([one.kind], [one.purpose]),
            "rule": rule_name(one.rule),
            "person": people.get(one.person_id or 0, gettext("the system")),
        }
        for one in rows
    ]


def _ways(
    row: dict[str, Any], open_fen: int, today: date, typed: Mapping[str, str], person_id: int
) -> dict[str, Any]:
    """The ways in which what is open of a line can be booked, with what was typed before."""
    proposed = {one["item_id"] for one in row["candidates"]}
    day = max(today, row["booked_on"])
    names = {code: words.pick(both) for code, both in reads.purposes(row["booked_on"]).items()}
    names.pop(OWN_TRANSFER, None)
    return {
        "is_open": True,
        "open_fen": open_fen,
        "typed": typed,
        "rows": forms.rows_of(typed, open_fen),
        "purposes": names.items(),
        "limit": format_yuan(reads.purpose_limit(day)),
        "owners": reads.owners(),
        "owner": typed.get("owner") or str(person_id),
        "payers": _payers(row) if open_fen > 0 else [],
        "pairs": reads.opposite_lines(row["id"]) if open_fen == row["amount_fen"] else [],
        "others": [
            item
            for item in cash.transit_waiting(day)
            if item["amount_fen"] == open_fen and item["id"] not in proposed
        ],
    }


def _payers(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Accounts that the line names: by a number in its texts, or by the payer's name."""
    numbers = re.findall(r"[0-9]{4,}", f"{row['summary']} {row['remark']}")
    texts = [*numbers[:3], row["counterparty_name"]]
    found = {
        one["id"]: one for text in texts for one in customer.find_accounts(text, None, limit=5)
    }
    owed = receivable.owed_by_account(list(found), clock.today())
    return [one | {"owed_fen": owed.get(key, 0)} for key, one in list(found.items())[:8]]


@require_POST
def book(request: HttpRequest, line_id: int) -> HttpResponse:
    """Book the line as chosen; above the limit with evidence, ask another person to approve."""
    typed = request.POST.dict()
    person_id = scope.by(request)
    files = request.FILES.getlist("evidence")
    try:
        line_fen = reads.open_fen(line_id)
        parts = forms.parts_of(typed, line_fen)
        reason = typed.get("reason", "")
        try:
            services.book_line(line_id, parts, reason=reason, person_id=person_id)
        except SecondPersonNeeded:
            if not files:
                raise
            evidence = [work.File(file.name or "", file.read()) for file in files]
            asked = services.request_line(line_id, parts, reason, evidence, by=person_id)
            messages.success(request, gettext("The request waits for approval."))
            return scope.go(request, "approval", asked)
    except OnebookError as refused:
        return _page(request, line_id, typed, problems.text(refused))
    transit = typed.get("as") == "transit"
    messages.success(
        request,
        gettext("Matched: the money in transit is credited.")
        if transit
        else gettext("The line is booked."),
    )
    return scope.go(request, "bank-line", line_id)


def unidentified(request: HttpRequest) -> HttpResponse:
    """Money at the bank that nobody has identified (待查款): its age, its owner, its line."""
    asked = scope.of(request)
    rights.seen(scope.by(request), Action.READ_BOOK)
    report = reads.unidentified(asked.as_of, asked.moment)

    def to_line(row: dict[str, Any]) -> str:
        return scope.url(request, "bank-line", row["line_id"])

    return export.answer(request, report) or render(
        request,
        "banking/unidentified.html",
        {
            "report": report,
            "links": {"booked_on": to_line, "amount_fen": to_line},
            "sum_fen": report.totals["amount_fen"],
            "oldest": max((row["age_days"] for row in report.rows), default=0),
        },
    )


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
