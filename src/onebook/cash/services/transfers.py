"""A customer's money straight to our bank account: a receipt by its line, and its return (退票)."""

from datetime import date
from typing import NamedTuple

import numpy as np

from onebook.books import services as books
from onebook.cash import reads
from onebook.cash.errors import (
    AmountNotPositive,
    ReceiptMoved,
    ReceiptReversed,
    ReceiptTaken,
)
from onebook.cash.models import Receipt, TransitItem
from onebook.cash.services.moves import take_back
from onebook.cash.services.prepayment import journal_row
from onebook.cash.services.receipts import settle_and_post
from onebook.cash.services.transit import open_transit, settle_transit
from onebook.customer import reads as customer
from onebook.infra import ids
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.receivable import services as receivable
from onebook.receivable.rules import SettledBy


class Transfer(NamedTuple):
    """A receipt by transfer, the item in transit that its bank line credits, and their unit."""

    receipt_id: int
    transit_item_id: int
    org_unit_id: int


def take_transfer(
    account_number: str,
    amount_fen: int,
    *,
    external_ref: str,
    payer_name: str,
    effective_on: date,
    person_id: int | None,
) -> Transfer:
    """Take a customer's transfer for a service account, in the caller's transaction.

    Oldest items first, what is left over becomes prepayment. The money is in transit until the
    caller credits the item by the bank's line. AccountUnknown, AmountNotPositive, ReceiptTaken.
    """
    account = customer.account_by_number(account_number)
    org.require(person_id, Action.RECONCILE, account.org_unit_id)
    if amount_fen <= 0:
        raise AmountNotPositive(amount=format_yuan(amount_fen))
    channel = Receipt.Channel.BANK_TRANSFER
    if reads.taken(channel, [external_ref]):
        raise ReceiptTaken(external_ref=external_ref, channel=channel.label)
    receipt_id = ids.take("cash_receipt")
    insert(
        "cash_receipt",
        id=receipt_id,
        channel=channel.value,
        external_ref=external_ref,
        service_account_id=account.id,
        org_unit_id=account.org_unit_id,
        amount_fen=amount_fen,
        payer_name=payer_name,
        person_id=person_id,
        effective_on=effective_on,
    )
    unit = account.org_unit_id
    row = journal_row("receipt.in_transit", "receipt", receipt_id, unit, effective_on, person_id)
    settle_and_post(
        row,
        np.array([account.id], np.int64),
        np.array([amount_fen], np.int64),
        np.array([receipt_id], np.int64),
        np.array([unit], np.int64),
    )
    item_id = open_transit(TransitItem.Kind.RECEIPT, receipt_id, external_ref, amount_fen, row)
    return Transfer(receipt_id, item_id, unit)


def return_transfer(
    receipt_id: int,
    transit_item_id: int,
    reason: str,
    *,
    effective_on: date,
    person_id: int | None,
) -> int:
    """Take a receipt by transfer back, in the caller's transaction; the reversal's id.

    The caller has uncredited its item on that day, so that its money is in transit; here that is
    taken from the debts it settled, which are owed again, and from the prepayment it made; where
    that is used, the account's latest offsets are undone. ReceiptReversed, ReceiptMoved,
    PrepaymentUsed.
    """
    receipt = reads.receipt(receipt_id)
    org.require(person_id, Action.RECONCILE, receipt.org_unit_id)
    receivable.lock_accounts(np.array([receipt.service_account_id], np.int64))
    if reads.is_reversed(receipt_id):
        raise ReceiptReversed(receipt_id=receipt_id)
    if reads.moves([receipt_id]):
        raise ReceiptMoved(receipt_id=receipt_id)
    reversal_id = ids.take("cash_receipt_reversal")
    insert(
        "cash_receipt_reversal",
        id=reversal_id,
        receipt_id=receipt_id,
        reason=reason,
        person_id=person_id,
        effective_on=effective_on,
    )
    row = journal_row(
        "receipt.returned", "receipt_reversal", reversal_id, receipt.org_unit_id, effective_on,
        person_id,
    )  # fmt: skip
    rules = books.accounts(row.event, row.effective_on)
    taken = take_back(
        receipt,
        row,
        by=SettledBy.RECEIPT_REVERSAL,
        source_kind="receipt_reversal",
        settled=rules["settled"].credit,
        prepaid=rules["prepaid"].credit,
    )
    money = [(rules["settled"].debit, -receipt.amount_fen)]
    books.post([row], [*taken, books.summed(row.id, receipt.org_unit_id, money)])
    settle_transit(transit_item_id, "receipt_reversal", row)
    return reversal_id
