"""The lines of one block of portions: quantities, amounts, and what their roundings leave over."""

from dataclasses import dataclass

import numpy as np

from onebook.kernel.rounding import Rounding
from onebook.tariff.kernels.amounts import MICRO_PER_FEN, amount_fen, micro_bounds
from onebook.tariff.kernels.blocks import Part
from onebook.tariff.rules import BILL_KINDS, KINDS, Component, FundRounding, RoundingStep
from onebook.tariff.rules.conditions import applying, discounted, discounted_price_e10
from onebook.tariff.rules.drafts import portion_fen
from onebook.tariff.rules.kinds.relief import after_block_columns
from onebook.tariff.rules.quantities import BoolArray, IntArray, QuantityColumn, whole


@dataclass(frozen=True, slots=True)
class _Priced:
    """A component's quantities and price, and the rows that have another price."""

    quantity: QuantityColumn
    price_e10: int
    other_rows: BoolArray | None = None
    other_price_e10: int = 0

    def amount_fen(self, rounding: Rounding) -> IntArray:
        fen = amount_fen(self.quantity, self.price_e10, rounding)
        if self.other_rows is None or not self.other_rows.any():
            return fen
        other_fen = amount_fen(self.quantity, self.other_price_e10, rounding)
        return np.where(self.other_rows, other_fen, fen)

    def micro_bounds(self) -> tuple[IntArray, IntArray, BoolArray]:
        bounds = micro_bounds(self.quantity, self.price_e10)
        if self.other_rows is None:
            return bounds
        other = micro_bounds(self.quantity, self.other_price_e10)
        low, high, unsure = (
            np.where(self.other_rows, two, one) for one, two in zip(bounds, other, strict=True)
        )
        return low, high, unsure


def price_lines(part: Part, bill_usage_e4: IntArray) -> None:
    """Write the quantities and amounts of the block's rows; the usage is that of its bills.

    A line of `BILL_KINDS` gets what it stands for alone (a minimum its floor, as an amount).
    """
    version, asked = part.version, part.portions
    part.portions = after_block_columns(asked)
    priced: list[_Priced] = []
    for at, component in enumerate(version.components):
        one = _priced(part, component, bill_usage_e4)
        part.quantity_e4[at] = one.quantity.rounded_e4
        part.amount_fen[at] = one.amount_fen(version.rounding)
        if one.other_rows is not None:
            prices = np.where(one.other_rows, one.other_price_e10, one.price_e10)
            part.varying_price_e10[at][:] = prices
        priced.append(one)
    part.portions = asked
    _absorb_funds(part)
    if version.rounding_step is RoundingStep.SUM:
        _absorb_sum(part, priced, bill_usage_e4)


def _priced(part: Part, component: Component, bill_usage_e4: IntArray) -> _Priced:
    quantity = KINDS[component.kind].column(component, part.portions)
    applies = applying(component, part.portions)
    if applies is not None:
        rest = None if quantity.rest is None else np.where(applies, quantity.rest, 0)
        magnitude = np.where(applies, quantity.magnitude, 0)
        quantity = QuantityColumn(magnitude, quantity.negative, rest, quantity.divisor)
    discount = component.load_discount
    if discount is None:
        return _Priced(quantity, component.price_e10)
    rows = discounted(discount, part.portions, part.of_bills(bill_usage_e4))
    if applies is not None:
        rows = rows & applies
    other_e10 = discounted_price_e10(component.price_e10, discount)
    return _Priced(quantity, component.price_e10, rows, other_e10)


def _absorb_funds(part: Part) -> None:
    """Write the last fund's row so that the funds add up to their common rounding."""
    version = part.version
    funds = version.fund_positions
    if len(funds) > 1 and version.fund_rounding is FundRounding.LAST_ABSORBS:
        rate_e10 = sum(version.components[at].price_e10 for at in funds)
        usage = whole(part.quantity_e4[funds[0]])
        together_fen = amount_fen(usage, rate_e10, version.rounding)
        part.amount_fen[funds[-1]] = together_fen - part.amount_fen[list(funds[:-1])].sum(axis=0)


def _absorb_sum(part: Part, priced: list[_Priced], bill_usage_e4: IntArray) -> None:
    """Let the first line of revenue take the difference to the sum rounded once.

    The sum is narrowed down to millionths of a fen; the rare rows in which that does not settle
    the fen are added up by the scalar rule.
    """
    version = part.version
    low, high = np.zeros((2, len(part.portions)), dtype=np.int64)
    unsure = np.zeros(len(part.portions), dtype=np.bool_)
    positions = [at for at, one in enumerate(version.components) if one.kind not in BILL_KINDS]
    for at in positions:
        low_micro, high_micro, too_large = priced[at].micro_bounds()
        low += low_micro
        high += high_micro
        unsure |= too_large
    total_fen = _to_fen(low, version.rounding)
    unsure |= total_fen != _to_fen(high, version.rounding)
    usage_e4 = part.of_bills(bill_usage_e4)
    for row in np.flatnonzero(unsure).tolist():
        total_fen[row] = portion_fen(part.portions.row(row), int(usage_e4[row]))
    first = next(at for at in positions if version.components[at].is_revenue)
    part.amount_fen[first] += total_fen - part.amount_fen[positions].sum(axis=0)


def _to_fen(micro: IntArray, rounding: Rounding) -> IntArray:
    half = MICRO_PER_FEN // 2 if rounding is Rounding.HALF_UP else 0
    fen = (np.abs(micro) + half) // MICRO_PER_FEN
    return np.where(micro < 0, -fen, fen)
