"""Named rounding of exact fractions to integers."""

from enum import StrEnum


class Rounding(StrEnum):
    """How a fraction becomes an integer; the value is what files and the database store."""

    HALF_UP = "half_up"
    TRUNCATE = "truncate"


def half_up(numerator: int, denominator: int) -> int:
    """Round numerator / denominator to the nearest integer, a half away from zero (四舍五入).

    ``denominator`` > 0, else ValueError. -0.5 gives -1, so that a reversal is the exact mirror.
    """
    _check(denominator)
    nearest = (2 * abs(numerator) + denominator) // (2 * denominator)
    return nearest if numerator >= 0 else -nearest


def truncate(numerator: int, denominator: int) -> int:
    """Cut numerator / denominator toward zero (舍去尾数); ``denominator`` > 0, else ValueError."""
    _check(denominator)
    whole = abs(numerator) // denominator
    return whole if numerator >= 0 else -whole


def apply(rounding: Rounding, numerator: int, denominator: int) -> int:
    """Round numerator / denominator by the named rounding."""
    if rounding is Rounding.HALF_UP:
        return half_up(numerator, denominator)
    return truncate(numerator, denominator)


def _check(denominator: int) -> None:
    if denominator <= 0:
        raise ValueError(f"the denominator must be positive, not {denominator}")
