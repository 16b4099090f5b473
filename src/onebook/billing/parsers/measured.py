"""What was measured, read from a scenario: usage, meters with their readings, interval values."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onebook.billing import errors
from onebook.billing.parsers.table import Table, scaled
from onebook.billing.rules.scenario import (
    DEFAULT_DIGITS,
    DEFAULT_MAX_USAGE_E4,
    Intervals,
    Meter,
    Metered,
)
from onebook.kernel.errors import OnebookError
from onebook.metering.rules import DIGITS_MAX, PERIODS, Register, UsagePolicy
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.intervals import INTERVAL_MINUTES
from onebook.metering.rules.registers import UNITY, Ratio, multiplier
from onebook.tariff.rules import TOTAL, Version

MEASURED_KEYS = ("usage", "reactive", "demand", "meter", "intervals", "rounding", "max_usage")
_METER_KEYS = ("name", "multiplier", "ct", "pt", "constant", "digits", *map(str, Register))
_INTERVAL_KEYS = ("file", "calendar", "minutes", "multiplier")
_USAGE_EXAMPLE = "usage = { peak = 120, valley = 80 }"
_METER_EXAMPLE = "[[point.meter]] total = [8500.00, 8650.20]"
_INTERVALS_EXAMPLE = 'intervals = { file = "load.csv", calendar = "zhejiang-residential" }'
_MISSING = -1


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a scenario's other files and its calendars come from.

    ``rate_calendars``: the schedules of energy and demand of tariffs from a rate database.
    """

    read: Callable[[str], str]
    calendars: Callable[[], tuple[Calendar, ...]]
    rate_calendars: Mapping[str, tuple[Calendar, Calendar | None]]


def read_metered(
    table: Table, versions: tuple[Version, ...], start: date, sources: Sources
) -> Metered:
    """Read what a point, a part or a segment measured; nothing where nothing is written."""
    table.exclusive("usage", "meter", "intervals")
    return Metered(
        usage_e4=_usage(table, versions),
        reactive_e4=_reactive(table),
        demand_e4=_by_measure(table, "demand", "620"),
        meters=tuple(
            _meter(one) for one in table.tables("meter", _METER_EXAMPLE)
        ),
        intervals=_intervals(table, versions, start, sources),
        policy=table.choice("rounding", UsagePolicy.HALF_UP),
        max_usage_e4=table.amount("max_usage", example="200000") or DEFAULT_MAX_USAGE_E4,
    )  # fmt: skip


def is_measured(table: Table) -> bool:
    """Whether a table says what was measured, readable or not."""
    return any(key in table for key in ("usage", "meter", "intervals"))


def _usage(table: Table, versions: tuple[Version, ...]) -> dict[str, int] | None:
    if "usage" not in table:
        return None
    if table.content["usage"] == {}:
        table.unreadable("usage", _USAGE_EXAMPLE)
    usage_e4 = _by_measure(table, "usage", "160", negative=True)
    # Another tariff of the same point may have other periods.
    known = {TOTAL, *map(str, PERIODS), *(one for version in versions for one in version.periods)}
    inner = table.table("usage", _USAGE_EXAMPLE) if len(usage_e4) > 1 else None
    if inner is not None:
        inner.only(sorted(known))
    return usage_e4


def _by_measure(table: Table, key: str, example: str, *, negative: bool = False) -> dict[str, int]:
    """A number for all hours, or a table of numbers by period."""
    if not isinstance(table.content.get(key), dict):
        value = (table.number if negative else table.amount)(key, example=example)
        return {} if value is None else {TOTAL: value}
    inner = table.table(key, f"{key} = {{ peak = {example} }}")
    found = {}
    for measure in inner.content if inner else ():
        value = (inner.number if negative else inner.amount)(measure, example=example)  # type: ignore[union-attr]
        if value is not None:
            found[measure] = value
    return found


def _reactive(table: Table) -> int:
    """|forward| + |reverse|, never netted."""
    if not isinstance(table.content.get("reactive"), dict):
        return abs(table.number("reactive", example="60000") or 0)
    inner = table.table("reactive", "reactive = { forward = 52000, reverse = 3000 }")
    if inner is None:
        return 0
    inner.only(("forward", "reverse"))
    return sum(abs(inner.number(key) or 0) for key in ("forward", "reverse"))


# --- meters ---


