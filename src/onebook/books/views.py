"""Pages of the book: the trial balance, an account's movements, a journal with its postings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from onebook.books import reads
from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, scope, words
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action

# The pages of source documents, by the journal's kind of source; the others have none.
_PAGES = {
    "receipt": "receipt",
    "receipt_reversal": "reversal",
    "receipt_move": "move",
    "bill_batch": "batch",
    "adjustment": "adjustment",
    "bank_match": "bank-match",
}
_LEDGER_COLUMNS = (
    Column("effective_on", "记账日期", "Counts from", "date"),
    Column("journal_id", "凭证", "Journal"),
    Column("event", "业务", "Event"),
    Column("debit_fen", "借方", "Debit", "fen"),
    Column("credit_fen", "贷方", "Credit", "fen"),
    Column("balance_fen", "余额(借+贷-)", "Balance (debit +)", "fen"),
    Column("recorded", "入账时刻", "Recorded"),
)


def trial_balance(request: HttpRequest) -> HttpResponse:
    """The balance of every account as of the day; each code leads to its movements."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    report = reads.trial_balance(asked.as_of, asked.moment, seen.units, seen.code)
    for row in report.rows:
        row["name_zh"] = words.pick((row["name_zh"], row["name_en"]))

    def to_ledger(row: dict[str, Any]) -> str:
        return scope.url(request, "ledger", row["code"])

    return export.answer(request, report) or render(
        request,
        "books/trial_balance.html",
        {
            "report": report,
            "links": {"code": to_ledger, "balance_fen": to_ledger},
            "unit_shown": seen.name,
        },
    )


def ledger(request: HttpRequest, code: str) -> HttpResponse:
    """An account's movements, newest first; each leads to its journal."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    account = reads.account(code)
    found = listing.of(
        request,
        lambda limit, offset: reads.ledger(
            code, asked.as_of, asked.moment, seen.units, limit=limit, offset=offset
        ),
    )
    for row in found.rows:
        row["event"] = event_name(row["event"])
        row["recorded"] = f"{row['recorded_at']:%Y-%m-%d %H:%M}"
    report = Report(
        name="ledger",
        title_zh=f"{account.code} {account.name_zh} 明细账",
        title_en=f"{account.code} {account.name_en}, movements",
        as_of=asked.as_of,
        known_at=asked.moment,
        org_unit=seen.code,
        columns=_LEDGER_COLUMNS,
        rows=found.rows,
        basis_zh=f"截至 {asked.as_of};{seen.name};由近到远",
        basis_en=f"As of {asked.as_of}; {seen.name}; newest first",
    )
    return export.answer(request, report) or render(
        request,
        "books/ledger.html",
        {
            "report": report,
            "links": {"journal_id": lambda row: scope.url(request, "journal", row["journal_id"])},
            "balance_fen": found.rows[0]["balance_fen"] if found.rows and found.page == 1 else None,
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def journal(request: HttpRequest, journal_id: int) -> HttpResponse:
    """One journal: which document made it, when, and its postings."""
    found = reads.journal(journal_id)
    row = found["journal"]
    rights.require(scope.by(request), Action.READ_BOOK, row.org_unit_id)
    people = org.person_names([row.person_id] if row.person_id else [])
    page = _PAGES.get(row.source_kind)
    return render(
        request,
        "books/journal.html",
        {
            **found,
            "event": event_name(row.event),
            "source": source_name(row.source_kind),
            "source_url": scope.url(request, page, row.source_id) if page else "",
            "person": people.get(row.person_id, gettext("the system")),
            "org_unit": org.unit(row.org_unit_id).name,
            "units": org.unit_names(),
        },
    )


def event_name(event: str) -> str:
    """What an event of the posting rules is called on the pages."""
    return {
        "bill.issued": gettext("Bills issued"),
        "bill.cancelled": gettext("Bill cancelled in red"),
        "adjustment.issued": gettext("Adjustment charged or refunded"),
        "receipt.cash": gettext("Cash received at the counter"),
        "receipt.in_transit": gettext("Received through a bank"),
        "receipt.reversed": gettext("Receipt reversed"),
        "receipt.returned": gettext("Transfer taken back by the bank"),
        "receipt.moved": gettext("Receipt moved to the right account"),
        "remittance": gettext("Cash remitted to the bank"),
        "bank.credited": gettext("Credited by the bank"),
        "bank.uncredited": gettext("The bank's credit undone"),
        "bank.returned": gettext("Taken back or sent back by the bank"),
        "bank.unidentified": gettext("Money at the bank, not identified"),
        "bank.identified": gettext("Money at the bank identified"),
        "bank.purpose": gettext("Booked by the bank's line"),
        "bank.undone": gettext("A bank line's booking undone"),
        "prepayment.offset": gettext("Prepayment offset"),
        "opening.receivable": gettext("Opening receivables"),
        "opening.prepayment": gettext("Opening prepayments"),
        "opening.bank": gettext("Opening bank balance"),
    }.get(event, event)


def source_name(kind: str) -> str:
    """What a kind of source document is called on the pages."""
    return {
        "bill_batch": gettext("Issue batch"),
        "adjustment": gettext("Adjustment"),
        "receipt": gettext("Receipt"),
        "receipt_file": gettext("Receipt file"),
        "receipt_reversal": gettext("Receipt reversal"),
        "receipt_move": gettext("Receipt moved to the right account"),
        "offset": gettext("Prepayment offset"),
        "remittance": gettext("Remittance slip"),
        "opening": gettext("Opening file"),
        "bank_match": gettext("Bank match"),
        "bank_opening": gettext("Bank account opened"),
    }.get(kind, kind)
