"""The measures of n metering points as columns: `rules.measures`, exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from onebook.kernel.rounding import Rounding
from onebook.metering.errors import RegisterMissing
from onebook.metering.kernels._exact import IntArray, check_energy, column, scaled
from onebook.metering.kernels.losses import LossColumns
from onebook.metering.kernels.readings import UsageColumns
from onebook.metering.rules.readings import Status
from onebook.metering.rules.registers import Register, rest_period

_REACTIVE = (Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE)


@dataclass(frozen=True, slots=True)
class MeasureColumns:
    """`rules.measures.Measures` of n points, int64: energies 10^-4 kWh or kvarh, demand 10^-4 kW.

    ``usage_e4`` and ``demand_e4`` map "total" and the periods to columns [n].
    """

    usage_e4: Mapping[str, IntArray]
    demand_e4: Mapping[str, IntArray]
    active_e4: IntArray
    reactive_e4: IntArray
    status: IntArray


def of_registers(
    registers: Mapping[str, UsageColumns],
    *,
    demand_e4: IntArray | int = 0,
    periods: Sequence[str] = (),
) -> MeasureColumns:
    """Apply `rules.measures.of_registers` to n points whose meters have the same registers."""
    rest = rest_period(periods)
    required = [Register.TOTAL, *(one for one in periods if one != rest)]
    for register in required:
        if register not in registers:
            raise RegisterMissing(register=register)
        check_energy(register, registers[register].usage_e4)
    usage_e4 = {str(one): registers[one].usage_e4 for one in required}
    total_e4 = usage_e4[Register.TOTAL]
    if rest is not None:
        usage_e4[rest] = total_e4 - sum(
            (usage_e4[one] for one in periods if one != rest), np.zeros_like(total_e4)
        )
    reactive = [registers[one] for one in _REACTIVE if one in registers]
    status = np.maximum.reduce(
        [*(registers[one].status for one in required), *(one.status for one in reactive)]
    )
    reactive_e4 = sum((np.abs(one.usage_e4) for one in reactive), np.zeros_like(total_e4))
    return MeasureColumns(
        usage_e4,
        {Register.TOTAL: column("demand_e4", demand_e4, len(total_e4))},
        total_e4,
        reactive_e4,
        _raised(status, usage_e4, total_e4, reactive_e4),
    )


def of_intervals(
    energy: IntArray,
    demand: IntArray,
    gaps: IntArray,
    periods: Sequence[str],
    *,
    unit_e4: int = 1,
    multiplier: IntArray | int = 1,
    reactive: IntArray | None = None,
) -> MeasureColumns:
    """Apply `rules.measures.of_intervals` to one window of n meters.

    ``energy`` and ``demand`` are [n, periods] as `kernels.intervals` gives them for the window,
    ``gaps`` [n] counts the missing values, those of the reactive energy with them; ``reactive``
    is the window's reactive energy [n].
    """
    scale = column("multiplier", multiplier, len(gaps)) * unit_e4
    energies = {period: energy[:, at] * scale for at, period in enumerate(periods)}
    demands = {period: demand[:, at] * scale for at, period in enumerate(periods)}
    total_e4 = energy.sum(axis=1) * scale
    zero = np.zeros_like(total_e4)
    return MeasureColumns(
        {Register.TOTAL: total_e4, **energies},
        {Register.TOTAL: np.maximum.reduce([zero, *demands.values()]), **demands},
        total_e4,
        zero if reactive is None else reactive * scale,
        np.where(gaps > 0, np.int64(Status.GAPS), np.int64(Status.NORMAL)),
    )


def with_loss(
    measures: MeasureColumns,
    loss: LossColumns,
    *,
    sign: IntArray | int = 1,
    on_demand: bool = False,
) -> MeasureColumns:
    """Apply `rules.measures.with_loss` to n points; ``sign`` is +1, -1 or 0, one or a column."""
    metered_e4 = measures.usage_e4[Register.TOTAL]
    signs = column("sign", sign, len(metered_e4))
    active_e4 = signs * loss.active_e4
    usage_e4 = {**measures.usage_e4, Register.TOTAL: metered_e4 + active_e4}
    rest = rest_period([register for register in usage_e4 if register != Register.TOTAL])
    if rest is not None:
        usage_e4[rest] = usage_e4[rest] + active_e4
    demand_e4 = dict(measures.demand_e4)
    if on_demand:
        grows = (metered_e4 > 0) & (signs != 0)
        factor = np.where(grows, np.maximum(metered_e4 + active_e4, 0), 1)
        divisor = np.where(grows, metered_e4, 1)
        for period, value in demand_e4.items():
            demand_e4[period] = scaled(value, factor, divisor, Rounding.HALF_UP)
    settled_e4 = measures.active_e4 + active_e4
    reactive_e4 = measures.reactive_e4 + signs * loss.reactive_e4
    return MeasureColumns(
        usage_e4,
        demand_e4,
        settled_e4,
        reactive_e4,
        _raised(measures.status, usage_e4, settled_e4, reactive_e4),
    )


def _raised(
    status: IntArray, usage_e4: Mapping[str, IntArray], active_e4: IntArray, reactive_e4: IntArray
) -> IntArray:
    """Raise the status of the rows in which a period, the total or Q went below zero."""
    raised = np.zeros_like(status)
    raised[np.minimum.reduce(list(usage_e4.values())) < 0] = Status.PERIODS_EXCEED
    raised[(active_e4 < 0) | (reactive_e4 < 0)] = Status.PARTS_EXCEED
    return np.maximum(status, raised)
