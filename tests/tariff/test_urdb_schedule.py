"""A year of hours is cut into periods by weekday, weekend, month and hour, and never loses any."""

from datetime import date

import pytest

from onebook.tariff import errors
from onebook.tariff.rules.schedule import (
    ALL_HOURS,
    HourlyUsage,
    Schedule,
    peak_by_period,
    usage_by_period,
)

NIGHT_AND_DAY = Schedule(
    weekday=(((0,) * 8 + (1,) * 12 + (0,) * 4),) * 12, weekend=((0,) * 24,) * 11 + ((2,) * 24,)
)
YEAR = 2018  # 1 January is a Monday


def test_a_constant_load_is_cut_by_the_days_of_the_month() -> None:
    hours = HourlyUsage(YEAR, (1,) * 8760, decimals=0)

    # January 2018: 23 weekdays with 12 hours of day, 8 days of weekend.
    assert usage_by_period(hours, NIGHT_AND_DAY, 1) == {0: 4_680_000, 1: 2_760_000}
    # December 2018: 21 weekdays, 10 days of weekend with a period of their own.
    assert usage_by_period(hours, NIGHT_AND_DAY, 12) == {0: 2_520_000, 1: 2_520_000, 2: 2_400_000}
    assert usage_by_period(hours, ALL_HOURS, 2) == {0: 6_720_000}


def test_hours_are_added_as_written_and_a_period_is_rounded_once() -> None:
    hours = HourlyUsage(YEAR, (4,) * 8760, decimals=5)  # 0.00004 kWh an hour

    # 24 x 31 x 0.00004 = 0.02976 kWh; every hour by itself would be rounded to nothing.
    assert usage_by_period(hours, ALL_HOURS, 1) == {0: 298}


def test_the_highest_hour_of_each_period_is_its_demand() -> None:
    values = [10] * 8760
    values[3], values[9], values[5 * 24 + 12] = 55, 70, 90  # Monday 03:00, 09:00, Saturday 12:00
    hours = HourlyUsage(YEAR, tuple(values), decimals=1)

    assert peak_by_period(hours, NIGHT_AND_DAY, 1) == {0: 90_000, 1: 70_000}
    assert peak_by_period(hours, ALL_HOURS, 1) == {0: 90_000}
    assert peak_by_period(hours, NIGHT_AND_DAY, 2) == {0: 10_000, 1: 10_000}


def test_energy_fed_in_keeps_its_sign() -> None:
    hours = HourlyUsage(YEAR, (-5,) * 8760, decimals=5)

    assert usage_by_period(hours, ALL_HOURS, 2) == {0: -336}
    assert peak_by_period(hours, ALL_HOURS, 2) == {0: -1}


def test_a_leap_year_has_a_29_february() -> None:
    hours = HourlyUsage(2028, (1,) * 8784, decimals=0)

    assert usage_by_period(hours, ALL_HOURS, 2) == {0: 29 * 24 * 10_000}
    assert [day for day, _ in hours.days(12)][-1] == date(2028, 12, 31)


def test_a_year_with_an_hour_too_few_is_refused() -> None:
    with pytest.raises(errors.HoursDoNotFit) as caught:
        HourlyUsage(2028, (1,) * 8760, decimals=0)

    assert str(caught.value) == (
        "The year 2028 has 8784 hours and the load has 8760. Give every hour of the calendar year "
        "from 1 January 00:00."
    )
