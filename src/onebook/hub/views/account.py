"""The search, the page of one service account with everything about it, and the page of a bill."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from onebook.billing import reads as billing
from onebook.billing.reads import adjustments, invoices, tickets
from onebook.billing.reads import paper as billing_paper
from onebook.billing.rules import bill_number
from onebook.billing.rules.tickets import TICKET_WORDS
from onebook.billing.services import CANCEL
from onebook.billing.services import invoices as invoices_services
from onebook.cash import reads as cash
from onebook.customer import reads as customer
from onebook.customer.rules import CATEGORY_WORDS, DEMAND_MODE_WORDS
from onebook.hub import reads, services
from onebook.hub.reads import paper as paper_reads
from onebook.infra.web import chart, problems, scope, words
from onebook.infra.web.scope import Scope
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.metering import reads as metering
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.receivable import reads as receivable
from onebook.tariff import reads as tariff
from onebook.tariff.rules import UNIT_WORDS
from onebook.work import reads as work

_USAGE_MONTHS = 13


def search(request: HttpRequest) -> HttpResponse:
    """What the text of the search field may mean; a single find is opened at once."""
    asked = scope.of(request)
    text = request.GET.get("q", "").strip()
    seen = rights.seen(scope.by(request), Action.READ_CUSTOMERS, asked.org_unit)
    found = reads.find(text, seen.units, asked.today)
    if len(found.accounts) == 1 and not (found.bills or found.receipts):
        return scope.go(request, "account", found.accounts[0]["number"])
    if len(found.bills) == 1 and not (found.accounts or found.receipts):
        return scope.go(request, "bill", found.bills[0].pk)
    accounts = customer.accounts_by_id(
        [one.service_account_id for one in (*found.bills, *found.receipts)]
    )
    return render(
        request,
        "hub/search.html",
        {
            "text": text,
            "accounts": found.accounts,
            "bills": [(one, accounts[one.service_account_id]) for one in found.bills],
            "receipts": [(one, accounts[one.service_account_id]) for one in found.receipts],
            "units": org.unit_names(),
            "unit_shown": seen.name,
        },
    )


def account(request: HttpRequest, number: str) -> HttpResponse:
    """One service account: who, what is owed as of the day, bills, receipts, usage."""
    asked = scope.of(request)
    found = customer.account(number)
    rights.require(scope.by(request), Action.READ_CUSTOMERS, found["org_unit_id"])
    terms = customer.terms_of(found["id"])
    context: dict[str, Any] = {
        "account": found,
        "category": words.pick(CATEGORY_WORDS[found["category_id"]]),
        "unit_shown": org.unit(found["org_unit_id"]).name,
        "siblings": [
            one
            for one in customer.accounts_of_customer(found["customer_id"])
            if one["id"] != found["id"]
        ],
        "installations": metering.installations_of_account(found["id"]),
        "tariff": reads.tariff_on(found["id"], asked.as_of),
        "readings": reads.readings(found["id"], asked.as_of),
        "terms": [
            (
                one,
                words.pick(DEMAND_MODE_WORDS[one["demand_mode"]]),
                format_yuan(one["pf_standard_bp"] // 100),
            )
            for one in terms
        ],
    }
    if org.may(scope.by(request), Action.READ_BOOK, found["org_unit_id"]):
        context |= _money(found["id"], asked)
    context["may_take"] = org.may(scope.by(request), Action.TAKE_RECEIPT, found["org_unit_id"])
    return render(request, "hub/account.html", context)


def _money(account_id: int, asked: Scope) -> dict[str, Any]:
    """What the account owes, paid and used, as of the day."""
    open_items = receivable.owing_of_account(account_id, asked.as_of, asked.moment)
    bills = [one for one in billing.bills_of_account(account_id) if one.issued_on <= asked.as_of]
    receipts = [
        one for one in cash.receipts_of_account(account_id) if one.effective_on <= asked.as_of
    ]
    undone = cash.reversals([one.pk for one in receipts])
    moves = cash.moves([one.pk for one in receipts])
    invoiced = invoices.shown_of_bills([one.pk for one in bills])
    return {
        "sees_money": True,
        "owed_fen": sum(item["remaining_fen"] for item in open_items),
        "overdue_fen": sum(
            item["remaining_fen"] for item in open_items if item["due_on"] < asked.as_of
        ),
        "prepayment_fen": cash.prepayment_of(account_id, asked.as_of),
        "open_items": open_items,
        "bills": [(one, bill_number(one.pk, one.bill_month), invoiced[one.pk]) for one in bills],
        "receipts": [(one, undone.get(one.pk) or moves.get(one.pk)) for one in receipts],
        "tickets": [
            (one, words.pick(TICKET_WORDS[one["kind"]]))
            for one in tickets.tickets_of_account(account_id)
        ],
        "adjustments": adjustments.adjustments(account=account_id, known_at=asked.moment),
        "timeline": reads.timeline(
            bills, receipts, undone, asked.as_of, _moved(account_id, receipts, moves)
        ),
        "figure": _usage_figure(bills),
    }


def _moved(
    account_id: int, receipts: list[Any], moves: dict[int, Any]
) -> list[tuple[Any, int, str]]:
    """Moves of receipts from the account (below zero) and to it, with the other's number."""
    away = [(moves[one.pk], one) for one in receipts if one.pk in moves]
    here = cash.moved_to(account_id)
    numbers = customer.accounts_by_id(
        {move.service_account_id for move, _ in away} | {one.service_account_id for _, one in here}
    )
    return [
        *(
            (move, -one.amount_fen, numbers[move.service_account_id]["number"])
            for move, one in away
        ),
        *((move, one.amount_fen, numbers[one.service_account_id]["number"]) for move, one in here),
    ]


