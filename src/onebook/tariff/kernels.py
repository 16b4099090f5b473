"""The bill calculation on columns: exact integers, equal to the scalar rule row by row."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import Rounding
from onebook.tariff.errors import ColumnLengthsDiffer
from onebook.tariff.rules import (
    USAGE_LIMIT_E4,
    Component,
    FundRounding,
    Kind,
    TierBasis,
    Version,
    check_range,
    require_usable,
    tier_limit_e4,
)
from onebook.tariff.rules.explain import MONTHS_PER_YEAR, PRODUCTS_PER_FEN

IntArray = NDArray[np.int64]

_INT64_MAX = 2**63 - 1
_LIMB = 10**6


@dataclass(frozen=True, slots=True)
class Columns:
    """Bills of one tariff version: c components by n bills, all int64, money in fen.

    ``quantity_e4``, ``amount_fen`` and ``line_net_fen`` are [c, n] in the order of
    ``version.components``; ``price_e10`` is [c]; the others are [n]. Amounts add up to the
    total, line nets to the net, net + VAT = total.
    """

    version: Version
    price_e10: IntArray
    quantity_e4: IntArray
    amount_fen: IntArray
    line_net_fen: IntArray
    total_fen: IntArray
    net_fen: IntArray
    vat_fen: IntArray

    @property
    def fund_net_fen(self) -> IntArray:
        """The nets of the government funds, [f, n] in the order of ``version.fund_positions``."""
        return self.line_net_fen[list(self.version.fund_positions)]


def calculate(
    version: Version,
    usage_e4: IntArray,
    year_usage_before_e4: IntArray | int = 0,
    quota_months: IntArray | int = 12,
) -> Columns:
    """Calculate n bills at once; the two last columns may be one value for all of them.

    TariffUnusable refuses a faulty version, UsageOutOfRange and QuotaMonthsOutOfRange name the
    first row beyond the bounds in which every step is exact, ColumnLengthsDiffer a column that
    does not fit.
    """
    require_usable(version)
    usage_e4 = np.ascontiguousarray(usage_e4, dtype=np.int64)
    before_e4 = _column("year_usage_before_e4", year_usage_before_e4, len(usage_e4))
    months = _column("quota_months", quota_months, len(usage_e4))
    _check_columns(usage_e4, before_e4, months)
    quantity_e4 = _quantities(version, usage_e4, before_e4, months)
    amount_fen = np.empty_like(quantity_e4)
    for at, component in enumerate(version.components):
        amount_fen[at] = _amount(quantity_e4[at], component.price_e10, version.rounding)
    _absorb_funds(version, amount_fen, usage_e4)
    line_net_fen, net_fen, vat_fen = _nets(version, amount_fen)
    prices = np.array([component.price_e10 for component in version.components], dtype=np.int64)
    total_fen = amount_fen.sum(axis=0)
    return Columns(
        version, prices, quantity_e4, amount_fen, line_net_fen, total_fen, net_fen, vat_fen
    )


def _column(name: str, values: IntArray | int, rows: int) -> IntArray:
    column = np.asarray(values, dtype=np.int64)
    if column.ndim and len(column) != rows:
        raise ColumnLengthsDiffer(column=name, found=len(column), expected=rows)
    return column


def _check_columns(usage_e4: IntArray, before_e4: IntArray, months: IntArray) -> None:
    """Find the first row out of range by the array, then let the scalar rule name it."""
    wrong = _beyond(usage_e4) | _beyond(before_e4) | (months < 1) | (months > MONTHS_PER_YEAR)
    wrong = np.broadcast_to(wrong, usage_e4.shape)
    if wrong.any():
        row = int(wrong.argmax())
        usage, before, count = (
            int(np.broadcast_to(column, usage_e4.shape)[row])
            for column in (usage_e4, before_e4, months)
        )
        check_range(usage, before, count, row=row)


def _beyond(energy_e4: IntArray) -> NDArray[np.bool_]:
    return (energy_e4 > USAGE_LIMIT_E4) | (energy_e4 < -USAGE_LIMIT_E4)


def _quantities(
    version: Version, usage_e4: IntArray, before_e4: IntArray, months: IntArray
) -> IntArray:
    quantity_e4 = np.empty((len(version.components), len(usage_e4)), dtype=np.int64)
    after_e4 = before_e4 + usage_e4
    nothing = np.zeros((), dtype=np.int64)
    for at, component in enumerate(version.components):
        if component.kind is Kind.FLAT:
            quantity_e4[at] = usage_e4
        elif component.tier_basis is TierBasis.MONTH:
            quantity_e4[at] = _in_tier(version, component, nothing, usage_e4, months)
        else:
            quantity_e4[at] = _in_tier(version, component, before_e4, after_e4, months)
    return quantity_e4


def _in_tier(
    version: Version,
    component: Component,
    before_e4: IntArray,
    after_e4: IntArray,
    months: IntArray,
) -> IntArray:
    """Give the energy between before and after that lies inside the tier, with its sign.

    The lowest tier is open downward: energy given back below zero is given back at its price.
    """
    start_e4, end_e4 = before_e4, after_e4
    if component.lower_kwh:
        lower_e4 = _limit(version, component, component.lower_kwh, months)
        start_e4, end_e4 = np.maximum(start_e4, lower_e4), np.maximum(end_e4, lower_e4)
    if component.upper_kwh is not None:
        upper_e4 = _limit(version, component, component.upper_kwh, months)
        start_e4, end_e4 = np.minimum(start_e4, upper_e4), np.minimum(end_e4, upper_e4)
    return end_e4 - start_e4


def _limit(version: Version, component: Component, limit_kwh: int, months: IntArray) -> IntArray:
    """Look the limit up by the months of quota; one value when it is the same for all rows."""
    if component.tier_basis is TierBasis.MONTH or not version.quota_per_month:
        return np.asarray(limit_kwh * E4_PER_KWH, dtype=np.int64)
    by_months: IntArray = np.array(
        [
            tier_limit_e4(version, component, limit_kwh, count)
            for count in range(MONTHS_PER_YEAR + 1)
        ],
        dtype=np.int64,
    )
    return np.asarray(by_months[months], dtype=np.int64)


def _amount(quantity_e4: IntArray, price_e10: int, rounding: Rounding) -> IntArray:
    """Round quantity x price / 10^12 to fen.

    One int64 product where the largest of the column fits, else two limbs of six digits each.
    """
    half = PRODUCTS_PER_FEN // 2 if rounding is Rounding.HALF_UP else 0
    low, high = _range(quantity_e4)
    magnitude_e4, price = (quantity_e4 if low >= 0 else np.abs(quantity_e4)), abs(price_e10)
    if max(-low, high) * price + half <= _INT64_MAX:
        fen = (magnitude_e4 * price + half) // PRODUCTS_PER_FEN
    else:
        fen = _two_limbs(magnitude_e4, price, half)
    signed = fen if low >= 0 else np.where(quantity_e4 < 0, -fen, fen)
    return signed if price_e10 >= 0 else -signed


def _two_limbs(quantity_e4: IntArray, price_e10: int, half: int) -> IntArray:
    """Multiply by parts of 10^6: no partial product passes 10^16 inside the stated bounds."""
    quantity_high = quantity_e4 // _LIMB
    quantity_low = quantity_e4 - quantity_high * _LIMB
    price_high, price_low = divmod(price_e10, _LIMB)
    middle = quantity_high * price_low + quantity_low * price_high
    carry = middle // _LIMB
    rest = (middle - carry * _LIMB) * _LIMB + quantity_low * price_low
    fen: IntArray = quantity_high * price_high + carry + (rest + half) // PRODUCTS_PER_FEN
    return fen


def _absorb_funds(version: Version, amount_fen: IntArray, usage_e4: IntArray) -> None:
    """Write the last fund's row so that the funds add up to their common rounding."""
    funds = version.fund_positions
    if len(funds) > 1 and version.fund_rounding is FundRounding.LAST_ABSORBS:
        rate_e10 = sum(version.components[at].price_e10 for at in funds)
        together_fen = _amount(usage_e4, rate_e10, version.rounding)
        amount_fen[funds[-1]] = together_fen - amount_fen[list(funds[:-1])].sum(axis=0)


