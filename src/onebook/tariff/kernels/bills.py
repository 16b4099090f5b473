"""The lines of one block of portions: quantities, amounts, and what their roundings leave over."""

import numpy as np

from onebook.kernel.rounding import Rounding
from onebook.tariff.kernels.amounts import MICRO_PER_FEN, amount_fen, micro_bounds
from onebook.tariff.kernels.blocks import Part
from onebook.tariff.rules import KINDS, FundRounding, RoundingStep
from onebook.tariff.rules.explain import sum_fen
from onebook.tariff.rules.kinds import applying
from onebook.tariff.rules.quantities import BoolArray, IntArray, QuantityColumn, whole


def price_lines(part: Part) -> None:
    """Write the quantities and amounts of the block's rows."""
    version = part.version
    quantities = []
    for at, component in enumerate(version.components):
        quantity = _restricted(
            KINDS[component.kind].column(component, part.portions),
            applying(component, part.portions),
        )
        part.quantity_e4[at] = quantity.rounded_e4
        part.amount_fen[at] = amount_fen(quantity, component.price_e10, version.rounding)
        quantities.append(quantity)
    _absorb_funds(part)
    if version.rounding_step is RoundingStep.SUM:
        _absorb_sum(part, quantities)


def _restricted(quantity: QuantityColumn, applies: BoolArray | bool) -> QuantityColumn:
    """Charge nothing in the rows where the component does not apply."""
    if applies is True:
        return quantity
    rest = None if quantity.rest is None else np.where(applies, quantity.rest, 0)
    magnitude = np.where(applies, quantity.magnitude, 0)
    return QuantityColumn(magnitude, quantity.negative, rest, quantity.divisor)


def _absorb_funds(part: Part) -> None:
    """Write the last fund's row so that the funds add up to their common rounding."""
    version = part.version
    funds = version.fund_positions
    if len(funds) > 1 and version.fund_rounding is FundRounding.LAST_ABSORBS:
        rate_e10 = sum(version.components[at].price_e10 for at in funds)
        usage = whole(part.quantity_e4[funds[0]])
        together_fen = amount_fen(usage, rate_e10, version.rounding)
        part.amount_fen[funds[-1]] = together_fen - part.amount_fen[list(funds[:-1])].sum(axis=0)


def _absorb_sum(part: Part, quantities: list[QuantityColumn]) -> None:
    """Let the first line of revenue take the difference to the sum rounded once.

    The sum is narrowed down to millionths of a fen; the rare rows in which that does not settle
    the fen are added up by the scalar rule.
    """
    version = part.version
    low, high = np.zeros((2, len(part.portions)), dtype=np.int64)
    unsure = np.zeros(len(part.portions), dtype=np.bool_)
    for component, quantity in zip(version.components, quantities, strict=True):
        micro, cut, too_large = micro_bounds(quantity, component.price_e10)
        below = quantity.signed(cut.astype(np.int64)) * (1 if component.price_e10 >= 0 else -1)
        low += micro + np.minimum(below, 0)
        high += micro + np.maximum(below, 0)
        unsure |= too_large
    total_fen = _to_fen(low, version.rounding)
    unsure |= total_fen != _to_fen(high, version.rounding)
    for row in np.flatnonzero(unsure).tolist():
        total_fen[row] = sum_fen(part.portions.row(row))
    first = next(at for at, one in enumerate(version.components) if one.is_revenue)
    part.amount_fen[first] += total_fen - part.amount_fen.sum(axis=0)


def _to_fen(micro: IntArray, rounding: Rounding) -> IntArray:
    half = MICRO_PER_FEN // 2 if rounding is Rounding.HALF_UP else 0
    fen = (np.abs(micro) + half) // MICRO_PER_FEN
    return np.where(micro < 0, -fen, fen)
