"""Finds the wanted columns of a table file by their headings and gives them as columns of text."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from onebook.infra.tabular.errors import (
    ColumnTwice,
    FileEmpty,
    FormulaWithoutValue,
    HeadingMissing,
    IdentifierIsNumber,
    RowCutOff,
    RowTooLong,
    RowTooShort,
)
from onebook.infra.tabular.grid import (
    DELIMITERS,
    Grid,
    Reject,
    collector_paused,
    read_grids,
    read_text_grid,
)
from onebook.kernel.errors import OnebookError

SEARCHED_ROWS = 60
REJECT_HEADINGS = ("行号", "原因")

_BLANKS = re.compile(r"\s+")
_WRAPPED = re.compile(r'="(.*)"', re.DOTALL)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A wanted column: the name the caller uses, and the headings people give it.

    `required` means that the column must be there. An "id" (account, meter, serial number) is
    never a number: a workbook's numeric cell, or 6.2E+18, rejects its row.
    """

    name: str
    aliases: tuple[str, ...]
    required: bool = True
    kind: Literal["text", "id"] = "text"


class RejectLike(Protocol):
    """Anything with a row's number, its cells and why it was not taken."""

    @property
    def row_number(self) -> int: ...
    @property
    def reason(self) -> OnebookError | str: ...
    @property
    def cells(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that were taken, as columns of equal length, and those that were not.

    `columns` has every field, empty texts for an optional one that the file lacks (`found` names
    those it has). `rows` are the same rows as they stand in the file, under `header`.
    `row_numbers` are the file's own. `ragged` are the numbers of taken rows that
    lack cells of optional columns.
    """

    name: str
    sheet: str
    encoding: str
    header: list[str]
    header_row_number: int
    columns: dict[str, list[str]]
    rows: list[list[str]]
    row_numbers: list[int]
    rejects: list[Reject]
    ragged: list[int]
    found: frozenset[str]

    def __len__(self) -> int:
        """The number of rows taken."""
        return len(self.row_numbers)

    def rejected(self, faults: Mapping[int, OnebookError]) -> list[Reject]:
        """Every reject in the file's order: the reader's, and the rows that the caller refuses.

        `faults` are by row index; a rejected row keeps its cells as the file has them.
        """
        refused = [
            Reject(self.row_numbers[row], why, self.rows[row]) for row, why in faults.items()
        ]
        return sorted([*self.rejects, *refused], key=lambda reject: reject.row_number)


class _Heading(NamedTuple):
    """Where the headings stand in the grid, and which column serves each field."""

    row_index: int
    places: dict[str, int]


def header_key(text: str) -> str:
    """Return a heading without blanks, in half width and lower case, for comparison."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def read_table(data: bytes, name: str, fields: Sequence[Field]) -> Table:
    """Read the first sheet that has the required headings; FileUnusable when none has.

    Rows above the headings are skipped, columns may stand in any order, unknown columns are
    ignored. A row that lacks a required cell, or has more cells than there are headings, is
    rejected with its reason; nothing is cut or guessed.
    """
    with collector_paused():
        return _read_table(data, name, fields)


def _read_table(data: bytes, name: str, fields: Sequence[Field]) -> Table:
    grids = read_grids(data, name)
    for grid in grids:
        if heading := _find_heading(grid, fields):
            return _take_rows(grid, heading, fields)
    if grids[0].kinds is None:
        for delimiter in DELIMITERS:
            grid = read_text_grid(data, name, delimiter)
            if heading := _find_heading(grid, fields):
                return _take_rows(grid, heading, fields)
    raise _heading_missing(grids[0], fields)


def write_rejects(
    path: Path,
    table_header: Sequence[str],
    rejects: Iterable[RejectLike],
    say: Callable[[OnebookError | str], str] = str,
) -> int:
    """Write rejected rows as UTF-8 CSV with a byte order mark; return how many.

    The original cells come first under the original headings, then the row's number and why
    (`say` may translate it), so that the corrected file can be imported as it is.
    """
    width = len(table_header)
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*table_header, *REJECT_HEADINGS])
        for reject in rejects:
            cells = [*reject.cells, *[""] * (width - len(reject.cells))]
            writer.writerow([*cells, reject.row_number, say(reject.reason)])
            count += 1
    return count


