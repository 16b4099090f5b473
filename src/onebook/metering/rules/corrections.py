"""Quantities of 退补: what a faulty measurement missed, in 10^-4 kWh to add (or to give back).

供电营业规则 (1996) 第八十条、第八十一条; (2024) 第八十一条、第八十二条. Each result is whole kWh
half-up; the price is that of the time of consumption, and is not metering's.
"""

from typing import NamedTuple

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import half_up
from onebook.metering.errors import CorrectionImpossible


class Wiring(NamedTuple):
    """Measured power under the right and the wrong wiring, in one unit; K = right / wrong."""

    right: int
    wrong: int


def of_meter_error(recorded_e4: int, error_bp: int, *, half_period: bool = True) -> int:
    """Correct a meter, CT or PT beyond its tolerance: true = recorded / (1 + error).

    ``error_bp`` in hundredths of a percent, below zero for a slow meter. ``recorded_e4`` is that
    from the last check or the installation to the correction, of which half counts.
    CorrectionImpossible for an error of -100 % or less: nothing was recorded to correct.
    """
    true_bp = BASIS_POINTS + error_bp
    if true_bp <= 0:
        raise CorrectionImpossible(fact=f"{error_bp / 100:g} %")
    divisor = true_bp * (2 if half_period else 1)
    return _whole(-recorded_e4 * error_bp, divisor)


def of_wiring(recorded_e4: int, wiring: Wiring) -> int:
    """Correct wrong wiring: (K - 1) x recorded, from the last check or installation, in full.

    One reversed CT of three has K = 3 (更正率 200 %), one open phase K = 1.5. A negative K is a
    meter that ran backward: ``recorded_e4`` is then below zero. CorrectionImpossible at K = x / 0.
    """
    if wiring.wrong == 0:
        raise CorrectionImpossible(fact=f"{wiring.right}/0")
    sign = 1 if wiring.wrong > 0 else -1
    return _whole(sign * recorded_e4 * (wiring.right - wiring.wrong), sign * wiring.wrong)


def of_multiplier(recorded_e4: int, actual: int, used: int) -> int:
    """Correct a multiplier that is not the installed one: recorded x (actual - used) / used."""
    if min(actual, used) < 1:
        raise CorrectionImpossible(fact=f"{actual}/{used}")
    return _whole(recorded_e4 * (actual - used), used)


def of_voltage_drop(recorded_e4: int, actual_bp: int, allowed_bp: int) -> int:
    """Correct a secondary lead: the drop beyond the allowed one x recorded; within it nothing."""
    return _whole(recorded_e4 * max(actual_bp - allowed_bp, 0), BASIS_POINTS)


def of_normal_month(recorded_e4: int, normal_e4: int, days: int, normal_days: int) -> int:
    """Correct by the kWh of a normal month, by days, less what was recorded in the fault."""
    if min(days, normal_days) < 1:
        raise CorrectionImpossible(fact=f"{days}/{normal_days}")
    return _whole(normal_e4 * days - recorded_e4 * normal_days, normal_days)


def _whole(top_e4: int, bottom: int) -> int:
    return half_up(top_e4, bottom * E4_PER_KWH) * E4_PER_KWH
