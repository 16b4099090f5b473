"""Pages of collection: the counter, receipts, their reversal, and remittance."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.books import reads as books
from onebook.cash import reads, services
from onebook.cash.forms import CashForm, MoveForm, RemittanceForm, ReversalForm
from onebook.cash.models import Receipt
from onebook.customer import reads as customer
from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, problems, scope
from onebook.kernel.errors import AmountUnreadable, OnebookError
from onebook.kernel.money import format_yuan, parse_yuan
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.receivable import reads as receivable
from onebook.receivable.rules import Owed, SettledBy, allocate
from onebook.work import reads as work_reads
from onebook.work import services as work

_COLUMNS = (
    Column("id", "收款编号", "Receipt"),
    Column("external_ref", "收据号/流水号", "Reference"),
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("channel", "缴费方式", "Channel"),
    Column("amount_fen", "金额", "Amount", "fen"),
    Column("state", "状态", "State"),
    Column("org_unit", "单位", "Org unit"),
    Column("person", "经办人", "Person"),
)


def counter(request: HttpRequest) -> HttpResponse:
    """Find the account of the person at the counter; one find opens it."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.TAKE_RECEIPT, asked.org_unit)
    text = request.GET.get("q", "").strip()
    found = customer.find_accounts(text, seen.units, limit=12)
    fragment = bool(getattr(request, "htmx", False))
    if len(found) == 1 and not fragment:
        return scope.go(request, "take", found[0]["number"])
    owed = receivable.owed_by_account([row["id"] for row in found], asked.today)
    return render(
        request,
        "cash/found.html" if fragment else "cash/counter.html",
        {"text": text, "found": found, "owed": owed, "unit_shown": seen.name},
    )


def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take cash for an account: what is owed today, the amount, and what it will settle."""
    asked = scope.of(request)
    account = customer.account(number)
    rights.require(scope.by(request), Action.TAKE_RECEIPT, account["org_unit_id"])
    items = receivable.owing_of_account(account["id"], asked.today)
    owed_fen = sum(item["remaining_fen"] for item in items)
    form = CashForm(request.POST or None, initial=_initial(request, owed_fen))
    if request.method == "POST" and form.is_valid():
        try:
            receipt_id = services.take_cash(
                number,
                form.cleaned_data["amount_fen"],
                external_ref=form.cleaned_data["external_ref"],
                payer_name=form.cleaned_data["payer_name"],
                effective_on=asked.today,
                person_id=scope.by(request),
            )
        except OnebookError as refused:
            form.add_error(None, problems.text(refused))
        else:
            messages.success(request, gettext("The receipt is taken and posted."))
            return scope.go(request, "receipt", receipt_id)
    return render(
        request,
        "cash/take.html",
        {
            "account": account,
            "items": items,
            "owed_fen": owed_fen,
            "prepayment_fen": reads.prepayment_of(account["id"], asked.today),
            "form": form,
            "unit_shown": org.unit(account["org_unit_id"]).name,
            **_allocation(owed_fen, items),
        },
        status=422 if form.errors else 200,
    )


def _initial(request: HttpRequest, owed_fen: int) -> dict[str, str]:
    """The whole debt, and a number that makes a second press of the button harmless."""
    number = f"{scope.of(request).today:%Y%m%d}-{scope.by(request)}-{secrets.randbelow(10**8):08d}"
    return {
        "amount_fen": format_yuan(owed_fen, separators=False) if owed_fen else "",
        "external_ref": number,
    }


def allocation(request: HttpRequest, number: str) -> HttpResponse:
    """What an amount would settle, while it is typed."""
    account = customer.account(number)
    rights.require(scope.by(request), Action.TAKE_RECEIPT, account["org_unit_id"])
    items = receivable.owing_of_account(account["id"], scope.of(request).today)
    try:
        amount_fen = max(parse_yuan(request.GET.get("amount_fen", "")), 0)
    except AmountUnreadable:
        amount_fen = 0
    return render(request, "cash/allocation.html", _allocation(amount_fen, items))


def _allocation(amount_fen: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    owed = [Owed(item["id"], item["remaining_fen"]) for item in items]
    settled, left_fen = allocate(amount_fen, owed)
    parts = {one.open_item_id: one.remaining_fen for one in settled}
    return {
        "parts": [(item, parts.get(item["id"], 0)) for item in items],
        "left_fen": left_fen,
    }


def receipt(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """One receipt: who paid what, what it settled, its journal, and whether it was taken back."""
    found = reads.receipt(receipt_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, found.org_unit_id)
    reversal = reads.reversals([receipt_id]).get(receipt_id)
    people = org.person_names(
        [one for one in (found.person_id, reversal and reversal.person_id) if one]
    )
    move = reads.moves([receipt_id]).get(receipt_id)
    may_take = org.may(person_id, Action.TAKE_RECEIPT, found.org_unit_id)
    prepaid_fen = reads.prepayment_made_by("receipt", receipt_id)
    may_reverse = (
        found.channel == Receipt.Channel.COUNTER_CASH
        and reversal is None
        and move is None
        and reads.slip_of(receipt_id) is None
        and may_take
    )
    return render(
        request,
        "cash/receipt.html",
        {
            "receipt": found,
            "channel": Receipt.Channel(found.channel).label,
            "account": customer.account_by_id(found.service_account_id),
            "settlements": receivable.settlements_of(SettledBy.RECEIPT, receipt_id),
            "prepaid_fen": prepaid_fen,
            "journals": books.journal_ids(*_document(found)),
            "reversal": reversal,
            "person": people.get(found.person_id or 0, gettext("the system")),
            "move": move,
            "moved_to": customer.account_by_id(move.service_account_id) if move else None,
            "moved_prepaid": [
                (customer.account_by_id(account), fen)
                for account, fen in (reads.prepaid_by_move(move.pk) if move else [])
            ],
            "moved_settlements": receivable.settlements_of(SettledBy.RECEIPT_MOVE, move.pk)
            if move
            else [],
            "asked": _waits(services.MOVE, receipt_id),
            "asked_back": _waits(services.REVERSAL, receipt_id),
            "may_move": reversal is None and move is None and may_take,
            "reversed_by": people.get(reversal.person_id or 0, "") if reversal else "",
            "may_reverse": may_reverse
            and reads.reversal_barrier(found, person_id, scope.of(request).today) is None,
            "may_ask_back": may_reverse,
            "may_take": may_take,
            "form": ReversalForm(),
            "unit_shown": org.unit(found.org_unit_id).name,
        },
    )


def _waits(of: tuple[str, str], receipt_id: int) -> dict[str, Any] | None:
    """The open request of a kind about a receipt, if there is one."""
    asked = work_reads.approval_of(*of, receipt_id)
    return asked if asked and asked["state"] == "open" else None


def _document(receipt: Receipt) -> tuple[str, int]:
    """What the receipt's journal is filed under: the receipt, or the file it came in."""
    return ("receipt", receipt.pk) if receipt.file_id is None else ("receipt_file", receipt.file_id)


