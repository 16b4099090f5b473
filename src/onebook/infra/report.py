"""The report object: columns, rows, totals and ties, given as table, CSV, Excel or JSON."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from onebook.kernel.energy import format_kwh
from onebook.kernel.money import format_yuan


@dataclass(frozen=True)
class Column:
    """A column: its key in rows, its titles, and how its values are shown.

    kind is `text`, `fen` (integer fen), `e4` (integer 10^-4 kWh), `count`, `date` or `percent`
    (integer hundredths of a percent; None: not applicable) or `price` (integer 10^-4 yuan, with all
    its decimals; no sum of rows; None: not applicable). Of a difference (`is_difference`)
    anything but zero is wrong, on either side, and stands in red.
    """

    key: str
    name_zh: str
    name_en: str
    kind: str = "text"
    is_difference: bool = False


@dataclass(frozen=True)
class Tie:
    """A figure of the report held against the same figure of another book, in fen."""

    with_: str
    ours: int
    theirs: int

    @property
    def difference(self) -> int:
        """Ours minus theirs."""
        return self.ours - self.theirs


@dataclass(frozen=True)
class Report:
    """A report as of a date and as known at a moment; the same question gives the same bytes.

    `group` is the key of the column by which its rows stand together: each group that has several
    rows is shown with its subtotal. `unit_name` is what the unit is called on the basis line.
    `of_book` is False for a report made from files or figures given by hand: those are not known at
    a moment, nor any unit's.
    """

    name: str
    title_zh: str
    title_en: str
    as_of: date
    known_at: date | datetime | None
    org_unit: str
    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    totals: dict[str, Any] = field(default_factory=dict)
    ties: tuple[Tie, ...] = ()
    basis_zh: str = ""
    basis_en: str = ""
    group: str = ""
    unit_name: str = ""
    of_book: bool = True

    def basis(self, *, chinese: bool) -> str:
        """What the figures count (口径): the report's own words, as known when, for which unit.

        A day of knowledge means its end by the business clock; a moment asked again gives the same.
        """
        own = self.basis_zh if chinese else self.basis_en
        if not self.of_book:
            return own
        parts = [own or (f"截至 {self.as_of}" if chinese else f"As of {self.as_of}")]
        parts += [self._known(chinese=chinese), self._unit(chinese=chinese)]
        return (";" if chinese else "; ").join(parts)

    def _known(self, *, chinese: bool) -> str:
        if self.known_at is None:
            return "已知至此刻" if chinese else "as known now"
        known = self.known_at.isoformat()
        if isinstance(self.known_at, datetime):
            return f"已知至 {known}" if chinese else f"as known at {known}"
        if chinese:
            return f"已知至业务日 {known} 日终"
        return f"as known at the end of business day {known}"

    def _unit(self, *, chinese: bool) -> str:
        if self.org_unit == "*":
            return "全部单位" if chinese else "all units"
        name = self.unit_name or self.org_unit
        return f"单位 {name}" if chinese else f"org unit {name}"

    def tied(self) -> bool:
        """Whether every tie closes."""
        return all(tie.difference == 0 for tie in self.ties)


def to_json(report: Report) -> str:
    """The report as JSON: money as integer fen, dates ISO, keys in a fixed order."""
    content = {
        "report": report.name,
        "as_of": report.as_of.isoformat(),
        "known_at": None if report.known_at is None else report.known_at.isoformat(),
        "org_unit": report.org_unit,
        "columns": [column.key for column in report.columns],
        "rows": [[_plain(row.get(column.key)) for column in report.columns] for row in report.rows],
        "totals": {key: _plain(value) for key, value in report.totals.items()},
        "ties": [
            {
                "with": tie.with_,
                "ours": tie.ours,
                "theirs": tie.theirs,
                "difference": tie.difference,
            }
            for tie in report.ties
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


_DECIMALS = {"percent": (2, "%"), "price": (4, "")}
"""Kind of a column whose decimals all stand -> how many, and what follows them."""


def shown(column: Column, value: Any) -> str:
    """A value as the table and CSV show it."""
    if value is None:
        return "—" if column.kind in _DECIMALS else ""
    if column.kind == "fen":
        return format_yuan(value)
    if column.kind == "e4":
        return format_kwh(value)
    if column.kind == "count":
        return f"{value:,}"
    if column.kind in _DECIMALS:
        places, unit = _DECIMALS[column.kind]
        whole, part = divmod(abs(value), 10**places)
        return f"{'-' if value < 0 else ''}{whole}.{part:0{places}d}{unit}"
    return _plain(value) if isinstance(value, date) else str(value)


def columns_in(report: Report, *, chinese: bool) -> tuple[Column, ...]:
    """The columns without the texts of the other language: `…_zh` or `…_en` of the same thing."""
    mine, other = ("_zh", "_en") if chinese else ("_en", "_zh")
    kept = []
    for column in report.columns:
        if column.key.endswith(other):
            twin = column.key.removesuffix(other) + mine
            if any(one.key == twin for one in report.columns):
                continue
            if report.rows and twin in report.rows[0]:
                kept.append(replace(column, key=twin))
                continue
        kept.append(column)
    return tuple(kept)


SUBTOTAL = ("小计", "Subtotal")
_SUMMED = frozenset({"fen", "e4", "count"})


def body(report: Report, *, chinese: bool = True) -> Iterator[tuple[dict[str, Any], bool]]:
    """The rows, after each group of several its subtotal, and whether a row is a subtotal.

    A subtotal holds what is the same in all its rows, in the first other column its name, and sums.
    """
    if not report.group:
        yield from ((row, False) for row in report.rows)
        return
    for _, members in groupby(report.rows, key=lambda row: row.get(report.group)):
        rows = list(members)
        yield from ((row, False) for row in rows)
        if len(rows) > 1:
            yield _subtotal(report, rows, chinese), True


def _subtotal(report: Report, rows: list[dict[str, Any]], chinese: bool) -> dict[str, Any]:
    first, *others = rows
    sums = {key: value for key, value in first.items() if all(value == o.get(key) for o in others)}
    for column in report.columns:
        if column.kind in _SUMMED:
            known = [row[column.key] for row in rows if row.get(column.key) is not None]
            sums[column.key] = sum(known) if known else None
    named = next((one.key for one in report.columns if one.key not in sums), report.group)
    return sums | {named: SUBTOTAL[0 if chinese else 1]}


def lines(report: Report, *, chinese: bool = True) -> list[list[str]]:
    """Title row, data rows with their subtotals, and the totals row, as text in one language."""
    columns = columns_in(report, chinese=chinese)
    head = [column.name_zh if chinese else column.name_en for column in columns]
    rows = [row for row, _ in body(report, chinese=chinese)]
    text = [[shown(column, row.get(column.key)) for column in columns] for row in rows]
    if report.totals:
        totals = [
            shown(column, report.totals[column.key]) if column.key in report.totals else ""
            for column in columns
        ]
        totals[0] = totals[0] or ("合计" if chinese else "Total")
        text.append(totals)
    return [head, *text]


def to_csv(report: Report, *, chinese: bool = True) -> str:
    """The report as CSV, amounts in yuan with two decimals."""
    out = io.StringIO()
    csv.writer(out).writerows(lines(report, chinese=chinese))
    return out.getvalue()


def to_xlsx(report: Report, *, chinese: bool = True) -> bytes:
    """The report as a workbook: numbers are numbers, so that Excel can add them."""
    return to_workbook([report], chinese=chinese)


def to_workbook(sheets: Sequence[Report], *, chinese: bool = True) -> bytes:
    """Reports as one workbook, a sheet each; a text of the first that names a later one leads
    there. A report longer than a sheet of Excel is cut, which its last line says."""
    # Slow to import, needed here alone.
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        formats = {
            "money": book.add_format({"num_format": "#,##0.00"}),
            "wrong": book.add_format({"num_format": "#,##0.00", "font_color": "#C00000"}),
            "bold": book.add_format({"bold": True}),
        }
        later = {_title(one, chinese) for one in sheets[1:]}
        for position, report in enumerate(sheets):
            sheet = book.add_worksheet(_title(report, chinese)[:_SHEET_NAME])
            _fill_sheet(sheet, report, formats, later if position == 0 else set(), chinese)
    return out.getvalue()


_SHEET_NAME = 31  # letters that a sheet's name may have
SHEET_ROWS = 1_000_000  # rows of a report on one sheet; Excel has 48,576 more


def _title(report: Report, chinese: bool) -> str:
    return report.title_zh if chinese else report.title_en


def _fill_sheet(
    sheet: Any, report: Report, formats: dict[str, Any], later: set[str], chinese: bool
) -> None:
    columns = columns_in(report, chinese=chinese)
    head = [column.name_zh if chinese else column.name_en for column in columns]
    sheet.write(0, 0, _title(report, chinese), formats["bold"])
    sheet.write(1, 0, report.basis(chinese=chinese))
    sheet.write_row(2, 0, head, formats["bold"])
    rows = [row for row, _ in islice(body(report, chinese=chinese), SHEET_ROWS)]
    if report.totals:
        name = ("合计" if chinese else "Total") if columns[0].kind == "text" else None
        rows.append({columns[0].key: name} | report.totals)
    for index, row in enumerate(rows, start=3):
        for position, column in enumerate(columns):
            _write_cell(sheet, (index, position), column, row.get(column.key), formats, later)
    if (left := len(report.rows) - SHEET_ROWS) > 0:
        sheet.write(len(rows) + 3, 0, f"… + {left:,}", formats["bold"])
    sheet.freeze_panes(3, 0)
    sheet.set_column(0, len(columns) - 1, 16)


def _write_cell(
    sheet: Any,
    at: tuple[int, int],
    column: Column,
    value: Any,
    formats: dict[str, Any],
    later: set[str],
) -> None:
    if value is None:
        return
    if column.kind == "fen":
        wrong = column.is_difference and value
        sheet.write_number(*at, value / 100, formats["wrong" if wrong else "money"])
    elif column.kind in ("e4", "price"):
        sheet.write_number(*at, value / 10_000)
    elif column.kind == "count":
        sheet.write_number(*at, value)
    elif value in later:
        sheet.write_url(*at, f"internal:'{value[:_SHEET_NAME]}'!A1", string=value)
    else:
        sheet.write_string(*at, shown(column, value))
