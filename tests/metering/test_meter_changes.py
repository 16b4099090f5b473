"""Changed meters (换表) from a file: the last kWh of the old one and the new one in its place."""

from datetime import date
from types import SimpleNamespace

import pytest

from onebook.hub import jobs as hub
from onebook.infra import clock
from onebook.infra.tabular import FileTaken, Reject
from onebook.kernel.cells import CellBlank
from onebook.metering import errors, jobs, reads
from onebook.metering.models import Installation, Meter, Reading, RegisterReading
from onebook.org import errors as org_errors
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

KWH = 10_000
CUSTOMERS = """户号,户名,单位,用电类别,开户日期,表号,位数,倍率,初始示数,装表日期,电价,峰初始示数,\
需量初始示数
1,甲厂,3301,工商业,2024-01-01,M1,6,40,8500,2026-09-01,zj-business-single-lv,2000,0
2,乙,3301,居民生活,2024-01-01,M2,6,1,100,2024-01-01,zj-residential-tiers,,
"""
HEAD = "旧表号,抄表月份,换表日期,旧表止度,新表号,位数,倍率,新表起度,峰止度,最大需量止度,峰起度"
CHANGE = "M1,2026-10,2026-10-10,8650.20,N1,,60,0,2100,0.5,"


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """A factory with a peak and a demand register, and a house."""
    clock.fix(date(2026, 12, 31))
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    taken = hub.import_master_data(CUSTOMERS.encode(), "用户.csv", person_id=SYSTEM)
    assert (taken.taken, taken.rejects) == (2, [])
    places = dict(Installation.objects.values_list("multiplier", "service_account_id"))
    return SimpleNamespace(unit=unit, factory=places[40], house=places[1])


def change(*rows: str, dry_run: bool = False, by: int | None = SYSTEM) -> FileTaken:
    data = "\n".join([HEAD, *rows, ""]).encode()
    return jobs.import_meter_changes(data, "换表.csv", person_id=by, dry_run=dry_run)


def read(*rows: str) -> jobs.ReadingsFile:
    data = "\n".join(["表号,抄表月份,抄表日期,示数,峰,最大需量", *rows, ""]).encode()
    return jobs.import_readings(data, "示数.csv", person_id=SYSTEM)


def kinds(rejects: list[Reject]) -> dict[int, type]:
    return {reject.row_number: type(reject.reason) for reject in rejects}


def test_a_changed_meter_s_month_is_11_726_kwh(town: SimpleNamespace) -> None:
    changed = change(CHANGE)
    taken = read("N1,2026-10,2026-10-24,95.30,60,0.4")

    assert (changed.taken, changed.rejects, taken.taken) == (1, [], 1)
    assert reads.usage_history(town.factory, 3) == [(date(2026, 10, 1), 11_726 * KWH)]
    old, new = Installation.objects.filter(service_account_id=town.factory).order_by("id")
    assert (old.during.lower, old.during.upper) == (date(2026, 9, 1), date(2026, 10, 10))
    assert (new.during.lower, new.during.upper) == (date(2026, 10, 10), None)
    assert (new.multiplier, new.usage_policy, new.initial_e4) == (60, old.usage_policy, 0)
    assert new.metering_point_id == old.metering_point_id
    assert Meter.objects.get(pk=new.meter_id).digits == 6
    peaks = RegisterReading.objects.filter(register=2).values_list("usage_e4", flat=True)
    assert sorted(peaks) == [60 * 60 * KWH, 100 * 40 * KWH]
    demands = RegisterReading.objects.filter(register=8).values_list("usage_e4", flat=True)
    assert max(demands) == 24 * KWH  # 0.4 kW x 60; the old meter showed 0.5 x 40 = 20


def test_the_old_meter_is_done_and_the_new_one_goes_on(town: SimpleNamespace) -> None:
    change(CHANGE)
    read("N1,2026-10,2026-10-24,95.30,60,0.4")

    later = read("N1,2026-11,2026-11-24,195.30,90,0.3", "M1,2026-12,2026-12-24,8700,2150,0.1")

    assert later.taken == 1
    assert kinds(later.rejects) == {3: errors.MeterIdle}
    assert reads.usage_history(town.factory, 1) == [(date(2026, 11, 1), 6_000 * KWH)]


def test_the_same_change_again_changes_nothing(town: SimpleNamespace) -> None:
    change(CHANGE)
    before = list(Installation.objects.values())

    again = change(CHANGE)

    assert (again.taken, again.unchanged, again.rejects) == (0, 1, [])
    assert list(Installation.objects.values()) == before
    assert Reading.objects.count() == 1


def test_changes_that_do_not_fit_come_back_and_nothing_of_them_is_written(
    town: SimpleNamespace,
) -> None:
    read("M2,2026-10,2026-10-24,180,,")

    taken = change(
        "M9,2026-10,2026-10-10,1,N9,,,,,,",
        "M1,2026-10,2026-10-10,8650.20,M2,,60,0,2100,0.5,",
        "M1,2026-10,2026-10-10,8650.20,N1,,60,0,,0.5,",
        "M2,2026-11,2026-10-24,190,N2,,,,,,",
        "M2,2026-10,2026-10-28,190,N2,,,,,,",
        "M2,2026-11,2026-10-28,190,N2,,,,5,,",
        "M2,2026-11,2026-10-28,,N2,,,,,,",
        "M2,2026-11,2027-01-28,190,N2,,,,,,",
    )

    assert kinds(taken.rejects) == {
        2: errors.MeterUnknown,
        3: errors.MeterElsewhere,
        4: errors.RegisterBlank,
        5: errors.ChangeTooEarly,
        6: errors.MeterReadAlready,
        7: errors.RegisterNotInstalled,
        8: CellBlank,
        9: errors.ReadingOutOfWindow,
    }
    assert (taken.rows_in, taken.taken) == (8, 0)
    assert Reading.objects.count() == 1
    assert Installation.objects.filter(during__endswith__isnull=True).count() == 2


def test_a_meter_is_changed_once_and_a_new_one_hangs_once(town: SimpleNamespace) -> None:
    twice = change(CHANGE, CHANGE.replace("N1", "N2"), "M2,2026-11,2026-10-28,190,N1,,,,,,")
    gone = change("M1,2026-11,2026-11-10,8660,N3,,,,2100,0,")

    assert twice.taken == 1
    assert kinds(twice.rejects) == {3: errors.MeterChanged, 4: errors.MeterElsewhere}
    assert kinds(gone.rejects) == {2: errors.MeterChanged}


def test_a_dry_run_writes_nothing_and_strangers_change_no_meters(town: SimpleNamespace) -> None:
    reader = org.create_person("li.na", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(reader.pk, Role.READER, town.unit.pk, by=SYSTEM)
    other = org.create_unit("3302", "城西", by=SYSTEM)
    biller = org.create_person("wang.wu", "王五", "copper-kettle-20", by=SYSTEM)
    org.grant_role(biller.pk, Role.BILLER, other.pk, by=SYSTEM)

    tried = change(CHANGE, dry_run=True)
    with pytest.raises(org_errors.NotAllowed):
        change(CHANGE, by=reader.pk)
    foreign = change(CHANGE, by=biller.pk)

    assert tried.taken == 1
    assert kinds(foreign.rejects) == {2: org_errors.NotAllowed}
    assert (Reading.objects.count(), Meter.objects.count()) == (0, 2)
