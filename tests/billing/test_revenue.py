"""The month's sums: fees by category, power factors, and kWh × price = revenue in the book."""

from datetime import date
from typing import Any

import pytest

from onebook.billing.reads import power_factor, revenue
from onebook.infra import clock
from onebook.infra.report import Report, lines
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests.billing.test_portions import OCTOBER, WORKS
from tests.billing.test_red_portions import correct
from tests.billing.works import (
    bill_of,
    every_promise_holds,
    found_district,
    issue,
    read,
    take_customers,
)

pytestmark = pytest.mark.django_db

OCT = Month(2026, 10)
DAY = date(2026, 10, 30)
KWH = 10_000
HOUSEHOLD = "7,李四,3301,居民生活,2024-01-01,M7,1,0,2026-09-24,zj-residential-tiers,8,,,,,,,,,,,"


@pytest.fixture
def biller(db: None) -> int:
    """The trade's worked example and a household that used 100 kWh, both billed in October."""
    unit = found_district()
    person = org.create_person("li", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(person.pk, Role.BILLER, unit, by=SYSTEM)
    take_customers(WORKS.format(code="example"), HOUSEHOLD)
    read(OCTOBER, "7,M7,2026-10,2026-10-24,100,,,,,")
    assert issue(OCT) == 2
    return person.pk


def row_of(report: Report, category: int) -> dict[str, Any]:
    (row,) = [one for one in report.rows if one["category_id"] == category]
    return row


def differences(report: Report) -> dict[str, int]:
    return {tie.with_: tie.difference for tie in report.ties}


def test_fees_by_category_split_into_what_prices_are_made_of(biller: int) -> None:
    report = revenue.sales(DAY)

    works = row_of(report, 4)
    assert (works["bills"], works["usage_e4"], works["average_e4"]) == (1, 160_000 * KWH, 8194)
    assert (works["total_fen"], works["net_fen"], works["vat_fen"]) == (
        13110398, 11602122, 1508276,
    )  # fmt: skip
    parts = {key: works[key] for key in works if key.endswith("_fen")}
    assert {key: parts[key] for key in ("energy_fen", "line_loss_fen", "transmission_fen")} == {
        "energy_fen": 7385280, "line_loss_fen": 243731, "transmission_fen": 2329600,
    }  # fmt: skip
    assert (parts["system_fen"], parts["fund_fen"], parts["capacity_fen"]) == (
        611200, 434700, 2182400,
    )  # fmt: skip
    assert (parts["power_factor_fen"], parts["other_fen"], parts["adjusted_fen"]) == (-76513, 0, 0)
    household = row_of(report, 1)
    assert (household["usage_e4"], household["total_fen"], household["average_e4"]) == (
        100 * KWH, 5380, 5380,
    )  # fmt: skip
    assert household["energy_fen"] == 5380
    assert report.totals["total_fen"] == 13110398 + 5380
    assert report.totals["average_e4"] == 8192
    assert set(differences(report).values()) == {0}
    assert len(report.ties) == 4
    assert "0.8194" in {cell for line in lines(report) for cell in line}


def test_kwh_times_price_is_the_revenue_in_the_book(biller: int) -> None:
    report = revenue.revenue(DAY)

    works = row_of(report, 4)
    assert works["priced_fen"] + works["rounding_fen"] + works["unpriced_fen"] == 13110398
    assert (works["priced_fen"], works["rounding_fen"], works["unpriced_fen"]) == (
        13186911, 0, -76513,
    )  # fmt: skip
    assert works["total_fen"] - works["vat_fen"] - works["fund_net_fen"] == works["revenue_fen"]
    assert works["fund_net_fen"] == 384690
    assert (works["revenue_fen"], works["book_fen"], works["difference_fen"]) == (
        11217432, 11217432, 0,
    )  # fmt: skip
    household = row_of(report, 1)
    assert (household["priced_fen"], household["revenue_fen"], household["book_fen"]) == (
        5380, 4761, 4761,
    )  # fmt: skip
    assert set(differences(report).values()) == {0}


def test_power_factors_by_standard_and_band(biller: int) -> None:
    report = power_factor.report(DAY)

    (row,) = report.rows
    assert (row["standard"], row["band_shown"], row["bills"]) == ("0.90", "0.90–0.94", 1)
    assert (row["active_e4"], row["reactive_e4"]) == (160_000 * KWH, 60_000 * KWH)
    assert (row["increase_fen"], row["decrease_fen"], row["amount_fen"]) == (0, -76513, -76513)
    assert set(differences(report).values()) == {0}
    (bill,) = power_factor.bills(DAY, band=row["band"], standard_bp=9000)
    assert (bill["number"], bill["cosine_shown"], bill["amount_fen"]) == ("1", "0.94", -76513)
    assert power_factor.bills(DAY, band=0) == []
    assert power_factor.bills(DAY, standard_bp=8500) == []


def test_a_red_bill_takes_back_and_the_bill_in_its_place_counts(biller: int) -> None:
    with clock.on(DAY):
        read("1,M1,2026-10,2026-10-24,1350,92,448,350,560,0.62")
    done = correct(bill_of("1", OCT).pk, biller)

    with clock.on(DAY):
        works = row_of(revenue.sales(DAY), 4)
        held = revenue.revenue(DAY)
        factors = power_factor.report(DAY)
        every_promise_holds()
    assert done.bill_id
    assert (works["bills"], works["usage_e4"]) == (1, 150_000 * KWH)
    assert works["capacity_fen"] == 2182400
    assert row_of(held, 4)["difference_fen"] == 0
    assert [(row["band_shown"], row["bills"]) for row in factors.rows] == [("0.90–0.94", 1)]
    assert set(differences(factors).values()) == {0}
    # Before that day the first bill stands.
    assert row_of(revenue.sales(date(2026, 10, 29)), 4)["usage_e4"] == 160_000 * KWH


def test_another_month_and_unit_have_nothing(biller: int) -> None:
    assert revenue.sales(date(2026, 9, 30)).rows == []
    assert revenue.revenue(DAY, units=[0]).rows == []
    assert power_factor.report(DAY, units=[0]).rows == []
    assert receivable.issue(OCT, DAY, person_id=SYSTEM).rows_out == 0
