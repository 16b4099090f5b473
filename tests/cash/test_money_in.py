"""Money taken, taken back, kept for later, paid in at the bank and credited by it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from onebook.books import reads as books
from onebook.books import services as book_services
from onebook.cash import errors, jobs, reads, services
from onebook.cash.forms import CashForm
from onebook.cash.models import Receipt, ReceiptLimit
from onebook.cash.services import Credit
from onebook.customer.errors import AccountUnknown as CustomerUnknown
from onebook.infra import sql
from onebook.infra.web import problems
from onebook.infra.write import insert
from onebook.kernel.errors import AmountUnreadable
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.receivable import reads as receivable
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
START, DUE, DAY = date(2026, 9, 5), date(2026, 9, 30), date(2026, 10, 8)
LATER = date(2026, 12, 31)


@pytest.fixture
def company(db: None) -> Company:
    return builders.company()


def take(company: Company, number: str, fen: int, ref: str, day: date = DAY) -> int:
    return services.take_cash(
        number, fen, external_ref=ref, effective_on=day, person_id=company.cashier
    )


def owing(company: Company, *fen: int, number: str = "1", unit: int | None = None) -> int:
    """An account that owes these amounts, one a month, the last of them of September; its id."""
    account = builders.account(number, unit or company.east)
    months = [SEPTEMBER.plus(1 - len(fen) + position) for position in range(len(fen))]
    debts = [Debt(account, f, month, month.last) for f, month in zip(fen, months, strict=True)]
    if debts:
        builders.owe(debts, effective_on=START, org_unit_id=company.root)
    return account


# ------------------------------------------------------------ the counter


def test_cash_settles_the_oldest_item_and_no_other(company: Company) -> None:
    account = owing(company, 3000, 1000)
    receipt = take(company, "1", 3500, "S1")
    assert list(builders.remaining(account, DAY).values()) == [0, 500]
    assert builders.events() == ["opening.receivable", "receipt.cash"]
    assert builders.book_balances(DAY) == {"1001": 3500, "112201": 500, "4199": -4000}
    assert [item["remaining_fen"] for item in receivable.open_items(DAY)] == [500]
    assert receivable.items_against_control(DAY) == []
    assert reads.prepayment_of(account) == 0
    assert reads.received_by_unit(OCTOBER)[company.east]["amount_fen"] == 3500
    assert reads.received_by_unit(SEPTEMBER) == {}
    assert reads.receipt(receipt).external_ref == "S1"


def test_what_is_paid_beyond_the_debt_becomes_prepayment(company: Company) -> None:
    account = owing(company, 1000)
    take(company, "1", 1500, "S1")
    take(company, "1", 250, "S2")
    assert reads.prepayment_of(account) == 750
    assert reads.prepayment_of(account, DAY - timedelta(1)) == 0
    assert builders.book_balances(DAY) == {"1001": 1750, "2203": -750, "4199": -1000}
    assert reads.prepayment_by_unit(DAY) == {
        company.east: {"org_unit_id": company.east, "balance_fen": 750, "accounts": 1}
    }
    assert receivable.owed(DAY) == 0
    assert [one.amount_fen for one in reads.receipts_of_account(account)] == [250, 1500]


@pytest.mark.parametrize("fen", [0, -100])
def test_an_amount_that_is_not_positive_is_refused(company: Company, fen: int) -> None:
    owing(company, 1000)
    with pytest.raises(errors.AmountNotPositive):
        take(company, "1", fen, "S1")
    assert Receipt.objects.count() == 0
    assert receivable.owed(DAY) == 1000


def test_a_slip_is_taken_once(company: Company) -> None:
    owing(company, 1000)
    take(company, "1", 100, "S1")
    before = books.trial_balance(DAY).rows
    with pytest.raises(errors.ReceiptTaken, match="S1"):
        take(company, "1", 100, "S1")
    assert Receipt.objects.count() == 1
    assert books.trial_balance(DAY).rows == before
    assert receivable.owed(DAY) == 900


def test_a_number_that_comes_again_with_other_facts_is_told_what_it_was_taken_for(
    company: Company,
) -> None:
    """The counter: another amount, account or day is a mistake, not a second press."""
    owing(company, 1000)
    owing(company, 1000, number="2")
    take(company, "1", 100, "S1")
    before = books.trial_balance(LATER).rows
    again = [("1", 101, DAY), ("2", 100, DAY), ("1", 100, DAY + timedelta(1))]
    for number, fen, day in again:
        said = r"was taken before for account 1: 1\.00 yuan on 2026-10-08"
        with pytest.raises(errors.ReceiptDiffers, match=said):
            take(company, number, fen, "S1", day)
    assert Receipt.objects.count() == 1
    assert books.trial_balance(LATER).rows == before


def test_more_cash_than_the_limit_of_the_day_is_not_taken(company: Company) -> None:
    account = owing(company, 1000)
    with pytest.raises(errors.CashTooMuch, match=r"10,000,000\.00 yuan .* 50,000\.00 yuan"):
        take(company, "1", 1_000_000_000, "S1")
    ReceiptLimit.objects.create(
        channel="counter_cash", amount_fen=2000, valid_from=DAY + timedelta(1)
    )
    with pytest.raises(errors.CashTooMuch, match=r"20\.00 yuan on 2026-10-09"):
        take(company, "1", 2001, "S1", DAY + timedelta(1))
    assert Receipt.objects.count() == 0
    assert reads.prepayment_of(account) == 0
    take(company, "1", 2001, "S1")
    take(company, "1", 2000, "S2", DAY + timedelta(1))
    assert reads.prepayment_of(account) == 3001
    ReceiptLimit.objects.all().delete()
    with pytest.raises(errors.LimitMissing):
        take(company, "1", 1, "S3")


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "柜台现金"), ("en", "Counter, cash")])
def test_a_refusal_names_the_channel_in_the_reader_s_language(
    company: Company, language: str, name: str
) -> None:
    owing(company, 1000)
    take(company, "1", 100, "S1")
    with pytest.raises(errors.ReceiptTaken) as refused:
        take(company, "1", 100, "S1")
    with translation.override(language):
        assert name in problems.text(refused.value)


def test_an_unreadable_amount_is_told_to_somebody_who_types() -> None:
    with translation.override("en"):
        form = CashForm({"amount_fen": "12.345", "external_ref": "S1"})
        assert form.errors["amount_fen"] == [
            "The amount “12.345” cannot be read. Write it like 1234.56."
        ]


def test_an_unknown_account_and_a_person_without_the_right_are_refused(company: Company) -> None:
    owing(company, 1000)
    with pytest.raises(CustomerUnknown):
        take(company, "99", 100, "S1")
    for person in (company.accountant, company.marketing, company.finance):
        with pytest.raises(NotAllowed):
            services.take_cash("1", 5, external_ref="S1", effective_on=DAY, person_id=person)
    assert Receipt.objects.count() == 0
    assert builders.events() == ["opening.receivable"]
    assert receivable.owed(DAY) == 1000


def test_a_closed_month_takes_no_money_but_its_bills_are_paid_later(company: Company) -> None:
    account = owing(company, 1000)
    book_services.lock_month(SEPTEMBER, person_id=None)
    with pytest.raises(errors.MonthClosed, match="2026-09 is closed"):
        take(company, "1", 400, "S1", DUE)
    with pytest.raises(errors.MonthClosed):
        services.remit(company.east, 1, "J1", effective_on=DUE, person_id=company.cashier)
    assert Receipt.objects.count() == 0
    take(company, "1", 400, "S1", DAY)
    assert list(builders.remaining(account, DAY).values()) == [600]
    assert list(builders.remaining(account, DUE).values()) == [1000]


# ------------------------------------------------------------ taking back


def test_a_reversal_owes_again_and_takes_the_prepayment_back(company: Company) -> None:
    account = owing(company, 3000, 1000)
    take(company, "1", 100, "S0")
    receipt = take(company, "1", 4500, "S1")
    day = DAY + timedelta(3)
    services.reverse_receipt(receipt, "错户", effective_on=day, person_id=company.cashier)
    assert builders.events()[-1] == "receipt.reversed"
    assert len(builders.events()) == 4
    assert list(builders.remaining(account, DAY - timedelta(1)).values()) == [3000, 1000]
    assert list(builders.remaining(account, DAY).values()) == [0, 0]
    assert list(builders.remaining(account, day).values()) == [2900, 1000]
    assert (reads.prepayment_of(account, DAY), reads.prepayment_of(account)) == (600, 0)
    assert builders.book_balances(day) == {"1001": 100, "112201": 3900, "4199": -4000}
    assert reads.received_by_unit(OCTOBER)[company.east] == {
        "org_unit_id": company.east, "amount_fen": 100, "receipts": 1,
    }  # fmt: skip
    assert receivable.items_against_control(day) == receivable.items_against_control(DAY) == []
    with pytest.raises(errors.ReceiptReversed):
        services.reverse_receipt(receipt, "again", effective_on=day, person_id=company.cashier)
    with pytest.raises(errors.ReceiptNotFound):
        services.reverse_receipt(99999, "none", effective_on=day, person_id=company.cashier)
    assert len(builders.events()) == 4


def test_a_reversal_is_never_earlier_than_the_receipt_nor_in_a_closed_month(
    company: Company,
) -> None:
    account = owing(company, 3000)
    early, late = take(company, "1", 100, "S1", DUE), take(company, "1", 200, "S2", DAY)
    services.reverse_receipt(late, "错户", effective_on=START, person_id=company.cashier)
    assert reads.reversals([late])[late].effective_on == DAY
    book_services.lock_month(SEPTEMBER, person_id=None)
    services.reverse_receipt(early, "错户", effective_on=DUE, person_id=company.cashier)
    assert reads.reversals([early])[early].effective_on == OCTOBER.first
    assert list(builders.remaining(account, DUE).values()) == [2900]
    assert list(builders.remaining(account, LATER).values()) == [3000]


def test_cash_in_hand_by_its_documents_is_that_of_the_book(company: Company) -> None:
    owing(company, 3000)
    first = take(company, "1", 500, "S1")
    services.reverse_receipt(first, "错户", effective_on=DAY, person_id=company.cashier)
    take(company, "1", 300, "S2", DAY + timedelta(1))
    services.remit(
        company.east, 100, "JK1", effective_on=DAY + timedelta(2), person_id=company.cashier
    )
    held = [reads.cash_by_unit(DAY + timedelta(days)) for days in range(3)]
    assert held == [{company.east: 0}, {company.east: 300}, {company.east: 200}]
    assert reads.cash_held(company.east, LATER) == 200
    assert reads.cash_by_unit(LATER, units=[company.west]) == {}
    assert sql.rows("finance", "verify_cash") == []


def test_prepayment_that_is_used_cannot_be_taken_back(company: Company) -> None:
    account = owing(company)
    receipt = take(company, "1", 1000, "S1")
    builders.owe(
        [Debt(account, 300, OCTOBER, OCTOBER.last)], effective_on=DAY, org_unit_id=company.root
    )
    assert offset(company, DAY) == 300
    with pytest.raises(errors.PrepaymentUsed, match=r"3\.00 yuan"), transaction.atomic():
        services.reverse_receipt(receipt, "错户", effective_on=DAY, person_id=company.cashier)
    assert reads.is_reversed(receipt) is False
    assert reads.prepayment_of(account) == 700
    assert builders.book_balances(DAY)["2203"] == -700


# ------------------------------------------------------------ prepayment


def offset(company: Company, day: date) -> int:
    return services.offset_unit(company.east, OCTOBER, day, person_id=org.SYSTEM).fen


def test_an_offset_settles_from_prepayment_and_nothing_twice(company: Company) -> None:
    rich, poor = owing(company, number="1"), owing(company, number="2")
    elsewhere = owing(company, number="3", unit=company.west)
    for number in ("1", "2", "3"):
        take(company, number, 1000, f"S{number}")
    debts = [
        Debt(account, fen, OCTOBER, OCTOBER.last)
        for account, fen in ((rich, 400), (poor, 2500), (elsewhere, 100))
    ]
    builders.owe(debts, effective_on=DAY, org_unit_id=company.root)
    before = len(builders.events())
    assert offset(company, DAY) == 1400
    assert [reads.prepayment_of(a) for a in (rich, poor, elsewhere)] == [600, 0, 1000]
    assert receivable.owed_by_unit(DAY)[company.east]["remaining_fen"] == 1500
    assert receivable.owed_by_unit(DAY)[company.west]["remaining_fen"] == 100
    assert builders.events()[before:] == ["prepayment.offset"]
    assert builders.book_balances(DAY)["2203"] == -1600
    assert reads.received_by_unit(OCTOBER)[company.east]["amount_fen"] == 2000
    assert offset(company, DAY) == 0
    assert len(builders.events()) == before + 1
    assert receivable.items_against_control(DAY) == []


def test_what_a_reversal_owes_again_is_offset_from_other_prepayment(company: Company) -> None:
    account = owing(company, 1000)
    paid = take(company, "1", 1000, "S1")
    take(company, "1", 700, "S2")
    services.reverse_receipt(paid, "错户", effective_on=DAY, person_id=company.cashier)
    assert list(builders.remaining(account, DAY).values()) == [1000]
    assert offset(company, DAY) == 700
    assert list(builders.remaining(account, DAY).values()) == [300]
    assert reads.prepayment_of(account) == 0
    assert builders.book_balances(DAY) == {"1001": 700, "112201": 300, "4199": -1000}
    assert offset(company, DAY) == 0


def test_an_offset_that_can_settle_nothing_records_nothing(company: Company) -> None:
    account = owing(company)
    take(company, "1", 1000, "S1")
    builders.owe(
        [Debt(account, 300, OCTOBER, OCTOBER.last)], effective_on=DAY, org_unit_id=company.root
    )
    before = builders.events()
    assert offset(company, DAY - timedelta(1)) == 0  # nothing is owed or held on that day
    assert builders.events() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cash_offset")
        assert cursor.fetchone()[0] == 0
    assert books.unbalanced() == []


def test_an_offset_uses_only_what_is_held_from_its_day_on(company: Company) -> None:
    account = owing(company)
    take(company, "1", 200, "S1", DAY)
    take(company, "1", 5000, "S2", DAY + timedelta(5))
    builders.owe(
        [Debt(account, 900, OCTOBER, OCTOBER.last)], effective_on=DAY, org_unit_id=company.root
    )
    assert offset(company, DAY + timedelta(1)) == 200
    assert reads.prepayment_of(account, DAY + timedelta(1)) == 0
    assert offset(company, DAY + timedelta(5)) == 700
    assert reads.prepayment_of(account) == 4300


def test_prepayment_below_zero_is_refused_on_every_day(company: Company) -> None:
    account = owing(company)
    take(company, "1", 200, "S1", DAY)
    refused = f"prepayment of service account {account} is refused: it would be -1 fen"
    for fen, day in ((-201, DAY), (-1, DAY - timedelta(1))):
        with pytest.raises(DatabaseError, match=refused), transaction.atomic():
            insert(
                "cash_prepayment_entry",
                id=1,
                service_account_id=account,
                org_unit_id=company.east,
                amount_fen=fen,
                source_kind="offset",
                source_id=1,
                journal_id=1,
                effective_on=day,
            )
    assert reads.prepayment_of(account) == 200


# ------------------------------------------------------------ on its way to the bank


def remit(company: Company, fen: int, slip: str, day: date = DAY) -> int:
    return services.remit(company.east, fen, slip, effective_on=day, person_id=company.cashier)


def test_remitted_cash_is_in_transit(company: Company) -> None:
    owing(company, 5000)
    take(company, "1", 3000, "S1")
    item = remit(company, 1000, "J1")
    assert builders.book_balances(DAY) == {
        "1001": 2000, "1012": 1000, "112201": 2000, "4199": -5000,
    }  # fmt: skip
    assert reads.cash_held(company.east, DAY) == 2000
    waiting = reads.transit_waiting(DAY)
    assert [(row["id"], row["reference"], row["amount_fen"]) for row in waiting] == [
        (item, "J1", 1000)
    ]
    assert reads.transit_waiting(DAY - timedelta(1)) == []
    assert reads.received_by_unit(OCTOBER)[company.east]["amount_fen"] == 3000


def test_more_than_the_till_holds_cannot_be_remitted(company: Company) -> None:
    owing(company, 5000)
    take(company, "1", 3000, "S1")
    refusals = [
        (3001, "J1", DAY, errors.CashShort),
        (1, "J1", DAY - timedelta(1), errors.CashShort),
        (0, "J1", DAY, errors.AmountNotPositive),
    ]
    for fen, slip, day, error in refusals:
        with pytest.raises(error):
            remit(company, fen, slip, day)
    remit(company, 2000, "J1", DAY + timedelta(5))
    with pytest.raises(errors.CashShort, match=r"10\.00 yuan of counter cash"):
        remit(company, 1001, "J2", DAY + timedelta(1))  # it left the till on the fifth day
    with pytest.raises(errors.SlipTaken, match="J1"):
        remit(company, 10, "J1")
    remit(company, 1000, "J2", DAY + timedelta(1))
    assert reads.cash_held(company.east, LATER) == 0
    assert len(reads.transit_waiting(LATER)) == 2


def opening(company: Company) -> int:
    """A document that may stand behind a journal; its id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM receivable_opening")
        return int(cursor.fetchone()[0])


