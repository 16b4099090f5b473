"""A checked URDB record becomes one tariff version, and its schedules cut hours into its facts.

Amounts are dollars where the model says yuan, and cents where it says fen. Periods of energy are
p1, p2, …, those of demand d1, d2, … in the order of the record. Conventions, as the peers of this
data base take them:

* tiers are cut on the kWh of the whole month, and every period pays its own ladder on its share;
* rate + adj is one price; ``max`` is the cumulative upper edge of a tier;
* demand is the highest hour of the month, in all hours (flat) or in a period's;
* a charge a day counts 365/12 days a month, a charge a year a twelfth;
* the sum of the lines is rounded, not the lines.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from onebook.kernel.rounding import half_up
from onebook.tariff.parsers.urdb_record import (
    DAILY,
    MONTHS,
    YEARLY,
    UrdbCharge,
    UrdbLadder,
    UrdbRecord,
    read_record,
)
from onebook.tariff.rules import (
    TOTAL,
    Component,
    FixedBasis,
    Kind,
    MinimumBasis,
    Portion,
    RoundingStep,
    TierBasis,
    TierPolicy,
    Version,
    require_usable,
)
from onebook.tariff.rules.schedule import (
    ALL_HOURS,
    HourlyUsage,
    Schedule,
    peak_by_period,
    usage_by_period,
)

_DAYS_OF_MONTHS = (365, 12)


@dataclass(frozen=True, slots=True)
class UrdbRate:
    """A rate as a version, the schedules of its periods, and what the record says besides.

    ``notes``: what the record says about money in words; ``left_out``: the fields that were left
    out knowingly.
    """

    version: Version
    energy: Schedule
    demand: Schedule
    notes: tuple[str, ...]
    left_out: tuple[str, ...]

    def portion(self, hours: HourlyUsage, month: int) -> Portion:
        """Cut one month of a year of hours into the facts of its bill."""
        energy = usage_by_period(hours, self.energy, month)
        usage_e4 = {TOTAL: sum(energy.values())}
        for at, period in enumerate(self.version.periods):
            usage_e4[period] = energy.get(at, 0)
        demand_e4 = {TOTAL: max(peak_by_period(hours, ALL_HOURS, month)[0], 0)}
        peaks = peak_by_period(hours, self.demand, month)
        for at, period in enumerate(self.version.demand_periods):
            demand_e4[period] = max(peaks.get(at, 0), 0)
        days = hours.days_of(month)
        return Portion(
            self.version,
            usage_e4,
            days=days,
            proration_days=days,
            month=month,
            demand_e4=demand_e4,
        )


def parse_urdb(text: str, without: Collection[str] = ()) -> UrdbRate:
    """Read a rate record as a version that can be calculated.

    UrdbUnreadable, UrdbRefused: see `read_record`. TariffUnusable when a price is beyond the
    bounds in which every step is exact.
    """
    record = read_record(text, without)
    version = _version(record)
    require_usable(version)
    return UrdbRate(
        version, record.energy_schedule, record.demand_schedule, record.notes, record.left_out
    )


def _version(record: UrdbRecord) -> Version:
    components = (
        *_energy(record),
        *_flat_demand(record),
        *_tou_demand(record),
        *_fixed(record),
        *_minimum(record),
    )
    return Version(
        code=f"urdb-{record.label or record.name}",
        name_zh=record.name,
        name_en=record.name,
        category=record.sector.lower() or "urdb",
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        components=components,
        vat_rate_bp=0,
        periods=tuple(f"p{at}" for at in range(1, len(record.energy) + 1)),
        demand_periods=tuple(f"d{at}" for at in range(1, len(record.demand) + 1)),
        rounding_step=RoundingStep.SUM,
    )


def _energy(record: UrdbRecord) -> Iterator[Component]:
    """Each period's price, or its ladder, cut on the kWh of the whole month."""
    for at, ladder in enumerate(record.energy, 1):
        base = _component(record, f"energy-p{at}", f"电度电费（p{at}）", f"Energy (p{at})")
        base = replace(base, account="energy", period=f"p{at}")
        if len(ladder.tiers) == 1:
            yield replace(base, price_e10=ladder.tiers[0].price_e10)
            continue
        tier = replace(
            base,
            kind=Kind.TIER,
            tier_basis=TierBasis.MONTH,
            tier_policy=TierPolicy.SHARE,
            per_kw=ladder.per_kw,
            per_day=ladder.daily,
        )
        yield from _tiers(tier, ladder)


