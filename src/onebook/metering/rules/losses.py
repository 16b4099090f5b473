"""Losses that the meter does not see: transformer by formula or table, and line.

The full formula is that of 高供低计 (measured behind the customer's own transformer), with the
shift hours 240, 480 and 720 a month:

    active   fixed P0 x 720 x b             variable Pk x (P² + Q²) / (S² x 240 x s x b)
    reactive fixed I0 % x S x 720 x b       variable Ud % x (P² + Q²) / (S x 240 x s x b)

P, Q metered kWh and kvarh, S rated kVA, s shifts, b = days / 30 in a broken month, else 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import Rounding, apply
from onebook.metering.errors import LossFactsOutOfRange, TransformerUnknown
from onebook.metering.rules.registers import ENERGY_LIMIT_E4

FULL_MONTH = 30  # days that stand for a whole month of 720 hours, whatever the calendar says
HOURS_PER_DAY = 24
# 240 hours a month and shift, spread over the 30 days.
SHIFT_HOURS_PER_DAY = 8
SHIFTS = (1, 2, 3)


class Plate(NamedTuple):
    """What a transformer's nameplate says.

    ``rated_va`` S in VA, ``iron_w`` P0 and ``copper_w`` Pk in W, ``no_load_bp`` I0 and
    ``impedance_bp`` Ud in hundredths of a percent.
    """

    rated_va: int
    iron_w: int
    copper_w: int
    no_load_bp: int
    impedance_bp: int


class RegionalLoss(NamedTuple):
    """A region's simplified rule for one size of transformer.

    ``iron_kwh`` a month, copper in hundredths of a percent of the metered kWh; the reactive
    losses are the active ones times K, given in 10^-4 (0 where the region takes none).
    """

    iron_kwh: int
    copper_bp: int
    iron_k_e4: int = 0
    copper_k_e4: int = 0


_Facts = TypeVar("_Facts", Plate, RegionalLoss)


@dataclass(frozen=True, slots=True)
class Entry(Generic[_Facts]):
    """A row of a catalogue of transformers, in force on [valid_from, valid_to)."""

    series: str
    rated_va: int
    facts: _Facts
    valid_from: date
    valid_to: date | None
    source: str


class Loss(NamedTuple):
    """Losses in 10^-4 kWh and kvarh, each part rounded to the whole kWh by itself."""

    active_fixed_e4: int
    active_variable_e4: int
    reactive_fixed_e4: int
    reactive_variable_e4: int

    @property
    def active_e4(self) -> int:
        """What is added to the metered kWh."""
        return self.active_fixed_e4 + self.active_variable_e4

    @property
    def reactive_e4(self) -> int:
        """What is added to the metered kvarh."""
        return self.reactive_fixed_e4 + self.reactive_variable_e4


NO_LOSS = Loss(0, 0, 0, 0)


def transformer_loss(
    plate: Plate,
    active_e4: int,
    reactive_e4: int,
    *,
    shifts: int = 3,
    days: int = FULL_MONTH,
    rounding: Rounding = Rounding.HALF_UP,
) -> Loss:
    """Calculate the four parts of the full formula for metered P and Q in 10^-4 kWh and kvarh.

    ``days`` of a broken month exclude the day of reading and the day of sealing; a whole month
    has 30. LossFactsOutOfRange names what no transformer has, or a size that is far too small
    for the energy.
    """
    check_loss_facts(plate.rated_va, shifts, days)
    squares_e8 = active_e4**2 + reactive_e4**2
    hours_e = SHIFT_HOURS_PER_DAY * shifts * days
    parts = (
        (plate.iron_w * HOURS_PER_DAY * days, 1000),
        (plate.copper_w * squares_e8, 10**5 * plate.rated_va**2 * hours_e),
        (plate.no_load_bp * plate.rated_va * HOURS_PER_DAY * days, 1000 * BASIS_POINTS),
        (plate.impedance_bp * squares_e8, 10**9 * plate.rated_va * hours_e),
    )
    loss = Loss(*(apply(rounding, top, bottom) * E4_PER_KWH for top, bottom in parts))
    if max(loss) > ENERGY_LIMIT_E4:
        raise LossFactsOutOfRange(fact="rated_va", found=plate.rated_va)
    return loss


def simplified_loss(
    region: RegionalLoss,
    active_e4: int,
    *,
    days: int = FULL_MONTH,
    rounding: Rounding = Rounding.HALF_UP,
) -> Loss:
    """Calculate iron by the table (x days / 30) and copper as a share of the metered kWh."""
    check_loss_facts(1, SHIFTS[-1], days)
    iron_kwh = apply(rounding, region.iron_kwh * days, FULL_MONTH)
    copper_kwh = apply(rounding, active_e4 * region.copper_bp, BASIS_POINTS * E4_PER_KWH)
    parts = (
        iron_kwh,
        copper_kwh,
        apply(rounding, iron_kwh * region.iron_k_e4, E4_PER_KWH),
        apply(rounding, copper_kwh * region.copper_k_e4, E4_PER_KWH),
    )
    return Loss(*(kwh * E4_PER_KWH for kwh in parts))


def line_loss_share(active_e4: int, share_bp: int, *, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Give the line's loss as an agreed share of the kWh that pass it, in 10^-4 kWh."""
    return apply(rounding, active_e4 * share_bp, BASIS_POINTS * E4_PER_KWH) * E4_PER_KWH


