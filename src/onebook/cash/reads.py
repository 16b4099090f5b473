"""Questions to cash: receipts, what was received, prepayment held, money in transit."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, Sum

from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.cash import rules
from onebook.cash.errors import (
    LimitMissing,
    ReceiptDiffers,
    ReceiptFileNotFound,
    ReceiptNotFound,
    ReversalLimitMissing,
)
from onebook.cash.models import (
    PrepaymentEntry,
    Receipt,
    ReceiptFile,
    ReceiptLimit,
    ReceiptMove,
    ReceiptReversal,
    ReversalLimit,
    TransitCredit,
)
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month


def slip_of(receipt_id: int) -> str | None:
    """The slip of the remittance that holds a counter receipt's cash; None while it is held."""
    slip: str | None = sql.one("cash", "slip_of", {"receipt": receipt_id})["slip_ref"]
    return slip


def moves(receipt_ids: Sequence[int]) -> dict[int, ReceiptMove]:
    """Receipt -> its move, for those whose money was moved to another account."""
    found = ReceiptMove.objects.filter(receipt_id__in=list(receipt_ids))
    return {move.receipt_id: move for move in found}


def move(move_id: int) -> ReceiptMove:
    """The move of this id; ReceiptNotFound else."""
    found = ReceiptMove.objects.filter(pk=move_id).first()
    if found is None:
        raise ReceiptNotFound(receipt_id=move_id)
    return found


def moved_to(account: int) -> list[tuple[ReceiptMove, Receipt]]:
    """The moves that brought a service account money, with their receipts, newest first."""
    found = list(ReceiptMove.objects.filter(service_account_id=account).order_by("-id"))
    receipts = Receipt.objects.in_bulk([move.receipt_id for move in found])
    return [(move, receipts[move.receipt_id]) for move in found]


class Taken(NamedTuple):
    """What a channel's own number was taken for."""

    service_account_id: int
    amount_fen: int
    effective_on: date


def receipt(receipt_id: int) -> Receipt:
    """The receipt of this id; ReceiptNotFound else."""
    found = Receipt.objects.filter(pk=receipt_id).first()
    if found is None:
        raise ReceiptNotFound(receipt_id=receipt_id)
    return found


def receipt_file(file_id: int) -> ReceiptFile:
    """The receipt file of this id; ReceiptFileNotFound else."""
    found = ReceiptFile.objects.filter(pk=file_id).first()
    if found is None:
        raise ReceiptFileNotFound(file_id=file_id)
    return found


def batch_taken(channel: str, batch_ref: str) -> ReceiptFile | None:
    """The receipt file of a channel's batch, if it was taken in."""
    return ReceiptFile.objects.filter(channel=channel, batch_ref=batch_ref).first()


