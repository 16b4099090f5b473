"""One model for every tariff: a dated version is a list of priced components."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onebook.kernel.rounding import Rounding
from onebook.tariff.errors import TariffMissing

# 10^11 kWh is more than any province uses in a month, 10^8 kW more than any customer draws.
USAGE_LIMIT_E4 = 10**15
POWER_LIMIT_E4 = 10**12

TOTAL = "total"
FUND_PREFIX = "fund:"
RELIEF_ACCOUNT = "relief"
REVENUE = "revenue"
# Classes of revenue that the posting rules may send to accounts of their own.
POSTED_APART = frozenset({"capacity", "demand", "power_factor"})


class Kind(StrEnum):
    """What a component is charged on; each kind has its file under `rules/kinds`."""

    FLAT = "flat"
    TIER = "tier"
    CAPACITY = "capacity"
    DEMAND = "demand"
    FIXED = "fixed"
    RELIEF = "relief"
    POWER_FACTOR = "power_factor"
    MINIMUM = "minimum"


class Unit(StrEnum):
    """The unit of a line's quantity."""

    KWH = "kWh"
    KVA = "kVA"
    KW = "kW"
    MONTH = "month"
    DAY = "day"
    YUAN = "yuan"


UNIT_WORDS: dict[Unit, tuple[str, str]] = {
    Unit.KWH: ("千瓦时", "kWh"),
    Unit.KVA: ("千伏安", "kVA"),
    Unit.KW: ("千瓦", "kW"),
    Unit.MONTH: ("月", "months"),
    Unit.DAY: ("天", "days"),
    Unit.YUAN: ("元", "yuan"),
}

# Beyond these a price was written in fen, or for another unit.
PRICE_LIMITS_E10 = {
    Unit.KWH: 100 * 10**10,
    Unit.KVA: 10_000 * 10**10,
    Unit.KW: 10_000 * 10**10,
    Unit.MONTH: 1_000_000 * 10**10,
    Unit.DAY: 1_000_000 * 10**10,
    Unit.YUAN: 1_000_000 * 10**10,
}


class TierBasis(StrEnum):
    """Whether limits count the usage of the year so far or of this bill alone."""

    YEAR = "year"
    MONTH = "month"


class TierPolicy(StrEnum):
    """How tiers and periods meet.

    SURCHARGE: the ladder counts the total and knows no period (基础电费 + 加价). SHARE: the tiers
    are cut on the total, and a period pays its ladder on its share: kWh of the tier x kWh of the
    period / total kWh. OWN: a period's ladder counts that period's kWh.
    """

    SURCHARGE = "surcharge"
    SHARE = "share"
    OWN = "own"


class DemandPolicy(StrEnum):
    """Which kW are charged: those measured (实际需量), or those of the contract (合同需量).

    Up to 105 % of the contract the contract is charged; above, what lies over 105 % counts twice.
    """

    MEASURED = "measured"
    CONTRACT = "contract"


class FixedBasis(StrEnum):
    """What a fixed charge is counted by.

    MONTH: a month, by its days where supply began or ended inside it. DAY: each day of supply.
    AVERAGE_MONTH: a price a day, of which every month has 365 / 12.
    """

    MONTH = "month"
    DAY = "day"
    AVERAGE_MONTH = "average_month"


class ReliefPolicy(StrEnum):
    """How free kWh (低保, 五保) are given.

    BLOCK: they are taken off before any price, as a first block at no price. CASH: they are
    charged like all others, and given back at the component's price (先征后返).
    """

    BLOCK = "block"
    CASH = "cash"


class MinimumBasis(StrEnum):
    """Whether a floor stands for each month's bill, or for the bills of a year together."""

    MONTH = "month"
    YEAR = "year"


class FundRounding(StrEnum):
    """How the government funds of one bill are rounded.

    EACH: every fund by itself. LAST_ABSORBS: the funds together are usage x the sum of their
    unrounded rates, rounded once; the last fund takes what the others leave of it.
    """

    EACH = "each"
    LAST_ABSORBS = "last_absorbs"


class RoundingStep(StrEnum):
    """Whether each line is rounded and the total adds the lines, or the sum is rounded once.

    On the SUM the first line of revenue takes the difference, so that the lines still add up.
    """

    LINE = "line"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class LoadDiscount:
    """A price is x price_bp / 10,000 where kWh / kVA of transformers reach kwh_per_kva.

    For demand charges since 2023-06: 260 kWh and 9,000 (发改价格〔2023〕526号). The kWh are those
    of all metering points of the bill, the kVA those of the contract.
    """

    kwh_per_kva: int
    price_bp: int


