"""Exact products and quotients of int64 columns; the rare row that would overflow goes by Python
integers."""

import numpy as np
from numpy.typing import NDArray

from onebook.kernel.rounding import Rounding, apply
from onebook.metering.errors import EnergyOutOfRange, ReadingColumnsDiffer
from onebook.metering.rules.registers import ENERGY_LIMIT_E4

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# A sum of two such still fits an int64, which half-up needs.
_SAFE = 2**61
_INT64_MAX = 2**63 - 1


def column(name: str, values: IntArray | int, rows: int) -> IntArray:
    """Give an int64 column of so many rows from one, or from one value; ReadingColumnsDiffer."""
    array = np.asarray(values, dtype=np.int64)
    if array.ndim and len(array) != rows:
        raise ReadingColumnsDiffer(column=name, found=len(array), expected=rows)
    return np.broadcast_to(array, (rows,))


def check_energy(name: str, energy_e4: IntArray) -> None:
    """Raise EnergyOutOfRange with the first row beyond the bound inside which sums are exact."""
    beyond = (energy_e4 > ENERGY_LIMIT_E4) | (energy_e4 < -ENERGY_LIMIT_E4)
    if beyond.any():
        row = int(beyond.reshape(-1, beyond.shape[-1]).any(axis=0).argmax())
        raise EnergyOutOfRange(column=name, row=row)


def scaled(values: IntArray, factor: IntArray, divisor: IntArray, rounding: Rounding) -> IntArray:
    """Give values x factor / divisor, rounded; factor >= 0 and divisor > 0, all [n].

    |values| = whole x divisor + rest, so that values x factor / divisor = whole x factor +
    rest x factor / divisor, where the products are small unless the result itself is great.
    A result beyond an int64 comes as its greatest number, for the caller to refuse.
    """
    size = np.abs(values)
    whole, rest = np.divmod(size, divisor)
    # In floating point the bound is only estimated, with a factor of two to spare.
    great = (whole + 1).astype(np.float64) * factor >= _SAFE
    great |= (divisor.astype(np.float64) * factor >= _SAFE) | (divisor >= _SAFE)
    great |= values == np.iinfo(np.int64).min
    part = rest * np.where(great, 0, factor)
    if rounding is Rounding.HALF_UP:
        part = (2 * part + np.where(great, 1, divisor)) // (2 * np.where(great, 1, divisor))
    else:
        part //= divisor
    result: IntArray = np.sign(values) * (whole * np.where(great, 0, factor) + part)
    for row in np.flatnonzero(great):
        exact = apply(rounding, int(values[row]) * int(factor[row]), int(divisor[row]))
        result[row] = max(-_INT64_MAX, min(exact, _INT64_MAX))
    return result
