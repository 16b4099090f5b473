"""How a unit's accounts are asked for among all: by where their numbers lie."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Accounts lie close together where their numbers span no more than so many times their count.
_SPREAD_MOST = 4


def near(account: NDArray[np.int64]) -> dict[str, Any]:
    """Where ascending accounts lie: between `least` and `greatest`, and as `accounts` all of them
    where they lie far apart, else None.

    One look along an index costs with the accounts asked for, whatever the planner expects.
    """
    least, greatest = int(account[0]), int(account[-1])
    is_near = greatest - least < len(account) * _SPREAD_MOST
    return {
        "least": least,
        "greatest": greatest,
        "accounts": None if is_near else np.unique(account).tolist(),
    }
