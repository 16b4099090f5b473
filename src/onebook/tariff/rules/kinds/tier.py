"""Energy between two limits (阶梯): on the year or the month, on all hours or period by period."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from onebook.kernel.energy import format_kwh
from onebook.kernel.rounding import half_up
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import (
    MONTHS_PER_YEAR,
    Portion,
    PortionColumns,
    demand_name,
    usage_name,
)
from onebook.tariff.rules.model import (
    TOTAL,
    USAGE_LIMIT_E4,
    Component,
    TierBasis,
    TierPolicy,
    Unit,
    Version,
)
from onebook.tariff.rules.quantities import (
    E4_PER_UNIT,
    IntArray,
    Quantity,
    QuantityColumn,
    product_over,
    whole,
)

USES = frozenset(
    {
        "lower_e4", "upper_e4", "earlier_limits_e4", "tier_basis", "tier_policy", "per_kw",
        "per_day", "period",
    }
)  # fmt: skip

_Limit = tuple[int, int]


def unit(component: Component) -> Unit:
    """The unit of the quantity."""
    return Unit.KWH


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    needed = {usage_name(component.measure)}
    if component.tier_basis is TierBasis.YEAR:
        needed |= {"year_usage_before_e4", "quota_months"}
    if component.per_kw:
        needed.add(demand_name(TOTAL))
    if component.per_day:
        needed |= {"days", "proration_days"}
    return frozenset(needed)


def quantity(component: Component, portion: Portion) -> Quantity:
    """The energy between what was used before and what is used after, inside the limits."""
    usage_e4 = _ladder_usage(component, portion)
    before_e4 = portion.year_usage_before_e4 if component.tier_basis is TierBasis.YEAR else 0
    bounds_e4 = [
        None if limits_e4 is None else _limit_e4(component, limits_e4, portion)
        for limits_e4 in _limits(component)
    ]
    start_e4 = _clip(before_e4, *bounds_e4)
    end_e4 = _clip(before_e4 + usage_e4, *bounds_e4)
    inside_e4 = end_e4 - start_e4
    written = format_kwh(inside_e4)
    if inside_e4 not in (0, usage_e4):
        written = f"({format_kwh(end_e4)} − {format_kwh(start_e4)})"
    if component.tier_policy is TierPolicy.SHARE:
        return _share(inside_e4, portion.usage_e4[component.measure], usage_e4, written)
    return Quantity(inside_e4, written)


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The same for columns; the lowest tier is open downward, as in the scalar rule."""
    usage_e4 = _ladder_usage(component, portions)
    year = component.tier_basis is TierBasis.YEAR
    before_e4 = np.asarray(portions.year_usage_before_e4 if year else 0, dtype=np.int64)
    start_e4, end_e4 = before_e4, before_e4 + usage_e4
    lower, upper = _limits(component)
    if lower is not None:
        lower_e4 = _limit_column(component, lower, portions)
        start_e4, end_e4 = np.maximum(start_e4, lower_e4), np.maximum(end_e4, lower_e4)
    if upper is not None:
        upper_e4 = _limit_column(component, upper, portions)
        start_e4, end_e4 = np.minimum(start_e4, upper_e4), np.minimum(end_e4, upper_e4)
    inside_e4 = end_e4 - start_e4
    if component.tier_policy is TierPolicy.SHARE:
        sign = np.where(usage_e4 < 0, -1, 1)
        part_e4 = portions.usage_e4[component.measure] * sign
        return product_over(inside_e4, part_e4, np.maximum(np.abs(usage_e4), 1))
    return whole(inside_e4)


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """Limits in order, on total or period as the policy asks."""
    where = {"tariff": version.label, "component": component.code}
    lower_e4, upper_e4 = component.lower_e4, component.upper_e4
    if not _in_order(lower_e4, upper_e4):
        upper = None if upper_e4 is None else format_kwh(upper_e4, separators=False)
        lower = format_kwh(lower_e4, separators=False)
        yield errors.TierReversed(**where, lower=lower, upper=upper, unit=unit(component))
    if max(lower_e4, upper_e4 or 0) > USAGE_LIMIT_E4:
        yield errors.LimitOutOfRange(**where, limit=f"{format_kwh(USAGE_LIMIT_E4)} kWh")
    if (component.tier_policy is TierPolicy.SURCHARGE) == bool(component.period):
        yield errors.TierPeriodUnfit(**where, policy=component.tier_policy)
    earlier = component.earlier_limits_e4
    if earlier is not None and (
        component.tier_basis is not TierBasis.YEAR
        or not _in_order(*earlier)
        or (earlier[0] == 0) != (lower_e4 == 0)
        or (earlier[1] is None) != (upper_e4 is None)
    ):
        yield errors.EarlierLimitsUnfit(**where)
    counted = component.tier_policy is TierPolicy.OWN or component.per_kw or component.per_day
    if counted and component.tier_basis is TierBasis.YEAR:
        yield errors.TierBasisUnfit(**where)


