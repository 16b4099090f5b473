"""The lines of one portion while a bill is being worked out: quantities, amounts, roundings."""

from dataclasses import dataclass, replace
from fractions import Fraction

from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import apply
from onebook.tariff.rules import conditions
from onebook.tariff.rules.facts import Portion
from onebook.tariff.rules.kinds import BILL_KINDS, KINDS
from onebook.tariff.rules.kinds.relief import after_block
from onebook.tariff.rules.model import Component, FundRounding, RoundingStep, Version
from onebook.tariff.rules.quantities import Quantity

# 10^-4 units x 10^-10 yuan a unit = 10^-14 yuan = 10^-12 fen.
PRODUCTS_PER_FEN = 10**12
_PRICE_DECIMALS = 10
_NOTHING = Quantity(0, "0")


@dataclass(slots=True)
class Draft:
    """A line in the making; ``place`` is its portion's, ``position`` its component's.

    ``rounded_fen`` is quantity x price, ``amount_fen`` what is charged after the line has taken
    what other lines' roundings leave. ``formula`` stands in for quantity x price where set.
    """

    place: int
    portion: Portion
    position: int
    component: Component
    quantity: Quantity
    price_e10: int
    price_written: str
    rounded_fen: int = 0
    amount_fen: int = 0
    formula: str = ""

    @property
    def product(self) -> tuple[int, int]:
        """Quantity x price in fen, as numerator and denominator."""
        numerator = self.quantity.numerator * self.price_e10
        return numerator, self.quantity.divisor * PRODUCTS_PER_FEN


def draft_portion(place: int, portion: Portion, bill_usage_e4: int) -> list[Draft]:
    """Price every component of the portion, then settle what its roundings leave over.

    Lines of `BILL_KINDS` come with their quantity alone; `settle` gives them their amounts.
    """
    version, portion = portion.version, after_block(portion)
    drafts = [
        _draft(place, portion, position, bill_usage_e4)
        for position in range(len(version.components))
    ]
    priced = [draft for draft in drafts if draft.component.kind not in BILL_KINDS]
    for draft in priced:
        draft.rounded_fen = draft.amount_fen = apply(version.rounding, *draft.product)
    _absorb_funds(version, [draft for draft in priced if draft.component.is_fund])
    _absorb_sum(version, priced)
    return drafts


def portion_fen(portion: Portion, bill_usage_e4: int) -> int:
    """What the portion's own lines come to, by the rounding of its version."""
    return sum(draft.amount_fen for draft in draft_portion(0, portion, bill_usage_e4))


def format_price(price_e10: int) -> str:
    """Write 10^-10 yuan per unit without trailing zeros, with two decimals at least."""
    whole, part = divmod(abs(price_e10), 10**_PRICE_DECIMALS)
    decimals = f"{part:010d}".rstrip("0").ljust(2, "0")
    return f"{'-' if price_e10 < 0 else ''}{whole}.{decimals}"


def _draft(place: int, portion: Portion, position: int, bill_usage_e4: int) -> Draft:
    component = portion.version.components[position]
    price_e10, written = component.price_e10, format_price(component.price_e10)
    if not conditions.applies(component, portion):
        return Draft(place, portion, position, component, _NOTHING, price_e10, written)
    quantity = KINDS[component.kind].quantity(component, portion)
    discount = component.load_discount
    if discount is not None:
        note = conditions.discount_written(discount, portion, bill_usage_e4)
        quantity = replace(quantity, note=", ".join(filter(None, [quantity.note, note])))
        if conditions.is_discounted(discount, portion, bill_usage_e4):
            price_e10 = conditions.discounted_price_e10(price_e10, discount)
            written += f" × {format_price(discount.price_bp * 10**_PRICE_DECIMALS // BASIS_POINTS)}"
    return Draft(place, portion, position, component, quantity, price_e10, written)


def _absorb_funds(version: Version, funds: list[Draft]) -> None:
    """Let the last fund take the difference to the funds rounded together, where so agreed."""
    if funds and version.fund_rounding is FundRounding.LAST_ABSORBS:
        together = sum(fund.product[0] for fund in funds)
        together_fen = apply(version.rounding, together, PRODUCTS_PER_FEN)
        funds[-1].amount_fen = together_fen - sum(fund.amount_fen for fund in funds[:-1])


def _absorb_sum(version: Version, drafts: list[Draft]) -> None:
    """Let the first line of revenue take the difference to the sum rounded once."""
    if version.rounding_step is RoundingStep.SUM:
        exact = sum((Fraction(*draft.product) for draft in drafts), Fraction(0))
        total_fen = apply(version.rounding, exact.numerator, exact.denominator)
        first = next(draft for draft in drafts if draft.component.is_revenue)
        first.amount_fen += total_fen - sum(draft.amount_fen for draft in drafts)
