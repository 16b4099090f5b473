"""Losses, main meters and their parts from the import to the book, to the fen."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from onebook.billing import reads
from onebook.billing.models import BillPoint
from onebook.billing.reads import paper
from onebook.billing.reads import quantities as quantities_report
from onebook.cash import services as corrections
from onebook.finance.reads import verification
from onebook.hub import jobs as hub
from onebook.infra import clock
from onebook.infra.report import to_json
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org import services as org
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from tests.billing.works import (
    amounts_of,
    balances,
    bill_of,
    every_promise_holds,
    exceptions,
    found_district,
    issue,
    lines_of,
)

pytestmark = pytest.mark.django_db

OCT = Month(2026, 10)
KWH = 10_000
HEAD = (
    "户号,户名,单位,用电类别,开户日期,表号,位数,倍率,初始示数,装表日期,电价,峰初始示数,谷初始示数,"
    "正向无功初始示数,需量初始示数,计量方式,变压器型号,变压器产权,班制,线损率,主计量点,扣减方式,扣减值,"
    "参与力率计算,计量条款生效日期"
)
T = "zj-business-single-lv"
FACTORY = (
    f"1,甲厂,3301,工商业,2024-01-01,M1,6,100,0,2026-09-24,{T},0,0,0,0,"
    "高供低计,S9-315,用户,两班,,,,,,"
)
SUB = f"2,乙店,3301,工商业,2024-01-01,M2,6,1,0,2026-09-24,{T},,,,,,,,,,1,,,,"
LAMPS = f"3,丙灯,3301,工商业,2024-01-01,,,,,,{T},,,,,,,,,,1,定比,10%,否,2024-01-01"
MONTH = ("1,2026-10,2026-10-24,600,200,150,300,2", "2,2026-10,2026-10-24,9000,,,,")
READ = "户号,抄表月份,抄表日期,示数,峰,谷,正向无功,最大需量"


@pytest.fixture(autouse=True)
def unit(db: None) -> int:
    """A factory behind its own transformer, a shop's sub-meter and a tenth of it for lamps."""
    unit = found_district()
    master(FACTORY, SUB, LAMPS)
    return unit


def master(*rows: str) -> None:
    taken = hub.import_master_data(
        "\n".join([HEAD, *rows, ""]).encode(), "用户.csv", person_id=SYSTEM
    )
    assert [str(one.reason) for one in taken.rejects] == []


def read(*rows: str) -> None:
    data = "\n".join([READ, *rows, ""]).encode()
    taken = metering.import_readings(data, "示数.csv", person_id=SYSTEM)
    assert [str(reject.reason) for reject in taken.rejects] == []


