"""A TOML table read field by field: what cannot be read becomes a problem and a stand-in."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeGuard, TypeVar

from onebook.kernel.errors import DateUnreadable
from onebook.kernel.periods import parse_date
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem

_Choice = TypeVar("_Choice", bound=StrEnum)
_FIXED = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?")
MONTHS = range(1, 13)


class Table:
    """The fields of one TOML table, with the tariff and the place that problems name."""

    def __init__(
        self, content: Mapping[str, Any], tariff: str, where: str, problems: list[TariffProblem]
    ) -> None:
        self.content = content
        self.where = {"tariff": tariff, "where": where}
        self.problems = problems

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Name every field that nothing reads: a misspelt one would change a price in silence."""
        for field in self.content.keys() - known:
            self.problems.append(errors.FieldUnknown(**self.where, field=field))

    def missing(self, field: str) -> None:
        """Note that a field is needed and absent."""
        self.problems.append(errors.FieldMissing(**self.where, field=field))

    def unreadable(self, field: str, expected: str, value: object = None) -> None:
        """Note what stands in a field and what should."""
        text = str(self.content.get(field) if value is None else value)
        self.problems.append(
            errors.FieldUnreadable(**self.where, field=field, text=text, expected=expected)
        )

    def text(self, field: str) -> str:
        """A text that must be there."""
        value = self.content.get(field)
        if value is None:
            self.missing(field)
            return ""
        if not isinstance(value, str):
            self.unreadable(field, "a text in quotation marks")
            return ""
        return value

    def choice(self, field: str, default: _Choice) -> _Choice:
        """One of the named values of an enumeration, the default where the field is absent."""
        value = self.content.get(field, default.value)
        kinds = type(default)
        if value in [kind.value for kind in kinds]:
            return kinds(value)
        self.unreadable(field, " or ".join(kind.value for kind in kinds))
        return default

    def flag(self, field: str, default: bool) -> bool:
        """True or false."""
        value = self.content.get(field, default)
        if not isinstance(value, bool):
            self.unreadable(field, "true or false")
            return default
        return value

    def whole(self, field: str, expected: str, limits: range | None = None) -> int | None:
        """A whole number inside the limits, None where the field is absent."""
        value = self.content.get(field)
        fits = type(value) is int and (limits is None or value in limits)
        if value is None or fits:
            return value
        self.unreadable(field, expected)
        return None

    def fixed(self, field: str, decimals: int) -> int:
        """A decimal number that must be there, times 10^decimals."""
        if self.content.get(field) is None:
            self.missing(field)
            return 0
        value = scaled(self.content[field], decimals)
        if value is None:
            self.unreadable(field, f"a number with {decimals} decimals at most")
        return value or 0

    def day(self, field: str) -> date | None:
        """A date as TOML or people write it."""
        value = self.content.get(field)
        if isinstance(value, str):
            try:
                return parse_date(value)
            except DateUnreadable:
                value = False
        if value is None or type(value) is date:
            return value
        self.unreadable(field, "a date like 2026-10-31")
        return None

    def months(self, field: str) -> tuple[int, ...]:
        """Calendar months in ascending order; empty where the field is absent."""
        value = self.content.get(field, [])
        right = isinstance(value, list) and all(
            type(month) is int and month in MONTHS for month in value
        )
        if right and value == sorted(set(value)) and (value or field not in self.content):
            return tuple(value)
        self.unreadable(field, "months like [5, 6, 7, 8, 9, 10], each once and in order")
        return ()

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts, each once; empty where the field is absent."""
        value = self.content.get(field, [])
        right = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
        if right and len(set(value)) == len(value):
            return tuple(value)
        self.unreadable(field, 'texts like ["peak", "valley"], each once')
        return ()

    def table(self, field: str, example: str) -> "Table":
        """A table inside this one; an empty one where it is absent."""
        value = self.content.get(field, {})
        if not isinstance(value, dict):
            self.unreadable(field, f"a table, {example}")
            value = {}
        return Table(value, self.where["tariff"], f"{self.where['where']}, {field}", self.problems)


def scaled(value: object, decimals: int) -> int | None:
    """Read a TOML number, which comes in as its text, times 10^decimals; None if it is none."""
    found = None if isinstance(value, bool) else _FIXED.fullmatch(str(value))
    if found is None or (found[3] or "")[decimals:].strip("0"):
        return None
    magnitude = int(found[2] + (found[3] or "")[:decimals].ljust(decimals, "0"))
    return -magnitude if found[1] == "-" else magnitude


def is_table_list(value: object) -> TypeGuard[list[dict[str, Any]]]:
    """Whether the value is a list of tables with one at least."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
