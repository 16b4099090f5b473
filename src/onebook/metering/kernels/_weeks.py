"""How the days of windows are laid upon one week each, so that few long rows are left to cut.

A window's days are added up in rows of whole weeks, since most calendars repeat by the week, and
only those seven days, a quarter or less of a month, are regrouped by period. NumPy works through
rows near the speed of memory when they are long: a week of hours has 168 values.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onebook.metering.kernels._exact import IntArray

_WEEK = 7

Template = tuple[int, ...]
"""The period of each slot of a day."""


class Day(NamedTuple):
    """A day of a window: its place in the array, and the periods of its slots."""

    at: int
    template: Template


class _Piece(NamedTuple):
    """``rows`` times ``width`` days from ``first`` on, for the columns from ``column`` on.

    ``fresh``: no piece before it writes there.
    """

    first: int
    rows: int
    width: int
    column: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Weeks:
    """The steps from an array [meters, days, slots] to its windows' periods.

    ``columns``: seven days a window, then the days that differ from those of other weeks;
    ``at_most`` days of the array come upon one group. ``order`` sorts the columns' slots into
    groups, which begin at ``starts`` and belong to ``places`` of windows x periods.
    """

    columns: int
    at_most: int
    pieces: tuple[_Piece, ...]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    places: NDArray[np.intp]

    def fold(
        self,
        block: NDArray[np.signedinteger],
        grids: Sequence[tuple[np.ufunc, NDArray[np.signedinteger]]],
    ) -> list[IntArray]:
        """Fold a block's days by each operation in its grid [meters, columns, slots].

        Gives [meters, places] for each; what one operation has read, the next finds in the cache.
        """
        for _, grid in grids:
            grid[:] = 0
        for piece in self.pieces:
            for operation, grid in grids:
                _lay(piece, block, grid, operation)
        folded: list[IntArray] = []
        grouped = np.empty((len(block), len(self.order)), dtype=block.dtype)
        for operation, grid in grids:
            if grid.dtype != grouped.dtype:
                grouped = grouped.astype(grid.dtype)
            # Clipping nothing, but only then is it written where it is to stand.
            np.take(grid.reshape(len(grid), -1), self.order, axis=1, out=grouped, mode="clip")
            folded.append(operation.reduceat(grouped, self.starts, axis=1, dtype=np.int64))
        return folded


def _lay(
    piece: _Piece,
    block: NDArray[np.signedinteger],
    grid: NDArray[np.signedinteger],
    operation: np.ufunc,
) -> None:
    meters, _, slots = block.shape
    end = piece.first + piece.rows * piece.width
    days = block[:, piece.first : end].reshape(meters, piece.rows, piece.width * slots)
    target = grid[:, piece.column : piece.column + piece.width].reshape(meters, -1)
    if piece.rows == 1:
        operation(target, days[:, 0], out=target)
    elif piece.fresh:
        operation.reduce(days, axis=1, dtype=grid.dtype, out=target)
    else:
        operation(target, operation.reduce(days, axis=1, dtype=grid.dtype), out=target)


def lay(windows: Sequence[Sequence[Day]], periods: int) -> Weeks:
    """Plan the steps for windows of so many periods; a window's days follow each other."""
    plan = _Plan(len(windows) * _WEEK)
    for window, days in enumerate(windows):
        plan.add(window, days)
    slots = len(windows[0][0].template) if windows else 0
    labels = np.full((len(plan.columns), slots), -1, dtype=np.intp)
    for column, found in enumerate(plan.columns):
        if found is not None:
            window, template = found
            labels[column] = window * periods + np.array(template)
    flat = labels.reshape(-1)
    order = np.argsort(flat, kind="stable")
    order = order[np.searchsorted(flat[order], 0) :]
    starts = np.flatnonzero(np.diff(flat[order], prepend=-1))
    return Weeks(
        len(plan.columns),
        max(map(len, windows), default=0),
        tuple(plan.pieces),
        order,
        starts,
        flat[order][starts],
    )


@dataclass(slots=True)
class _Plan:
    """What is planned so far; ``columns``: window and template of each, None where it is empty."""

    regular: int
    pieces: list[_Piece] = field(default_factory=list)
    columns: list[tuple[int, Template] | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = [None] * self.regular

    def add(self, window: int, days: Sequence[Day]) -> None:
        """Plan a window's pieces: whole weeks first, for they need no zeros beneath."""
        usual = _usual(days)
        start, week = days[0].at, window * _WEEK
        self.columns[week : week + len(usual)] = [(window, template) for template in usual]
        regular: list[tuple[int, int, int, int]] = []
        for template, group in groupby(
            days,
            lambda day: None if day.template == usual[(day.at - start) % _WEEK] else day.template,
        ):
            run = list(group)
            if template is None:
                place = (run[0].at - start) % _WEEK
                regular += _weeks(run[0].at, len(run), place, week)
            else:
                self._add_others(run[0].at, len(run), (window, template))
        regular.sort(key=lambda piece: -piece[2])
        self.pieces += [
            _Piece(*piece, at == 0 and piece[2] == _WEEK) for at, piece in enumerate(regular)
        ]

    def _add_others(self, first: int, count: int, found: tuple[int, Template]) -> None:
        """Plan days in a row that differ from those of other weeks."""
        known = found in self.columns[self.regular :]
        if not known:
            self.columns.append(found)
        column = self.columns.index(found, self.regular)
        self.pieces.append(_Piece(first, count, 1, column, not known))


def _usual(days: Sequence[Day]) -> list[Template]:
    """The most frequent template of each of the seven days that follow the first one's."""
    return [
        Counter(day.template for day in days[at::_WEEK]).most_common(1)[0][0]
        for at in range(min(_WEEK, len(days)))
    ]


def _weeks(first: int, count: int, place: int, week: int) -> Iterator[tuple[int, int, int, int]]:
    """Cut days in a row into the rest of a week, whole weeks, and the beginning of one.

    ``place`` is that of the first day in its week. Each as its first day, rows, width and column.
    """
    head = min(-place % _WEEK, count)
    whole = (count - head) // _WEEK
    tail = count - head - whole * _WEEK
    if head:
        yield first, 1, head, week + place
    if whole:
        yield first + head, whole, _WEEK, week
    if tail:
        yield first + head + whole * _WEEK, 1, tail, week