def _in_order(lower_e4: int, upper_e4: int | None) -> bool:
    return lower_e4 >= 0 and (upper_e4 is None or lower_e4 < upper_e4)


def _ladder_usage(component: Component, portion: Portion | PortionColumns) -> Any:
    """The energy that climbs the ladder: the period's own, or that of all hours."""
    if component.tier_policy is TierPolicy.OWN:
        return portion.usage_e4[component.measure]
    return portion.usage_e4[TOTAL]


def _limits(component: Component) -> tuple[_Limit | None, _Limit | None]:
    """The lower and the upper limit as they are and as they were earlier in the year."""
    lower_e4, upper_e4 = component.lower_e4, component.upper_e4
    earlier_lower_e4, earlier_upper_e4 = component.earlier_limits_e4 or (lower_e4, upper_e4)
    lower = (lower_e4, earlier_lower_e4) if lower_e4 else None
    if upper_e4 is None or earlier_upper_e4 is None:
        return lower, None
    return lower, (upper_e4, earlier_upper_e4)


def _limit_e4(component: Component, limit: _Limit, portion: Portion) -> int:
    """A limit for the portion's months of quota, or its months, days or kW on that of a month.

    Where limits changed inside the year, the earlier ones count for the months before.
    """
    limit_e4, earlier_e4 = limit
    months = portion.bill_months
    times = portion.days if component.per_day else months
    if component.per_kw:
        return half_up(limit_e4 * portion.demand_e4[TOTAL] * times, E4_PER_UNIT)
    if component.tier_basis is TierBasis.MONTH:
        return limit_e4 * times + portion.extra_quota_e4_month * months
    extra_months = portion.extra_quota_months
    extra_e4 = portion.extra_quota_e4_month * (
        portion.quota_months if extra_months is None else extra_months
    )
    quota = portion.quota_months if portion.version.quota_per_month else MONTHS_PER_YEAR
    earlier = portion.earlier_quota_months
    return half_up(limit_e4 * (quota - earlier) + earlier_e4 * earlier, MONTHS_PER_YEAR) + extra_e4


def _limit_column(component: Component, limit: _Limit, portions: PortionColumns) -> IntArray:
    """The same for columns; one value where it is the same for all rows."""
    limit_e4, _ = limit
    months = np.asarray(portions.bill_months, dtype=np.int64)
    times = np.asarray(portions.days, dtype=np.int64) if component.per_day else months
    if component.per_kw:
        kw_times = np.asarray(portions.demand_e4[TOTAL] * times)
        limits_e4 = np.full(kw_times.shape, limit_e4, dtype=np.int64)
        return product_over(limits_e4, kw_times, E4_PER_UNIT).rounded_e4
    extra_e4 = np.asarray(portions.extra_quota_e4_month, dtype=np.int64)
    if component.tier_basis is TierBasis.MONTH:
        return np.asarray(limit_e4 * times + extra_e4 * months)
    quota = np.asarray(portions.quota_months, dtype=np.int64)
    extra_months = portions.extra_quota_months
    extra_e4 = extra_e4 * (quota if extra_months is None else extra_months)
    if not portions.version.quota_per_month:
        quota = np.asarray(MONTHS_PER_YEAR, dtype=np.int64)
    return np.asarray(_by_months(limit)[quota, portions.earlier_quota_months] + extra_e4)


@lru_cache(maxsize=256)
def _by_months(limit: _Limit) -> IntArray:
    """A yearly limit by months of quota and, among them, months of the earlier limit."""
    limit_e4, earlier_e4 = limit
    table = np.zeros((MONTHS_PER_YEAR + 1, MONTHS_PER_YEAR + 1), dtype=np.int64)
    for quota in range(MONTHS_PER_YEAR + 1):
        for earlier in range(quota + 1):
            mixed_e4 = limit_e4 * (quota - earlier) + earlier_e4 * earlier
            table[quota, earlier] = half_up(mixed_e4, MONTHS_PER_YEAR)
    return table


def _share(inside_e4: int, part_e4: int, usage_e4: int, written: str) -> Quantity:
    """The period's share of a tier: kWh of the tier x kWh of the period / total kWh."""
    if inside_e4 == 0 or part_e4 == 0:
        return Quantity(0, format_kwh(0))
    if part_e4 == usage_e4:
        return Quantity(inside_e4, written)
    sign = -1 if usage_e4 < 0 else 1
    written = f"{written} × {format_kwh(part_e4)} ÷ {format_kwh(usage_e4)}"
    return Quantity(sign * inside_e4 * part_e4, written, sign * usage_e4)


def _clip(energy_e4: int, lower_e4: int | None, upper_e4: int | None) -> int:
    if lower_e4 is not None and energy_e4 < lower_e4:
        return lower_e4
    return energy_e4 if upper_e4 is None else min(energy_e4, upper_e4)
