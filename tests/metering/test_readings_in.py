"""Readings from a file: what each is measured against, and what a correction or a late one does."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from onebook.customer import reads as customer
from onebook.customer.errors import AccountUnknown
from onebook.hub import jobs as hub
from onebook.infra import clock
from onebook.infra.tabular import Reject
from onebook.kernel.cells import CellBlank
from onebook.kernel.errors import DayInFuture, EnergyUnreadable
from onebook.kernel.periods import Month
from onebook.metering import errors, jobs, reads, services
from onebook.metering.models import Installation, Reading
from onebook.metering.rules import Status
from onebook.org import errors as org_errors
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import errors as tariff_errors
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

KWH = 10_000
HEAD = "户号,户名,单位,用电类别,开户日期,表号,位数,倍率,初始示数,装表日期,电价"
CUSTOMERS = f"""{HEAD}
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


def test_the_same_readings_in_another_layout_change_nothing(town: SimpleNamespace) -> None:
    take("1,,2026-09,2026-09-24,180", "2,M2,2026-09,2026-09-24,500")

    other = "reading;month;备注;date;meter\n180.00;2026/9;好;2026年9月24日;M1\n"
    other += "500;202609;;20260924;M2\n"
    again = jobs.import_readings(other.encode(), "采集.csv", person_id=SYSTEM)

    assert (again.taken, again.corrected, again.unchanged, again.rejects) == (0, 0, 2, [])
    assert Reading.objects.count() == 2


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
        "2,,2026-10,2026-10-24,10",
        "2,,2026-10,2026-10-24,10",
        ",,2026-10,2026-10-24,10",
        ",M9,2026-10,2026-10-24,10",
        ",M2,2026-10,2026-10-24,-5",
        ",M2,2026-10,2026-10-24,100000",
    )

    found = kinds(taken.rejects)
    assert found == {
        2: errors.ReadingTwiceTold,
        3: AccountUnknown,
        4: errors.ReadingTwiceTold,
        5: errors.ReadingOutOfWindow,
        6: errors.MeterAtOther,
        7: CellBlank,
        8: EnergyUnreadable,
        10: errors.ReadingTwice,
        11: errors.ReadingUnnamed,
        12: errors.MeterUnknown,
        13: errors.ReadingNegative,
        14: errors.ReadingTooLong,
    }
    assert list(found) == sorted(found)
    assert (taken.rows_in, taken.taken) == (13, 1)
    assert list(Reading.objects.values_list("service_account_id", flat=True)) == [town.two]


def test_what_is_wrong_with_a_row_names_the_account_the_meter_and_the_next_step(
    town: SimpleNamespace,
) -> None:
    with clock.on(date(2026, 10, 24)):
        taken = take(
            "1,M2,2026-10,2026-10-24,10",
            "7,M2,2026-10,2026-10-24,10",
            "1,,2026-10,2026-10-25,180",
            "2,,2026-10,2026-10-24,99999.9999",
            "2,,2026-09,2026-09-24,99999999",
            "1,,2023-10,2023-10-24,1",
            ",M1,2023-10,2023-10-24,1",
        )

    assert [str(one.reason).partition(". ")[0] for one in taken.rejects] == [
        "The meter M2 is installed at account 2 and not at 1",
        "There is no account 7",
        "2026-10-25 lies after the business day, 2026-10-24: nothing has happened on it yet",
        "The reading 99,999,999 of the meter 2 has more digits than its register: 5 before the"
        " point",
        "The account 1 has no meter in 2023-10",
        "The meter M1 was installed nowhere in 2023-10",
    ]
    assert in_force(town.two) == [("2026-10", 0, 99999, 4_000_000)]
    assert in_force(town.one) == []


def test_the_service_itself_takes_no_reading_of_a_day_to_come(town: SimpleNamespace) -> None:
    meter = Installation.objects.get(service_account_id=town.two).meter_id
    day = np.array([date(2026, 10, 25)], "datetime64[D]")
    given = services.Readings(np.array([meter]), day, np.array([KWH]))

    with clock.on(date(2026, 10, 24)), pytest.raises(DayInFuture):
        services.take_readings(Month(2026, 10), given, file_id=1)

    assert Reading.objects.count() == 0


def test_a_dry_run_says_what_would_happen_and_writes_nothing(town: SimpleNamespace) -> None:
    tried = take("1,,2026-10,2026-10-24,180", dry_run=True)

    assert (tried.taken, Reading.objects.count()) == (1, 0)


