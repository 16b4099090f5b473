"""Every write to invoices: the customers' terms, requests, the platform's results, void and red."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from onebook.billing.errors import (
    InvoiceNotIssued,
    InvoiceReasonMissing,
    InvoiceRedAsked,
    NothingToInvoice,
    RedFormMissing,
    VoidTooLate,
)
from onebook.billing.models import InvoiceEvent, InvoiceStanding
from onebook.billing.parsers.invoices import document_number
from onebook.billing.reads import bills_by_id, threshold
from onebook.billing.reads import invoices as reads
from onebook.infra import clock, ids, sql
from onebook.kernel.periods import Month
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.tariff import reads as tariff
from onebook.work import services as work

Kind = InvoiceEvent.Kind


@dataclass(frozen=True)
class Terms:
    """n rows of customers' invoice terms, as columns of length n."""

    customer_id: Sequence[int]
    kind: Sequence[str]
    title: Sequence[str]
    tax_number: Sequence[str]
    address_phone: Sequence[str]
    bank_account: Sequence[str]
    merged: Sequence[bool]
    valid_from: Sequence[date]


@dataclass(frozen=True)
class Requested:
    """The invoices asked for, the bills they cover, and the bills that wait to be paid first."""

    invoice_ids: list[int]
    bills: int
    waiting: int


@dataclass(frozen=True)
class Event:
    """What becomes of an invoice; `on` is its date, or the day of the void."""

    invoice_id: int
    kind: Kind
    on: date
    code: str = ""
    number: str = ""
    reason: str = ""


def take_terms(terms: Terms, *, person_id: int | None) -> int:
    """Record invoice terms that differ from those in force on their day; how many were new.

    Raises NotAllowed where the person may import master data in no unit.
    """
    org.require_somewhere(person_id, Action.IMPORT_MASTER_DATA)
    return sql.execute(
        "billing",
        "invoice_terms",
        {
            "customers": list(terms.customer_id),
            "kinds": list(terms.kind),
            "titles": list(terms.title),
            "tax_numbers": list(terms.tax_number),
            "addresses": list(terms.address_phone),
            "banks": list(terms.bank_account),
            "merged": list(terms.merged),
            "days": list(terms.valid_from),
            "person": person_id,
        },
    )


@transaction.atomic
def request_month(
    month: Month,
    units: Sequence[int] | None = None,
    *,
    person_id: int | None,
    everybody: bool = False,
    paid_on: Mapping[int, date] | None = None,
) -> Requested:
    """Ask for blue invoices of a month's bills that have none; twice asks for nothing more.

    Bills of customers without invoice terms are left out unless `everybody`. `paid_on` (bill ->
    day) is what makes bills taxable whose dated rule says so. Units None: all in which the person
    issues bills. NotAllowed.
    """
    if units is None:
        units = sorted(org.require_somewhere(person_id, Action.ISSUE_BILLS))
    for org_unit_id in units:
        org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    asked = {"month": month.first, "bills": None, "everybody": everybody}
    return _request(asked, list(units), paid_on or {}, person_id)


@transaction.atomic
def request_bills(
    bill_ids: Collection[int],
    *,
    person_id: int | None,
    paid_on: Mapping[int, date] | None = None,
) -> Requested:
    """Ask for blue invoices of these bills. NotAllowed, NothingToInvoice."""
    units = sorted({one.org_unit_id for one in bills_by_id(bill_ids)})
    for org_unit_id in units:
        org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    asked = {"month": None, "bills": list(bill_ids), "everybody": True}
    done = _request(asked, units, paid_on or {}, person_id)
    if not done.bills:
        raise NothingToInvoice
    return done


def _request(
    asked: dict[str, Any], units: list[int], paid_on: Mapping[int, date], person_id: int | None
) -> Requested:
    params = {"units": units, "today": clock.today(), "paid_bills": list(paid_on)}
    sql.execute(
        "billing", "invoice_candidates", {**asked, **params, "paid_on": list(paid_on.values())}
    )
    found = _ask("SELECT count(*), count(taxable_on) FROM billing_invoicing")
    versions = [row[0] for row in _ask("SELECT DISTINCT tariff_version_id FROM billing_invoicing")]
    rates = [tariff.version_by_id(version).vat_rate_bp for version in versions]
    sql.execute("billing", "invoice_group", {"versions": versions, "rates": rates})
    wanted = _ask("SELECT coalesce(max(invoice_id), 0) FROM billing_invoicing")[0][0]
    invoice_ids = ids.allot("billing_invoice", wanted).tolist()
    if invoice_ids:
        written = {"ids": invoice_ids, "person": person_id, "today": clock.today()}
        sql.execute("billing", "invoice_write", written)
    every, taxable = found[0]
    return Requested(invoice_ids, taxable, every - taxable)


