"""Corrections that give money back: what had been paid becomes prepayment, in the same journal."""

from dataclasses import dataclass

import numpy as np
from django.db import transaction

from onebook.billing import reads as billing
from onebook.billing.reads import adjustments
from onebook.books import services as books
from onebook.books.services import Postings
from onebook.cash.services.prepayment import move_prepayment, offset_unit
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.receivable import services as receivable
from onebook.receivable.services import Credited


@dataclass(frozen=True)
class Reissued:
    """The red bill, what went back to prepayment, and the bill in its place.

    `bill_id` is None where the readings give no bill yet: an exception keeps it back, and the next
    issue of the month bills the account.
    """

    red_bill_id: int
    surplus_fen: int
    bill_id: int | None


@transaction.atomic
def cancel_and_reissue(bill_id: int, *, person_id: int) -> Reissued:
    """Reverse an issued bill and bill its month again (全减另发), all in one transaction.

    `person_id` asked for it and another approved it, which the caller has made sure of. What had
    been paid becomes prepayment and settles the new bill. BillUnknown, BillNotStanding, NotAllowed.
    """
    bill = billing.bill(bill_id)
    month = Month.of(bill.bill_month)
    credited = receivable.cancel_bill(bill_id, person_id=person_id)
    surplus_fen = 0
    if credited is not None:
        surplus_fen = credited.surplus_fen
        books.post([credited.row], [*credited.postings, _give_back(credited)])
    day = books.first_open_day(clock.today())
    again = receivable.issue_account(
        bill.service_account_id, bill.org_unit_id, month, day, person_id=person_id
    )
    if surplus_fen:
        offset_unit(
            bill.org_unit_id, month, day, person_id=person_id, account=bill.service_account_id
        )
    red = billing.red_bill_of(bill_id)
    assert red is not None
    return Reissued(red.pk, surplus_fen, again)


@transaction.atomic
def adjust(adjustment_id: int, *, person_id: int) -> None:
    """Charge or refund an approved adjustment (退补) with its journal, in one transaction.

    A refund's surplus becomes prepayment; a charge is settled from prepayment as a bill is, and so
    is what the account owes where a charge is taken back. The errors of `receivable.adjust`.
    """
    credited = receivable.adjust(adjustment_id, person_id=person_id)
    row = credited.row
    give_back = _give_back(credited)
    books.post([row], [*credited.postings, give_back])
    one = adjustments.adjustment(adjustment_id)
    if one["total_fen"] > 0 or one["counters_id"]:
        offset_unit(
            credited.org_unit_id,
            Month.of(one["last_month"]),
            row.effective_on,
            person_id=person_id,
            account=credited.service_account_id,
        )


def _give_back(credited: Credited) -> Postings:
    """What had been paid, as prepayment of the account."""
    count = 1 if credited.surplus_fen else 0
    row = credited.row
    return move_prepayment(
        row,
        np.full(count, credited.service_account_id, np.int64),
        np.full(count, credited.org_unit_id, np.int64),
        np.full(count, credited.surplus_fen, np.int64),
        np.full(count, row.source_id, np.int64),
        account_id=books.accounts(row.event, row.effective_on)["surplus"].credit,
        source_kind=row.source_kind,
    )
