"""From the readings of one register to its usage: rollover, whole kWh, a changed meter."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import NamedTuple

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.rounding import half_up

DIGITS_MAX = 9
# The whole register times the multiplier must stay inside an int64.
USAGE_MAX_E4 = 2**63 - 1 - E4_PER_KWH


class UsagePolicy(StrEnum):
    """How a difference of readings becomes billed kWh; the value is stored on the installation.

    CARRY: only the whole kWh of the register count, its decimals carry to the next reading
    (residential meters). HALF_UP: whole kWh, half-up after the multiplier. EXACT: four decimals.
    """

    CARRY = "carry"
    HALF_UP = "half_up"
    EXACT = "exact"


class Status(IntEnum):
    """What the readings say together; only NORMAL and ROLLED_OVER give usage to bill.

    REVERSED: a register went backward (倒走). OUT_OF_RANGE: no register can show it.
    PERIODS_EXCEED: sharp, peak, valley and deep valley are more than the total leaves for flat.
    PARTS_EXCEED: sub-meters and deductions are more than the main meter (总<Σ分). GAPS: interval
    values are missing. Of several, the highest counts.
    """

    NORMAL = 0
    ROLLED_OVER = 1
    REVERSED = 2
    OUT_OF_RANGE = 3
    PERIODS_EXCEED = 4
    PARTS_EXCEED = 5
    GAPS = 6

    @property
    def billable(self) -> bool:
        """Whether the usage may be billed without a person looking at it."""
        return self in (Status.NORMAL, Status.ROLLED_OVER)


class How(IntEnum):
    """How a reading came about (抄表状态), as the reader says it; the number is stored.

    ESTIMATED 估抄: no reading but the previous period's kWh; the next reading settles the rest.
    """

    NORMAL = 0
    LATE = 1
    ESTIMATED = 2
    ZERO = 3
    ROLLED_OVER = 4
    BACKWARD = 5
    CHANGED = 6
    UNREACHABLE = 7
    FAULTY = 8
    NOT_COLLECTED = 9
    SUSPECTED = 10
    MISMATCH = 11


HOW_WORDS = {
    How.NORMAL: ("正常", "normal"),
    How.LATE: ("补抄", "read late"),
    How.ESTIMATED: ("估抄", "estimated"),
    How.ZERO: ("零度", "zero"),
    How.ROLLED_OVER: ("翻转", "rolled over"),
    How.BACKWARD: ("倒走", "backward"),
    How.CHANGED: ("换表", "changed"),
    How.UNREACHABLE: ("门闭", "unreachable"),
    How.FAULTY: ("表计故障", "faulty"),
    How.NOT_COLLECTED: ("采集失败", "not collected"),
    How.SUSPECTED: ("违约窃电疑似", "suspected"),
    How.MISMATCH: ("户表不符", "mismatch"),
}


class Usage(NamedTuple):
    """Usage in 10^-4 kWh and its status; without a billable status the figure is 0 and no usage."""

    usage_e4: int
    status: Status


class Segment(NamedTuple):
    """One meter's part of a period: its readings in 10^-4 of the register's unit."""

    previous_e4: int
    current_e4: int
    multiplier: int
    digits: int


def usage(
    previous_e4: int,
    current_e4: int,
    multiplier: int,
    digits: int,
    policy: UsagePolicy,
    *,
    max_usage_e4: int,
) -> Usage:
    """Give (current - previous) x multiplier, over the register's end where that is plausible.

    ``digits`` are the register's integer digits n. A current reading below the previous one is a
    rollover (翻转) when (10^n - previous + current) x multiplier is ``max_usage_e4`` at most, else
    REVERSED (倒走), for a person to decide. OUT_OF_RANGE: a reading that the register cannot
    show, or a multiplier or number of digits that no meter has.
    """
    if not _possible(previous_e4, current_e4, multiplier, digits):
        return Usage(0, Status.OUT_OF_RANGE)
    if current_e4 >= previous_e4:
        return Usage(_billed(previous_e4, current_e4, multiplier, policy), Status.NORMAL)
    beyond_e4 = current_e4 + register_e4(digits)
    if (beyond_e4 - previous_e4) * multiplier > max_usage_e4:
        return Usage(0, Status.REVERSED)
    return Usage(_billed(previous_e4, beyond_e4, multiplier, policy), Status.ROLLED_OVER)


def segments_usage(segments: Iterable[Segment], policy: UsagePolicy, *, max_usage_e4: int) -> Usage:
    """Add the usage of one register over a meter change (换表): Σ (end - start) x multiplier.

    Each segment has its own multiplier, digits and rollover. HALF_UP rounds the sum and not the
    segments; CARRY counts the whole kWh of each. One segment that cannot be billed leaves the
    whole to a person.
    """
    by_segment = UsagePolicy.EXACT if policy is UsagePolicy.HALF_UP else policy
    used = [usage(*one, by_segment, max_usage_e4=max_usage_e4) for one in segments]
    status = max((one.status for one in used), default=Status.NORMAL)
    if not status.billable:
        return Usage(0, status)
    usage_e4 = sum(one.usage_e4 for one in used)
    if policy is UsagePolicy.HALF_UP:
        usage_e4 = half_up(usage_e4, E4_PER_KWH) * E4_PER_KWH
    return Usage(usage_e4, status)


def register_e4(digits: int) -> int:
    """Give the energy at which a register of so many integer digits starts again at zero."""
    return int(10**digits) * E4_PER_KWH


def _possible(previous_e4: int, current_e4: int, multiplier: int, digits: int) -> bool:
    if not (1 <= digits <= DIGITS_MAX and multiplier >= 1):
        return False
    whole_e4 = register_e4(digits)
    readable = 0 <= previous_e4 < whole_e4 and 0 <= current_e4 < whole_e4
    return readable and multiplier <= USAGE_MAX_E4 // whole_e4


def _billed(previous_e4: int, current_e4: int, multiplier: int, policy: UsagePolicy) -> int:
    if policy is UsagePolicy.CARRY:
        whole_kwh = current_e4 // E4_PER_KWH - previous_e4 // E4_PER_KWH
        return whole_kwh * multiplier * E4_PER_KWH
    exact_e4 = (current_e4 - previous_e4) * multiplier
    if policy is UsagePolicy.EXACT:
        return exact_e4
    return half_up(exact_e4, E4_PER_KWH) * E4_PER_KWH
