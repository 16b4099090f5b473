"""Adjustments (退补): asked by a biller, approved by others, charged or refunded in the book."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from onebook.billing import reads as bills
from onebook.billing.errors import (
    AdjustmentNotIssued,
    AdjustmentOverdone,
    AdjustmentStands,
    AdjustmentUnapproved,
    BillAdjusted,
)
from onebook.billing.reads import adjustments as reads
from onebook.billing.reads import invoices
from onebook.billing.rules.adjustments import Case, Facts
from onebook.billing.services import adjustments as services
from onebook.billing.services.adjustments import Wanted
from onebook.books import services as books
from onebook.cash import reads as cash
from onebook.cash import services as corrections
from onebook.customer import reads as customer
from onebook.finance import reads as finance
from onebook.hub import services as hub
from onebook.infra import clock, guards
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org.errors import NotAllowed
from onebook.org.rules import Role
from onebook.receivable import reads as receivable
from onebook.work import reads as approvals
from onebook.work import services as work
from onebook.work.errors import MakerIsChecker, NotThisLevel
from tests.builders import give_past_the_rule
from tests.journeys.supplier import Made, Supplier, step

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = Month(2025, 11), Month(2025, 12)
HOME, BUSINESS = "1001", "3001"
RECEIVABLE, PREPAID, VAT, REVENUE, EARLIER = "112201", "2203", "22210106", "6001", "6901"
RENEWABLE, RESERVOIR, WATER = "224101", "224102", "224103"
DAY = date(2025, 11, 28)
KWH = 10_000
PHOTO = [work.File("photo.jpg", b"the meter on site")]


@pytest.fixture
def supplier() -> Supplier:
    supplier = Supplier()
    with clock.on(date(2025, 10, 24)):
        supplier.connect(
            f"{HOME},east,居民生活,zj-residential-tiers",
            f"{BUSINESS},west,工商业,zj-business-single-lv",
        )
    supplier.read_meters(NOVEMBER, f"{HOME},2700", f"{BUSINESS},1000")
    supplier.issue(NOVEMBER)
    supplier.made()
    return supplier


def ask(
    supplier: Supplier, case: Case, facts: Facts, number: str = BUSINESS, day: date = DAY
) -> tuple[int, int]:
    with clock.on(day):
        return services.request_adjustment(
            Wanted(number, case, NOVEMBER, NOVEMBER, facts), "现场核实", PHOTO,
            by=supplier.person[Role.BILLER],
        )  # fmt: skip


def approve(supplier: Supplier, asked: int, *roles: Role, day: date = DAY) -> str:
    state = ""
    with clock.on(day):
        for role in roles:
            state = hub.decide(asked, "approve", "已核", by=supplier.person[role]).state
    return state


def owed(number: str, day: date) -> int:
    account = customer.account(number)["id"]
    return receivable.owed_by_account([account], day)[account]


def holds(day: date) -> None:
    with clock.on(day):
        broken = [(one.name_en, one.problems) for one in finance.verify() if one.problems]
        assert broken == []
        for report in (reads.approved(day), invoices.report(day)):
            assert [tie for tie in report.ties if tie.ours != tie.theirs] == []


# 1,000 kWh were billed at 0.767799 yuan: 767.79. Net, VAT and funds as the difference of two bills.
CASES: list[tuple[Case, Facts, int, dict[str, int]]] = [
    (Case.METER_ERROR, Facts(error_bp=-500), 26,
     {RECEIVABLE: 19_95, VAT: -2_29, RENEWABLE: -45, RESERVOIR: -14, WATER: -8, REVENUE: -16_99}),
    (Case.VOLTAGE_DROP, Facts(right=75, wrong=50), 3,
     {RECEIVABLE: 2_31, VAT: -27, RENEWABLE: -7, RESERVOIR: -1, REVENUE: -1_96}),
    (Case.NORMAL_MONTH, Facts(normal_e4=3_000 * KWH, right=12, wrong=30), 200,
     {RECEIVABLE: 153_56, VAT: -17_67, RENEWABLE: -3_37, RESERVOIR: -1_09, WATER: -71,
      REVENUE: -130_72}),
    (Case.PT_FUSE, Facts(normal_e4=3_000 * KWH, right=9, wrong=30), -100,
     {RECEIVABLE: -76_79, VAT: 8_83, RENEWABLE: 1_68, RESERVOIR: 55, WATER: 37, REVENUE: 65_36}),
    (Case.WIRING, Facts(right=3, wrong=2), 500,
     {RECEIVABLE: 383_89, VAT: -44_16, RENEWABLE: -8_41, RESERVOIR: -2_74, WATER: -1_78,
      REVENUE: -326_80}),
    (Case.MULTIPLIER, Facts(right=40, wrong=30), 333,
     {RECEIVABLE: 255_68, VAT: -29_41, RENEWABLE: -5_62, RESERVOIR: -1_82, WATER: -1_18,
      REVENUE: -217_65}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "facts", "kwh", "moved"), CASES)
def test_each_case_moves_its_accounts_and_no_others(
    supplier: Supplier, case: Case, facts: Facts, kwh: int, moved: dict[str, int]
) -> None:
    asked, approval = ask(supplier, case, facts)
    one = reads.adjustment(asked)
    assert (one["usage_e4"], one["state"], one["recorded_e4"]) == (kwh * KWH, "open", 1_000 * KWH)
    assert one["total_fen"] == moved[RECEIVABLE]
    assert (supplier.made(), owed(BUSINESS, DAY)) == ([], 767_79)
    with step(supplier, Made("adjustment.issued", "west", DAY, moved)):
        assert approve(supplier, approval, Role.TEAM_LEADER) == "approved"
    assert owed(BUSINESS, DAY) == 767_79 + moved[RECEIVABLE]
    item = receivable.item_of_adjustment(asked)
    assert (item.principal_fen if item else 0) == max(moved[RECEIVABLE], 0)
    assert [row["id"] for row in reads.adjustments(since=DAY, until=DAY)] == [asked]
    holds(DAY)


def test_a_refund_of_what_was_paid_becomes_prepayment(supplier: Supplier) -> None:
    supplier.at_the_counter(date(2025, 11, 26), BUSINESS, 700_00, "S1")
    supplier.made()
    _, approval = ask(supplier, *REFUND)
    moved = {**CASES[3][3], RECEIVABLE: -67_79, PREPAID: -9_00}
    with step(supplier, Made("adjustment.issued", "west", DAY, moved)):
        approve(supplier, approval, Role.TEAM_LEADER)
    account = customer.account(BUSINESS)["id"]
    assert (owed(BUSINESS, DAY), cash.prepayment_of(account, DAY)) == (0, 9_00)
    holds(DAY)


REFUND = (Case.PT_FUSE, Facts(normal_e4=3_000 * KWH, right=9, wrong=30))


def test_by_the_rule_a_refund_leaves_what_is_owed_alone(supplier: Supplier) -> None:
    as_owner(
        "UPDATE billing_threshold SET value = 0"
        " WHERE rule = 'adjustment' AND name = 'refund_settles'"
    )
    _, approval = ask(supplier, *REFUND)
    moved = {**CASES[3][3], PREPAID: -76_79}
    del moved[RECEIVABLE]
    with step(supplier, Made("adjustment.issued", "west", DAY, moved)):
        approve(supplier, approval, Role.TEAM_LEADER)
    assert owed(BUSINESS, DAY) == 767_79
    holds(DAY)


def as_owner(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_who_asks_does_not_approve(supplier: Supplier) -> None:
    asked, approval = ask(supplier, *REFUND)
    biller = supplier.person[Role.BILLER]
    with pytest.raises(NotAllowed), clock.on(DAY):
        hub.decide(approval, "approve", "", by=biller)
    with clock.on(DAY):
        give_past_the_rule(biller, Role.TEAM_LEADER, supplier.unit["west"])
        with pytest.raises(MakerIsChecker):
            hub.decide(approval, "approve", "", by=biller)
        # Past the program, the database refuses it too.
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            insert(
                "billing_adjustment_issue", adjustment_id=asked, approval_id=approval,
                issued_on=DAY, due_on=DAY, prior_year_net_fen=0,
            )  # fmt: skip
    assert isinstance(guards.refusal(refused.value), AdjustmentUnapproved)
    assert (supplier.made(), reads.adjustment(asked)["state"]) == ([], "open")


def test_the_levels_follow_from_the_amount(supplier: Supplier) -> None:
    # 20,000 kWh for 1,000: 14,587.98 yuan more.
    _, approval = ask(supplier, Case.WIRING, Facts(right=20, wrong=1))
    assert [one.role for one in approvals.steps_of(approval)] == [
        "team_leader", "marketing_manager", "finance_manager",
    ]  # fmt: skip
    assert approve(supplier, approval, Role.TEAM_LEADER) == "open"
    with pytest.raises(NotThisLevel), clock.on(DAY):
        hub.decide(approval, "approve", "", by=supplier.person[Role.FINANCE_MANAGER])
    assert supplier.made() == []
    last = (Role.MARKETING_MANAGER, Role.FINANCE_MANAGER)
    assert approve(supplier, approval, *last) == "approved"
    (made,) = supplier.made()
    assert made.moved[RECEIVABLE] == 14_587_98
    row = reads.approved(DAY).rows[0]
    assert (row["asked_by"], row["approved_by"]) == (
        "biller", "team_leader, marketing_manager, finance_manager",
    )  # fmt: skip
    holds(DAY)


def test_a_rejected_one_changes_nothing(supplier: Supplier) -> None:
    asked, approval = ask(supplier, *REFUND)
    with clock.on(DAY):
        hub.decide(approval, "reject", "照片不清", by=supplier.person[Role.TEAM_LEADER])
    assert (supplier.made(), reads.adjustment(asked)["state"]) == ([], "rejected")
    ask(supplier, *REFUND)


def test_after_a_close_it_counts_for_the_first_open_day(supplier: Supplier) -> None:
    books.lock_month(NOVEMBER, person_id=None)
    _, approval = ask(supplier, *REFUND)
    first = date(2025, 12, 1)
    with step(supplier, Made("adjustment.issued", "west", first, CASES[3][3])):
        approve(supplier, approval, Role.TEAM_LEADER, day=first)
    assert (owed(BUSINESS, DAY), owed(BUSINESS, first)) == (767_79, 691_00)


def test_an_earlier_year_is_adjusted_apart_from_an_amount_on(supplier: Supplier) -> None:
    day = date(2026, 1, 5)
    _, approval = ask(supplier, Case.WIRING, Facts(right=20, wrong=1), day=day)
    everybody = (Role.TEAM_LEADER, Role.MARKETING_MANAGER, Role.FINANCE_MANAGER)
    approve(supplier, approval, *everybody, day=day)
    (made,) = supplier.made()
    assert REVENUE not in made.moved
    assert made.moved[EARLIER] == -12_418_10
    assert made.moved[VAT] == -1_678_26
    holds(day)


def test_a_small_one_of_an_earlier_year_is_revenue_of_this_one(supplier: Supplier) -> None:
    day = date(2026, 1, 5)
    _, approval = ask(supplier, *REFUND, day=day)
    with step(supplier, Made("adjustment.issued", "west", day, CASES[3][3])):
        approve(supplier, approval, Role.TEAM_LEADER, day=day)


def test_a_charge_is_taken_back_only_by_a_counter_document(supplier: Supplier) -> None:
    asked, approval = ask(supplier, Case.WIRING, Facts(right=3, wrong=2))
    biller = supplier.person[Role.BILLER]
    with clock.on(DAY), pytest.raises(AdjustmentNotIssued):
        services.request_counter(asked, "误判", PHOTO, by=biller)
    with pytest.raises(AdjustmentStands):
        ask(supplier, *REFUND)
    approve(supplier, approval, Role.TEAM_LEADER)
    with pytest.raises(AdjustmentStands):
        ask(supplier, *REFUND)
    supplier.made()
    with clock.on(DAY):
        counter, second = services.request_counter(asked, "误判", PHOTO, by=biller)
    moved = {account: -fen for account, fen in CASES[4][3].items()}
    with step(supplier, Made("adjustment.issued", "west", DAY, moved)):
        approve(supplier, second, Role.TEAM_LEADER)
    assert owed(BUSINESS, DAY) == 767_79
    assert reads.adjustment(asked)["countered_by_id"] == counter
    assert reads.adjustment(counter)["usage_e4"] == -500 * KWH
    for one in (asked, counter):
        with clock.on(DAY), pytest.raises(AdjustmentNotIssued):
            services.request_counter(one, "再来", PHOTO, by=biller)
    ask(supplier, *REFUND)  # and now the month may be adjusted anew
    holds(DAY)


def test_a_paid_charge_taken_back_is_prepayment(supplier: Supplier) -> None:
    asked, approval = ask(supplier, Case.WIRING, Facts(right=3, wrong=2))
    approve(supplier, approval, Role.TEAM_LEADER)
    supplier.at_the_counter(DAY, BUSINESS, 1_151_68, "S1")
    with clock.on(DAY):
        _, second = services.request_counter(asked, "误判", PHOTO, by=supplier.person[Role.BILLER])
    supplier.made()
    moved = {account: -fen for account, fen in CASES[4][3].items()}
    moved[PREPAID] = moved.pop(RECEIVABLE)
    with step(supplier, Made("adjustment.issued", "west", DAY, moved)):
        approve(supplier, second, Role.TEAM_LEADER)
    holds(DAY)


def test_a_bill_under_an_adjustment_is_not_reversed(supplier: Supplier) -> None:
    asked, approval = ask(supplier, *REFUND)
    ((bill_id, _),) = [(row["bill_id"], row) for row in reads.parts(asked)]
    biller = supplier.person[Role.BILLER]
    # A bill that is reversed meanwhile leaves nothing to adjust.
    with pytest.raises(Undo), transaction.atomic():
        with clock.on(DAY):
            corrections.cancel_and_reissue(bill_id, person_id=biller)
        supplier.made()
        with pytest.raises(DatabaseError) as refused:
            approve(supplier, approval, Role.TEAM_LEADER)
        assert isinstance(guards.refusal(refused.value), AdjustmentOverdone)
        raise Undo
    approve(supplier, approval, Role.TEAM_LEADER)
    supplier.made()
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), clock.on(DAY):
        corrections.cancel_and_reissue(bill_id, person_id=biller)
    assert isinstance(guards.refusal(refused.value), BillAdjusted)
    assert (supplier.made(), bills.red_bill_of(bill_id)) == ([], None)


class Undo(Exception):
    """Takes a transaction back on purpose."""


def test_what_was_adjusted_counts_on_the_ladder_of_the_year(supplier: Supplier) -> None:
    # 2,700 kWh and 100 more: 60 of the first tier, 40 of the second.
    asked, approval = ask(
        supplier, Case.NORMAL_MONTH, Facts(normal_e4=2_800 * KWH, right=1, wrong=1), HOME
    )
    assert reads.adjustment(asked)["total_fen"] == 53_80 + 2_00
    approve(supplier, approval, Role.TEAM_LEADER)
    supplier.read_meters(DECEMBER, f"{HOME},2800")
    supplier.release(DECEMBER, "已核")
    supplier.issue(DECEMBER)
    (december,) = [
        one for one in bills.bills_of_account(customer.account(HOME)["id"])
        if one.bill_month == DECEMBER.first
    ]  # fmt: skip
    assert december.year_usage_before_e4 == 2_800 * KWH
    assert december.total_fen == 58_80  # 100 kWh of the second tier
    holds(date(2025, 12, 26))


def test_the_invoice_is_the_accountant_s_task(supplier: Supplier) -> None:
    asked, approval = ask(supplier, *REFUND)
    accountant = supplier.person[Role.ACCOUNTANT]
    approve(supplier, approval, Role.TEAM_LEADER)
    with clock.on(DAY):
        (task,) = approvals.waiting_for(accountant)
        assert task.url == f"/billing/adjustments/{asked}"
        with pytest.raises(NotAllowed):
            services.settle_invoice(
                asked, "special", "25332000000012345678", "", person_id=supplier.person[Role.BILLER]
            )
        services.settle_invoice(asked, "special", "25332000000012345678", "", person_id=accountant)
        assert approvals.waiting_for(accountant) == []
        row = invoices.report(DAY).rows[10]
    # The refund's VAT stands among the red invoices; the bill's own is not invoiced.
    assert (row["red_fen"], row["uninvoiced_fen"]) == (-8_83, row["output_fen"] + 8_83)
    assert row["difference_fen"] == 0
    holds(DAY)