def receipts_of_day(
    day: date,
    units: Sequence[int] | None = None,
    *,
    channel: str = "",
    file_id: int | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> list[Receipt]:
    """The receipts that count for a day, or those of a file, newest first."""
    found = Receipt.objects.order_by("-id")
    found = found.filter(effective_on=day) if file_id is None else found.filter(file_id=file_id)
    if units is not None:
        found = found.filter(org_unit_id__in=list(units))
    if channel:
        found = found.filter(channel=channel)
    return list(found[offset : None if limit is None else offset + limit])


def reversals(receipt_ids: Sequence[int]) -> dict[int, ReceiptReversal]:
    """Receipt -> its reversal, for those that were taken back."""
    found = ReceiptReversal.objects.filter(receipt_id__in=list(receipt_ids))
    return {reversal.receipt_id: reversal for reversal in found}


def reversal(reversal_id: int) -> ReceiptReversal:
    """The reversal of this id; ReceiptNotFound else."""
    found = ReceiptReversal.objects.filter(pk=reversal_id).first()
    if found is None:
        raise ReceiptNotFound(receipt_id=reversal_id)
    return found


def find_receipts(
    text: str, amount_fen: int | None, since: date, units: Sequence[int], limit: int = 20
) -> list[Receipt]:
    """The units' receipts with this reference, and those of this amount since a day; newest first.

    Both are served by an index: the reference with every channel, the days with the units.
    """
    meant = Q(channel__in=Receipt.Channel.values, external_ref=text)
    found = list(Receipt.objects.filter(meant, org_unit_id__in=list(units))[:limit])
    if amount_fen is not None:
        recent = Receipt.objects.filter(
            org_unit_id__in=list(units), effective_on__gte=since, amount_fen=amount_fen
        )
        found += list(recent.order_by("-id")[:limit])
    return found


def receipts_of_account(account: int, limit: int = 200) -> list[Receipt]:
    """A service account's receipts, newest first."""
    return list(
        Receipt.objects.filter(service_account_id=account).order_by("-effective_on", "-id")[:limit]
    )


def is_reversed(receipt_id: int) -> bool:
    """Whether a receipt was taken back."""
    return ReceiptReversal.objects.filter(receipt_id=receipt_id).exists()


def taken(channel: str, refs: Sequence[str]) -> dict[str, Taken]:
    """A channel's own number -> what it was taken for, of those that were taken before."""
    found = sql.rows("cash", "taken", {"channel": channel, "refs": list(refs)})
    return {row.pop("external_ref"): Taken(**row) for row in found}


def differs(channel: str, ref: str, before: Taken, number: str) -> ReceiptDiffers:
    """The error of a channel's number that comes again with other facts: it says what was taken.

    `number` is that of the account it was taken for.
    """
    return ReceiptDiffers(
        external_ref=ref,
        channel=Receipt.Channel(channel).label,
        account=number,
        amount=format_yuan(before.amount_fen),
        day=before.effective_on.isoformat(),
    )


def receipt_limit(channel: str, on: date) -> int:
    """The most fen that one receipt of a channel may be on a day; LimitMissing without a row."""
    found = ReceiptLimit.objects.filter(channel=channel, valid_from__lte=on)
    limit = found.order_by("-valid_from").first()
    if limit is None:
        raise LimitMissing(channel=Receipt.Channel(channel).label, day=on.isoformat())
    return limit.amount_fen


def reversal_limit(on: date) -> int:
    """The most fen that a cashier takes back alone on a day; ReversalLimitMissing without a row."""
    found = ReversalLimit.objects.filter(valid_from__lte=on)
    limit = found.order_by("-valid_from").first()
    if limit is None:
        raise ReversalLimitMissing(day=on.isoformat())
    return limit.amount_fen


def reversal_barrier(receipt: Receipt, by: int, today: date) -> rules.Barrier | None:
    """What keeps `by` from taking a receipt back alone today; None where nothing does."""
    return rules.barrier(
        receipt.amount_fen,
        receipt.recorded_on,
        receipt.person_id,
        limit_fen=reversal_limit(today),
        today=today,
        by=by,
    )


def prepayment_of(account: int, as_of: date | None = None) -> int:
    """A service account's prepayment in fen (now, or at the end of a day)."""
    entries = PrepaymentEntry.objects.filter(service_account_id=account)
    if as_of is not None:
        entries = entries.filter(effective_on__lte=as_of)
    return entries.aggregate(total=Sum("amount_fen"))["total"] or 0


def prepayment_made_by(source_kind: str, source_id: int) -> int:
    """What a document paid into prepayment, in fen."""
    entries = PrepaymentEntry.objects.filter(source_kind=source_kind, source_id=source_id)
    return entries.aggregate(total=Sum("amount_fen"))["total"] or 0


def prepaid_by_move(move_id: int) -> list[tuple[int, int]]:
    """What a move took from prepayment or put into it: service account, fen (below zero: taken)."""
    kinds = ("receipt_move", "receipt_move_freed")
    entries = PrepaymentEntry.objects.filter(source_kind__in=kinds, source_id=move_id)
    return list(entries.order_by("id").values_list("service_account_id", "amount_fen"))


def prepayment_by_unit(
    as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[int, dict[str, int]]:
    """Org unit -> balance_fen of prepayment held and accounts that hold any."""
    found = sql.rows(
        "cash",
        "prepayment_by_unit",
        {
            "as_of": as_of,
            "units": None if units is None else list(units),
            **known_moment(known_at),
        },
    )
    return {row["org_unit_id"]: row for row in found}


def received_by_unit(
    month: Month, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[int, dict[str, int]]:
    """Org unit -> amount_fen and number of receipts less reversals of a calendar month."""
    return received_between(month.first, month.next().first, known_at, units)


def received_between(
    since: date, until: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[int, dict[str, int]]:
    """Org unit -> amount_fen and receipts of the days [since, until)."""
    found: dict[int, dict[str, int]] = {}
    for row in _received(since, until, known_at, units):
        unit = row["org_unit_id"]
        sums = found.setdefault(unit, {"org_unit_id": unit, "amount_fen": 0, "receipts": 0})
        sums["amount_fen"] += row["amount_fen"]
        sums["receipts"] += row["receipts"]
    return found


def received_by_month(first: Month, last: Month, known_at: KnownAt = None) -> dict[Month, int]:
    """Calendar month -> fen received in it less reversals, of the months with any."""
    found: dict[Month, int] = {}
    for row in _received(first.first, last.next().first, known_at, None):
        month = Month.of(row["month"])
        found[month] = found.get(month, 0) + row["amount_fen"]
    return found


def _received(
    since: date, until: date, known_at: KnownAt, units: Sequence[int] | None
) -> list[dict[str, Any]]:
    params = {
        "since": since,
        "until": until,
        "units": None if units is None else list(units),
        **known_moment(known_at),
    }
    return sql.rows("cash", "received", params)


def transit_waiting(as_of: date, known_at: KnownAt = None) -> list[dict[str, Any]]:
    """Items in transit that the bank had not credited by `as_of`, oldest first."""
    return sql.rows("cash", "transit_waiting", {"as_of": as_of, **known_moment(known_at)})


def credited(transit_item_ids: Sequence[int]) -> dict[int, int]:
    """Transit item -> fen credited by the bank in all."""
    found = (
        TransitCredit.objects.filter(transit_item_id__in=list(transit_item_ids))
        .values("transit_item_id")
        .annotate(total=Sum("amount_fen"))
    )
    return {row["transit_item_id"]: row["total"] for row in found}


def cash_held(org_unit_id: int, as_of: date) -> int:
    """A unit's counter cash at the end of a day, in fen: the balance of 1001."""
    return books.balance_by_unit("1001", as_of, units=[org_unit_id]).get(org_unit_id, 0)


def cash_by_unit(
    as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[int, int]:
    """Org unit -> counter cash in fen by its documents: receipts, reversals and remittances."""
    asked = {"as_of": as_of, "units": None if units is None else list(units)}
    found = sql.rows("cash", "held_by_unit", {**asked, **known_moment(known_at)})
    return {row["org_unit_id"]: row["balance_fen"] for row in found}


def cash_free(org_unit_id: int, since: date) -> int:
    """What of a unit's counter cash can leave it on a day: it lies there on every later one too."""
    return books.lowest_balance("1001", org_unit_id, since)