def test_a_credit_moves_transit_to_the_bank_and_an_undone_one_back(company: Company) -> None:
    owing(company, 5000)
    take(company, "1", 3000, "S1")
    item = remit(company, 3000, "J1")
    with pytest.raises(errors.CashShort):
        remit(company, 1, "J2")
    assert builders.book_balances(DAY) == {"1012": 3000, "112201": 2000, "4199": -5000}
    assert [row["id"] for row in reads.transit_waiting(DAY)] == [item]
    document = opening(company)
    credited, undone = DAY + timedelta(2), DAY + timedelta(4)
    credit = Credit(item, "opening", document, credited)
    services.credit_transit([credit], person_id=None)
    assert reads.transit_waiting(credited) == []
    assert len(reads.transit_waiting(DAY)) == 1
    assert builders.book_balances(credited) == {"1002": 3000, "112201": 2000, "4199": -5000}
    with pytest.raises(errors.TransitCredited, match="J1"):
        services.credit_transit([credit], person_id=None)
    services.uncredit_transit([credit._replace(booked_on=undone)], person_id=None)
    assert reads.credited([item]) == {item: 0}
    assert builders.book_balances(undone)["1012"] == 3000
    assert "1002" not in builders.book_balances(undone)
    with pytest.raises(DatabaseError, match=f"item {item} is refused"), transaction.atomic():
        services.uncredit_transit([credit._replace(booked_on=undone)], person_id=None)
    services.credit_transit([credit._replace(booked_on=undone)], person_id=None)
    assert builders.book_balances(undone)["1002"] == 3000
    assert builders.events()[-3:] == ["bank.credited", "bank.uncredited", "bank.credited"]


