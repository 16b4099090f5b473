"""The packaged transformers, calendars and holidays, and what a clerk may have written wrong."""

from datetime import date

import pytest

from onebook.metering import errors, parsers, reads
from onebook.metering.rules.calendar import calendar_on
from onebook.metering.rules.losses import Loss, facts_on, simplified_loss, transformer_loss

KWH = 10_000
DAY = date(2025, 10, 1)

TRANSFORMER = """
[[transformer]]
series = "S13"
kva = "31.5"
iron_kw = "0.067"
copper_kw = "0.6"
no_load_percent = "0.5"
impedance_percent = "4"
valid_from = 2020-01-01
source = "plate"
"""
CALENDAR = """
[[calendar]]
code = "town"
periods = ["peak", "flat", "valley", "deep_valley"]
valid_from = 2025-01-01
valid_to = 2026-01-01
source = "notice"
[[calendar.plan]]
days = ["spring_festival"]
bands = { deep_valley = ["10:00-14:00"], valley = ["14:00-10:00"] }
[[calendar.plan]]
seasons = ["07-15..08-31"]
months = [1]
bands = { peak = ["08:00-11:00", "19:00-22:00"], valley = ["22:00-08:00"], flat = ["11:00-19:00"] }
[[calendar.plan]]
bands = { flat = ["00:00-24:00"] }
"""
HOLIDAY = """
[[holiday]]
name = "spring_festival"
first = 2025-01-28
last = 2025-02-04
source = "notice"
"""


def test_the_packaged_s9_315_loses_827_kwh() -> None:
    plate = facts_on(reads.packaged_transformers(), "S9", 315_000, DAY)

    assert plate == (315_000, 670, 3650, 110, 400)
    assert transformer_loss(plate, 60_000 * KWH, 30_000 * KWH, shifts=2) == Loss(
        482 * KWH, 345 * KWH, 2_495 * KWH, 1_190 * KWH
    )


def test_the_packaged_plates_are_the_s9_series_from_50_to_1000_kva() -> None:
    plates = reads.packaged_transformers()

    assert [entry.rated_va // 1000 for entry in plates] == [
        50, 100, 160, 200, 250, 315, 400, 500, 630, 800, 1000,
    ]  # fmt: skip
    assert facts_on(plates, "S9", 630_000, DAY).impedance_bp == 450
    assert facts_on(plates, "S9", 1_000_000, DAY) == (1_000_000, 1700, 10_300, 70, 450)


def test_the_packaged_regional_rule_of_s9_200() -> None:
    rule = facts_on(reads.packaged_regional_losses(), "S9", 200_000, DAY)

    assert simplified_loss(rule, 40_000 * KWH) == Loss(346 * KWH, 600 * KWH, 0, 0)


def test_the_packaged_residential_calendars_and_holidays() -> None:
    calendars = reads.packaged_calendars()
    zhejiang = calendar_on(calendars, "zhejiang-residential", DAY)
    shanghai = calendar_on(calendars, "shanghai-residential", DAY)

    assert zhejiang.slots_on(DAY, 60) == (1,) * 8 + (0,) * 14 + (1,) * 2
    assert shanghai.slots_on(DAY, 60) == (1,) * 6 + (0,) * 16 + (1,) * 2
    assert zhejiang.kinds_of(DAY) == {"holiday", "national_day"}
    assert zhejiang.kinds_of(date(2025, 9, 28)) == {"weekday"}  # a Sunday worked instead
    assert zhejiang.kinds_of(date(2026, 2, 22)) == {"holiday", "spring_festival"}


