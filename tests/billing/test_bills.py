"""From readings to bills, open items and postings: exact figures, once and only once."""

from datetime import date

import numpy as np
import pytest

from onebook.billing import jobs, reads, services
from onebook.billing.errors import BillDiffers
from onebook.books import reads as books
from onebook.customer.rules import Category
from onebook.infra import sql
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org.errors import NotAllowed
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.receivable import reads as items
from onebook.tariff import services as tariff
from tests.billing.towns import TIERS, Town, ask, found_town

pytestmark = pytest.mark.django_db

JAN, FEB, MAR = Month(2026, 1), Month(2026, 2), Month(2026, 3)


@pytest.fixture
def town(db: None) -> Town:
    return found_town()


def issue(month: Month, on: date | None = None) -> int:
    """Verify, release what a person may release, issue; how many bills."""
    jobs.verify(month, person_id=SYSTEM)
    issued_on = on or month.first.replace(day=26)
    return receivable.issue(month, issued_on, person_id=SYSTEM).rows_out


def release_all(town: Town, month: Month) -> None:
    found = [one["id"] for one in reads.exceptions(month, state="open")]
    services.decide(found, "release", "现场核对无误", person_id=town.biller_id)


def bill_of(town: Town, number: str, month: Month):
    bills = [
        one
        for one in reads.bills_of_account(town.accounts[number])
        if one.bill_month == month.first
    ]
    assert len(bills) == 1
    return bills[0]


def lines_of(bill_id: int) -> list[tuple[str, int, int, int]]:
    return [
        (line["code"], line["quantity_e4"], line["price_e10"], line["amount_fen"])
        for line in reads.bill_lines(bill_id)
    ]


def balances(as_of: date) -> dict[str, int]:
    return {
        row["code"]: row["balance_fen"]
        for row in books.trial_balance(as_of).rows
        if row["balance_fen"]
    }


def nothing_breaks() -> None:
    """Bill = lines = item, batch = bills = journal, and journals balance."""
    assert sql.rows("finance", "verify_bills") == []
    assert sql.rows("finance", "verify_batches") == []
    assert books.unbalanced() == []


def test_the_second_tier_from_reading_to_postings(town: Town) -> None:
    """浙江, no TOU: 2,700 kWh used this year, 200 more: 107.60 + 140 × 0.05 = 114.60."""
    town.account("0001")
    town.read("2026-01", {"0001": 2700})
    assert issue(JAN) == 1
    town.read("2026-02", {"0001": 200})
    assert issue(FEB) == 0  # from 2,700 to 200 kWh: R04 keeps it back
    release_all(town, FEB)
    assert issue(FEB) == 1

    bill = bill_of(town, "0001", FEB)
    assert (bill.total_fen, bill.net_fen, bill.vat_fen) == (11460, 10142, 1318)
    assert (bill.usage_e4, bill.year_usage_before_e4, bill.quota_months) == (
        200_0000,
        2700_0000,
        12,
    )
    assert bill.due_on == date(2026, 3, 18)
    assert lines_of(bill.pk) == [
        ("base", 200_0000, 5_380_000_000, 10760),
        ("tier-2", 140_0000, 500_000_000, 700),
    ]
    (item,) = items.owing_of_account(town.accounts["0001"], date(2026, 2, 28))[1:]
    assert (item["principal_fen"], item["remaining_fen"], item["source_id"], item["due_on"]) == (
        11460,
        11460,
        bill.pk,
        date(2026, 3, 18),
    )
    # January: 2,700 × 0.538 = 1,452.60, net 1,285.49, VAT 167.11
    assert balances(date(2026, 2, 28)) == {
        "112201": 145260 + 11460,
        "6001": -(128549 + 10142),
        "22210106": -(16711 + 1318),
    }
    assert ask("SELECT count(*) FROM books_journal") == [(2,)]
    assert ask("SELECT count(*) FROM receivable_open_item") == [(2,)]
    nothing_breaks()


