"""What is wrong with a tariff, as a list of problems that say what, where and what to do."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.explain import format_price
from onebook.tariff.rules.model import PRICE_LIMIT_E10, Component, Kind, TierBasis, Version


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
    if all(component.is_fund for component in version.components):
        yield errors.EnergyPriceMissing(tariff=tariff)
    for code, times in Counter(component.code for component in version.components).items():
        if times > 1:
            yield errors.ComponentRepeated(tariff=tariff, component=code)


def _component_problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    where = {"tariff": version.label, "component": component.code}
    lower, upper = component.lower_kwh, component.upper_kwh
    if abs(component.price_e10) > PRICE_LIMIT_E10:
        yield errors.PriceOutOfRange(
            **where, price=format_price(component.price_e10), limit=format_price(PRICE_LIMIT_E10)
        )
    if not component.source.strip():
        yield errors.SourceMissing(**where)
    if component.kind is Kind.FLAT and (lower != 0 or upper is not None):
        yield errors.FlatHasLimits(**where)
    if component.is_fund and component.kind is Kind.TIER:
        yield errors.FundNotFlat(**where)
    if component.kind is Kind.TIER and (lower < 0 or (upper is not None and upper <= lower)):
        yield errors.TierReversed(**where, lower_kwh=lower, upper_kwh=upper)


def _tier_problems(version: Version) -> Iterator[TariffProblem]:
    ladders: defaultdict[tuple[str, TierBasis], list[Component]] = defaultdict(list)
    for component in version.components:
        if component.kind is Kind.TIER:
            ladders[component.account, component.tier_basis].append(component)
    has_base = any(one.kind is Kind.FLAT and not one.is_fund for one in version.components)
    for ladder in ladders.values():
        yield from _ladder_problems(
            version.label, sorted(ladder, key=lambda tier: tier.lower_kwh), has_base
        )


def _ladder_problems(
    tariff: str, ladder: list[Component], has_base: bool
) -> Iterator[TariffProblem]:
    """Compare neighbours; the lowest kWh may lack a tier only where a flat price covers them."""
    if ladder[0].lower_kwh > 0 and not has_base:
        yield errors.TierGap(
            tariff=tariff, component=ladder[0].code, upper_kwh=0, lower_kwh=ladder[0].lower_kwh
        )
    for below, above in pairwise(ladder):
        where = {"tariff": tariff, "component": above.code}
        if below.upper_kwh is None or below.upper_kwh > above.lower_kwh:
            top = "∞" if below.upper_kwh is None else below.upper_kwh
            yield errors.TierOverlap(**where, lower_kwh=above.lower_kwh, upper_kwh=top)
        elif below.upper_kwh < above.lower_kwh:
            yield errors.TierGap(**where, upper_kwh=below.upper_kwh, lower_kwh=above.lower_kwh)
    if ladder[-1].upper_kwh is not None:
        yield errors.TierNotOpen(
            tariff=tariff, component=ladder[-1].code, upper_kwh=ladder[-1].upper_kwh
        )


def _date_problems(code: str, dated: list[Version]) -> Iterator[TariffProblem]:
    for earlier, later in pairwise(dated):
        starts = later.valid_from.isoformat()
        if earlier.valid_to is None or earlier.valid_to > later.valid_from:
            yield errors.VersionsOverlap(tariff=code, day=starts)
        elif earlier.valid_to < later.valid_from:
            yield errors.VersionsGap(
                tariff=code, valid_to=earlier.valid_to.isoformat(), valid_from=starts
            )