def test_a_clerk_s_calendar_is_read_as_written() -> None:
    (town,) = parsers.parse_calendars(CALENDAR, parsers.parse_holidays(HOLIDAY))

    def at(day: date, hour: int) -> str:
        return town.periods[town.slots_on(day, 60)[hour]]

    assert [at(date(2025, 1, 28), hour) for hour in (9, 10, 13, 14)] == [
        "valley", "deep_valley", "deep_valley", "valley",
    ]  # fmt: skip
    assert [at(date(2025, 7, 15), hour) for hour in (7, 8, 11, 19, 22)] == [
        "valley", "peak", "flat", "peak", "valley",
    ]  # fmt: skip
    assert at(date(2025, 7, 14), 8) == "flat"
    assert at(date(2025, 1, 27), 8) == "peak"
    assert not town.covers(date(2026, 1, 1))


def test_a_clerk_s_transformer_is_read_digit_by_digit() -> None:
    (entry,) = parsers.parse_transformers(TRANSFORMER)

    assert entry.facts == (31_500, 67, 600, 50, 400)
    assert (entry.series, entry.rated_va, entry.valid_to) == ("S13", 31_500, None)


@pytest.mark.parametrize(
    ("wrong", "instead", "problem"),
    [
        ('kva = "31.5"', "kva = 31.5", 'transformer 1: kva must be a number in quotes'),
        ('kva = "31.5"', 'kva = "31.54321"', 'transformer 1: kva must be a number in quotes'),
        ('iron_kw = "0.067"', 'iron_kw = "0.0671"', "transformer 1: iron_kw must be a number"),
        ('iron_kw = "0.067"', 'iron_kw = "-1"', "transformer 1: iron_kw must be a number"),
        ('source = "plate"', "", "transformer 1: source must be a text"),
        ('source = "plate"', 'source = "plate"\nsorce = "x"', "sorce is not a field"),
        ("valid_from = 2020-01-01", "", "valid_from must be a day"),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01T00:00:00", "must be a day"),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_to = 2020-01-01", "after"),
        ("[[transformer]]", "[transformer]", "transformer: is not a list of tables"),
        ('kva = "31.5"', "kva = ", "transformer: Invalid value"),
    ],
)  # fmt: skip
def test_a_slip_in_a_transformer_is_named_with_its_place(
    wrong: str, instead: str, problem: str
) -> None:
    with pytest.raises(errors.CatalogueUnreadable, match=problem):
        parsers.parse_transformers(TRANSFORMER.replace(wrong, instead))


@pytest.mark.parametrize(
    ("wrong", "instead", "problem"),
    [
        ("months = [1]", "months = [13]", "calendar 1, plan 2: months must be numbers"),
        ("07-15..08-31", "07-15-08-31", 'plan 2: seasons must be written as "07-15..08-31"'),
        ('["10:00-14:00"]', '["10-14"]', "plan 1, bands: deep_valley must have clock times"),
        ('["10:00-14:00"]', '["10:00-10:00"]', "deep_valley must have clock times"),
        ('["10:00-14:00"]', '"10:00-14:00"', "deep_valley must be a list of texts"),
        ('{ flat = ["00:00-24:00"] }', "3", "plan 3: bands must give each period"),
        ('source = "notice"', "", "calendar 1: source must be a text"),
        ("bands", "band", "plan 1: band is not a field"),
    ],
)
def test_a_slip_in_a_calendar_is_named_with_its_place(
    wrong: str, instead: str, problem: str
) -> None:
    with pytest.raises(errors.CatalogueUnreadable, match=problem):
        parsers.parse_calendars(CALENDAR.replace(wrong, instead), {})


def test_a_plan_with_an_open_hour_and_a_day_named_twice_are_refused() -> None:
    with pytest.raises(errors.CalendarUnusable, match="town cannot be used: plan 3 does not cover"):
        parsers.parse_calendars(CALENDAR.replace("00:00-24:00", "00:00-23:00"), {})
    with pytest.raises(errors.CatalogueUnreadable, match="2025-01-28 is spring_festival already"):
        parsers.parse_holidays(HOLIDAY * 2)
    with pytest.raises(errors.CatalogueUnreadable, match="last must not be before first"):
        parsers.parse_holidays(HOLIDAY.replace("2025-02-04", "2025-01-01"))
