"""Losses on columns: the formulas of `rules.losses`, exact."""

from dataclasses import dataclass

import numpy as np

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import Rounding
from onebook.metering.kernels._exact import IntArray, check_energy, column, scaled
from onebook.metering.rules import ENERGY_LIMIT_E4
from onebook.metering.rules import losses as rules
from onebook.metering.rules.losses import FULL_MONTH, HOURS_PER_DAY, SHIFT_HOURS_PER_DAY, SHIFTS

_KWH_SQUARED_MAX = 2 * 10**9  # P² + Q² of whole kWh up to here fits an int64
_KVA_MAX = 100_000
_VA_PER_KVA = 1000
_VOLT_MAX = 10**6
_HOURS_MAX = 10**4


@dataclass(frozen=True, slots=True)
class PlateColumns:
    """The transformers of n rows, int64 [n], in the units of `rules.losses.Plate`."""

    rated_va: IntArray
    iron_w: IntArray
    copper_w: IntArray
    no_load_bp: IntArray
    impedance_bp: IntArray


@dataclass(frozen=True, slots=True)
class LossColumns:
    """The parts of `rules.losses.Loss` of n rows, int64 [n], 10^-4 kWh and kvarh."""

    active_fixed_e4: IntArray
    active_variable_e4: IntArray
    reactive_fixed_e4: IntArray
    reactive_variable_e4: IntArray

    @property
    def active_e4(self) -> IntArray:
        """What is added to the metered kWh, [n]."""
        return self.active_fixed_e4 + self.active_variable_e4

    @property
    def reactive_e4(self) -> IntArray:
        """What is added to the metered kvarh, [n]."""
        return self.reactive_fixed_e4 + self.reactive_variable_e4


