"""A report laid out as a table of cells: what is shown, how it is aligned, where it leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from onebook.infra.report import Column, Report, body, columns_in, shown
from onebook.infra.web.words import chinese, pick

Row = Mapping[str, Any]
Link = Callable[[Row], str | None]

_NUMBERS = frozenset({"fen", "e4", "count", "percent", "price"})
DASH = "—"


@dataclass(frozen=True)
class Cell:
    """A cell: its text, its classes, the raw value to sort by, and the page it leads to."""

    text: str
    css: str
    sort: object
    href: str = ""


@dataclass(frozen=True)
class Table:
    """A report as a template walks through it."""

    title: str
    head: list[Cell]
    rows: list["Line"]
    totals: list[Cell]
    sortable: bool = True


class Line(list[Cell]):
    """The cells of a row; `css` tells a subtotal from a row."""

    css: str = ""


def of(report: Report, links: Mapping[str, Link] | None = None) -> Table:
    """Lay out `report`; `links` maps a column's key to the address of a row's cell."""
    links = links or {}
    report = replace(report, columns=columns_in(report, chinese=chinese()))
    return Table(
        title=pick((report.title_zh, report.title_en)),
        head=[
            Cell(pick((column.name_zh, column.name_en)), _side(column), column.key)
            for column in report.columns
        ],
        rows=[
            _line(report, row, links, is_subtotal)
            for row, is_subtotal in body(report, chinese=chinese())
        ],
        totals=_totals(report, links),
        sortable=not report.group,  # subtotals stand under their rows
    )


def _line(report: Report, row: Row, links: Mapping[str, Link], is_subtotal: bool) -> Line:
    cells = Line(cell(one, row.get(one.key), _href(links, one, row)) for one in report.columns)
    cells.css = "sub" if is_subtotal else ""
    return cells


def cell(column: Column, value: Any, href: str = "") -> Cell:
    """One value as its column shows it: zero is a dash, below zero and a difference red."""
    css = _side(column)
    if column.kind in _NUMBERS and value and (value < 0 or column.is_difference):
        css += " neg"
    if column.kind in ("fen", "e4", "count") and value == 0:
        # A dash that led somewhere would lead to nothing.
        return Cell(DASH, f"{css} zero", 0)
    return Cell(shown(column, value), css, "" if value is None else value, href)


def _totals(report: Report, links: Mapping[str, Link]) -> list[Cell]:
    if not report.totals:
        return []
    cells = [
        cell(column, report.totals[column.key]) if column.key in report.totals else Cell("", "", "")
        for column in report.columns
    ]
    if not cells[0].text:
        cells[0] = Cell(pick(("合计", "Total")), "", "")
    return cells


def _href(links: Mapping[str, Link], column: Column, row: Row) -> str:
    return (links[column.key](row) or "") if column.key in links else ""


def _side(column: Column) -> str:
    return "n" if column.kind in _NUMBERS else f"t {column.kind}" if column.kind == "date" else "t"
