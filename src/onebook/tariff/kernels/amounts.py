"""Quantities times a price, rounded to fen: exact on columns whatever their size."""

from math import gcd

import numpy as np

from onebook.kernel.rounding import Rounding
from onebook.tariff.rules.drafts import PRODUCTS_PER_FEN
from onebook.tariff.rules.quantities import INT64_MAX, BoolArray, IntArray, QuantityColumn

_LIMB = 10**6
# A millionth of a fen, which sums are narrowed down by before they are rounded.
MICRO_PER_FEN = 10**6
_SUM_LIMIT = INT64_MAX // 1024


def amount_fen(quantity: QuantityColumn, price_e10: int, rounding: Rounding) -> IntArray:
    """Round quantity x price to fen."""
    fen = quantity.signed(_magnitude_fen(quantity, abs(price_e10), rounding))
    return fen if price_e10 >= 0 else -fen


def micro_bounds(
    quantity: QuantityColumn, price_e10: int
) -> tuple[IntArray, IntArray, BoolArray | None]:
    """Narrow quantity x price down to a millionth of a fen.

    Gives the millionths below and above, equal where exact if any could be below zero, and where
    they would not fit (None: nowhere).
    """
    price, per = _reduced(abs(price_e10), PRODUCTS_PER_FEN // MICRO_PER_FEN)
    magnitude, rest = quantity.magnitude, quantity.rest
    too_large = _too_large(quantity, price)
    if too_large is not None:
        magnitude = np.where(too_large, 0, magnitude)
        rest = None if rest is None else np.where(too_large, 0, rest)
    product = magnitude * price
    if rest is not None:
        product += rest * price // quantity.divisor
    micro = product // per
    if quantity.negative is None and price_e10 >= 0:
        return micro, micro + 1, too_large
    # Below zero the far bound is what a whole fen would be cut off from: it has to be exact.
    cut = micro * per != product
    if rest is not None:
        cut |= rest != 0
    near, far = quantity.signed(micro), quantity.signed(micro + cut)
    if price_e10 < 0:
        near, far = -near, -far
    return np.minimum(near, far), np.maximum(near, far), too_large


def _too_large(quantity: QuantityColumn, price: int) -> BoolArray | None:
    """The rows whose products, a thousand of them added up, might not fit; None for none."""
    largest, largest_rest = (_SUM_LIMIT - price) // max(price, 1), INT64_MAX // max(price, 1)
    magnitude, rest = quantity.magnitude, quantity.rest
    found = None
    if len(magnitude) and int(magnitude.max()) > largest:
        found = magnitude > largest
    if rest is not None and len(rest) and int(rest.max()) > largest_rest:
        beyond = rest > largest_rest
        found = beyond if found is None else found | beyond
    return found


def _magnitude_fen(quantity: QuantityColumn, price_e10: int, rounding: Rounding) -> IntArray:
    """One int64 product of the reduced fraction where the column fits, else in limbs or rows.

    floor((a + b / c + half) / q) is floor((a + floor(b / c) + half) / q) for whole a, half and q,
    so the rest of a shared quantity is rounded together with the whole of it.
    """
    price, per = _reduced(price_e10, PRODUCTS_PER_FEN)
    half = per // 2 if rounding is Rounding.HALF_UP else 0
    largest = (INT64_MAX - half - price) // max(price, 1)
    magnitude, rest = quantity.magnitude, quantity.rest
    fits = not len(magnitude) or int(magnitude.max()) <= largest
    if rest is None:
        if fits:
            return np.asarray((magnitude * price + half) // per)
        if price_e10 <= PRODUCTS_PER_FEN:
            return _two_limbs(magnitude, price_e10, rounding)
        return _large_rows(quantity, magnitude > largest, (price, per, half))
    largest_rest = INT64_MAX // max(price, 1)
    if fits and (not len(rest) or int(rest.max()) <= largest_rest):
        return np.asarray((magnitude * price + rest * price // quantity.divisor + half) // per)
    large = (magnitude > largest) | (rest > largest_rest)
    return _large_rows(quantity, large, (price, per, half))


def _reduced(price: int, per: int) -> tuple[int, int]:
    """Shorten price / per, keeping the denominator even so that half of it is whole."""
    common = gcd(price, per)
    price, per = price // common, per // common
    return (price, per) if per % 2 == 0 else (2 * price, 2 * per)


def _two_limbs(quantity_e4: IntArray, price_e10: int, rounding: Rounding) -> IntArray:
    """Multiply by parts of 10^6: no partial product passes 10^16 inside the stated bounds."""
    half = PRODUCTS_PER_FEN // 2 if rounding is Rounding.HALF_UP else 0
    quantity_high = quantity_e4 // _LIMB
    quantity_low = quantity_e4 - quantity_high * _LIMB
    price_high, price_low = divmod(price_e10, _LIMB)
    middle = quantity_high * price_low + quantity_low * price_high
    carry = middle // _LIMB
    rest = (middle - carry * _LIMB) * _LIMB + quantity_low * price_low
    fen: IntArray = quantity_high * price_high + carry + (rest + half) // PRODUCTS_PER_FEN
    return fen


def _large_rows(
    quantity: QuantityColumn, large: BoolArray, terms: tuple[int, int, int]
) -> IntArray:
    """The few rows beyond an int64 product, by Python's integers; the others by the product."""
    price, per, half = terms
    magnitude = np.where(large, 0, quantity.magnitude)
    rest = np.zeros_like(magnitude) if quantity.rest is None else np.where(large, 0, quantity.rest)
    fen = (magnitude * price + rest * price // quantity.divisor + half) // per
    divisors = np.broadcast_to(np.asarray(quantity.divisor), magnitude.shape)
    for row in np.flatnonzero(large).tolist():
        divisor = int(divisors[row])
        over = 0 if quantity.rest is None else int(quantity.rest[row])
        numerator = int(quantity.magnitude[row]) * divisor + over
        fen[row] = (numerator * price + half * divisor) // (per * divisor)
    return np.asarray(fen)
