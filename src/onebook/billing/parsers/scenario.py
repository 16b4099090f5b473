"""A scenario (TOML, docs/quote.md) becomes what a quote is calculated on, or all its faults.

`Reader` gives the text of another file that a scenario names; it raises OSError where it may not.
"""

import tomllib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from onebook.billing import errors
from onebook.billing.errors import ScenarioFault
from onebook.billing.parsers.correction import read_correction
from onebook.billing.parsers.losses import read_losses
from onebook.billing.parsers.measured import MEASURED_KEYS, Sources, is_measured, read_metered
from onebook.billing.parsers.table import Table, locate
from onebook.billing.parsers.tariffs import Tariffs, read_tariffs
from onebook.billing.rules.scenario import (
    Household,
    Part,
    Point,
    PowerFactorAsked,
    Scenario,
    Segment,
)
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import Month
from onebook.metering.parsers import packaged as metering_catalogues
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.capacity import Running
from onebook.tariff.rules import Version

Reader = Callable[[str], str]

_TOP = (
    "title", "month", "from", "to", "point", "power_factor", "billed", "year_amount_before",
    "correction", "tariff_file", "version", "calendar", "holiday",
)  # fmt: skip
_HOUSEHOLD = (
    "year_usage_before", "opened", "quota_months", "earlier_quota_months", "bill_months",
    "persons", "persons_from", "extra_kwh_month", "extra_since", "free_kwh",
)  # fmt: skip
_POINT = (
    "name", "tariff", *MEASURED_KEYS, *_HOUSEHOLD, "capacity", "together", "contract_demand",
    "transformer_kva", "loss", "part", "segment", "in_pf", "in_pf_fee",
)  # fmt: skip
_PART = (
    "name", "tariff", *MEASURED_KEYS, "ratio_percent", "fixed_kwh", "bears_loss",
    "year_usage_before", "in_pf_fee",
)  # fmt: skip
_POINT_EXAMPLE = '[[point]] tariff = "zj-residential-tiers", usage = 200'
_EPOCH = date(1970, 1, 1)
_YEAR = 12
_PERSONS, _EXTRA_E4 = 5, 100 * 10**4  # 一户多人口: from five persons on 100 kWh a month more


def parse_scenario(text: str, read: Reader, known: Sequence[Version] = ()) -> Scenario:
    """Read a scenario; ScenarioUnreadable names the line that is no TOML.

    ``known`` are versions that go before the packaged ones: those of a book.

    ScenarioInvalid has every fault (``faults`` among its parameters), each with its line, its
    place and what to write instead.
    """
    try:
        content = tomllib.loads(text.removeprefix("\ufeff"), parse_float=str)
    except tomllib.TOMLDecodeError as broken:
        raise errors.ScenarioUnreadable(detail=f"{broken}.") from broken
    faults: list[ScenarioFault] = []
    table = Table(content, "scenario", (), locate(text), faults)
    scenario = _scenario(table, text, read, known)
    refuse(faults)
    return scenario


def refuse(faults: list[ScenarioFault]) -> None:
    """Raise ScenarioInvalid where there is any fault."""
    if faults:
        said = " ".join(map(str, faults))
        raise errors.ScenarioInvalid(count=len(faults), problems=said, faults=tuple(faults))


def _scenario(table: Table, text: str, read: Reader, known: Sequence[Version]) -> Scenario:
    table.only(_TOP)
    tariffs = read_tariffs(table, text, read, known)
    month, start, end = _days(table)
    sources = Sources(read, partial(_calendars, table, text), tariffs.rate_calendars)
    tables = table.tables("point", _POINT_EXAMPLE)
    if not tables:
        table.missing("point", _POINT_EXAMPLE)
    points = tuple(_point(one, tariffs, (month, start, end), sources) for one in tables)
    return Scenario(
        title=table.text("title"),
        month=month,
        start=start,
        end=end,
        points=points,
        power_factor=_power_factor(table),
        billed_fen=_fen(table, "billed"),
        year_amount_before_fen=_fen(table, "year_amount_before"),
        correction=read_correction(table, points),
    )


