"""A receipt of the wrong account: taken back while its cash is held, moved once it is remitted."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from onebook.books import reads as books
from onebook.books import services as book_services
from onebook.cash import errors, jobs, reads, services
from onebook.finance import reads as finance
from onebook.hub import services as hub
from onebook.infra import clock, guards
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.rules import Role
from onebook.receivable import reads as receivable
from onebook.work import reads as approvals
from onebook.work import services as work
from onebook.work.errors import AlreadyAsked, DecidedByMaker, MakerIsChecker
from tests import debts as builders
from tests.builders import give_past_the_rule
from tests.debts import Company, Debt

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
START, DUE, DAY = date(2026, 9, 5), date(2026, 9, 30), date(2026, 10, 8)
TODAY, LATER = date(2026, 10, 12), date(2026, 12, 31)
SLIP = [work.File("slip.jpg", b"the slip")]


@pytest.fixture
def company(db: None) -> Company:
    return builders.company()


def owing(company: Company, number: str, *fen: int, unit: int | None = None) -> int:
    """An account that owes these amounts, one a month, the last of them of September; its id."""
    account = builders.account(number, unit or company.east)
    months = [SEPTEMBER.plus(1 - len(fen) + position) for position in range(len(fen))]
    debts = [Debt(account, f, month, month.last) for f, month in zip(fen, months, strict=True)]
    if debts:
        builders.owe(debts, effective_on=START, org_unit_id=company.root)
    return account


def take(company: Company, number: str, fen: int, ref: str, day: date = DAY) -> int:
    return services.take_cash(
        number, fen, external_ref=ref, effective_on=day, person_id=company.cashier
    )


def remit(company: Company, fen: int, slip: str, day: date = DAY) -> None:
    services.remit(company.east, fen, slip, effective_on=day, person_id=company.cashier)


def reverse(company: Company, receipt: int, day: date = DAY) -> None:
    services.reverse_receipt(receipt, "错户", effective_on=day, person_id=company.cashier)


def ask(company: Company, receipt: int, number: str) -> int:
    with clock.on(TODAY):
        return services.request_move(receipt, number, "记错户", SLIP, by=company.cashier)


def move(company: Company, receipt: int, number: str) -> None:
    asked = ask(company, receipt, number)
    with clock.on(TODAY):
        assert hub.decide(asked, "approve", "已核", by=company.leader).state == "approved"


def left(account: int, day: date = LATER) -> list[int]:
    return list(builders.remaining(account, day).values())


def holds() -> None:
    with clock.on(LATER):
        broken = [(one.name_en, one.problems) for one in finance.verify() if one.problems]
    assert broken == []


def reversal_row(receipt: int, company: Company) -> None:
    insert(
        "cash_receipt_reversal",
        id=9000 + receipt,
        receipt_id=receipt,
        reason="x",
        person_id=company.cashier,
        effective_on=DAY,
    )


# ------------------------------------------------------------ cash that is remitted


def test_cash_that_is_remitted_cannot_be_taken_back(company: Company) -> None:
    """Neither by the service nor past it; cash that is still held can, also after a remittance."""
    account = owing(company, "1", 3000)
    first, second = take(company, "1", 100, "S1"), take(company, "1", 250, "S2")
    third = take(company, "1", 400, "S3")
    remit(company, 300, "JK1")
    before = books.trial_balance(LATER).rows
    for receipt in (first, second):
        with pytest.raises(errors.ReceiptRemitted, match="JK1"):
            reverse(company, receipt)
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            reversal_row(receipt, company)
        assert isinstance(guards.refusal(refused.value), errors.ReceiptRemitted)
        assert reads.is_reversed(receipt) is False
    assert books.trial_balance(LATER).rows == before
    assert left(account) == [2250]
    reverse(company, third)
    assert reads.cash_held(company.east, LATER) == 50
    assert reads.cash_by_unit(LATER) == {company.east: 50}


def test_the_book_refuses_cash_below_zero_on_any_day(company: Company) -> None:
    owing(company, "1", 3000)
    take(company, "1", 500, "S1")
    remit(company, 300, "JK1", DAY + timedelta(2))
    for fen, day in ((201, DAY), (1, DAY - timedelta(1))):
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            insert(
                "cash_remittance",
                id=77,
                org_unit_id=company.east,
                slip_ref="X",
                amount_fen=fen,
                effective_on=day,
            )
        assert str(guards.refusal(refused.value)).startswith("The unit would hold -0.01 yuan")
    assert reads.cash_held(company.east, LATER) == 200


# ------------------------------------------------------------ moves


def test_a_remitted_receipt_moves_to_the_right_account(company: Company) -> None:
    wrong, right = owing(company, "1", 3000, 1000), owing(company, "2", 700)
    receipt = take(company, "1", 3500, "S1")
    remit(company, 3500, "JK1")
    move(company, receipt, "2")
    assert builders.events()[-1] == "receipt.moved"
    assert (left(wrong), left(right)) == ([3000, 1000], [0])
    assert (left(wrong, DAY), left(right, DAY)) == ([0, 500], [700])
    assert (reads.prepayment_of(wrong), reads.prepayment_of(right)) == (0, 2800)
    assert builders.book_balances(LATER) == {
        "1012": 3500, "112201": 4000, "2203": -2800, "4199": -4700,
    }  # fmt: skip
    done = reads.moves([receipt])[receipt]
    assert (done.effective_on, done.person_id) == (TODAY, company.cashier)
    assert len(books.journal_ids("receipt_move", done.pk)) == 1
    assert reads.received_by_unit(OCTOBER)[company.east]["amount_fen"] == 3500
    assert [one.pk for _, one in reads.moved_to(right)] == [receipt]
    assert receivable.items_against_control(LATER) == []
    holds()


def test_a_moved_receipt_is_neither_reversed_nor_moved_again(company: Company) -> None:
    owing(company, "1", 3000)
    owing(company, "2", 700)
    receipt = take(company, "1", 500, "S1")
    asked = ask(company, receipt, "2")
    with pytest.raises(AlreadyAsked):
        ask(company, receipt, "2")
    with clock.on(TODAY):
        hub.decide(asked, "approve", "", by=company.leader)
    before = builders.events()
    with pytest.raises(errors.ReceiptMoved):
        reverse(company, receipt, TODAY)
    with pytest.raises(errors.ReceiptMoved):
        ask(company, receipt, "2")
    with clock.on(TODAY), pytest.raises(errors.ReceiptMoved):
        services.move_receipt(asked, person_id=company.cashier)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        reversal_row(receipt, company)
    assert isinstance(guards.refusal(refused.value), errors.ReceiptMoved)
    assert builders.events() == before
    holds()


def test_a_reversed_receipt_is_not_moved(company: Company) -> None:
    account = owing(company, "1", 3000)
    owing(company, "2", 700)
    receipt = take(company, "1", 500, "S1")
    asked = ask(company, receipt, "2")
    reverse(company, receipt)
    with clock.on(TODAY), pytest.raises(errors.ReceiptReversed):
        hub.decide(asked, "approve", "", by=company.leader)
    assert approvals.approval(asked)["state"] == "open"
    assert reads.moves([receipt]) == {}
    assert left(account) == [3000]


def test_who_asks_does_not_decide_and_the_book_holds_it(company: Company) -> None:
    owing(company, "1", 3000)
    right = owing(company, "2", 700)
    receipt = take(company, "1", 500, "S1")
    asked = ask(company, receipt, "2")
    give_past_the_rule(company.cashier, Role.TEAM_LEADER, company.root)
    with clock.on(TODAY), pytest.raises(MakerIsChecker):
        hub.decide(asked, "approve", "", by=company.cashier)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        insert(
            "work_approval_decision",
            approval_id=asked,
            level=1,
            kind="approve",
            reason="",
            person_id=company.cashier,
        )
    assert isinstance(guards.refusal(refused.value), DecidedByMaker)
    with clock.on(TODAY), pytest.raises(DatabaseError) as refused, transaction.atomic():
        services.move_receipt(asked, person_id=company.cashier)
    assert isinstance(guards.refusal(refused.value), errors.MoveNotApproved)
    assert reads.moves([receipt]) == {}
    assert left(right) == [700]


def test_a_move_to_the_same_account_and_one_without_the_right_are_refused(
    company: Company,
) -> None:
    owing(company, "1", 3000)
    owing(company, "2", 700)
    receipt = take(company, "1", 500, "S1")
    with pytest.raises(errors.MoveToSame):
        ask(company, receipt, "1")
    with pytest.raises(NotAllowed):
        services.request_move(receipt, "2", "记错户", SLIP, by=company.accountant)
    with pytest.raises(errors.ReceiptNotFound):
        ask(company, 99999, "2")
    assert approvals.approvals() == []


def test_prepayment_that_is_used_is_freed_from_the_latest_offsets(company: Company) -> None:
    wrong, right = owing(company, "1"), owing(company, "2")
    receipt = take(company, "1", 1000, "S1")
    take(company, "1", 100, "S2")
    remit(company, 1100, "JK1")
    for fen, month in ((300, SEPTEMBER), (500, OCTOBER)):
        builders.owe(
            [Debt(wrong, fen, month, month.last)], effective_on=DAY, org_unit_id=company.root
        )
        services.offset_unit(company.east, month, DAY, person_id=org.SYSTEM)
    assert (left(wrong), reads.prepayment_of(wrong)) == ([0, 0], 300)
    move(company, receipt, "2")
    done = reads.moves([receipt])[receipt]
    # 800 offsets come back in whole; the receipt's 1,000 are taken and become the right account's.
    assert reads.prepaid_by_move(done.pk) == [(wrong, 800), (wrong, -1000), (right, 1000)]
    assert left(wrong) == [200, 500]
    assert (reads.prepayment_of(wrong), reads.prepayment_of(right)) == (0, 1000)
    assert builders.events()[-2:] == ["receipt.moved", "prepayment.offset"]
    assert builders.book_balances(LATER) == {
        "1012": 1100, "112201": 700, "2203": -1000, "4199": -800,
    }  # fmt: skip
    with clock.on(LATER):
        month = finance.receipts_month(OCTOBER.last)
        held = finance.prepayment(OCTOBER.last)
    # The offsets that were undone are no receipts: all that was received stayed prepayment.
    parts = ("month_fen", "year_fen", "prior_years_fen", "prepaid_fen", "amount_fen")
    assert [month.totals[part] for part in parts] == [0, 0, 0, 1100, 1100]
    parts = ("brought_fen", "paid_in_fen", "offset_fen", "taken_back_fen", "balance_fen")
    assert [[row[part] for part in parts] for row in held.rows] == [
        [0, 1100, 100, 1000, 0],
        [0, 1000, 0, 0, 1000],
    ]
    assert month.tied()
    assert held.tied()
    holds()


def test_a_collected_receipt_moves_across_units_after_its_month_closed(company: Company) -> None:
    wrong = owing(company, "1", 500)
    right = owing(company, "2", 700, unit=company.west)
    file = "批次号,交易日期,渠道流水号,户号,金额\nB1,2026-10-08,T1,1,5.00"
    jobs.import_receipts(file.encode(), "b.csv", person_id=company.cashier)
    (receipt,) = reads.receipts_of_account(wrong)
    book_services.lock_month(OCTOBER, person_id=None)
    asked = ask(company, receipt.pk, "2")
    assert approvals.approval(asked)["org_unit_id"] == company.root
    before = builders.events()
    with clock.on(date(2026, 11, 3)):
        hub.decide(asked, "approve", "", by=company.leader)
    assert builders.events()[len(before) :] == ["receipt.moved"]
    assert reads.moves([receipt.pk])[receipt.pk].effective_on == date(2026, 11, 3)
    assert (left(wrong), left(right)) == ([500], [200])
    assert left(wrong, OCTOBER.last) == [0]
    assert books.control_by_unit("receivable", LATER) == {company.east: 500, company.west: 200}
    assert books.control_by_unit("transit", LATER) == {company.east: 500}
    holds()