@dataclass(frozen=True, slots=True)
class Component:
    """A price in 10^-10 yuan per unit, VAT included unless said otherwise, and what it is for.

    ``account`` is the revenue class that the posting rules ask for: "energy", "surcharge", …,
    or "fund:renewable" for a government fund. ``period`` is one of the version's, blank for all
    hours. ``months`` are the calendar months in which it is charged, all when empty.

    A tier covers (lower_e4, upper_e4] in 10^-4 kWh, given for twelve months on the basis of a
    year and for one month on the basis of a month; with ``per_kw`` for each kW of the month's
    demand, with ``per_day`` for each day of supply. ``earlier_limits_e4`` are the yearly limits
    that held before the version, for the months of its first year that count by them. A tier of
    demand covers 10^-4 kW.

    ``in_pf_base``: the power-factor adjustment is charged on it too; ``pf_per_line``: it is
    rounded line by line and not once on the sum. A minimum tops up the sum of ``of_accounts``,
    the whole bill when empty.
    """

    code: str
    name_zh: str
    name_en: str
    kind: Kind
    account: str
    price_e10: int
    source: str
    lower_e4: int = 0
    upper_e4: int | None = None
    tier_basis: TierBasis = TierBasis.YEAR
    vat_included: bool = True
    period: str = ""
    months: tuple[int, ...] = ()
    in_pf_base: bool = False
    tier_policy: TierPolicy = TierPolicy.SURCHARGE
    per_kw: bool = False
    per_day: bool = False
    earlier_limits_e4: tuple[int, int | None] | None = None
    demand_policy: DemandPolicy = DemandPolicy.MEASURED
    load_discount: LoadDiscount | None = None
    fixed_basis: FixedBasis = FixedBasis.MONTH
    relief_policy: ReliefPolicy = ReliefPolicy.CASH
    minimum_basis: MinimumBasis = MinimumBasis.MONTH
    of_accounts: tuple[str, ...] = ()
    pf_per_line: bool = False

    @property
    def is_fund(self) -> bool:
        """Whether the money is collected for a government fund (代征基金)."""
        return self.account.startswith(FUND_PREFIX)

    @property
    def is_revenue(self) -> bool:
        """Whether the money is the supplier's own: neither a fund nor a relief."""
        return not self.is_fund and self.account != RELIEF_ACCOUNT

    @property
    def posting_component(self) -> str:
        """What the posting rules call it: its fund, relief or own class, else plain revenue."""
        if self.is_revenue and self.account not in POSTED_APART:
            return REVENUE
        return self.account

    @property
    def measure(self) -> str:
        """The key of the facts it is charged on: its period, or "total"."""
        return self.period or TOTAL


@dataclass(frozen=True, slots=True)
class Version:
    """A tariff in force on [valid_from, valid_to): its components in the order of the bill.

    ``periods``: the codes of the hours that its prices tell apart, such as sharp, peak, flat,
    valley. ``demand_periods``: those that demand alone tells apart, where they are others.
    ``quota_per_month``: yearly limits shrink to a twelfth for each month of use (the
    opening month counts whole); otherwise they stand whole from the first day.
    """

    code: str
    name_zh: str
    name_en: str
    category: str
    valid_from: date
    valid_to: date | None
    components: tuple[Component, ...]
    vat_rate_bp: int
    rounding: Rounding = Rounding.HALF_UP
    fund_rounding: FundRounding = FundRounding.LAST_ABSORBS
    quota_per_month: bool = True
    periods: tuple[str, ...] = ()
    rounding_step: RoundingStep = RoundingStep.LINE
    demand_periods: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The code and the first day, which name one version among those of its code."""
        return f"{self.code} ({self.valid_from.isoformat()})"

    def covers(self, day: date) -> bool:
        """Whether the version is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def periods_of(self, kind: Kind) -> tuple[str, ...]:
        """The periods that a component of the kind may be charged in."""
        return (self.demand_periods or self.periods) if kind is Kind.DEMAND else self.periods

    @property
    def fund_positions(self) -> tuple[int, ...]:
        """The positions of the government funds among the components."""
        return tuple(at for at, component in enumerate(self.components) if component.is_fund)

    @property
    def taxed_positions(self) -> tuple[int, ...]:
        """The positions of the components whose price includes VAT."""
        return tuple(at for at, one in enumerate(self.components) if one.vat_included)


def version_on(versions: Iterable[Version], code: str, day: date) -> Version:
    """Give the version of the tariff that is in force on the day, else TariffMissing."""
    for version in versions:
        if version.code == code and version.covers(day):
            return version
    raise TariffMissing(tariff=code, day=day.isoformat())
