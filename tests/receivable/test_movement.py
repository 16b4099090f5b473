"""What changed the arrears between two questions adds up to the cent, whatever was known when."""

import itertools
import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from onebook.cash import services as cash
from onebook.cash.errors import PrepaymentUsed
from onebook.infra import clock
from onebook.infra.report import Report
from onebook.kernel.periods import Month
from onebook.receivable import reads
from onebook.receivable.errors import QuestionsReversed
from onebook.receivable.reads.movement import Question, month_before, movement
from onebook.receivable.rules import SettledBy, cause_of
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

OCTOBER = Month(2026, 10)
_slips = itertools.count(1)


def day(number: int) -> date:
    """A day of October."""
    return date(2026, 10, number)


def pay(number: str, amount_fen: int, on: date, company: Company) -> int:
    """Pay at the counter; the receipt's id."""
    return cash.take_cash(
        number, amount_fen, external_ref=f"M{next(_slips)}", effective_on=on,
        person_id=company.cashier,
    )  # fmt: skip


def moved(report: Report) -> list[dict[str, Any]]:
    """What is not zero in each row."""
    return [
        {key: value for key, value in row.items() if value and key != "org_unit_id"}
        for row in report.rows
    ]


def test_each_cause_has_its_column_and_what_was_recorded_late_has_its_own(
    own_database: "OwnDatabase",
) -> None:
    with clock.on(day(1)):
        company = builders.company()
        east, west = (
            builders.account(number, unit)
            for number, unit in (("1", company.east), ("2", company.west))
        )
        debts = [Debt(east, 1000, OCTOBER, day(25)), Debt(west, 500, OCTOBER, day(25))]
        builders.owe(debts, effective_on=day(1), org_unit_id=company.root)
    with clock.on(day(10)):
        pay("1", 400, day(10), company)
    known = clock.watermark()
    with clock.on(day(14)):
        pay("2", 100, day(9), company)
        undone = pay("1", 200, day(14), company)
        cash.reverse_receipt(undone, "错户", effective_on=day(14), person_id=company.cashier)
        builders.owe(
            [Debt(east, 300, OCTOBER, day(25))], effective_on=day(14), org_unit_id=company.root
        )
    with clock.on(day(20)):
        report = movement(Question(day(12), known), Question(day(20)))
        learnt = movement(Question(day(12), known), Question(day(12)))
        one_unit = movement(Question(day(12), known), Question(day(20)), [company.west], "3302")
        with pytest.raises(QuestionsReversed):
            movement(Question(day(12)), Question(day(11)))

    assert moved(report) == [
        {"org_unit": "城东", "opening_fen": 600, "opened_fen": 300, "received_fen": -200,
         "reversed_fen": 200, "closing_fen": 900},
        {"org_unit": "城西", "opening_fen": 500, "late_fen": -100, "closing_fen": 400},
    ]  # fmt: skip
    assert moved(learnt) == [
        {"org_unit": "城东", "opening_fen": 600, "closing_fen": 600},
        {"org_unit": "城西", "opening_fen": 500, "late_fen": -100, "closing_fen": 400},
    ]
    assert [row["org_unit"] for row in one_unit.rows] == ["城西"]
    for asked in (report, learnt, one_unit):
        assert len(asked.ties) == 3
        assert asked.tied()


def test_any_two_questions_add_up(own_database: "OwnDatabase") -> None:
    dice, receipts, moments = random.Random(5), [], []
    with clock.on(day(1)):
        company = builders.company()
        accounts = [builders.account(str(n), (company.east, company.west)[n % 2]) for n in range(4)]
    for number in range(1, 29):
        with clock.on(day(number)):
            if number % 5 == 1:
                owed = [Debt(a, dice.randint(100, 900), OCTOBER, day(28)) for a in accounts]
                builders.owe(owed, effective_on=day(number), org_unit_id=company.root)
            back = max(day(number) - timedelta(dice.randint(0, 3)), day(1))
            receipts.append(
                pay(str(dice.randrange(len(accounts))), dice.randint(1, 300), back, company)
            )
            if dice.random() < 0.3:
                taken = receipts.pop()
                try:
                    cash.reverse_receipt(
                        taken, "错户", effective_on=day(number), person_id=company.cashier
                    )
                except PrepaymentUsed:
                    receipts.append(taken)
        moments.append(clock.watermark())
    late = 0
    with clock.on(day(30)):
        for first, second in itertools.product(range(1, 29, 4), repeat=2):
            if first > second:
                continue
            known, later = dice.choice(moments), dice.choice([None, *moments])
            asked = Question(day(first), known), Question(day(second), later)
            report = movement(*asked)
            assert report.tied(), (asked, report.ties)
            assert report.totals["opening_fen"] == reads.owed(*asked[0])
            assert report.totals["closing_fen"] == reads.owed(*asked[1])
            late += report.totals["late_fen"] != 0
    assert late > 5


def test_every_way_of_settling_has_a_cause() -> None:
    assert {cause_of("settlement", kind).code for kind in SettledBy} == {
        "received", "offset", "reversed", "cancelled", "adjusted", "reallocated",
    }  # fmt: skip


def test_a_report_of_the_month_begins_where_the_last_one_ended() -> None:
    assert month_before(date(2026, 3, 31)) == date(2026, 2, 28)