def quantities(number: str) -> list[tuple[str, str, str, int]]:
    """Point, step, formula and kWh or kvarh of how an account's quantity came about."""
    bill = bill_of(number, OCT).pk
    steps = paper.steps([bill])[bill]
    return [(one.place, one.name_zh, one.formula, one.quantity_e4 // KWH) for one in steps]


def test_a_main_meter_its_loss_and_its_parts_are_billed_together() -> None:
    """60,000 kWh and 827 lost in an S9-315 of two shifts; 9,000 are the shop's, a tenth the lamps'.

    Each bears its part of the loss; the lamps have no meter and are billed on the factory's.
    """
    read(*MONTH)

    assert issue(OCT) == 3

    bills = {number: bill_of(number, OCT) for number in "123"}
    assert [one.usage_e4 // KWH for one in bills.values()] == [45_620, 9_124, 6_083]
    assert [one.total_fen for one in bills.values()] == [3357554, 671511, 447698]
    # 45,620 × 0.4203 = 19,174.09; 9,124 × 0.2296 = 2,094.87
    assert amounts_of(bills["1"].pk)[0] == (0, "purchase", 1917409)
    assert (0, "transmission", 209487) in amounts_of(bills["2"].pk)
    assert bills["3"].reading_id == bills["1"].reading_id
    assert balances(date(2026, 10, 31)) == {
        "112201": 4476763, "22210106": -515025, "224101": -102277, "224102": -33373,
        "224103": -21740, "6001": -3804348,
    }  # fmt: skip
    assert exceptions(OCT) == []
    assert issue(OCT) == 0
    every_promise_holds()


def test_the_bill_tells_how_its_quantity_came_about(unit: int) -> None:
    read(*MONTH)
    issue(OCT)

    assert quantities("1") == [
        ("1", "抄见电量", "", 60_000),
        ("1", "变压器损耗", "", 827),
        ("1", "分表分摊的损耗", "", -207),
        ("1", "扣减分表与定比定量", "", -15_000),
        ("1", "计费电量", "60,000 + 827 − 207 − 15,000", 45_620),
        ("1", "无功电量(含变损)", "30,000 + 3,685", 33_685),
    ]
    assert quantities("2") == [
        ("2", "抄见电量", "", 9_000),
        ("2", "分摊主计量点 1 损耗", "", 124),
        ("2", "计费电量", "9,000 + 124", 9_124),
    ]
    assert quantities("3") == [
        ("3", "定比电量", "10 %", 6_000),
        ("3", "分摊主计量点 1 损耗", "", 83),
        ("3", "计费电量", "6,000 + 83", 6_083),
    ]
    auditor = org.create_person("shen", "沈", "copper-kettle-19", by=SYSTEM)
    org.grant_role(auditor.pk, Role.AUDITOR, unit, by=SYSTEM)
    client = Client()
    client.force_login(Person.objects.get(pk=auditor.pk))
    for page in ("", "/paper"):
        shown = client.get(f"/bills/{bill_of('1', OCT).pk}{page}").content.decode()
        assert "60,000 + 827 − 207 − 15,000" in shown
    # The lamps' page shows the meter that their share is of.
    shown = client.get(f"/bills/{bill_of('3', OCT).pk}").content.decode()
    assert ">M1</a>" in shown
    with connection.cursor() as cursor:
        cursor.execute("UPDATE metering_point_terms SET iron_w = 1, ratio_bp = 1")
    assert quantities("1")[-2][2] == "60,000 + 827 − 207 − 15,000"
    every_promise_holds()


def test_the_month_s_report_lists_how_quantities_came_about(unit: int) -> None:
    read(*MONTH)
    issue(OCT)

    found = quantities_report.report(date(2026, 10, 31), None, [unit])
    told = json.loads(to_json(found))
    rows = [dict(zip(told["columns"], row, strict=True)) for row in told["rows"]]

    names = ("number", "metered_e4", "transformer_e4", "shared_e4", "parts_e4", "usage_e4")
    assert [[row[name] for name in names] for row in rows] == [
        ["1", 60_000 * KWH, 827 * KWH, -207 * KWH, -15_000 * KWH, 45_620 * KWH],
        ["2", 9_000 * KWH, 0, 124 * KWH, 0, 9_124 * KWH],
        ["3", 6_000 * KWH, 0, 83 * KWH, 0, 6_083 * KWH],
    ]
    assert [row["main_point"] for row in rows] == ["", "1", "1"]
    assert told["totals"]["usage_e4"] == 60_827 * KWH
    assert quantities_report.report(date(2026, 9, 30)).rows == []


def test_a_quantity_that_its_steps_do_not_give_breaks_the_promise() -> None:
    read(*MONTH)
    issue(OCT)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert("billing_bill_point", **BROKEN)
    bill = bill_of("2", OCT).pk
    point = BillPoint.objects.get(bill_id=bill).metering_point_id
    insert(
        "billing_bill_point", **{**BROKEN, "bill_id": bill, "metering_point_id": point + 900,
                                 "metered_e4": KWH},
    )  # fmt: skip

    broken = {one.name_en: one.problems for one in verification.verify() if one.problems}

    assert broken == {
        "Usage billed = movement of the registers ± losses ± parts (open corrections listed)": [
            f"bill {bill}: 9124 kWh, portions 9124, points 9125, metered 9001, registers 9000"
        ]
    }


BROKEN = {
    **dict.fromkeys((
        "bill_id", "metering_point_id", "master_point_id", "deduction", "ratio_bp", "agreed_e4",
        "metered_e4", "transformer_e4", "line_e4", "shared_e4", "parts_e4", "reactive_e4",
        "reactive_loss_e4", "latest_reading_id",
    ), 0),
    "usage_e4": KWH,
}  # fmt: skip


def test_a_part_that_is_not_read_keeps_its_whole_group_back() -> None:
    read(MONTH[0])
    assert issue(OCT) == 0
    assert exceptions(OCT) == [("R23", "kWh", "—")] * 2
    read(MONTH[1])
    assert issue(OCT) == 3
    assert exceptions(OCT) == []
    every_promise_holds()


def test_a_corrected_part_opens_the_bills_of_its_whole_group(unit: int) -> None:
    """The shop's register was 8,000: 1,000 kWh are the factory's, and the loss is shared anew."""
    read(*MONTH)
    issue(OCT)
    before = {number: bill_of(number, OCT).pk for number in "123"}
    read(MONTH[1].replace("9000", "8000"))

    opened = [(f"202610-{before[number]}", number) for number in "123"]
    assert reads.open_corrections() == opened

    biller = org.create_person("li", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(biller.pk, Role.BILLER, unit, by=SYSTEM)
    with clock.on(date(2026, 10, 30)):
        again = {
            number: corrections.cancel_and_reissue(bill, person_id=biller.pk).bill_id
            for number, bill in before.items()
        }
        assert reads.open_corrections() == []
        every_promise_holds()
    # 60,000 − 8,000 − 6,000 = 46,000 of the factory; 827 shared by 46,000 : 8,000 : 6,000.
    usage = [reads.bill(bill or 0).usage_e4 // KWH for bill in again.values()]
    assert usage == [46_634, 8_110, 6_083]
    assert sum(usage) == 60_827


def test_parts_above_their_main_meter_are_found_by_the_verification() -> None:
    """60,000 kWh of the main meter, 60,500 of the shop and 6,000 of the lamps."""
    read(MONTH[0], MONTH[1].replace("9000", "60500"))
    assert issue(OCT) == 0
    found = [one for one in exceptions(OCT) if one[0] in ("R07", "R23")]
    assert found == [
        ("R07", ">= 66500 kWh", "60000 kWh"), *[("R23", ">= 0 kWh", "—")] * 2,
    ]  # fmt: skip


def test_losses_out_of_range_are_found_by_the_verification() -> None:
    """20 kWh metered and 241 + 241 of iron lost."""
    read("1,2026-10,2026-10-24,20,0,0,0,0", "2,2026-10,2026-10-24,0,,,,")
    issue(OCT)
    assert [one for one in exceptions(OCT) if one[0] == "R16"] == [
        ("R16", "0.10–10.00 %", "24.10 %")
    ]


def test_losses_count_for_the_power_factor_of_a_two_part_bill() -> None:
    """P 60,827 and Q 33,685 with the losses are cosφ 0.87, without them it were 0.89."""
    works = (
        "户号,户名,单位,用电类别,开户日期,表号,倍率,初始示数,装表日期,电价,容量,尖初始示数,峰初始示数,谷初始示数,"
        "正向无功初始示数,需量初始示数,容需量方式,功率因数标准,运行容量,计量方式,变压器型号,班制\n"
        "9,甲厂,3301,大工业,2024-01-01,M9,1000,0,2026-09-24,example,315,0,0,0,0,0,实际需量,0.90,315,"
        "高供低计,S9-315,两班\n"
    )
    taken = hub.import_master_data(works.encode(), "用户.csv", person_id=SYSTEM)
    assert [str(one.reason) for one in taken.rejects] == []
    data = (
        "户号,表号,抄表月份,抄表日期,示数,尖,峰,谷,正向无功,最大需量\n"
        "9,M9,2026-10,2026-10-24,60,5,15,20,30,0.2\n"
    )
    assert metering.import_readings(data.encode(), "示数.csv", person_id=SYSTEM).rejects == []
    assert issue(OCT) == 1
    bill = bill_of("9", OCT)
    lines = {code: (quantity, fen) for _, code, quantity, fen in lines_of(bill.pk)}
    assert bill.usage_e4 == 60_827 * KWH
    # The loss falls into flat: 60,000 − 5,000 − 15,000 − 20,000 + 827.
    assert lines["purchase-flat"][0] == 20_827 * KWH
    assert lines["demand"][0] == 2_027_567  # 200 kW × 60,827 ÷ 60,000
    base_fen = lines["power-factor"][0] // 100
    assert lines["power-factor"][1] == (base_fen * 150 + 5000) // 10000
    every_promise_holds()
