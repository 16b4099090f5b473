"""What is wrong with a tariff, as a list of problems that say what, where and what to do."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import pairwise

from onebook.kernel.energy import format_e4
from onebook.kernel.money import BASIS_POINTS
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.drafts import format_price
from onebook.tariff.rules.facts import MONTHS_PER_YEAR
from onebook.tariff.rules.kinds import BILL_KINDS, KINDS, unit_of
from onebook.tariff.rules.model import (
    PRICE_LIMITS_E10,
    RELIEF_ACCOUNT,
    TOTAL,
    Component,
    Kind,
    Version,
)

# The fields that only some kinds read.
_KIND_FIELDS = frozenset().union(*(kind.USES for kind in KINDS.values()))


def validate(version: Version) -> list[TariffProblem]:
    """List the faults of one version; an empty list means that it can be calculated."""
    return [
        *_version_problems(version),
        *(fault for one in version.components for fault in _component_problems(version, one)),
        *_tier_problems(version),
    ]


def validate_catalogue(versions: Iterable[Version]) -> list[TariffProblem]:
    """List the faults of every version, and the days that two or none of a code's cover."""
    by_code: defaultdict[str, list[Version]] = defaultdict(list)
    problems: list[TariffProblem] = []
    for version in versions:
        by_code[version.code].append(version)
        problems += validate(version)
    for code, dated in by_code.items():
        problems += _date_problems(code, sorted(dated, key=lambda one: one.valid_from))
    return problems


def require_usable(version: Version) -> None:
    """Raise TariffUnusable with every problem when the version cannot be calculated."""
    if problems := validate(version):
        raise errors.TariffUnusable(tariff=version.label, problems=" ".join(map(str, problems)))


def _version_problems(version: Version) -> Iterator[TariffProblem]:
    tariff = version.label
    if version.valid_to is not None and version.valid_to <= version.valid_from:
        yield errors.DatesReversed(
            tariff=tariff,
            valid_from=version.valid_from.isoformat(),
            valid_to=version.valid_to.isoformat(),
        )
    if not 0 <= version.vat_rate_bp <= 10_000:
        yield errors.VatRateOutOfRange(tariff=tariff, rate_bp=version.vat_rate_bp)
    if not any(one.is_revenue and one.kind not in BILL_KINDS for one in version.components):
        yield errors.EnergyPriceMissing(tariff=tariff)
    for periods in (version.periods, version.demand_periods):
        if len({TOTAL, "", *periods}) != len(periods) + 2:
            yield errors.PeriodsUnfit(tariff=tariff, periods=", ".join(periods))
    for kind in (Kind.POWER_FACTOR, Kind.RELIEF):
        for one in [one for one in version.components if one.kind is kind][1:]:
            yield errors.ComponentTwice(tariff=tariff, kind=kind, component=one.code)
    for code, times in Counter(component.code for component in version.components).items():
        if times > 1:
            yield errors.ComponentRepeated(tariff=tariff, component=code)


def _component_problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    where = {"tariff": version.label, "component": component.code}
    unit = unit_of(component)
    if abs(component.price_e10) > PRICE_LIMITS_E10[unit]:
        limit = format_price(PRICE_LIMITS_E10[unit])
        price = format_price(component.price_e10)
        yield errors.PriceOutOfRange(**where, price=price, limit=limit, per=unit)
    if not component.source.strip():
        yield errors.SourceMissing(**where)
    periods = version.periods_of(component.kind)
    if component.period and component.period not in periods:
        known = ", ".join(periods) or "-"
        yield errors.PeriodUnknown(**where, period=component.period, known=known)
    if any(not 1 <= month <= MONTHS_PER_YEAR for month in component.months):
        yield errors.MonthsUnknown(**where, months=", ".join(map(str, component.months)))
    if component.is_fund:
        yield from _fund_problems(where, component)
    if component.kind in BILL_KINDS and component.in_pf_base:
        yield errors.BillKindInBase(**where)
    if (component.kind is Kind.RELIEF) != (component.account == RELIEF_ACCOUNT):
        yield errors.ReliefAccountUnfit(**where)
    discount = component.load_discount
    if discount and not (discount.kwh_per_kva > 0 and 1 <= discount.price_bp <= BASIS_POINTS):
        yield errors.LoadDiscountUnfit(
            **where, kwh_per_kva=discount.kwh_per_kva, price_bp=discount.price_bp
        )
    kind = KINDS[component.kind]
    for field in fields(component):
        changed = getattr(component, field.name) != field.default
        if changed and field.name in _KIND_FIELDS - kind.USES:
            yield errors.FieldUnfit(**where, kind=component.kind, field=field.name)
    yield from kind.problems(version, component)


