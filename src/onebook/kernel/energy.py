"""Energy as integer 10^-4 kWh: reading and writing."""

from onebook.kernel._numbers import Digits, read_digits, to_scaled
from onebook.kernel.errors import EnergyUnreadable
from onebook.kernel.rounding import Rounding, apply

E4_PER_KWH = 10_000
_DECIMALS = 4


def parse_kwh(text: str, *, rounding: Rounding | None = None) -> int:
    """Read kWh into 10^-4 kWh; EnergyUnreadable when there is any doubt.

    More than four decimals are rounded only by a ``rounding`` that the caller names.
    """
    digits = read_digits(text)
    if digits is None:
        raise EnergyUnreadable(text=text)
    energy_e4 = to_scaled(digits, _DECIMALS)
    if energy_e4 is not None:
        return energy_e4
    if rounding is None:
        raise EnergyUnreadable(text=text)
    return _rounded(digits, rounding)


def format_kwh(energy_e4: int, separators: bool = True) -> str:
    """Write 10^-4 kWh as kWh without trailing zeros: 12345000 gives 1,234.5."""
    return format_e4(energy_e4, separators)


def format_e4(value_e4: int, separators: bool = True) -> str:
    """Write 10^-4 of a unit (kW, kVA, days) without trailing zeros."""
    units, part = divmod(abs(value_e4), E4_PER_KWH)
    whole = f"{units:,}" if separators else str(units)
    decimals = f".{part:04d}".rstrip("0").rstrip(".")
    return f"{'-' if value_e4 < 0 else ''}{whole}{decimals}"


def _rounded(digits: Digits, rounding: Rounding) -> int:
    excess = 10 ** (len(digits.part) - _DECIMALS)
    return apply(rounding, digits.sign * int(digits.whole + digits.part), excess)
