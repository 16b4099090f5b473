"""What a bill is calculated on: portions of usage, singly or in columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from onebook.tariff import errors
from onebook.tariff.rules.model import TOTAL, Component, Version
from onebook.tariff.rules.quantities import IntArray

MONTHS_PER_YEAR = 12

_Fact = TypeVar("_Fact", int, IntArray)


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a bill that one tariff version prices: a category, a sub-meter, a price segment.

    ``usage_e4``: 10^-4 kWh by period of the version, and their sum as "total". ``days`` of supply
    out of the ``proration_days`` that a month's fee is divided by; a full month has them equal.
    ``year_usage_before_e4`` is what the ladder of the year has counted before this portion.
    ``quota_months`` of the year count for yearly limits, ``bill_months`` for monthly ones.
    ``extra_quota_e4_month``: what each month of quota adds to every limit (一户多人口), for
    ``extra_quota_months`` of the year where those are fewer than the quota months. ``month`` is
    the calendar month, for components that are charged in some months only. ``demand_e4``: the
    highest kW of the month in 10^-4 kW, as "total" and by period.
    ``label_zh`` is printed on the lines: 主表, 照明, 9月1日起.
    """

    version: Version
    usage_e4: Mapping[str, int]
    days: int = 30
    proration_days: int = 30
    month: int = 0
    year_usage_before_e4: int = 0
    quota_months: int = MONTHS_PER_YEAR
    bill_months: int = 1
    extra_quota_e4_month: int = 0
    extra_quota_months: int | None = None
    demand_e4: Mapping[str, int] = field(default_factory=dict)
    label_zh: str = ""

    def peak_e4(self) -> int:
        """The month's highest demand; FactMissing where it was not given."""
        return _measured(self.version, TOTAL, self.demand_e4, "demand_e4")

    def energy_e4(self, component: Component) -> int:
        """The energy that the component counts; FactMissing where it was not given."""
        return _measured(self.version, component.measure, self.usage_e4, "usage_e4")


@dataclass(frozen=True, slots=True)
class PortionColumns:
    """n portions of one version: each fact a column [n], or one value for all of them.

    ``bill`` is the place of each portion's bill, never falling; None where row i is bill i.
    The other facts are those of `Portion`.
    """

    version: Version
    usage_e4: Mapping[str, IntArray]
    bill: IntArray | None = None
    days: IntArray | int = 30
    proration_days: IntArray | int = 30
    month: IntArray | int = 0
    year_usage_before_e4: IntArray | int = 0
    quota_months: IntArray | int = MONTHS_PER_YEAR
    bill_months: IntArray | int = 1
    extra_quota_e4_month: IntArray | int = 0
    extra_quota_months: IntArray | int | None = None
    demand_e4: Mapping[str, IntArray] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of portions."""
        return len(self.usage_e4[TOTAL])

    def peak_e4(self) -> IntArray:
        """The month's highest demands; FactMissing where they were not given."""
        return _measured(self.version, TOTAL, self.demand_e4, "demand_e4")

    def energy_e4(self, component: Component) -> IntArray:
        """The energy that the component counts; FactMissing where it was not given."""
        return _measured(self.version, component.measure, self.usage_e4, "usage_e4")

    def rows(self, chosen: slice) -> "PortionColumns":
        """The portions of some rows, as views."""
        return replace(self, **{name: _cut(getattr(self, name), chosen) for name in _COLUMNS})

    def row(self, at: int) -> Portion:
        """One portion as the scalar rule takes it."""
        facts = {name: _cell(getattr(self, name), at) for name in _COLUMNS if name != "bill"}
        return Portion(self.version, **facts)


_COLUMNS = tuple(one.name for one in fields(PortionColumns) if one.name != "version")


def _measured(version: Version, measure: str, facts: Mapping[str, _Fact], what: str) -> _Fact:
    try:
        return facts[measure]
    except KeyError:
        raise errors.FactMissing(tariff=version.label, fact=f"{what} ({measure})") from None


def _cut(fact: Any, chosen: slice) -> Any:
    if isinstance(fact, Mapping):
        return {name: column[chosen] for name, column in fact.items()}
    return fact if fact is None or isinstance(fact, int) or not fact.ndim else fact[chosen]


def _cell(fact: Any, at: int) -> Any:
    if isinstance(fact, Mapping):
        return {name: int(column[at]) for name, column in fact.items()}
    return fact if fact is None or isinstance(fact, int) else int(fact[at] if fact.ndim else fact)
