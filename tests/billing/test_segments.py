"""One bill over several prices: a price that changes inside the month, points with own tariffs."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from onebook.billing import reads
from onebook.billing.models import BillPortion
from onebook.customer import reads as customer
from onebook.infra import clock, ids
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.metering import services as metering
from onebook.metering.models import PointTerms
from onebook.metering.rules import Register
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff
from tests.billing.test_portions import OCTOBER, WORKS
from tests.billing.towns import ask
from tests.billing.works import (
    amounts_of,
    balances,
    bill_of,
    every_promise_holds,
    exceptions,
    found_district,
    issue,
    lines_of,
    read,
    take_customers,
)

pytestmark = pytest.mark.django_db

OCT, NOV = Month(2026, 10), Month(2026, 11)
KWH = 10_000

# 0.50 until 9 October, 0.60 from the 10th; 0.05 more beyond 150 kWh of the year.
CHANGING = """
[[version]]
code = "changing"
name = "变价"
name_en = "Changing"
category = "residential"
valid_from = 2026-01-01
valid_to = 2026-10-10
vat_percent = 13
quota_per_month = false

  [[version.component]]
  code = "base"
  name = "基础电费"
  name_en = "Base"
  account = "energy"
  price = 0.50
  source = "示例"

  [[version.component]]
  code = "tier-2"
  name = "第二档加价"
  name_en = "Tier 2"
  account = "surcharge"
  kind = "tier"
  basis = "year"
  from_kwh = 150
  price = 0.05
  source = "示例"

[[version]]
code = "changing"
copy_of = 2026-01-01
valid_from = 2026-10-10

  [version.prices]
  base = 0.60
"""
HOME = "7,张三,3301,居民生活,2024-01-01,M7,1,0,2026-09-24,{code},8,,,,,,,,,,,"


@pytest.fixture
def unit(db: None) -> int:
    clock.fix(date(2026, 12, 31))
    return found_district(CHANGING)


def portions(bill_id: int) -> list[tuple[int, str, int, int]]:
    """First day, kWh, and what the ladder counted before."""
    return [
        (one.portion_no, str(one.starts_on), one.usage_e4 // KWH, one.year_usage_before_e4 // KWH)
        for one in BillPortion.objects.filter(bill_id=bill_id).order_by("portion_no")
    ]


def test_usage_is_split_by_days_and_the_ladder_goes_on(unit: int) -> None:
    """200 kWh over 30 days, 16 before the change: 106 × 0.50 + 94 × 0.60 + 50 × 0.05 = 111.90."""
    take_customers(HOME.format(code="changing"))
    read("7,M7,2026-10,2026-10-24,200,,,,,")

    assert issue(OCT) == 1

    bill = bill_of("7", OCT)
    assert portions(bill.pk) == [(0, "2026-10-01", 106, 0), (1, "2026-10-10", 94, 106)]
    assert amounts_of(bill.pk) == [(0, "base", 5300), (1, "base", 5640), (1, "tier-2", 250)]
    assert (bill.total_fen, bill.usage_e4) == (11190, 200 * KWH)
    labels = [line.label_zh for line in reads.bill_explained(bill.pk).printed]
    assert labels == ["10月1日起", "10月10日起", "10月10日起"]
    every_promise_holds()

    # The month after has one price, and the ladder has counted all of October.
    read("7,M7,2026-11,2026-11-24,210,,,,,")
    issue(NOV)
    bill = bill_of("7", NOV)
    assert portions(bill.pk) == []
    assert (bill.year_usage_before_e4, bill.total_fen) == (200 * KWH, 650)


def test_a_meter_read_before_the_change_is_billed_at_the_price_before(unit: int) -> None:
    take_customers(HOME.format(code="changing"))
    read("7,M7,2026-10,2026-10-08,100,,,,,")
    issue(OCT)
    bill = bill_of("7", OCT)
    assert portions(bill.pk) == [(0, "2026-10-01", 100, 0), (1, "2026-10-10", 0, 100)]
    assert amounts_of(bill.pk) == [(0, "base", 5000)]


def test_a_ladder_by_the_month_is_not_cut_inside_it(unit: int) -> None:
    """A price from the 10th on: either half would have the month's whole first tier."""
    monthly = CHANGING.replace('"changing"', '"monthly"').replace(
        'basis = "year"', 'basis = "month"'
    )
    tariff.load_catalogue(monthly, person_id=SYSTEM)
    take_customers(HOME.format(code="monthly"))
    read("7,M7,2026-10,2026-10-24,400,,,,,")

    assert issue(OCT) == 0

    assert exceptions(OCT) == [("R23", "月阶梯不分段", "—")]


