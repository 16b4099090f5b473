"""Text cells of files of reading books and their routes become values; pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onebook.kernel.cells import Faults, printable, read_cells
from onebook.kernel.periods import parse_date
from onebook.metering.errors import BookTermUnreadable

_SEQUENCE_MAX = 9_999_999
_MONTH_DAYS = 31
_CYCLE_MAX = 12
_ROTATE_MAX = 120
BOOK_HEADINGS = {
    "name": "册名",
    "org_unit": "单位",
    "read_day": "抄表例日",
    "cycle_months": "抄表周期",
    "reader": "抄表员",
    "rotate_months": "轮换月数",
    "since": "生效日期",
}


def parse_books(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of reading books, None in blank or faulty cells; unit and reader stay as written."""
    numbers = {"read_day": _MONTH_DAYS, "cycle_months": _CYCLE_MAX, "rotate_months": _ROTATE_MAX}
    columns: dict[str, list[Any]] = {
        "number": read_cells(cells["number"], printable("抄表册"), faults, heading="抄表册"),
        "name": read_cells(cells["name"], printable("册名"), faults),
        "since": read_cells(cells["since"], parse_date, faults),
    }
    for name, highest in numbers.items():
        read = _whole(BOOK_HEADINGS[name], 1, highest)
        columns[name] = read_cells(cells[name], read, faults)
    return columns


def parse_routes(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of routes: the place in the order and the first day, None in blank cells."""
    return {
        "book": read_cells(cells["book"], str, faults, heading="抄表册"),
        "sequence": read_cells(
            cells["sequence"], _whole("抄表顺序", 0, _SEQUENCE_MAX), faults, heading="抄表顺序"
        ),
        "since": read_cells(cells["since"], parse_date, faults),
    }


def _whole(heading: str, lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            raise BookTermUnreadable(heading=heading, text=text, lowest=lowest, highest=highest)
        return int(text)

    return read
