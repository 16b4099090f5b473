"""A TOML table read key by key: what cannot be read becomes a fault with its line and its cure."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from onebook.billing import errors
from onebook.billing.errors import ScenarioFault
from onebook.kernel.errors import DateUnreadable, MonthUnreadable, OnebookError
from onebook.kernel.periods import Month, parse_date
from onebook.tariff.parsers.table import scaled as fixed_point

_Choice = TypeVar("_Choice", bound=StrEnum)
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w\-. ]+?)\s*\]\]?")
_KEY = re.compile(r'\s*"?([\w\-]+)"?\s*[.=]')

_NEAREST = 3
_WHOLE_DIGITS = 15

Path = tuple[str | int, ...]
Lines = Mapping[Path, int]


def locate(text: str) -> Lines:
    """The line of every table and key, by its path: ("point", 0, "meter", 1, "total")."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    path: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            names = [name.strip() for name in header[2].split(".")]
            path = ()
            for name in names[:-1]:
                path += (name,)
                if path in counts:
                    path += (counts[path] - 1,)
            path += (names[-1],)
            if header[1] == "[[":
                counts[path] = counts.get(path, 0) + 1
                path += (counts[path] - 1,)
            lines.setdefault(path, number)
        elif key := _KEY.match(line):
            lines.setdefault((*path, key[1]), number)
    return lines


