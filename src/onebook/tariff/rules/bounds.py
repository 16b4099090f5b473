"""The facts that a version asks for, and the bounds inside which every step is exact."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from onebook.kernel.energy import format_kwh
from onebook.tariff import errors
from onebook.tariff.rules import conditions
from onebook.tariff.rules.facts import MONTHS_PER_YEAR, Portion, PortionColumns, usage_name
from onebook.tariff.rules.kinds import KINDS
from onebook.tariff.rules.model import POWER_LIMIT_E4, TOTAL, USAGE_LIMIT_E4, Version
from onebook.tariff.rules.quantities import BoolArray

_LONGEST_DAYS = 366
_ENERGY = (-USAGE_LIMIT_E4, USAGE_LIMIT_E4)
_POWER = (0, POWER_LIMIT_E4)

_BOUNDS: dict[str, tuple[int, int]] = {
    "usage_e4": _ENERGY,
    "year_usage_before_e4": _ENERGY,
    "quota_months": (1, MONTHS_PER_YEAR),
    "earlier_quota_months": (0, MONTHS_PER_YEAR),
    "days": (0, _LONGEST_DAYS),
    "proration_days": (0, _LONGEST_DAYS),
    "month": (0, MONTHS_PER_YEAR),
    "bill_months": (1, MONTHS_PER_YEAR),
    "extra_quota_e4_month": _POWER,
    "extra_quota_months": (0, MONTHS_PER_YEAR),
    "free_e4": _ENERGY,
    "demand_e4": _POWER,
    "contract_demand_e4": _POWER,
    "capacity_e4_days": (0, _LONGEST_DAYS * POWER_LIMIT_E4),
    "transformer_e4": _POWER,
}
# Zero is no value of these: it says that they were not given.
_NEVER_ZERO = frozenset({"month", "proration_days", "contract_demand_e4", "transformer_e4"})


def needs(version: Version) -> frozenset[str]:
    """The facts of a portion that the version asks for, such as ``demand_e4 (total)``.

    ``power_factor`` is asked of the account and is charged only where it is given.
    """
    found = {usage_name(TOTAL), *map(usage_name, version.periods)}
    for component in version.components:
        found |= KINDS[component.kind].needs(component) | conditions.needs(component)
    return frozenset(found)


def require_no_more(version: Version) -> None:
    """Refuse a version that one meter's usage and its ladder do not suffice for (FactMissing)."""
    for fact in sorted(needs(version) - _PLAIN):
        raise errors.FactMissing(tariff=version.label, fact=fact, row=0)


_PLAIN = frozenset({usage_name(TOTAL), "year_usage_before_e4", "quota_months"})


def is_plain(version: Version) -> bool:
    """Whether one meter's usage and its ladder suffice; see `require_no_more`."""
    return needs(version) <= _PLAIN


def check(portion: Portion, row: int = 0) -> None:
    """Refuse a portion that lacks a fact, is beyond the bounds, or whose periods miss their total.

    UsageOutOfRange, QuotaMonthsOutOfRange, FactOutOfRange, FactMissing, PeriodsDiffer name the row.
    """
    for name, value, low, high in _facts(portion):
        if not low <= value <= high:
            raise _out_of_range(name, value, (low, high), row)
    if portion.earlier_quota_months > portion.quota_months:
        bounds = (0, portion.quota_months)
        raise _out_of_range("earlier_quota_months", portion.earlier_quota_months, bounds, row)
    needed = needs(portion.version)
    absent = [fact for fact in sorted(needed & _NEVER_ZERO) if not getattr(portion, fact)]
    for fact in [*_unmeasured(portion, needed), *absent]:
        raise errors.FactMissing(tariff=portion.version.label, fact=fact, row=row)
    total_e4, parts_e4 = portion.usage_e4[TOTAL], _periods(portion)
    if parts_e4 and sum(parts_e4) != total_e4:
        raise errors.PeriodsDiffer(
            total_kwh=format_kwh(total_e4), periods_kwh=format_kwh(sum(parts_e4)), row=row
        )


def check_columns(portions: PortionColumns) -> None:
    """Find the first row that `check` refuses by the arrays, then let `check` name it.

    ColumnLengthsDiffer refuses a column that does not fit.
    """
    wrong = _wrong(portions)
    if wrong.any():
        row = int(wrong.argmax())
        check(portions.row(row), row)


def faults(portions: PortionColumns) -> dict[int, errors.TariffError]:
    """Every row that `check` refuses with what is wrong, so that the others can be calculated."""
    found: dict[int, errors.TariffError] = {}
    for row in np.flatnonzero(_wrong(portions)).tolist():
        try:
            check(portions.row(row), row)
        except errors.TariffError as refused:
            found[row] = refused
    return found


def _wrong(portions: PortionColumns) -> BoolArray:
    """The rows that `check` refuses."""
    count = len(portions)
    wrong = np.zeros(count, dtype=np.bool_)
    for name, values, low, high in _facts(portions):
        column = np.asarray(values)
        if column.ndim and len(column) != count:
            raise errors.ColumnLengthsDiffer(column=name, found=len(column), expected=count)
        if column.size and (column.min() < low or column.max() > high):
            wrong |= (column < low) | (column > high)
    earlier = np.asarray(portions.earlier_quota_months)
    if earlier.any():
        wrong |= earlier > portions.quota_months
    needed = needs(portions.version)
    if _unmeasured(portions, needed):
        wrong[:] = True
        return wrong
    for fact in needed & _NEVER_ZERO:
        wrong |= np.asarray(getattr(portions, fact)) == 0
    parts_e4 = _periods(portions)
    if parts_e4:
        wrong |= sum(parts_e4[1:], parts_e4[0]) != portions.usage_e4[TOTAL]
    return wrong


def _unmeasured(portion: Portion | PortionColumns, needed: frozenset[str]) -> list[str]:
    """The energies and demands that are needed and were not given."""
    given = {
        f"{name} ({measure})"
        for name in ("usage_e4", "demand_e4")
        for measure in getattr(portion, name)
    }
    return sorted(fact for fact in needed - given if fact.endswith(")"))


def _facts(portion: Portion | PortionColumns) -> Iterator[tuple[str, Any, int, int]]:
    """Give each fact that was given: its name, its value or column, its least and its largest."""
    for name, (low, high) in _BOUNDS.items():
        fact = getattr(portion, name)
        if isinstance(fact, Mapping):
            for measure, value in fact.items():
                yield f"{name} ({measure})", value, low, high
        elif fact is not None:
            yield name, fact, low, high


def _periods(portion: Portion | PortionColumns) -> list[Any]:
    return [portion.usage_e4[period] for period in portion.version.periods]


def _out_of_range(name: str, value: int, bounds: tuple[int, int], row: int) -> errors.TariffError:
    if name == "quota_months":
        return errors.QuotaMonthsOutOfRange(months=value, row=row)
    if bounds == _ENERGY:
        limit_kwh = format_kwh(USAGE_LIMIT_E4)
        return errors.UsageOutOfRange(usage_kwh=format_kwh(value), limit_kwh=limit_kwh, row=row)
    return errors.FactOutOfRange(fact=name, value=value, low=bounds[0], high=bounds[1], row=row)