def _find_heading(grid: Grid, fields: Sequence[Field]) -> _Heading | None:
    """Return the first row that has all required headings."""
    for index, row in enumerate(grid.rows[:SEARCHED_ROWS]):
        keys = [header_key(cell) for cell in row]
        places = {}
        for wanted in fields:
            key = next((key for key in map(header_key, wanted.aliases) if key in keys), None)
            if key is not None:
                places[wanted.name] = keys.index(key)
                if keys.count(key) > 1:
                    places[wanted.name] = -1 - places[wanted.name]
        if all(wanted.name in places for wanted in fields if wanted.required):
            _refuse_doubles(grid, index, places)
            return _Heading(index, places)
    return None


def _refuse_doubles(grid: Grid, index: int, places: dict[str, int]) -> None:
    """Raise ColumnTwice for a heading that stands twice (its place is marked negative)."""
    for place in places.values():
        if place < 0:
            raise ColumnTwice(
                heading=grid.rows[index][-1 - place].strip(),
                row_number=grid.row_numbers[index],
                name=grid.name,
            )


def _heading_missing(grid: Grid, fields: Sequence[Field]) -> HeadingMissing | FileEmpty:
    """Name the required headings that the nearest row lacks."""
    if not grid.rows:
        return FileEmpty(name=grid.name)

    def missing(row: Sequence[str]) -> list[str]:
        keys = {header_key(cell) for cell in row}
        return [
            wanted.aliases[0]
            for wanted in fields
            if wanted.required and keys.isdisjoint(map(header_key, wanted.aliases))
        ]

    rows = grid.rows[:SEARCHED_ROWS]
    nearest = min(range(len(rows)), key=lambda index: len(missing(rows[index])))
    return HeadingMissing(
        name=grid.name,
        missing=", ".join(missing(rows[nearest])),
        row_number=grid.row_numbers[nearest],
        found=", ".join(cell.strip() for cell in rows[nearest] if cell.strip())[:200],
    )


def _take_rows(grid: Grid, heading: _Heading, fields: Sequence[Field]) -> Table:
    """Fit the rows below the headings and cut them into columns."""
    header = [cell.strip() for cell in grid.rows[heading.row_index]]
    while header and not header[-1]:
        header.pop()
    header_row_number = grid.row_numbers[heading.row_index]
    fitted = _fit_rows(grid, heading, fields, header)
    rejects = [r for r in grid.rejects if r.row_number > header_row_number] + fitted.rejects
    columns, rows, row_numbers = _cut_columns(fitted, heading, fields, header, rejects)
    rejects.sort(key=lambda reject: reject.row_number)
    return Table(
        grid.name, grid.sheet, grid.encoding, header, header_row_number, columns, rows,
        row_numbers, rejects, fitted.ragged, frozenset(heading.places),
    )  # fmt: skip


class _Fitted(NamedTuple):
    """Rows of exactly the headings' width, their numbers and kinds; the rest rejected."""

    rows: list[list[str]]
    row_numbers: list[int]
    kinds: list[str] | None
    rejects: list[Reject]
    ragged: list[int]


