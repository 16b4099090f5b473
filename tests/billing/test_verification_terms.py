"""Verification about registers, terms and tariffs: what each rule finds, and when it is over."""

from datetime import date

import pytest
from django.db import connection

from onebook.billing import jobs, reads, services
from onebook.customer import reads as customer
from onebook.customer.services import take_terms
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff
from tests.billing.test_portions import OCTOBER, WORKS
from tests.billing.test_segments import take_lighting
from tests.billing.works import exceptions, found_district, issue, read, take_customers

pytestmark = pytest.mark.django_db

OCT, NOV = Month(2026, 10), Month(2026, 11)
KWH = KVA = 10_000


@pytest.fixture
def unit(db: None) -> int:
    return found_district()


def verify(*rules: str) -> list[tuple[str, str, str]]:
    """Verify October; what the rules found that is not over."""
    jobs.verify(OCT, person_id=SYSTEM)
    return [one for one in exceptions(OCT) if one[0] in rules]


def works(code: str = "example", **changed: str) -> None:
    row = WORKS.format(code=code)
    for old, new in changed.items():
        row = row.replace(f",{_FOUND[old]},", f",{new},")
    take_customers(row)


def release(unit: int, *exceptions: int) -> None:
    biller = org.create_person("li.na", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(biller.pk, Role.BILLER, unit, by=SYSTEM)
    services.decide(list(exceptions), "release", "现场核对", person_id=biller.pk)


_FOUND = {"mode": "实际需量", "standard": "0.90", "category": "大工业"}


def test_a_works_as_it_should_be_has_no_exception(unit: int) -> None:
    works()
    read(OCTOBER)
    assert verify(*(f"R{number:02}" for number in range(1, 24))) == []


def test_r01_a_register_beside_the_total_that_ran_backwards(unit: int) -> None:
    works()
    read("1,M1,2026-10,2026-10-24,1360,79,448,350,560,0.62")
    assert verify("R01") == [("R01", ">= 80", "79")]
    assert issue(OCT) == 0
    read(OCTOBER)
    assert verify("R01") == []
    assert issue(OCT) == 1


def test_r05_more_than_the_capacity_can_use(unit: int) -> None:
    """630 kVA × 720 h = 453,600 kWh."""
    works()
    read("1,M1,2026-10,2026-10-24,1653.6,92,448,350,560,0.62")
    assert verify("R05") == []
    read("1,M1,2026-10,2026-10-24,1653.601,92,448,350,560,0.62")
    assert verify("R05") == [("R05", "<= 453600 kWh", "453601 kWh")]
    read(OCTOBER)
    assert verify("R05") == []


def test_r06_periods_that_are_more_than_the_total(unit: int) -> None:
    """12,000 + 148,000 + 40,000 = 200,000 of 160,000 kWh; flat is not metered, less is flat's."""
    works()
    read("1,M1,2026-10,2026-10-24,1360,92,548,350,560,0.62")
    assert verify("R06") == [("R06", "160000 kWh", "200000 kWh")]
    read(OCTOBER)
    assert verify("R06") == []


def test_r07_a_main_meter_below_what_hangs_on_it(unit: int) -> None:
    works()
    take_lighting(True)
    read(OCTOBER, "1,M9,2026-10,2026-10-24,160001,,,,,")
    assert verify("R07") == [("R07", ">= 160001 kWh", "160000 kWh")]
    read("1,M9,2026-10,2026-10-24,160000,,,,,")
    assert verify("R07") == []


@pytest.mark.parametrize(
    ("reactive", "shown"),
    [("760", "0.52"), ("711", "0.60"), ("504", "1.00"), ("525", "0.99")],
)
def test_r08_a_power_factor_out_of_range(unit: int, reactive: str, shown: str) -> None:
    works()
    read(OCTOBER.replace(",560,", f",{reactive},"))
    expected = [("R08", "0.60–0.99", shown)] if shown in ("0.52", "1.00") else []
    assert verify("R08") == expected
    read(OCTOBER)
    assert verify("R08") == []


def test_r08_reactive_energy_that_is_not_read(unit: int) -> None:
    take_customers(WORKS.format(code="example").replace(",310,500,", ",310,,"))
    read(OCTOBER.replace(",560,", ",,"))
    assert verify("R08") == [("R08", "0.60–0.99", "—")]
    # Released, it still cannot be billed: cosφ would be 1.00 and lower the bill.
    release(unit, *(one["id"] for one in reads.exceptions(OCT)))
    assert issue(OCT) == 0
    assert ("R23", "kvarh", "—") in exceptions(OCT)


def test_r10_a_tariff_of_another_category(unit: int) -> None:
    works(category="居民生活")
    read(OCTOBER)
    assert verify("R10") == [("R10", "residential", "example")]
    works()
    assert verify("R10") == []


def test_r11_terms_that_do_not_fit_capacity_or_tariff(unit: int) -> None:
    works(mode="容量")
    read(OCTOBER)
    assert verify("R11") == [("R11", "按容量", "example")]
    account = customer.account("1")["id"]
    take_terms(account, date(2026, 10, 1), {"demand_mode": 3, "pf_standard_bp": 0}, by=SYSTEM)
    jobs.verify(OCT, person_id=SYSTEM)
    # What was found stays as it was said; the cause is another one now.
    assert [one[0] for one in exceptions(OCT)] == ["R11"]
    take_terms(account, date(2026, 10, 2), {"pf_standard_bp": 9000}, by=SYSTEM)
    assert verify("R11") == []
    take_terms(account, date(2026, 10, 3), {"contract_e4": 100 * KVA}, by=SYSTEM)
    jobs.verify(OCT, person_id=SYSTEM)
    assert "R11" in {one[0] for one in exceptions(OCT)}


def test_r12_contracted_demand_against_capacity_and_against_the_meter(unit: int) -> None:
    code = "zj-business-two-part-10kv-contract"
    take_customers(WORKS.format(code=code).replace("实际需量,", "合同需量,591"))
    read(OCTOBER)
    assert verify("R12") == []
    account = customer.account("1")["id"]
    take_terms(account, date(2026, 10, 1), {"contract_demand_e4": 590 * KVA}, by=SYSTEM)
    # 590 × 1.05 = 619.5 < 620 kW: told, and billed.
    assert verify("R12") == [("R12", "<= 619.5 kW", "620 kW")]
    assert issue(OCT) == 1


def test_r12_below_40_percent_or_more_running_than_contracted(unit: int) -> None:
    code = "zj-business-two-part-10kv-contract"
    take_customers(WORKS.format(code=code).replace("实际需量,", "合同需量,251"))
    read(OCTOBER)
    assert verify("R12") == [("R12", ">= 252 kW", "251 kW")]
    account = customer.account("1")["id"]
    take_terms(account, date(2026, 10, 1), {"contract_demand_e4": 630 * KVA}, by=SYSTEM)
    assert verify("R12") == []


def test_r13_demand_above_the_capacity(unit: int) -> None:
    works()
    read(OCTOBER.replace(",0.62", ",0.64"))
    assert verify("R13") == [("R13", "<= 630 kVA", "640 kW")]
    read(OCTOBER)
    assert verify("R13") == []


def test_r14_a_large_household_to_be_renewed(unit: int) -> None:
    home = "7,张三,3301,居民生活,2020-01-01,M7,1,0,2026-09-24,zj-residential-tiers,8,,,,,,,,,100,,"
    take_customers(home + "2024-10-01")
    read("7,M7,2026-10,2026-10-24,200,,,,,")
    assert verify("R14") == [("R14", "> 2024-10-01", "2024-10-01")]
    account = customer.account("7")["id"]
    take_terms(account, date(2026, 10, 1), {"persons": 4}, by=SYSTEM)
    jobs.verify(OCT, person_id=SYSTEM)
    assert [one[0] for one in exceptions(OCT)] == ["R14"]
    take_terms(account, date(2026, 10, 2), {"persons": 5}, by=SYSTEM)
    assert verify("R14") == []


def test_r15_an_average_price_out_of_range_until_a_person_releases_it(unit: int) -> None:
    """1,000 kWh at 620 kW: 22,720.79 for a thousand kWh, above 3.00 a kWh."""
    works()
    read("1,M1,2026-10,2026-10-24,1201,80.1,400.2,310.2,500.2,0.62")
    assert issue(OCT) == 0
    (found,) = [one for one in reads.exceptions(OCT) if one["rule"] == "R15"]
    assert (found["expected"], found["blocking"]) == ("0.10–3.00", True)
    release(unit, found["id"])
    assert issue(OCT) == 1


def test_a_rule_without_its_threshold_refuses_to_verify(unit: int) -> None:
    works()
    read(OCTOBER)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE billing_threshold SET valid_from = '2027-01-01' WHERE rule = 'R05'")
    with pytest.raises(Exception, match="hours"):
        jobs.verify(OCT, person_id=SYSTEM)


def test_a_change_of_tariff_to_the_right_one_clears_r10(unit: int) -> None:
    home = "7,张三,3301,居民生活,2020-01-01,M7,1,0,2026-09-24,{},8,,,,,,,,,,,"
    take_customers(home.format("zj-business-single-lv"))
    read("7,M7,2026-10,2026-10-24,200,,,,,")
    assert verify("R10") == [("R10", "residential", "zj-business-single-lv")]
    assert issue(OCT) == 0
    account = customer.account("7")["id"]
    tariff.reassign([account], ["zj-residential-tiers"], [date(2026, 10, 1)])
    assert verify("R10") == []
    assert issue(OCT) == 1
