"""Estimated periods settled on columns: `rules.estimates`, exact."""

from dataclasses import dataclass

import numpy as np

from onebook.metering.kernels._exact import IntArray, check_energy, column
from onebook.metering.kernels.readings import UsageColumns


@dataclass(frozen=True, slots=True)
class TrueUpColumns:
    """What readings after estimates give to bill and still owe, int64 [n], 10^-4 kWh."""

    usage_e4: IntArray
    credit_e4: IntArray
    status: IntArray


def credit(previous_e4: IntArray, current_e4: IntArray, last_read_e4: IntArray) -> IntArray:
    """Apply `rules.estimates.credit` to n rows."""
    ahead = (last_read_e4 <= current_e4) & (current_e4 < previous_e4)
    return np.where(ahead, previous_e4 - current_e4, 0)


def true_up(since_last_read: UsageColumns, billed_e4: IntArray | int) -> TrueUpColumns:
    """Apply `rules.estimates.true_up` to n rows."""
    rows = len(since_last_read.usage_e4)
    billed = column("billed_e4", billed_e4, rows)
    check_energy("billed_e4", billed)
    check_energy("usage_e4", since_last_read.usage_e4)
    rest_e4 = since_last_read.usage_e4 - billed
    billable = since_last_read.billable
    return TrueUpColumns(
        np.where(billable, np.maximum(rest_e4, 0), 0),
        np.where(billable, np.maximum(-rest_e4, 0), billed),
        since_last_read.status,
    )
