"""What a bill is calculated on: portions of usage, singly or in columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from onebook.tariff.rules.model import TOTAL, Version
from onebook.tariff.rules.quantities import BoolArray, IntArray

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a bill that one tariff version prices: a category, a sub-meter, a price segment.

    ``usage_e4``: 10^-4 kWh by period of the version, and their sum as "total". ``days`` of supply
    out of the ``proration_days`` that a month's fee is divided by; a full month has them equal.
    ``year_usage_before_e4`` is what the ladder of the year has counted before this portion.
    ``quota_months`` of the year count for yearly limits, the first ``earlier_quota_months`` of
    them by the limits before a change inside the year; ``bill_months`` count for monthly limits.
    ``extra_quota_e4_month``: what each month of quota adds to every limit (一户多人口), for
    ``extra_quota_months`` of the year where those are fewer than the quota months. ``month`` is
    the calendar month, for components that are charged in some months only. ``free_e4``: the
    month's free kWh (低保, 五保), below zero where usage is given back.

    ``demand_e4``: the highest kW of the month in 10^-4 kW, as "total" and by period.
    ``capacity_e4_days``: Σ running kVA x days charged. ``transformer_e4``: the contract's kVA.
    ``in_pf_fee``: whether the power-factor adjustment is charged on this portion too.
    ``label_zh`` is printed on the lines: 主表, 照明, 9月1日起.
    """

    version: Version
    usage_e4: Mapping[str, int]
    days: int = 0
    proration_days: int = 0
    month: int = 0
    year_usage_before_e4: int = 0
    quota_months: int = MONTHS_PER_YEAR
    earlier_quota_months: int = 0
    bill_months: int = 1
    extra_quota_e4_month: int = 0
    extra_quota_months: int | None = None
    free_e4: int = 0
    demand_e4: Mapping[str, int] = field(default_factory=dict)
    contract_demand_e4: int = 0
    capacity_e4_days: int = 0
    transformer_e4: int = 0
    in_pf_fee: bool = True
    label_zh: str = ""


@dataclass(frozen=True, slots=True)
class PortionColumns:
    """n portions of one version: each fact a column [n], or one value for all of them.

    ``bill`` is the place of each portion's bill, never falling; None where row i is bill i.
    The other facts are those of `Portion`.
    """

    version: Version
    usage_e4: Mapping[str, IntArray]
    bill: IntArray | None = None
    days: IntArray | int = 0
    proration_days: IntArray | int = 0
    month: IntArray | int = 0
    year_usage_before_e4: IntArray | int = 0
    quota_months: IntArray | int = MONTHS_PER_YEAR
    earlier_quota_months: IntArray | int = 0
    bill_months: IntArray | int = 1
    extra_quota_e4_month: IntArray | int = 0
    extra_quota_months: IntArray | int | None = None
    free_e4: IntArray | int = 0
    demand_e4: Mapping[str, IntArray] = field(default_factory=dict)
    contract_demand_e4: IntArray | int = 0
    capacity_e4_days: IntArray | int = 0
    transformer_e4: IntArray | int = 0
    in_pf_fee: BoolArray | bool = True

    def __len__(self) -> int:
        """The number of portions."""
        return len(self.usage_e4[TOTAL])

    def rows(self, chosen: slice) -> "PortionColumns":
        """The portions of some rows, as views."""
        return replace(self, **{name: _cut(getattr(self, name), chosen) for name in _COLUMNS})

    def row(self, at: int) -> Portion:
        """One portion as the scalar rule takes it."""
        facts = {name: _cell(getattr(self, name), at) for name in _COLUMNS if name != "bill"}
        return Portion(self.version, **facts)


@dataclass(frozen=True, slots=True)
class PowerFactor:
    """An account's settlement energies and standard: 9000 stands for 0.90.

    ``reactive_e4`` is |forward| + |reverse|, in 10^-4 kvarh; losses are in both energies.
    """

    active_e4: int
    reactive_e4: int
    standard_bp: int


@dataclass(frozen=True, slots=True)
class PowerFactorColumns:
    """The power factors of n bills; a standard of 0 stands for a bill that has none assessed."""

    active_e4: IntArray
    reactive_e4: IntArray
    standard_bp: IntArray

    def rows(self, chosen: slice) -> "PowerFactorColumns":
        """The power factors of some bills, as views."""
        return PowerFactorColumns(
            self.active_e4[chosen], self.reactive_e4[chosen], self.standard_bp[chosen]
        )

    def row(self, at: int) -> PowerFactor:
        """One bill's power factor as the scalar rule takes it."""
        return PowerFactor(
            int(self.active_e4[at]), int(self.reactive_e4[at]), int(self.standard_bp[at])
        )


def usage_name(measure: str) -> str:
    """How the usage of a period is called where it is asked for."""
    return f"usage_e4 ({measure})"


def demand_name(measure: str) -> str:
    """How the demand of a period is called where it is asked for."""
    return f"demand_e4 ({measure})"


_COLUMNS = tuple(one.name for one in fields(PortionColumns) if one.name != "version")


def _cut(fact: Any, chosen: slice) -> Any:
    if isinstance(fact, Mapping):
        return {name: column[chosen] for name, column in fact.items()}
    return fact if fact is None or isinstance(fact, int) or not fact.ndim else fact[chosen]


def _cell(fact: Any, at: int) -> Any:
    if isinstance(fact, Mapping):
        return {name: int(column[at]) for name, column in fact.items()}
    return fact if fact is None or isinstance(fact, int) else int(fact[at] if fact.ndim else fact)
