"""One bill calculated on plain integers and explained line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from onebook.kernel.money import format_yuan
from onebook.kernel.rounding import apply, half_up
from onebook.tariff.rules.bounds import check
from onebook.tariff.rules.facts import MONTHS_PER_YEAR, Portion
from onebook.tariff.rules.kinds import KINDS, applies, unit_of
from onebook.tariff.rules.model import TOTAL, Component, FundRounding, RoundingStep, Unit, Version
from onebook.tariff.rules.nets import split_nets
from onebook.tariff.rules.quantities import Quantity

# 10^-4 units x 10^-10 yuan a unit = 10^-14 yuan = 10^-12 fen.
PRODUCTS_PER_FEN = 10**12
_PRICE_DECIMALS = 10
_NOTHING = Quantity(0, "0")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: quantity x price = amount, its part without VAT, and its source.

    ``quantity_e4`` is in 10^-4 ``unit``, rounded where days were shared out; the formula has the
    exact one. ``portion`` is the place of its portion, ``position`` that of its component.
    """

    component: Component
    quantity_e4: int
    price_e10: int
    amount_fen: int
    net_fen: int
    formula: str
    source: str
    unit: Unit
    portion: int = 0
    position: int = 0
    label_zh: str = ""


@dataclass(frozen=True, slots=True)
class BillExplained:
    """A bill as it is printed: lines add up to total = net + VAT, and nets add up to net.

    Every component of every portion has its line, also where nothing is charged.
    """

    lines: tuple[Line, ...]
    total_fen: int
    net_fen: int
    vat_fen: int
    fund_net_fen: dict[str, int]

    @property
    def printed(self) -> tuple[Line, ...]:
        """The lines with a quantity or an amount."""
        return tuple(line for line in self.lines if line.quantity_e4 or line.amount_fen)


@dataclass(slots=True)
class _Draft:
    """A line while the bill is being worked out."""

    portion: Portion
    place: int
    position: int
    component: Component
    quantity: Quantity
    rounded_fen: int
    amount_fen: int = 0

    @property
    def price_e10(self) -> int:
        changed = self.quantity.price_e10
        return self.component.price_e10 if changed is None else changed


def explain(
    version: Version,
    usage_e4: int,
    year_usage_before_e4: int = 0,
    quota_months: int = MONTHS_PER_YEAR,
) -> BillExplained:
    """Calculate the bill of one meter on a version without periods; see `explain_bill`."""
    usage = {TOTAL: usage_e4}
    portion = Portion(
        version, usage, year_usage_before_e4=year_usage_before_e4, quota_months=quota_months
    )
    return explain_bill([portion])


def explain_bill(portions: Sequence[Portion]) -> BillExplained:
    """Calculate one bill of one or several portions, each on a version taken as validated.

    Negative usage (退补) walks back down the tiers it came up. Prices include VAT: the net of the
    whole bill is gross / (1 + rate) half-up, VAT is the rest; the first line of revenue takes
    what the lines' own nets leave of it. Refuses what `bounds.check` refuses, naming the portion.
    """
    for place, portion in enumerate(portions):
        check(portion, place)
    drafts = [draft for place, portion in enumerate(portions) for draft in _drafts(place, portion)]
    nets_fen, vat_fen = split_nets(
        [(one.place, one.portion.version, one.component, one.amount_fen) for one in drafts]
    )
    lines = tuple(_line(one, net_fen) for one, net_fen in zip(drafts, nets_fen, strict=True))
    total_fen = sum(line.amount_fen for line in lines)
    return BillExplained(lines, total_fen, total_fen - vat_fen, vat_fen, _fund_nets(lines))


def sum_fen(portion: Portion) -> int:
    """What the lines of one portion come to, by the rounding of its version."""
    return sum(draft.amount_fen for draft in _drafts(0, portion))


def format_price(price_e10: int) -> str:
    """Write 10^-10 yuan per unit without trailing zeros, with two decimals at least."""
    whole, part = divmod(abs(price_e10), 10**_PRICE_DECIMALS)
    decimals = f"{part:010d}".rstrip("0").ljust(2, "0")
    return f"{'-' if price_e10 < 0 else ''}{whole}.{decimals}"


def _drafts(place: int, portion: Portion) -> list[_Draft]:
    """Price every component of the portion, then settle what its roundings leave over."""
    version = portion.version
    drafts = []
    for position, component in enumerate(version.components):
        quantity = _NOTHING
        if applies(component, portion):
            quantity = KINDS[component.kind].quantity(component, portion)
        draft = _Draft(portion, place, position, component, quantity, 0)
        numerator, denominator = _product(draft)
        draft.rounded_fen = draft.amount_fen = apply(version.rounding, numerator, denominator)
        drafts.append(draft)
    _absorb_funds(version, [draft for draft in drafts if draft.component.is_fund])
    _absorb_sum(version, drafts)
    return drafts


def _product(draft: _Draft) -> tuple[int, int]:
    quantity = draft.quantity
    return quantity.numerator * draft.price_e10, quantity.divisor * PRODUCTS_PER_FEN


def _absorb_funds(version: Version, funds: list[_Draft]) -> None:
    """Let the last fund take the difference to the funds rounded together, where so agreed."""
    if funds and version.fund_rounding is FundRounding.LAST_ABSORBS:
        together = sum(_product(fund)[0] for fund in funds)
        together_fen = apply(version.rounding, together, PRODUCTS_PER_FEN)
        funds[-1].amount_fen = together_fen - sum(fund.amount_fen for fund in funds[:-1])


def _absorb_sum(version: Version, drafts: list[_Draft]) -> None:
    """Let the first line of revenue take the difference to the sum rounded once."""
    if version.rounding_step is RoundingStep.SUM:
        exact = sum((Fraction(*_product(draft)) for draft in drafts), Fraction(0))
        total_fen = apply(version.rounding, exact.numerator, exact.denominator)
        first = next(draft for draft in drafts if draft.component.is_revenue)
        first.amount_fen += total_fen - sum(draft.amount_fen for draft in drafts)


def _line(draft: _Draft, net_fen: int) -> Line:
    component, quantity = draft.component, draft.quantity
    return Line(
        component=component,
        quantity_e4=half_up(quantity.numerator, quantity.divisor),
        price_e10=draft.price_e10,
        amount_fen=draft.amount_fen,
        net_fen=net_fen,
        formula=_formula(draft),
        source=component.source,
        unit=unit_of(component),
        portion=draft.place,
        position=draft.position,
        label_zh=draft.portion.label_zh,
    )


def _formula(draft: _Draft) -> str:
    """Write 140 × 0.05 = 7.00, with the absorbed difference and the condition where there are."""
    quantity = draft.quantity
    difference_fen = draft.amount_fen - draft.rounded_fen
    sign = "−" if difference_fen < 0 else "+"
    absorbed = f" {sign} {format_yuan(abs(difference_fen))}" if difference_fen else ""
    price = quantity.price_written or format_price(draft.price_e10)
    note = f" ({quantity.note})" if quantity.note else ""
    return f"{quantity.written} × {price}{absorbed} = {format_yuan(draft.amount_fen)}{note}"


def _fund_nets(lines: tuple[Line, ...]) -> dict[str, int]:
    nets_fen: dict[str, int] = {}
    for line in lines:
        account = line.component.account
        if line.component.is_fund:
            nets_fen[account] = nets_fen.get(account, 0) + line.net_fen
    return nets_fen
