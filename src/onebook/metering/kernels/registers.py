"""Registers on columns: flat as what the total leaves, the period check, demand."""

import numpy as np

from onebook.metering.kernels._exact import BoolArray, IntArray, check_energy, column
from onebook.metering.kernels.readings import UsageColumns
from onebook.metering.rules.readings import Status

_E6 = 10**6


def flat_usage(total_e4: IntArray, others_e4: IntArray) -> UsageColumns:
    """Apply `rules.registers.flat_usage`: totals [n], the other periods [k, n], gives [n]."""
    check_energy("total_e4", total_e4)
    check_energy("others_e4", others_e4)
    flat_e4: IntArray = total_e4 - others_e4.sum(axis=0)
    return UsageColumns(
        flat_e4, np.where(flat_e4 < 0, np.int64(Status.PERIODS_EXCEED), np.int64(Status.NORMAL))
    )


def periods_differ(
    total_e4: IntArray,
    periods_e4: IntArray,
    *,
    tolerance_e6: int = 2000,
    allowance_e4: IntArray | int = 0,
) -> BoolArray:
    """Apply `rules.registers.periods_differ`: totals [n], all periods [k, n], gives [n]."""
    check_energy("total_e4", total_e4)
    check_energy("periods_e4", periods_e4)
    difference_e4 = np.abs(periods_e4.sum(axis=0) - total_e4)
    whole, rest = np.divmod(np.abs(total_e4), _E6)
    # The difference is an integer, so it passes the share where it passes the share's floor.
    share_e4 = whole * tolerance_e6 + rest * tolerance_e6 // _E6
    beyond: BoolArray = (difference_e4 > share_e4) & (difference_e4 > allowance_e4)
    return beyond


def demand(
    owner: IntArray, owners: int, reading_e4: IntArray, multiplier: IntArray | int
) -> IntArray:
    """Apply `rules.registers.demand`: n segments, row i of ``owner[i]``; gives 10^-4 kW [owners].

    EnergyOutOfRange where reading x multiplier is beyond what any line carries.
    """
    reading_e4 = np.asarray(reading_e4, dtype=np.int64)
    factor = column("multiplier", multiplier, len(reading_e4))
    check_energy("demand_e4", _capped_product(reading_e4, factor))
    demand_e4 = np.zeros(owners, dtype=np.int64)
    np.maximum.at(demand_e4, owner, reading_e4 * factor)
    return demand_e4


def _capped_product(left: IntArray, right: IntArray) -> IntArray:
    """Give the product, or more than every bound where it does not fit an int64."""
    near = np.abs(left.astype(np.float64) * right) < 2**62
    return np.where(near, left * np.where(near, right, 0), np.iinfo(np.int64).max)
