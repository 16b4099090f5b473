"""The component tables of a catalogue become components, one for each period that has a price."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from onebook.kernel.rounding import half_up
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.parsers.floats import PRICE_DECIMALS, Float
from onebook.tariff.parsers.table import Table, is_table_list, scaled
from onebook.tariff.rules import (
    Component,
    DemandPolicy,
    FixedBasis,
    Kind,
    LoadDiscount,
    MinimumBasis,
    ReliefPolicy,
    TierBasis,
    TierPolicy,
)
from onebook.tariff.rules.quantities import E4_PER_UNIT

_E10_PER_EIGHTH_DECIMAL = 100
_HUNDRED_PERCENT_E4 = 100 * 10**4

PERIOD_NAMES = {
    "sharp": ("尖峰", "sharp"),
    "peak": ("高峰", "peak"),
    "flat": ("平段", "flat"),
    "valley": ("低谷", "valley"),
    "deep_valley": ("深谷", "deep valley"),
}

_COMMON_FIELDS = frozenset([
    "code", "name", "name_en", "kind", "account", "source", "vat_included", "in_pf_base", "months",
    "price",
])  # fmt: skip
_PRICED_FIELDS = frozenset(["period", "prices", "floats"])
# What a clerk may write beside the fields of every component.
_KIND_FIELDS: Mapping[Kind, frozenset[str]] = {
    Kind.FLAT: _PRICED_FIELDS | {"loss_of", "loss_percent"},
    Kind.TIER: _PRICED_FIELDS | {"from_kwh", "to_kwh", "basis", "policy", "per_kw", "per_day"},
    Kind.CAPACITY: frozenset(),
    Kind.DEMAND: _PRICED_FIELDS | {"from_kw", "to_kw", "policy", "load_discount"},
    Kind.FIXED: frozenset(["basis"]),
    Kind.RELIEF: frozenset(["policy"]),
    Kind.POWER_FACTOR: frozenset(["pf_per_line"]),
    Kind.MINIMUM: frozenset(["basis", "of_accounts"]),
}


@dataclass(frozen=True, slots=True)
class Prices:
    """What the version says about prices: its periods, its floats, and their decimals."""

    periods: tuple[str, ...]
    floats: tuple[Float, ...]
    decimals: int


def read_components(
    tariff: str, tables: object, prices: Prices, problems: list[TariffProblem]
) -> tuple[Component, ...]:
    """Read the components in the order of the bill."""
    if not is_table_list(tables):
        problems.append(errors.FieldMissing(tariff=tariff, where="version", field="component"))
        return ()
    base_e10: dict[str, int] = {}
    components: list[Component] = []
    for content in tables:
        table = Table(content, tariff, f"component {content.get('code', '?')}", problems)
        components += _one_table(table, prices, base_e10)
    return tuple(components)


def _one_table(table: Table, prices: Prices, base_e10: dict[str, int]) -> list[Component]:
    kind = table.choice("kind", Kind.FLAT)
    _refuse_unfit(table, kind)
    one = _of_kind(table, _component(table, kind))
    if "prices" in table.content:
        return _by_period(table, one, prices)
    one = replace(one, price_e10=_price_e10(table, one, base_e10))
    base_e10[one.code] = one.price_e10
    if table.flag("floats", default=False):
        return _floated(table, one, prices)
    return [one]


def _refuse_unfit(table: Table, kind: Kind) -> None:
    """Tell fields of another kind from those that no kind has."""
    known = _COMMON_FIELDS.union(*_KIND_FIELDS.values())
    table.refuse_unknown(known)
    for field in sorted(table.content.keys() & (known - _COMMON_FIELDS - _KIND_FIELDS[kind])):
        table.problems.append(
            errors.FieldUnfit(
                tariff=table.where["tariff"],
                component=str(table.content.get("code", "?")),
                kind=kind,
                field=field,
            )
        )


def _component(table: Table, kind: Kind) -> Component:
    return Component(
        code=table.text("code"),
        name_zh=table.text("name"),
        name_en=table.text("name_en"),
        kind=kind,
        account=table.text("account"),
        price_e10=0,
        source=table.text("source"),
        vat_included=table.flag("vat_included", default=True),
        period=table.text("period") if "period" in table.content else "",
        months=table.months("months"),
        in_pf_base=table.flag("in_pf_base", default=False),
    )


def _of_kind(table: Table, one: Component) -> Component:
    """Read what the component's kind has beside the others."""
    if one.kind is Kind.TIER:
        return replace(
            one,
            lower_e4=_limit_e4(table, "from_kwh", "kWh") or 0,
            upper_e4=_limit_e4(table, "to_kwh", "kWh"),
            tier_basis=table.choice("basis", TierBasis.YEAR),
            tier_policy=table.choice("policy", TierPolicy.SURCHARGE),
            per_kw=table.flag("per_kw", default=False),
            per_day=table.flag("per_day", default=False),
        )
    if one.kind is Kind.DEMAND:
        return replace(
            one,
            lower_e4=_limit_e4(table, "from_kw", "kW") or 0,
            upper_e4=_limit_e4(table, "to_kw", "kW"),
            demand_policy=table.choice("policy", DemandPolicy.MEASURED),
            load_discount=_load_discount(table),
        )
    if one.kind is Kind.FIXED:
        return replace(one, fixed_basis=table.choice("basis", FixedBasis.MONTH))
    if one.kind is Kind.RELIEF:
        return replace(one, relief_policy=table.choice("policy", ReliefPolicy.CASH))
    if one.kind is Kind.MINIMUM:
        basis = table.choice("basis", MinimumBasis.MONTH)
        return replace(one, minimum_basis=basis, of_accounts=table.texts("of_accounts"))
    return replace(one, pf_per_line=table.flag("pf_per_line", default=False))


