"""Readings from a file: what each is measured against, and what a correction or a late one does."""

from datetime import date
from types import SimpleNamespace

import pytest

from onebook.hub import jobs as hub
from onebook.infra.tabular import Reject
from onebook.metering import errors, jobs, reads
from onebook.metering.models import Installation, Reading
from onebook.metering.rules import Status
from onebook.org import errors as org_errors
from onebook.org import services as org
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

KWH = 10_000
CUSTOMERS = """户号,户名,单位,用电类别,开户日期,表号,位数,倍率,初始示数,装表日期,电价
1,甲,3301,居民生活,2024-01-01,M1,6,1,100,2024-01-01,zj-residential-tiers
2,乙,3301,工商业,2024-01-01,M2,5,40,0,2024-01-01,zj-business-single-lv
"""


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """Two accounts with a meter each, on their tariffs."""
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    taken = hub.import_master_data(CUSTOMERS.encode(), "用户.csv", person_id=SYSTEM)
    assert (taken.taken, taken.rejects) == (2, [])
    places = dict(Installation.objects.values_list("multiplier", "service_account_id"))
    return SimpleNamespace(unit=unit, one=places[1], two=places[40])


def take(*rows: str, dry_run: bool = False, by: int | None = SYSTEM) -> jobs.ReadingsFile:
    """Import the rows (户号, 表号, 抄表月份, 抄表日期, 示数) as a GB18030 file would bring them."""
    data = "\n".join(["户号,表号,抄表月份,抄表日期,示数", *rows, ""]).encode("gb18030")
    return jobs.import_readings(data, "示数.csv", person_id=by, dry_run=dry_run)


def in_force(account: int) -> list[tuple[str, int, int, int]]:
    """Month, previous and current value and usage in whole kWh of the readings in force."""
    found: dict[date, Reading] = {}
    for reading in Reading.objects.filter(service_account_id=account).order_by("version"):
        found[reading.bill_month] = reading
    return [
        (f"{month:%Y-%m}", r.previous_e4 // KWH, r.current_e4 // KWH, r.usage_e4 // KWH)
        for month, r in sorted(found.items())
    ]


def kinds(rejects: list[Reject]) -> dict[int, type]:
    return {reject.row_number: type(reject.reason) for reject in rejects}


def test_a_first_reading_is_measured_from_the_installation_and_the_next_from_it(
    town: SimpleNamespace,
) -> None:
    first = take("1,,2026-09,2026-09-24,180.55", "2,M2,2026-09,2026-09-24,99990")
    second = take("1,M1,2026-10,2026-10-24,300.20", ",M2,2026-10,2026-10-24,10")

    assert (first.rows_in, first.taken, first.unchanged, first.rejects) == (2, 2, 0, [])
    assert (second.taken, second.corrected, second.encoding) == (2, 0, "gb18030")
    assert in_force(town.one) == [("2026-09", 100, 180, 80), ("2026-10", 180, 300, 120)]
    assert in_force(town.two) == [("2026-09", 0, 99990, 3_999_600), ("2026-10", 99990, 10, 800)]
    newest = reads.readings_of_account(town.two)[0]
    assert (newest.previous_on, newest.read_on) == (date(2026, 9, 24), date(2026, 10, 24))
    assert (newest.status, newest.version, newest.org_unit_id) == (
        Status.ROLLED_OVER, 1, town.unit.pk,
    )  # fmt: skip


def test_the_same_file_again_adds_no_version(town: SimpleNamespace) -> None:
    take("1,,2026-09,2026-09-24,180")

    again = take("1,,2026-09,2026-09-24,180")

    assert (again.taken, again.corrected, again.unchanged) == (0, 0, 1)
    assert Reading.objects.count() == 1


def test_a_corrected_reading_is_a_further_version_and_measures_the_next_month_anew(
    town: SimpleNamespace,
) -> None:
    for month, value in (("09", 180), ("10", 300), ("11", 400)):
        take(f"1,,2026-{month},2026-{month}-24,{value}")

    corrected = take("1,,2026-09,2026-09-24,200")

    assert (corrected.taken, corrected.corrected, corrected.unchanged) == (1, 1, 0)
    assert in_force(town.one) == [
        ("2026-09", 100, 200, 100), ("2026-10", 200, 300, 100), ("2026-11", 300, 400, 100),
    ]  # fmt: skip
    versions = Reading.objects.order_by("bill_month", "version")
    assert list(versions.values_list("version", flat=True)) == [1, 2, 1, 2, 1]


def test_a_reading_that_comes_late_takes_its_usage_out_of_the_month_after(
    town: SimpleNamespace,
) -> None:
    take("1,,2026-08,2026-08-24,150", "1,,2026-10,2026-10-24,300")
    assert in_force(town.one)[-1] == ("2026-10", 150, 300, 150)

    late = take("1,,2026-09,2026-09-24,200")

    assert (late.taken, late.corrected) == (1, 0)
    assert in_force(town.one) == [
        ("2026-08", 100, 150, 50), ("2026-09", 150, 200, 50), ("2026-10", 200, 300, 100),
    ]  # fmt: skip


def test_a_meter_that_nobody_read_for_years_is_measured_from_its_last_reading(
    town: SimpleNamespace,
) -> None:
    take("1,,2024-02,2024-02-24,5000")

    take("1,,2026-10,2026-10-24,5100")

    assert in_force(town.one)[-1] == ("2026-10", 5000, 5100, 100)


def test_rows_that_do_not_fit_come_back_with_their_reason_and_the_rest_goes_in(
    town: SimpleNamespace,
) -> None:
    taken = take(
        "1,,2026-10,2026-10-24,180",
        "9,,2026-10,2026-10-24,180",
        "1,,2026-10,2026-10-25,181",
        "2,,2026-10,2026-08-01,10",
        "1,M2,2026-10,2026-10-24,10",
        "2,,2026-10,2026-10-24,",
        "2,,2026-10,2026-10-24,12O",
    )

    found = kinds(taken.rejects)
    assert {row: found[row] for row in (3, 4, 5, 6)} == {
        3: errors.MeterUnknown,
        4: errors.ReadingTwice,
        5: errors.ReadingOutOfWindow,
        6: errors.MeterElsewhere,
    }
    assert sorted(found) == [3, 4, 5, 6, 7, 8]
    assert (taken.rows_in, taken.taken) == (7, 1)
    assert list(Reading.objects.values_list("service_account_id", flat=True)) == [town.one]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(town: SimpleNamespace) -> None:
    tried = take("1,,2026-10,2026-10-24,180", dry_run=True)

    assert (tried.taken, Reading.objects.count()) == (1, 0)


def test_somebody_without_the_right_takes_no_readings_in(town: SimpleNamespace) -> None:
    stranger = org.create_person("li.na", "李娜", "copper-kettle-19", by=SYSTEM)

    with pytest.raises(org_errors.NotAllowed):
        take("1,,2026-10,2026-10-24,180", by=stranger.pk)

    assert Reading.objects.count() == 0


def test_usage_history_adds_up_an_accounts_months(town: SimpleNamespace) -> None:
    for month, value in (("08", 150), ("09", 180), ("10", 300)):
        take(f"1,,2026-{month},2026-{month}-24,{value}")
    take("1,,2026-10,2026-10-24,310")

    found = reads.usage_history(town.one, 2)

    assert found == [(date(2026, 9, 1), 30 * KWH), (date(2026, 10, 1), 130 * KWH)]
