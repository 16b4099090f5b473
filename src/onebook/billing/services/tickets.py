"""Tickets (传票): opened by one person, checked by another, and then in effect from their day."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from onebook.billing import reads
from onebook.billing.errors import (
    ChecksMissing,
    FactUnreadable,
    MeterNotOfAccount,
    MonthBilled,
    MultiplierInPeriod,
    TicketKindUnknown,
)
from onebook.billing.models import Decision
from onebook.billing.reads import tickets as ticket_reads
from onebook.billing.rules.tickets import CHECKS, TICKET_WORDS, TicketKind
from onebook.billing.services.verification import (
    record,
    refuse_decision,
    tell_billers,
    verify_unit,
)
from onebook.customer import reads as customer_reads
from onebook.customer import services as customer
from onebook.infra import clock, ids
from onebook.infra.write import insert
from onebook.kernel.energy import parse_kwh
from onebook.kernel.periods import Month, refuse_future
from onebook.metering import reads as metering_reads
from onebook.metering import services as metering
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.tariff import reads as tariff_reads
from onebook.tariff import services as tariff
from onebook.tariff.errors import TariffCodeUnknown
from onebook.work import services as work

TICKET = ("billing", "ticket")
"""App and kind of a request that a ticket take effect."""

_MOST = 1_000_000
TICKET_DECIDE_URL = "/tickets/{approval_id}/decide"


@dataclass(frozen=True)
class NewTicket:
    """What is asked: the kind, the account, the day, and the facts as they are typed, by name.

    meter: old_number, bill_month, final, new_number, and perhaps digits, multiplier, initial;
    category: category (its number), tariff; multiplier: meter, multiplier; close: `final:NUMBER`
    of each meter.
    """

    kind: str
    account: str
    effective_on: date
    facts: Mapping[str, str]
    reason: str
    exception_id: int | None = None


@dataclass(frozen=True)
class InEffect:
    """A ticket that took effect; of a closed account the months that are to be billed now."""

    ticket_id: int
    service_account_id: int
    org_unit_id: int
    final_months: tuple[Month, ...]


class _Undone(Exception):
    """Takes back what was tried."""


@transaction.atomic
def open_ticket(asked: NewTicket, files: Sequence[work.File], *, by: int) -> int:
    """Record a ticket and ask another person to check it; its id.

    What it would change is tried and taken back, so that nothing comes to the checker that cannot
    take effect: what `take_effect` raises is raised here. Until it is decided the account is kept
    back (R20). An exception that it was opened from is held. TicketKindUnknown, NotAllowed,
    DayInFuture, MonthBilled, MultiplierInPeriod, and the errors of `work.services.ask`.
    """
    if asked.kind not in TICKET_WORDS:
        raise TicketKindUnknown(kind=asked.kind)
    account = customer_reads.account(asked.account)
    org.require(by, Action.IMPORT_MASTER_DATA, account["org_unit_id"])
    if asked.kind == TicketKind.CLOSE:
        org.require(by, Action.ISSUE_BILLS, account["org_unit_id"])
    refuse_future(asked.effective_on, clock.today())
    ticket_id = ids.take("billing_ticket")
    insert(
        "billing_ticket",
        id=ticket_id,
        kind=asked.kind,
        org_unit_id=account["org_unit_id"],
        service_account_id=account["id"],
        effective_on=asked.effective_on,
        facts=json.dumps(dict(asked.facts), ensure_ascii=False),
        exception_id=asked.exception_id,
        reason=asked.reason.strip(),
        person_id=by,
    )
    _try(ticket_reads.ticket(ticket_id))
    if asked.exception_id is not None:
        found = reads.exception(asked.exception_id)
        refuse_decision(found, Decision.Kind.HOLD)
        record([found], Decision.Kind.TICKET, asked.reason, person_id=by)
    work.ask(
        work.Request(
            kind=TICKET[1],
            app=TICKET[0],
            source_id=ticket_id,
            title=gettext_noop("Ticket T{ticket} of {account} {name}, from {day} on"),
            params={
                "ticket": ticket_id,
                "account": account["number"],
                "name": account["customer_name"],
                "day": asked.effective_on.isoformat(),
            },
            url=f"/billing/tickets/{ticket_id}",
            decide_url=TICKET_DECIDE_URL,
            org_unit_id=account["org_unit_id"],
            amount_fen=0,
            reason=asked.reason,
        ),
        files,
        by=by,
    )
    _verify(account["org_unit_id"], account["id"])
    return ticket_id


def _try(ticket: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            _change(ticket)
            raise _Undone
    except _Undone:
        return


def take_effect(ticket_id: int, checked: Collection[str], *, by: int) -> InEffect:
    """Carry out an approved ticket, in the caller's transaction, and verify the account anew.

    `checked` must name every one of `rules.tickets.CHECKS`, else ChecksMissing; the database
    refuses whoever made the ticket. What is changed counts as changed by who made it. The unbilled
    readings are measured again by the archive as it is now. The errors of the changes themselves.
    """
    ticket = ticket_reads.ticket(ticket_id)
    if not set(CHECKS) <= set(checked):
        raise ChecksMissing(ticket_id=ticket_id)
    insert("billing_ticket_check", ticket_id=ticket_id, person_id=by, **dict.fromkeys(CHECKS, True))
    _change(ticket)
    account = ticket["service_account_id"]
    periods = ticket_reads.unbilled_periods(account)
    months = sorted({month for month, _, _ in periods})
    for month in months:
        meters = [meter for one, meter, _ in periods if one == month]
        metering.measure_again(month, meters, by=ticket["person_id"])
    _verify(ticket["org_unit_id"], account)
    _reopen(ticket, "", by)
    final = tuple(months) if ticket["kind"] == TicketKind.CLOSE else ()
    return InEffect(ticket_id, account, ticket["org_unit_id"], final)


def refuse_ticket(ticket_id: int, reason: str, *, by: int) -> None:
    """Let a ticket that was turned down keep nothing back any more."""
    ticket = ticket_reads.ticket(ticket_id)
    _verify(ticket["org_unit_id"], ticket["service_account_id"])
    _reopen(ticket, reason, by)


def _verify(org_unit_id: int, account: int) -> None:
    """Verify the months in which the account has something to bill."""
    for month in sorted({month for month, _, _ in ticket_reads.unbilled_periods(account)}):
        verify_unit(org_unit_id, month, person_id=org.SYSTEM)


def _reopen(ticket: dict[str, Any], reason: str, by: int) -> None:
    """Leave the exception that a ticket came from to a decision, where its cause is still there."""
    if ticket["exception_id"] is None:
        return
    found = reads.exception(ticket["exception_id"])
    if found["decision"] == Decision.Kind.TICKET:
        record([found], Decision.Kind.REOPEN, reason, person_id=by)
        tell_billers(found["org_unit_id"], Month.of(found["bill_month"]), by=by)


def _change(ticket: dict[str, Any]) -> None:
    _CHANGES[TicketKind(ticket["kind"])](ticket)


def _change_meter(ticket: dict[str, Any]) -> None:
    facts = {**ticket["facts"], "changed_on": ticket["effective_on"].isoformat()}
    _require_meter(ticket, facts.get("old_number", ""))
    metering.change_meter(facts, by=ticket["person_id"])


def _change_category(ticket: dict[str, Any]) -> None:
    account, facts = ticket["service_account_id"], ticket["facts"]
    _refuse_billed(ticket)
    if facts.get("tariff") not in tariff_reads.codes():
        raise TariffCodeUnknown(code=facts.get("tariff", ""))
    customer.change_category(account, _whole(facts, "category"), by=ticket["person_id"])
    tariff.reassign([account], [facts["tariff"]], [ticket["effective_on"]])


def _correct_multiplier(ticket: dict[str, Any]) -> None:
    facts, since = ticket["facts"], ticket["effective_on"]
    for month, _, previous_on in ticket_reads.unbilled_periods(ticket["service_account_id"]):
        if since > previous_on:
            raise MultiplierInPeriod(month=str(month), day=previous_on.isoformat())
    number = facts.get("meter", "")
    _require_meter(ticket, number)
    metering.correct_multiplier(number, _whole(facts, "multiplier"), since, by=ticket["person_id"])


def _close(ticket: dict[str, Any]) -> None:
    account, day = ticket["service_account_id"], ticket["effective_on"]
    finals = {
        name.removeprefix("final:"): parse_kwh(text)
        for name, text in ticket["facts"].items()
        if name.startswith("final:")
    }
    _refuse_billed(ticket)
    metering.remove_meters(account, Month.of(day), day, finals, by=ticket["person_id"])
    customer.close_account(account, day, by=ticket["person_id"])


def _require_meter(ticket: dict[str, Any], number: str) -> None:
    installed = metering_reads.installations_of_account(ticket["service_account_id"])
    if number not in [one["meter_number"] for one in installed]:
        raise MeterNotOfAccount(number=number, account=ticket["number"])


def _whole(facts: Mapping[str, str], name: str) -> int:
    """A whole number from 1 on that is typed as a fact."""
    text = facts.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text) < _MOST):
        raise FactUnreadable(text=text, fact=name)
    return int(text)


def _refuse_billed(ticket: dict[str, Any]) -> None:
    """Refuse a day in a month whose bill stands: it would no longer be what was agreed."""
    month = Month.of(ticket["effective_on"])
    for bill in reads.bills_of_account(ticket["service_account_id"]):
        if bill.bill_month >= month.first and reads.chain_of(bill).stands:
            raise MonthBilled(account=ticket["number"], month=str(Month.of(bill.bill_month)))


_CHANGES = {
    TicketKind.METER: _change_meter,
    TicketKind.CATEGORY: _change_category,
    TicketKind.MULTIPLIER: _correct_multiplier,
    TicketKind.CLOSE: _close,
}
