"""Pages of tickets (传票): the list, a new one, and one with what the second person checks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from onebook.billing import services
from onebook.billing.forms import TicketForm
from onebook.billing.reads import tickets as reads
from onebook.billing.rules.tickets import TICKET_WORDS
from onebook.customer import reads as customer
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra.web import listing, problems, scope, words
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.metering import reads as metering
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action
from onebook.tariff import reads as tariff
from onebook.work import reads as work
from onebook.work import services as asking


def tickets(request: HttpRequest) -> HttpResponse:
    """Tickets that wait to be checked, then the newest."""
    person_id = scope.by(request)
    seen = rights.seen(person_id, Action.READ_BOOK, scope.of(request).org_unit)
    found = listing.of(
        request, lambda limit, offset: reads.tickets(seen.units, limit=limit, offset=offset)
    )
    people = org.person_names({row["person_id"] for row in found.rows})
    return render(
        request,
        "billing/tickets.html",
        {
            "rows": [_named(row) | {"by": people[row["person_id"]]} for row in found.rows],
            "waiting": sum(1 for row in found.rows if row["state"] == "open"),
            "kinds": [(kind, words.pick(pair)) for kind, pair in TICKET_WORDS.items()],
            "may_open": bool(org.units_of(person_id, Action.IMPORT_MASTER_DATA)),
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def _named(row: dict[str, Any]) -> dict[str, Any]:
    names = {
        "open": gettext("To be checked"),
        "approved": gettext("In effect"),
        "rejected": gettext("Turned down"),
    }
    return row | {
        "kind_name": words.pick(TICKET_WORDS[row["kind"]]),
        "state_name": names[row["state"]],
    }


def new_ticket(request: HttpRequest) -> HttpResponse:
    """Open a ticket for an account, by hand or from an exception."""
    person_id = scope.by(request)
    kind, number = request.GET.get("kind", ""), request.GET.get("account", "").strip()
    account = customer.account(number)
    rights.require(person_id, Action.IMPORT_MASTER_DATA, account["org_unit_id"])
    exception = request.GET.get("exception", "")
    meters = [
        one["meter_number"]
        for one in metering.installations_of_account(account["id"])
        if one["installation"].during.upper is None
    ]
    today = scope.of(request).today
    form = TicketForm(
        kind,
        meters,
        sorted(tariff.codes()),
        request.POST or None,
        initial={"effective_on": today, "bill_month": Month.of(today)},
    )
    if request.method == "POST" and form.is_valid():
        asked = services.NewTicket(
            kind,
            number,
            form.cleaned_data["effective_on"],
            form.facts(),
            form.cleaned_data["reason"],
            int(exception) if exception.isascii() and exception.isdigit() else None,
        )
        files = [
            asking.File(file.name or "", file.read()) for file in request.FILES.getlist("evidence")
        ]
        try:
            ticket_id = services.open_ticket(asked, files, by=person_id)
        except OnebookError as refused:
            form.add_error(None, problems.text(refused))
        else:
            messages.success(request, gettext("The ticket waits for a second person's check."))
            return scope.go(request, "ticket", ticket_id)
    return render(
        request,
        "billing/ticket_new.html",
        {
            "account": account,
            "category": words.pick(CATEGORY_WORDS[account["category_id"]]),
            "tariff": tariff.codes_of([account["id"]]).get(account["id"], "—"),
            "kind_name": words.pick(TICKET_WORDS[kind]),
            "form": form,
            "unit_shown": org.unit(account["org_unit_id"]).name,
        },
    )


def ticket(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """One ticket: what it changes, who made it, and the check that lets it take effect."""
    found = reads.ticket(ticket_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, found["org_unit_id"])
    ids = {one for one in (found["person_id"], found["checked_by_id"]) if one}
    people = org.person_names(ids)
    approval = work.approval(found["approval_id"])
    may_check = approval["state"] == "open" and person_id != found["person_id"]
    return render(
        request,
        "billing/ticket.html",
        {
            "one": _named(found),
            "facts": [(_fact_name(name), text) for name, text in found["facts"].items() if text],
            "made_by": people[found["person_id"]],
            "checked_by": people.get(found["checked_by_id"] or 0, ""),
            "approval": approval,
            "evidence": work.evidence_of(found["approval_id"]),
            "may_check": may_check and org.may(person_id, Action.APPROVE, found["org_unit_id"]),
            "is_maker": person_id == found["person_id"],
            "unit_shown": org.unit(found["org_unit_id"]).name,
        },
    )


def _fact_name(name: str) -> str:
    """What a fact of a ticket is called on the pages."""
    if name.startswith("final:"):
        return gettext("Last value of meter {number}").format(number=name.removeprefix("final:"))
    return str(TicketForm.LABELS[name])
