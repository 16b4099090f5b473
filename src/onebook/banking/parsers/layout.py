"""The description of one bank's layout, and how a row of headings is recognised as one."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Role = Literal[
    "booked_on",
    "booked_at",
    "money_in",
    "money_out",
    "amount",
    "direction",
    "balance",
    "currency",
    "counterparty",
    "counterparty_name",
    "counterparty_account",
    "summary",
    "remark",
    "serial",
    "own_account",
]
Places = Mapping[Role, tuple[int, ...]]

_UNIT = re.compile(r"(?<=.)(?:\(元\)|/元)$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Which headings a layout has and what they mean.

    `signature`: headings that must all be there. `roles`: headings in order of preference; the
    first that holds something is read, those of `remark` are joined. The sides are the bank's
    view: its credit (贷方, 收入) is money in. `counterparty` is name and account in one cell.
    `is_liability`: a card's bill, where a positive amount is spent. `dates` are written in full,
    day first, or as month/day with the year in the title. `inflow_words`, `outflow_words`: the
    direction is told by what its text begins with; a text that begins otherwise is rejected.
    `outflow_is_signed`: the column of money out may carry its own minus sign.
    """

    name: str
    signature: tuple[str, ...]
    roles: Mapping[Role, tuple[str, ...]]
    is_liability: bool = False
    dates: Literal["full", "day_first", "no_year"] = "full"
    inflow_words: tuple[str, ...] = ()
    outflow_words: tuple[str, ...] = ()
    outflow_is_signed: bool = False


def heading(text: str) -> str:
    """Return a heading without blanks, width, case and the unit yuan, for comparison."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return _UNIT.sub("", plain)


def recognise(row: Sequence[str], layouts: Sequence[Layout]) -> tuple[Layout, Places] | None:
    """Return the first layout that the row is the headings of, and its columns by role."""
    columns: dict[str, int] = {}
    for column, cell in enumerate(row):
        columns.setdefault(heading(cell), column)
    for layout in layouts:
        if all(heading(name) in columns for name in layout.signature):
            places = _places(layout, columns)
            if "booked_on" in places and _tells_amount(layout, places):
                return layout, MappingProxyType(places)
    return None


def _places(layout: Layout, columns: Mapping[str, int]) -> dict[Role, tuple[int, ...]]:
    places: dict[Role, tuple[int, ...]] = {}
    for role, names in layout.roles.items():
        found = tuple(columns[key] for key in map(heading, names) if key in columns)
        if found:
            places[role] = found
    return places


def _tells_amount(layout: Layout, places: Mapping[Role, tuple[int, ...]]) -> bool:
    """Two sides; or one amount, of which an unknown layout must tell the direction."""
    if "money_in" in places and "money_out" in places:
        return True
    return "amount" in places and (bool(layout.signature) or "direction" in places)
