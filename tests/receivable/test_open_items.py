"""Open items: settled oldest first, exact on both clocks, tied to the control account."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onebook.books import reads as books
from onebook.cash import services as cash
from onebook.infra import clock
from onebook.infra.copy import copy_in
from onebook.infra.errors import KnownAtTooLate
from onebook.kernel.periods import Month
from onebook.receivable import reads, rules, services
from onebook.receivable.errors import NothingSettled
from onebook.receivable.rules import Owed, SettledBy
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

SEPTEMBER = Month(2026, 9)
START, DUE = date(2026, 9, 5), date(2026, 9, 30)
LATER = date(2026, 12, 31)


@pytest.fixture
def company(db: None) -> Company:
    return builders.company()


def three_months(account: int, company: Company) -> list[int]:
    """Items of 30, 20 and 10 yuan, written newest first, all counting from START."""
    debts = [
        Debt(account, 1000, Month(2026, 9), date(2026, 9, 30)),
        Debt(account, 3000, Month(2026, 7), date(2026, 7, 31)),
        Debt(account, 2000, Month(2026, 8), date(2026, 8, 31)),
    ]
    return builders.owe(debts, effective_on=START, org_unit_id=company.root)


def test_an_opening_file_is_one_document_with_one_journal(company: Company) -> None:
    account, other = builders.account("1", company.east), builders.account("2", company.west)
    debts = [Debt(account, 700, SEPTEMBER, DUE), Debt(other, 300, SEPTEMBER, DUE)]
    first, second = builders.owe(debts, effective_on=START, org_unit_id=company.root)
    assert builders.events() == ["opening.receivable"]
    assert builders.book_balances(START) == {"112201": 1000, "4199": -1000}
    assert books.control_by_item("receivable", START) == {first: 700, second: 300}
    assert reads.owed_by_unit(START)[company.west] == {
        "org_unit_id": company.west,
        "remaining_fen": 300,
        "prior_years_fen": 0,
        "accounts": 1,
    }
    assert reads.owed(START - timedelta(1)) == 0
    assert books.control_by_unit("receivable", START) == {company.east: 700, company.west: 300}


def test_an_item_of_nothing_is_refused(company: Company) -> None:
    account = builders.account("1", company.east)
    with pytest.raises(DatabaseError, match="receivable_item_positive"):
        builders.owe([Debt(account, 0, SEPTEMBER, DUE)], effective_on=START, org_unit_id=1)
    assert builders.events() == []
    assert reads.open_items(LATER) == []


def test_money_settles_the_oldest_due_first(company: Company) -> None:
    account = builders.account("1", company.east)
    september, july, august = three_months(account, company)
    pay(account, 4500, date(2026, 9, 10))
    assert builders.remaining(account, LATER) == {july: 0, august: 500, september: 1000}
    assert builders.remaining(account, date(2026, 9, 9)) == {
        july: 3000,
        august: 2000,
        september: 1000,
    }
    left = [(row["id"], row["remaining_fen"]) for row in reads.open_items(LATER)]
    assert left == [(august, 500), (september, 1000)]
    first = reads.settlements_of_item(july)[0]
    assert (first.amount_fen, first.policy_id) == (3000, services.OLDEST_FIRST)
    assert reads.items_against_control(LATER) == []


def test_what_few_accounts_owe_is_asked_of_them_alone(company: Company) -> None:
    account, other = builders.account("1", company.east), builders.account("2", company.east)
    september, _, august = three_months(account, company)
    pay(account, 4500, date(2026, 9, 10))
    owing = reads.owing_of_account(account, LATER)
    assert [(row["id"], row["remaining_fen"], row["days_past_due"]) for row in owing] == [
        (august, 500, 122),
        (september, 1000, 92),
    ]
    assert reads.owed_by_account([account, other], LATER) == {account: 1500, other: 0}
    assert reads.owed_by_account([account], START - timedelta(1)) == {account: 0}


def test_a_payment_reaches_no_item_that_counts_from_a_later_day(company: Company) -> None:
    account = builders.account("1", company.east)
    (item,) = builders.owe(
        [Debt(account, 500, SEPTEMBER, DUE)], effective_on=START, org_unit_id=company.root
    )
    pay(account, 200, START - timedelta(1))
    assert builders.remaining(account, LATER) == {item: 500}
    assert builders.book_balances(LATER)["2203"] == -200


def pay(account: int, amount_fen: int, day: date) -> int:
    """Pay at the counter; the receipt's id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM customer_service_account WHERE id = %s", [account])
        (number,) = cursor.fetchone()
        cursor.execute("SELECT id FROM org_person WHERE username = 'cashier'")
        (cashier,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM cash_receipt")
        (count,) = cursor.fetchone()
    return cash.take_cash(
        number, amount_fen, external_ref=f"S{count}", effective_on=day, person_id=cashier
    )


# ------------------------------------------------------------ what the database refuses


@contextmanager
def refused(message: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=message), transaction.atomic():
        yield


def settle_by_hand(item: int, account: int, amount_fen: int, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO receivable_settlement (id, open_item_id, service_account_id, amount_fen,"
            " source_kind, source_id, policy_id, journal_id, effective_on) VALUES"
            " (nextval('receivable_settlement_ids'), %s, %s, %s, 1, 1, 1, 1, %s)",
            [item, account, amount_fen, day],
        )


def test_settled_stays_between_nothing_and_the_principal_on_every_day(company: Company) -> None:
    account = builders.account("1", company.east)
    (item,) = builders.owe(
        [Debt(account, 1000, SEPTEMBER, DUE)], effective_on=START, org_unit_id=company.root
    )
    with refused(f"Item {item} is refused: 1001 fen settled of 1000"):
        settle_by_hand(item, account, 1001, DUE)
    with refused(f"Item {item} is refused: -1 fen settled"):
        settle_by_hand(item, account, -1, DUE)
    with refused(f"Item {item} is refused: 5 fen settled of 1000 on 2026-09-04"):
        settle_by_hand(item, account, 5, START - timedelta(1))
    with refused("Item 4711 is refused"):
        settle_by_hand(4711, account, 1, DUE)
    settle_by_hand(item, account, 600, DUE)
    settle_by_hand(item, account, -600, DUE + timedelta(10))
    with refused(f"Item {item} is refused: 1100 fen settled of 1000 on 2026-09-30"):
        settle_by_hand(item, account, 500, DUE - timedelta(5))
    settle_by_hand(item, account, 400, DUE - timedelta(5))
    assert builders.remaining(account, DUE - timedelta(1)) == {item: 600}
    assert builders.remaining(account, DUE) == {item: 0}
    assert builders.remaining(account, DUE + timedelta(10)) == {item: 600}


def test_the_same_is_refused_under_copy(company: Company) -> None:
    account = builders.account("1", company.east)
    (item,) = builders.owe(
        [Debt(account, 1000, SEPTEMBER, DUE)], effective_on=START, org_unit_id=company.root
    )
    with refused(f"Item {item} is refused: 1001 fen settled of 1000"):
        copy_in(
            "receivable_settlement",
            {
                "id": np.array([1], np.int64),
                "open_item_id": item,
                "service_account_id": account,
                "amount_fen": 1001,
                "source_kind": np.array([1], np.int16),
                "source_id": 1,
                "policy_id": np.array([1], np.int16),
                "reverses_id": None,
                "journal_id": 1,
                "effective_on": DUE,
            },
        )
    assert builders.remaining(account, DUE) == {item: 1000}


def test_a_backdated_payment_settles_what_is_free_on_every_later_day(company: Company) -> None:
    """Paid on the 10th, taken back on the 20th: money of the 15th finds the item still settled."""
    account = builders.account("1", company.east)
    older, newer = builders.owe(
        [
            Debt(account, 1000, Month(2026, 8), date(2026, 8, 31)),
            Debt(account, 800, SEPTEMBER, DUE),
        ],
        effective_on=START,
        org_unit_id=company.root,
    )
    receipt = pay(account, 1000, date(2026, 9, 10))
    cash.reverse_receipt(receipt, "错户", effective_on=date(2026, 9, 20), person_id=company.cashier)
    pay(account, 1500, date(2026, 9, 15))
    assert builders.remaining(account, date(2026, 9, 15)) == {older: 0, newer: 0}
    assert builders.remaining(account, LATER) == {older: 1000, newer: 0}
    assert builders.book_balances(LATER)["2203"] == -700
    assert reads.items_against_control(date(2026, 9, 15)) == []
    assert reads.items_against_control(LATER) == []


# ------------------------------------------------------------ undoing


def test_undoing_a_document_that_settled_nothing_changes_nothing(company: Company) -> None:
    account = builders.account("1", company.east)
    three_months(account, company)
    receipt = pay(account, 100, DUE)
    cash.reverse_receipt(receipt, "错户", effective_on=DUE, person_id=company.cashier)
    by = services.UndoneBy(SettledBy.RECEIPT_REVERSAL, 1, 1, DUE)
    assert services.undo(SettledBy.RECEIPT, 4711, by).amount_fen.tolist() == []
    with pytest.raises(NothingSettled, match=f"RECEIPT {receipt} settled nothing"):
        services.undo(SettledBy.RECEIPT, receipt, by)
    assert reads.owed(LATER) == 6000


# ------------------------------------------------------------ the scalar twin

amounts = st.integers(1, 50)
payments = st.lists(st.tuples(st.integers(0, 2), amounts), min_size=1, max_size=6)
debts = st.lists(st.tuples(st.integers(0, 2), amounts, st.integers(0, 3)), max_size=8)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(debts=debts, payments=payments)
def test_the_set_based_allocation_equals_the_scalar_rule(
    three_accounts: tuple[Company, list[int]],
    debts: list[tuple[int, int, int]],
    payments: list[tuple[int, int]],
) -> None:
    company, accounts = three_accounts
    with transaction.atomic():
        owed: dict[int, list[Owed]] = {number: [] for number in range(3)}
        opened: list[tuple[tuple[int, int], int, int, int]] = []
        if debts:
            rows = [
                Debt(accounts[who], fen, SEPTEMBER.plus(-n), SEPTEMBER.plus(-n).last)
                for who, fen, n in debts
            ]
            items = builders.owe(rows, effective_on=START, org_unit_id=company.root)
            opened = [
                ((-n, item), who, item, fen)
                for (who, fen, n), item in zip(debts, items, strict=True)
            ]
        for _, who, item, fen in sorted(opened):
            owed[who].append(Owed(item, fen))
        found = services.settle(
            np.array([accounts[who] for who, _ in payments], np.int64),
            np.array([fen for _, fen in payments], np.int64),
            np.arange(len(payments), dtype=np.int64) + 1,
            settled_by=SettledBy.RECEIPT,
            journal_id=1,
            effective_on=DUE,
        )
        columns = zip(found.payment, found.open_item_id, found.amount_fen, strict=True)
        got = [(int(payment), int(item), int(fen)) for payment, item, fen in columns]
        expected, left = scalar(owed, payments)
        assert got == expected
        assert found.left_fen.tolist() == left
        transaction.set_rollback(True)


def scalar(
    owed: dict[int, list[Owed]], payments: list[tuple[int, int]]
) -> tuple[list[tuple[int, int, int]], list[int]]:
    """One payment after the other by `rules.allocate`."""
    expected, left = [], []
    for number, (who, fen) in enumerate(payments):
        settled, over = rules.allocate(fen, owed[who])
        expected += [(number, one.open_item_id, one.remaining_fen) for one in settled]
        left.append(over)
        paid = {one.open_item_id: one.remaining_fen for one in settled}
        owed[who] = [
            Owed(one.open_item_id, rest)
            for one in owed[who]
            if (rest := one.remaining_fen - paid.get(one.open_item_id, 0))
        ]
    return expected, left


@pytest.fixture
def three_accounts(company: Company) -> tuple[Company, list[int]]:
    return company, [builders.account(str(number), company.east) for number in range(3)]


# ------------------------------------------------------------ aging


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-400, "not_due"), (0, "not_due"), (1, "days_1_30"), (30, "days_1_30"),
        (31, "days_31_90"), (90, "days_31_90"), (91, "days_91_180"), (180, "days_91_180"),
        (181, "days_181_365"), (365, "days_181_365"), (366, "years_1_2"), (730, "years_1_2"),
        (731, "years_2_3"), (1095, "years_2_3"), (1096, "years_3_up"), (9000, "years_3_up"),
    ],
)  # fmt: skip
def test_buckets_cover_every_day_once(days: int, bucket: str) -> None:
    assert rules.bucket_of(LATER - timedelta(days), LATER) == bucket


