"""What is checked on the spot when a reader enters a reading, and what may be entered at all."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import IntFlag
from typing import NamedTuple
from uuid import UUID

from onebook.metering.rules.estimates import credit
from onebook.metering.rules.readings import How, Status, UsagePolicy, register_e4, usage
from onebook.metering.rules.registers import Register

ROLLOVER_SHARE = 10
"""A rollover beyond a tenth of the register's range is a meter that ran backwards."""
REASON_MAX = 300
PHOTO_BYTES_MAX = 2 << 20
PHOTO_PIXELS_MAX = 24_000_000
PHOTOS_MAX = 3

WITHOUT_VALUE = frozenset({How.UNREACHABLE, How.FAULTY, How.NOT_COLLECTED})
"""The reading statuses under which a meter may have no value; its kWh are a biller's to decide."""
CHOICES = (
    How.NORMAL,
    How.LATE,
    How.ZERO,
    How.ROLLED_OVER,
    How.BACKWARD,
    How.UNREACHABLE,
    How.FAULTY,
    How.SUSPECTED,
    How.MISMATCH,
)
"""What a reader may say; an estimate (估抄) is never the reader's, nor is a change of meter."""


class Doubt(IntFlag):
    """What a reading is doubted for until its reader confirms it with a reason.

    BELOW the last reading; ROLLED_OVER the register's end; FAR from the mean of the months before;
    ZERO where there was usage before.
    """

    NONE = 0
    BELOW = 1
    ROLLED_OVER = 2
    FAR = 4
    ZERO = 8


DOUBT_WORDS = {
    Doubt.BELOW: ("低于上次示数", "below the last reading"),
    Doubt.ROLLED_OVER: ("翻转(过零)", "rolled over"),
    Doubt.FAR: ("与近12个月平均相差过大", "far from the mean of 12 months"),
    Doubt.ZERO: ("零度,以往有电量", "zero, with usage before"),
}


class Before(NamedTuple):
    """What a meter is measured against.

    ``previous_e4`` is how far it is billed, ``last_read_e4`` the last value that was read (see
    `rules.estimates.credit`). ``mean_e4`` is the mean usage of a reading of the 12 months before,
    None where there is none.
    """

    previous_e4: int
    last_read_e4: int
    multiplier: int
    digits: int
    policy: UsagePolicy
    mean_e4: int | None


class Limits(NamedTuple):
    """A usage is far from the mean that differs by more than both: percent, and 10^-4 kWh."""

    change_percent: int
    floor_e4: int


class Entry(NamedTuple):
    """What a reader enters at a metering point of a round; ``key`` is made by its phone.

    ``value_e4`` None: the meter could not be read. ``seen_version`` is the version of the month's
    reading that the reader saw, 0 for none: another one in between is a conflict.
    """

    key: UUID
    round_id: int
    metering_point_id: int
    seen_version: int
    read_on: date
    value_e4: int | None
    registers: Mapping[Register, int]
    how: How
    reason: str
    entered_at: datetime


def doubts(value_e4: int, before: Before, limits: Limits) -> Doubt:
    """What a value of the register is doubted for; the register can show it."""
    max_usage_e4 = register_e4(before.digits) * before.multiplier // ROLLOVER_SHARE
    ahead_e4 = value_e4 + credit(before.previous_e4, value_e4, before.last_read_e4)
    used = usage(
        before.previous_e4,
        ahead_e4,
        before.multiplier,
        before.digits,
        before.policy,
        max_usage_e4=max_usage_e4,
    )
    if not used.status.billable:
        return Doubt.BELOW
    found = Doubt.ROLLED_OVER if used.status is Status.ROLLED_OVER else Doubt.NONE
    if before.mean_e4 is None:
        return found
    if used.usage_e4 == 0 and before.mean_e4 > 0 and ahead_e4 == value_e4:
        return found | Doubt.ZERO
    apart_e4 = abs(used.usage_e4 - before.mean_e4)
    is_far = apart_e4 * 100 > limits.change_percent * before.mean_e4 and apart_e4 > limits.floor_e4
    return found | Doubt.FAR if is_far else found
