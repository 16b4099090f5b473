"""The VAT of bills on columns: split off each bill's whole, shared out over its lines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onebook.kernel.money import BASIS_POINTS
from onebook.tariff.kernels.blocks import Part
from onebook.tariff.rules import FundRounding, Version
from onebook.tariff.rules.quantities import INT64_MAX, IntArray, whole


def split_nets(parts: Sequence[Part], vat_fen: IntArray) -> None:
    """Write the line nets of a block and the VAT of its bills, as `rules.nets` does for one."""
    for part in parts:
        _line_nets(part)
    vat_fen[:] = 0
    for rate_bp in dict.fromkeys(part.version.vat_rate_bp for part in parts):
        if rate_bp == 0:
            continue
        sharing = [part for part in parts if part.version.vat_rate_bp == rate_bp]
        taxed_fen, nets_fen = np.zeros_like(vat_fen), np.zeros_like(vat_fen)
        for part in sharing:
            taxed = part.version.taxed_positions
            part.add(taxed_fen, part.sum_of(part.amount_fen, taxed))
            part.add(nets_fen, part.sum_of(part.line_net_fen, taxed))
        bill_net_fen = net_fen(taxed_fen, rate_bp)
        vat_fen += taxed_fen - bill_net_fen
        _share_left(sharing, bill_net_fen - nets_fen)


def net_fen(gross_fen: IntArray, rate_bp: int) -> IntArray:
    """Divide by 1 + rate, a half away from zero, without a product that could overflow."""
    divisor = BASIS_POINTS + rate_bp
    gross = whole(gross_fen)
    magnitude = gross.magnitude
    if not len(magnitude) or int(magnitude.max()) * 2 * BASIS_POINTS + divisor <= INT64_MAX:
        net = (magnitude * (2 * BASIS_POINTS) + divisor) // (2 * divisor)
    else:
        units = magnitude // divisor
        rest = magnitude - units * divisor
        net = units * BASIS_POINTS + (rest * (2 * BASIS_POINTS) + divisor) // (2 * divisor)
    return gross.signed(net)


def _line_nets(part: Part) -> None:
    version = part.version
    part.line_net_fen[:] = part.amount_fen
    if version.vat_rate_bp == 0:
        return
    for at in version.taxed_positions:
        part.line_net_fen[at] = net_fen(part.amount_fen[at], version.vat_rate_bp)
    funds = [at for at in version.fund_positions if version.components[at].vat_included]
    if len(funds) > 1 and version.fund_rounding is FundRounding.LAST_ABSORBS:
        together_fen = net_fen(part.amount_fen[funds].sum(axis=0), version.vat_rate_bp)
        others_fen = part.line_net_fen[funds[:-1]].sum(axis=0)
        part.line_net_fen[funds[-1]] = together_fen - others_fen


def _share_left(parts: Sequence[Part], left_fen: IntArray) -> None:
    """Give what is left to each bill's first taxed line of revenue, else to its last taxed line."""
    for part in parts:
        _absorb(part, _first_revenue(part.version), left_fen, part.firsts())
    if left_fen.any():
        for part in reversed(parts):
            _absorb(part, part.version.taxed_positions[-1:], left_fen, part.lasts())


def _first_revenue(version: Version) -> tuple[int, ...]:
    revenue = (at for at in version.taxed_positions if version.components[at].is_revenue)
    return tuple(revenue)[:1]


def _absorb(
    part: Part, positions: tuple[int, ...], left_fen: IntArray, rows: slice | NDArray[np.intp]
) -> None:
    bills = rows if part.place is None else part.place[rows]
    for at in positions:
        part.line_net_fen[at][rows] += left_fen[bills]
        left_fen[bills] = 0