def test_aging_adds_up_to_the_control_account_by_bucket_and_year(company: Company) -> None:
    east, west = builders.account("1", company.east), builders.account("2", company.west)
    days = {-1: 1, 0: 2, 1: 4, 30: 8, 31: 16, 365: 32, 366: 64, 731: 128, 1096: 256}
    owed = [
        Debt(east, fen, Month.of(LATER - timedelta(late)), LATER - timedelta(late))
        for late, fen in days.items()
    ]
    owed.append(Debt(west, 1024, Month(2025, 12), date(2026, 1, 31)))
    builders.owe(owed, effective_on=START, org_unit_id=company.root)
    report = reads.aging(LATER)
    by_unit = {row["org_unit"]: row for row in report.rows}
    assert by_unit["城东"] == {
        "org_unit": "城东", "org_unit_id": company.east, "items": 9, "accounts": 1,
        "total_fen": 511, "not_due": 3, "days_1_30": 12, "days_31_90": 16, "days_91_180": 0,
        "days_181_365": 32, "years_1_2": 64, "years_2_3": 128, "years_3_up": 256,
        "this_year_fen": 31, "prior_years_fen": 480,
    }  # fmt: skip
    assert by_unit["城西"]["days_181_365"] == by_unit["城西"]["prior_years_fen"] == 1024
    assert [(tie.ours, tie.theirs) for tie in report.ties] == [(1535, 1535)]
    assert report.tied()
    for bucket in rules.BUCKETS:
        listed = reads.open_items(LATER, bucket=bucket.code)
        assert sum(row["remaining_fen"] for row in listed) == report.totals[bucket.code]
        assert all(rules.bucket_of(row["due_on"], LATER) == bucket.code for row in listed)
    only_west = reads.aging(LATER, units=[company.west], org_unit="3302")
    assert only_west.totals["total_fen"] == 1024
    assert only_west.tied()