class Table:
    """The keys of one table, with the place that its faults name."""

    def __init__(
        self,
        content: Mapping[str, Any],
        place: str,
        path: Path,
        lines: Lines,
        faults: list[ScenarioFault],
    ) -> None:
        self.content = content
        self.place = place
        self.path = path
        self.lines = lines
        self.faults = faults

    def __contains__(self, key: str) -> bool:
        """Whether the key is written."""
        return key in self.content

    def line(self, key: str = "") -> int:
        """The line of a key, or of what stands around it."""
        path = (*self.path, key)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, kind: type[ScenarioFault], at: str, /, **params: object) -> None:
        """Note a fault at a key."""
        self.faults.append(kind(line=self.line(at), place=self.place, **params))

    def only(self, known: Collection[str]) -> None:
        """Name every key that nothing reads: a misspelt one would change the bill in silence."""
        for key in self.content:
            if key not in known:
                near = get_close_matches(key, known, _NEAREST) or known
                self.fault(errors.KeyUnknown, key, key=key, known=", ".join(near))

    def exclusive(self, *keys: str) -> None:
        """Refuse two keys that say the same thing."""
        written = [key for key in keys if key in self.content]
        if len(written) > 1:
            first, second = written[:2]
            self.fault(errors.KeysExclude, second, first=first, second=second)

    def missing(self, key: str, example: str) -> None:
        """Note that a key is needed and absent."""
        self.fault(errors.KeyMissing, key, key=key, example=example)

    def refused(self, error: OnebookError) -> None:
        """Note what another app refuses, with the place."""
        self.faults.append(
            errors.PlaceFault(place=self.place, problems=str(error), faults=(error,))
        )

    def unreadable(self, key: str, example: str, value: object = None) -> None:
        """Note what stands in a key and what should."""
        text = str(self.content.get(key) if value is None else value)
        self.fault(errors.ValueUnreadable, key, key=key, text=text, example=example)

    def text(self, key: str, default: str = "") -> str:
        """A text; the default where the key is absent."""
        value = self.content.get(key, default)
        if isinstance(value, str):
            return value.strip()
        self.unreadable(key, f'{key} = "…"')
        return default

    def number(self, key: str, decimals: int = 4, *, example: str = "160.5") -> int | None:
        """A decimal number x 10^decimals; None where the key is absent or unreadable."""
        if key not in self.content:
            return None
        value = scaled(self.content[key], decimals)
        if value is None:
            self.unreadable(key, f"{key} = {example}")
        return value

    def amount(self, key: str, decimals: int = 4, *, example: str = "160.5") -> int | None:
        """A number as `number` reads it, from zero on."""
        value = self.number(key, decimals, example=example)
        if value is not None and value < 0:
            self.unreadable(key, f"{key} = {example}")
            return None
        return value

    def whole(self, key: str, limits: range, default: int) -> int:
        """A whole number inside the limits."""
        value = self.content.get(key, default)
        if type(value) is int and value in limits:
            return value
        self.unreadable(key, f"{key} = {limits.start} … {limits.stop - 1}")
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.content.get(key, default)
        if isinstance(value, bool):
            return value
        self.unreadable(key, f"{key} = {str(default).lower()}")
        return default

    def choice(self, key: str, default: _Choice) -> _Choice:
        """One of the named values."""
        value = self.content.get(key, default.value)
        kinds = type(default)
        if value in [kind.value for kind in kinds]:
            return kinds(value)
        self.unreadable(key, " / ".join(f'{key} = "{kind.value}"' for kind in kinds))
        return default

    def day(self, key: str) -> date | None:
        """A day as TOML or people write it; None where the key is absent or unreadable."""
        value = self.content.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            try:
                return parse_date(value)
            except DateUnreadable:
                pass
        if value is not None:
            self.unreadable(key, f"{key} = 2026-10-31")
        return None

    def month(self, key: str) -> Month | None:
        """A month such as "2026-10"; None where the key is absent or unreadable."""
        value = self.content.get(key)
        if value is None:
            return None
        try:
            return Month.parse(str(value))
        except MonthUnreadable:
            self.unreadable(key, f'{key} = "2026-10"')
            return None

    def pair(self, key: str, decimals: int = 4) -> tuple[int, int] | None:
        """Two numbers from zero on, such as readings [8500.00, 8650.20]."""
        value = self.content.get(key)
        numbers = [scaled(one, decimals) for one in value] if isinstance(value, list) else []
        found = [one for one in numbers if one is not None and one >= 0]
        if len(numbers) == len(found) == 2:
            return found[0], found[1]
        self.unreadable(key, f"{key} = [8500.00, 8650.20]")
        return None

    def ratio(self, key: str) -> tuple[int, int] | None:
        """A ratio as on a plate, such as "100/5"; None where the key is absent or unreadable."""
        if key not in self.content:
            return None
        above, _, below = str(self.content[key]).partition("/")
        if above.strip().isdecimal() and (below or "1").strip().isdecimal():
            return int(above), int(below or "1")
        self.unreadable(key, f'{key} = "100/5"')
        return None

    def table(self, key: str, example: str) -> "Table | None":
        """A table inside this one; None where the key is absent or no table."""
        if key not in self.content:
            return None
        value = self.content[key]
        if not isinstance(value, dict):
            self.unreadable(key, example)
            return None
        return self._inner(value, f"{self.place}.{key}" if self.path else f"[{key}]", (key,))

    def tables(self, key: str, example: str) -> list["Table"]:
        """A list of tables, each named by its number and its name."""
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.unreadable(key, example)
            return []
        around = f"{self.place}, " if self.path else ""
        return [
            self._inner(one, f"{around}[[{'.'.join((*self._names, key))}]] {at + 1}"
                        f"{self._named(one)}", (key, at))
            for at, one in enumerate(value)
        ]  # fmt: skip

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for name in self.path if isinstance(name, str))

    def _named(self, content: Mapping[str, Any]) -> str:
        name = content.get("name")
        return f" ({name})" if isinstance(name, str) and name else ""

    def _inner(self, content: Mapping[str, Any], place: str, path: Path) -> "Table":
        return Table(content, place, (*self.path, *path), self.lines, self.faults)


def scaled(value: object, decimals: int) -> int | None:
    """Read a TOML number, whose floats come as texts, times 10^decimals; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).replace("_", "").replace(",", "")
    whole, _, _ = text.lstrip("+-").partition(".")
    return fixed_point(text, decimals) if len(whole) <= _WHOLE_DIGITS else None