def test_no_credit_is_taken_back_before_it_came(company: Company) -> None:
    owing(company, 5000)
    take(company, "1", 3000, "S1")
    item = remit(company, 3000, "J1")
    credit = Credit(item, "opening", opening(company), DAY + timedelta(2))
    services.credit_transit([credit], person_id=None)
    refused = f"Transit item {item} is refused: -3000 fen credited of 3000 on {DAY}"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic():
        services.uncredit_transit([credit._replace(booked_on=DAY)], person_id=None)
    assert reads.credited([item]) == {item: 3000}


# ------------------------------------------------------------ a channel's file


def channel_file(*rows: str) -> bytes:
    return "\n".join(["批次号,交易日期,渠道流水号,户号,金额", *rows]).encode()


def test_a_channel_file_is_one_journal_a_batch_split_by_unit(company: Company) -> None:
    east, west = owing(company, 1000), owing(company, 500, number="2", unit=company.west)
    done = jobs.import_receipts(
        channel_file(
            "B1,2026-10-08,T1,1,6.00", "B1,2026-10-08,T2,2,7.00", "B1,2026-10-08,T3,1,9.00"
        ),
        "b.csv",
        person_id=company.cashier,
    )
    assert (done.taken, done.total_fen, done.batches, done.rejects) == (3, 2200, ["B1"], [])
    assert builders.events()[2:] == ["receipt.in_transit"]
    assert reads.prepayment_of(east) == 500
    assert reads.prepayment_of(west) == 200
    assert builders.book_balances(DAY) == {"1012": 2200, "2203": -700, "4199": -1500}
    assert books.control_by_unit("transit", DAY) == {company.east: 1500, company.west: 700}
    (waiting,) = reads.transit_waiting(DAY)
    assert (waiting["reference"], waiting["amount_fen"]) == ("B1", 2200)


