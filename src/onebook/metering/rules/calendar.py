"""Which tariff period a clock time belongs to: seasons, kinds of day, holidays, dated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from onebook.metering.errors import CalendarMissing, CalendarUnusable

DAY_MINUTES = 24 * 60
WEEKDAY, WEEKEND, HOLIDAY, WORKDAY = "weekday", "weekend", "holiday", "workday"
_SATURDAY = 5


class MonthDay(NamedTuple):
    """A day of any year."""

    month: int
    day: int


class Season(NamedTuple):
    """The days from one to another of a year, both included; it may run over New Year."""

    first: MonthDay
    last: MonthDay

    def holds(self, day: date) -> bool:
        """Whether the day lies in the season."""
        at = MonthDay(day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


ALL_YEAR = Season(MonthDay(1, 1), MonthDay(12, 31))


def months(*numbers: int) -> tuple[Season, ...]:
    """Give whole calendar months as seasons; February has 29 days at most."""
    return tuple(Season(MonthDay(number, 1), MonthDay(number, 31)) for number in numbers)


class Band(NamedTuple):
    """From one minute of the day up to another, half-open, and the period it belongs to."""

    start: int
    end: int
    period: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The bands of the days that lie in one of the seasons and are of one of the kinds.

    Kinds: "weekday", "weekend", "holiday", or the name of one holiday ("spring_festival").
    """

    bands: tuple[Band, ...]
    seasons: tuple[Season, ...] = (ALL_YEAR,)
    kinds: frozenset[str] = frozenset((WEEKDAY, WEEKEND, HOLIDAY))


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar in force on [valid_from, valid_to); of the plans the first that fits a day counts.

    ``holidays`` names single days: "workday" is a Saturday or Sunday worked instead (调休), any
    other name a holiday. CalendarUnusable when a plan has a gap, an overlap or an unknown period,
    or when no plan fits some day.
    """

    code: str
    periods: tuple[str, ...]
    plans: tuple[Plan, ...]
    valid_from: date
    valid_to: date | None = None
    holidays: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse plans that leave a minute without a period or give it two."""
        for number, plan in enumerate(self.plans, start=1):
            self._check_bands(number, plan)

    def covers(self, day: date) -> bool:
        """Whether the calendar is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def kinds_of(self, day: date) -> frozenset[str]:
        """Name the kinds that the day is of: one, or "holiday" with the holiday's name."""
        named = self.holidays.get(day)
        if named is not None and named != WORKDAY:
            return frozenset((HOLIDAY, named))
        free = day.weekday() >= _SATURDAY and named != WORKDAY
        return frozenset((WEEKEND if free else WEEKDAY,))

    def bands_on(self, day: date) -> tuple[Band, ...]:
        """Give the bands of the first plan that fits the day; CalendarUnusable when none does."""
        kinds = self.kinds_of(day)
        for plan in self.plans:
            if kinds & plan.kinds and any(season.holds(day) for season in plan.seasons):
                return plan.bands
        raise CalendarUnusable(calendar=self.code, problem=f"no plan fits {day.isoformat()}")

    def slots_on(self, day: date, minutes: int) -> tuple[int, ...]:
        """Give each interval's position in ``periods``; CalendarUnusable when bands cut one."""
        slots: list[int] = []
        for band in self.bands_on(day):
            if band.start % minutes or band.end % minutes:
                raise CalendarUnusable(
                    calendar=self.code,
                    problem=f"{clock(band.start)}-{clock(band.end)} cuts {minutes} min intervals",
                )
            slots += [self.periods.index(band.period)] * ((band.end - band.start) // minutes)
        return tuple(slots)

    def _check_bands(self, number: int, plan: Plan) -> None:
        edges = [0, *(band.start for band in plan.bands[1:]), DAY_MINUTES]
        joined = plan.bands and plan.bands[0].start == 0 and plan.bands[-1].end == DAY_MINUTES
        if not joined or any(a.end != b.start for a, b in pairwise(plan.bands)):
            self._refuse(number, "does not cover the day once from 00:00 to 24:00")
        if any(start >= end for start, end in pairwise(edges)):
            self._refuse(number, "has a band that ends before it starts")
        for band in plan.bands:
            if band.period not in self.periods:
                self._refuse(number, f"names the period {band.period}, which is not one of its own")

    def _refuse(self, number: int, problem: str) -> None:
        raise CalendarUnusable(calendar=self.code, problem=f"plan {number} {problem}")


def calendar_on(calendars: Iterable[Calendar], code: str, day: date) -> Calendar:
    """Give the calendar of the code that is in force on the day, else CalendarMissing."""
    for calendar in calendars:
        if calendar.code == code and calendar.covers(day):
            return calendar
    raise CalendarMissing(calendar=code, day=day.isoformat())


def bands(*ranges: tuple[str, str, str]) -> tuple[Band, ...]:
    """Write bands as ("08:00", "22:00", "peak"), in any order; past midnight is cut in two."""
    cut: list[Band] = []
    for start_text, end_text, period in ranges:
        start, end = minute_of(start_text), minute_of(end_text) or DAY_MINUTES
        if start < end:
            cut.append(Band(start, end, period))
        else:
            cut += [Band(start, DAY_MINUTES, period), Band(0, end, period)]
    return tuple(sorted(cut))


def hourly_plans(
    weekday: tuple[tuple[int, ...], ...],
    weekend: tuple[tuple[int, ...], ...],
    periods: Sequence[str],
) -> tuple[Plan, ...]:
    """Make plans of schedules [12 months][24 hours] of period positions, as rate databases do."""
    return tuple(
        Plan(
            tuple(Band(hour * 60, hour * 60 + 60, periods[at]) for hour, at in enumerate(hours)),
            months(month),
            kinds,
        )
        for schedule, kinds in (
            (weekday, frozenset((WEEKDAY,))),
            (weekend, frozenset((WEEKEND, HOLIDAY))),
        )
        for month, hours in enumerate(schedule, start=1)
    )


def minute_of(text: str) -> int:
    """Read a clock time such as 08:30 as the minute of the day."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def clock(minute: int) -> str:
    """Write the minute of the day as 08:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
