"""`bench interval`: a year of quarter hours cut into periods, against reading the array once."""

import resource
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.bench import interval_peer
from onebook.metering.kernels import intervals
from onebook.metering.rules.calendar import Calendar, Plan, bands, months
from onebook.metering.rules.intervals import month_windows

FIRST_DAY = date(2025, 1, 1)
DAYS = 365
MINUTES = 15
_VALUES = DAYS * 24 * 60 // MINUTES
_ROWS_AT_ONCE = 1000
_TIMES = 3
# 工商业: sharp hours in four months, a valley at noon, deep valley on the long holidays.
CALENDAR = Calendar(
    "bench",
    ("sharp", "peak", "flat", "valley", "deep_valley"),
    (
        Plan(
            bands(("10:00", "14:00", "deep_valley"), ("14:00", "10:00", "valley")),
            kinds=frozenset(("holiday",)),
        ),
        Plan(
            bands(
                ("00:00", "08:00", "valley"),
                ("08:00", "09:00", "flat"),
                ("09:00", "11:00", "sharp"),
                ("11:00", "13:00", "valley"),
                ("13:00", "15:00", "peak"),
                ("15:00", "17:00", "sharp"),
                ("17:00", "22:00", "peak"),
                ("22:00", "24:00", "flat"),
            ),
            months(1, 7, 8, 12),
        ),
        Plan(
            bands(
                ("00:00", "08:00", "valley"),
                ("08:00", "11:00", "peak"),
                ("11:00", "13:00", "valley"),
                ("13:00", "22:00", "peak"),
                ("22:00", "24:00", "flat"),
            )
        ),
    ),
    FIRST_DAY,
    holidays={
        **{date(2025, 1, day): "spring_festival" for day in (28, 29, 30, 31)},
        **{date(2025, 2, day): "spring_festival" for day in (1, 2, 3, 4)},
        **{date(2025, 5, day): "labour_day" for day in (1, 2, 3, 4, 5)},
        **{date(2025, 10, day): "national_day" for day in range(1, 9)},
    },
)


@dataclass(frozen=True, slots=True)
class Timed:
    """One cut against its floor: best seconds of three runs of each, taken in turn."""

    seconds: float
    floor_seconds: float
    ratio: float


def interval(meters: int, peer_customers: int) -> dict[str, Any]:
    """Cut `meters` x 35,040 int32 values into 12 months x 5 periods; figures as `bench` prints.

    The floor is NumPy's sum over the whole array, which reads it once. Making the values is not
    timed; the array is made once. The top figures are energy and demand together, two passes.
    """
    values = _values(meters)
    plan = intervals.layout([CALENDAR], FIRST_DAY, DAYS, MINUTES, month_windows(FIRST_DAY, DAYS))
    energy, cut = _timed(values, lambda: intervals.energy(values, plan))
    demand, _ = _timed(values, lambda: intervals.demand(values, plan))
    both = energy.seconds + demand.seconds
    floor = min(energy.floor_seconds, demand.floor_seconds)
    return {
        "bench": "interval",
        "n": values.size,
        "meters": meters,
        "seconds": round(both, 3),
        "floor_seconds": round(floor, 3),
        "ratio": round(both / floor, 2),
        "energy": asdict(energy),
        "demand": asdict(demand),
        "lost": int(values.sum(dtype=np.int64) - cut.sum()),
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "peer": interval_peer.compare(peer_customers),
    }


def _values(meters: int) -> NDArray[np.int32]:
    values = np.empty((meters, _VALUES), dtype=np.int32)
    draw = np.random.default_rng(2025)
    for start in range(0, meters, _ROWS_AT_ONCE):
        block = values[start : start + _ROWS_AT_ONCE]
        block[:] = draw.integers(0, 20_000, block.shape, dtype=np.int32)
    return values


def _timed(
    values: NDArray[np.int32], cut: Callable[[], NDArray[np.int64]]
) -> tuple[Timed, NDArray[np.int64]]:
    seconds, floors = [], []
    for _ in range(_TIMES):
        began = perf_counter()
        values.sum(dtype=np.int64)
        floors.append(perf_counter() - began)
        began = perf_counter()
        result = cut()
        seconds.append(perf_counter() - began)
    best, floor = min(seconds), min(floors)
    return Timed(round(best, 3), round(floor, 3), round(best / floor, 2)), result
