"""From readings to bills, open items and postings, with every figure."""

from datetime import date

import pytest

from onebook.billing import jobs as billing
from onebook.billing import reads, services
from onebook.billing.errors import NotReleasable, ReasonMissing
from onebook.books import reads as books
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.receivable import reads as receivable_reads
from tests.builders import accounts, company, read

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Month(2025, 9), Month(2025, 10)


def issue(month: Month) -> int:
    billing.verify(month, person_id=SYSTEM)
    return receivable.issue(month, month.first.replace(day=25), person_id=SYSTEM).rows_out


def rules_hit(month: Month) -> list[tuple[str, str, str]]:
    found = reads.exceptions(month, limit=None)
    return sorted((one["number"], one["rule"], one["state"]) for one in found)


def test_a_household_beyond_its_first_tier_pays_base_and_surcharge() -> None:
    """浙江 non-TOU, cumulative 2,700 kWh, bills 200: 107.60 + 140 × 0.05 = 114.60."""
    company()
    (account,) = accounts("1001,居民生活,1,0,zj-residential-tiers")
    read("2025-09", "1001,2700.00")
    issue(SEPTEMBER)
    read("2025-10", "1001,2900.75")
    billing.verify(OCTOBER, person_id=SYSTEM)
    hit = reads.exceptions(OCTOBER, rule="R04")
    assert [one["expected"] for one in hit] == ["2700 kWh"]
    services_release(OCTOBER)

    assert issue(OCTOBER) == 1

    bill = reads.bills_of_account(account)[0]
    assert (bill.usage_e4, bill.total_fen) == (200_0000, 114_60)
    assert (bill.net_fen, bill.vat_fen) == (101_42, 13_18)
    lines = [(line["code"], line["amount_fen"]) for line in reads.bill_lines(bill.pk)]
    assert [amount for _, amount in lines] == [107_60, 7_00]
    explained = reads.bill_explained(bill.pk)
    assert explained.total_fen == bill.total_fen
    item = receivable_reads.item_of_bill(bill.pk)
    assert item is not None
    assert (item.principal_fen, item.due_on) == (114_60, date(2025, 11, 14))


def services_release(month: Month) -> None:
    """A biller releases what is open."""
    person = org.create_person("b", "核算员", "correct-horse-battery", by=SYSTEM)
    org.grant_role(person.pk, Role.BILLER, org_reads.root().pk, by=SYSTEM)
    found = [one["id"] for one in reads.exceptions(month, state="open") if one["blocking"]]
    services.decide(found, "release", "现场核实", person_id=person.pk)


def test_a_business_pays_the_price_stack_and_the_funds_are_booked_net() -> None:
    company()
    (account,) = accounts("2001,工商业,40,0,zj-business-single-lv")
    read("2025-09", "2001,25.00")

    assert issue(SEPTEMBER) == 1

    bill = reads.bills_of_account(account)[0]
    assert bill.usage_e4 == 1000_0000
    trial = {row["code"]: row["balance_fen"] for row in books.trial_balance(date(2025, 9, 30)).rows}
    assert trial["112201"] == bill.total_fen
    assert trial["22210106"] == -bill.vat_fen
    # 1,000 kWh x 0.019, 0.0062 and 0.00403875 yuan, net of 13 % VAT
    assert (trial["224101"], trial["224102"], trial["224103"]) == (-16_81, -5_49, -3_58)
    assert sum(trial.values()) == 0


def test_the_second_run_issues_nothing_and_posts_nothing() -> None:
    company()
    accounts("1001,居民生活,1,0,zj-residential-tiers", "1002,居民生活,1,0,zj-residential-tiers")
    read("2025-09", "1001,120.00", "1002,80.99")

    assert issue(SEPTEMBER) == 2
    before = books.trial_balance(date(2025, 12, 31)).rows
    assert issue(SEPTEMBER) == 0

    assert books.trial_balance(date(2025, 12, 31)).rows == before
    assert reads.units_to_bill(SEPTEMBER) == []


def test_each_rule_keeps_back_what_it_should_and_nothing_else() -> None:
    company()
    accounts(
        "1,居民生活,1,500,zj-residential-tiers",
        "2,居民生活,1,0,zj-residential-tiers",
        "3,居民生活,1,0,zj-residential-tiers",
        "4,居民生活,1,0,zj-residential-tiers",
    )
    read("2025-09", "1,600", "2,100", "3,100", "4,100")
    assert issue(SEPTEMBER) == 4
    assert rules_hit(SEPTEMBER) == []  # nobody is new in the first month that is billed here
    read("2025-10", "1,550", "2,100", "3,900", "4,210")

    assert issue(OCTOBER) == 1

    assert rules_hit(OCTOBER) == [
        ("1", "R01", "open"),
        ("2", "R03", "open"),
        ("3", "R04", "open"),
    ]
    assert reads.month_totals(OCTOBER)[reads.units_to_bill(OCTOBER)[0]]["bills"] == 1


def test_a_decision_needs_a_person_with_the_right_and_a_reason() -> None:
    place = company(Role.BILLER, Role.CASHIER)
    accounts("1,居民生活,1,500,zj-residential-tiers", "2,居民生活,1,0,zj-residential-tiers")
    read("2025-09", "1,600", "2,100")
    issue(SEPTEMBER)
    read("2025-10", "1,550", "2,100")
    billing.verify(OCTOBER, person_id=SYSTEM)
    by_rule = {one["rule"]: one["id"] for one in reads.exceptions(OCTOBER)}
    biller = place.person["biller"]

    with pytest.raises(ReasonMissing):
        services.decide([by_rule["R03"]], "release", " ", person_id=biller)
    with pytest.raises(NotAllowed):
        services.decide([by_rule["R03"]], "release", "看过", person_id=place.person["cashier"])
    with pytest.raises(NotAllowed):
        services.decide([by_rule["R03"]], "release", "看过", person_id=SYSTEM)
    with pytest.raises(NotReleasable):
        services.decide([by_rule["R01"]], "release", "看过", person_id=biller)
    services.decide([by_rule["R03"]], "hold", "下月再看", person_id=biller)
    assert issue(OCTOBER) == 0
    services.decide([by_rule["R03"]], "release", "空置房", person_id=biller)

    billing.verify(OCTOBER, person_id=SYSTEM)
    receivable.issue(OCTOBER, date(2025, 10, 26), person_id=SYSTEM)

    assert reads.exception(by_rule["R03"])["state"] == "release"
    assert sum(unit["bills"] for unit in reads.month_totals(OCTOBER).values()) == 1


def test_a_corrected_reading_before_the_issue_is_billed_and_moves_the_next_one() -> None:
    company()
    (account,) = accounts("1,居民生活,1,0,zj-residential-tiers")
    read("2025-09", "1,110")
    read("2025-10", "1,200")

    corrected = read("2025-09", "1,100")

    assert (corrected.taken, corrected.corrected) == (1, 1)
    with clock.on(date(2025, 10, 25)):
        assert issue(SEPTEMBER) == 1
        assert issue(OCTOBER) == 1
    bills = reads.bills_of_account(account)
    assert [bill.usage_e4 // 10_000 for bill in bills] == [100, 100]
