"""The catalogue of period calendars and holidays as a clerk writes it (TOML).

A ``[[calendar]]`` has code, periods, valid_from, valid_to where ended, source, and its
``[[calendar.plan]]`` tables, of which the first that fits a day counts: ``months`` (all when
absent) or ``seasons`` ("07-15..08-31"), ``days`` (weekday, weekend, holiday or one holiday's name;
all when absent), and ``bands``, for each period its clock times ("22:00-08:00").

A ``[[holiday]]`` has name, first, last and source; the name workday makes Saturdays and Sundays
worked ones (调休).
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from onebook.metering.parsers.table import Table, nested, tables
from onebook.metering.rules.calendar import (
    ALL_YEAR,
    HOLIDAY,
    WEEKDAY,
    WEEKEND,
    Band,
    Calendar,
    MonthDay,
    Plan,
    Season,
    bands,
    months,
)

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_SEASON = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)")
_CALENDAR = ("code", "periods", "valid_from", "valid_to", "source", "plan")
_PLAN = ("months", "seasons", "days", "bands")
_ANY_DAY = (WEEKDAY, WEEKEND, HOLIDAY)


def parse_calendars(text: str, holidays: Mapping[date, str]) -> tuple[Calendar, ...]:
    """Read the calendars, all with the same holidays.

    CatalogueUnreadable names the table and field that cannot be read, CalendarUnusable a plan
    that leaves a minute without a period or gives it two.
    """
    calendars = []
    for table in tables(text, "calendar"):
        table.only(_CALENDAR)
        table.text("source")
        plans = nested(table.content.get("plan"), f"{table.place}, plan")
        calendars.append(
            Calendar(
                table.text("code"),
                table.texts("periods"),
                tuple(_plan(plan) for plan in plans),
                table.first_day("valid_from"),
                table.day("valid_to"),
                holidays,
            )
        )
    return tuple(calendars)


def parse_holidays(text: str) -> dict[date, str]:
    """Read the named days; CatalogueUnreadable for a day that is named twice."""
    named: dict[date, str] = {}
    for table in tables(text, "holiday"):
        table.only(("name", "first", "last", "source"))
        table.text("source")
        day, last = table.first_day("first"), table.day("last") or table.first_day("first")
        if last < day:
            table.refuse("last must not be before first")
        while day <= last:
            if day in named:
                table.refuse(f"{day} is {named[day]} already")
            named[day] = table.text("name")
            day += timedelta(days=1)
    return named


def _plan(table: Table) -> Plan:
    table.only(_PLAN)
    return Plan(_bands(table), _seasons(table), frozenset(table.texts("days", _ANY_DAY)))


def _bands(table: Table) -> tuple[Band, ...]:
    found = table.content.get("bands")
    if not isinstance(found, dict):
        table.refuse("bands must give each period its clock times")
    by_period = Table(found, f"{table.place}, bands")
    ranges = []
    for period in found:
        for written in by_period.texts(period):
            start, _, end = written.partition("-")
            if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end)) or start in (end, "24:00"):
                by_period.refuse(f'{period} must have clock times such as "22:00-08:00"')
            ranges.append((start, end, period))
    return bands(*ranges)


def _seasons(table: Table) -> tuple[Season, ...]:
    numbers = table.content.get("months", [])
    if not isinstance(numbers, list) or not all(number in range(1, 13) for number in numbers):
        table.refuse("months must be numbers from 1 to 12")
    seasons = list(months(*numbers))
    for written in table.texts("seasons", ()):
        found = _SEASON.fullmatch(written)
        if not found:
            table.refuse('seasons must be written as "07-15..08-31"')
        first_month, first_day, last_month, last_day = map(int, found.groups())
        seasons.append(Season(MonthDay(first_month, first_day), MonthDay(last_month, last_day)))
    return tuple(seasons) or (ALL_YEAR,)
