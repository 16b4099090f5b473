"""What a component is charged on: one exact fraction with its formula, or a column of them."""

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

INT64_MAX = 2**63 - 1
E4_PER_UNIT = 10**4


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many 10^-4 units as numerator / divisor, how it is written, what is said of it."""

    numerator: int
    written: str
    divisor: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class QuantityColumn:
    """n quantities in 10^-4 units: ± (magnitude + rest / divisor), with 0 <= rest < divisor.

    ``negative`` and ``rest`` are None where no row has any.
    """

    magnitude: IntArray
    negative: BoolArray | None = None
    rest: IntArray | None = None
    divisor: IntArray | int = 1

    @property
    def rounded_e4(self) -> IntArray:
        """The quantities as a line prints them, half away from zero."""
        magnitude = self.magnitude
        if self.rest is not None:
            magnitude = magnitude + (2 * self.rest >= self.divisor)
        return self.signed(magnitude)

    def signed(self, magnitude: IntArray) -> IntArray:
        """Give what was worked out on the magnitudes its sign back."""
        return (
            magnitude if self.negative is None else np.where(self.negative, -magnitude, magnitude)
        )


def prorated(value_e4: int, written: str, days: int, proration_days: int) -> Quantity:
    """The part of a month's quantity that falls on the days of supply."""
    if days == proration_days:
        return Quantity(value_e4, written)
    return Quantity(value_e4 * days, f"{written} × {days} ÷ {proration_days}", proration_days)


def prorated_column(
    values: IntArray, days: IntArray | int, proration_days: IntArray | int, divisor: int = 1
) -> QuantityColumn:
    """The same for columns of values / divisor."""
    if isinstance(days, int) and isinstance(proration_days, int):
        common = gcd(days, proration_days)
        days, proration_days = days // common, proration_days // common
    return fraction(values * days, proration_days * divisor)


def whole(values_e4: IntArray) -> QuantityColumn:
    """Quantities that are whole 10^-4 units."""
    if not len(values_e4) or int(values_e4.min()) >= 0:
        return QuantityColumn(values_e4)
    return QuantityColumn(np.abs(values_e4), values_e4 < 0)


def fraction(numerator: IntArray, divisor: IntArray | int) -> QuantityColumn:
    """Give numerator / divisor for numerators that fit an int64; divisors are positive."""
    plain = whole(numerator)
    if isinstance(divisor, int) and divisor == 1:
        return plain
    quotient = plain.magnitude // divisor
    return QuantityColumn(quotient, plain.negative, plain.magnitude - quotient * divisor, divisor)


def product_over(first: IntArray, second: IntArray, divisor: IntArray | int) -> QuantityColumn:
    """Give first x second / divisor without overflow; divisors are positive."""
    one, other = whole(first), whole(second)
    negative = _either(one.negative, other.negative)
    if _largest(one.magnitude) * _largest(other.magnitude) <= INT64_MAX:
        product = one.magnitude * other.magnitude
        quotient = product // divisor
        return QuantityColumn(quotient, negative, product - quotient * divisor, divisor)
    large = one.magnitude.astype(object) * other.magnitude.astype(object)
    divisors = np.broadcast_to(np.asarray(divisor, dtype=object), large.shape)
    quotients = large // divisors
    rest = large - quotients * divisors
    return QuantityColumn(quotients.astype(np.int64), negative, rest.astype(np.int64), divisor)


def _either(one: BoolArray | None, other: BoolArray | None) -> BoolArray | None:
    if one is None or other is None:
        return other if one is None else one
    return one ^ other


def _largest(values: IntArray) -> int:
    return int(values.max()) if len(values) else 0