@require_POST
def reverse(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Take a counter receipt back alone, with a reason."""
    form = ReversalForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Write why the receipt is taken back."))
        return scope.go(request, "receipt", receipt_id)
    services.reverse_receipt(
        receipt_id,
        form.cleaned_data["reason"],
        effective_on=scope.of(request).today,
        person_id=scope.by(request),
    )
    messages.success(request, gettext("The receipt is reversed; what it settled is owed again."))
    return scope.go(request, "receipt", receipt_id)


def ask_reversal(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Ask that a counter receipt be taken back by another person's approval, with the slip."""
    found = reads.receipt(receipt_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.TAKE_RECEIPT, found.org_unit_id)
    form = ReversalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.request_reversal(
                receipt_id, form.cleaned_data["reason"], _evidence(request), by=person_id
            )
        except OnebookError as refused:
            form.add_error(None, problems.text(refused))
        else:
            messages.success(request, gettext("The request waits for approval."))
            return scope.go(request, "approval", asked)
    return render(
        request,
        "cash/ask_reversal.html",
        {
            "receipt": found,
            "account": customer.account_by_id(found.service_account_id),
            "form": form,
            "limit": format_yuan(reads.reversal_limit(scope.of(request).today)),
            "unit_shown": org.unit(found.org_unit_id).name,
        },
        status=422 if form.errors else 200,
    )


def _evidence(request: HttpRequest) -> list[work.File]:
    files = request.FILES.getlist("evidence")
    return [work.File(file.name or "", file.read()) for file in files]


def move(request: HttpRequest, receipt_id: int) -> HttpResponse:
    """Ask that a receipt's money be moved to the right account, with the evidence."""
    found = reads.receipt(receipt_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.TAKE_RECEIPT, found.org_unit_id)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.request_move(
                receipt_id,
                form.cleaned_data["number"],
                form.cleaned_data["reason"],
                _evidence(request),
                by=person_id,
            )
        except OnebookError as refused:
            form.add_error(None, problems.text(refused))
        else:
            messages.success(request, gettext("The request waits for approval."))
            return scope.go(request, "approval", asked)
    return render(
        request,
        "cash/move.html",
        {
            "receipt": found,
            "account": customer.account_by_id(found.service_account_id),
            "form": form,
            "unit_shown": org.unit(found.org_unit_id).name,
        },
        status=422 if form.errors else 200,
    )


def moved(request: HttpRequest, move_id: int) -> HttpResponse:
    """The page of a move is that of its receipt."""
    return scope.go(request, "receipt", reads.move(move_id).receipt_id)


def reversal(request: HttpRequest, reversal_id: int) -> HttpResponse:
    """The page of a reversal is that of its receipt."""
    return scope.go(request, "receipt", reads.reversal(reversal_id).receipt_id)


def receipts(request: HttpRequest) -> HttpResponse:
    """The receipts of the day, newest first."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    channel = request.GET.get("channel", "")
    channel = channel if channel in Receipt.Channel.values else ""
    file = request.GET.get("file", "")
    file_id = int(file) if file.isascii() and file.isdigit() else None
    found = listing.of(
        request,
        lambda limit, offset: reads.receipts_of_day(
            asked.as_of,
            seen.units,
            channel=channel,
            file_id=file_id,
            limit=limit,
            offset=offset,
        ),
    )
    report = _receipts_report(found.rows, asked, seen)
    received = reads.received_between(
        asked.as_of, asked.as_of + timedelta(1), asked.moment, seen.units
    )
    return export.answer(request, report) or render(
        request,
        "cash/receipts.html",
        {
            "report": report,
            "links": {
                "id": lambda row: scope.url(request, "receipt", row["id"]),
                "number": lambda row: scope.url(request, "account", row["number"]),
            },
            "received_fen": sum(row["amount_fen"] for row in received.values()),
            "receipts": sum(row["receipts"] for row in received.values()),
            "channels": Receipt.Channel.choices,
            "channel": channel,
            "file": reads.receipt_file(file_id) if file_id else None,
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def _receipts_report(rows: list[Receipt], asked: scope.Scope, seen: rights.Seen) -> Report:
    accounts = customer.accounts_by_id([row.service_account_id for row in rows])
    people = org.person_names({row.person_id for row in rows if row.person_id})
    ids = [row.pk for row in rows]
    states = dict.fromkeys(reads.reversals(ids), gettext("Reversed"))
    states |= dict.fromkeys(reads.moves(ids), gettext("Moved"))
    names = org.unit_names()
    return Report(
        name="receipts",
        title_zh="收款清单",
        title_en="Receipts",
        as_of=asked.as_of,
        known_at=asked.moment,
        org_unit=seen.code,
        columns=_COLUMNS,
        rows=[
            {
                "id": row.pk,
                "external_ref": row.external_ref,
                "number": accounts[row.service_account_id]["number"],
                "customer_name": accounts[row.service_account_id]["customer_name"],
                "channel": str(Receipt.Channel(row.channel).label),
                "amount_fen": row.amount_fen,
                "state": states.get(row.pk, ""),
                "org_unit": names[row.org_unit_id],
                "person": people.get(row.person_id or 0, gettext("the system")),
            }
            for row in rows
        ],
        basis_zh=f"计入 {asked.as_of};{seen.name}",
        basis_en=f"Counting for {asked.as_of}; {seen.name}",
    )


def remittance(request: HttpRequest) -> HttpResponse:
    """Pay counter cash in at the bank: what each unit holds, and the slip."""
    asked = scope.of(request)
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.READ_BOOK, asked.org_unit)
    form = RemittanceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        unit = org.unit_by_code(request.POST.get("unit", ""))
        try:
            services.remit(
                unit.pk,
                form.cleaned_data["amount_fen"],
                form.cleaned_data["slip_ref"],
                effective_on=asked.today,
                person_id=person_id,
            )
        except OnebookError as refused:
            form.add_error(None, problems.text(refused))
        else:
            messages.success(request, gettext("The cash is remitted and on its way to the bank."))
            return scope.go(request, "remittance")
    units = [unit for unit in org.units() if seen.units is None or unit.pk in seen.units]
    held = books.balance_by_unit("1001", asked.today, units=seen.units)
    return render(
        request,
        "cash/remittance.html",
        {
            "held": [(unit, held[unit.pk]) for unit in units if held.get(unit.pk)],
            "mine": [unit for unit in units if org.may(person_id, Action.REMIT, unit.pk)],
            "form": form,
            "unit": request.POST.get("unit", ""),
            "waiting": [
                row
                for row in reads.transit_waiting(asked.as_of, asked.moment)
                if seen.units is None or row["org_unit_id"] in seen.units
            ],
            "units": org.unit_names(),
            "unit_shown": seen.name,
        },
        status=422 if form.errors else 200,
    )
