"""Columns of text cells become columns of values; a cell that cannot be read is a fault of its
row."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import refuse_future

T = TypeVar("T")

Faults = dict[int, OnebookError]
"""Row index -> why the row is not taken; the first fault found of a row is the one kept."""


class CellBlank(OnebookError):
    """{heading} is blank. Fill it in and import the row again."""


class CellUnclean(OnebookError):
    """{heading} holds a line break or another character that cannot be printed. Remove it and
    import the row again."""


def read_cells(
    texts: Sequence[str], read: Callable[[str], T], faults: Faults, *, heading: str | None = None
) -> list[T | None]:
    """Read each distinct text once; blank cells and faulty ones give None.

    With a `heading` the column is required: a blank cell is a fault (CellBlank). `read` raises
    an OnebookError where it cannot read.
    """
    known: dict[str, T | OnebookError | None] = {"": None if heading is None else _blank(heading)}
    values: list[T | None] = []
    for index, text in enumerate(texts):
        try:
            value = known[text]
        except KeyError:
            value = known[text] = _read(read, text)
        if isinstance(value, OnebookError):
            faults.setdefault(index, value)
            value = None
        values.append(value)
    return values


def printable(heading: str) -> Callable[[str], str]:
    """A reader of text cells that refuses line breaks and control characters (CellUnclean)."""

    def read(text: str) -> str:
        if not text.isprintable():
            raise CellUnclean(heading=heading)
        return text

    return read


def reject_future(days: Sequence[date | None], today: date, faults: Faults) -> None:
    """Reject the rows whose day has not come yet (DayInFuture)."""
    for row, day in enumerate(days):
        if day is not None and day > today and row not in faults:
            try:
                refuse_future(day, today)
            except OnebookError as refused:
                faults[row] = refused


def _blank(heading: str) -> CellBlank:
    return CellBlank(heading=heading)


def _read(read: Callable[[str], T], text: str) -> T | OnebookError:
    try:
        return read(text)
    except OnebookError as unreadable:
        return unreadable
