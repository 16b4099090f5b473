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

    def micro_bounds(self) -> tuple[IntArray, IntArray, BoolArray | None]:
        low, high, unsure = micro_bounds(self.quantity, self.price_e10)
        if self.other_rows is None:
            return low, high, unsure
        other_low, other_high, other_unsure = micro_bounds(self.quantity, self.other_price_e10)
        low = np.where(self.other_rows, other_low, low)
        high = np.where(self.other_rows, other_high, high)
        if unsure is None or other_unsure is None:
            return low, high, unsure if other_unsure is None else other_unsure
        return low, high, unsure | other_unsure


class _Sum:
    """What the lines of a block's rows come to, narrowed down to millionths of a fen."""

    def __init__(self, rows: int) -> None:
        self.low, self.high = np.zeros((2, rows), dtype=np.int64)
        self.unsure = np.zeros(rows, dtype=np.bool_)

    def add(self, priced: _Priced) -> None:
        low, high, too_large = priced.micro_bounds()
        self.low += low
        self.high += high
        if too_large is not None:
            self.unsure |= too_large


def price_lines(part: Part, bill_usage_e4: IntArray) -> None:
    """Write the quantities and amounts of the block's rows; the usage is that of its bills.

    A line of `BILL_KINDS` gets what it stands for alone (a minimum its floor, as an amount).
    """
    version, asked = part.version, part.portions
    part.portions = after_block_columns(asked)
    together = _Sum(len(asked)) if version.rounding_step is RoundingStep.SUM else None
    for at, component in enumerate(version.components):
        one = _priced(part, component, bill_usage_e4)
        part.quantity_e4[at] = one.quantity.rounded_e4
        part.amount_fen[at] = one.amount_fen(version.rounding)
        if one.other_rows is not None:
            prices = np.where(one.other_rows, one.other_price_e10, one.price_e10)
            part.varying_price_e10[at][:] = prices
        # Here, while the quantities are in the cache and before the next take their memory.
        if together is not None and component.kind not in BILL_KINDS:
            together.add(one)
    part.portions = asked
    _absorb_funds(part)
    if together is not None:
        _absorb_sum(part, together, bill_usage_e4)


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


def _absorb_sum(part: Part, together: _Sum, bill_usage_e4: IntArray) -> None:
    """Let the first line of revenue take the difference to the sum rounded once.

    The rare rows in which the millionths do not settle the fen are added up by the scalar rule.
    """
    version = part.version
    total_fen = _to_fen(together.low, version.rounding)
    unsure = together.unsure | (total_fen != _to_fen(together.high, version.rounding))
    usage_e4 = part.of_bills(bill_usage_e4)
    for row in np.flatnonzero(unsure).tolist():
        total_fen[row] = portion_fen(part.portions.row(row), int(usage_e4[row]))
    positions = [at for at, one in enumerate(version.components) if one.kind not in BILL_KINDS]
    first = next(at for at in positions if version.components[at].is_revenue)
    part.amount_fen[first] += total_fen - part.sum_of(part.amount_fen, positions)


def _to_fen(micro: IntArray, rounding: Rounding) -> IntArray:
    half = MICRO_PER_FEN // 2 if rounding is Rounding.HALF_UP else 0
    fen = (np.abs(micro) + half) // MICRO_PER_FEN
    return np.where(micro < 0, -fen, fen)