def transformer_loss(
    plates: PlateColumns,
    active_e4: IntArray,
    reactive_e4: IntArray,
    *,
    shifts: IntArray | int = 3,
    days: IntArray | int = FULL_MONTH,
    rounding: Rounding = Rounding.HALF_UP,
) -> LossColumns:
    """Apply `rules.losses.transformer_loss` to n rows; shifts and days may be one value."""
    rows = len(active_e4)
    shifts, days = column("shifts", shifts, rows), column("days", days, rows)
    _check_facts(plates.rated_va, shifts, days)
    check_energy("active_e4", active_e4)
    check_energy("reactive_e4", reactive_e4)
    # Whole kWh below two billion and whole kVA are all but every row; the others go one by one.
    kva, odd_va = np.divmod(plates.rated_va, _VA_PER_KVA)
    active_kwh, active_part = np.divmod(active_e4, E4_PER_KWH)
    reactive_kwh, reactive_part = np.divmod(reactive_e4, E4_PER_KWH)
    plain = (odd_va == 0) & (kva <= _KVA_MAX) & (active_part == 0) & (reactive_part == 0)
    plain &= np.maximum(np.abs(active_kwh), np.abs(reactive_kwh)) <= _KWH_SQUARED_MAX
    kva = np.where(plain, kva, 1)
    squares = np.where(plain, active_kwh, 0) ** 2 + np.where(plain, reactive_kwh, 0) ** 2
    hours = SHIFT_HOURS_PER_DAY * shifts * days
    full = HOURS_PER_DAY * days
    parts = np.stack(
        [
            scaled(full, plates.iron_w, np.full(rows, 1000), rounding),
            scaled(squares, plates.copper_w, 1000 * kva**2 * hours, rounding),
            scaled(full * kva, plates.no_load_bp, np.full(rows, BASIS_POINTS), rounding),
            scaled(squares, plates.impedance_bp, BASIS_POINTS * kva * hours, rounding),
        ]
    )
    # What is beyond the bound is refused by the scalar rule.
    plain &= (parts <= ENERGY_LIMIT_E4 // E4_PER_KWH).all(axis=0)
    parts = np.where(plain, parts, 0) * E4_PER_KWH
    plate_columns = [getattr(plates, fact) for fact in rules.Plate._fields]
    for row in np.flatnonzero(~plain):
        parts[:, row] = rules.transformer_loss(
            rules.Plate(*(int(facts[row]) for facts in plate_columns)),
            int(active_e4[row]),
            int(reactive_e4[row]),
            shifts=int(shifts[row]),
            days=int(days[row]),
            rounding=rounding,
        )
    return LossColumns(*parts)


def simplified_loss(
    iron_kwh: IntArray,
    copper_bp: IntArray,
    iron_k_e4: IntArray,
    copper_k_e4: IntArray,
    active_e4: IntArray,
    *,
    days: IntArray | int = FULL_MONTH,
    rounding: Rounding = Rounding.HALF_UP,
) -> LossColumns:
    """Apply `rules.losses.simplified_loss` to n rows of the regional table."""
    rows = len(active_e4)
    days = column("days", days, rows)
    _check_facts(np.ones(rows, dtype=np.int64), np.ones(rows, dtype=np.int64), days)
    check_energy("active_e4", active_e4)
    per_kwh = np.full(rows, E4_PER_KWH)
    iron = scaled(iron_kwh, days, np.full(rows, FULL_MONTH), rounding)
    copper = scaled(active_e4, copper_bp, np.full(rows, BASIS_POINTS * E4_PER_KWH), rounding)
    parts = (
        iron,
        copper,
        scaled(iron, iron_k_e4, per_kwh, rounding),
        scaled(copper, copper_k_e4, per_kwh, rounding),
    )
    return LossColumns(*(part * E4_PER_KWH for part in parts))


def line_loss_share(
    active_e4: IntArray, share_bp: IntArray | int, *, rounding: Rounding = Rounding.HALF_UP
) -> IntArray:
    """Apply `rules.losses.line_loss_share` to n rows."""
    rows = len(active_e4)
    check_energy("active_e4", active_e4)
    share = column("share_bp", share_bp, rows)
    divisor = np.full(rows, BASIS_POINTS * E4_PER_KWH)
    return scaled(active_e4, share, divisor, rounding) * E4_PER_KWH


def line_loss(
    resistance_mohm: IntArray,
    voltage_v: IntArray,
    hours: IntArray,
    active_e4: IntArray,
    reactive_e4: IntArray,
    *,
    rounding: Rounding = Rounding.HALF_UP,
) -> IntArray:
    """Apply `rules.losses.line_loss` to n rows, 10^-4 kWh [n]."""
    check_energy("active_e4", active_e4)
    check_energy("reactive_e4", reactive_e4)
    active_kwh, active_part = np.divmod(active_e4, E4_PER_KWH)
    reactive_kwh, reactive_part = np.divmod(reactive_e4, E4_PER_KWH)
    plain = (active_part == 0) & (reactive_part == 0)
    plain &= np.maximum(np.abs(active_kwh), np.abs(reactive_kwh)) <= _KWH_SQUARED_MAX
    plain &= (voltage_v >= 1) & (voltage_v <= _VOLT_MAX) & (hours >= 1) & (hours <= _HOURS_MAX)
    plain &= resistance_mohm >= 0
    squares = np.where(plain, active_kwh, 0) ** 2 + np.where(plain, reactive_kwh, 0) ** 2
    divisor = np.where(plain, voltage_v, 1) ** 2 * np.where(plain, hours, 1)
    loss = scaled(squares, np.where(plain, resistance_mohm, 0), divisor, rounding)
    plain &= loss <= ENERGY_LIMIT_E4 // E4_PER_KWH
    loss = np.where(plain, loss, 0) * E4_PER_KWH
    for row in np.flatnonzero(~plain):
        facts = (int(resistance_mohm[row]), int(voltage_v[row]), int(hours[row]))
        energy = (int(active_e4[row]), int(reactive_e4[row]))
        loss[row] = rules.line_loss(rules.Line(*facts), *energy, rounding=rounding)
    return loss


def _check_facts(rated_va: IntArray, shifts: IntArray, days: IntArray) -> None:
    wrong = (rated_va < 1) | (shifts < 1) | (shifts > SHIFTS[-1]) | (days < 1) | (days > FULL_MONTH)
    if wrong.any():
        row = int(wrong.argmax())
        rules.check_loss_facts(int(rated_va[row]), int(shifts[row]), int(days[row]))
