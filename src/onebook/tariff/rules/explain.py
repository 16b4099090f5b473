"""One bill calculated on plain integers and explained line by line."""

from dataclasses import dataclass

from onebook.kernel.energy import E4_PER_KWH, format_kwh
from onebook.kernel.money import format_yuan, split_tax
from onebook.kernel.rounding import apply, half_up
from onebook.tariff.errors import QuotaMonthsOutOfRange, UsageOutOfRange
from onebook.tariff.rules.model import (
    USAGE_LIMIT_E4,
    Component,
    FundRounding,
    Kind,
    TierBasis,
    Version,
)

# 10^-4 kWh x 10^-10 yuan per kWh = 10^-14 yuan = 10^-12 fen.
PRODUCTS_PER_FEN = 10**12
MONTHS_PER_YEAR = 12
_PRICE_DECIMALS = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: quantity x price = amount, its part without VAT, and its source."""

    component: Component
    quantity_e4: int
    price_e10: int
    amount_fen: int
    net_fen: int
    formula: str
    source: str


@dataclass(frozen=True, slots=True)
class BillExplained:
    """A bill as it is printed: lines add up to total = net + VAT, and nets add up to net."""

    lines: tuple[Line, ...]
    total_fen: int
    net_fen: int
    vat_fen: int
    fund_net_fen: dict[str, int]


def explain(
    version: Version, usage_e4: int, year_usage_before_e4: int = 0, quota_months: int = 12
) -> BillExplained:
    """Calculate one bill; negative usage (退补) walks back down the tiers it came up.

    Annual tiers take the usage already billed this year before this bill,
    and are a base price plus surcharges (基础电费 + 加价) or whole prices, as the version says.
    Prices include VAT: net = gross / (1 + rate) half-up, VAT is the rest.
    UsageOutOfRange and QuotaMonthsOutOfRange refuse what the kernel would refuse. The version
    is taken as validated.
    """
    check_range(usage_e4, year_usage_before_e4, quota_months)
    quantities_e4, sums = [], []
    for component in version.components:
        quantity_e4, written = _quantity(
            version, component, usage_e4, year_usage_before_e4, quota_months
        )
        quantities_e4.append(quantity_e4)
        sums.append(written)
    rounded_fen = [
        apply(version.rounding, quantity_e4 * component.price_e10, PRODUCTS_PER_FEN)
        for quantity_e4, component in zip(quantities_e4, version.components, strict=True)
    ]
    amounts_fen = _absorbed_funds(version, rounded_fen, usage_e4)
    nets_fen, vat_fen = _nets(version, amounts_fen)
    lines = tuple(
        Line(
            component,
            quantities_e4[at],
            component.price_e10,
            amounts_fen[at],
            nets_fen[at],
            _formula(sums[at], component.price_e10, rounded_fen[at], amounts_fen[at]),
            component.source,
        )
        for at, component in enumerate(version.components)
    )
    return BillExplained(lines, sum(amounts_fen), sum(nets_fen), vat_fen, _fund_nets(lines))


def check_range(usage_e4: int, year_usage_before_e4: int, quota_months: int, row: int = 0) -> None:
    """Refuse usage beyond USAGE_LIMIT_E4 and quota months outside 1..12, naming the row."""
    for energy_e4 in (usage_e4, year_usage_before_e4):
        if abs(energy_e4) > USAGE_LIMIT_E4:
            raise UsageOutOfRange(
                usage_kwh=format_kwh(energy_e4), limit_kwh=format_kwh(USAGE_LIMIT_E4), row=row
            )
    if not 1 <= quota_months <= MONTHS_PER_YEAR:
        raise QuotaMonthsOutOfRange(months=quota_months, row=row)


def tier_limit_e4(version: Version, component: Component, limit_kwh: int, quota_months: int) -> int:
    """Give a tier's limit in 10^-4 kWh for an account that has so many months of quota."""
    limit_e4 = limit_kwh * E4_PER_KWH
    if component.tier_basis is TierBasis.MONTH or not version.quota_per_month:
        return limit_e4
    return half_up(limit_e4 * quota_months, MONTHS_PER_YEAR)


