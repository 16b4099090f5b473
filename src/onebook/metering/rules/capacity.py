"""Running transformer capacity of a month: the kVA x days that 容量电费 is charged on.

A transformer runs on [start, end): the day it is energised or unsealed is charged, the day it is
sealed or stopped is not; less than a day counts as one. Cold standby (sealed) is outside the range,
hot standby inside. High-voltage motors without a transformer are given alike, kW as kVA.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from onebook.kernel.periods import Month

# 供电营业规则 (2024) in force: a month's fee is divided by its calendar days, and by 30 before.
CALENDAR_DAYS_SINCE = Month(2024, 6)
DAYS_BEFORE = 30


class Running(NamedTuple):
    """Capacity in 10^-4 kVA that runs on [start, end); None while it still does."""

    capacity_e4: int
    start: date
    end: date | None


def proration_days(month: Month) -> int:
    """Give the days that a broken month's fee is divided by."""
    return month.days if month >= CALENDAR_DAYS_SINCE else DAYS_BEFORE


def capacity_days(running: Iterable[Running], month: Month) -> int:
    """Add capacity x charged days of the month, in 10^-4 kVA x days.

    Of a whole month every transformer has `proration_days`, also where the calendar has 31.
    """
    return sum(one.capacity_e4 * charged_days(one, month) for one in running)


def charged_days(running: Running, month: Month) -> int:
    """Count the days of the month that one transformer is charged for."""
    start = max(running.start, month.first)
    end = month.next().first if running.end is None else min(running.end, month.next().first)
    days = max((end - start).days, 0)
    return proration_days(month) if days == month.days else min(days, proration_days(month))


def interlocked_capacity_days(
    transformers: Mapping[Hashable, Sequence[Running]],
    together: Sequence[Collection[Hashable]],
    month: Month,
) -> int:
    """Add the greatest capacity that can run at one time, day by day, in 10^-4 kVA x days.

    ``together`` lists the sets of transformers whose primary sides can be closed at one time. A
    change inside the month is charged from its day on.
    """
    by_day = [
        max((sum(_on(transformers[one], day) for one in group) for group in together), default=0)
        for day in (month.first + timedelta(ahead) for ahead in range(month.days))
    ]
    if len(set(by_day)) == 1:
        return by_day[0] * proration_days(month)
    return min(sum(by_day), max(by_day) * proration_days(month))


def _on(running: Sequence[Running], day: date) -> int:
    return sum(
        one.capacity_e4
        for one in running
        if one.start <= day and (one.end is None or day < one.end)
    )