def test_a_second_run_issues_nothing(town: Town) -> None:
    town.account("0001")
    town.account("0002")
    town.read("2026-01", {"0001": 120, "0002": 0})
    assert issue(JAN) == 2
    tables = (
        "billing_bill", "billing_bill_line", "billing_batch", "billing_exception",
        "receivable_open_item", "books_journal", "books_posting",
    )  # fmt: skip
    before = [ask(f"SELECT count(*) FROM {table}") for table in tables]

    assert reads.units_to_bill(JAN) == []
    assert issue(JAN, date(2026, 2, 2)) == 0
    assert services.issue_unit(town.unit_id, JAN, date(2026, 2, 2), person_id=SYSTEM) is None

    assert [ask(f"SELECT count(*) FROM {table}") for table in tables] == before
    assert before[0] == [(2,)]
    # An account that used nothing has a bill of nothing, and owes nothing.
    assert bill_of(town, "0002", JAN).total_fen == 0
    assert before[4] == [(1,)]


def test_what_the_issue_hands_to_receivables(town: Town) -> None:
    """1,000 kWh of a business, single rate below 1 kV, and 100 kWh of a household."""
    home = town.account("0001")
    shop = town.account("0002", tariff_code="zj-business-single-lv", category=Category.COMMERCIAL)
    town.read("2024-05", {"0001": 100, "0002": 1000})

    issued = services.issue_unit(town.unit_id, Month(2024, 5), date(2024, 5, 26), person_id=SYSTEM)

    assert issued is not None
    assert issued.service_account_id.tolist() == [home, shop]
    assert issued.category_id.tolist() == [Category.RESIDENTIAL, Category.COMMERCIAL]
    # 471.20 + 17.70 + 234.80 + 35.20 − 2.10 + funds 4.04 + 6.20 + 19.00
    assert issued.total_fen.tolist() == [5380, 78604]
    assert issued.due_on == date(2024, 6, 15)
    assert issued.bill_id.dtype == issued.total_fen.dtype == np.int64
    assert issued.category_id.dtype == np.int16
    # 53.80 / 1.13 = 47.61; 786.04 / 1.13 = 695.61; funds 29.24 / 1.13 = 25.88
    assert issued.credits == {
        ("revenue", Category.RESIDENTIAL): 4761,
        ("vat", Category.RESIDENTIAL): 619,
        ("revenue", Category.COMMERCIAL): 69561 - 2588,
        ("vat", Category.COMMERCIAL): 78604 - 69561,
        ("fund:major_water", Category.COMMERCIAL): 358,
        ("fund:reservoir", Category.COMMERCIAL): 549,
        ("fund:renewable", Category.COMMERCIAL): 2588 - 358 - 549,
    }
    assert sum(issued.credits.values()) == int(issued.total_fen.sum())
    (batch,) = reads.batches(Month(2024, 5))
    assert (batch.pk, batch.bills, batch.total_fen, batch.net_fen, batch.fund_net_fen) == (
        issued.batch_id,
        2,
        5380 + 78604,
        4761 + 69561,
        2588,
    )
    assert reads.month_totals(Month(2024, 5)) == {
        town.unit_id: {
            "org_unit_id": town.unit_id,
            "bills": 2,
            "usage_e4": 1100_0000,
            "total_fen": 83984,
        }
    }


def test_a_changed_meter_is_one_bill_over_both(town: Town) -> None:
    """2,700 kWh before; 150 on the old meter and 50 on the new one are 200: again 114.60."""
    town.account("0001")
    town.read("2026-01", {"0001": 2700})
    assert issue(JAN) == 1
    town.meter("0001-new", "0001", installed_on=date(2026, 2, 15))
    town.read("2026-02", {"0001": 150}, on=date(2026, 2, 15))
    town.read("2026-02", {"0001-new": 50})
    jobs.verify(FEB, person_id=SYSTEM)
    assert [one["rule"] for one in reads.exceptions(FEB)] == ["R04"]  # and no R17: 31 days in all
    release_all(town, FEB)
    assert issue(FEB) == 1

    bill = bill_of(town, "0001", FEB)
    assert (bill.total_fen, bill.usage_e4) == (11460, 200_0000)
    meters = ask(
        "SELECT m.number FROM metering_reading r JOIN metering_meter m ON m.id = r.meter_id"
        " WHERE r.id = ANY(%s) ORDER BY r.id",
        reads.readings_of_bill(bill.pk),
    )
    assert meters == [("0001",), ("0001-new",)]
    assert issue(FEB) == 0
    jobs.verify(FEB, person_id=SYSTEM)
    assert [one["rule"] for one in reads.exceptions(FEB)] == ["R04"]
    nothing_breaks()