def _fit_rows(grid: Grid, heading: _Heading, fields: Sequence[Field], header: list[str]) -> _Fitted:
    """Bring every row to the headings' width, or reject it."""
    width = len(header)
    required = sorted(heading.places[wanted.name] for wanted in fields if wanted.required)
    fitted = _Fitted([], [], None if grid.kinds is None else [], [], [])
    last = len(grid.rows) - 1
    for index in range(heading.row_index + 1, len(grid.rows)):
        row, row_number = grid.rows[index], grid.row_numbers[index]
        found = len(row)
        if found > width:
            if any(map(str.strip, row[width:])):
                error = RowTooLong(found=found, expected=width)
                fitted.rejects.append(Reject(row_number, error, row))
                continue
            row = row[:width]
        elif found < width:
            short = _reject_short(
                row, row_number, header, required, grid.ends_open and index == last
            )
            if short:
                fitted.rejects.append(short)
                continue
            fitted.ragged.append(row_number)
            row = row + [""] * (width - found)
        fitted.rows.append(row)
        fitted.row_numbers.append(row_number)
        if fitted.kinds is not None and grid.kinds is not None:
            fitted.kinds.append(grid.kinds[index])
    return fitted


def _reject_short(
    row: list[str], row_number: int, header: list[str], required: list[int], is_cut: bool
) -> Reject | None:
    """Reject a short row that was cut off or lacks a required cell; None when neither."""
    if is_cut:
        return Reject(row_number, RowCutOff(found=len(row), expected=len(header)), row)
    lacking = [header[place] for place in required if place >= len(row)]
    if not lacking:
        return None
    error = RowTooShort(found=len(row), expected=len(header), missing=", ".join(lacking))
    return Reject(row_number, error, row)


def _cut_columns(
    fitted: _Fitted,
    heading: _Heading,
    fields: Sequence[Field],
    header: list[str],
    rejects: list[Reject],
) -> tuple[dict[str, list[str]], list[list[str]], list[int]]:
    """Turn rows into columns; rows with a cell of the wrong kind go to `rejects`."""
    whole = list(zip(*fitted.rows, strict=True)) or [()] * len(header)
    empty = [""] * len(fitted.rows)
    columns: dict[str, list[str]] = {}
    wrong: dict[int, OnebookError] = {}
    for wanted in fields:
        place = heading.places.get(wanted.name)
        if place is None:
            columns[wanted.name] = list(empty)
            continue
        columns[wanted.name] = [_bare(cell) for cell in whole[place]]
        _find_wrong(columns[wanted.name], wanted, header[place], place, fitted.kinds, wrong)
    if not wrong:
        return columns, fitted.rows, fitted.row_numbers
    rejects.extend(
        Reject(fitted.row_numbers[index], error, fitted.rows[index])
        for index, error in wrong.items()
    )
    good = [index not in wrong for index in range(len(fitted.rows))]
    kept = {name: list(compress(column, good)) for name, column in columns.items()}
    return kept, list(compress(fitted.rows, good)), list(compress(fitted.row_numbers, good))


def _find_wrong(
    column: list[str],
    wanted: Field,
    heading: str,
    place: int,
    kinds: list[str] | None,
    wrong: dict[int, OnebookError],
) -> None:
    """Note the rows whose cell is a formula without a result, or a number used as an id."""
    if kinds is not None:
        for index, letters in enumerate(kinds):
            letter = letters[place]
            if letter == "f":
                wrong.setdefault(index, FormulaWithoutValue(heading=heading))
            elif letter == "n" and wanted.kind == "id":
                wrong.setdefault(index, IdentifierIsNumber(heading=heading, text=column[index]))
    if wanted.kind == "id":
        for index, text in enumerate(column):
            if text[:1] in {"'", "`"} or not text.isascii():
                text = unicodedata.normalize("NFKC", text).lstrip("'`")  # noqa: PLW2901
                column[index] = text
            if ("E" in text or "e" in text) and _SCIENTIFIC.fullmatch(text):
                wrong.setdefault(index, IdentifierIsNumber(heading=heading, text=text))


def _bare(cell: str) -> str:
    """Return a cell without blanks around it and without the spreadsheet wrapper ="…"."""
    text = cell.strip()
    if text[:2] == '="' and (wrapped := _WRAPPED.fullmatch(text)):
        return wrapped[1].strip()
    return text
