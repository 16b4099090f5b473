"""The terms of metering points from a master-data file, and what the points of a month used."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from onebook.customer import reads as customer
from onebook.hub import jobs as hub
from onebook.infra.tabular import FileTaken
from onebook.kernel.periods import Month
from onebook.metering import errors, jobs, reads
from onebook.metering.models import PointTerms
from onebook.metering.rules import Status
from onebook.org import services as org
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

KWH = 10_000
OCTOBER = Month(2026, 10)
HEAD = (
    "户号,户名,单位,用电类别,开户日期,表号,位数,倍率,初始示数,装表日期,电价,峰初始示数,谷初始示数,"
    "正向无功初始示数,需量初始示数,计量方式,变压器型号,变压器产权,班制,主计量点,扣减方式,扣减值,"
    "参与力率计算,计量条款生效日期"
)
T = "zj-business-single-lv"
FACTORY = f"1,甲厂,3301,工商业,2024-01-01,M1,6,100,0,2024-01-01,{T},0,0,0,0"
LOSS = "高供低计,S9-315,用户,两班,,,,,"
SUB = f"2,乙店,3301,工商业,2024-01-01,M2,6,1,0,2024-01-01,{T},,,,"
LAMPS = f"3,丙灯,3301,工商业,2024-01-01,,,,,,{T},,,,"
READ = "户号,抄表月份,抄表日期,示数,峰,谷,正向无功,最大需量"


def master(*rows: str, head: str = HEAD) -> FileTaken:
    return hub.import_master_data(
        "\n".join([head, *rows, ""]).encode(), "用户.csv", person_id=SYSTEM
    )


def read(*rows: str) -> jobs.ReadingsFile:
    data = "\n".join([READ, *rows, ""]).encode()
    return jobs.import_readings(data, "示数.csv", person_id=SYSTEM)


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    """A factory behind its own transformer, a shop's sub-meter and a tenth of it for lamps."""
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    taken = master(f"{FACTORY},{LOSS}", f"{SUB},,,,,1,,,,", f"{LAMPS},,,,,1,定比,10%,否,2024-01-01")
    assert [str(one.reason) for one in taken.rejects] == []
    numbers = ("1", "2", "3")
    factory, shop, lamps = (customer.account_by_number(number).pk for number in numbers)
    return SimpleNamespace(unit=unit.pk, factory=factory, shop=shop, lamps=lamps)


MONTH = ("1,2026-10,2026-10-24,600,200,150,300,2", "2,2026-10,2026-10-24,9000,,,,")


def asked(town: SimpleNamespace, *accounts: int, month: Month = OCTOBER) -> reads.PointMeasures:
    return reads.measures(town.unit, month, np.array(accounts))