def test_somebody_without_the_right_takes_no_readings_in(town: SimpleNamespace) -> None:
    stranger = org.create_person("li.na", "李娜", "copper-kettle-19", by=SYSTEM)

    with pytest.raises(org_errors.NotAllowed):
        take("1,,2026-10,2026-10-24,180", by=stranger.pk)

    assert Reading.objects.count() == 0


def test_a_reader_takes_in_the_readings_of_the_own_district_and_no_others(
    town: SimpleNamespace,
) -> None:
    other = org.create_unit("3302", "城西", by=SYSTEM)
    row = "3,丙,3302,居民生活,2024-01-01,M3,6,1,0,2024-01-01,zj-residential-tiers"
    hub.import_master_data(f"{HEAD}\n{row}\n".encode(), "用户.csv", person_id=SYSTEM)
    reader = org.create_person("li.na", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(reader.pk, Role.READER, other.pk, by=SYSTEM)

    taken = take("1,,2026-10,2026-10-24,180", "3,,2026-10,2026-10-24,20", by=reader.pk)

    assert kinds(taken.rejects) == {2: org_errors.NotAllowed}
    assert list(Reading.objects.values_list("org_unit_id", "usage_e4")) == [(other.pk, 20 * KWH)]


def test_the_same_bytes_again_are_said_to_be_known(town: SimpleNamespace) -> None:
    with clock.on(date(2026, 10, 25)):
        first = take("1,,2026-10,2026-10-24,180")
    again = take("1,,2026-10,2026-10-24,180")

    assert first.notes == []
    assert again.notes == ["同一文件 2026-10-25 已导入过。"]
    assert (again.taken, again.unchanged) == (0, 1)


@pytest.mark.parametrize(
    ("row", "why", "params"),
    [
        ("1,甲,3301,居民生活,2024-01-01,M1,6,40,100,2024-01-01,zj-residential-tiers",
         errors.MeterDiffers, {"number": "M1", "recorded": "倍率 1"}),
        ("1,甲,3301,居民生活,2024-01-01,M1,6,1,99.5,2024-01-01,zj-residential-tiers",
         errors.MeterDiffers, {"number": "M1", "recorded": "初始示数 100"}),
        ("1,甲,3301,居民生活,2024-01-01,M1,6,1,100,2024-02-01,zj-residential-tiers",
         errors.MeterDiffers, {"number": "M1", "recorded": "装表日期 2024-01-01"}),
        ("1,甲,3301,居民生活,2024-01-01,M9,6,1,100,2024-01-01,zj-residential-tiers",
         errors.SecondMeter, {"account": "1", "recorded": "M1"}),
        ("1,甲,3301,居民生活,2024-01-01,M2,5,40,0,2024-01-01,zj-residential-tiers",
         errors.MeterElsewhere, {"number": "M2"}),
        ("1,改名,3301,居民生活,2024-01-01,M1,6,1,100,2024-01-01,zj-residential-shared",
         tariff_errors.TariffDiffers,
         {"recorded": "zj-residential-tiers", "code": "zj-residential-shared"}),
    ],
)  # fmt: skip
def test_master_data_that_contradict_a_meter_or_tariff_change_nothing(
    town: SimpleNamespace, row: str, why: type, params: dict[str, str]
) -> None:
    before = list(Installation.objects.values())

    taken = hub.import_master_data(f"{HEAD}\n{row}\n".encode(), "用户.csv", person_id=SYSTEM)

    assert (taken.taken, taken.unchanged, kinds(taken.rejects)) == (0, 0, {2: why})
    assert taken.rejects[0].reason.params == params
    assert list(Installation.objects.values()) == before
    assert customer.account("1")["customer_name"] == "甲"
    again = hub.import_master_data(CUSTOMERS.encode(), "用户.csv", person_id=SYSTEM)
    assert (again.taken, again.unchanged, again.rejects) == (0, 2, [])


def test_usage_history_adds_up_an_accounts_months(town: SimpleNamespace) -> None:
    for month, value in (("08", 150), ("09", 180), ("10", 300)):
        take(f"1,,2026-{month},2026-{month}-24,{value}")
    take("1,,2026-10,2026-10-24,310")

    found = reads.usage_history(town.one, 2)

    assert found == [(date(2026, 9, 1), 30 * KWH), (date(2026, 10, 1), 130 * KWH)]
