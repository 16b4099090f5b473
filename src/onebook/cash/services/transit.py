"""Money on its way to the bank: remittance (解款) and the bank's credit (到账)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from onebook.books import reads as book_reads
from onebook.books import services as books
from onebook.books.services import JournalRow, Postings
from onebook.cash import reads
from onebook.cash.errors import (
    AmountNotPositive,
    CashShort,
    MonthClosed,
    SlipTaken,
    TransitCredited,
)
from onebook.cash.models import Remittance, TransitItem
from onebook.cash.services.prepayment import journal_row
from onebook.infra import ids, sql
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Action


class Credit(NamedTuple):
    """The bank credited a transit item, by a document of the caller (a match)."""

    transit_item_id: int
    source_kind: str
    source_id: int
    booked_on: date


def open_transit(
    kind: TransitItem.Kind, source_id: int, reference: str, amount_fen: int, row: JournalRow
) -> int:
    """Open an item in transit in the caller's transaction; its id."""
    item_id = ids.take("cash_transit_item")
    insert(
        "cash_transit_item",
        id=item_id,
        kind=kind.value,
        source_id=source_id,
        reference=reference,
        org_unit_id=row.org_unit_id,
        amount_fen=amount_fen,
        journal_id=row.id,
        effective_on=row.effective_on,
    )
    return item_id


@transaction.atomic
def remit(
    org_unit_id: int, amount_fen: int, slip_ref: str, *, effective_on: date, person_id: int
) -> int:
    """Pay a unit's counter cash in at the bank (解款); the transit item's id.

    Refused when the unit's cash account does not hold as much from that day on, when the slip was
    remitted before, and in a closed month.
    """
    org.require(person_id, Action.REMIT, org_unit_id)
    if amount_fen <= 0:
        raise AmountNotPositive(amount=format_yuan(amount_fen))
    if book_reads.is_locked(Month.of(effective_on)):
        raise MonthClosed(month=str(Month.of(effective_on)), day=effective_on.isoformat())
    org.lock_unit(org_unit_id)
    if Remittance.objects.filter(slip_ref=slip_ref).exists():
        raise SlipTaken(slip_ref=slip_ref)
    held = reads.cash_free(org_unit_id, effective_on)
    if held < amount_fen:
        raise CashShort(held=format_yuan(held), asked=format_yuan(amount_fen))
    remittance_id = ids.take("cash_remittance")
    insert(
        "cash_remittance",
        id=remittance_id,
        org_unit_id=org_unit_id,
        slip_ref=slip_ref,
        amount_fen=amount_fen,
        effective_on=effective_on,
        person_id=person_id,
    )
    row = journal_row(
        "remittance", "remittance", remittance_id, org_unit_id, effective_on, person_id
    )
    rule = books.accounts("remittance", effective_on)["amount"]
    amounts = [(rule.debit, amount_fen), (rule.credit, -amount_fen)]
    books.post([row], [books.summed(row.id, org_unit_id, amounts)])
    return open_transit(TransitItem.Kind.REMITTANCE, remittance_id, slip_ref, amount_fen, row)


def credit_transit(credits: Sequence[Credit], *, person_id: int | None) -> None:
    """The bank credited transit items in full: one journal a credit, in the caller's transaction.

    Bank and transit move by the same org units as the transit item was opened with.
    """
    _move(credits, "bank.credited", person_id, sign=1)


def uncredit_transit(
    credits: Sequence[Credit], *, person_id: int | None, event: str = "bank.uncredited"
) -> None:
    """Take credits back, as mirror images counting for `booked_on`.

    `event`: an undone match, or `bank.returned` where the bank itself took the money back.
    """
    _move(credits, event, person_id, sign=-1)


def settle_transit(transit_item_id: int, source_kind: str, row: JournalRow) -> None:
    """An item's money goes nowhere any more: journal `row` took it out of transit, whole."""
    credit = Credit(transit_item_id, source_kind, row.source_id, row.effective_on)
    amount_fen = TransitItem.objects.get(pk=transit_item_id).amount_fen
    _record([credit], [row], [amount_fen])


def _move(credits: Sequence[Credit], event: str, person_id: int | None, *, sign: int) -> None:
    items = {
        item.pk: item
        for item in TransitItem.objects.filter(
            pk__in=[c.transit_item_id for c in credits]
        ).order_by("pk")
    }
    credited = reads.credited([credit.transit_item_id for credit in credits])
    rows: list[JournalRow] = []
    blocks: list[Postings] = []
    for credit, journal_id in zip(credits, books.allot_journals(len(credits)), strict=True):
        item = items[credit.transit_item_id]
        if sign > 0 and credited.get(item.pk, 0):
            raise TransitCredited(reference=item.reference)
        row = JournalRow(
            int(journal_id),
            event,
            credit.source_kind,
            credit.source_id,
            item.org_unit_id,
            max(credit.booked_on, item.effective_on),
            person_id,
        )
        rows.append(row)
        blocks.append(_mirror(item, row, sign))
    if not rows:
        return
    books.post(rows, blocks)
    _record(credits, rows, [sign * items[credit.transit_item_id].amount_fen for credit in credits])


def _record(credits: Sequence[Credit], rows: list[JournalRow], amounts: list[int]) -> None:
    sql.execute(
        "cash",
        "insert_credits",
        {
            "id": ids.allot("cash_transit_credit", len(rows)).tolist(),
            "transit_item_id": [credit.transit_item_id for credit in credits],
            "amount_fen": amounts,
            "source_kind": [credit.source_kind for credit in credits],
            "source_id": [credit.source_id for credit in credits],
            "journal_id": [row.id for row in rows],
            "effective_on": [row.effective_on for row in rows],
        },
    )


def _mirror(item: TransitItem, row: JournalRow, sign: int) -> Postings:
    """Dr bank / Cr transit by the org units that the transit item was debited with."""
    rule = books.accounts("bank.credited", row.effective_on)["amount"]
    split = book_reads.split_by_unit(item.journal_id, "transit")
    lines = [
        (account, unit, sign * side * amount)
        for unit, amount in split.items()
        for account, side in ((rule.debit, 1), (rule.credit, -1))
    ]
    return books.lines(row.id, lines)
