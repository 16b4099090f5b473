"""Energy of a month in which a price or a class changed, split over its segments by days."""

from collections.abc import Sequence

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.rounding import truncate


def split_by_days(usage_e4: int, days: Sequence[int]) -> list[int]:
    """Split kWh over segments by their days, whole kWh each; the last takes what remains.

    For a change inside a month whose register was not frozen on the day. ``days`` are positive.
    """
    whole_days = sum(days)
    parts_e4 = [
        E4_PER_KWH * truncate(usage_e4 * count, whole_days * E4_PER_KWH) for count in days[:-1]
    ]
    return [*parts_e4, usage_e4 - sum(parts_e4)]
