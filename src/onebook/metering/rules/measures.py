"""The measures of one metering point that a tariff asks for, from its registers or intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from onebook.kernel.rounding import half_up
from onebook.metering.errors import RegisterMissing
from onebook.metering.rules.intervals import WindowUsage
from onebook.metering.rules.losses import NO_LOSS, Loss
from onebook.metering.rules.readings import Status, Usage
from onebook.metering.rules.registers import Register, rest_period

_REACTIVE = (Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE)


@dataclass(frozen=True, slots=True)
class Measures:
    """What one metering point used: energies in 10^-4 kWh and kvarh, demand in 10^-4 kW.

    ``usage_e4`` has "total" and, where periods are measured, every period of the tariff, which
    add up to the total. ``active_e4`` and ``reactive_e4`` are the P and Q of the power factor,
    losses inside, Q = |forward| + |reverse|. Only a billable ``status`` gives figures to bill.
    """

    usage_e4: Mapping[str, int]
    demand_e4: Mapping[str, int]
    active_e4: int
    reactive_e4: int
    status: Status
    loss: Loss = field(default=NO_LOSS)


def of_registers(
    registers: Mapping[str, Usage],
    *,
    demand_e4: int = 0,
    periods: Sequence[str] = (),
) -> Measures:
    """Make the measures of a meter's registers, without losses.

    ``registers`` maps each `Register` that is metered to its usage; "total" is required, else
    RegisterMissing. ``periods`` are those of the tariff: flat (without it the first) is what the
    total leaves, the others must be metered. The register of flat itself is not used here but in
    `registers.periods_differ`.
    """
    rest = rest_period(periods)
    required = [Register.TOTAL, *(one for one in periods if one != rest)]
    for register in required:
        if register not in registers:
            raise RegisterMissing(register=register)
    usage_e4 = {str(register): registers[register].usage_e4 for register in required}
    used = [*required, *(one for one in _REACTIVE if one in registers)]
    if rest is not None:
        usage_e4[rest] = usage_e4[Register.TOTAL] - sum(
            usage_e4[one] for one in periods if one != rest
        )
    measures = Measures(
        usage_e4,
        {Register.TOTAL: demand_e4},
        usage_e4[Register.TOTAL],
        sum(abs(registers[one].usage_e4) for one in _REACTIVE if one in registers),
        max(registers[one].status for one in used),
    )
    return _checked(measures)


def of_intervals(
    window: WindowUsage,
    periods: Sequence[str],
    *,
    unit_e4: int = 1,
    multiplier: int = 1,
    reactive: WindowUsage | None = None,
) -> Measures:
    """Make the measures of a window of interval values, each ``unit_e4`` x 10^-4 kWh.

    The demand has "total" and every period; a gap in the values is status GAPS and no usage.
    """
    scale = unit_e4 * multiplier
    gaps = window.gaps + (reactive.gaps if reactive else 0)
    energy = dict(zip(periods, (value * scale for value in window.energy), strict=True))
    demand = dict(zip(periods, (value * scale for value in window.demand), strict=True))
    total_e4 = sum(energy.values())
    return Measures(
        {Register.TOTAL: total_e4, **energy},
        {Register.TOTAL: max(demand.values(), default=0), **demand},
        total_e4,
        sum(reactive.energy) * scale if reactive else 0,
        Status.GAPS if gaps else Status.NORMAL,
    )


def with_loss(
    measures: Measures, loss: Loss, *, sign: int = 1, on_demand: bool = False
) -> Measures:
    """Add a loss (sign +1), take it off (-1) or leave it (0), by `losses.loss_sign`.

    The active part lands in the total and in flat, and in P; the reactive part in Q.
    ``on_demand``: the demand grows in the proportion of the total, half-up to 10^-4 kW.
    """
    if sign == 0:
        return measures
    metered_e4 = measures.usage_e4[Register.TOTAL]
    active_e4 = sign * loss.active_e4
    demand_e4 = measures.demand_e4
    if on_demand and metered_e4 > 0:
        grown_e4 = max(metered_e4 + active_e4, 0)
        demand_e4 = {
            period: half_up(value * grown_e4, metered_e4) for period, value in demand_e4.items()
        }
    return _checked(
        replace(
            measures,
            usage_e4=_landed_in_flat(measures.usage_e4, active_e4),
            demand_e4=demand_e4,
            active_e4=measures.active_e4 + active_e4,
            reactive_e4=measures.reactive_e4 + sign * loss.reactive_e4,
            loss=Loss(
                *(ours + sign * part for ours, part in zip(measures.loss, loss, strict=True))
            ),
        )
    )


def _landed_in_flat(usage_e4: Mapping[str, int], active_e4: int) -> dict[str, int]:
    """Add to the total and to the period that takes the rest."""
    landed = {**usage_e4, Register.TOTAL: usage_e4[Register.TOTAL] + active_e4}
    rest = rest_period([register for register in usage_e4 if register != Register.TOTAL])
    if rest is not None:
        landed[rest] += active_e4
    return landed


def _checked(measures: Measures) -> Measures:
    """Raise the status where the total, Q or a period went below zero."""
    status = measures.status
    if any(energy_e4 < 0 for energy_e4 in measures.usage_e4.values()):
        status = max(status, Status.PERIODS_EXCEED)
    if measures.active_e4 < 0 or measures.reactive_e4 < 0:
        status = max(status, Status.PARTS_EXCEED)
    return replace(measures, status=status)