def test_the_same_file_again_changes_nothing_and_new_rows_of_a_taken_batch_are_rejected(
    company: Company,
) -> None:
    account = owing(company, 1000)
    rows = ("B1,2026-10-08,T1,1,6.00",)
    jobs.import_receipts(channel_file(*rows), "b.csv", person_id=company.cashier)
    again = jobs.import_receipts(channel_file(*rows), "b.csv", person_id=company.cashier)
    assert (again.taken, again.unchanged, again.rejects) == (0, 1, [])
    more = jobs.import_receipts(
        channel_file(
            *rows,
            "B1,2026-10-08,T2,1,1.00",
            "B2,2026-10-09,T3,1,2.00",
            "B2,2026-10-09,T3,1,2.00",
            "B2,2026-10-09,T4,77,2.00",
            "B2,2026-10-09,T5,1,-2.00",
            "B2,2026-10-10,T6,1,2.00",
        ),
        "c.csv",
        person_id=company.cashier,
    )
    assert (more.taken, more.unchanged, more.batches) == (1, 1, ["B2"])
    reasons = {reject.row_number: type(reject.reason) for reject in more.rejects}
    assert reasons == {
        3: errors.BatchTaken,
        5: errors.RefTwice,
        6: errors.AccountUnknown,
        7: errors.AmountNotPositive,
        8: errors.BatchUnclear,
    }
    assert list(builders.remaining(account, LATER).values()) == [200]
    assert len(builders.events()) == 3


