"""When a cashier takes a receipt back alone, and when another person must approve it."""

from datetime import date
from enum import StrEnum


class Barrier(StrEnum):
    """Why a receipt is not taken back by one person alone."""

    OTHER_DAY = "other_day"
    OTHER_PERSON = "other_person"
    TOO_MUCH = "too_much"


def barrier(
    amount_fen: int,
    recorded_on: date,
    taken_by: int | None,
    *,
    limit_fen: int,
    today: date,
    by: int,
) -> Barrier | None:
    """What keeps `by` from taking a receipt back alone today; None where nothing does.

    Alone a cashier takes back what they took the same day, up to the limit in force: the cash lies
    in their own till. The database's twin is cash_may_reverse_alone.
    """
    if recorded_on != today:
        return Barrier.OTHER_DAY
    if taken_by != by:
        return Barrier.OTHER_PERSON
    return Barrier.TOO_MUCH if amount_fen > limit_fen else None