def _fund_problems(where: dict[str, str], fund: Component) -> Iterator[TariffProblem]:
    if fund.kind is not Kind.FLAT:
        yield errors.FundNotFlat(**where)
    if fund.period or fund.months:
        yield errors.FundNotWhole(**where)
    if fund.in_pf_base:
        yield errors.FundInBase(**where)


def _tier_problems(version: Version) -> Iterator[TariffProblem]:
    """Components with limits of one account, period, basis and set of months are one ladder."""
    ladders: defaultdict[tuple[object, ...], list[Component]] = defaultdict(list)
    for one in version.components:
        limited = one.lower_e4 != 0 or one.upper_e4 is not None
        if one.kind is Kind.TIER or (one.kind is Kind.DEMAND and limited):
            key = (one.kind, one.account, one.period, one.tier_basis, one.tier_policy, one.months)
            ladders[key].append(one)
    has_base = {
        kind: any(
            one.kind is kind and not one.is_fund and not one.lower_e4 and one.upper_e4 is None
            for one in version.components
        )
        for kind in (Kind.FLAT, Kind.DEMAND)
    }
    for ladder in ladders.values():
        rising = sorted(ladder, key=lambda tier: tier.lower_e4)
        base = Kind.DEMAND if rising[0].kind is Kind.DEMAND else Kind.FLAT
        yield from _ladder_problems(version.label, rising, has_base[base])


def _ladder_problems(
    tariff: str, ladder: list[Component], has_base: bool
) -> Iterator[TariffProblem]:
    """Compare neighbours; the lowest units may lack a tier only where a base price covers them."""
    first, last, unit = ladder[0], ladder[-1], unit_of(ladder[0])
    if first.lower_e4 > 0 and not has_base:
        lower = _plain(first.lower_e4)
        yield errors.TierGap(tariff=tariff, component=first.code, upper=0, lower=lower, unit=unit)
    for below, above in pairwise(ladder):
        where = {"tariff": tariff, "component": above.code}
        lower = _plain(above.lower_e4)
        upper = "∞" if below.upper_e4 is None else _plain(below.upper_e4)
        if (above.per_kw, above.per_day) != (below.per_kw, below.per_day):
            yield errors.TierPerKwMixed(**where)
        elif below.upper_e4 is None or below.upper_e4 > above.lower_e4:
            yield errors.TierOverlap(**where, lower=lower, upper=upper, unit=unit)
        elif below.upper_e4 < above.lower_e4:
            yield errors.TierGap(**where, upper=upper, lower=lower, unit=unit)
    if last.upper_e4 is not None:
        upper = _plain(last.upper_e4)
        yield errors.TierNotOpen(tariff=tariff, component=last.code, upper=upper, unit=unit)


def _plain(value_e4: int) -> str:
    return format_e4(value_e4, separators=False)


def _date_problems(code: str, dated: list[Version]) -> Iterator[TariffProblem]:
    for earlier, later in pairwise(dated):
        starts = later.valid_from.isoformat()
        if earlier.valid_to is None or earlier.valid_to > later.valid_from:
            yield errors.VersionsOverlap(tariff=code, day=starts)
        elif earlier.valid_to < later.valid_from:
            yield errors.VersionsGap(
                tariff=code, valid_to=earlier.valid_to.isoformat(), valid_from=starts
            )
