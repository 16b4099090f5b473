"""A dated calendar cuts interval values into periods, on one meter and on arrays alike."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.metering import errors
from onebook.metering.kernels import intervals as columns
from onebook.metering.rules.calendar import (
    Band,
    Calendar,
    MonthDay,
    Plan,
    Season,
    bands,
    calendar_on,
    hourly_plans,
    months,
)
from onebook.metering.rules.intervals import Window, WindowUsage, cut, month_windows

PERIODS = ("sharp", "peak", "flat", "valley", "deep_valley")
SUMMER = bands(
    ("00:00", "08:00", "valley"), ("08:00", "10:00", "flat"), ("10:00", "12:00", "sharp"),
    ("12:00", "17:00", "peak"), ("17:00", "24:00", "flat"),
)  # fmt: skip
USUAL = bands(("22:00", "08:00", "valley"), ("08:00", "20:30", "peak"), ("20:30", "22:00", "flat"))
SPRING_FESTIVAL = bands(("10:00", "14:00", "deep_valley"), ("14:00", "10:00", "valley"))
WEEKEND = bands(("00:00", "24:00", "valley"))
CALENDAR = Calendar(
    "big-industry",
    PERIODS,
    (
        Plan(SPRING_FESTIVAL, kinds=frozenset(("spring_festival",))),
        Plan(SUMMER, (Season(MonthDay(7, 15), MonthDay(8, 31)),)),
        Plan(WEEKEND, months(1, 2), frozenset(("weekend",))),
        Plan(USUAL),
    ),
    date(2025, 1, 1),
    date(2026, 1, 1),
    {
        **{date(2025, 1, 28) + timedelta(ahead): "spring_festival" for ahead in range(8)},
        date(2025, 1, 26): "workday",
        date(2025, 2, 8): "workday",
    },
)


def periods_of(day: date, *clock_times: str) -> list[str]:
    slots = CALENDAR.slots_on(day, 15)
    quarters = [int(text[:2]) * 4 + int(text[3:]) // 15 for text in clock_times]
    return [PERIODS[slots[at]] for at in quarters]


def test_a_summer_noon_is_peak_and_its_late_morning_sharp() -> None:
    assert periods_of(date(2025, 7, 15), "07:45", "08:00", "10:00", "11:45", "12:00", "17:00") == [
        "valley", "flat", "sharp", "sharp", "peak", "flat",
    ]  # fmt: skip
    assert periods_of(date(2025, 7, 14), "10:00", "23:00") == ["peak", "valley"]
    assert periods_of(date(2025, 9, 1), "10:00") == ["peak"]


def test_a_holiday_has_a_deep_valley_and_a_worked_sunday_has_none() -> None:
    assert periods_of(date(2025, 1, 29), "09:45", "10:00", "13:45", "14:00") == [
        "valley", "deep_valley", "deep_valley", "valley",
    ]  # fmt: skip
    assert periods_of(date(2025, 1, 19), "12:00") == ["valley"]  # a Sunday
    assert periods_of(date(2025, 1, 26), "12:00") == ["peak"]  # a Sunday worked instead
    assert periods_of(date(2025, 3, 2), "12:00") == ["peak"]  # a Sunday outside the season


def test_a_season_may_run_over_new_year() -> None:
    winter = Season(MonthDay(12, 1), MonthDay(2, 15))

    assert [winter.holds(date(2025, *at)) for at in ((12, 1), (1, 1), (2, 15))] == [True] * 3
    assert [winter.holds(date(2025, *at)) for at in ((11, 30), (2, 16))] == [False] * 2


def test_the_calendar_of_the_day_counts() -> None:
    later = Calendar("big-industry", PERIODS, (Plan(USUAL),), date(2026, 1, 1))

    assert calendar_on([CALENDAR, later], "big-industry", date(2025, 12, 31)) is CALENDAR
    assert calendar_on([CALENDAR, later], "big-industry", date(2026, 1, 1)) is later
    with pytest.raises(errors.CalendarMissing, match="big-industry on 2024-12-31"):
        calendar_on([CALENDAR, later], "big-industry", date(2024, 12, 31))


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ((), "plan 1 does not cover the day once from 00:00 to 24:00"),
        ((Band(0, 1380, "flat"),), "plan 1 does not cover the day once"),
        ((Band(0, 600, "flat"), Band(540, 1440, "peak")), "plan 1 does not cover the day once"),
        ((Band(0, 600, "flat"), Band(600, 600, "peak"), Band(600, 1440, "flat")),
         "plan 1 has a band that ends before it starts"),
        ((Band(0, 1440, "noon"),), "plan 1 names the period noon"),
    ],
)  # fmt: skip
def test_a_calendar_that_leaves_a_minute_open_is_refused(
    wrong: tuple[Band, ...], problem: str
) -> None:
    with pytest.raises(errors.CalendarUnusable, match=problem):
        Calendar("wrong", PERIODS, (Plan(wrong),), date(2025, 1, 1))


def test_a_day_without_a_plan_and_a_band_inside_an_interval_are_refused() -> None:
    summer = Calendar("summer", PERIODS, (Plan(SUMMER, months(7)),), date(2025, 1, 1))

    with pytest.raises(errors.CalendarUnusable, match="no plan fits 2025-08-01"):
        summer.slots_on(date(2025, 8, 1), 15)
    with pytest.raises(errors.CalendarUnusable, match="08:00-20:30 cuts 60 min intervals"):
        CALENDAR.slots_on(date(2025, 3, 3), 60)


def test_a_quarter_of_an_hour_of_155_kwh_is_a_demand_of_620_kw() -> None:
    day = date(2025, 3, 3)
    values = [100] * 96
    values[40] = 155  # 10:00, peak
    values[90] = 120  # 22:30, valley

    (used,) = cut(values, CALENDAR, day, 15, [Window(day, date(2025, 3, 4))])

    assert used == WindowUsage((0, 5_055, 600, 4_020, 0), (0, 620, 400, 480, 0), 0)


def test_a_missing_value_is_counted_and_never_a_zero_that_nobody_sees() -> None:
    values = [100] * 96
    values[40] = -1

    (used,) = cut(values, CALENDAR, date(2025, 3, 3), 15, month_windows(date(2025, 3, 3), 1))

    assert used.gaps == 1
    assert sum(used.energy) == 9_500


def test_windows_are_months_broken_at_the_ends_of_the_data() -> None:
    assert month_windows(date(2025, 1, 30), 33) == (
        Window(date(2025, 1, 30), date(2025, 2, 1)),
        Window(date(2025, 2, 1), date(2025, 3, 1)),
        Window(date(2025, 3, 1), date(2025, 3, 4)),
    )
    assert month_windows(date(2025, 1, 1), 31) == (Window(date(2025, 1, 1), date(2025, 2, 1)),)


def test_values_that_are_no_whole_days_or_end_too_soon_are_refused() -> None:
    day, march = date(2025, 3, 3), [Window(date(2025, 3, 3), date(2025, 3, 5))]
    with pytest.raises(errors.IntervalsUnusable, match="95 values are no whole days of 96"):
        cut([1] * 95, CALENDAR, day, 15, march)
    with pytest.raises(errors.IntervalsUnusable, match="not inside the days 2025-03-03 to 2025-03"):
        cut([1] * 96, CALENDAR, day, 15, march)
    with pytest.raises(errors.IntervalsUnusable, match="5 minutes is not 15, 30 or 60"):
        cut([1] * 288, CALENDAR, day, 5, march)
    plan = columns.layout([CALENDAR], day, 2, 15, march)
    with pytest.raises(errors.IntervalsUnusable, match=r"\(2, 96\) is not \[meters, 192\]"):
        columns.energy(np.ones((2, 96), dtype=np.int32), plan)
    with pytest.raises(errors.IntervalsUnusable, match="int64 is not an integer of 32 bits"):
        columns.demand(np.ones((2, 192), dtype=np.int64), plan)  # type: ignore[arg-type]
    with pytest.raises(errors.IntervalsUnusable, match="no calendar covers 2026-01-01"):
        columns.layout([CALENDAR], date(2025, 12, 31), 2, 15, month_windows(date(2025, 12, 31), 2))


def test_a_rate_database_s_hourly_schedule_becomes_a_calendar() -> None:
    weekday = tuple(tuple(1 if 8 <= hour < 20 else 0 for hour in range(24)) for _ in range(12))
    weekend = tuple(tuple(0 for _ in range(24)) for _ in range(12))
    rate = Calendar(
        "rate", ("p1", "p2"), hourly_plans(weekday, weekend, ["p1", "p2"]), date(2018, 1, 1)
    )

    assert sum(rate.slots_on(date(2018, 2, 28), 60)) == 12  # a Wednesday
    assert sum(rate.slots_on(date(2018, 12, 30), 60)) == 0  # a Sunday


VALUE = st.integers(-2, 3) | st.integers(0, 2**31 - 1) | st.just(2**31 - 1)


@settings(max_examples=40, deadline=None)
@given(
    st.data(),
    st.dates(date(2025, 1, 1), date(2025, 12, 1)),
    st.integers(1, 25),
    st.sampled_from([15, 30]),
    st.sampled_from([np.int16, np.int32]),
)
def test_arrays_equal_the_scalar_cut(
    data: st.DataObject, first_day: date, days: int, minutes: int, dtype: type[np.int16 | np.int32]
) -> None:
    meters = data.draw(st.integers(1, 3))
    few = data.draw(st.lists(VALUE, min_size=1, max_size=40))
    count = meters * days * (1440 // minutes)
    values = np.resize(np.array(few), count).reshape(meters, -1)
    values = np.minimum(values, np.iinfo(dtype).max).astype(dtype)
    windows = month_windows(first_day, days)
    plan = columns.layout([CALENDAR], first_day, days, minutes, windows)
    energy, demand, gaps = (
        function(values, plan) for function in (columns.energy, columns.demand, columns.gaps)
    )

    for at, row in enumerate(values.tolist()):
        one = cut(row, CALENDAR, first_day, minutes, windows)
        assert energy[at].tolist() == [list(used.energy) for used in one]
        assert demand[at].tolist() == [list(used.demand) for used in one]
        assert gaps[at].tolist() == [used.gaps for used in one]


def test_more_meters_than_one_block_and_a_price_change_inside_the_month() -> None:
    rng = np.random.default_rng(7)
    values = rng.integers(0, 2**31 - 1, (150, 31 * 96), dtype=np.int32)
    first = date(2025, 7, 1)
    windows = [Window(first, date(2025, 7, 10)), Window(date(2025, 7, 10), date(2025, 8, 1))]
    plan = columns.layout([CALENDAR], first, 31, 15, windows)
    energy = columns.energy(values, plan)

    assert energy.sum() == values.sum(dtype=np.int64)
    assert energy[:, 0].sum() == values[:, : 9 * 96].sum(dtype=np.int64)
    assert columns.demand(values, plan).max() == int(values.max()) * 4
    assert not columns.gaps(values, plan).any()
    for at in (0, 63, 64, 149):
        one = cut(values[at].tolist(), CALENDAR, first, 15, windows)
        assert energy[at].tolist() == [list(used.energy) for used in one]


def test_two_dated_calendars_may_share_one_layout() -> None:
    later = Calendar("big-industry", PERIODS, (Plan(WEEKEND),), date(2026, 1, 1))
    first = date(2025, 12, 31)
    plan = columns.layout([CALENDAR, later], first, 2, 60 // 2, month_windows(first, 2))
    values = np.ones((1, 96), dtype=np.int32)

    assert columns.energy(values, plan).tolist() == [[[0, 25, 3, 20, 0], [0, 0, 0, 48, 0]]]
