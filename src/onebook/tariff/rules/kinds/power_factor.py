"""The power-factor adjustment (力调, 水电财字[1983]215号): a percentage of what counts for it.

cosφ = P / √(P² + Q²), half-up to two decimals. Against the standard, each hundredth below adds
0.5 % for the first 20, 1 % for the next 5, then 2 %; each hundredth above takes off 0.10 % up to
0.90 and 0.15 % beyond, no more than at 0.95, 0.94, 0.92 for the standards 0.90, 0.85, 0.80.
"""

from collections.abc import Iterator
from math import isqrt

import numpy as np

from onebook.kernel.energy import format_kwh
from onebook.kernel.money import format_yuan
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns, PowerFactor, PowerFactorColumns
from onebook.tariff.rules.model import USAGE_LIMIT_E4, Component, Unit, Version
from onebook.tariff.rules.quantities import IntArray, Quantity, QuantityColumn

USES = frozenset({"pf_per_line"})

# The standard, and the cosφ beyond which nothing more is taken off, in hundredths.
_BEST = {90: 95, 85: 94, 80: 92}
_HIGHER_STEP_FROM = 90
_ALL = 100
# Nearer than this to the boundary between two hundredths, integers decide.
_DOUBT = 1e-9


def unit(component: Component) -> Unit:
    """The unit of the quantity: the money that counts."""
    return Unit.YUAN


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """It has no price of its own, and something counts for it."""
    where = {"tariff": version.label, "component": component.code}
    if component.price_e10:
        yield errors.PriceNotOwn(**where)
    if component.months:
        yield errors.FieldUnfit(**where, kind=component.kind, field="months")
    if not any(one.in_pf_base for one in version.components):
        yield errors.PowerFactorBaseMissing(**where)


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    return frozenset({"power_factor"})


def quantity(component: Component, portion: Portion) -> Quantity:
    """Nothing of the portion: the bill as a whole is adjusted."""
    return Quantity(0, format_yuan(0))


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The same for columns."""
    return QuantityColumn(np.zeros(len(portions), dtype=np.int64))


def check(facts: PowerFactor, row: int = 0) -> None:
    """Refuse energies below zero or beyond the bounds, and a standard that has no table."""
    if facts.standard_bp not in {100 * standard for standard in _BEST}:
        standard = f"{facts.standard_bp / 10_000:.2f}"
        raise errors.PercentTableMissing(row=row, standard=standard)
    if not (0 <= facts.active_e4 <= USAGE_LIMIT_E4 and 0 <= facts.reactive_e4 <= USAGE_LIMIT_E4):
        raise errors.PowerFactorOutOfRange(
            row=row,
            active_kwh=format_kwh(facts.active_e4),
            reactive_kwh=format_kwh(facts.reactive_e4),
            limit_kwh=format_kwh(USAGE_LIMIT_E4),
        )


def check_columns(facts: PowerFactorColumns, bills: int) -> None:
    """Find the first assessed bill that `check` refuses, then let `check` name it."""
    standards = facts.standard_bp
    for name in ("active_e4", "reactive_e4", "standard_bp"):
        found = len(getattr(facts, name))
        if found != bills:
            raise errors.ColumnLengthsDiffer(column=name, found=found, expected=bills)
    wrong = ~np.isin(standards, [100 * standard for standard in _BEST])
    for energies in (facts.active_e4, facts.reactive_e4):
        wrong |= (energies < 0) | (energies > USAGE_LIMIT_E4)
    wrong &= standards != 0
    if wrong.any():
        row = int(wrong.argmax())
        check(facts.row(row), row)


def cos_hundredths(active_e4: int, reactive_e4: int) -> int:
    """cosφ in hundredths, half-up: the largest c with P / √(P² + Q²) >= (2c − 1) / 200.

    Without reactive energy it is 1.00; without active energy alone it is 0.
    """
    square = active_e4 * active_e4 + reactive_e4 * reactive_e4
    if square == 0:
        return _ALL
    return (isqrt(40_000 * active_e4 * active_e4 // square) + 1) // 2


def cos_column(active_e4: IntArray, reactive_e4: IntArray) -> IntArray:
    """The same for columns: floats find the hundredth, integers decide where they are in doubt."""
    active, reactive = active_e4.astype(np.float64), reactive_e4.astype(np.float64)
    square = active * active + reactive * reactive
    square[square == 0] = 1.0
    steps = 100.0 * active / np.sqrt(square) + 0.5
    cosines = np.floor(steps).astype(np.int64)
    cosines[(active_e4 == 0) & (reactive_e4 == 0)] = _ALL
    for row in np.flatnonzero(np.abs(steps - np.rint(steps)) < _DOUBT).tolist():
        cosines[row] = cos_hundredths(int(active_e4[row]), int(reactive_e4[row]))
    return cosines


def rate_bp(cosine: int, standard_bp: int) -> int:
    """The adjustment in basis points for a cosφ in hundredths; below zero it takes off."""
    standard = standard_bp // 100
    if cosine < standard:
        missing = standard - cosine
        return (
            50 * min(missing, 20) + 100 * min(max(missing - 20, 0), 5) + 200 * max(missing - 25, 0)
        )
    reached = min(cosine, _BEST[standard])
    return -10 * (min(reached, _HIGHER_STEP_FROM) - standard) - 15 * max(
        reached - _HIGHER_STEP_FROM, 0
    )


_RATES_BP = {
    100 * standard: np.array([rate_bp(cosine, 100 * standard) for cosine in range(_ALL + 1)])
    for standard in _BEST
}


def rate_column(cosines: IntArray, standard_bp: IntArray) -> IntArray:
    """The same for columns; bills without a standard have no adjustment."""
    rates = np.zeros(len(cosines), dtype=np.int64)
    for standard, table in _RATES_BP.items():
        rates += np.where(standard_bp == standard, table[cosines], 0)
    return rates


def written(facts: PowerFactor, cosine: int) -> str:
    """How cosφ came about and the standard that it is held against."""
    active, reactive = format_kwh(facts.active_e4), format_kwh(facts.reactive_e4)
    return (
        f"cosφ = {active} ÷ √({active}² + {reactive}²) = {cosine / 100:.2f}, "
        f"{facts.standard_bp / 10_000:.2f}"
    )
