"""Time-of-use, two-part and power-factor bills from the meter to the book, to the fen."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from onebook.billing import reads
from onebook.billing.errors import BillDiffers
from onebook.billing.models import BillPortion
from onebook.customer import reads as customer
from onebook.customer.services import take_terms
from onebook.finance.reads import verification
from onebook.infra import sql
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff
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
# 630 kVA at 10 kV, by measured demand, 0.90; the meter counts a thousandth.
WORKS = (
    "1,甲厂,3301,大工业,2024-01-01,M1,1000,1200,2026-09-24,{code},630,80,400,310,500,0,"
    "实际需量,,0.90,,630,"
)
OCTOBER = "1,M1,2026-10,2026-10-24,1360,92,448,350,560,0.62"


@pytest.fixture
def unit(db: None) -> int:
    return found_district()


def test_the_worked_example_of_the_trade_from_the_meter_to_the_book(unit: int) -> None:
    """160,000 kWh, 620 kW, Q 60,000: base 127,522.11, cosφ 0.94, −765.13, total 131,103.98."""
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)

    assert issue(OCT) == 1

    bill = bill_of("1", OCT)
    assert (bill.total_fen, bill.net_fen, bill.vat_fen) == (13110398, 11602122, 1508276)
    assert bill.usage_e4 == 160_000 * KWH
    assert lines_of(bill.pk) == [
        (0, "purchase-sharp", 12_000 * KWH, 967680),
        (0, "purchase-peak", 48_000 * KWH, 3225600),
        (0, "purchase-flat", 60_000 * KWH, 2520000),
        (0, "purchase-valley", 40_000 * KWH, 672000),
        (0, "loss", 160_000 * KWH, 243731),
        (0, "transmission", 160_000 * KWH, 2329600),
        (0, "system", 160_000 * KWH, 611200),
        (0, "demand", 620 * KWH, 2182400),
        (0, "power-factor", 12752211 * 100, -76513),
        (0, "renewable", 160_000 * KWH, 304000),
        (0, "reservoir", 160_000 * KWH, 99200),
        (0, "water", 160_000 * KWH, 31500),
    ]
    # Receivable = VAT + funds + revenue of energy, of demand and of the adjustment, each net.
    found = balances(date(2026, 10, 31))
    assert found["112201"] == 13110398
    assert found["22210106"] == -1508276
    assert found["600102"] == -1931327  # 21,824.00 / 1.13
    assert found["600103"] == 67711  # −765.13 / 1.13
    assert -(found["224101"] + found["224102"] + found["224103"]) == 384690  # 4,347.00 / 1.13
    assert sum(found.values()) == 0
    assert -(found["6001"] + found["600102"] + found["600103"]) == 11602122 - 384690
    every_promise_holds()


def test_what_a_bill_was_charged_on_is_frozen(unit: int) -> None:
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)
    issue(OCT)

    (one,) = BillPortion.objects.all()
    assert (one.usage_e4, one.sharp_e4, one.peak_e4, one.flat_e4, one.valley_e4) == (
        160_000 * KWH, 12_000 * KWH, 48_000 * KWH, 60_000 * KWH, 40_000 * KWH,
    )  # fmt: skip
    assert (one.demand_e4, one.transformer_e4, one.days, one.proration_days) == (
        620 * KWH, 630 * KWH, 31, 31,
    )  # fmt: skip
    assert (one.active_e4, one.reactive_e4, one.pf_standard_bp) == (
        160_000 * KWH, 60_000 * KWH, 9000,
    )  # fmt: skip
    assert (one.metering_point_id, one.starts_on, one.first_line_no) == (0, date(2026, 10, 1), 0)
    assert one.capacity_e4_days == 630 * KWH * 31


def test_the_bill_s_page_explains_from_the_frozen_facts(unit: int) -> None:
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)
    issue(OCT)
    bill = bill_of("1", OCT)

    explained = reads.bill_explained(bill.pk)
    by_code = {line.component.code: line.formula for line in explained.lines}
    assert by_code["demand"] == "620 × 35.20 = 21,824.00 (160,000 ÷ 630 < 260)"
    assert by_code["power-factor"] == (
        "127,522.11 × -0.60 % = -765.13 (cosφ = 160,000 ÷ √(160,000² + 60,000²) = 0.94, 0.90)"
    )
    biller = org.create_person("li", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(biller.pk, Role.BILLER, unit, by=SYSTEM)
    client = Client()
    client.force_login(Person.objects.get(pk=biller.pk))
    page = re.sub(r"<[^>]+>", "", client.get(f"/bills/{bill.pk}").content.decode())
    assert "620 × 35.20 = 21,824.00 (160,000 ÷ 630 &lt; 260)" in page
    assert "131,103.98" in page


def test_terms_or_prices_that_change_later_leave_an_issued_bill_as_it_is(unit: int) -> None:
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)
    issue(OCT)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customer_terms SET pf_standard_bp = 8000, contract_e4 = 1")

    assert reads.bill_explained(bill_of("1", OCT).pk).total_fen == 13110398
    every_promise_holds()


def test_a_line_that_its_facts_do_not_give_breaks_the_promise(unit: int) -> None:
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)
    issue(OCT)
    bill = bill_of("1", OCT)
    component_id = reads.bill_lines(bill.pk)[0]["component_id"]
    insert(
        "billing_bill_line", bill_id=bill.pk, line_no=12, component_id=component_id,
        quantity_e4=KWH, price_e10=1, amount_fen=1,
    )  # fmt: skip

    assert list(reads.portion_problems()) == [
        f"bill {bill.pk}: its lines are not what its portions come to"
    ]
    with pytest.raises(BillDiffers):
        reads.bill_explained(bill.pk)
    broken = {one.name_en for one in verification.verify() if one.problems}
    assert "Bill = its frozen facts priced again" in broken


def test_a_second_run_issues_nothing_more(unit: int) -> None:
    take_customers(WORKS.format(code="example"))
    read(OCTOBER)
    assert (issue(OCT), issue(OCT)) == (1, 0)
    assert ask("SELECT count(*) FROM billing_bill_portion") == [(1,)]
    assert ask("SELECT count(*) FROM books_journal") == [(1,)]


def test_the_260_rule_counts_the_account_s_kwh(unit: int) -> None:
    """163,800 kWh ÷ 630 kVA = 260: the demand's price × 0.90, 620 × 31.68 = 19,641.60."""
    take_customers(WORKS.format(code="example"))
    read("1,M1,2026-10,2026-10-24,1363.8,92,448,350,560,0.62")
    issue(OCT)
    lines = {code: fen for _, code, fen in amounts_of(bill_of("1", OCT).pk)}
    assert lines["demand"] == 1964160


