"""The tariffs of a scenario: written in it, in a file beside it, or packaged with onebook."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from onebook.billing import errors
from onebook.billing.parsers.table import Table
from onebook.kernel.errors import OnebookError
from onebook.metering.rules.calendar import Calendar, Plan, hourly_plans
from onebook.tariff.parsers import parse_catalogue, parse_urdb
from onebook.tariff.parsers.packaged import provinces, versions_in, versions_of
from onebook.tariff.parsers.urdb import UrdbRate
from onebook.tariff.rules import Version
from onebook.tariff.rules.schedule import Schedule

_EPOCH = date(1970, 1, 1)
_NEAREST = 4


@dataclass(slots=True)
class Tariffs:
    """Versions by code: those of the scenario, those known besides, then the packaged ones."""

    known: tuple[Version, ...] = ()

    own: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    rate_calendars: dict[str, tuple[Calendar, Calendar | None]] = field(default_factory=dict)

    def add(self, versions: Iterable[Version]) -> None:
        """Take versions of the scenario's own."""
        for version in versions:
            self.own[version.code] = (*self.own.get(version.code, ()), version)

    def add_rate(self, rate: UrdbRate) -> None:
        """Take a rate of the U.S. Utility Rate Database with its schedules."""
        self.add([rate.version])
        demand_periods = rate.version.demand_periods
        self.rate_calendars[rate.version.code] = (
            _calendar(rate.version.code, rate.energy, rate.version.periods),
            _calendar(rate.version.code, rate.demand, demand_periods) if demand_periods else None,
        )

    def of(self, table: Table, key: str = "tariff") -> tuple[Version, ...]:
        """The versions of the tariff that a table names; a fault and none where there is none."""
        code = table.text(key)
        if not code and len(self.own) == 1:
            return next(iter(self.own.values()))
        if not code:
            table.missing(key, f'{key} = "zj-residential-tou"')
            return ()
        known = tuple(one for one in self.known if one.code == code)
        found = self.own.get(code) or known or versions_of(code)
        if not found:
            near = ", ".join(_nearest(code, self.own))
            table.fault(errors.QuoteTariffUnknown, key, tariff=code, near=near)
        return found


def read_tariffs(
    table: Table, text: str, read: Callable[[str], str], known: Iterable[Version]
) -> Tariffs:
    """Read the tariffs that stand in the scenario and in the file that it names."""
    tariffs = Tariffs(known=tuple(known))
    if "version" in table:
        _take(table, tariffs, text)
    if "tariff_file" in table:
        name = table.text("tariff_file")
        try:
            content = read(name)
        except (OSError, UnicodeError):
            table.fault(errors.FileMissing, "tariff_file", file=name)
        else:
            _take(table, tariffs, content)
    return tariffs


def _take(table: Table, tariffs: Tariffs, text: str) -> None:
    try:
        if text.lstrip("\ufeff \t\r\n").startswith("{"):
            tariffs.add_rate(parse_urdb(text))
        else:
            tariffs.add(parse_catalogue(text))
    except OnebookError as refused:
        table.refused(refused)


def _calendar(code: str, schedule: Schedule, periods: tuple[str, ...]) -> Calendar:
    plans: tuple[Plan, ...] = hourly_plans(schedule.weekday, schedule.weekend, periods)
    return Calendar(code, periods, plans, _EPOCH)


def _nearest(code: str, own: Iterable[str]) -> list[str]:
    """Codes that look like the one that is not there, else of the same province, else any."""
    packaged = sorted({one.code for province in provinces() for one in versions_in(province)})
    known = [*own, *packaged]
    return get_close_matches(code, known, _NEAREST, 0.5) or known[:_NEAREST]