def test_a_file_sent_again_after_its_month_closed_is_known(company: Company) -> None:
    account = owing(company, 1000)
    rows = ("B1,2026-10-08,T1,1,6.00", "B1,2026-10-08,T2,1,1.00")
    jobs.import_receipts(channel_file(*rows), "b.csv", person_id=company.cashier)
    book_services.lock_month(OCTOBER, person_id=None)
    again = jobs.import_receipts(
        channel_file(*rows, "B2,2026-10-08,T3,1,1.00"), "b.csv", person_id=company.cashier
    )
    assert (again.taken, again.unchanged) == (0, 2)
    assert [(one.row_number, type(one.reason)) for one in again.rejects] == [
        (4, errors.MonthClosed)
    ]
    assert list(builders.remaining(account, LATER).values()) == [300]


def test_a_serial_that_comes_again_with_other_facts_is_rejected(company: Company) -> None:
    account = owing(company, 1000)
    owing(company, 1000, number="2")
    rows = ("B1,2026-10-08,T1,1,6.00", "B1,2026-10-08,T2,1,1.00", "B1,2026-10-08,T3,1,0.50")
    jobs.import_receipts(channel_file(*rows), "b.csv", person_id=company.cashier)
    again = jobs.import_receipts(
        channel_file(
            "B2,2026-10-08,T1,2,6.00",
            "B2,2026-10-08,T2,1,1.01",
            "B2,2026-10-09,T3,1,0.50",
            "B2,2026-10-08,T4,1,1.00",
        ),
        "c.csv",
        person_id=company.cashier,
    )
    assert (again.taken, again.unchanged, again.total_fen) == (1, 0, 100)
    assert [one.row_number for one in again.rejects] == [2, 3, 4]
    assert {type(one.reason) for one in again.rejects} == {errors.ReceiptDiffers}
    assert "was taken before for account 1: 6.00 yuan on 2026-10-08" in str(again.rejects[0].reason)
    assert list(builders.remaining(account, LATER).values()) == [150]


