"""One table of a catalogue (TOML), read field by field; what cannot be read names its place."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import NoReturn

from onebook.kernel.energy import parse_kwh
from onebook.kernel.errors import OnebookError
from onebook.metering.errors import CatalogueUnreadable


def tables(text: str, kind: str) -> Iterator["Table"]:
    """Give each ``[[kind]]`` of the text; CatalogueUnreadable where it is no TOML or no list."""
    try:
        found = tomllib.loads(text).get(kind, [])
    except tomllib.TOMLDecodeError as fault:
        raise CatalogueUnreadable(place=kind, problem=str(fault)) from fault
    yield from nested(found, kind)


def nested(found: object, place: str) -> Iterator["Table"]:
    """Give the tables of a list, each with its place ("plan 2 of calendar 1")."""
    if not isinstance(found, list):
        raise CatalogueUnreadable(place=place, problem="is not a list of tables")
    for number, content in enumerate(found, start=1):
        if not isinstance(content, dict):
            raise CatalogueUnreadable(place=f"{place} {number}", problem="is not a table")
        yield Table(content, f"{place} {number}")


class Table:
    """The fields of one table; a field that is missing, unknown or unreadable is refused."""

    def __init__(self, content: Mapping[str, object], place: str) -> None:
        self.content = content
        self.place = place

    def only(self, fields: Iterable[str]) -> None:
        """Refuse a field that means nothing here: it was misspelt."""
        if unknown := sorted(set(self.content) - set(fields)):
            self.refuse(f"{unknown[0]} is not a field")

    def text(self, field: str) -> str:
        """A text that is not blank."""
        found = self.content.get(field)
        if not isinstance(found, str) or not found.strip():
            self.refuse(f"{field} must be a text")
        return found.strip()

    def texts(self, field: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        found = self.content.get(field, default)
        if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
            self.refuse(f"{field} must be a list of texts")
        return tuple(found)

    def whole(self, field: str) -> int:
        """A whole number from zero on."""
        found = self.content.get(field)
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            self.refuse(f"{field} must be a whole number")
        return found

    def scaled(self, field: str, scale: int) -> int:
        """A decimal number written as a text, times 1000 or 100: "0.67" by 1000 gives 670."""
        try:
            value_e4 = parse_kwh(self.text(field))
        except OnebookError:
            value_e4 = -1
        value, rest = divmod(value_e4 * scale, 10_000)
        if value < 0 or rest:
            self.refuse(f'{field} must be a number in quotes, such as "1.5"')
        return value

    def day(self, field: str) -> date | None:
        """A day, or None where the field is absent."""
        return self.first_day(field) if field in self.content else None

    def first_day(self, field: str) -> date:
        """A day that must be there."""
        found = self.content.get(field)
        # A moment is a date too, but no day.
        if not isinstance(found, date) or isinstance(found, datetime):
            self.refuse(f"{field} must be a day, such as 2025-01-31")
        return found

    def refuse(self, problem: str) -> NoReturn:
        """Raise CatalogueUnreadable with the place."""
        raise CatalogueUnreadable(place=self.place, problem=problem)