def _usage_figure(bills: list[Any]) -> chart.Figure | None:
    usage: dict[date, int] = {}
    for one in bills:
        usage[one.bill_month] = usage.get(one.bill_month, 0) + one.usage_e4
    months = sorted(usage)[-_USAGE_MONTHS:]
    if not months:
        return None
    return chart.bars(
        [f"{month:%Y-%m}" for month in months],
        [(gettext("Usage"), [chart.kwh(usage[month]) for month in months])],
        unit=gettext("kWh"),
    )


def bill(request: HttpRequest, bill_id: int) -> HttpResponse:
    """One bill: its readings, each line with formula and source, and what settled it."""
    asked = scope.of(request)
    found = billing.bill(bill_id)
    rights.require(scope.by(request), Action.READ_BOOK, found.org_unit_id)
    explained = billing.bill_explained(bill_id)
    readings = metering.readings_by_id(billing.readings_of_bill(bill_id))
    numbers = metering.meter_numbers(sorted({one.meter_id for one in readings}))
    item = receivable.item_of_bill(bill_id)
    settlements = receivable.settlements_of_item(item.pk) if item else []
    settled_fen = sum(one.amount_fen for one in settlements if one.effective_on <= asked.as_of)
    return render(
        request,
        "hub/bill.html",
        {
            **_correction(found, scope.by(request)),
            "adjustments": adjustments.adjustments(bill=bill_id),
            "month": Month.of(found.bill_month),
            "bill": found,
            "number": bill_number(bill_id, found.bill_month),
            "is_corrected": billing.is_corrected(bill_id),
            "account": customer.account_by_id(found.service_account_id),
            "category": words.pick(CATEGORY_WORDS[found.category_id]),
            "tariff": tariff.version_by_id(found.tariff_version_id),
            "readings": [(one, numbers.get(one.meter_id, "")) for one in readings],
            "steps": billing_paper.steps([bill_id]).get(bill_id, []),
            "decimals_carried": any(
                one.usage_e4 < (one.current_e4 - one.previous_e4) * one.multiplier
                for one in readings
            ),
            "lines": [
                (line, rule, words.pick(UNIT_WORDS[rule.unit]))
                for line in billing.bill_lines(bill_id)
                for rule in (explained.lines[line["line_no"]],)
            ],
            "agrees": explained.total_fen == found.total_fen,
            "item": item,
            "settlements": settlements,
            "settled_fen": settled_fen,
            "remaining_fen": item.principal_fen - settled_fen if item else 0,
            "invoice": invoices.shown_of_bills([bill_id])[bill_id],
            "may_issue": org.may(scope.by(request), Action.ISSUE_BILLS, found.org_unit_id),
            "unit_shown": org.unit(found.org_unit_id).name,
        },
    )


def paper(request: HttpRequest, bill_id: int) -> HttpResponse:
    """The bill as it is printed for the customer, on one page of A4."""
    found = billing.bill(bill_id)
    rights.require(scope.by(request), Action.READ_BOOK, found.org_unit_id)
    (made,) = paper_reads.papers([bill_id], scope.of(request).as_of)
    unit = org.unit(found.org_unit_id).name
    return render(request, "hub/paper.html", {"paper": made, "unit_shown": unit})


@require_POST
def request_invoices(request: HttpRequest) -> HttpResponse:
    """Ask for the invoices of a month's bills, or of one bill; back to where it was asked."""
    person_id = scope.by(request)
    month = Month.parse(request.POST.get("month", ""))
    bill_id = request.POST.get("bill", "")
    try:
        if bill_id:
            done = invoices_services.request_bills(
                [int(bill_id)], person_id=person_id, paid_on=services.paid_on(month)
            )
        else:
            seen = rights.seen(person_id, Action.ISSUE_BILLS, scope.of(request).org_unit)
            done = services.request_invoices(
                month,
                seen.units,
                person_id=person_id,
                everybody=bool(request.POST.get("everybody")),
            )
    except OnebookError as refused:
        problems.told(request, refused)
    else:
        said = gettext(
            "{n} invoices over {bills} bills are requested. {waiting} bills wait to be paid."
        )
        messages.success(
            request, said.format(n=len(done.invoice_ids), bills=done.bills, waiting=done.waiting)
        )
    if bill_id:
        return scope.go(request, "bill", bill_id)
    return scope.go(request, "invoices", month=month)


def _correction(found: Any, person_id: int) -> dict[str, Any]:
    """What became of the bill, and the request about it, or who may make one."""
    chain = billing.chain_of(found)
    asked = work.approval_of(*CANCEL, found.pk)
    return {
        "chain": chain,
        "asked": asked if asked and asked["state"] == "open" else None,
        "may_correct": chain.stands
        and org.may(person_id, Action.REQUEST_ADJUSTMENT, found.org_unit_id),
    }