def _calendars(table: Table, text: str) -> tuple[Calendar, ...]:
    packaged = metering_catalogues.calendars()
    if "calendar" not in table:
        return packaged
    return (*metering_catalogues.calendars_in(text), *packaged)


def _days(table: Table) -> tuple[Month, date, date]:
    month = table.month("month")
    if month is None:
        if "month" not in table:
            table.missing("month", 'month = "2026-10"')
        month = Month.of(_EPOCH)
    start, end = table.day("from") or month.first, table.day("to") or month.next().first
    for key, day in (("from", start), ("to", end)):
        if not month.first <= day <= month.next().first or start >= end:
            _outside(table, key, day, (month.first, month.next().first))
            start, end = month.first, month.next().first
    return month, start, end


def _outside(table: Table, key: str, day: date, days: tuple[date, date]) -> None:
    start, end = (one.isoformat() for one in days)
    table.fault(errors.DatesOutside, key, key=key, day=day.isoformat(), start=start, end=end)


def _fen(table: Table, key: str) -> int | None:
    if key not in table:
        return None
    if table.number(key, 2, example="1234.56") is None:
        return None
    return parse_yuan(str(table.content[key]).replace("_", ""))


def _power_factor(table: Table) -> PowerFactorAsked | None:
    inner = table.table("power_factor", "power_factor = { standard = 0.90 }")
    if inner is None:
        return None
    inner.only(("standard", "active", "reactive"))
    if "standard" not in inner:
        inner.missing("standard", "standard = 0.90")
    standard_bp = inner.amount("standard", example="0.90") or 0
    return PowerFactorAsked(standard_bp, inner.amount("active"), inner.amount("reactive"))


# --- points ---

_Days = tuple[Month, date, date]


def _point(table: Table, tariffs: Tariffs, days: _Days, sources: Sources) -> Point:
    table.only(_POINT)
    month, start, _ = days
    versions = tariffs.of(table)
    metered = read_metered(table, versions, start, sources)
    segments = _segments(table, tariffs, days, sources, versions)
    frozen = any(is_measured(one) for one in _inner(table, "segment"))
    if not is_measured(table) and not frozen:
        table.missing("usage", "usage = 200")
    if is_measured(table) and frozen:
        table.fault(errors.KeysExclude, "segment", first="usage", second="segment.usage")
    parts = [_part(one, tariffs, start, sources) for one in table.tables("part", "[[point.part]]")]
    if parts and frozen:
        table.fault(errors.KeysExclude, "part", first="segment.usage", second="part")
    running, together = _running(table)
    return Point(
        name=table.text("name"),
        versions=versions,
        metered=metered,
        losses=read_losses(table, start),
        parts=tuple(sorted(parts, key=lambda part: part.metered.given)),
        segments=segments,
        running=running,
        together=together,
        contract_demand_e4=table.amount("contract_demand", example="1000") or 0,
        transformer_e4=table.amount("transformer_kva", example="630") or 0,
        household=_household(table, month),
        in_pf=table.flag("in_pf", default=True),
        in_pf_fee=table.flag("in_pf_fee", default=True),
    )


def _part(table: Table, tariffs: Tariffs, start: date, sources: Sources) -> Part:
    table.only(_PART)
    table.exclusive("ratio_percent", "fixed_kwh", "usage", "meter", "intervals")
    versions = tariffs.of(table)
    metered = read_metered(table, versions, start, sources)
    ratio_bp = table.amount("ratio_percent", 2, example="12.5")
    fixed_e4 = table.amount("fixed_kwh", example="500")
    if ratio_bp is None and fixed_e4 is None and not is_measured(table):
        table.missing("ratio_percent", "ratio_percent = 12.5 / fixed_kwh = 500 / usage = 500")
    return Part(
        name=table.text("name"),
        versions=versions,
        ratio_bp=ratio_bp,
        fixed_e4=fixed_e4,
        metered=metered,
        bears_loss=table.flag("bears_loss", default=True),
        year_before_e4=table.number("year_usage_before", example="2700") or 0,
        in_pf_fee=table.flag("in_pf_fee", default=True),
    )