class Line(NamedTuple):
    """A three-phase line: one conductor's resistance in mΩ, line voltage in V, hours of load."""

    resistance_mohm: int
    voltage_v: int
    hours: int


def line_loss(
    line: Line, active_e4: int, reactive_e4: int, *, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """Give 3 x I² x R x hours of the line in 10^-4 kWh, I being the mean current of P and Q.

    I = √(P² + Q²) / (√3 x U x hours), so the loss is (P² + Q²) x R / (U² x hours), without a root.
    """
    if line.voltage_v < 1 or line.hours < 1 or line.resistance_mohm < 0:
        raise LossFactsOutOfRange(fact="line", found=", ".join(map(str, line)))
    top = (active_e4**2 + reactive_e4**2) * line.resistance_mohm
    # P in 10^-4 kWh, U in V: (10^-4 x 10^3)² W²h² x 10^-3 Ω / V² h, then W to kW.
    loss_e4 = apply(rounding, top, 10**8 * line.voltage_v**2 * line.hours) * E4_PER_KWH
    if loss_e4 > ENERGY_LIMIT_E4:
        raise LossFactsOutOfRange(fact="line", found=", ".join(map(str, line)))
    return loss_e4


def line_loss_of_current(
    current_ma: int, line: Line, *, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """Give 3 x I² x R x hours in 10^-4 kWh for a current in mA that was agreed or measured."""
    if line.hours < 1 or line.resistance_mohm < 0:
        raise LossFactsOutOfRange(fact="line", found=", ".join(map(str, line)))
    top = 3 * current_ma**2 * line.resistance_mohm * line.hours
    return apply(rounding, top, 10**12) * E4_PER_KWH


class Side(StrEnum):
    """Where the meter stands, seen from the line or transformer that loses."""

    SOURCE = "source"
    LOAD = "load"


class Owner(StrEnum):
    """Who owns the line or transformer; public equipment is the supplier's."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"


def loss_sign(meter: Side, owner: Owner) -> int:
    """Give +1 where the loss is added to the metered kWh, -1 where it comes off, else 0.

    The owner bears the loss (产权分界). A customer's own equipment measured behind it loses unseen:
    added. The supplier's equipment behind the meter was measured although the customer does not
    bear it: deducted. A meter at the property boundary sees what its customer bears. The loss of a
    public line or transformer is never the customer's who is supplied through it (转供).
    """
    if meter is Side.LOAD:
        return 1 if owner is Owner.CUSTOMER else 0
    return 0 if owner is Owner.CUSTOMER else -1


def facts_on(entries: Iterable[Entry[_Facts]], series: str, rated_va: int, day: date) -> _Facts:
    """Give the facts of a series and size in force on the day, else TransformerUnknown."""
    for entry in entries:
        named = (entry.series, entry.rated_va) == (series, rated_va)
        if named and entry.valid_from <= day and (entry.valid_to is None or day < entry.valid_to):
            return entry.facts
    raise TransformerUnknown(series=series, kva=rated_va / 1000, day=day.isoformat())


def check_loss_facts(rated_va: int, shifts: int, days: int) -> None:
    """Raise LossFactsOutOfRange for a size, number of shifts or days that cannot be."""
    if rated_va < 1:
        raise LossFactsOutOfRange(fact="rated_va", found=rated_va)
    if shifts not in SHIFTS:
        raise LossFactsOutOfRange(fact="shifts", found=shifts)
    if not 1 <= days <= FULL_MONTH:
        raise LossFactsOutOfRange(fact="days", found=days)
