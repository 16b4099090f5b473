"""Receipts at the counter and by a channel's file."""

from datetime import date
from typing import Any

import numpy as np
from django.db import transaction

from onebook.books import reads as book_reads
from onebook.books import services as books
from onebook.books.services import JournalRow, Postings
from onebook.cash import reads
from onebook.cash.errors import (
    AmountNotPositive,
    CashTooMuch,
    MonthClosed,
    ReceiptTaken,
)
from onebook.cash.models import Receipt, TransitItem
from onebook.cash.services.prepayment import journal_row, move_prepayment
from onebook.cash.services.transit import open_transit
from onebook.customer import reads as customer
from onebook.infra import ids
from onebook.infra.copy import copy_texts
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.receivable import services as receivable
from onebook.receivable.rules import SettledBy
from onebook.receivable.services import Int64, Settled

_EVENT = {
    Receipt.Channel.COUNTER_CASH: "receipt.cash",
    Receipt.Channel.BANK_COLLECTION: "receipt.in_transit",
    Receipt.Channel.BANK_TRANSFER: "receipt.in_transit",
}


@transaction.atomic
def take_cash(
    account_number: str,
    amount_fen: int,
    *,
    external_ref: str,
    effective_on: date,
    person_id: int,
    payer_name: str = "",
) -> int:
    """Take cash at the counter for a service account; the receipt's id.

    Oldest items first, what is left over becomes prepayment. The slip's number is taken once:
    ReceiptTaken, or ReceiptDiffers where it was taken for another account, amount or day.
    AmountNotPositive, CashTooMuch, MonthClosed.
    """
    account = customer.account_by_number(account_number)
    org.require(person_id, Action.TAKE_RECEIPT, account.org_unit_id)
    if amount_fen <= 0:
        raise AmountNotPositive(amount=format_yuan(amount_fen))
    channel = Receipt.Channel.COUNTER_CASH
    before = reads.taken(channel, [external_ref]).get(external_ref)
    if before == (account.id, amount_fen, effective_on):
        raise ReceiptTaken(external_ref=external_ref, channel=channel.label)
    if before is not None:
        raise reads.differs(channel, external_ref, before, _number(before))
    _require_within_limit(channel, amount_fen, effective_on)
    if book_reads.is_locked(Month.of(effective_on)):
        raise MonthClosed(month=str(Month.of(effective_on)), day=effective_on.isoformat())
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
    row = journal_row(
        "receipt.cash", "receipt", receipt_id, account.org_unit_id, effective_on, person_id
    )
    settle_and_post(
        row,
        np.array([account.id], np.int64),
        np.array([amount_fen], np.int64),
        np.array([receipt_id], np.int64),
        np.array([account.org_unit_id], np.int64),
    )
    return receipt_id


def _number(taken: reads.Taken) -> str:
    return str(customer.account_by_id(taken.service_account_id)["number"])


def _require_within_limit(channel: Receipt.Channel, amount_fen: int, on: date) -> None:
    limit_fen = reads.receipt_limit(channel, on)
    if amount_fen > limit_fen:
        raise CashTooMuch(
            amount=format_yuan(amount_fen),
            limit=format_yuan(limit_fen),
            channel=channel.label,
            day=on.isoformat(),
        )


def take_batch(
    channel: Receipt.Channel,
    columns: dict[str, Any],
    file: dict[str, Any],
    *,
    person_id: int | None,
) -> int:
    """Take a channel's file of receipts in the caller's transaction; the file's id.

    `columns`: service_account_id, org_unit_id, amount_fen (int64, shape (n,)) and external_ref,
    payer_name (lists of n texts). `file`: name, sha256, batch_ref, effective_on, org_unit_id (of
    the journal's summed side). One journal; the lump sum becomes one item in transit.
    """
    file_id = ids.take("cash_receipt_file")
    amounts: Int64 = columns["amount_fen"]
    insert(
        "cash_receipt_file",
        id=file_id,
        channel=channel.value,
        name=file["name"],
        sha256=file["sha256"],
        batch_ref=file["batch_ref"],
        receipts=len(amounts),
        total_fen=int(amounts.sum()),
        effective_on=file["effective_on"],
        person_id=person_id,
    )
    receipt_ids = ids.allot("cash_receipt", len(amounts))
    count = len(amounts)
    copy_texts(
        "cash_receipt",
        {
            "id": receipt_ids.tolist(),
            "external_ref": columns["external_ref"],
            "service_account_id": columns["service_account_id"].tolist(),
            "org_unit_id": columns["org_unit_id"].tolist(),
            "amount_fen": amounts.tolist(),
            "payer_name": columns["payer_name"],
            "channel": [channel.value] * count,
            "file_id": [file_id] * count,
            "effective_on": [file["effective_on"]] * count,
            "person_id": [person_id] * count,
        },
        texts=("external_ref", "payer_name", "channel"),
    )
    row = journal_row(
        _EVENT[channel],
        "receipt_file",
        file_id,
        file["org_unit_id"],
        file["effective_on"],
        person_id,
    )
    settle_and_post(
        row, columns["service_account_id"], amounts, receipt_ids, columns["org_unit_id"]
    )
    open_transit(TransitItem.Kind.RECEIPT_FILE, file_id, file["batch_ref"], int(amounts.sum()), row)
    return file_id


def settle_and_post(
    row: JournalRow, accounts: Int64, amounts: Int64, receipts: Int64, units: Int64
) -> None:
    """Settle items with receipts, put the rest into prepayment, and post all of it as one
    journal."""
    settled = receivable.settle(
        accounts,
        amounts,
        receipts,
        settled_by=SettledBy.RECEIPT,
        journal_id=row.id,
        effective_on=row.effective_on,
    )
    rules = books.accounts(row.event, row.effective_on)
    over = settled.left_fen > 0
    prepaid = move_prepayment(
        row,
        accounts[over],
        units[over],
        settled.left_fen[over],
        receipts[over],
        account_id=rules["prepaid"].credit,
    )
    blocks = [settled.postings(row.id, rules["settled"].credit), prepaid]
    books.post([row], [*blocks, _money_in(row, settled, units, amounts, rules["settled"].debit)])


def _money_in(
    row: JournalRow, settled: Settled, units: Int64, amounts: Int64, account_id: int
) -> Postings:
    """The debit side, summed by the org unit whose customers paid."""
    distinct, position = np.unique(units, return_inverse=True)
    sums = np.zeros(len(distinct), np.int64)
    np.add.at(sums, position, amounts)
    return Postings(
        journal_id=np.full(len(distinct), row.id, np.int64),
        account_id=np.full(len(distinct), account_id, np.int16),
        amount_fen=sums,
        org_unit_id=distinct,
    )