def _segments(
    table: Table,
    tariffs: Tariffs,
    days: _Days,
    sources: Sources,
    versions: tuple[Version, ...],
) -> tuple[Segment, ...]:
    _, start, end = days
    segments: list[Segment] = []
    for at, one in enumerate(table.tables("segment", "[[point.segment]]")):
        one.only(("from", "tariff", *MEASURED_KEYS))
        first = one.day("from") or (start if at == 0 else None)
        if first is None:
            if "from" not in one:
                one.missing("from", "from = 2026-09-11")
            first = start
        if not start <= first < end or (segments and first <= segments[-1].start):
            _outside(one, "from", first, (start + timedelta(bool(segments)), end))
        own = tariffs.of(one) if "tariff" in one else versions
        segments.append(Segment(first, own, read_metered(one, own, first, sources)))
    if segments and segments[0].start != start:
        segments.insert(0, Segment(start, versions))
    given = {is_measured(one) for one in _inner(table, "segment")}
    if len(given) > 1:
        table.missing("segment", "[[point.segment]] usage = … (in each, or in none)")
    return tuple(segments)


def _inner(table: Table, key: str) -> list[Table]:
    """The tables of a list, whose form was looked at before."""
    value = table.content.get(key)
    if not isinstance(value, list):
        return []
    return [Table(one, "", (), {}, []) for one in value if isinstance(one, dict)]


def _running(table: Table) -> tuple[dict[str, tuple[Running, ...]], tuple[tuple[str, ...], ...]]:
    """Running capacity by the transformer's name, and which can run at one time."""
    running: dict[str, tuple[Running, ...]] = {}
    for at, one in enumerate(table.tables("capacity", "[[point.capacity]] kva = 800"), 1):
        one.only(("name", "kva", "from", "to"))
        if "kva" not in one:
            one.missing("kva", "kva = 800")
        first, end = one.day("from") or _EPOCH, one.day("to")
        if end is not None and end < first:
            _outside(one, "to", end, (first, date.max))
        name = one.text("name") or str(at)
        capacity = Running(one.amount("kva", example="800") or 0, first, end)
        running[name] = (*running.get(name, ()), capacity)
    together = table.content.get("together", [])
    right = isinstance(together, list) and all(
        isinstance(group, list) and group and all(isinstance(name, str) for name in group)
        for group in together
    )
    if not right:
        table.unreadable("together", 'together = [["T1"], ["T2"]]')
        return running, ()
    for name in sorted({name for group in together for name in group} - running.keys()):
        known = ", ".join(running)
        table.fault(errors.NameUnknown, "together", key="together", name=name, known=known)
    return running, tuple(map(tuple, together))


def _household(table: Table, month: Month) -> Household:
    persons = table.whole("persons", range(1, 100), 1) if "persons" in table else None
    enough = persons is None or persons >= table.whole("persons_from", range(1, 100), _PERSONS)
    extra_e4 = table.amount("extra_kwh_month", example="100")
    if extra_e4 is None:
        extra_e4 = 0 if persons is None else _EXTRA_E4
    quota_months = _months_left(table, "opened", month)
    if "quota_months" in table:
        table.exclusive("opened", "quota_months")
        quota_months = table.whole("quota_months", range(1, _YEAR + 1), _YEAR)
    since = _months_left(table, "extra_since", month)
    return Household(
        year_before_e4=table.number("year_usage_before", example="2700") or 0,
        quota_months=quota_months,
        earlier_quota_months=table.whole("earlier_quota_months", range(quota_months + 1), 0),
        bill_months=table.whole("bill_months", range(1, _YEAR + 1), 1),
        persons=persons,
        extra_e4_month=extra_e4 if enough else 0,
        extra_months=since if since < quota_months else None,
        free_e4=table.amount("free_kwh", example="15") or 0,
    )


def _months_left(table: Table, key: str, month: Month) -> int:
    """The months of the bill's year from a month on, that month included."""
    since = table.month(key)
    if since is None or since.year < month.year:
        return _YEAR
    if since > month:
        days = (Month(month.year, 1).first, month.next().first)
        _outside(table, key, since.first, days)
    return _YEAR + 1 - since.month
