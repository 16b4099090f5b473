"""A real year of half hours, cut by a calendar, against plain sums over the file's own lines."""

import csv
import gzip
from datetime import date, datetime

import numpy as np

from onebook.metering.kernels import intervals
from onebook.metering.rules.calendar import Calendar, Plan, bands, months
from onebook.metering.rules.intervals import cut, month_windows
from tests.shared import shared_path

FIRST_DAY, DAYS = date(2011, 7, 1), 366
PERIODS = ("peak", "flat", "valley")
CALENDAR = Calendar(
    "real",
    PERIODS,
    (
        Plan(bands(("00:00", "24:00", "valley")), kinds=frozenset(("weekend",))),
        Plan(
            bands(
                ("22:00", "07:00", "valley"), ("07:00", "14:00", "flat"), ("14:00", "22:00", "peak")
            ),
            months(1, 2, 12),
        ),
        Plan(bands(("22:00", "07:00", "valley"), ("07:00", "22:00", "flat"))),
    ),
    date(2000, 1, 1),
)


def lines() -> list[tuple[datetime, int]]:
    """The moment each half hour begins, and its consumption in W."""
    path = shared_path("data", "ausgrid_c12_halfhour", "data_2011-2012.csv.gz")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return [
            (datetime.fromisoformat(row[""]), round(float(row["GC"]) * 1000))
            for row in csv.DictReader(file)
        ]


def period_of(moment: datetime) -> str:
    """The same calendar written again as a person reads it."""
    if moment.weekday() > 4 or not 7 <= moment.hour < 22:
        return "valley"
    return "peak" if moment.month in (12, 1, 2) and moment.hour >= 14 else "flat"


def test_a_customer_s_year_is_cut_as_its_lines_say() -> None:
    told = lines()
    assert (f"{told[0][0]}", len(told)) == ("2011-07-01 00:00:00", DAYS * 48)
    energy: dict[tuple[int, int, str], int] = {}
    highest: dict[tuple[int, int, str], int] = {}
    for moment, watts in told:
        key = (moment.year, moment.month, period_of(moment))
        energy[key] = energy.get(key, 0) + watts
        highest[key] = max(highest.get(key, 0), watts * 2)
    windows = month_windows(FIRST_DAY, DAYS)
    values = np.array([[watts for _, watts in told]], dtype=np.int32)
    plan = intervals.layout([CALENDAR], FIRST_DAY, DAYS, 30, windows)

    found, demand = intervals.energy(values, plan)[0], intervals.demand(values, plan)[0]
    one = cut(values[0].tolist(), CALENDAR, FIRST_DAY, 30, windows)

    for at, window in enumerate(windows):
        for period, name in enumerate(PERIODS):
            key = (window.start.year, window.start.month, name)
            assert found[at, period] == energy.get(key, 0) == one[at].energy[period]
            assert demand[at, period] == highest.get(key, 0) == one[at].demand[period]
    assert found.sum() == sum(watts for _, watts in told)
    assert not intervals.gaps(values, plan).any()