def _limit_e4(table: Table, field: str, unit: str) -> int | None:
    limit = table.whole(field, f"a whole number of {unit}")
    return None if limit is None else limit * E4_PER_UNIT


def _load_discount(table: Table) -> LoadDiscount | None:
    """Read { kwh_per_kva = 260, percent = 90 }: the price x 90 % from 260 kWh a kVA."""
    if "load_discount" not in table.content:
        return None
    discount = table.table("load_discount", "{ kwh_per_kva = 260, percent = 90 }")
    discount.refuse_unknown({"kwh_per_kva", "percent"})
    kwh_per_kva = discount.whole("kwh_per_kva", "a whole number of kWh")
    if kwh_per_kva is None:
        discount.missing("kwh_per_kva")
    return LoadDiscount(kwh_per_kva or 0, discount.fixed("percent", 2))


def _by_period(table: Table, one: Component, prices: Prices) -> list[Component]:
    """One component for each period that ``prices`` names, in the order of the version."""
    for field in ("price", "loss_of", "floats", "period"):
        if field in table.content:
            table.unreadable(field, "nothing here: prices gives each period its own")
    written = table.table("prices", "{ peak = 0.568, valley = 0.288 }")
    written.refuse_unknown(prices.periods)
    if not written.content.keys() & set(prices.periods):
        table.unreadable("prices", f"a price for {' or '.join(prices.periods) or 'a period'}")
    return [
        _of_period(one, period, _read_price(table, one.code, written.content[period]))
        for period in prices.periods
        if period in written.content
    ]


def _floated(table: Table, one: Component, prices: Prices) -> list[Component]:
    """One component for each float and period of the version."""
    if not prices.floats:
        table.unreadable("floats", "it only where the version has [version.float]")
    found = []
    for number, by_months in enumerate(prices.floats, 1):
        for period, change in by_months.changes.items():
            floated = _of_period(one, period, change.of(one.price_e10, prices.decimals))
            code = floated.code if number == 1 else f"{floated.code}-{number}"
            found.append(replace(floated, code=code, months=by_months.months or one.months))
    return found


def _of_period(one: Component, period: str, price_e10: int) -> Component:
    name_zh, name_en = PERIOD_NAMES.get(period, (period, period))
    return replace(
        one,
        code=f"{one.code}-{period.replace('_', '-')}",
        name_zh=f"{one.name_zh}（{name_zh}）",
        name_en=f"{one.name_en} ({name_en})",
        period=period,
        price_e10=price_e10,
    )


def _price_e10(table: Table, one: Component, base_e10: Mapping[str, int]) -> int:
    """Read the price, or take it from the line loss of a component that stands above."""
    value = table.content.get("price")
    if value is None and "loss_of" in table.content:
        return _loss_price_e10(table, base_e10)
    is_block = one.kind is Kind.RELIEF and one.relief_policy is ReliefPolicy.BLOCK
    if value is None and (one.kind is Kind.POWER_FACTOR or is_block):
        return 0
    return _read_price(table, one.code, value)


def _read_price(table: Table, component: str, value: Any) -> int:
    tariff = table.where["tariff"]
    if value is None:
        table.problems.append(errors.PriceMissing(tariff=tariff, component=component))
        return 0
    price_e10 = scaled(value, PRICE_DECIMALS)
    if price_e10 is None:
        table.problems.append(
            errors.PriceUnreadable(tariff=tariff, component=component, text=str(value))
        )
    return price_e10 or 0


def _loss_price_e10(table: Table, base_e10: Mapping[str, int]) -> int:
    """Price the line loss (上网环节线损): purchase x r / (1 - r), half-up to eight decimals."""
    lost_e4 = table.fixed("loss_percent", 4)
    of_e10 = base_e10.get(table.text("loss_of"))
    if of_e10 is None:
        table.unreadable("loss_of", "the code of a component that stands above")
        return 0
    if not 0 <= lost_e4 < _HUNDRED_PERCENT_E4:
        table.unreadable("loss_percent", "a percentage from 0 to below 100")
        return 0
    kept_e4 = _HUNDRED_PERCENT_E4 - lost_e4
    return _E10_PER_EIGHTH_DECIMAL * half_up(of_e10 * lost_e4, kept_e4 * _E10_PER_EIGHTH_DECIMAL)
