"""A calendar of 12 months x 24 hours cuts a year of hourly energy into a month's measures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.tariff.errors import HoursDoNotFit

HOURS_PER_DAY = 24
_SATURDAY = 5
_E4_DECIMALS = 4

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which period an hour belongs to: ``weekday[month - 1][hour]`` and the same for weekends.

    Values are positions of periods from 0. Saturday and Sunday are the weekend; holidays and
    daylight saving are not known to it: hours are those of standard time.
    """

    weekday: Rows
    weekend: Rows

    def row(self, day: date) -> tuple[int, ...]:
        """The positions of the periods of a day's 24 hours."""
        rows = self.weekend if day.weekday() >= _SATURDAY else self.weekday
        return rows[day.month - 1]


@dataclass(frozen=True, slots=True)
class HourlyUsage:
    """A calendar year hour by hour from 1 January 00:00, in integer 10^-decimals kWh.

    The kWh of an hour are also its mean kW. HoursDoNotFit when the count is not that of the year.
    """

    year: int
    values: tuple[int, ...]
    decimals: int

    def __post_init__(self) -> None:
        """Refuse a year with an hour too few: every later hour would fall into a wrong period."""
        expected = (date(self.year + 1, 1, 1) - date(self.year, 1, 1)).days * HOURS_PER_DAY
        if len(self.values) != expected:
            raise HoursDoNotFit(year=self.year, found=len(self.values), expected=expected)

    def days_of(self, month: int) -> int:
        """The number of days of the month (1 to 12)."""
        return Month(self.year, month).days

    def days(self, month: int) -> Iterator[tuple[date, tuple[int, ...]]]:
        """Give each day of the month (1 to 12) with its 24 values."""
        days = Month(self.year, month)
        start = (days.first - date(self.year, 1, 1)).days
        for offset in range(days.days):
            at = (start + offset) * HOURS_PER_DAY
            yield days.first + timedelta(days=offset), self.values[at : at + HOURS_PER_DAY]


def usage_by_period(hours: HourlyUsage, schedule: Schedule, month: int) -> dict[int, int]:
    """Add the month's kWh up by period, in 10^-4 kWh, keyed by position.

    Hours are added exactly as they are written; each period's sum is rounded once, half-up. The
    month's total is the sum of these, so that periods always add up to it.
    """
    sums: dict[int, int] = {}
    for day, values in hours.days(month):
        for period, value in zip(schedule.row(day), values, strict=True):
            sums[period] = sums.get(period, 0) + value
    return {period: _e4(value, hours.decimals) for period, value in sorted(sums.items())}


def peak_by_period(hours: HourlyUsage, schedule: Schedule, month: int) -> dict[int, int]:
    """Find the month's highest hour in each period, in 10^-4 kW half-up, keyed by position.

    Without any schedule (one period for all hours) that is the peak of the month.
    """
    peaks: dict[int, int] = {}
    for day, values in hours.days(month):
        for period, value in zip(schedule.row(day), values, strict=True):
            peaks[period] = max(value, peaks.get(period, value))
    return {period: _e4(value, hours.decimals) for period, value in sorted(peaks.items())}


def _e4(value: int, decimals: int) -> int:
    return half_up(value * 10**_E4_DECIMALS, 10**decimals)


ALL_HOURS = Schedule(((0,) * HOURS_PER_DAY,) * 12, ((0,) * HOURS_PER_DAY,) * 12)
"""One period for every hour of the year."""
