"""What each rule of verification finds, what people may decide of it, and when it is over."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from onebook.billing import errors, reads, services
from onebook.billing.rules import RULES
from onebook.billing.services import VerifiedUnit
from onebook.infra import clock
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.metering.models import Installation
from onebook.org.errors import NotAllowed
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.tariff import services as tariff
from onebook.tariff.models import Assignment
from onebook.work.models import Task
from tests.billing.towns import Town, ask, found_town

pytestmark = pytest.mark.django_db

JAN, FEB, MAR = Month(2026, 1), Month(2026, 2), Month(2026, 3)


@pytest.fixture
def town(db: None) -> Town:
    """An account 0001 that used 300 kWh in January, billed."""
    made = found_town()
    made.account("0001")
    made.read("2026-01", {"0001": 300})
    assert verify(made, JAN) == VerifiedUnit(1, {}, 0, 0)
    assert issue(JAN) == 1
    return made


def verify(town: Town, month: Month = FEB) -> VerifiedUnit:
    return services.verify_unit(town.unit_id, month, person_id=town.biller_id)


def issue(month: Month = FEB) -> int:
    on = month.first.replace(day=27)
    return receivable.issue(month, on, person_id=SYSTEM).rows_out


def found(month: Month = FEB, state: str | None = None) -> list[tuple[str, str, str, bool]]:
    return sorted(
        (one["rule"], one["expected"], one["found"], one["blocking"])
        for one in reads.exceptions(month, state=state)
    )


def id_of(rule: str, month: Month = FEB) -> int:
    return next(
        one["id"]
        for state in (None, "clear")
        for one in reads.exceptions(month, state=state)
        if one["rule"] == rule
    )


def test_a_quiet_month_has_no_exceptions(town: Town) -> None:
    town.read("2026-02", {"0001": 310})
    assert verify(town) == VerifiedUnit(1, {}, 0, 0)
    assert found() == []
    assert issue() == 1


def test_r01_a_register_that_ran_backwards(town: Town) -> None:
    town.read("2026-02", {"0001": 290}, to=True)
    assert verify(town).found == {"R01": 1}
    assert found() == [("R01", ">= 300", "290", True)]
    assert issue() == 0


def test_r02_a_value_that_the_register_cannot_show(town: Town) -> None:
    town.read("2026-02", {"0001": 1_000_000}, to=True)
    assert verify(town).found == {"R02": 1}
    assert found() == [("R02", ">= 0 kWh", "1000000 (0 kWh)", True)]
    assert issue() == 0


def test_r03_no_usage_where_there_was_some(town: Town) -> None:
    town.read("2026-02", {"0001": 0})
    assert verify(town).found == {"R03": 1}
    assert found() == [("R03", "300 kWh", "0 kWh", True)]
    (one,) = reads.exceptions(FEB)
    # What is at stake is last month's usage at last month's price.
    assert (one["risk_e4"], one["risk_fen"]) == (300_0000, 16140)


@pytest.mark.parametrize(
    ("usage", "hits"),
    [
        (600, {}),  # 300 more: twice as much, and not above the floor of 300
        (601, {"R04": 1}),
        (1, {}),  # almost nothing, and 299 less
    ],
)
def test_r04_needs_both_the_percentage_and_the_floor(
    town: Town, usage: int, hits: dict[str, int]
) -> None:
    town.read("2026-02", {"0001": usage})
    assert verify(town).found == hits


def test_r04_compares_with_the_mean_of_three_months(town: Town) -> None:
    for month, usage in ((FEB, 600), (MAR, 601)):
        town.read(str(month), {"0001": usage})
        verify(town, month)
        assert issue(month) == 1
    april = Month(2026, 4)
    town.read("2026-04", {"0001": 1000})
    assert verify(town, april).found == {"R04": 1}
    assert found(april) == [("R04", "500.3333 kWh", "1000 kWh", True)]


def test_r09_a_multiplier_that_the_archive_does_not_know(town: Town) -> None:
    town.read("2026-02", {"0001": 300})
    Installation.objects.filter(meter_id=town.meters["0001"]).update(multiplier=40)
    assert verify(town).found == {"R09": 1}
    assert found() == [("R09", "40", "1", True)]
    assert issue() == 0

    Installation.objects.filter(meter_id=town.meters["0001"]).update(multiplier=1)
    assert verify(town) == VerifiedUnit(1, {}, 1, 0)
    assert found() == []
    assert issue() == 1


@pytest.mark.parametrize(
    ("month", "on", "expected"),
    [
        ("2026-02", date(2026, 2, 10), ("R17", "25–35", "16", True)),
        ("2026-02", date(2026, 3, 2), ("R17", "25–35", "36", True)),
        ("2026-02", date(2026, 3, 1), None),
        # No reading in February: the period is of two months.
        ("2026-03", date(2026, 3, 25), None),
        ("2026-03", date(2026, 3, 10), ("R17", "50–70", "44", True)),
    ],
)
def test_r17_days_of_the_period(
    town: Town, month: str, on: date, expected: tuple[str, ...] | None
) -> None:
    town.read(month, {"0001": 300}, on=on)
    verify(town, Month.parse(month))
    assert found(Month.parse(month)) == ([expected] if expected else [])


def test_r19_a_first_bill_informs_and_does_not_block(town: Town) -> None:
    """0002 was opened lately, 0003 was never billed although its unit was."""
    town.account("0002", opened_on=date(2026, 1, 20))
    town.account("0003")
    town.read("2026-02", {"0001": 300, "0002": 30, "0003": 90})
    assert verify(town).found == {"R19": 2}
    assert found() == [("R19", "", "2020-01-01", False), ("R19", "", "2026-01-20", False)]
    assert issue() == 3
    assert len(found()) == 2


def test_r21_a_reading_of_a_month_that_is_billed(town: Town) -> None:
    """January is read again after its bill: nothing is billed twice."""
    ((bill_id,),) = ask("SELECT id FROM billing_bill")
    town.read("2026-01", {"0001": 350}, to=True)
    assert verify(town, JAN).found == {"R21": 1}
    assert found(JAN) == [("R21", "", f"202601-{bill_id}", True)]
    assert issue(JAN) == 0
    assert ask("SELECT count(*) FROM billing_bill") == [(1,)]
    with pytest.raises(errors.NotReleasable):
        services.decide(id_of("R21", JAN), "release", "x", person_id=town.biller_id)


def test_r22_no_tariff_is_an_exception_and_not_a_crash(town: Town) -> None:
    account = town.account("0002", tariff_code=None)
    town.read("2026-02", {"0001": 300, "0002": 300})
    assert verify(town).found == {"R19": 1, "R22": 1}
    assert found()[1] == ("R22", "2026-02", "", True)
    assert issue() == 1
    assert reads.units_to_bill(FEB) == [town.unit_id]

    tariff.assign([account], ["zj-residential-tiers"], [date(2020, 1, 1)])
    assert verify(town) == VerifiedUnit(2, {}, 1, 0)
    assert issue() == 1
    assert reads.units_to_bill(FEB) == []


def test_a_tariff_that_ends_after_the_verification(town: Town) -> None:
    town.account("0002")
    town.read("2026-02", {"0001": 300, "0002": 300})
    verify(town)
    Assignment.objects.filter(service_account_id=town.accounts["0002"]).delete()
    assert issue() == 1
    assert [one[0] for one in found()] == ["R19", "R22"]


def test_verifying_again_adds_nothing(town: Town) -> None:
    town.read("2026-02", {"0001": 900})
    assert verify(town) == VerifiedUnit(1, {"R04": 1}, 0, 0)
    assert verify(town) == VerifiedUnit(1, {}, 0, 0)
    assert found() == [("R04", "300 kWh", "900 kWh", True)]
    services.decide(id_of("R04"), "release", "新装空调", person_id=town.biller_id)
    assert verify(town) == VerifiedUnit(1, {}, 0, 0)
    assert issue() == 1
    assert verify(town) == VerifiedUnit(1, {}, 0, 0)
    assert [one["state"] for one in reads.exceptions(FEB)] == ["release"]


def test_a_corrected_reading_ends_the_exception_of_the_wrong_one(town: Town) -> None:
    town.read("2026-02", {"0001": 290}, to=True)
    verify(town)
    services.decide(id_of("R01"), "hold", "退回重抄", person_id=town.biller_id)
    town.read("2026-02", {"0001": 590}, to=True)
    assert verify(town) == VerifiedUnit(1, {}, 1, 0)
    assert found() == []
    assert found(state="clear") == [("R01", ">= 300", "290", True)]
    assert issue() == 1
    with pytest.raises(errors.ExceptionOver):
        services.decide(id_of("R01"), "hold", "x", person_id=town.biller_id)


def test_a_cause_that_is_back_reopens_the_exception(town: Town) -> None:
    town.read("2026-02", {"0001": 300})
    for multiplier, state in ((40, "open"), (1, "clear"), (40, "open")):
        Installation.objects.filter(meter_id=town.meters["0001"]).update(multiplier=multiplier)
        verify(town)
        assert reads.exception(id_of("R09"))["state"] == state
    assert ask("SELECT kind, person_id FROM billing_decision ORDER BY id") == [
        ("clear", town.biller_id),
        ("reopen", town.biller_id),
    ]
    assert issue() == 0


def test_a_held_bill_waits_until_it_is_released(town: Town) -> None:
    town.read("2026-02", {"0001": 900})
    verify(town)
    services.decide([id_of("R04")], "hold", "现场复核", person_id=town.biller_id)
    verify(town)
    assert [one["state"] for one in reads.exceptions(FEB)] == ["hold"]
    assert issue() == 0
    services.decide([id_of("R04")], "release", "属实", person_id=town.biller_id)
    assert issue() == 1
    with pytest.raises(errors.BilledAlready):
        services.decide([id_of("R04")], "hold", "x", person_id=town.biller_id)


def test_a_notice_blocks_once_somebody_holds_it(town: Town) -> None:
    town.account("0002", opened_on=date(2026, 1, 20))
    town.read("2026-02", {"0001": 300, "0002": 30})
    verify(town)
    services.decide(id_of("R19"), "hold", "档案未齐", person_id=town.biller_id)
    assert issue() == 1
    services.decide(id_of("R19"), "release", "档案已齐", person_id=town.biller_id)
    assert issue() == 1


def test_decisions_need_a_reason_a_right_and_something_to_decide(town: Town) -> None:
    town.read("2026-02", {"0001": 900})
    verify(town)
    one = id_of("R04")
    cases = [
        (errors.ReasonMissing, one, "release", "  ", town.biller_id),
        (errors.DecisionUnknown, one, "clear", "x", town.biller_id),
        (errors.ExceptionUnknown, 999_999, "release", "x", town.biller_id),
        (NotAllowed, one, "release", "x", town.cashier_id),
        (NotAllowed, one, "release", "x", SYSTEM),
    ]
    for error, exception_id, kind, reason, person in cases:
        with pytest.raises(error):
            services.decide([exception_id], kind, reason, person_id=person)
    assert ask("SELECT count(*) FROM billing_decision") == [(0,)]
    assert issue() == 0


def test_all_decisions_or_none(town: Town) -> None:
    town.account("0002")
    town.read("2026-02", {"0001": 900, "0002": 10})
    Installation.objects.filter(meter_id=town.meters["0002"]).update(multiplier=40)
    verify(town)
    with pytest.raises(errors.NotReleasable):
        services.decide([id_of("R04"), id_of("R09")], "release", "x", person_id=town.biller_id)
    assert ask("SELECT count(*) FROM billing_decision") == [(0,)]


@pytest.mark.parametrize("rule", [one.code for one in RULES if not one.releasable])
def test_what_leaves_nothing_right_to_bill_cannot_be_released(town: Town, rule: str) -> None:
    insert(
        "billing_exception", id=7, service_account_id=town.accounts["0001"], bill_month=FEB.first,
        org_unit_id=town.unit_id, reading_id=5, rule=rule, blocking=True, expected="", found="",
        usage_e4=0,
    )  # fmt: skip
    with pytest.raises(errors.NotReleasable) as refused:
        services.decide(7, "release", "x", person_id=town.biller_id)
    assert refused.value.params == {"rule": rule, "account": "0001"}


def test_thresholds_and_weights_are_dated_rows(town: Town) -> None:
    for rule, name, category, value, since in (
        ("R04", "floor_e4", 1, 100_0000, MAR.first),
        ("R04", "blocks", None, 0, MAR.first),
    ):
        insert(
            "billing_threshold", rule=rule, name=name, category_id=category, value=value,
            valid_from=since,
        )  # fmt: skip
    for month in (FEB, MAR):
        town.read(str(month), {"0001": 460})
        assert verify(town, month).found == {}
        assert issue(month) == 1
    april = Month(2026, 4)
    town.read("2026-04", {"0001": 700})
    assert verify(town, april).found == {"R04": 1}
    assert found(april) == [("R04", "406.6667 kWh", "700 kWh", False)]
    assert issue(april) == 1


def test_a_rule_without_its_threshold_is_not_passed_over(town: Town) -> None:
    town.read("1999-12", {"0001": 10})
    with pytest.raises(DatabaseError, match="R04 has no value on 1999-12-01"), transaction.atomic():
        verify(town, Month(1999, 12))


def test_billers_have_a_task_while_bills_are_kept_back(town: Town) -> None:
    town.read("2026-02", {"0001": 900})
    with clock.on(date(2026, 2, 26)):
        verify(town)
    assert Task.objects.filter(app="billing", closed_at=None).count() == 1
    services.decide(id_of("R04"), "release", "属实", person_id=town.biller_id)
    assert Task.objects.filter(app="billing", closed_at=None).count() == 0


def test_the_days_to_pay_are_a_dated_row(town: Town) -> None:
    insert(
        "billing_threshold", rule="issue", name="payment_days", category_id=None, value=15,
        valid_from=date(2026, 2, 1),
    )  # fmt: skip
    town.read("2026-02", {"0001": 300})
    assert issue() == 1
    assert ask("SELECT issued_on, due_on FROM billing_bill ORDER BY id") == [
        (date(2026, 1, 27), date(2026, 2, 16)),
        (date(2026, 2, 27), date(2026, 3, 14)),
    ]


def test_r20_a_correction_of_an_issued_month_keeps_the_next_bill_back(town: Town) -> None:
    """January's 300 becomes 173 after its bill: the 127 kWh cannot get lost in silence."""
    ((bill_id,),) = ask("SELECT id FROM billing_bill")
    assert not reads.is_corrected(bill_id)
    town.read("2026-01", {"0001": 173}, to=True)
    ((meter, line),) = ((town.meters["0001"], 7),)
    told = services.tell_of_corrections([(line, meter, JAN)], dry_run=True)
    assert found(JAN) == []
    assert Task.objects.count() == 0

    assert services.tell_of_corrections([(line, meter, JAN)]) == told
    assert told == [reads.CorrectedBill(7, "0001", town.unit_id, bill_id, JAN)]
    assert [(task.role, task.closed_at) for task in Task.objects.all()] == [("biller", None)]
    assert reads.is_corrected(bill_id)
    assert reads.open_corrections() == [(f"202601-{bill_id}", "0001")]

    town.read("2026-02", {"0001": 473}, to=True)
    assert verify(town).found == {"R20": 1}
    assert found() == [("R20", "", f"202601-{bill_id}", True)]
    assert issue() == 0
    assert ask("SELECT count(*) FROM billing_bill") == [(1,)]
    services.decide(id_of("R20"), "release", "退补单已另行申请", person_id=town.biller_id)
    assert issue() == 1


def test_a_correction_before_the_issue_touches_no_bill(town: Town) -> None:
    town.read("2026-02", {"0001": 310})
    town.read("2026-02", {"0001": 620}, to=True)
    assert services.tell_of_corrections([(2, town.meters["0001"], FEB)]) == []
    assert verify(town).found == {}
    assert issue() == 1
    assert reads.open_corrections() == []
