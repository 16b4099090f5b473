"""Interval values of many meters cut into periods: one pass over the array for energy, one for
demand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from onebook.metering.errors import IntervalsUnusable
from onebook.metering.kernels._exact import IntArray
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.intervals import (
    HOUR_MINUTES,
    Window,
    check_days,
    slots_per_day,
)

ValueArray = NDArray[np.int32] | NDArray[np.int16]
_ITEM_BYTES_MAX = 4
# Meters worked on at once: their days of one fold stay in the second-level cache.
_METERS = 64


@dataclass(frozen=True, slots=True)
class Fold:
    """The days of one window that share a template: ``runs`` of days [first, end), and for each
    period its slots of the day."""

    window: int
    runs: tuple[tuple[int, int], ...]
    slots_of: tuple[IntArray, ...]

    @property
    def days(self) -> int:
        """How many days are folded onto one."""
        return sum(end - first for first, end in self.runs)


@dataclass(frozen=True, slots=True)
class Layout:
    """How an array [meters, days x slots] is cut by one calendar; made once, used for all meters
    that share the calendar and the windows."""

    days: int
    slots: int
    per_hour: int
    periods: tuple[str, ...]
    windows: tuple[Window, ...]
    folds: tuple[Fold, ...]


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
    folds: list[Fold] = []
    for at, window in enumerate(windows):
        runs_of: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        ahead = range((window.start - first_day).days, (window.end - first_day).days)
        templates = (
            (_template(calendars, first_day + timedelta(day), minutes), day) for day in ahead
        )
        for template, run in groupby(templates, key=lambda pair: pair[0]):
            numbers = [day for _, day in run]
            runs_of.setdefault(template, []).append((numbers[0], numbers[-1] + 1))
        folds += [Fold(at, tuple(runs), _slots_of(t, len(periods))) for t, runs in runs_of.items()]
    return Layout(days, slots, HOUR_MINUTES // minutes, periods, tuple(windows), tuple(folds))


def energy(values: ValueArray, plan: Layout) -> IntArray:
    """Sum each meter's values by window and period: [meters, windows, periods], the values' unit.

    Values below zero are missing and not in the sum: ask `gaps` before billing.
    """
    return _cut(values, plan, np.add)


def demand(values: ValueArray, plan: Layout) -> IntArray:
    """Give each meter's greatest mean power by window and period, in the values' unit per hour:
    [meters, windows, periods]; missing values do not count."""
    return _cut(values, plan, np.maximum) * plan.per_hour


def gaps(values: ValueArray, plan: Layout) -> IntArray:
    """Count each meter's missing values (below zero) by window, [meters, windows]."""
    _check(values, plan)
    counts = np.zeros((len(values), len(plan.windows)), dtype=np.int64)
    for rows in _blocks(len(values)):
        block = values[rows]
        if block.min(initial=0) < 0:
            missing = (block < 0).reshape(len(block), plan.days, plan.slots)
            for fold in plan.folds:
                for first, end in fold.runs:
                    counts[rows, fold.window] += missing[:, first:end].sum(axis=(1, 2))
    return counts


def _cut(values: ValueArray, plan: Layout, operation: np.ufunc) -> IntArray:
    """Fold the days of equal template onto one day, then that day's slots into its periods.

    Folding adds whole contiguous rows, which NumPy does near the speed of memory; only the folded
    days, a few percent of the data, are regrouped by slot. On 70 million values, in times of one
    plain sum: this 1.5, columns gathered by period 5.6, a float64 product with the periods as a
    matrix 21, ``add.reduceat`` over the bands 25.
    """
    _check(values, plan)
    result = np.zeros((len(values), len(plan.windows), len(plan.periods)), dtype=np.int64)
    whole_days = values.reshape(len(values), plan.days, plan.slots)
    for rows in _blocks(len(values)):
        block = whole_days[rows]
        dtype = values.dtype
        if operation is np.add:
            block, dtype = _addable(block, plan)
        for fold in plan.folds:
            day = _fold(block, fold, operation, dtype)
            target = result[rows, fold.window]
            for period, slots in enumerate(fold.slots_of):
                if len(slots):
                    part = operation.reduce(day[:, slots], axis=1, dtype=np.int64, initial=0)
                    operation(target[:, period], part, out=target[:, period])
    return result


def _addable(block: ValueArray, plan: Layout) -> tuple[ValueArray, np.dtype[np.signedinteger]]:
    """Give the block without missing values, and a type in which its days can be added.

    As unsigned numbers the missing values are the greatest, so one look for the maximum finds
    both them and whether a fold of days stays inside the values' own type, which adds faster.
    """
    unsigned = block.view(f"u{block.itemsize}")
    highest = int(unsigned.max(initial=0))
    limit = int(np.iinfo(block.dtype).max)
    if highest > limit:
        return np.maximum(block, 0), np.dtype(np.int64)
    fits = highest * max(fold.days for fold in plan.folds) <= limit
    return block, block.dtype if fits else np.dtype(np.int64)


def _fold(
    block: ValueArray, fold: Fold, operation: np.ufunc, dtype: np.dtype[np.signedinteger]
) -> IntArray:
    """Put all days of the fold onto one: [meters, slots]."""
    (first, end), *others = fold.runs
    day: IntArray = operation.reduce(block[:, first:end], axis=1, dtype=dtype)
    for first, end in others:
        operation(day, operation.reduce(block[:, first:end], axis=1, dtype=dtype), out=day)
    return day


def _blocks(meters: int) -> Iterator[slice]:
    for start in range(0, meters, _METERS):
        yield slice(start, min(start + _METERS, meters))


def _template(calendars: Sequence[Calendar], day: date, minutes: int) -> tuple[int, ...]:
    for calendar in calendars:
        if calendar.covers(day):
            return calendar.slots_on(day, minutes)
    raise IntervalsUnusable(problem=f"no calendar covers {day}")


def _slots_of(template: tuple[int, ...], periods: int) -> tuple[IntArray, ...]:
    slots = np.array(template)
    return tuple(np.flatnonzero(slots == period) for period in range(periods))


def _check(values: ValueArray, plan: Layout) -> None:
    """Refuse what could not be summed exactly or does not have the layout's days."""
    if values.dtype.kind != "i" or values.dtype.itemsize > _ITEM_BYTES_MAX:
        raise IntervalsUnusable(problem=f"{values.dtype} is not an integer of 32 bits or fewer")
    expected = plan.days * plan.slots
    if values.ndim != 2 or values.shape[1] != expected:
        raise IntervalsUnusable(problem=f"{values.shape} is not [meters, {expected}]")
