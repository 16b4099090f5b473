"""What bills owe as a whole, on columns: power factors, then minimums; twin of `rules.settle`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import Rounding
from onebook.tariff.errors import PowerFactorUnpriced
from onebook.tariff.kernels.blocks import Part
from onebook.tariff.rules import Kind, PowerFactorColumns
from onebook.tariff.rules.kinds import power_factor
from onebook.tariff.rules.quantities import BoolArray, IntArray, product_over
from onebook.tariff.rules.settle import E4_PER_FEN, E10_PER_BP, minimum_key


@dataclass(frozen=True, slots=True)
class PowerFactorsCharged:
    """By bill [n]: cosφ in hundredths, the rate in basis points, its base; 0 if not assessed."""

    cosine: IntArray
    rate_bp: IntArray
    base_fen: IntArray

    def rows(self, chosen: slice) -> "PowerFactorsCharged":
        """The bills of a block, as views."""
        return PowerFactorsCharged(self.cosine[chosen], self.rate_bp[chosen], self.base_fen[chosen])


def settle_power_factors(
    parts: Sequence[Part],
    facts: PowerFactorColumns | None,
    charged: PowerFactorsCharged,
    start: int,
) -> None:
    """Write each assessed bill's adjustment into its first line of that kind.

    ``start`` is the block's first bill; PowerFactorUnpriced names the bill that has no such line.
    """
    if facts is None:
        return
    cosine = power_factor.cos_column(facts.active_e4, facts.reactive_e4)
    charged.cosine[:] = np.where(facts.standard_bp != 0, cosine, 0)
    charged.rate_bp[:] = power_factor.rate_column(cosine, facts.standard_bp)
    charged.base_fen[:] = 0
    for part in parts:
        base_fen = part.sum_of(part.amount_fen, _counting(part))
        part.add(charged.base_fen, np.where(part.portions.in_pf_fee, base_fen, 0))
    open_bills = facts.standard_bp != 0
    charged.base_fen[~open_bills] = 0
    for part in parts:
        for at, component in enumerate(part.version.components):
            if component.kind is Kind.POWER_FACTOR:
                _charge(part, at, parts, charged, open_bills)
    if open_bills.any():
        raise PowerFactorUnpriced(row=start + int(open_bills.argmax()))


def _charge(
    part: Part, at: int, parts: Sequence[Part], charged: PowerFactorsCharged, open_bills: BoolArray
) -> None:
    """Charge the bills whose first line of the kind this is."""
    rounding = part.version.rounding
    if part.version.components[at].pf_per_line:
        adjustment_fen = np.zeros_like(charged.base_fen)
        for other in parts:
            rates_bp = np.where(other.portions.in_pf_fee, other.of_bills(charged.rate_bp), 0)
            for counting in _counting(other):
                adjusted_fen = _adjusted(other.amount_fen[counting], rates_bp, rounding)
                other.add(adjustment_fen, adjusted_fen)
    else:
        adjustment_fen = _adjusted(charged.base_fen, charged.rate_bp, rounding)
    rows = part.firsts()
    bills = rows if part.place is None else part.place[rows]
    taken = open_bills[bills]
    part.amount_fen[at][rows] = np.where(taken, adjustment_fen[bills], 0)
    part.quantity_e4[at][rows] = np.where(taken, charged.base_fen[bills] * E4_PER_FEN, 0)
    part.varying_price_e10[at][rows] = np.where(taken, charged.rate_bp[bills] * E10_PER_BP, 0)
    open_bills[bills] = False


def _counting(part: Part) -> list[int]:
    """The positions of the lines that count for the adjustment."""
    return [at for at, one in enumerate(part.version.components) if one.in_pf_base]


def _adjusted(amounts_fen: IntArray, rates_bp: IntArray, rounding: Rounding) -> IntArray:
    adjusted = product_over(amounts_fen, rates_bp, BASIS_POINTS)
    if rounding is Rounding.HALF_UP:
        return adjusted.rounded_e4
    return adjusted.signed(adjusted.magnitude)


def settle_minimums(
    parts: Sequence[Part], bills: int, year_amount_before_fen: IntArray | None
) -> None:
    """Turn the floors, which stand as amounts, into what is missing, one floor after the other."""
    floors: defaultdict[tuple[bool, str, tuple[str, ...]], list[_Floor]] = defaultdict(list)
    for part in parts:
        for at, component in enumerate(part.version.components):
            if component.kind is Kind.MINIMUM:
                floors[minimum_key(component)].append(_Floor(part, at, part.amount_fen[at].copy()))
                part.amount_fen[at] = part.quantity_e4[at] = 0
    for (yearly, _, accounts), lines in sorted(floors.items(), key=lambda one: one[0]):
        reached_fen = np.zeros(bills, dtype=np.int64)
        if yearly:
            if year_amount_before_fen is None:
                continue
            reached_fen += year_amount_before_fen
        for part in parts:
            covered = [
                at
                for at, component in enumerate(part.version.components)
                if not accounts or component.account in accounts
            ]
            part.add(reached_fen, part.sum_of(part.amount_fen, covered))
        _top_up(lines, reached_fen)


@dataclass(frozen=True, slots=True)
class _Floor:
    """A minimum's line in a part, and the floors of its rows."""

    part: Part
    at: int
    floor_fen: IntArray


def _top_up(lines: Sequence[_Floor], reached_fen: IntArray) -> None:
    floor_fen = np.zeros_like(reached_fen)
    for one in lines:
        one.part.add(floor_fen, one.floor_fen)
    missing_fen = np.where(floor_fen > 0, np.maximum(floor_fen - reached_fen, 0), 0)
    for one in lines:
        rows = one.part.firsts()
        bills = rows if one.part.place is None else one.part.place[rows]
        one.part.amount_fen[one.at][rows] = missing_fen[bills]
        one.part.quantity_e4[one.at][rows] = missing_fen[bills] * E4_PER_FEN
        missing_fen[bills] = 0