def _ask(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@transaction.atomic
def request_again(
    invoice_ids: Collection[int],
    *,
    person_id: int | None,
    paid_on: Mapping[int, date] | None = None,
) -> Requested:
    """Drop failed invoices and ask anew, with the buyer's data that are in force now.

    Those of the ids that did not fail are left as they are. NotAllowed.
    """
    failed = [row for row in reads.invoices_by_id(invoice_ids).values() if row["state"] == "failed"]
    for org_unit_id in sorted({row["org_unit_id"] for row in failed}):
        org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    blue = [row["id"] for row in failed if row["color"] == "blue"]
    bills = reads.bills_of_invoices(blue)
    _record([Event(row["id"], Kind.DROPPED, clock.today()) for row in failed], person_id)
    red = [
        _write_red(row["blue_id"], row["reason"], row["red_form"], person_id)
        for row in failed
        if row["color"] == "red"
    ]
    asked = {"month": None, "bills": bills, "everybody": True}
    units = sorted({row["org_unit_id"] for row in failed})
    # The bills were taxable when they were asked for: a void of theirs is no unpaid bill.
    was = {
        bill: row["taxable_on"] for row in failed for bill in reads.bills_of_invoices([row["id"]])
    }
    done = _request(asked, units, {**was, **(paid_on or {})}, person_id)
    tell_billers(units, by=person_id)
    return Requested([*done.invoice_ids, *red], done.bills, done.waiting)


@transaction.atomic
def void(invoice_id: int, reason: str, *, person_id: int | None) -> None:
    """Void (作废) an issued blue invoice in the month of its date; its bills may be invoiced again.

    InvoiceReasonMissing, NotAllowed, InvoiceNotIssued, InvoiceRedAsked, VoidTooLate.
    """
    row = _standing(invoice_id, reason, person_id)
    today = clock.today()
    may_void = threshold("invoice", "void_in_month", row["issued_on"])
    if not may_void or Month.of(row["issued_on"]) != Month.of(today):
        raise VoidTooLate(number=row["number"], day=row["issued_on"].isoformat())
    _record([Event(invoice_id, Kind.VOIDED, today, reason=reason.strip())], person_id)
    tell_billers([row["org_unit_id"]], by=person_id)


@transaction.atomic
def request_red(invoice_id: int, reason: str, red_form: str = "", *, person_id: int | None) -> int:
    """Ask for the red invoice (红字发票) of an issued blue one; the id of the red one.

    InvoiceReasonMissing, NotAllowed, InvoiceNotIssued, InvoiceRedAsked; RedFormMissing
    where the dated rule asks for the number of the red information form.
    """
    row = _standing(invoice_id, reason, person_id)
    if threshold("invoice", f"red_form_{row['kind']}", clock.today()) and not red_form.strip():
        raise RedFormMissing
    return _write_red(invoice_id, reason.strip(), red_form.strip(), person_id)


def _standing(invoice_id: int, reason: str, person_id: int | None) -> dict[str, Any]:
    """The blue invoice to void or to turn red, locked against a second who would."""
    if not reason.strip():
        raise InvoiceReasonMissing
    _lock()
    row = reads.invoice(invoice_id)
    org.require(person_id, Action.ISSUE_BILLS, row["org_unit_id"])
    if row["color"] != "blue" or row["state"] != "issued":
        raise InvoiceNotIssued(invoice=document_number(invoice_id), state=row["state"])
    red = InvoiceStanding.objects.filter(
        bill_id__in=reads.bills_of_invoices([invoice_id]), color="red"
    )
    if red.exists():
        raise InvoiceRedAsked(invoice=row["number"])
    return row


def _lock() -> None:
    """One writer of invoices at a time; what is read afterwards stands until the commit."""
    _ask("SELECT pg_advisory_xact_lock(hashtext('billing.invoices'))")


def _write_red(blue_id: int, reason: str, red_form: str, person_id: int | None) -> int:
    red_id = ids.take("billing_invoice")
    params = {"id": red_id, "blue": blue_id, "reason": reason, "red_form": red_form}
    sql.execute("billing", "invoice_red", {**params, "person": person_id, "today": clock.today()})
    return red_id


def lock_invoices(invoice_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Invoices by id as they stand until the transaction ends, for whoever then records events."""
    _lock()
    return reads.invoices_by_id(invoice_ids)


@transaction.atomic
def record(events: Sequence[Event], *, person_id: int | None) -> None:
    """Record what the platform answered, after `lock_invoices`; billers are told of failed ones.

    NotAllowed where the person does not issue bills in a unit of theirs.
    """
    found = reads.invoices_by_id({one.invoice_id for one in events})
    units = sorted({row["org_unit_id"] for row in found.values()})
    for org_unit_id in units:
        org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    _record(events, person_id)
    tell_billers(units, by=person_id)


def _record(events: Sequence[Event], person_id: int | None) -> None:
    if not events:
        return
    sql.execute(
        "billing",
        "invoice_events",
        {
            "invoices": [one.invoice_id for one in events],
            "kinds": [one.kind.value for one in events],
            "codes": [one.code for one in events],
            "numbers": [one.number for one in events],
            "days": [one.on for one in events],
            "reasons": [one.reason for one in events],
            "person": person_id,
        },
    )


def tell_billers(units: Sequence[int], *, by: int | None) -> None:
    """Keep a task for each unit's billers while invoices of it have failed, and one while invoices
    stand over bills that are reversed since: those are due in red, or to be voided.
    """
    for org_unit_id in units:
        rows = reads.counts([org_unit_id])
        for app, state, title in _TASKS:
            count = sum(row["invoices"] for row in rows if row["state"] == state)
            if not count:
                work.close_task(app, org_unit_id, by)
                continue
            unit = org_reads.unit(org_unit_id)
            work.open_task(
                title,
                f"/billing/invoices?state={state}&org_unit={unit.code}",
                Role.BILLER,
                org_unit_id,
                app,
                org_unit_id,
                params={"n": count, "org_unit": unit.name},
            )


def tell_of_reversal(bill_id: int, org_unit_id: int, *, by: int | None) -> None:
    """Let the billers know where an invoice stands over a bill that was just reversed."""
    if InvoiceStanding.objects.filter(bill_id=bill_id, color="blue").exists():
        tell_billers([org_unit_id], by=by)


_TASKS = (
    (
        "billing.invoices",
        "failed",
        gettext_noop("{n} invoices of {org_unit} failed: correct the data, request them again"),
    ),
    (
        "billing.red_invoices",
        "red_due",
        gettext_noop(
            "{n} invoices of {org_unit} stand over reversed bills: void them, or request red ones"
        ),
    ),
)