def test_capacity_is_charged_by_days_when_a_transformer_is_sealed(unit: int) -> None:
    """Of 630 kVA at 30, 315 sealed on 10 September: 630 × 9 + 315 × 21 days ÷ 30 = 12,285.00."""
    works = WORKS.format(code="zj-business-two-part-10kv-capacity").replace("实际需量", "容量")
    take_customers(works)
    take_customers(works[: works.rindex("630")] + "315,2026-09-10")
    read("1,M1,2026-09,2026-09-25,1360,92,448,350,560,0.62")

    assert issue(Month(2026, 9)) == 1

    bill = bill_of("1", Month(2026, 9))
    lines = {code: (quantity, fen) for _, code, quantity, fen in lines_of(bill.pk)}
    assert lines["capacity"] == (4095000, 1228500)
    assert "demand" not in lines
    every_promise_holds()


def test_contracted_demand_above_105_percent_counts_twice(unit: int) -> None:
    """Contract 500: 620 is above 525, so 620 + 95 = 715 × 48 = 34,320.00."""
    works = WORKS.format(code="zj-business-two-part-10kv-contract")
    take_customers(works.replace("实际需量,", "合同需量,500"))
    read(OCTOBER)
    assert exceptions(OCT) == []
    issue(OCT)
    lines = {code: (quantity, fen) for _, code, quantity, fen in lines_of(bill_of("1", OCT).pk)}
    assert lines["demand-contract"] == (715 * KWH, 3432000)


