"""What is frozen of a bill's portions, and how the tariff's rule takes it again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from onebook.kernel.periods import Month
from onebook.metering.rules import PERIODS
from onebook.metering.rules.capacity import proration_days
from onebook.tariff.rules import TOTAL, Kind, Portion, TierBasis, Version

# The periods whose energy a portion keeps apart, each in a column of its own (`peak_e4`).
ENERGIES: tuple[str, ...] = tuple(str(period) for period in PERIODS)
# What is frozen of a portion at the issue: the columns of `billing_bill_portion` beside the bill
# and its first line, each with its width.
PORTION_COLUMNS: dict[str, str] = {
    "portion_no": "i2",
    "tariff_version_id": "i8",
    "metering_point_id": "i8",
    "starts_on": "M8[D]",
    "usage_e4": "i8",
    **{f"{period}_e4": "i8" for period in ENERGIES},
    "days": "i2",
    "proration_days": "i2",
    "year_usage_before_e4": "i8",
    "quota_months": "i2",
    "earlier_quota_months": "i2",
    "extra_quota_e4_month": "i8",
    "extra_quota_months": "i2",
    "free_e4": "i8",
    "demand_e4": "i8",
    "contract_demand_e4": "i8",
    "capacity_e4_days": "i8",
    "transformer_e4": "i8",
    "in_pf_fee": "?",
    "active_e4": "i8",
    "reactive_e4": "i8",
    "pf_standard_bp": "i4",
}


def portion(facts: Mapping[str, Any], version: Version, month: Month, label_zh: str) -> Portion:
    """A portion as the tariff's rule takes it, from its frozen facts (`PORTION_COLUMNS`)."""
    periods = {one: facts[f"{one}_e4"] for one in version.periods if one in ENERGIES}
    return Portion(
        version,
        {TOTAL: facts["usage_e4"], **periods},
        month=month.month,
        demand_e4={TOTAL: facts["demand_e4"]},
        label_zh=label_zh,
        **{name: facts[name] for name in _PORTION_FACTS},
    )


_PORTION_FACTS = (
    "days", "proration_days", "year_usage_before_e4", "quota_months", "earlier_quota_months",
    "extra_quota_e4_month", "extra_quota_months", "free_e4", "contract_demand_e4",
    "capacity_e4_days", "transformer_e4", "in_pf_fee",
)  # fmt: skip


def portion_label(point_name: str, starts_on: date | None) -> str:
    """What tells a portion from the bill's others: 照明, 9月10日起; blank for the only one."""
    day = "" if starts_on is None else f"{starts_on.month}月{starts_on.day}日起"
    return " ".join(filter(None, [point_name, day]))


def has_power_factor(version: Version) -> bool:
    """Whether the version has a line that the power-factor adjustment is charged in."""
    return any(one.kind is Kind.POWER_FACTOR for one in version.components)


def has_monthly_ladder(version: Version) -> bool:
    """Whether the version has tiers by the month, which cannot be cut inside it: each portion
    would have the month's limits."""
    return any(
        one.kind is Kind.TIER and one.tier_basis is TierBasis.MONTH and not one.per_day
        for one in version.components
    )


def charged_days(days: Sequence[int], month: Month) -> list[int]:
    """The days that each portion is charged, of the days of the month that it lies in.

    Together they are a full month's where they cover it (its days, 30 before 2024-06); the last
    takes what the others leave of that.
    """
    full = proration_days(month)
    charged = full if sum(days) == month.days else min(sum(days), full)
    return [*days[:-1], charged - sum(days[:-1])]


def give_free(free_e4: int, usage_e4: Sequence[int]) -> list[int]:
    """Give a month's free energy to the portions in their order, each no more than it used."""
    given: list[int] = []
    for used_e4 in usage_e4:
        given.append(max(min(free_e4 - sum(given), used_e4), 0))
    return given