def test_the_door_gives_losses_parts_p_and_q(town: SimpleNamespace) -> None:
    before = read("1,2026-09,2026-09-24,0,0,0,0,0", "2,2026-09,2026-09-24,0,,,,")
    taken = read(*MONTH)

    found = asked(town, town.factory, town.shop, town.lamps)

    assert (before.rejects, taken.rejects) == ([], [])
    assert found.service_account_id.tolist() == [town.factory, town.shop, town.lamps]
    assert found.status.tolist() == [Status.NORMAL] * 3
    # 60,000 + 827 kWh lost in the S9-315 of two shifts; 6,000 are lamps, 9,000 the shop's.
    assert [usage // KWH for usage in found.usage_e4["total"].tolist()] == [45_620, 9_124, 6_083]
    assert [usage // KWH for usage in found.shared_e4.tolist()] == [620, 124, 83]
    assert [usage // KWH for usage in found.metered_e4.tolist()] == [60_000, 9_000, 6_000]
    assert found.usage_e4["peak"].tolist() == [20_000 * KWH, 0, 0]
    assert found.usage_e4["flat"][0] == 10_620 * KWH
    assert found.has["peak"].tolist() == [True, False, False]
    assert found.loss_e4.tolist() == [827 * KWH, 0, 0]
    assert found.reactive_loss_e4[0] == 3_685 * KWH
    # The lamps stand outside the power factor, the shop inside the factory's.
    assert found.active_e4.tolist() == [54_744 * KWH, 54_744 * KWH, 6_083 * KWH]
    assert found.reactive_e4.tolist() == [33_685 * KWH, 33_685 * KWH, 0]
    assert found.pf_point_id[1] == found.metering_point_id[0]
    assert found.demand_e4.tolist() == [2_027_567, 0, 0]
    assert found.master_point_id.tolist() == [-1, *[found.metering_point_id[0]] * 2]


def test_an_account_alone_is_settled_with_its_main_meter_of_another_account(
    town: SimpleNamespace,
) -> None:
    read("1,2026-09,2026-09-24,0,0,0,0,0", "2,2026-09,2026-09-24,0,,,,")
    read(*MONTH)

    found = asked(town, town.lamps)

    assert found.service_account_id.tolist() == [town.lamps]
    assert found.usage_e4["total"].tolist() == [6_083 * KWH]
    p, q, measured = asked(town, town.factory, town.lamps).power_factor(
        np.array([town.lamps, town.factory, 7])
    )
    assert p.tolist() == [0, 54_744 * KWH, 0]
    assert q.tolist() == [0, 33_685 * KWH, 0]
    assert measured.tolist() == [False, True, False]


def test_the_first_month_counts_its_days(town: SimpleNamespace) -> None:
    new = f"9,新厂,3301,工商业,2026-10-09,M9,6,100,0,2026-10-09,{T},0,0,0,0,{LOSS}"
    assert master(new).rejects == []
    read("9,2026-10,2026-10-24,600,200,150,300,2")

    found = asked(town, customer.account_by_number("9").pk)

    # b = 15 / 30: 241 kWh of iron, and twice the copper of the same kWh in half the hours.
    assert found.loss_e4.tolist() == [(241 + 690) * KWH]


def test_a_tariff_s_periods_and_what_a_meter_does_not_tell(town: SimpleNamespace) -> None:
    read("1,2026-09,2026-09-24,0,0,0,0,0", "2,2026-09,2026-09-24,0,,,,")
    read(*MONTH)
    found = asked(town, town.factory, town.shop)

    usage, status = found.of_periods(("peak", "flat", "valley"))
    two, _ = found.of_periods(("peak", "valley"))

    assert status.tolist() == [Status.NORMAL, Status.GAPS]
    assert usage["flat"][0] == 10_620 * KWH
    assert (two["peak"][0], two["valley"][0]) == (30_620 * KWH, 15_000 * KWH)
    assert found.of_periods(())[1].tolist() == [Status.NORMAL] * 2


def test_a_part_that_is_not_read_leaves_its_group_to_a_person(town: SimpleNamespace) -> None:
    read("1,2026-09,2026-09-24,0,0,0,0,0", "2,2026-09,2026-09-24,0,,,,")
    read(MONTH[0])

    found = asked(town, town.factory, town.lamps)

    assert found.status.tolist() == [Status.GAPS] * 2
    assert asked(town, town.shop).reading_id.tolist() == [-1]


def test_new_terms_count_from_their_day(town: SimpleNamespace) -> None:
    read("1,2026-09,2026-09-24,0,0,0,0,0", "2,2026-09,2026-09-24,0,,,,")
    read(*MONTH)
    ended = master(f"{LAMPS},,,,,1,定比,20,否,2026-10-25")
    again = master(f"{LAMPS},,,,,1,定比,20,否,2026-10-25")
    read("1,2026-11,2026-11-24,1200,400,300,600,2", "2,2026-11,2026-11-24,18000,,,,")

    october = asked(town, town.lamps)
    november = asked(town, town.lamps, month=Month(2026, 11))

    assert (ended.taken, again.unchanged, ended.rejects) == (1, 1, [])
    assert october.metered_e4.tolist() == [6_000 * KWH]
    assert november.metered_e4.tolist() == [12_000 * KWH]
    spans = PointTerms.objects.filter(deduction=1).order_by("id").values_list("during", flat=True)
    assert [(span.lower, span.upper) for span in spans] == [
        (date(2024, 1, 1), date(2026, 10, 25)), (date(2026, 10, 25), None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"{SUB},,,,,8,,,,2026-10-25", errors.MainPointUnknown),
        (f"{SUB},,,,,2,,,,2026-10-25", errors.MainPointIsPart),
        (f"{SUB},,,,,3,,,,2026-10-25", errors.MainPointIsPart),
        (f"{FACTORY},,,,,2,,,,2026-10-25", errors.MainPointIsPart),
        (f"{SUB},,,,,,定比,,,2026-10-25", errors.PointTermsIncomplete),
        (f"{SUB},高供高计,,,,,,,,", errors.PointTermsDiffer),
        (f"{SUB},高供高计,,,,,,,,2023-01-01", errors.PointTermsEarlier),
        (f"{SUB},高供低计,S9-77,,,,,,,2026-10-25", errors.TransformerUnknown),
        (f"{SUB},中间,,,,,,,,", errors.PointTermUnreadable),
        (f"{LAMPS},,,,,1,定比,120,否,2026-10-25", errors.PointTermUnreadable),
    ],
)
def test_terms_that_do_not_fit_reject_their_row(
    town: SimpleNamespace, row: str, expected: type
) -> None:
    before = PointTerms.objects.count()

    taken = master(row)

    assert [type(one.reason) for one in taken.rejects] == [expected]
    assert (taken.taken, PointTerms.objects.count()) == (0, before)


def test_own_plate_figures_and_the_regional_rule(town: SimpleNamespace) -> None:
    head = f"{HEAD},空载损耗,短路损耗,空载电流,阻抗电压,变损计算,线损率,变压器容量"
    rows = (
        f"{FACTORY},,旧变-250,,,,,,,2026-01-01,0.6,3.1,1.3,4,,2.5,",
        f"{SUB},高供低计,S9,用户,,,,,,2026-01-01,,,,,简化,,200",
    )
    assert master(*rows, head=head).rejects == []

    own = PointTerms.objects.get(transformer="旧变-250")
    region = PointTerms.objects.get(transformer="S9")

    assert (own.rated_va, own.iron_w, own.copper_w) == (250_000, 600, 3_100)
    assert (own.no_load_bp, own.impedance_bp, own.line_loss_bp) == (130, 400, 250)
    assert (own.mode, own.shifts) == (2, 2)
    assert (region.rated_va, region.iron_kwh, region.region_copper_bp) == (0, 346, 150)
    lacking = master(f"{SUB},,,,,,,,,2026-02-01,0.6,,,,,,200", head=head)
    assert [str(one.reason) for one in lacking.rejects] == [
        "The terms of the metering point lack 短路损耗, 空载电流, 阻抗电压. Fill it in and import "
        "the row again."
    ]


def test_the_database_keeps_a_quantity_with_its_main_meter(town: SimpleNamespace) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        PointTerms.objects.filter(deduction=1).update(master_point_id=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        copy = PointTerms.objects.get(deduction=1)
        copy.pk = 1
        copy.save(force_insert=True)
    assert PointTerms.objects.filter(deduction=1).count() == 1
