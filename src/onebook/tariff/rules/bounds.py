"""The bounds inside which every step is exact, checked for one portion or for columns of them."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from onebook.kernel.energy import format_kwh
from onebook.tariff import errors
from onebook.tariff.rules.facts import MONTHS_PER_YEAR, Portion, PortionColumns
from onebook.tariff.rules.model import POWER_LIMIT_E4, TOTAL, USAGE_LIMIT_E4

_LONGEST_DAYS = 366
_ENERGY = (-USAGE_LIMIT_E4, USAGE_LIMIT_E4)
_POWER = (0, POWER_LIMIT_E4)

_BOUNDS: dict[str, tuple[int, int]] = {
    "usage_e4": _ENERGY,
    "year_usage_before_e4": _ENERGY,
    "quota_months": (1, MONTHS_PER_YEAR),
    "earlier_quota_months": (0, MONTHS_PER_YEAR),
    "days": (0, _LONGEST_DAYS),
    "proration_days": (1, _LONGEST_DAYS),
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


def check(portion: Portion, row: int = 0) -> None:
    """Refuse a portion whose facts are beyond the bounds or whose periods miss their total.

    UsageOutOfRange, QuotaMonthsOutOfRange, FactOutOfRange, PeriodsDiffer name the row; FactMissing
    names the period that was not given.
    """
    for name, value, low, high in _facts(portion):
        if not low <= value <= high:
            raise _out_of_range(name, value, (low, high), row)
    if portion.earlier_quota_months > portion.quota_months:
        bounds = (0, portion.quota_months)
        raise _out_of_range("earlier_quota_months", portion.earlier_quota_months, bounds, row)
    total_e4, parts_e4 = portion.usage_e4[TOTAL], _periods(portion)
    if parts_e4 and sum(parts_e4) != total_e4:
        raise errors.PeriodsDiffer(
            total_kwh=format_kwh(total_e4), periods_kwh=format_kwh(sum(parts_e4)), row=row
        )


def check_columns(portions: PortionColumns) -> None:
    """Find the first row that `check` refuses by the arrays, then let `check` name it.

    ColumnLengthsDiffer refuses a column that does not fit.
    """
    count = len(portions)
    wrong = np.zeros(count, dtype=np.bool_)
    for name, values, low, high in _facts(portions):
        column = np.asarray(values)
        if column.ndim and len(column) != count:
            raise errors.ColumnLengthsDiffer(column=name, found=len(column), expected=count)
        if column.size and (column.min() < low or column.max() > high):
            wrong |= (column < low) | (column > high)
    if (np.asarray(portions.earlier_quota_months) > portions.quota_months).any():
        wrong |= portions.earlier_quota_months > np.asarray(portions.quota_months)
    parts_e4 = _periods(portions)
    if parts_e4:
        wrong |= sum(parts_e4[1:], parts_e4[0]) != portions.usage_e4[TOTAL]
    if wrong.any():
        row = int(wrong.argmax())
        check(portions.row(row), row)


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
    version = portion.version
    for period in version.periods:
        if period not in portion.usage_e4:
            raise errors.FactMissing(tariff=version.label, fact=f"usage_e4 ({period})")
    return [portion.usage_e4[period] for period in version.periods]


def _out_of_range(name: str, value: int, bounds: tuple[int, int], row: int) -> errors.TariffError:
    if name == "quota_months":
        return errors.QuotaMonthsOutOfRange(months=value, row=row)
    if bounds == _ENERGY:
        limit_kwh = format_kwh(USAGE_LIMIT_E4)
        return errors.UsageOutOfRange(usage_kwh=format_kwh(value), limit_kwh=limit_kwh, row=row)
    return errors.FactOutOfRange(fact=name, value=value, low=bounds[0], high=bounds[1], row=row)