def test_an_account_of_this_year_has_the_quota_of_its_months(town: Town) -> None:
    """Opened on 20 October: three months of quota, 690 kWh; the tariff begins that day too."""
    town.account("0001", opened_on=date(2026, 10, 20))
    october = Month(2026, 10)
    town.read("2026-10", {"0001": 700}, on=date(2026, 10, 31))
    assert issue(october, date(2026, 10, 31)) == 1

    bill = bill_of(town, "0001", october)
    assert bill.quota_months == 3
    assert lines_of(bill.pk) == [
        ("base", 700_0000, 5_380_000_000, 37660),
        ("tier-2", 10_0000, 500_000_000, 50),
    ]


def test_the_year_counts_whatever_the_order_of_billing(town: Town) -> None:
    """February is held and billed after March: the year's charge is that of 3,000 kWh."""
    town.account("0001")
    town.read("2026-01", {"0001": 1000})
    assert issue(JAN) == 1
    town.read("2026-02", {"0001": 1000})
    jobs.verify(FEB, person_id=SYSTEM)
    town.read("2026-03", {"0001": 1000})
    insert(
        "billing_exception", id=7, service_account_id=town.accounts["0001"],
        org_unit_id=town.unit_id, bill_month=FEB.first, rule="R03", blocking=True, expected="",
        found="", usage_e4=0,
        reading_id=ask("SELECT id FROM metering_reading WHERE bill_month = '2026-02-01'")[0][0],
    )  # fmt: skip
    services.decide(7, "hold", "现场复核", person_id=town.biller_id)
    assert issue(FEB) == 0
    assert issue(MAR) == 1
    services.decide(7, "release", "属实", person_id=town.biller_id)
    assert issue(FEB, date(2026, 3, 28)) == 1

    assert bill_of(town, "0001", MAR).year_usage_before_e4 == 1000_0000
    assert bill_of(town, "0001", FEB).year_usage_before_e4 == 2000_0000
    total = sum(one.total_fen for one in reads.bills_of_account(town.accounts["0001"]))
    assert total == 3 * 53800 + 240 * 5  # 2,760 kWh of quota, 240 kWh in the second tier


def test_the_price_is_that_of_the_year_of_the_bill(town: Town) -> None:
    town.account("0001", tariff_code="zj-business-single-lv", category=Category.COMMERCIAL)
    for month in (Month(2024, 12), Month(2025, 1)):
        town.read(str(month), {"0001": 100})
        assert issue(month) == 1
    versions = ask(
        "SELECT lower(v.during) FROM billing_bill b JOIN tariff_version v"
        " ON v.id = b.tariff_version_id ORDER BY b.bill_month"
    )
    assert versions == [(date(2024, 1, 1),), (date(2025, 1, 1),)]


def test_stored_bills_equal_the_scalar_rule(town: Town) -> None:
    random = np.random.default_rng(3)
    usages: dict[str, int] = {}
    for place in range(30):
        number, business = f"{place:04d}", place % 3 == 0
        town.account(
            number,
            tariff_code="zj-business-single-lv" if business else TIERS,
            category=Category.COMMERCIAL if business else Category.RESIDENTIAL,
            opened_on=date(2026, 1 + place % 2, 3) if place % 5 == 0 else date(2020, 1, 1),
        )
        usages[number] = int(random.integers(0, 9000))
    for month in (JAN, FEB):
        there = {n: u for n, u in usages.items() if month == FEB or int(n) % 10 != 5}
        town.read(str(month), there)
        issue(month)
        release_all(town, month)
        issue(month)

    bills = ask("SELECT id, total_fen, net_fen, vat_fen FROM billing_bill ORDER BY id")
    assert len(bills) == 57
    for bill_id, total_fen, net_fen, vat_fen in bills:
        explained = reads.bill_explained(bill_id)
        assert (explained.total_fen, explained.net_fen, explained.vat_fen) == (
            total_fen,
            net_fen,
            vat_fen,
        )
    nothing_breaks()