def test_a_household_of_many_has_its_ladder_raised(unit: int) -> None:
    """Tiers begin at 2,760 + 8 × 100 for terms since May: 3,600 kWh leave 40 in tier 2."""
    take_customers(
        "7,大家庭,3301,居民生活,2024-01-01,M7,1,0,2026-09-24,zj-residential-tiers,8,,,,,,,,,100,,"
        "2026-05-01",
        "8,小家庭,3301,居民生活,2024-01-01,M8,1,0,2026-09-24,zj-residential-tiers,8,,,,,,,,,,,",
    )
    read("7,M7,2026-10,2026-10-24,3600,,,,,", "8,M8,2026-10,2026-10-24,3600,,,,,")
    assert issue(OCT) == 2
    assert amounts_of(bill_of("7", OCT).pk) == [(0, "base", 193680), (0, "tier-2", 200)]
    assert amounts_of(bill_of("8", OCT).pk) == [(0, "base", 193680), (0, "tier-2", 4200)]
    # The plain one has no portion.
    assert BillPortion.objects.count() == 1
    every_promise_holds()


def test_peak_and_valley_of_a_household(unit: int) -> None:
    """120 / 80 kWh: 68.16 + 23.04; peak is what the total leaves."""
    take_customers(
        "7,张三,3301,居民生活,2024-01-01,M7,1,0,2026-09-24,zj-residential-tou,8,,,0,,,,,,,,"
    )
    read("7,M7,2026-10,2026-10-24,200,,,80,,")
    issue(OCT)
    assert amounts_of(bill_of("7", OCT).pk) == [(0, "base-peak", 6816), (0, "base-valley", 2304)]


def test_a_bill_whose_facts_are_missing_waits_with_what_it_lacks(unit: int) -> None:
    take_customers(
        "1,甲厂,3301,大工业,2024-01-01,M1,1000,1200,2026-09-24,"
        "zj-business-two-part-10kv-contract,630,80,400,310,500,0,,,,,,",
        "2,乙厂,3301,大工业,2024-01-01,M2,1000,1200,2026-09-24,example,630,80,,310,500,,,,,,,",
        "3,丙,3301,居民生活,2024-01-01,M3,1,0,2026-09-24,zj-residential-tiers,8,,,,,,,,,,,",
    )
    read(
        "1,M1,2026-10,2026-10-24,1360,92,448,350,560,0.62",
        "2,M2,2026-10,2026-10-24,1360,92,,350,560,",
        "3,M3,2026-10,2026-10-24,100,,,,,",
    )
    assert issue(OCT) == 1
    found = [one for one in exceptions(OCT) if one[0] == "R23"]
    assert found == [
        ("R23", "contract kVA, max kW, peak kWh", "—"),
        ("R23", "contract kW", "—"),
    ]
    assert sql.rows("finance", "verify_bills") == []

    # With its terms the first one is billed, and its exception is over.
    take_customers(
        "1,甲厂,3301,大工业,2024-01-01,M1,1000,1200,2026-09-24,"
        "zj-business-two-part-10kv-contract,630,80,400,310,500,0,合同需量,700,0.90,,,"
    )
    assert issue(OCT) == 1
    assert [one for one in exceptions(OCT) if one[0] == "R23"] == found[:1]


RELIEF = """
[[version]]
code = "poor"
name = "低保户"
name_en = "Households in need"
category = "residential"
valid_from = 2026-01-01
vat_percent = 13

  [[version.component]]
  code = "base"
  name = "电度电费"
  name_en = "Energy"
  account = "energy"
  price = 0.50
  source = "示例"

  [[version.component]]
  code = "free"
  name = "免费电量"
  name_en = "Free energy"
  account = "relief"
  kind = "relief"
  policy = "cash"
  price = 0.50
  source = "示例"
"""


def test_free_energy_is_given_back_and_is_no_loss_of_revenue(unit: int) -> None:
    """100 kWh at 0.50, 15 of them free: owed 42.50; revenue of 100 kWh, 6.64 to be reimbursed."""
    tariff.load_catalogue(RELIEF, person_id=SYSTEM)
    take_customers("7,李四,3301,居民生活,2024-01-01,M7,1,0,2026-09-24,poor,8,,,,,,,,,,,")
    take_terms(
        customer.account("7")["id"], date(2026, 1, 1), {"free_e4_month": 15 * KWH}, by=SYSTEM
    )
    read("7,M7,2026-10,2026-10-24,100,,,,,")

    assert issue(OCT) == 1

    assert lines_of(bill_of("7", OCT).pk) == [
        (0, "base", 100 * KWH, 5000),
        (0, "free", -15 * KWH, -750),
    ]
    assert balances(date(2026, 10, 31)) == {
        "112201": 4250, "22210106": -489, "6001": -4425, "122101": 664,
    }  # fmt: skip
    every_promise_holds()
