"""Running transformer capacity on columns: `rules.capacity`, exact."""

import numpy as np
from numpy.typing import NDArray

from onebook.kernel.periods import Month
from onebook.metering.kernels._exact import IntArray
from onebook.metering.rules.capacity import proration_days


def capacity_days(
    owner: IntArray,
    owners: int,
    capacity_e4: IntArray,
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    month: Month,
) -> IntArray:
    """Apply `rules.capacity.capacity_days`: n transformers, row i of ``owner[i]``.

    ``start`` and ``end`` are days (datetime64[D]), NaT in ``end`` while it runs. Gives 10^-4 kVA
    x days [owners].
    """
    first, following = np.datetime64(month.first), np.datetime64(month.next().first)
    until = np.where(np.isnat(end), following, np.minimum(end, following))
    days = (until - np.maximum(start, first)).astype(np.int64)
    full = proration_days(month)
    charged = np.where(days == month.days, full, np.clip(days, 0, full))
    sums = np.zeros(owners, dtype=np.int64)
    np.add.at(sums, owner, charged * capacity_e4)
    return sums
