"""A receipt that was credited to the wrong account: its money moved to the right one (串户更正)."""

from collections.abc import Sequence

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_noop

from onebook.billing.services.cancel import DECIDE_URL
from onebook.books import services as books
from onebook.books.services import JournalRow, Postings
from onebook.cash import reads
from onebook.cash.errors import MoveToSame, PrepaymentUsed, ReceiptMoved, ReceiptReversed
from onebook.cash.models import Receipt
from onebook.cash.services.prepayment import journal_row, move_prepayment, offset_unit
from onebook.customer import reads as customer
from onebook.infra import clock, ids
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.receivable import services as receivable
from onebook.receivable.rules import SettledBy
from onebook.work import reads as work_reads
from onebook.work import services as work

MOVE = ("cash", "receipt_move")
"""App and kind of a request that a receipt's money be moved to another account."""

_KIND = "receipt_move"  # as a source document and of prepayment's movements
FREED = "receipt_move_freed"
"""Kind of a prepayment's movement: what undone offsets had used comes back by a move."""


def request_move(
    receipt_id: int, number: str, reason: str, files: Sequence[work.File], *, by: int
) -> int:
    """Ask that a receipt's money be moved to the account `number`; the request's id.

    Whoever decides must be over both accounts' units. ReceiptNotFound, AccountUnknown, MoveToSame,
    ReceiptReversed, ReceiptMoved, NotAllowed, and the errors of `work.services.ask`.
    """
    receipt = reads.receipt(receipt_id)
    org.require(by, Action.TAKE_RECEIPT, receipt.org_unit_id)
    _require_standing(receipt)
    wrong, right = customer.account_by_id(receipt.service_account_id), customer.account(number)
    if wrong["id"] == right["id"]:
        raise MoveToSame(receipt_id=receipt_id, number=number)
    request = work.Request(
        kind=MOVE[1],
        app=MOVE[0],
        source_id=receipt_id,
        title=gettext_noop("Move receipt {ref}, {amount} yuan, from {wrong} to {right} {name}"),
        params={
            "ref": receipt.external_ref,
            "amount": format_yuan(receipt.amount_fen),
            "wrong": wrong["number"],
            "right": right["number"],
            "name": right["customer_name"],
        },
        url=f"/receipts/{receipt_id}",
        decide_url=DECIDE_URL,
        org_unit_id=org_reads.covering([wrong["org_unit_id"], right["org_unit_id"]]).pk,
        amount_fen=receipt.amount_fen,
        reason=reason,
    )
    return work.ask(request, files, by=by)


@transaction.atomic
def move_receipt(approval_id: int, *, person_id: int) -> int:
    """Move a receipt's money to the account that the request names, once approved; the move's id.

    It counts for the first open day from today on and takes the debts that the receipt settled, and
    the prepayment it made, from the wrong account; where that is used, the account's latest offsets
    are undone. The right account's debts are settled, oldest first; what is left over becomes its
    prepayment. The cash stays with the unit that took it. `person_id` asked for it; the database
    refuses a move that nobody else approved. ReceiptReversed, ReceiptMoved, PrepaymentUsed.
    """
    asked = work_reads.approval(approval_id)
    receipt = reads.receipt(asked["source_id"])
    right = customer.account_by_number(asked["params"]["right"])
    org.require(person_id, Action.TAKE_RECEIPT, receipt.org_unit_id)
    receivable.lock_accounts(np.array([receipt.service_account_id, right.id], np.int64))
    _require_standing(receipt)
    day = books.first_open_day(max(clock.today(), receipt.effective_on))
    move_id = ids.take("cash_receipt_move")
    insert(
        "cash_receipt_move",
        id=move_id,
        receipt_id=receipt.pk,
        approval_id=approval_id,
        service_account_id=right.id,
        org_unit_id=right.org_unit_id,
        person_id=person_id,
        effective_on=day,
    )
    row = journal_row("receipt.moved", _KIND, move_id, receipt.org_unit_id, day, person_id)
    rules = books.accounts(row.event, row.effective_on)
    taken = take_back(
        receipt,
        row,
        by=SettledBy.RECEIPT_MOVE,
        source_kind=_KIND,
        settled=rules["settled"].debit,
        prepaid=rules["prepaid"].debit,
    )
    books.post([row], [*taken, *_give(right.id, right.org_unit_id, receipt.amount_fen, row)])
    offset_unit(
        receipt.org_unit_id,
        Month.of(day),
        day,
        person_id=person_id,
        account=receipt.service_account_id,
    )
    return move_id


def _require_standing(receipt: Receipt) -> None:
    if reads.is_reversed(receipt.pk):
        raise ReceiptReversed(receipt_id=receipt.pk)
    if reads.moves([receipt.pk]):
        raise ReceiptMoved(receipt_id=receipt.pk)


def take_back(
    receipt: Receipt,
    row: JournalRow,
    *,
    by: SettledBy,
    source_kind: str,
    settled: int,
    prepaid: int,
) -> list[Postings]:
    """What a receipt settled is owed again, what it prepaid is taken; its account is locked.

    Where that is used, the account's latest offsets are undone (PrepaymentUsed where that is not
    enough). `settled`, `prepaid`: the accounts that it is posted on.
    """
    undone_by = receivable.UndoneBy(by, row.source_id, row.id, row.effective_on)
    undone = receivable.undo(SettledBy.RECEIPT, receipt.pk, undone_by)
    made_fen = reads.prepayment_made_by("receipt", receipt.pk)
    used_fen = max(made_fen - reads.prepayment_of(receipt.service_account_id), 0)
    offsets = receivable.undo_offsets(receipt.service_account_id, used_fen, undone_by)
    freed_fen = -int(offsets.amount_fen.sum())
    if freed_fen < used_fen:
        raise PrepaymentUsed(receipt_id=receipt.pk, used=format_yuan(used_fen - freed_fen))
    # First what the offsets used comes back, then what the receipt made is taken.
    account, unit = receipt.service_account_id, receipt.org_unit_id
    freed = _prepay(account, unit, freed_fen, row, prepaid, source_kind=FREED)
    taken = _prepay(account, unit, -made_fen, row, prepaid, source_kind=source_kind)
    return [undone.postings(row.id, settled), offsets.postings(row.id, settled), freed, taken]


def _give(account: int, org_unit_id: int, amount_fen: int, row: JournalRow) -> list[Postings]:
    """The right account's debts are settled, what is left over becomes its prepayment."""
    rules = books.accounts(row.event, row.effective_on)
    settled = receivable.settle(
        np.array([account], np.int64),
        np.array([amount_fen], np.int64),
        np.array([row.source_id], np.int64),
        settled_by=SettledBy.RECEIPT_MOVE,
        journal_id=row.id,
        effective_on=row.effective_on,
    )
    left_fen = int(settled.left_fen[0])
    prepaid = _prepay(account, org_unit_id, left_fen, row, rules["prepaid"].credit)
    return [settled.postings(row.id, rules["settled"].credit), prepaid]


def _prepay(
    account: int,
    org_unit_id: int,
    amount_fen: int,
    row: JournalRow,
    account_id: int,
    source_kind: str = _KIND,
) -> Postings:
    count = 1 if amount_fen else 0
    return move_prepayment(
        row,
        np.full(count, account, np.int64),
        np.full(count, org_unit_id, np.int64),
        np.full(count, amount_fen, np.int64),
        np.full(count, row.source_id, np.int64),
        account_id=account_id,
        source_kind=source_kind,
    )
