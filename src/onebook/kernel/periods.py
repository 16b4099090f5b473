"""Months and dates as people write them."""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Self

from onebook.kernel.errors import DateUnreadable, DayInFuture, MonthInFuture, MonthUnreadable

# Outside these years a written date is a slip of the pen (0206-10-01) and not a date.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MONTH = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<dash>[0-9]{1,2})|/(?P<slash>[0-9]{1,2})|(?P<plain>[0-9]{2})"
    r"|年(?P<chinese>[0-9]{1,2})月)"
)
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:"
    r"-(?P<m1>[0-9]{1,2})-(?P<d1>[0-9]{1,2})"
    r"|/(?P<m2>[0-9]{1,2})/(?P<d2>[0-9]{1,2})"
    r"|(?P<m3>[0-9]{2})(?P<d3>[0-9]{2})"
    r"|年(?P<m4>[0-9]{1,2})月(?P<d4>[0-9]{1,2})日)"
)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month; MonthUnreadable when year or month is out of range."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse a thirteenth month."""
        if not (1 <= self.month <= 12 and date.min.year <= self.year <= date.max.year):
            raise MonthUnreadable(text=f"{self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read 2026-10, 2026/10, 202610 or 2026年10月."""
        found = _MONTH.fullmatch(_plain(text))
        parts = [int(part) for part in found.groups() if part] if found else []
        if len(parts) != 2 or not _FIRST_YEAR <= parts[0] <= _LAST_YEAR or not 1 <= parts[1] <= 12:
            raise MonthUnreadable(text=text)
        return cls(parts[0], parts[1])

    @classmethod
    def of(cls, day: date) -> Self:
        """Give the month that the day lies in."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """The first day, which is also how the database stores a month."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day, inclusive; for a half-open range use ``next().first``."""
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """The number of calendar days."""
        return calendar.monthrange(self.year, self.month)[1]

    def plus(self, months: int) -> Self:
        """Give the month so many months later, or earlier when negative."""
        year, month0 = divmod(self.year * 12 + self.month - 1 + months, 12)
        return type(self)(year, month0 + 1)

    def next(self) -> Self:
        """Give the month after this one."""
        return self.plus(1)

    def previous(self) -> Self:
        """Give the month before this one."""
        return self.plus(-1)

    def months_until(self, other: "Month") -> int:
        """Count the months from this one to the other; negative when the other is earlier."""
        return (other.year - self.year) * 12 + other.month - self.month

    def __str__(self) -> str:
        """Write 2026-10."""
        return f"{self.year:04d}-{self.month:02d}"


def parse_date(text: str) -> date:
    """Read 2026-10-31, 2026/10/31, 20261031 or 2026年10月31日; DateUnreadable otherwise."""
    found = _DATE.fullmatch(_plain(text))
    parts = [int(part) for part in found.groups() if part] if found else []
    if len(parts) != 3 or not _FIRST_YEAR <= parts[0] <= _LAST_YEAR:
        raise DateUnreadable(text=text)
    try:
        return date(parts[0], parts[1], parts[2])
    except ValueError as wrong_day:
        raise DateUnreadable(text=text) from wrong_day


def refuse_future(day: date, today: date) -> None:
    """Refuse a fact of a day that has not come: DayInFuture.

    Everything that is recorded has happened: readings, receipts, bank lines, bills, journals.
    What is agreed beforehand (terms, prices, due dates) may lie ahead.
    """
    if day > today:
        raise DayInFuture(day=day.isoformat(), today=today.isoformat())


def refuse_future_month(month: Month, today: date) -> None:
    """Refuse a month that has not begun: MonthInFuture."""
    if month.first > today:
        raise MonthInFuture(month=month, today=today.isoformat())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