def test_a_line_loss_of_a_changed_meter_goes_by_what_each_of_them_measured(unit: int) -> None:
    """Of 100 kWh 10 are lost: 4 with the old meter's 40 at 0.50, 6 with the new one's 60."""
    take_customers(HOME.format(code="changing"))
    account = customer.account("7")
    point = _point_of(account["id"])
    tariff.reassign([account["id"]], ["zj-residential-shared"], [date(2026, 10, 10)])
    _install("M8", account, point, date(2026, 10, 10))
    terms(point, line_loss_bp=1000)
    read("7,M7,2026-10,2026-10-10,40,,,,,", "7,M8,2026-10,2026-10-24,60,,,,,")

    issue(OCT)

    assert amounts_of(bill_of("7", OCT).pk) == [(0, "base", 2200), (1, "base", 3683)]
    assert portions(bill_of("7", OCT).pk) == [(0, "2026-10-01", 44, 0), (1, "2026-10-10", 66, 44)]
    every_promise_holds()


def test_a_change_of_tariff_with_a_change_of_meter_splits_by_its_readings(unit: int) -> None:
    """改类 on the 10th with a new meter: the old one's 40 kWh at 0.50, the new one's at 0.558."""
    take_customers(HOME.format(code="changing"))
    account = customer.account("7")
    tariff.reassign([account["id"]], ["zj-residential-shared"], [date(2026, 10, 10)])
    _install("M8", account, _point_of(account["id"]), date(2026, 10, 10))
    read("7,M7,2026-10,2026-10-10,40,,,,,", "7,M8,2026-10,2026-10-24,60,,,,,")

    issue(OCT)

    assert amounts_of(bill_of("7", OCT).pk) == [(0, "base", 2000), (1, "base", 3348)]
    assert portions(bill_of("7", OCT).pk) == [(0, "2026-10-01", 40, 0), (1, "2026-10-10", 60, 40)]
    assert tariff.reassign([account["id"]], ["zj-residential-shared"], [date(2026, 11, 1)]) == 0
    every_promise_holds()