def test_a_bill_that_differs_from_its_tariff_is_not_explained_away(town: Town) -> None:
    town.account("0001")
    town.read("2026-01", {"0001": 100})
    assert issue(JAN) == 1
    bill = bill_of(town, "0001", JAN)
    assert reads.bill_explained(bill.pk).lines[0].formula == "100 × 0.538 = 53.80"
    (component,) = ask("SELECT component_id FROM billing_bill_line WHERE bill_id = %s", bill.pk)
    insert(
        "billing_bill_line", bill_id=bill.pk, line_no=1, component_id=component[0],
        quantity_e4=1, price_e10=1, amount_fen=1,
    )  # fmt: skip
    with pytest.raises(BillDiffers) as refused:
        reads.bill_explained(bill.pk)
    assert refused.value.params["line_no"] == 1


def test_readings_nobody_verified_are_verified_before_they_are_billed(town: Town) -> None:
    town.account("0001")
    town.account("0002")
    town.read("2026-01", {"0001": 300, "0002": 300})
    assert issue(JAN) == 2
    town.read("2026-02", {"0001": 5000, "0002": 300})

    issued = receivable.issue(FEB, date(2026, 2, 26), person_id=SYSTEM)

    assert issued.rows_out == 1
    (found,) = reads.exceptions(FEB)
    assert (found["rule"], found["state"], found["number"]) == ("R04", "open", "0001")
    seen = ask("SELECT readings, found FROM billing_verification WHERE bill_month = '2026-02-01'")
    assert seen == [(2, 1)]


def test_a_price_below_zero_keeps_one_bill_back_and_not_the_unit(town: Town) -> None:
    tariff.load_catalogue(
        """
[[version]]
code = "refund"
name = "负价"
name_en = "Below zero"
category = "residential"
valid_from = 2024-01-01
vat_percent = 13
  [[version.component]]
  code = "base"
  name = "电度电费"
  name_en = "Energy charge"
  account = "energy"
  price = -0.10
  source = "test"
""",
        person_id=SYSTEM,
    )
    town.account("0001", tariff_code="refund")
    town.account("0002")
    town.read("2026-01", {"0001": 100, "0002": 100})

    assert issue(JAN) == 1

    (found,) = reads.exceptions(JAN)
    assert (found["rule"], found["expected"], found["found"]) == ("R18", ">= 0.00", "-10.00")
    assert found["blocking"]
    assert issue(JAN) == 0
    assert [one["state"] for one in reads.exceptions(JAN)] == ["open"]
    assert bill_of(town, "0002", JAN).total_fen == 5380
    nothing_breaks()


def test_only_a_biller_verifies_and_issues(town: Town) -> None:
    town.account("0001")
    town.read("2026-01", {"0001": 100})
    for refused in (
        lambda: services.verify_unit(town.unit_id, JAN, person_id=town.cashier_id),
        lambda: services.issue_unit(
            town.unit_id, JAN, date(2026, 1, 26), person_id=town.cashier_id
        ),
        lambda: jobs.verify(JAN, person_id=town.cashier_id),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert ask("SELECT count(*) FROM billing_bill") == [(0,)]
    assert ask("SELECT count(*) FROM billing_verification") == [(0,)]


def test_the_last_thirteen_months_of_usage(town: Town) -> None:
    town.account("0001")
    for back in range(14):
        month = Month(2025, 1).plus(back)
        town.read(str(month), {"0001": 100 + back})
        assert issue(month) == 1
    found = reads.usage_months(town.accounts["0001"])
    assert [one["usage_e4"] for one in found] == [(100 + back) * 10_000 for back in range(1, 14)]
    assert found[-1]["bill_month"] == date(2026, 2, 1)