def _nets(version: Version, amount_fen: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Give line nets [c, n], the bill's net [n] and its VAT [n]."""
    rate_bp, taxed = version.vat_rate_bp, list(version.taxed_positions)
    line_net_fen = amount_fen.copy()
    taxed_fen = amount_fen[taxed].sum(axis=0)
    taxed_net_fen = _net(taxed_fen, rate_bp)
    absorber = version.net_absorber
    for at in taxed:
        if at != absorber:
            line_net_fen[at] = _net(amount_fen[at], rate_bp)
    funds = [at for at in version.fund_positions if at in taxed]
    if len(funds) > 1 and version.fund_rounding is FundRounding.LAST_ABSORBS:
        funds_net_fen = _net(amount_fen[funds].sum(axis=0), rate_bp)
        line_net_fen[funds[-1]] = funds_net_fen - line_net_fen[funds[:-1]].sum(axis=0)
    if absorber is not None:
        others = [at for at in taxed if at != absorber]
        line_net_fen[absorber] = taxed_net_fen - line_net_fen[others].sum(axis=0)
    return line_net_fen, line_net_fen.sum(axis=0), taxed_fen - taxed_net_fen


def _net(gross_fen: IntArray, rate_bp: int) -> IntArray:
    """Divide by 1 + rate, a half away from zero, without a product that could overflow."""
    divisor = BASIS_POINTS + rate_bp
    low, high = _range(gross_fen)
    magnitude = gross_fen if low >= 0 else np.abs(gross_fen)
    if max(-low, high) * 2 * BASIS_POINTS + divisor <= _INT64_MAX:
        net = (magnitude * (2 * BASIS_POINTS) + divisor) // (2 * divisor)
    else:
        whole = magnitude // divisor
        rest = magnitude - whole * divisor
        net = whole * BASIS_POINTS + (rest * (2 * BASIS_POINTS) + divisor) // (2 * divisor)
    return net if low >= 0 else np.where(gross_fen < 0, -net, net)


def _range(values: IntArray) -> tuple[int, int]:
    if not len(values):
        return 0, 0
    return int(values.min()), int(values.max())
