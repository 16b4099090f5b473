"""What a quote is calculated on: metering points with their readings, tariffs and facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from onebook.kernel.periods import Month
from onebook.kernel.rounding import Rounding
from onebook.metering.rules import UsagePolicy
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.capacity import Running
from onebook.metering.rules.losses import FULL_MONTH, Line, Plate, RegionalLoss
from onebook.tariff.rules import Version

DEFAULT_DIGITS = 6
DEFAULT_MAX_USAGE_E4 = 10**8 * 10**4


@dataclass(frozen=True, slots=True)
class Meter:
    """One meter's readings in 10^-4 of its registers' units: (previous, current) by register.

    ``written`` says where the multiplier comes from; ``demand_e4`` is what its register shows.
    """

    name: str
    readings_e4: Mapping[str, tuple[int, int]]
    multiplier: int = 1
    written: str = ""
    digits: int = DEFAULT_DIGITS
    demand_e4: int | None = None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Values of one length from 00:00 of a day, in 10^-4 kWh (below zero: missing).

    ``energy`` cuts them into periods, ``demand`` where demand has periods of its own.
    """

    first_day: date
    minutes: int
    active_e4: tuple[int, ...]
    reactive_e4: tuple[int, ...]
    energy: Calendar
    demand: Calendar | None = None
    multiplier: int = 1


@dataclass(frozen=True, slots=True)
class Metered:
    """What was measured: usage as given, or meters (several: a meter change), or intervals.

    ``usage_e4``: 10^-4 kWh by period and "total", of which one may be left out.
    """

    usage_e4: Mapping[str, int] | None = None
    reactive_e4: int = 0
    demand_e4: Mapping[str, int] = field(default_factory=dict)
    meters: tuple[Meter, ...] = ()
    intervals: Intervals | None = None
    policy: UsagePolicy = UsagePolicy.HALF_UP
    max_usage_e4: int = DEFAULT_MAX_USAGE_E4

    @property
    def given(self) -> bool:
        """Whether anything was measured."""
        return self.usage_e4 is not None or bool(self.meters) or self.intervals is not None


@dataclass(frozen=True, slots=True)
class LossFacts:
    """The losses that the meter does not see; ``sign`` is `losses.loss_sign`."""

    sign: int = 1
    transformer: Plate | RegionalLoss | None = None
    shifts: int = 3
    days: int = FULL_MONTH
    line_share_bp: int = 0
    line: Line | None = None
    on_demand: bool = False
    rounding: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Part:
    """What is split off a point and priced by itself: 定比, 定量 or a sub-meter."""

    name: str
    versions: tuple[Version, ...]
    ratio_bp: int | None = None
    fixed_e4: int | None = None
    metered: Metered = field(default_factory=Metered)
    bears_loss: bool = True
    year_before_e4: int = 0
    in_pf_fee: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """The days from ``start`` to the next segment; usage where the register was frozen."""

    start: date
    versions: tuple[Version, ...]
    metered: Metered = field(default_factory=Metered)


@dataclass(frozen=True, slots=True)
class Household:
    """What a residential ladder asks for besides the usage; see `tariff.rules.Portion`.

    ``persons`` of which ``extra_e4_month`` is the consequence, printed on the quote.
    """

    year_before_e4: int = 0
    quota_months: int = 12
    earlier_quota_months: int = 0
    bill_months: int = 1
    persons: int | None = None
    extra_e4_month: int = 0
    extra_months: int | None = None
    free_e4: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A metering point: what it measures, its tariff, and the facts that its fees ask for.

    ``correction_e4``: kWh (and kvarh, "reactive") that a correction adds, by period or "total".
    """

    name: str
    versions: tuple[Version, ...]
    metered: Metered
    losses: LossFacts | None = None
    parts: tuple[Part, ...] = ()
    segments: tuple[Segment, ...] = ()
    running: Mapping[str, tuple[Running, ...]] = field(default_factory=dict)
    together: tuple[tuple[str, ...], ...] = ()
    contract_demand_e4: int = 0
    transformer_e4: int = 0
    household: Household = field(default_factory=Household)
    in_pf: bool = True
    in_pf_fee: bool = True
    correction_e4: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PowerFactorAsked:
    """The standard in basis points, and P and Q where they are not those of the points."""

    standard_bp: int
    active_e4: int | None = None
    reactive_e4: int | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """退补: what a faulty measurement missed at a point, and how that was worked out.

    ``period`` takes it all where it is named; otherwise it is shared as the usage was.
    """

    point: str
    usage_e4: int
    written: str
    reactive_e4: int = 0
    period: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One bill to be calculated for the days [start, end) of a month.

    ``billed_fen``: what interim bills of the month charged already.
    """

    title: str
    month: Month
    start: date
    end: date
    points: tuple[Point, ...]
    power_factor: PowerFactorAsked | None = None
    billed_fen: int | None = None
    year_amount_before_fen: int | None = None
    correction: Correction | None = None

    @property
    def days(self) -> int:
        """The days of supply."""
        return (self.end - self.start).days


def edges(start: date, end: date, versions: Sequence[Version]) -> list[date]:
    """The days inside (start, end) on which one of the versions begins, in order."""
    return sorted({one.valid_from for one in versions if start < one.valid_from < end})