def test_a_file_in_the_bank_s_encoding_goes_in_row_by_row(company: Company) -> None:
    account, _ = owing(company, 10000, 5000), owing(company, number="2")
    file = channel_file(
        "B1,2026-10-08,R1,1,150.00",
        "B1,2026-10-08,R2,2,30.00",
        "B1,2026-10-08,R3,9,30.00",
        "B1,2026-10-08,R4,1,5O.00",
        "B1,2026-10-08,R1,1,1.00",
    )
    in_gb = file.decode().encode("gb18030")
    first = jobs.import_receipts(in_gb, "ds.csv", person_id=org.SYSTEM)
    again = jobs.import_receipts(in_gb, "ds.csv", person_id=org.SYSTEM)
    assert (first.rows_in, first.taken, first.total_fen) == (5, 2, 18000)
    assert {reject.row_number: type(reject.reason) for reject in first.rejects} == {
        4: errors.AccountUnknown, 5: AmountUnreadable, 6: errors.RefTwice,
    }  # fmt: skip
    assert (again.taken, again.unchanged) == (0, 2)
    assert list(builders.remaining(account, DAY).values()) == [0, 0]
    assert builders.book_balances(DAY) == {"1012": 18000, "2203": -3000, "4199": -15000}


# ------------------------------------------------------------ two at once


