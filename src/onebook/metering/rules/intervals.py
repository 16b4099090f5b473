"""Interval values cut into the energy and the maximum demand of each tariff period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from onebook.kernel.periods import Month
from onebook.metering.errors import IntervalsUnusable
from onebook.metering.rules.calendar import DAY_MINUTES, Calendar

INTERVAL_MINUTES = (15, 30, 60)
HOUR_MINUTES = 60


class Window(NamedTuple):
    """The days [start, end) that are billed together; a price change cuts a month in two."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class WindowUsage:
    """One meter's window, both by the positions of ``Calendar.periods``.

    ``energy`` is the sum of the values in their own unit, ``demand`` the greatest mean power in
    that unit per hour; ``gaps`` counts the values that are missing (below zero): they are in
    neither, and a window with gaps is not to be billed as it stands.
    """

    energy: tuple[int, ...]
    demand: tuple[int, ...]
    gaps: int


def month_windows(first_day: date, days: int) -> tuple[Window, ...]:
    """Cut the days into calendar months; the first and the last may be broken ones."""
    end = first_day + timedelta(days=days)
    edges = [first_day]
    while (following := Month.of(edges[-1]).next().first) < end:
        edges.append(following)
    return tuple(Window(*pair) for pair in zip(edges, [*edges[1:], end], strict=True))


def slots_per_day(minutes: int) -> int:
    """Give the intervals of a day, 96, 48 or 24; IntervalsUnusable for another length."""
    if minutes not in INTERVAL_MINUTES:
        raise IntervalsUnusable(problem=f"{minutes} minutes is not 15, 30 or 60")
    return DAY_MINUTES // minutes


def cut(
    values: Sequence[int],
    calendar: Calendar,
    first_day: date,
    minutes: int,
    windows: Sequence[Window],
) -> list[WindowUsage]:
    """Cut one meter's values, which start at 00:00 of the first day, into its windows' periods.

    A value is the energy of one interval in a unit of its own; below zero it is missing.
    Days outside the windows are left out. IntervalsUnusable when the values are not whole days or
    do not reach a window.
    """
    slots = slots_per_day(minutes)
    check_days(len(values), slots, first_day, windows)
    return [_window(values, calendar, first_day, minutes, window) for window in windows]


def check_days(count: int, slots: int, first_day: date, windows: Sequence[Window]) -> None:
    """Raise IntervalsUnusable unless the values are whole days that hold every window."""
    if count % slots:
        raise IntervalsUnusable(problem=f"{count} values are no whole days of {slots}")
    end = first_day + timedelta(days=count // slots)
    for window in windows:
        if not first_day <= window.start < window.end <= end:
            raise IntervalsUnusable(
                problem=f"the window {window.start} to {window.end} is not inside the days"
                f" {first_day} to {end}"
            )


def _window(
    values: Sequence[int], calendar: Calendar, first_day: date, minutes: int, window: Window
) -> WindowUsage:
    energy = [0] * len(calendar.periods)
    highest = [0] * len(calendar.periods)
    gaps = 0
    slots = slots_per_day(minutes)
    for ahead in range((window.start - first_day).days, (window.end - first_day).days):
        periods = calendar.slots_on(first_day + timedelta(days=ahead), minutes)
        day_values = values[ahead * slots : (ahead + 1) * slots]
        for period, value in zip(periods, day_values, strict=True):
            if value < 0:
                gaps += 1
                continue
            energy[period] += value
            highest[period] = max(highest[period], value)
    per_hour = HOUR_MINUTES // minutes
    return WindowUsage(tuple(energy), tuple(value * per_hour for value in highest), gaps)