# ------------------------------------------------------------ the two clocks


def test_both_clocks_are_exact_at_every_moment(own_database: "OwnDatabase") -> None:
    with clock.on(date(2026, 9, 6)):
        company = builders.company()
        account = builders.account("1", company.east)
        (item,) = builders.owe(
            [Debt(account, 1000, SEPTEMBER, DUE)], effective_on=START, org_unit_id=company.root
        )
    opened = clock.watermark()
    with clock.on(date(2026, 9, 8)):
        pay(account, 300, date(2026, 9, 8))
    paid = clock.watermark()
    with clock.on(date(2026, 9, 20)):
        receipt = pay(account, 200, date(2026, 9, 7))  # recorded late, counts for the 7th
    late = clock.watermark()
    with clock.on(date(2026, 9, 25)):
        builders.take_back(receipt, company.cashier, [company.leader])
    with clock.on(date(2026, 10, 1)):
        expected = {
            (date(2026, 9, 4), None): 0,
            (date(2026, 9, 6), None): 1000,
            (date(2026, 9, 7), None): 800,
            (date(2026, 9, 8), None): 500,
            (date(2026, 9, 24), None): 500,
            (date(2026, 9, 25), None): 700,
            (date(2026, 9, 8), opened): 1000,
            (date(2026, 9, 8), paid): 700,
            (date(2026, 9, 8), late): 500,
            (date(2026, 9, 7), late): 800,
            (date(2026, 9, 7), paid): 1000,
            (LATER, opened - timedelta(days=2000)): 0,
            (LATER, date(2026, 9, 5)): 0,
            (LATER, date(2026, 9, 7)): 1000,
            (LATER, date(2026, 9, 19)): 700,
            (LATER, date(2026, 9, 20)): 500,
            (LATER, date(2026, 9, 25)): 700,
        }
        for (as_of, known_at), fen in expected.items():
            assert reads.owed(as_of, known_at) == fen, (as_of, known_at)
            assert books.control_balance("receivable", as_of, known_at) == fen
            found = {row["id"]: row["remaining_fen"] for row in reads.open_items(as_of, known_at)}
            assert found == ({item: fen} if fen else {})
            assert reads.items_against_control(as_of, known_at) == []
            assert reads.aging(as_of, known_at).tied()
        with pytest.raises(KnownAtTooLate):
            reads.owed(LATER, date(2026, 10, 1))
        with pytest.raises(KnownAtTooLate):
            reads.owed(LATER, clock.watermark() + timedelta(hours=1))


def test_a_moment_waits_for_the_oldest_open_transaction(own_database: "OwnDatabase") -> None:
    company = builders.company()
    account = builders.account("1", company.east)
    builders.owe([Debt(account, 9, SEPTEMBER, DUE)], effective_on=START, org_unit_id=company.root)
    with own_database.connect("app") as slow:
        (began,) = slow.execute("SELECT transaction_timestamp()").fetchone()
        assert clock.watermark() < began
        with pytest.raises(KnownAtTooLate):
            reads.owed(LATER, began)
        slow.rollback()
    assert reads.owed(LATER, began) == 9


def test_ten_questions_of_one_moment_wait_for_one_watermark(company: Company) -> None:
    moment = clock.watermark()
    with CaptureQueriesContext(connection) as asked:
        assert clock.known_moment(moment) == {"known_at": moment, "known_on": None}
        assert clock.known_moment(moment - timedelta(days=1))["known_on"] is None
    assert len(asked) == 0
    with CaptureQueriesContext(connection) as asked, pytest.raises(KnownAtTooLate):
        clock.known_moment(moment + timedelta(hours=1))
    assert len(asked) == 1
