"""Reversing an issued bill by a red bill (全减): asking for it, and recording the mirror image."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop

from onebook.billing import reads
from onebook.billing.errors import BillNotStanding
from onebook.billing.models import Bill
from onebook.billing.rules import bill_number
from onebook.billing.services import history, invoices
from onebook.billing.services.sums import BILLS, Sums
from onebook.customer import reads as customer
from onebook.infra import ids, sql
from onebook.infra.write import insert
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.tariff.rules import RELIEF_ACCOUNT, BillExplained
from onebook.work import services as work

CANCEL = ("billing", "bill_cancel")
"""App and kind of a request that a bill be reversed and issued again."""

DECIDE_URL = "/corrections/{approval_id}/decide"


@dataclass(frozen=True)
class Cancelled:
    """A red bill: its batch, the day it counts for, and what it takes from each component.

    `credits` maps (posting component, category) to fen below zero, as of an issued unit.
    """

    red_bill_id: int
    batch_id: int
    effective_on: date
    credits: dict[tuple[str, int], int]


def request_cancel(bill_id: int, reason: str, files: Sequence[work.File], *, by: int) -> int:
    """Ask that an issued bill be reversed and its month billed again (全减另发); the request's id.

    BillUnknown, BillNotStanding, NotAllowed, and the errors of `work.services.ask`.
    """
    bill = _standing(bill_id)
    org.require(by, Action.REQUEST_ADJUSTMENT, bill.org_unit_id)
    account = customer.account_by_id(bill.service_account_id)
    request = work.Request(
        kind=CANCEL[1],
        app=CANCEL[0],
        source_id=bill_id,
        title=gettext_noop("Cancel bill {number} of {account} {name} and issue it again"),
        params={
            "number": bill_number(bill_id, bill.bill_month),
            "account": account["number"],
            "name": account["customer_name"],
        },
        url=f"/bills/{bill_id}",
        decide_url=DECIDE_URL,
        org_unit_id=bill.org_unit_id,
        amount_fen=bill.total_fen,
        reason=reason,
    )
    return work.ask(request, files, by=by)


def cancel(bill_id: int, effective_on: date, *, person_id: int) -> Cancelled:
    """Record the red bill of an issued bill with mirrored lines, in the caller's transaction.

    It is a batch of its own, of one bill less. Locks the unit's month for verifying and billing.
    The caller makes the credit note and the journal. Billers are told
    of an invoice over the bill. BillUnknown, BillNotStanding, NotAllowed.
    """
    bill = reads.bill(bill_id)
    org.require(person_id, Action.REQUEST_ADJUSTMENT, bill.org_unit_id)
    sql.one("billing", "lock_month", {"org_unit": bill.org_unit_id, "month": bill.bill_month})
    bill = _standing(bill_id)
    explained = reads.bill_explained(bill_id)
    credits = _credits(bill, explained)
    batch_id, red_id = ids.take("billing_batch"), ids.take("billing_bill")
    day = max(effective_on, bill.issued_on)
    insert(
        "billing_batch",
        id=batch_id,
        org_unit_id=bill.org_unit_id,
        bill_month=bill.bill_month,
        issued_on=day,
        bills=-1,
        usage_e4=-bill.usage_e4,
        total_fen=-bill.total_fen,
        net_fen=-bill.net_fen,
        vat_fen=-bill.vat_fen,
        fund_net_fen=sum(fen for (part, _), fen in credits.items() if part.startswith("fund:")),
        relief_net_fen=sum(fen for (part, _), fen in credits.items() if part == RELIEF_ACCOUNT),
        person_id=person_id,
    )
    sql.execute(
        "billing", "mirror_bill", {"bill": bill_id, "red": red_id, "batch": batch_id, "day": day}
    )
    sql.execute("billing", "mirror_lines", {"bill": bill_id, "red": red_id})
    _keep_sums(batch_id, bill, explained)
    history.keep_red(batch_id, bill)
    invoices.tell_of_reversal(bill_id, bill.org_unit_id, by=person_id)
    return Cancelled(red_id, batch_id, day, credits)


def _standing(bill_id: int) -> Bill:
    bill = reads.bill(bill_id)
    if bill.reverses_bill_id is not None or reads.red_bill_of(bill_id) is not None:
        raise BillNotStanding(number=bill_number(bill_id, bill.bill_month))
    return bill


def _keep_sums(batch_id: int, bill: Bill, explained: BillExplained) -> None:
    sums, category = Sums(), bill.category_id
    sums.add((category, BILLS), -1, 0, [-bill.usage_e4, -bill.total_fen, -bill.net_fen])
    for line in reads.bill_lines(bill.pk):
        net_fen = explained.lines[line["line_no"]].net_fen
        taken = [-line["quantity_e4"], -line["amount_fen"], -net_fen]
        sums.add((category, line["component_id"]), -1, line["price_e10"], taken)
    sums.keep(batch_id)


def _credits(bill: Bill, explained: BillExplained) -> dict[tuple[str, int], int]:
    """The nets by posting component and the VAT, below zero."""
    credits = {("vat", bill.category_id): -bill.vat_fen}
    for line in explained.lines:
        key = (line.component.posting_component, bill.category_id)
        credits[key] = credits.get(key, 0) - line.net_fen
    return credits