def _meter(table: Table) -> Meter:
    table.only(_METER_KEYS)
    readings_e4 = {}
    for register in Register:
        if register in table and register is not Register.DEMAND:
            pair = table.pair(register)
            if pair is not None:
                readings_e4[str(register)] = pair
    if not any(register in table for register in (Register.TOTAL, *PERIODS)):
        table.missing("total", "total = [8500.00, 8650.20]")
    factor, written = _multiplier(table)
    return Meter(
        name=table.text("name"),
        readings_e4=readings_e4,
        multiplier=factor,
        written=written,
        digits=table.whole("digits", range(1, DIGITS_MAX + 1), DEFAULT_DIGITS),
        demand_e4=table.amount("demand", example="0.31"),
    )


def _multiplier(table: Table) -> tuple[int, str]:
    table.exclusive("multiplier", "ct")
    table.exclusive("multiplier", "pt")
    ratios = [ratio for key in ("ct", "pt", "constant") if (ratio := table.ratio(key))]
    if not ratios:
        return table.whole("multiplier", range(1, 10**7), 1), ""
    try:
        factor = multiplier(*(Ratio(*ratio) for ratio in ratios), *[UNITY] * (3 - len(ratios)))
    except OnebookError as refused:
        table.refused(refused)
        return 1, ""
    return factor, " × ".join(f"{above}/{below}" for above, below in ratios)


# --- interval values ---


def _intervals(
    table: Table, versions: tuple[Version, ...], start: date, sources: Sources
) -> Intervals | None:
    inner = table.table("intervals", _INTERVALS_EXAMPLE)
    if inner is None or not versions:
        return None
    inner.only(_INTERVAL_KEYS)
    calendars = _calendars(inner, versions, start, sources)
    minutes = inner.whole("minutes", range(15, 61), 15)
    if minutes not in INTERVAL_MINUTES:
        inner.unreadable("minutes", "minutes = 15, 30, 60")
        return None
    if "file" not in inner:
        inner.missing("file", 'file = "load.csv"')
        return None
    values = _values(inner, minutes, sources)
    if values is None or calendars is None:
        return None
    first_day, active_e4, reactive_e4 = values
    factor = inner.whole("multiplier", range(1, 10**7), 1)
    return Intervals(first_day, minutes, active_e4, reactive_e4, *calendars, factor)


def _calendars(
    table: Table, versions: tuple[Version, ...], start: date, sources: Sources
) -> tuple[Calendar, Calendar | None] | None:
    code = table.text("calendar")
    if not code and versions[0].code in sources.rate_calendars:
        return sources.rate_calendars[versions[0].code]
    try:
        known = sources.calendars()
    except OnebookError as refused:
        table.refused(refused)
        return None
    found = [one for one in known if one.code == code and one.covers(start)]
    if found:
        return found[0], None
    names = ", ".join(sorted({one.code for one in known}))
    table.fault(errors.NameUnknown, "calendar", key="calendar", name=code or "–", known=names)
    return None


def _values(
    table: Table, minutes: int, sources: Sources
) -> tuple[date, tuple[int, ...], tuple[int, ...]] | None:
    """The first day, kWh and kvarh (empty without any) of the file."""
    name = table.text("file")
    try:
        text = sources.read(name)
    except (OSError, UnicodeError):
        table.fault(errors.FileMissing, "file", file=name)
        return None
    rows = [(at, row) for at, row in enumerate(csv.reader(text.splitlines()), 1) if any(row)]
    if rows and _time(rows[0][1][0]) is None:
        rows = rows[1:]
    active_e4: list[int] = []
    reactive_e4: list[int] = []
    expected = None
    for at, row in rows:
        moment = _time(row[0])
        energies = [_energy(cell) for cell in row[1:3]]
        right = moment is not None and None not in energies and bool(energies)
        if (
            not right
            or (moment != expected and expected is not None)
            or (expected is None and moment is not None and (moment.hour or moment.minute))
        ):
            table.faults.append(
                errors.IntervalLineUnreadable(
                    file=name, row=at, text=",".join(row)[:60], minutes=minutes
                )
            )
            return None
        expected = moment + timedelta(minutes=minutes)  # type: ignore[operator]
        active_e4.append(energies[0])  # type: ignore[arg-type]
        reactive_e4 += [one for one in energies[1:] if one is not None]
    if not rows:
        table.fault(errors.FileMissing, "file", file=name)
        return None
    return _time(rows[0][1][0]).date(), tuple(active_e4), tuple(reactive_e4)  # type: ignore[union-attr]


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip().lstrip("\ufeff").replace("/", "-"))
    except ValueError:
        return None


def _energy(text: str) -> int | None:
    """10^-4 kWh; an empty cell is a missing value, below zero."""
    if not text.strip():
        return _MISSING
    value = scaled(text.strip(), 4)
    return None if value is None or value < 0 else value