@pytest.mark.parametrize(
    ("is_within", "main_kwh", "flat_kwh"), [(True, 150_000, 50_000), (False, 160_000, 60_000)]
)
def testtake_lighting_at_a_point_of_its_own(
    unit: int, is_within: bool, main_kwh: int, flat_kwh: int
) -> None:
    """10,000 kWh × 0.558 = 5,580.00; inside the main meter they come off its flat period.

    P and Q of the power factor are the main meter's both times.
    """
    take_customers(WORKS.format(code="example"))
    take_lighting(is_within)
    read(OCTOBER, "1,M9,2026-10,2026-10-24,10000,,,,,")

    assert issue(OCT) == 1

    bill = bill_of("1", OCT)
    lines = {(no, code): (quantity, fen) for no, code, quantity, fen in lines_of(bill.pk)}
    assert lines[1, "base"] == (10_000 * KWH, 558000)
    assert lines[0, "transmission"][0] == main_kwh * KWH
    assert lines[0, "purchase-flat"][0] == flat_kwh * KWH
    assert bill.usage_e4 == (main_kwh + 10_000) * KWH
    head = BillPortion.objects.get(bill_id=bill.pk, portion_no=0)
    assert (head.active_e4, head.reactive_e4) == (160_000 * KWH, 60_000 * KWH)
    base_fen = sum(
        fen for (no, code), (_, fen) in lines.items()
        if no == 0 and code not in ("power-factor", "renewable", "reservoir", "water")
    )  # fmt: skip
    assert lines[0, "power-factor"] == (base_fen * 100, -((base_fen * 60 + 5000) // 10000))
    explained = reads.bill_explained(bill.pk)
    assert {line.label_zh for line in explained.printed} == {"", "居民合表"}
    assert sum(balances(date(2026, 10, 31)).values()) == 0
    every_promise_holds()


def test_the_demand_of_two_lines_in_use_at_one_time_is_added(unit: int) -> None:
    """620 kW and 50 are 670 × 35.20 × 0.90, as 170,000 kWh ÷ 630 kVA reach 260."""
    take_customers(WORKS.format(code="example"))
    account = customer.account("1")
    point = ids.take("customer_metering_point")
    insert("customer_metering_point", id=point, number="1-二线", service_account_id=account["id"])
    registers = dict.fromkeys(
        (
            Register.SHARP,
            Register.PEAK,
            Register.VALLEY,
            Register.REACTIVE_FORWARD,
            Register.DEMAND,
        ),
        0,
    )
    _install("M9", account, point, date(2026, 9, 24), registers)
    read(OCTOBER, "1,M9,2026-10,2026-10-24,10000,1000,2000,3000,0,50")

    issue(OCT)

    lines = {code: (quantity, fen) for _, code, quantity, fen in lines_of(bill_of("1", OCT).pk)}
    assert lines["demand"] == (670 * KWH, 2122560)
    assert lines["purchase-flat"][0] == 64_000 * KWH
    every_promise_holds()


def test_a_point_has_a_ladder_of_its_own(unit: int) -> None:
    """October 100 and November 100 kWh of flats on a ladder beside a works' 320,000 kWh."""
    take_customers(WORKS.format(code="example"))
    take_lighting(False, code="changing")
    read(OCTOBER, "1,M9,2026-10,2026-10-24,100,,,,,")
    issue(OCT)
    read("1,M1,2026-11,2026-11-24,1520,104,496,390,620,0.62", "1,M9,2026-11,2026-11-24,200,,,,,")
    issue(NOV)
    lines = [line for line in amounts_of(bill_of("1", NOV).pk) if line[0] == 1]
    assert lines == [(1, "base", 6000), (1, "tier-2", 250)]


def test_a_point_that_was_not_read_keeps_the_bill_back(unit: int) -> None:
    take_customers(WORKS.format(code="example"))
    take_lighting(True)
    read(OCTOBER)
    assert issue(OCT) == 0
    assert ("R23", "kWh", "—") in exceptions(OCT)


def _point_of(account_id: int) -> int:
    query = "SELECT id FROM customer_metering_point WHERE service_account_id = %s"
    return int(ask(query, account_id)[0][0])


def take_lighting(is_within: bool, code: str = "zj-residential-shared") -> None:
    account = customer.account("1")
    point = ids.take("customer_metering_point")
    insert("customer_metering_point", id=point, number="1-照明", service_account_id=account["id"])
    _install("M9", account, point, date(2026, 9, 24))
    tariff.assign_points([point], [account["id"]], [code], [date(2026, 9, 24)])
    if is_within:
        hang(point, _point_of(account["id"]))


def hang(point: int, main: int) -> None:
    """The point is a sub-meter behind the main meter."""
    terms(point, master_point_id=main, take_order=1)


def terms(point: int, **agreed: int) -> None:
    """The point has these terms from 24 September on."""
    plain = {
        **dict.fromkeys((*_PLATE, "iron_kwh", "region_copper_bp", "iron_k_e4", "copper_k_e4"), 0),
        "mode": 0, "transformer_owner": 1, "line_owner": 1, "line_side": 0, "transformer": "",
        "shifts": 3, "line_loss_bp": 0, "deduction": 0, "ratio_bp": 0, "agreed_e4": 0,
        "take_order": 0, "in_pf_calc": True, "in_pf_fee": True,
    }  # fmt: skip
    PointTerms.objects.create(
        id=ids.take("metering_point_terms"), metering_point_id=point,
        during=DateRange(date(2026, 9, 24), None), **{**plain, **agreed},
    )  # fmt: skip


_PLATE = ("rated_va", "iron_w", "copper_w", "no_load_bp", "impedance_bp")


def _install(
    number: str, account: dict, point: int, on: date, registers: dict[Register, int] | None = None
) -> None:
    metering.install(
        {
            "registers": [registers or {}],
            "number": [number], "digits": [6], "multiplier": [1], "initial_e4": [0],
            "installed_on": [on], "policy": ["half_up"], "metering_point_id": [point],
            "service_account_id": [account["id"]], "org_unit_id": [account["org_unit_id"]],
        }
    )  # fmt: skip