def _flat_demand(record: UrdbRecord) -> Iterator[Component]:
    """The month's peak in all hours, by the row of prices that the month takes."""
    for at, ladder in enumerate(record.flat_demand):
        months = tuple(
            month for month in range(1, MONTHS + 1) if record.flat_demand_months[month - 1] == at
        )
        if not months or _is_free(ladder):
            continue
        base = _component(record, f"demand-{at + 1}", f"需量电费（{at + 1}）", f"Demand ({at + 1})")
        limited = months if len(months) < MONTHS else ()
        yield from _tiers(replace(base, kind=Kind.DEMAND, account="demand", months=limited), ladder)


def _tou_demand(record: UrdbRecord) -> Iterator[Component]:
    """The month's peak inside each period."""
    for at, ladder in enumerate(record.demand, 1):
        if _is_free(ladder):
            continue
        base = _component(record, f"demand-d{at}", f"需量电费（d{at}）", f"Demand (d{at})")
        base = replace(base, kind=Kind.DEMAND, account="demand", period=f"d{at}")
        yield from _tiers(base, ladder)


def _tiers(base: Component, ladder: UrdbLadder) -> Iterator[Component]:
    """A component for each tier; one tier alone keeps the code of its ladder."""
    lower_e4 = 0
    for at, tier in enumerate(ladder.tiers, 1):
        code = base.code if len(ladder.tiers) == 1 else f"{base.code}-{at}"
        yield replace(
            base, code=code, lower_e4=lower_e4, upper_e4=tier.upper_e4, price_e10=tier.price_e10
        )
        lower_e4 = tier.upper_e4 or 0


def _is_free(ladder: UrdbLadder) -> bool:
    return all(tier.price_e10 == 0 for tier in ladder.tiers)


def _fixed(record: UrdbRecord) -> Iterator[Component]:
    for charge in record.fixed:
        fixed = _component(record, "fixed", "固定费用", "Fixed charge")
        fixed = replace(fixed, kind=Kind.FIXED, account="fixed")
        if charge.unit == DAILY:
            yield replace(fixed, fixed_basis=FixedBasis.AVERAGE_MONTH, price_e10=charge.price_e10)
        else:
            yield replace(fixed, price_e10=_a_month_e10(charge))


def _minimum(record: UrdbRecord) -> Iterator[Component]:
    for charge in record.minimum:
        yearly = charge.unit == YEARLY
        code = "minimum-year" if yearly else "minimum"
        minimum = _component(record, code, "最低电费", "Minimum charge")
        yield replace(
            minimum,
            kind=Kind.MINIMUM,
            account="minimum",
            minimum_basis=MinimumBasis.YEAR if yearly else MinimumBasis.MONTH,
            price_e10=charge.price_e10 if yearly else _a_month_e10(charge),
        )


def _a_month_e10(charge: UrdbCharge) -> int:
    """What a charge comes to in a month, half-up to ten decimals."""
    if charge.unit == DAILY:
        days, months = _DAYS_OF_MONTHS
        return half_up(charge.price_e10 * days, months)
    return half_up(charge.price_e10, MONTHS) if charge.unit == YEARLY else charge.price_e10


def _component(record: UrdbRecord, code: str, name_zh: str, name_en: str) -> Component:
    source = record.source or f"URDB {record.label}"
    return Component(code, name_zh, name_en, Kind.FLAT, "", 0, source)
