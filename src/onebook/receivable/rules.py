"""Decisions on open items: who settled them, oldest first, and the buckets of aging."""

from datetime import date
from enum import IntEnum
from typing import NamedTuple


class SettledBy(IntEnum):
    """What kind of document settled an item; stored in `Settlement.source_kind`."""

    RECEIPT = 1
    OFFSET = 2
    RECEIPT_REVERSAL = 3
    CREDIT_NOTE = 4
    ADJUSTMENT = 5
    RECEIPT_MOVE = 6


class Cause(NamedTuple):
    """What changes arrears, as the movement of arrears (应收电费余额变动表) names it."""

    code: str
    name_zh: str
    name_en: str


_ISSUED = Cause("issued", "发行", "Issued")
_OPENED = Cause("opened", "期初建账", "Opening balances")
_LATE_CHARGE = Cause("late_charge", "违约金", "Late charges")
_ADJUSTED = Cause("adjusted", "退补", "Adjusted")
_CANCELLED = Cause("cancelled", "全减(红冲)", "Cancelled bills")
_RECEIVED = Cause("received", "收费销账", "Settled by receipts")
_OFFSET = Cause("offset", "预收转入", "From prepayment")
_REVERSED = Cause("reversed", "收费冲正", "Receipts reversed")
_REALLOCATED = Cause("reallocated", "串户更正", "Receipts moved")
CAUSES = (
    _ISSUED, _CANCELLED, _ADJUSTED, _OPENED, _LATE_CHARGE, _RECEIVED, _REVERSED, _OFFSET,
    _REALLOCATED,
)  # fmt: skip
_CAUSE_OF = {
    ("item", 1): _ISSUED,
    ("item", 2): _OPENED,
    ("item", 3): _LATE_CHARGE,
    ("item", 4): _ADJUSTED,
    ("settlement", SettledBy.RECEIPT): _RECEIVED,
    ("settlement", SettledBy.OFFSET): _OFFSET,
    ("settlement", SettledBy.RECEIPT_REVERSAL): _REVERSED,
    ("settlement", SettledBy.CREDIT_NOTE): _CANCELLED,
    ("settlement", SettledBy.ADJUSTMENT): _ADJUSTED,
    ("settlement", SettledBy.RECEIPT_MOVE): _REALLOCATED,
}


def cause_of(source: str, kind: int) -> Cause:
    """The cause of an item (source `item`, OpenItem.Kind) or a settlement (SettledBy)."""
    return _CAUSE_OF[source, kind]


class Bucket(NamedTuple):
    """An age range in days past due: `from_days` included, `to_days` excluded (None: open)."""

    code: str
    name_zh: str
    from_days: int | None
    to_days: int | None


BUCKETS: tuple[Bucket, ...] = (
    Bucket("not_due", "未到期", None, 1),
    Bucket("days_1_30", "1–30 天", 1, 31),
    Bucket("days_31_90", "31–90 天", 31, 91),
    Bucket("days_91_180", "91–180 天", 91, 181),
    Bucket("days_181_365", "181–365 天", 181, 366),
    Bucket("years_1_2", "1–2 年", 366, 731),
    Bucket("years_2_3", "2–3 年", 731, 1096),
    Bucket("years_3_up", "3 年以上", 1096, None),
)


def bucket_of(due_on: date, as_of: date) -> str:
    """The code of the bucket an item due on `due_on` falls into on `as_of`."""
    days = (as_of - due_on).days
    for bucket in BUCKETS:
        above = bucket.from_days is None or days >= bucket.from_days
        if above and (bucket.to_days is None or days < bucket.to_days):
            return bucket.code
    raise AssertionError(f"The buckets leave {days} days uncovered.")


class Owed(NamedTuple):
    """An open item's identity and what remains of it, in the order it is settled."""

    open_item_id: int
    remaining_fen: int


def allocate(amount_fen: int, owed: list[Owed]) -> tuple[list[Owed], int]:
    """Settle `owed` in the given order with `amount_fen`.

    Returns the settlements (amount in `remaining_fen`) and what is left over. The set-based twin
    is receivable/sql/allocate.sql.
    """
    settled = []
    for item in owed:
        part = min(amount_fen, item.remaining_fen)
        if part > 0:
            settled.append(Owed(item.open_item_id, part))
            amount_fen -= part
    return settled, amount_fen
