"""A bill of one portion reckoned once more, slowly, by `decimal` and from the notices' words."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext

from onebook.kernel.rounding import Rounding
from onebook.tariff.rules import (
    Component,
    DemandPolicy,
    FixedBasis,
    Kind,
    Portion,
    PowerFactor,
    ReliefPolicy,
    TierBasis,
    TierPolicy,
    Version,
)

_E4 = Decimal(10**4)
_E10 = Decimal(10**10)
_INFINITE = Decimal(10**30)


def amounts(portion: Portion, facts: PowerFactor | None) -> list[int]:
    """The amount of each line in fen, without what funds or a sum leave to one of them."""
    with localcontext(Context(prec=120)):
        version = portion.version
        total, free = Decimal(portion.usage_e4["total"]), Decimal(portion.free_e4)
        used = min(total, max(free, 0)) if total >= 0 else max(total, min(free, 0))
        blocked = any(
            one.kind is Kind.RELIEF and one.relief_policy is ReliefPolicy.BLOCK
            for one in version.components
        )
        lines = [
            _fen(version, _units(one, portion, total - used if blocked else total, used)
                 / _E4 * _price(one, portion) * 100)
            if one.kind not in {Kind.POWER_FACTOR, Kind.MINIMUM} and _charged(one, portion)
            else 0
            for one in version.components
        ]  # fmt: skip
        for at, one in enumerate(version.components):
            if one.kind is Kind.POWER_FACTOR and facts is not None:
                counting = [
                    amount for amount, other in zip(lines, version.components, strict=True)
                    if other.in_pf_base and portion.in_pf_fee
                ]  # fmt: skip
                rate = _percent(facts) / 100
                if one.pf_per_line:
                    lines[at] = sum(_fen(version, amount * rate) for amount in counting)
                else:
                    lines[at] = _fen(version, sum(counting) * rate)
        return lines


def _fen(version: Version, exact: Decimal) -> int:
    mode = ROUND_HALF_UP if version.rounding is Rounding.HALF_UP else ROUND_DOWN
    return int(Decimal(exact).quantize(Decimal(1), mode))


def _charged(one: Component, portion: Portion) -> bool:
    return not one.months or portion.month in one.months


def _price(one: Component, portion: Portion) -> Decimal:
    price, discount = Decimal(one.price_e10) / _E10, one.load_discount
    if discount is None:
        return price
    hours = Decimal(portion.usage_e4["total"]) / portion.transformer_e4
    if hours < discount.kwh_per_kva:
        return price
    cheaper = price * discount.price_bp / 10_000
    return cheaper.quantize(Decimal("1e-10"), ROUND_HALF_UP)


def _units(one: Component, portion: Portion, total: Decimal, free: Decimal) -> Decimal:
    """What the component is charged on, in 10^-4 units."""
    month = Decimal(portion.days) / portion.proration_days
    if one.kind is Kind.CAPACITY:
        return Decimal(portion.capacity_e4_days) / portion.proration_days
    if one.kind is Kind.DEMAND:
        return _kilowatts(one, portion) * month
    if one.kind is Kind.FIXED:
        return (
            _E4
            * {
                FixedBasis.MONTH: month,
                FixedBasis.DAY: Decimal(portion.days),
                FixedBasis.AVERAGE_MONTH: Decimal(365) / 12 * month,
            }[one.fixed_basis]
        )
    if one.kind is Kind.RELIEF:
        return free if one.relief_policy is ReliefPolicy.BLOCK else -free
    part = Decimal(portion.usage_e4[one.period]) if one.period else total
    if one.kind is Kind.FLAT:
        return part
    if one.tier_policy is TierPolicy.OWN:
        return _between(one, portion, Decimal(0), part)
    before = Decimal(portion.year_usage_before_e4 if one.tier_basis is TierBasis.YEAR else 0)
    inside = _between(one, portion, before, before + total)
    if one.tier_policy is TierPolicy.SHARE:
        return inside * part / total if total else Decimal(0)
    return inside


def _kilowatts(one: Component, portion: Portion) -> Decimal:
    measured = Decimal(portion.demand_e4[one.period or "total"])
    if one.demand_policy is DemandPolicy.CONTRACT:
        contract = Decimal(portion.contract_demand_e4)
        allowed = contract * Decimal("1.05")
        return contract if measured <= allowed else measured + (measured - allowed)
    upper = _INFINITE if one.upper_e4 is None else Decimal(one.upper_e4)
    return max(min(measured, upper) - one.lower_e4, Decimal(0))


def _between(one: Component, portion: Portion, start: Decimal, end: Decimal) -> Decimal:
    """The energy of the way from start to end that lies in the tier, below zero on the way down."""
    if end < start:
        return -_between(one, portion, end, start)
    earlier = one.earlier_limits_e4 or (one.lower_e4, one.upper_e4)
    low = _limit(one, portion, one.lower_e4, earlier[0]) if one.lower_e4 else -_INFINITE
    high = _INFINITE
    if one.upper_e4 is not None and earlier[1] is not None:
        high = _limit(one, portion, one.upper_e4, earlier[1])
    return max(min(end, high) - max(start, low), Decimal(0))


def _limit(one: Component, portion: Portion, limit_e4: int, earlier_e4: int) -> Decimal:
    times = portion.days if one.per_day else portion.bill_months
    if one.per_kw:
        exact = limit_e4 * Decimal(portion.demand_e4["total"]) / _E4 * times
        return exact.quantize(Decimal(1), ROUND_HALF_UP)
    if one.tier_basis is TierBasis.MONTH:
        return Decimal(limit_e4 * times + portion.extra_quota_e4_month * portion.bill_months)
    months = portion.quota_months if portion.version.quota_per_month else 12
    old = portion.earlier_quota_months
    exact = Decimal(limit_e4 * (months - old) + earlier_e4 * old) / 12
    extra = portion.extra_quota_e4_month * portion.quota_months
    return exact.quantize(Decimal(1), ROUND_HALF_UP) + extra


def _percent(facts: PowerFactor) -> Decimal:
    """Step by step from the standard to cosφ, as the tables of 1983 are laid out."""
    root = (Decimal(facts.active_e4) ** 2 + Decimal(facts.reactive_e4) ** 2).sqrt()
    exact = Decimal(1) if root == 0 else facts.active_e4 / root
    cosine = int((exact * 100).quantize(Decimal(1), ROUND_HALF_UP))
    standard, percent = facts.standard_bp // 100, Decimal(0)
    for step in range(1, standard - cosine + 1):
        percent += Decimal("0.5") if step <= 20 else Decimal(1) if step <= 25 else Decimal(2)
    best = {90: 95, 85: 94, 80: 92}[standard]
    for reached in range(standard + 1, min(cosine, best) + 1):
        percent -= Decimal("0.10") if reached <= 90 else Decimal("0.15")
    return percent
