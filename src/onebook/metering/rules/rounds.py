"""When a reading book is read, and when its reader is to change."""

from datetime import date, timedelta
from typing import NamedTuple

from onebook.kernel.periods import Month

ROTATE_MONTHS = 12
"""A reader leaves a book after so many months unless its terms say otherwise."""
ON_TIME_DAYS = 2
"""A reading recorded fewer days than this from the planned one is on time (抄表及时率)."""


class BookTerms(NamedTuple):
    """What is fixed for a reading book from a day on.

    ``read_day``: the day of the month on which it is read (抄表例日), 29 to 31 its last day where
    the month is shorter. ``cycle_months``: read every so many months, counted from the first month
    of the terms. ``rotate_months``: after so many months the reader is to change.
    """

    read_day: int
    cycle_months: int
    reader_id: int
    rotate_months: int


def planned_on(month: Month, read_day: int) -> date:
    """Give the day on which a book is to be read in a bill month."""
    return month.first + timedelta(min(read_day, month.days) - 1)


def is_due(since: Month, cycle_months: int, month: Month) -> bool:
    """Whether a book is read in a month, by its cycle from the first month of its terms."""
    return month >= since and since.months_until(month) % cycle_months == 0


def rotation_due_on(reads_since: date, rotate_months: int) -> date:
    """Give the first day on which a reader who has the book since ``reads_since`` is to change."""
    month = Month.of(reads_since).plus(rotate_months)
    return planned_on(month, reads_since.day)