def test_two_payments_at_once_never_settle_the_same_fen_twice(
    own_database: "OwnDatabase",
) -> None:
    """The second payer waits for the first one's lock and then finds nothing left to settle."""
    company = builders.company()
    account = owing(company, 1000)
    with own_database.connect("app") as first:
        first.execute("INSERT INTO receivable_account_lock VALUES (%s)", [account])
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(DatabaseError, match="lock timeout"):
            take(company, "1", 1000, "S1")
        first.rollback()
    assert Receipt.objects.count() == 0
    take(company, "1", 1000, "S1")
    take(company, "1", 1000, "S2")
    assert receivable.owed(DAY) == 0
    assert reads.prepayment_of(account) == 1000


def test_a_batch_is_refused_whole_when_its_journal_is(company: Company) -> None:
    account = owing(company, 1000)
    book_services.lock_month(OCTOBER, person_id=None)
    columns = {
        "service_account_id": np.array([account]),
        "org_unit_id": np.array([company.east]),
        "amount_fen": np.array([100]),
        "external_ref": ["T1"],
        "payer_name": [""],
    }
    file = {
        "name": "b.csv", "sha256": "x", "batch_ref": "B1", "effective_on": DAY,
        "org_unit_id": company.root,
    }  # fmt: skip
    with pytest.raises(DatabaseError, match="locked month"), transaction.atomic():
        services.take_batch(
            Receipt.Channel.BANK_COLLECTION, columns, file, person_id=company.cashier
        )
    assert Receipt.objects.count() == 0
    assert receivable.owed(LATER) == 1000
