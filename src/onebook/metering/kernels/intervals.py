"""Interval values of many meters cut into periods: energy, demand and what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from onebook.metering.errors import IntervalsUnusable
from onebook.metering.kernels._exact import IntArray
from onebook.metering.kernels._weeks import Day, Template, Weeks, lay
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.intervals import (
    HOUR_MINUTES,
    Window,
    check_days,
    slots_per_day,
)

ValueArray = NDArray[np.int32] | NDArray[np.int16]
_ITEM_BYTES_MAX = 4
# Meters worked on at once hold so many bytes: what the look for gaps has read is in the cache when
# it is added up.
_BLOCK_BYTES = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Layout:
    """How an array [meters, days x slots] is cut by one calendar; made once, used for all meters
    that share the calendar and the windows. ``spans``: each window's days [first, end)."""

    days: int
    slots: int
    per_hour: int
    periods: tuple[str, ...]
    windows: tuple[Window, ...]
    spans: tuple[tuple[int, int], ...]
    weeks: Weeks


@dataclass(frozen=True, slots=True)
class Cut:
    """What is to be known of n meters: `energy`, `demand` and `gaps` of one cut."""

    energy: IntArray
    demand: IntArray
    gaps: IntArray


def layout(
    calendars: Sequence[Calendar],
    first_day: date,
    days: int,
    minutes: int,
    windows: Sequence[Window],
) -> Layout:
    """Lay a calendar over the days; ``calendars`` are its dated versions, all of the same periods.

    CalendarUnusable and IntervalsUnusable as in the scalar rule; IntervalsUnusable also where no
    version covers a day of a window.
    """
    slots = slots_per_day(minutes)
    check_days(days * slots, slots, first_day, windows)
    periods = calendars[0].periods
    spans = [((one.start - first_day).days, (one.end - first_day).days) for one in windows]
    weeks = lay([list(_days(calendars, first_day, span, minutes)) for span in spans], len(periods))
    return Layout(
        days, slots, HOUR_MINUTES // minutes, periods, tuple(windows), tuple(spans), weeks
    )


def energy(values: ValueArray, plan: Layout) -> IntArray:
    """Sum each meter's values by window and period: [meters, windows, periods], the values' unit.

    Values below zero are missing and not in the sum: ask `gaps` before billing.
    """
    (sums,), _ = _cut(values, plan, np.add)
    return sums


def demand(values: ValueArray, plan: Layout) -> IntArray:
    """Give each meter's greatest mean power by window and period, in the values' unit per hour:
    [meters, windows, periods]; missing values do not count."""
    (highest,), _ = _cut(values, plan, np.maximum)
    return highest * plan.per_hour


def gaps(values: ValueArray, plan: Layout) -> IntArray:
    """Count each meter's missing values (below zero) by window, [meters, windows]."""
    _, counts = _cut(values, plan)
    return counts


def cut(values: ValueArray, plan: Layout) -> Cut:
    """Give energy, demand and gaps at once, for less than they cost apart."""
    (sums, highest), counts = _cut(values, plan, np.add, np.maximum)
    return Cut(sums, highest * plan.per_hour, counts)


def _cut(
    values: ValueArray, plan: Layout, *operations: np.ufunc
) -> tuple[list[IntArray], IntArray]:
    """Fold the values by each operation, [meters, windows, periods], and count the missing ones."""
    _check(values, plan)
    meters, windows = len(values), len(plan.windows)
    results = [np.zeros((meters, windows * len(plan.periods)), dtype=np.int64) for _ in operations]
    counts = np.zeros((meters, windows), dtype=np.int64)
    limit = int(np.iinfo(values.dtype).max)
    grids = _Grids(plan)
    for rows in _blocks(values):
        block = values[rows]
        # As unsigned numbers the missing values are the greatest: one look finds both them and
        # whether a window's sum stays inside the values' own type, which adds faster.
        highest = int(block.view(f"u{block.itemsize}").max(initial=0))
        if highest > limit:
            counts[rows] = _gaps(block, plan)
            block = np.maximum(block, 0)
            highest = int(block.max())
        days = block.reshape(len(block), plan.days, plan.slots)
        fits = highest * plan.weeks.at_most <= limit
        folded = plan.weeks.fold(days, grids.of(operations, days, fits=fits))
        for result, part in zip(results, folded, strict=True):
            result[rows, plan.weeks.places] = part
    return [result.reshape(meters, windows, -1) for result in results], counts


class _Grids:
    """The arrays that blocks are folded in, made once and used for all of them."""

    def __init__(self, plan: Layout) -> None:
        self._shape = (plan.weeks.columns, plan.slots)
        self._made: dict[tuple[str, np.dtype[np.signedinteger]], NDArray[np.signedinteger]] = {}

    def of(
        self, operations: Sequence[np.ufunc], block: ValueArray, *, fits: bool
    ) -> list[tuple[np.ufunc, NDArray[np.signedinteger]]]:
        """Give each operation its array for the block's meters; sums that do not fit, in int64."""
        found = []
        for operation in operations:
            dtype = block.dtype if fits or operation is np.maximum else np.dtype(np.int64)
            key = (operation.__name__, dtype)
            if key not in self._made:
                self._made[key] = np.empty((len(block), *self._shape), dtype)
            found.append((operation, self._made[key][: len(block)]))
        return found


def _gaps(block: ValueArray, plan: Layout) -> IntArray:
    missing = (block < 0).reshape(len(block), plan.days, plan.slots)
    counts = [missing[:, first:end].sum(axis=(1, 2)) for first, end in plan.spans]
    return np.stack(counts, axis=1)


def _blocks(values: ValueArray) -> Iterator[slice]:
    at_once = max(1, _BLOCK_BYTES // max(values.shape[1] * values.itemsize, 1))
    for start in range(0, len(values), at_once):
        yield slice(start, min(start + at_once, len(values)))


def _days(
    calendars: Sequence[Calendar], first_day: date, span: tuple[int, int], minutes: int
) -> Iterator[Day]:
    for at in range(*span):
        day = first_day + timedelta(at)
        yield Day(at, _template(calendars, day, minutes))


def _template(calendars: Sequence[Calendar], day: date, minutes: int) -> Template:
    for calendar in calendars:
        if calendar.covers(day):
            return calendar.slots_on(day, minutes)
    raise IntervalsUnusable(problem=f"no calendar covers {day}")


def _check(values: ValueArray, plan: Layout) -> None:
    """Refuse what could not be summed exactly or does not have the layout's days."""
    if values.dtype.kind != "i" or values.dtype.itemsize > _ITEM_BYTES_MAX:
        raise IntervalsUnusable(problem=f"{values.dtype} is not an integer of 32 bits or fewer")
    expected = plan.days * plan.slots
    if values.ndim != 2 or values.shape[1] != expected:
        raise IntervalsUnusable(problem=f"{values.shape} is not [meters, {expected}]")
