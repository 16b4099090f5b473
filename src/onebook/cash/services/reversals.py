"""A counter receipt taken back (冲正): alone for a slip of the hand, else by two people."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_noop

from onebook.billing.services.cancel import DECIDE_URL
from onebook.books import reads as book_reads
from onebook.books import services as books
from onebook.books.services import JournalRow
from onebook.cash import reads
from onebook.cash.errors import (
    PrepaymentUsed,
    ReceiptMoved,
    ReceiptNotFound,
    ReceiptRemitted,
    ReceiptReversed,
    ReversalNeedsApproval,
)
from onebook.cash.models import Receipt
from onebook.cash.services.prepayment import journal_row, move_prepayment
from onebook.customer import reads as customer
from onebook.infra import clock, ids
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.receivable import services as receivable
from onebook.receivable.rules import SettledBy
from onebook.work import reads as work_reads
from onebook.work import services as work

REVERSAL = ("cash", "receipt_reversal")
"""App and kind of a request that a counter receipt be taken back."""


@transaction.atomic
def reverse_receipt(receipt_id: int, reason: str, *, effective_on: date, person_id: int) -> int:
    """Take a counter receipt back alone: its items are owed again; the reversal's id.

    Only who took it, the same day, up to the limit in force (ReversalNeedsApproval). It counts for
    the first open day on or after `effective_on`. Prepayment that the receipt made and that is used
    already cannot be taken back (PrepaymentUsed), nor cash that is remitted (ReceiptRemitted) or
    money that was moved (ReceiptMoved). ReceiptNotFound, ReceiptReversed, NotAllowed.
    """
    receipt = _counter_receipt(receipt_id)
    org.require(person_id, Action.TAKE_RECEIPT, receipt.org_unit_id)
    _hold(receipt)
    today = clock.today()
    if reads.reversal_barrier(receipt, person_id, today) is not None:
        raise ReversalNeedsApproval(
            receipt_id=receipt_id,
            day=receipt.recorded_on.isoformat(),
            limit=format_yuan(reads.reversal_limit(today)),
        )
    return _reverse(receipt, reason, None, effective_on, person_id)


def request_reversal(receipt_id: int, reason: str, files: Sequence[work.File], *, by: int) -> int:
    """Ask that a counter receipt be taken back, with the slip; the request's id.

    Whoever takes money in its unit may ask. ReceiptNotFound, ReceiptReversed, ReceiptMoved,
    ReceiptRemitted, NotAllowed, and the errors of `work.services.ask`.
    """
    receipt = _counter_receipt(receipt_id)
    org.require(by, Action.TAKE_RECEIPT, receipt.org_unit_id)
    _require_held(receipt)
    account = customer.account_by_id(receipt.service_account_id)
    request = work.Request(
        kind=REVERSAL[1],
        app=REVERSAL[0],
        source_id=receipt_id,
        title=gettext_noop("Take back receipt {ref}, {amount} yuan, of {number} {name}"),
        params={
            "ref": receipt.external_ref,
            "amount": format_yuan(receipt.amount_fen),
            "number": account["number"],
            "name": account["customer_name"],
        },
        url=f"/receipts/{receipt_id}",
        decide_url=DECIDE_URL,
        org_unit_id=receipt.org_unit_id,
        amount_fen=receipt.amount_fen,
        reason=reason,
    )
    return work.ask(request, files, by=by)


@transaction.atomic
def reverse_approved(approval_id: int, *, person_id: int) -> int:
    """Take the receipt of an approved request back, as of `reverse_receipt`; the reversal's id.

    It counts for the first open day from today on. `person_id` asked for it; the database refuses
    a reversal that nobody else approved (ReversalNotApproved).
    """
    asked = work_reads.approval(approval_id)
    receipt = _counter_receipt(asked["source_id"])
    org.require(person_id, Action.TAKE_RECEIPT, receipt.org_unit_id)
    _hold(receipt)
    return _reverse(receipt, asked["reason"], approval_id, clock.today(), person_id)


def _counter_receipt(receipt_id: int) -> Receipt:
    receipt = Receipt.objects.filter(pk=receipt_id, channel=Receipt.Channel.COUNTER_CASH).first()
    if receipt is None:
        raise ReceiptNotFound(receipt_id=receipt_id)
    return receipt


def _hold(receipt: Receipt) -> None:
    """Lock what a reversal touches, and refuse where the money is no longer there."""
    receivable.lock_accounts(np.array([receipt.service_account_id], np.int64))
    org.lock_unit(receipt.org_unit_id)  # as `remit` does, so that neither misses the other
    _require_held(receipt)


def _require_held(receipt: Receipt) -> None:
    if reads.is_reversed(receipt.pk):
        raise ReceiptReversed(receipt_id=receipt.pk)
    if reads.moves([receipt.pk]):
        raise ReceiptMoved(receipt_id=receipt.pk)
    if (slip := reads.slip_of(receipt.pk)) is not None:
        raise ReceiptRemitted(receipt_id=receipt.pk, slip_ref=slip)


def _reverse(
    receipt: Receipt, reason: str, approval_id: int | None, effective_on: date, person_id: int
) -> int:
    day = books.first_open_day(max(effective_on, receipt.effective_on))
    reversal_id = ids.take("cash_receipt_reversal")
    insert(
        "cash_receipt_reversal",
        id=reversal_id,
        receipt_id=receipt.pk,
        approval_id=approval_id,
        reason=reason,
        person_id=person_id,
        effective_on=day,
    )
    row = journal_row(
        "receipt.reversed", "receipt_reversal", reversal_id, receipt.org_unit_id, day, person_id
    )
    undone_by = receivable.UndoneBy(SettledBy.RECEIPT_REVERSAL, reversal_id, row.id, day)
    receivable.undo(SettledBy.RECEIPT, receipt.pk, undone_by)
    _take_prepayment_back(receipt, row)
    (original,) = book_reads.journal_ids("receipt", receipt.pk)
    books.reverse(original, row._replace(reverses_id=original))
    return reversal_id


def _take_prepayment_back(receipt: Receipt, row: JournalRow) -> None:
    made = reads.prepayment_made_by("receipt", receipt.pk)
    if not made:
        return
    held = reads.prepayment_of(receipt.service_account_id)
    if held < made:
        raise PrepaymentUsed(receipt_id=receipt.pk, used=format_yuan(made - held))
    move_prepayment(
        row,
        np.array([receipt.service_account_id], np.int64),
        np.array([receipt.org_unit_id], np.int64),
        np.array([-made], np.int64),
        np.array([row.source_id], np.int64),
        account_id=0,
        source_kind="receipt_reversal",
    )
