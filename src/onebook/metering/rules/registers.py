"""A meter's registers: multiplier, flat as what the total leaves, the period check, demand."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from onebook.metering.errors import MultiplierNotWhole
from onebook.metering.rules.readings import Status

# 10^11 kWh is more than any province uses in a month; sums of thousands of such stay in an int64.
ENERGY_LIMIT_E4 = 10**15
_E6 = 10**6


class Register(StrEnum):
    """What a register counts; the value is stored, and periods are named so in a tariff."""

    TOTAL = "total"
    SHARP = "sharp"
    PEAK = "peak"
    FLAT = "flat"
    VALLEY = "valley"
    DEEP_VALLEY = "deep_valley"
    REACTIVE_FORWARD = "reactive_forward"
    REACTIVE_REVERSE = "reactive_reverse"
    DEMAND = "demand"


# Stored by their place here: a new one goes to the end.
REGISTERS = tuple(Register)

NAMES_ZH = {
    Register.TOTAL: "总",
    Register.SHARP: "尖",
    Register.PEAK: "峰",
    Register.FLAT: "平",
    Register.VALLEY: "谷",
    Register.DEEP_VALLEY: "深谷",
    Register.REACTIVE_FORWARD: "正向无功",
    Register.REACTIVE_REVERSE: "反向无功",
    Register.DEMAND: "最大需量",
}

PERIODS = (
    Register.SHARP,
    Register.PEAK,
    Register.FLAT,
    Register.VALLEY,
    Register.DEEP_VALLEY,
)


def rest_period(periods: Sequence[str]) -> str | None:
    """Name the period that takes what the total leaves: flat, else the first; None without any."""
    if Register.FLAT in periods:
        return Register.FLAT
    return periods[0] if periods else None


class Ratio(NamedTuple):
    """A transformer's ratio as on its plate: 100/5 is Ratio(100, 5)."""

    primary: int
    secondary: int


UNITY = Ratio(1, 1)


def multiplier(current: Ratio = UNITY, voltage: Ratio = UNITY, constant: Ratio = UNITY) -> int:
    """Give 倍率 = current ratio x voltage ratio x the meter's own constant, in lowest terms.

    100/5 and 10000/100 give 2,000; a meter connected directly has 1. MultiplierNotWhole when the
    product is no whole number above zero: one of the plates was read wrong.
    """
    plates = (current, voltage, constant)
    top = current.primary * voltage.primary * constant.primary
    bottom = current.secondary * voltage.secondary * constant.secondary
    if min(min(plate) for plate in plates) < 1 or top % bottom:
        ratios = " × ".join(f"{plate.primary}/{plate.secondary}" for plate in plates)
        raise MultiplierNotWhole(ratios=ratios)
    return top // bottom


class FlatUsage(NamedTuple):
    """The flat period's usage in 10^-4 kWh; below zero it comes with PERIODS_EXCEED."""

    usage_e4: int
    status: Status


def flat_usage(total_e4: int, others_e4: Iterable[int]) -> FlatUsage:
    """Give 平 = 总 - 尖 - 峰 - 谷 - 深谷.

    Truncated decimals, losses added to the total and quantities deducted from it all land in the
    flat period, as in the trade's classical settlement.
    """
    flat_e4 = total_e4 - sum(others_e4)
    return FlatUsage(flat_e4, Status.NORMAL if flat_e4 >= 0 else Status.PERIODS_EXCEED)


def periods_differ(
    total_e4: int, periods_e4: Iterable[int], *, tolerance_e6: int = 2000, allowance_e4: int = 0
) -> bool:
    """Whether the registers of all periods, flat as metered, miss the total (R06: Σ ≠ 总).

    They miss it when |Σ - total| is above both ``tolerance_e6`` millionths of the total (0.2 % by
    default) and ``allowance_e4``, which covers the cut decimals: registers x last digit x
    multiplier.
    """
    difference_e4 = abs(sum(periods_e4) - total_e4)
    beyond_share = difference_e4 * _E6 > abs(total_e4) * tolerance_e6
    return beyond_share and difference_e4 > allowance_e4


class DemandSegment(NamedTuple):
    """The maximum that one meter's demand register shows, in 10^-4 kW, and its multiplier."""

    reading_e4: int
    multiplier: int


def demand(segments: Iterable[DemandSegment]) -> int:
    """Give a period's demand in 10^-4 kW: the greatest of the segments, never their sum."""
    return max((one.reading_e4 * one.multiplier for one in segments), default=0)


def demand_of_lines(
    demand_e4: Mapping[Hashable, int], together: Sequence[Collection[Hashable]]
) -> int:
    """Give the demand of an account with several incoming lines.

    ``together`` lists the sets of lines that can carry load at one time: lines used at once are
    added, of interlocked lines the combination with the greatest sum counts.
    """
    return max((sum(demand_e4[line] for line in lines) for lines in together), default=0)
