"""Reads one workbook from standard input and writes its sheets to standard output as JSON.

Run as a script in a process of its own (see `workbook.py`): a hostile workbook can exhaust the
memory or abort the interpreter, and that must not happen to the program that was handed the file.
The script imports nothing of this package, so that it can be started by its path.
"""

import io
import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

MAX_MEMORY_BYTES = 3 << 30
MAX_CPU_SECONDS = 120
MAX_UNPACKED_BYTES = 200_000_000
MAX_RATIO = 200
SMALL_PART_BYTES = 1_000_000  # a small part may compress better than MAX_RATIO without harm
MAX_CELLS = 5_000_000
SIGNIFICANT_DIGITS = 15  # all that a spreadsheet keeps of a number

CELL = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Refused(Exception):
    """The workbook is not opened; the arguments are a reason's code and its figures."""


def column_number(letters: bytes) -> int:
    """Return 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse an archive whose directory promises too many bytes, or too many from too few."""
    unpacked = 0
    for part in archive.infolist():
        unpacked += part.file_size
        if part.flag_bits & 1:
            raise Refused("protected")
        if part.file_size > max(SMALL_PART_BYTES, MAX_RATIO * max(part.compress_size, 1)):
            raise Refused("ratio", part.filename)
    if unpacked > MAX_UNPACKED_BYTES:
        raise Refused("unpacked", unpacked)


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the archive's part that holds each sheet, by the sheet's name."""
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if b"<!DOCTYPE" in archive.read(part):
            raise Refused("doctype")
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    parts = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            target = targets.get(element.get(RELATION), "")
            parts[element.get("name", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
    return parts


def check_extent(xml: bytes) -> None:
    """Refuse a sheet whose furthest cell would make the reader allot too much memory."""
    rows = columns = 0
    for letters, digits in {match.groups() for match in CELL.finditer(xml)}:
        rows = max(rows, int(digits))
        columns = max(columns, column_number(letters))
    if rows * columns > MAX_CELLS:
        raise Refused("cells", rows * columns)


def uncalculated_cells(xml: bytes) -> set[tuple[int, int]]:
    """Return the places (row, column, from 0) of formulas that carry no stored result."""
    places = set()
    for match in UNCALCULATED.finditer(xml):
        place = CELL.search(match[1])
        if place:
            places.add((int(place[2]) - 1, column_number(place[1]) - 1))
    return places


def scan_xlsx(data: bytes) -> dict[str, set[tuple[int, int]]]:
    """Check an .xlsx before it is opened; return each sheet's formulas without a result."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_archive(archive)
        if "xl/workbook.xml" not in archive.namelist():
            raise Refused("archive")
        uncalculated = {}
        for name, part in sheet_parts(archive).items():
            if part in archive.namelist():
                xml = archive.read(part)
                check_extent(xml)
                uncalculated[name] = uncalculated_cells(xml)
        return uncalculated


def number_text(value: float) -> str:
    """Return a number as the spreadsheet shows it: 15 significant digits, no exponent."""
    text = f"{value:.{SIGNIFICANT_DIGITS}g}"
    if "e" not in text:
        return text
    exponent = int(text.partition("e")[2])
    if exponent > 0:
        return f"{value:.0f}"
    return f"{value:.{SIGNIFICANT_DIGITS - exponent}f}".rstrip("0")


def cell(value: Any) -> tuple[str, str]:  # noqa: PLR0911 (a kind a line)
    """Return a cell's text and its kind: s text, n number, d date or time, b truth value."""
    if isinstance(value, str):
        return value, "s"
    if isinstance(value, bool):
        return str(value).upper(), "b"
    if isinstance(value, int | float):
        return number_text(value), "n"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds"), "d"
    if isinstance(value, date):
        return value.isoformat(), "d"
    if isinstance(value, time):
        return value.isoformat("seconds"), "d"
    if isinstance(value, timedelta):
        return str(value), "d"
    return str(value), "s"


def sheet_rows(rows: list[list[Any]], uncalculated: set[tuple[int, int]]) -> dict[str, Any]:
    """Return texts and kinds of one sheet; a formula without a result is of kind f."""
    texts, kinds = [], []
    for row in rows:
        pairs = [cell(value) for value in row]
        texts.append([text for text, _ in pairs])
        kinds.append("".join(kind for _, kind in pairs))
    for row_index, column in uncalculated:
        if row_index < len(kinds) and column < len(kinds[row_index]):
            kinds[row_index] = kinds[row_index][:column] + "f" + kinds[row_index][column + 1 :]
    return {"rows": texts, "kinds": kinds}


def read(data: bytes) -> list[dict[str, Any]]:
    """Return the visible sheets that hold anything: name, rows of text, kinds of cells."""
    uncalculated = scan_xlsx(data) if data.startswith(b"PK") else {}
    # Only now, behind the checks, is the library given the bytes.
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for metadata in workbook.sheets_metadata:
        if metadata.visible != SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            raise Refused("cells", sheet.total_height * sheet.total_width)
        rows = sheet.to_python(skip_empty_area=False)
        if rows:
            found = sheet_rows(rows, uncalculated.get(metadata.name, set()))
            sheets.append({"name": metadata.name, **found})
    return sheets


def main() -> None:
    """Answer {"sheets": […]} or {"refused": [code, figure]}; always exit 0 when answered."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {"sheets": read(sys.stdin.buffer.read())}
    except Refused as refused:
        answer = {"refused": list(refused.args)}
    except MemoryError:
        answer = {"refused": ["memory"]}
    except Exception as error:
        answer = {"refused": ["broken", f"{type(error).__name__}: {error}"]}
    json.dump(answer, sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main()
