"""Turns the bytes of a table file into rows of text cells, whatever program wrote it."""

import csv
import gc
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from onebook.infra.tabular.errors import (
    EncodingUnreadable,
    FileEmpty,
    FileKindUnknown,
    QuoteUnclosed,
)
from onebook.infra.tabular.html import html_rows
from onebook.infra.tabular.workbook import read_workbook
from onebook.kernel.errors import OnebookError

DELIMITERS = (",", "\t", ";", "|")
SNIFFED_LINES = 100
LONGEST_CHARACTER_BYTES = 4


class Reject(NamedTuple):
    """A row that was not taken: its line in the file, why, and its cells as they stood.

    `reason` is an error where a translatable message exists; `str(reason)` is the English text.
    """

    row_number: int
    reason: OnebookError | str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet (a text file is one sheet): rows of untouched text cells, blank rows left out.

    `row_numbers` are the file's own, from 1; a record over several lines has its first line's.
    `kinds` (workbooks only) has one letter a cell: s text, n number, d date, b truth value,
    f formula without a stored result. `rejects` are lines that could not be split into cells.
    `ends_open`: the file does not end with a line end, so its last line may be cut off.
    """

    name: str
    sheet: str
    encoding: str
    rows: list[list[str]]
    row_numbers: list[int]
    kinds: list[str] | None = None
    rejects: list[Reject] = field(default_factory=list)
    ends_open: bool = False


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cycle collector from walking millions of new rows, which hold no cycles.

    It takes more than half of the time to read a large file otherwise.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_grids(data: bytes, name: str) -> list[Grid]:
    """Read every visible sheet that holds anything; FileUnusable when there is none.

    The kind of file is told by its first bytes, never by its name: .xls files of banks are often
    HTML or text.
    """
    start = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        raise FileEmpty(name=name)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook_grids(data, name)
    if data.startswith(b"%PDF"):
        raise FileKindUnknown(name=name, found="PDF")
    if start.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise FileKindUnknown(name=name, found="XML Spreadsheet 2003")
    if start.startswith(b"<") and any(tag in start for tag in (b"<html", b"<table", b"<!doctype")):
        return [_html_grid(data, name)]
    return [read_text_grid(data, name)]


def read_text_grid(data: bytes, name: str, delimiter: str | None = None) -> Grid:
    """Read delimited text; the delimiter is sniffed among , tab ; | when not given."""
    text, encoding, cut = decode(data, name)
    with collector_paused():
        lines = list(io.StringIO(text, newline=""))
        rows, row_numbers, rejects = _split_lines(lines, delimiter or sniff_delimiter(lines))
    if not rows and not rejects:
        raise FileEmpty(name=name)
    ends_open = cut or not text.endswith(("\n", "\r"))
    return Grid(name, "", encoding, rows, row_numbers, None, rejects, ends_open)


def decode(data: bytes, name: str) -> tuple[str, str, bool]:
    """Return the text, the encoding's name, and whether the last character was cut in two.

    UTF-8 is tried strictly first: some UTF-8 Chinese also decodes as GB18030 without an error,
    never the other way round. UTF-16 is taken only where its byte order mark says so.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    position = 0
    for encoding in encodings:
        cut = False
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            position = error.start
            cut = _is_cut(error, len(data))
            if not cut:
                continue
            text = data[:position].decode(encoding)
        if "\0" in text:
            position = data.index(b"\0")
            continue
        return text, encoding.removesuffix("-sig"), cut
    raise EncodingUnreadable(name=name, position=position)


def sniff_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter found in most of the first lines, then most evenly; else a comma."""
    sample = [line for line in islice(lines, SNIFFED_LINES) if line.strip()]
    best, best_score = DELIMITERS[0], (0, 0)
    for delimiter in DELIMITERS:
        widths = Counter(len(cells) for cells in _sample_records(sample, delimiter))
        del widths[0], widths[1]
        if widths:
            score = (widths.total(), widths.most_common(1)[0][1])
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _is_cut(error: UnicodeDecodeError, length: int) -> bool:
    """Tell a file cut inside its last character from one that is not in this encoding."""
    unfinished = error.reason in {"unexpected end of data", "incomplete multibyte sequence"}
    return unfinished and error.start > length - LONGEST_CHARACTER_BYTES and error.start > 0


def _sample_records(sample: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(sample, delimiter=delimiter))
    except csv.Error:
        return [line.split(delimiter) for line in sample]


def _split_lines(
    lines: list[str], delimiter: str
) -> tuple[list[list[str]], list[int], list[Reject]]:
    """Split lines into records; a line whose quote never closes is rejected alone.

    The reader would swallow the rest of the file into that cell, so reading starts afresh at the
    next line.
    """
    rows: list[list[str]] = []
    row_numbers: list[int] = []
    rejects: list[Reject] = []
    start = 0
    while start < len(lines):
        begin = read_to = start
        reader = csv.reader(islice(lines, start, None), delimiter=delimiter)
        closed = True
        try:
            for cells in reader:
                begin, read_to = read_to, start + reader.line_num
                if cells and (cells[0] > " " or any(map(str.strip, cells))):
                    rows.append(cells)
                    row_numbers.append(begin + 1)
            closed = _is_closed(lines[begin:], delimiter)
            if not closed and row_numbers and row_numbers[-1] == begin + 1:
                rows.pop(), row_numbers.pop()
        except csv.Error:
            begin, closed = read_to, False
        if closed:
            break
        rejects.append(Reject(begin + 1, QuoteUnclosed(), [lines[begin].rstrip("\r\n")]))
        start = begin + 1
    return rows, row_numbers, rejects


def _is_closed(record: list[str], delimiter: str) -> bool:
    """Whether a line added after the record would be a record of its own."""
    try:
        return sum(1 for _ in csv.reader([*record, "x"], delimiter=delimiter)) > 1
    except csv.Error:
        return False


def _html_grid(data: bytes, name: str) -> Grid:
    text, encoding, cut = decode(data, name)
    rows = html_rows(text)
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]
    if not numbered:
        raise FileEmpty(name=name)
    return Grid(
        name, "", encoding, [row for _, row in numbered], [number for number, _ in numbered],
        ends_open=cut or "</table>" not in text[-2048:].lower(),
    )  # fmt: skip


def _workbook_grids(data: bytes, name: str) -> list[Grid]:
    encoding = "xlsx" if data.startswith(b"PK") else "xls"
    grids = []
    for sheet in read_workbook(data, name):
        kept = [index for index, row in enumerate(sheet.rows) if any(map(str.strip, row))]
        # A formula without a result is blank to the reader; its row is kept all the same.
        kept = sorted({*kept, *(i for i, kinds in enumerate(sheet.kinds) if "f" in kinds)})
        if kept:
            grids.append(
                Grid(
                    name, sheet.name, encoding, [sheet.rows[index] for index in kept],
                    [index + 1 for index in kept], [sheet.kinds[index] for index in kept],
                )
            )  # fmt: skip
    if not grids:
        raise FileEmpty(name=name)
    return grids
