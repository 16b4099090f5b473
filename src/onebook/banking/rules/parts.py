"""Decisions on what a bank line is booked as: its parts, their signs, and the second person."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from onebook.banking.errors import AmountsDiffer, PartWrongWay
from onebook.kernel.money import format_yuan

OWN_TRANSFER = "own_transfer"
"""The purpose of money between two of our own accounts: two lines prove it, not a person."""


class Kind(StrEnum):
    """What a part of a line is: stored in `Match.kind`."""

    TRANSIT = "transit"  # the bank's credit of money in transit
    RECEIPT = "receipt"  # a customer's money straight to the bank
    PURPOSE = "purpose"  # a fee, interest, what is remitted, a difference
    UNIDENTIFIED = "unidentified"  # 待查款
    RETURN = "return"  # an earlier line taken back by the bank, or sent back


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line with what its kind needs; `amount_fen` is signed as the line, in +.

    transit: `item_id`; receipt: `account` (its number); purpose: `purpose`, of a transfer between
    own accounts also `other_line_id`; unidentified: `owner_id` (None: who books it); return:
    `other_line_id`.
    """

    kind: Kind
    amount_fen: int
    item_id: int | None = None
    account: str = ""
    purpose: str = ""
    other_line_id: int | None = None
    owner_id: int | None = None


def require_whole(line_id: int, open_fen: int, parts: Sequence[Part]) -> None:
    """Refuse parts that do not come to what is open of the line, or go the wrong way.

    A customer's money and the credit of money in transit come in; only a purpose may go against the
    line, as what it lacks or has too much. AmountsDiffer, PartWrongWay.
    """
    for part in parts:
        against = part.amount_fen * open_fen <= 0
        goes_out = part.kind in (Kind.TRANSIT, Kind.RECEIPT) and part.amount_fen <= 0
        if goes_out or (against and part.kind not in (Kind.PURPOSE, Kind.TRANSIT)):
            raise PartWrongWay(amount=format_yuan(part.amount_fen), line_id=line_id)
    sum_fen = sum(part.amount_fen for part in parts)
    if not parts or sum_fen != open_fen:
        raise AmountsDiffer(
            line=format_yuan(open_fen),
            parts=format_yuan(sum_fen),
            difference=format_yuan(open_fen - sum_fen),
        )


def to_purposes_fen(parts: Sequence[Part]) -> int:
    """What of a line one person would book to purposes, for which a dated limit holds."""
    return sum(
        abs(part.amount_fen)
        for part in parts
        if part.kind == Kind.PURPOSE and part.purpose != OWN_TRANSFER
    )


def needs_reason(parts: Sequence[Part]) -> bool:
    """Whether somebody must say why."""
    return to_purposes_fen(parts) > 0 or any(one.kind == Kind.UNIDENTIFIED for one in parts)


def to_json(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """The parts as a plan keeps them."""
    return [asdict(part) for part in parts]


def from_json(kept: Sequence[dict[str, Any]]) -> list[Part]:
    """The parts of a plan."""
    return [Part(**{**one, "kind": Kind(one["kind"])}) for one in kept]