def format_price(price_e10: int) -> str:
    """Write 10^-10 yuan per kWh without trailing zeros, with two decimals at least."""
    whole, part = divmod(abs(price_e10), 10**_PRICE_DECIMALS)
    decimals = f"{part:010d}".rstrip("0").ljust(2, "0")
    return f"{'-' if price_e10 < 0 else ''}{whole}.{decimals}"


def _quantity(
    version: Version, component: Component, usage_e4: int, year_before_e4: int, quota_months: int
) -> tuple[int, str]:
    """Give the quantity that the component is charged on, and how it is written down."""
    if component.kind is Kind.FLAT:
        return usage_e4, format_kwh(usage_e4)
    before_e4 = 0 if component.tier_basis is TierBasis.MONTH else year_before_e4
    bounds_e4 = [
        None if limit_kwh is None else tier_limit_e4(version, component, limit_kwh, quota_months)
        for limit_kwh in (component.lower_kwh or None, component.upper_kwh)
    ]
    start_e4 = _clip(before_e4, *bounds_e4)
    end_e4 = _clip(before_e4 + usage_e4, *bounds_e4)
    if start_e4 == end_e4 or end_e4 - start_e4 == usage_e4:
        return end_e4 - start_e4, format_kwh(end_e4 - start_e4)
    return end_e4 - start_e4, f"({format_kwh(end_e4)} − {format_kwh(start_e4)})"


def _clip(energy_e4: int, lower_e4: int | None, upper_e4: int | None) -> int:
    if lower_e4 is not None and energy_e4 < lower_e4:
        return lower_e4
    return energy_e4 if upper_e4 is None else min(energy_e4, upper_e4)


def _absorbed_funds(version: Version, rounded_fen: list[int], usage_e4: int) -> list[int]:
    """Let the last fund take the difference to the funds rounded together, where so agreed."""
    funds = version.fund_positions
    amounts_fen = list(rounded_fen)
    if funds and version.fund_rounding is FundRounding.LAST_ABSORBS:
        rate_e10 = sum(version.components[at].price_e10 for at in funds)
        together_fen = apply(version.rounding, usage_e4 * rate_e10, PRODUCTS_PER_FEN)
        amounts_fen[funds[-1]] = together_fen - sum(amounts_fen[at] for at in funds[:-1])
    return amounts_fen


def _nets(version: Version, amounts_fen: list[int]) -> tuple[list[int], int]:
    """Split VAT off the whole bill, then give each line a net so that the nets add up to it."""
    rate_bp, taxed = version.vat_rate_bp, version.taxed_positions
    nets_fen = list(amounts_fen)
    bill_net_fen, vat_fen = split_tax(sum(amounts_fen[at] for at in taxed), rate_bp)
    for at in taxed:
        nets_fen[at] = split_tax(amounts_fen[at], rate_bp)[0]
    funds = [at for at in version.fund_positions if at in taxed]
    if funds and version.fund_rounding is FundRounding.LAST_ABSORBS:
        funds_net_fen = split_tax(sum(amounts_fen[at] for at in funds), rate_bp)[0]
        nets_fen[funds[-1]] = funds_net_fen - sum(nets_fen[at] for at in funds[:-1])
    absorber = version.net_absorber
    if absorber is not None:
        others_fen = sum(nets_fen[at] for at in taxed if at != absorber)
        nets_fen[absorber] = bill_net_fen - others_fen
    return nets_fen, vat_fen


def _fund_nets(lines: tuple[Line, ...]) -> dict[str, int]:
    nets_fen: dict[str, int] = {}
    for line in lines:
        account = line.component.account
        if line.component.is_fund:
            nets_fen[account] = nets_fen.get(account, 0) + line.net_fen
    return nets_fen


def _formula(written: str, price_e10: int, rounded_fen: int, amount_fen: int) -> str:
    """Write 140 × 0.05 = 7.00, with the absorbed difference where there is one."""
    difference_fen = amount_fen - rounded_fen
    sign = "−" if difference_fen < 0 else "+"
    absorbed = f" {sign} {format_yuan(abs(difference_fen))}" if difference_fen else ""
    return f"{written} × {format_price(price_e10)}{absorbed} = {format_yuan(amount_fen)}"
