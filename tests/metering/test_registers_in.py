"""Meters of several registers: installed, read, corrected, and given on to a tariff's measures."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from onebook.hub import jobs as hub
from onebook.infra.tabular import FileTaken, Reject
from onebook.kernel.periods import Month
from onebook.metering import errors, jobs, reads
from onebook.metering.models import Installation, Reading, RegisterReading
from onebook.metering.rules import REGISTERS, Register, Status
from onebook.org import services as org
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

KWH = 10_000
OCTOBER = Month(2026, 10)
HEAD = (
    "户号,户名,单位,用电类别,开户日期,表号,位数,倍率,初始示数,装表日期,电价,"
    "尖初始示数,峰初始示数,谷初始示数,正向无功初始示数,需量初始示数"
)
FACTORY = "1,甲厂,3301,工商业,2024-01-01,M1,6,1000,1200,2026-09-01,zj-business-single-lv"
HOUSE = "2,乙,3301,居民生活,2024-01-01,M2,6,1,100,2024-01-01,zj-residential-tiers,,,,,"
READ = "户号,抄表月份,抄表日期,示数,尖,峰,谷,正向无功,最大需量"


def master(*rows: str) -> FileTaken:
    return hub.import_master_data(
        "\n".join([HEAD, *rows, ""]).encode(), "用户.csv", person_id=SYSTEM
    )


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """A factory with five further registers, and a house with none."""
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    taken = master(f"{FACTORY},80,400,310,500,0", HOUSE)
    assert (taken.taken, taken.rejects) == (2, [])
    places = dict(Installation.objects.values_list("multiplier", "service_account_id"))
    return SimpleNamespace(unit=unit, factory=places[1000], house=places[1])


def take(*rows: str, head: str = READ) -> jobs.ReadingsFile:
    data = "\n".join([head, *rows, ""]).encode("gb18030")
    return jobs.import_readings(data, "示数.csv", person_id=SYSTEM)


def used(month: str) -> dict[str, int]:
    """Usage in whole kWh, kvarh or kW of the registers of the factory's reading in force."""
    found = Reading.objects.filter(bill_month=f"{month}-01", multiplier=1000)
    newest = found.order_by("-version")[0]
    registers = RegisterReading.objects.filter(reading_id=newest.pk).order_by("register")
    return {
        "total": newest.usage_e4 // KWH,
        **{REGISTERS[one.register]: one.usage_e4 // KWH for one in registers},
    }


def reasons(rejects: list[Reject]) -> list[str]:
    return [str(reject.reason) for reject in rejects]


def test_each_register_is_measured_from_its_own_value_and_demand_from_zero(
    town: SimpleNamespace,
) -> None:
    first = take("1,2026-10,2026-10-24,1360,92,448,350,557,0.62", "2,2026-10,2026-10-24,180,,,,,")
    second = take("1,2026-11,2026-11-24,1460,100,478,375,600,0.55")

    assert (first.taken, first.rejects, second.taken) == (2, [], 1)
    assert used("2026-10") == {
        "total": 160_000, "sharp": 12_000, "peak": 48_000, "valley": 40_000,
        "reactive_forward": 57_000, "demand": 620,
    }  # fmt: skip
    assert used("2026-11") == {
        "total": 100_000, "sharp": 8_000, "peak": 30_000, "valley": 25_000,
        "reactive_forward": 43_000, "demand": 550,
    }  # fmt: skip
    house = Reading.objects.get(service_account_id=town.house)
    assert not RegisterReading.objects.filter(reading_id=house.pk).exists()


def test_a_corrected_register_is_a_further_version_and_measures_the_next_month_anew(
    town: SimpleNamespace,
) -> None:
    take("1,2026-10,2026-10-24,1360,92,448,350,557,0.62")
    take("1,2026-11,2026-11-24,1460,100,478,375,600,0.55")

    corrected = take("1,2026-10,2026-10-24,1360,92,450,350,557,0.62")

    assert (corrected.taken, corrected.corrected) == (1, 1)
    assert used("2026-10")["peak"] == 50_000
    assert used("2026-11")["peak"] == 28_000
    assert used("2026-11")["demand"] == 550
    versions = Reading.objects.order_by("bill_month", "version").values_list("version", flat=True)
    assert list(versions) == [1, 2, 1, 2]
    assert RegisterReading.objects.count() == 4 * 5


def test_the_same_file_again_adds_no_version_and_a_total_alone_keeps_the_registers(
    town: SimpleNamespace,
) -> None:
    row = "1,2026-10,2026-10-24,1360,92,448,350,557,0.62"
    take(row)

    again = take(row)
    total = take("1,2026-10,2026-10-24,1361", head="户号,抄表月份,抄表日期,示数")

    assert (again.unchanged, again.taken) == (1, 0)
    assert (total.corrected, total.rejects) == (1, [])
    assert used("2026-10") == {
        "total": 161_000, "sharp": 12_000, "peak": 48_000, "valley": 40_000,
        "reactive_forward": 57_000, "demand": 620,
    }  # fmt: skip


def test_a_register_that_is_missing_or_not_installed_rejects_its_row(
    town: SimpleNamespace,
) -> None:
    taken = take("1,2026-10,2026-10-24,1360,92,,350,557,0.62", "2,2026-10,2026-10-24,180,5,,,,")
    alone = take("1,2026-10,2026-10-24,1360", head="户号,抄表月份,抄表日期,示数")

    assert reasons(taken.rejects) == [
        "The meter 1 has a register 峰, and its reading is missing. Fill it in and import the "
        "row again.",
        "The meter 2 has no register 尖. Clear the cell, or record the register with the meter "
        "first.",
    ]
    assert [type(reject.reason) for reject in alone.rejects] == [errors.RegisterBlank]
    assert (taken.taken, Reading.objects.count(), RegisterReading.objects.count()) == (0, 0, 0)


def test_two_rows_that_differ_in_a_register_are_both_refused(town: SimpleNamespace) -> None:
    taken = take(
        "1,2026-10,2026-10-24,1360,92,448,350,557,0.62",
        "1,2026-10,2026-10-24,1360,92,449,350,557,0.62",
    )

    assert [type(reject.reason) for reject in taken.rejects] == [errors.ReadingTwiceTold] * 2


def test_a_register_that_rolled_over_or_ran_backward_says_so_by_itself(
    town: SimpleNamespace,
) -> None:
    take("1,2026-10,2026-10-24,1360,92,448,300,557,0.62")
    further = RegisterReading.objects.values_list("register", "status")
    status = dict(further)
    assert status[REGISTERS.index(Register.VALLEY)] == Status.REVERSED
    assert status[REGISTERS.index(Register.PEAK)] == Status.NORMAL


def test_the_registers_in_force_become_the_measures_of_a_tariff(town: SimpleNamespace) -> None:
    take("1,2026-10,2026-10-24,1360,92,448,350,560,0.62", "2,2026-10,2026-10-24,180,,,,,")
    accounts = np.array([one.service_account_id for one in Reading.objects.order_by("meter_id")])

    found = reads.measures(town.unit.pk, OCTOBER, accounts)

    assert found.usage_e4["peak"].tolist() == [48_000 * KWH, 0]
    assert found.has["peak"].tolist() == [True, False]
    assert found.demand_e4.tolist() == [620 * KWH, 0]
    assert found.has_demand.tolist() == [True, False]
    assert {name for name, has in found.has.items() if has[0]} == {
        "total", "sharp", "peak", "valley", "flat",
    }  # fmt: skip


def test_master_data_that_contradict_a_register_change_nothing(town: SimpleNamespace) -> None:
    same = master(f"{FACTORY},80,400,310,500,0", HOUSE)
    other = master(f"{FACTORY},80,401,310,500,0")
    further = master(
        "2,乙,3301,居民生活,2024-01-01,M2,6,1,100,2024-01-01,zj-residential-tiers,,7,,,"
    )

    assert (same.unchanged, same.rejects) == (2, [])
    assert reasons(other.rejects) == [
        "The meter M1 is recorded with 峰初始示数 400. A file of master data does not change that: "
        "write it so, or change the meter."
    ]
    assert [type(reject.reason) for reject in further.rejects] == [errors.MeterDiffers]


def test_a_register_s_reading_is_never_changed(town: SimpleNamespace) -> None:
    take("1,2026-10,2026-10-24,1360,92,448,350,557,0.62")

    with pytest.raises(DatabaseError), transaction.atomic():
        RegisterReading.objects.update(usage_e4=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        RegisterReading.objects.all().delete()
    assert used("2026-10")["peak"] == 48_000
    assert Reading.objects.get().bill_month == date(2026, 10, 1)
