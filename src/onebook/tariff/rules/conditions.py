"""When a component is charged, and at which price: single or for columns."""

import numpy as np

from onebook.kernel.energy import format_kwh
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import half_up
from onebook.tariff.rules.facts import Portion, PortionColumns
from onebook.tariff.rules.model import Component, LoadDiscount
from onebook.tariff.rules.quantities import BoolArray, IntArray


def needs(component: Component) -> frozenset[str]:
    """The facts that its conditions ask for."""
    asked = {"month": component.months, "transformer_e4": component.load_discount}
    return frozenset(fact for fact, condition in asked.items() if condition)


def applies(component: Component, portion: Portion) -> bool:
    """Whether the component is charged in the portion's month."""
    return not component.months or portion.month in component.months


def applying(component: Component, portions: PortionColumns) -> BoolArray | None:
    """The same for columns: the rows in which it is charged, None for all of them."""
    if not component.months:
        return None
    return np.broadcast_to(np.isin(portions.month, component.months), len(portions))


def is_discounted(discount: LoadDiscount, portion: Portion, bill_usage_e4: int) -> bool:
    """Whether the bill's kWh reach the discount's kWh a kVA, both unrounded (the 260 rule)."""
    return bill_usage_e4 >= discount.kwh_per_kva * portion.transformer_e4


def discounted(
    discount: LoadDiscount, portions: PortionColumns, bill_usage_e4: IntArray
) -> BoolArray:
    """The same for columns; the usage is that of each row's bill."""
    return np.asarray(bill_usage_e4 >= discount.kwh_per_kva * portions.transformer_e4)


def discounted_price_e10(price_e10: int, discount: LoadDiscount) -> int:
    """The price with its discount, half-up to ten decimals."""
    return half_up(price_e10 * discount.price_bp, BASIS_POINTS)


def discount_written(discount: LoadDiscount, portion: Portion, bill_usage_e4: int) -> str:
    """The comparison, as it stands behind the line."""
    relation = "≥" if is_discounted(discount, portion, bill_usage_e4) else "<"
    usage, kva = format_kwh(bill_usage_e4), format_kwh(portion.transformer_e4)
    return f"{usage} ÷ {kva} {relation} {discount.kwh_per_kva}"
