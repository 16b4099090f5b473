"""One model for every tariff: a dated version is a list of priced components."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from onebook.kernel.rounding import Rounding
from onebook.tariff.errors import TariffMissing

# 10^11 kWh is more than any province uses in a month; 100 yuan is more than any kWh has cost.
# Inside these bounds the two limbs of the kernel cannot overflow.
USAGE_LIMIT_E4 = 10**15
PRICE_LIMIT_E10 = 100 * 10**10

FUND_PREFIX = "fund:"


class Kind(StrEnum):
    """Whether a component is charged on every kWh or on the kWh between two limits."""

    FLAT = "flat"
    TIER = "tier"


class TierBasis(StrEnum):
    """Whether limits count the usage of the year so far or of this bill alone."""

    YEAR = "year"
    MONTH = "month"


class FundRounding(StrEnum):
    """How the government funds of one bill are rounded.

    EACH: every fund by itself. LAST_ABSORBS: the funds together are usage x the sum of their
    unrounded rates, rounded once; the last fund takes what the others leave of it.
    """

    EACH = "each"
    LAST_ABSORBS = "last_absorbs"


@dataclass(frozen=True, slots=True)
class Component:
    """A price in 10^-10 yuan per kWh, VAT included unless said otherwise, and what it is for.

    ``account`` is the revenue class that the posting rules ask for: "energy", "surcharge", …,
    or "fund:renewable" for a government fund. A tier covers (lower_kwh, upper_kwh], given for
    twelve months on the basis of a year and for one bill on the basis of a month.
    """

    code: str
    name_zh: str
    name_en: str
    kind: Kind
    account: str
    price_e10: int
    source: str
    lower_kwh: int = 0
    upper_kwh: int | None = None
    tier_basis: TierBasis = TierBasis.YEAR
    vat_included: bool = True

    @property
    def is_fund(self) -> bool:
        """Whether the money is collected for a government fund (代征基金)."""
        return self.account.startswith(FUND_PREFIX)


@dataclass(frozen=True, slots=True)
class Version:
    """A tariff in force on [valid_from, valid_to): its components in the order of the bill.

    Every line is rounded to the fen by ``rounding`` and the total is the sum of the lines, as
    printed. ``quota_per_month``: yearly limits shrink to a twelfth for each month of use (the
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

    @property
    def label(self) -> str:
        """The code and the first day, which name one version among those of its code."""
        return f"{self.code} ({self.valid_from.isoformat()})"

    def covers(self, day: date) -> bool:
        """Whether the version is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def fund_positions(self) -> tuple[int, ...]:
        """The positions of the government funds among the components."""
        return tuple(at for at, component in enumerate(self.components) if component.is_fund)

    @property
    def taxed_positions(self) -> tuple[int, ...]:
        """The positions of the components whose price includes VAT."""
        return tuple(at for at, one in enumerate(self.components) if one.vat_included)

    @property
    def net_absorber(self) -> int | None:
        """The taxed component whose net amount takes the rounding difference of the bill.

        It is the first one that is not a fund, so that funds are booked at their own net.
        """
        taxed = self.taxed_positions
        revenue = [at for at in taxed if not self.components[at].is_fund]
        return revenue[0] if revenue else (taxed[-1] if taxed else None)


def version_on(versions: Iterable[Version], code: str, day: date) -> Version:
    """Give the version of the tariff that is in force on the day, else TariffMissing."""
    for version in versions:
        if version.code == code and version.covers(day):
            return version
    raise TariffMissing(tariff=code, day=day.isoformat())
