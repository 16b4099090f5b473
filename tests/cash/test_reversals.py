"""A counter receipt taken back: alone for a slip of the hand, else by two people."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from onebook.cash import errors, reads, rules, services
from onebook.cash.models import ReversalLimit
from onebook.cash.rules import Barrier
from onebook.hub import services as hub
from onebook.infra import clock, guards
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.work import reads as approvals
from onebook.work import services as work
from onebook.work.errors import AlreadyAsked, EvidenceMissing, NotThisLevel
from tests import debts as builders
from tests.debts import Company, Debt, ask_back

SEPTEMBER = Month(2026, 9)
START, DAY, NEXT = date(2026, 9, 5), date(2026, 10, 8), date(2026, 10, 9)
LIMIT = 1_000_00


@pytest.fixture
def company(db: None) -> Company:
    """A company whose account 1 owes 3,000.00 yuan."""
    company = builders.company()
    account = builders.account("1", company.east)
    debts = [Debt(account, 3_000_00, SEPTEMBER, SEPTEMBER.last)]
    builders.owe(debts, effective_on=START, org_unit_id=company.root)
    return company


def take(company: Company, fen: int, ref: str = "S1") -> int:
    with clock.on(DAY):
        return services.take_cash(
            "1", fen, external_ref=ref, effective_on=DAY, person_id=company.cashier
        )


def reverse(receipt: int, by: int, day: date = DAY) -> int:
    with clock.on(day):
        return services.reverse_receipt(receipt, "错户", effective_on=day, person_id=by)


def another_cashier(company: Company) -> int:
    made = Person.objects.create(username="cashier2", name="收费二", password="!")
    org.grant_role(made.pk, Role.CASHIER, company.root, by=org.SYSTEM)
    return made.pk


@pytest.mark.parametrize(
    ("fen", "recorded_on", "taken_by", "found"),
    [
        (LIMIT, DAY, 7, None),
        (LIMIT + 1, DAY, 7, Barrier.TOO_MUCH),
        (1, DAY - timedelta(1), 7, Barrier.OTHER_DAY),
        (1, DAY, 8, Barrier.OTHER_PERSON),
        (1, DAY, None, Barrier.OTHER_PERSON),
        (LIMIT + 1, DAY - timedelta(1), 8, Barrier.OTHER_DAY),
    ],
)
def test_the_rule_of_one_person(
    fen: int, recorded_on: date, taken_by: int | None, found: Barrier | None
) -> None:
    assert rules.barrier(fen, recorded_on, taken_by, limit_fen=LIMIT, today=DAY, by=7) == found


def test_the_cashier_takes_back_alone_up_to_the_limit_of_the_day(company: Company) -> None:
    receipt = take(company, LIMIT)
    reverse(receipt, company.cashier)
    done = reads.reversals([receipt])[receipt]
    assert (done.person_id, done.approval_id, done.effective_on) == (company.cashier, None, DAY)
    assert builders.book_balances(NEXT) == {"112201": 3_000_00, "4199": -3_000_00}


@pytest.mark.parametrize("why", ["too much", "another day", "another cashier"])
def test_what_needs_two_people_is_refused_to_one_and_by_the_book(
    company: Company, why: str
) -> None:
    receipt = take(company, LIMIT + 1 if why == "too much" else 5_00)
    by = another_cashier(company) if why == "another cashier" else company.cashier
    day = NEXT if why == "another day" else DAY
    before = builders.events()
    with pytest.raises(errors.ReversalNeedsApproval, match=r"2026-10-08.*1,000\.00 yuan"):
        reverse(receipt, by, day)
    with clock.on(day), pytest.raises(DatabaseError) as refused, transaction.atomic():
        reversal_row(receipt, by)
    assert isinstance(guards.refusal(refused.value), errors.ReversalNotApproved)
    assert not reads.is_reversed(receipt)
    assert builders.events() == before

    with clock.on(day):
        asked = ask_back(receipt, by)
        assert [one["state"] for one in approvals.approvals()] == ["open"]
        assert not reads.is_reversed(receipt)
        hub.decide(asked, "approve", "已核", by=company.leader)
        if why == "too much":
            assert not reads.is_reversed(receipt)
            hub.decide(asked, "approve", "已核", by=company.marketing)
    done = reads.reversals([receipt])[receipt]
    assert (done.person_id, done.approval_id, done.effective_on) == (by, asked, day)
    assert builders.events()[len(before) :] == ["receipt.reversed"]
    assert builders.book_balances(NEXT) == {"112201": 3_000_00, "4199": -3_000_00}


def reversal_row(receipt: int, person: int, approval: int | None = None) -> None:
    insert(
        "cash_receipt_reversal",
        id=9000 + receipt,
        receipt_id=receipt,
        approval_id=approval,
        reason="x",
        person_id=person,
        effective_on=NEXT,
    )


def test_the_limit_is_dated(company: Company) -> None:
    ReversalLimit.objects.create(amount_fen=4_99, valid_from=DAY)
    with pytest.raises(errors.ReversalNeedsApproval, match=r"4\.99 yuan"):
        reverse(take(company, 5_00), company.cashier)
    assert reads.reversal_limit(DAY - timedelta(1)) == LIMIT
    with pytest.raises(errors.ReversalLimitMissing, match="1999-12-31"):
        reads.reversal_limit(date(1999, 12, 31))


def test_who_asked_does_not_approve_and_a_refusal_changes_nothing(company: Company) -> None:
    receipt = take(company, 5_00)
    with clock.on(NEXT):
        asked = ask_back(receipt, company.cashier)
        with pytest.raises(AlreadyAsked):
            ask_back(receipt, company.cashier)
        for by, error in ((company.cashier, NotAllowed), (company.marketing, NotThisLevel)):
            with pytest.raises(error):
                hub.decide(asked, "approve", "", by=by)
        assert hub.decide(asked, "reject", "收据无误", by=company.leader).state == "rejected"
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            reversal_row(receipt, company.cashier, asked)
        assert isinstance(guards.refusal(refused.value), errors.ReversalNotApproved)
    assert not reads.is_reversed(receipt)
    assert builders.book_balances(NEXT)["112201"] == 2_995_00


def test_an_approval_of_another_receipt_does_not_serve(company: Company) -> None:
    first, second = take(company, 5_00), take(company, 6_00, "S2")
    with clock.on(NEXT):
        asked = ask_back(first, company.cashier)
        assert work.decide(asked, "approve", "", by=company.leader).state == "approved"
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            reversal_row(second, company.cashier, asked)
    assert isinstance(guards.refusal(refused.value), errors.ReversalNotApproved)
    assert (reads.is_reversed(first), reads.is_reversed(second)) == (False, False)


def test_remitted_cash_is_refused_with_the_way(company: Company) -> None:
    """Also where it was remitted after the request: then the decision is not recorded either."""
    receipt = take(company, 5_00)
    with clock.on(NEXT):
        asked = ask_back(receipt, company.cashier)
        services.remit(company.east, 5_00, "JK1", effective_on=NEXT, person_id=company.cashier)
        with pytest.raises(errors.ReceiptRemitted, match=r"JK1.*be moved.*finance refunds"):
            hub.decide(asked, "approve", "", by=company.leader)
        assert approvals.approval(asked)["state"] == "open"
        hub.decide(asked, "reject", "已解款", by=company.leader)
        with pytest.raises(errors.ReceiptRemitted):
            ask_back(receipt, company.cashier)
    assert not reads.is_reversed(receipt)


def test_a_request_needs_the_right_and_the_slip(company: Company) -> None:
    receipt = take(company, 5_00)
    with clock.on(NEXT):
        with pytest.raises(NotAllowed):
            ask_back(receipt, company.accountant)
        with pytest.raises(EvidenceMissing):
            services.request_reversal(receipt, "错户", [], by=company.cashier)
        with pytest.raises(errors.ReceiptNotFound):
            ask_back(99999, company.cashier)
        reverse_of_day = take(company, 6_00, "S2")
        reverse(reverse_of_day, company.cashier)
        with pytest.raises(errors.ReceiptReversed):
            ask_back(reverse_of_day, company.cashier)
    assert approvals.approvals() == []
