"""Money in: oldest debt first, prepayment, remittance, reversal; both books after each step."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onebook.books import reads as books
from onebook.cash import jobs, reads, services
from onebook.cash.errors import CashShort, PrepaymentUsed, ReceiptTaken
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org.errors import NotAllowed
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.receivable import reads as receivable
from onebook.receivable import services as settling
from onebook.receivable.rules import Owed, SettledBy, allocate
from tests.builders import Company, accounts, company, owe

pytestmark = pytest.mark.django_db
ON = date(2025, 10, 10)
OLD, NEW = "1,2025-07,2025-08-31,100.00", "1,2025-08,2025-09-30,50.00"


@pytest.fixture
def place() -> Company:
    """One account that owes 100.00 of July and 50.00 of August."""
    made = company(Role.CASHIER, Role.ACCOUNTANT)
    accounts("1,居民生活,1,0,zj-residential-tiers", "2,居民生活,1,0,zj-residential-tiers")
    owe(OLD, NEW)
    return made


def take(place: Company, fen: int, ref: str = "S1", on: date = ON) -> int:
    return services.take_cash(
        "1", fen, external_ref=ref, effective_on=on, person_id=place.person["cashier"]
    )


def remaining(on: date = ON) -> list[int]:
    return [item["remaining_fen"] for item in receivable.open_items(on)]


def balance(code: str, on: date = ON) -> int:
    return books.account_balance(code, on)


def test_the_oldest_debt_is_settled_first_to_the_fen(place: Company) -> None:
    take(place, 120_00)

    assert remaining() == [30_00]
    assert (balance("1001"), balance("112201"), balance("2203")) == (120_00, 30_00, 0)
    assert receivable.items_against_control(ON) == []


def test_what_is_paid_over_becomes_prepayment_and_offsets_the_next_debt(place: Company) -> None:
    take(place, 180_00)
    assert remaining() == []
    assert (balance("112201"), balance("2203")) == (0, -30_00)
    owe("1,2025-09,2025-10-31,20.00", on=ON)

    offset = services.offset_unit(place.east, Month(2025, 10), ON, person_id=SYSTEM)

    assert offset == 20_00
    assert (remaining(), balance("2203")) == ([], -10_00)
    assert services.offset_unit(place.east, Month(2025, 10), ON, person_id=SYSTEM) == 0
    account = reads.receipts_of_account(receivable_account())[0].service_account_id
    assert reads.prepayment_of(account) == 10_00


def receivable_account() -> int:
    from onebook.customer import reads as customer  # noqa: PLC0415

    return customer.account_by_number("1").pk


def test_the_same_slip_is_taken_once(place: Company) -> None:
    take(place, 10_00)
    before = books.trial_balance(ON).rows

    with pytest.raises(ReceiptTaken):
        take(place, 10_00)

    assert books.trial_balance(ON).rows == before


def test_only_who_may_takes_money(place: Company) -> None:
    with pytest.raises(NotAllowed):
        services.take_cash(
            "1", 1, external_ref="X", effective_on=ON, person_id=place.person["accountant"]
        )
    assert remaining() == [100_00, 50_00]


def test_a_reversed_receipt_leaves_the_debts_as_they_were(place: Company) -> None:
    receipt = take(place, 180_00)

    services.reverse_receipt(receipt, "记错户", effective_on=ON, person_id=place.person["cashier"])

    assert remaining() == [100_00, 50_00]
    assert (balance("1001"), balance("112201"), balance("2203")) == (0, 150_00, 0)
    assert receivable.items_against_control(ON) == []
    day_before = ON - timedelta(1)
    assert remaining(day_before) == [100_00, 50_00]


def test_prepayment_that_is_used_cannot_be_taken_back(place: Company) -> None:
    receipt = take(place, 180_00)
    owe("1,2025-09,2025-10-31,20.00", on=ON)
    services.offset_unit(place.east, Month(2025, 10), ON, person_id=SYSTEM)

    with pytest.raises(PrepaymentUsed), transaction.atomic():
        services.reverse_receipt(
            receipt, "记错户", effective_on=ON, person_id=place.person["cashier"]
        )

    assert balance("2203") == -10_00


def test_cash_is_remitted_once_and_credited_by_the_same_units(place: Company) -> None:
    take(place, 120_00)
    cashier = place.person["cashier"]

    item = services.remit(place.east, 120_00, "JK1", effective_on=ON, person_id=cashier)
    with pytest.raises(CashShort), transaction.atomic():
        services.remit(place.east, 1, "JK2", effective_on=ON, person_id=cashier)

    assert (balance("1001"), balance("1012"), balance("1002")) == (0, 120_00, 0)
    assert [one["id"] for one in reads.transit_waiting(ON)] == [item]


def test_arrears_as_of_and_as_known(place: Company) -> None:
    """A payment recorded late moves the past, but not what was known then."""
    with clock.on(date(2025, 10, 20)):
        take(place, 100_00, on=date(2025, 10, 5))
    with clock.on(date(2025, 10, 25)):
        assert remaining(date(2025, 10, 4)) == [100_00, 50_00]
        assert remaining(date(2025, 10, 5)) == [50_00]
        known = receivable.open_items(date(2025, 10, 5), date(2025, 10, 19))
        assert [item["remaining_fen"] for item in known] == []
    moment = datetime(2020, 1, 1, tzinfo=books.trial_balance(ON).known_at.tzinfo)
    assert receivable.open_items(ON, moment) == []


def test_the_database_refuses_to_settle_beyond_the_principal(place: Company) -> None:
    (item, _) = receivable.open_items(ON)
    with pytest.raises(DatabaseError, match=r"fen settled of"), transaction.atomic():
        settling.copy_in(
            "receivable_settlement",
            {
                "id": np.array([1], np.int64),
                "open_item_id": np.array([item["id"]], np.int64),
                "service_account_id": np.array([item["service_account_id"]], np.int64),
                "amount_fen": np.array([100_01], np.int64),
                "source_kind": np.array([1], np.int16),
                "source_id": np.array([1], np.int64),
                "policy_id": np.array([1], np.int16),
                "reverses_id": None,
                "journal_id": np.array([1], np.int64),
                "effective_on": np.array([ON], "datetime64[D]"),
            },
        )
    assert remaining() == [100_00, 50_00]


def test_a_channel_file_goes_in_once_row_by_row(place: Company) -> None:
    text = (
        "批次号,交易日期,渠道流水号,户号,金额\n"
        "B1,2025-10-10,R1,1,150.00\n"
        "B1,2025-10-10,R2,2,30.00\n"
        "B1,2025-10-10,R3,9,30.00\n"
        "B1,2025-10-10,R4,1,5O.00\n"
        "B1,2025-10-10,R1,1,1.00\n"
    )

    first = jobs.import_receipts(text.encode("gb18030"), "ds.csv", person_id=SYSTEM)
    again = jobs.import_receipts(text.encode("gb18030"), "ds.csv", person_id=SYSTEM)

    assert (first.rows_in, first.taken, first.total_fen) == (5, 2, 180_00)
    assert sorted(reject.row_number for reject in first.rejects) == [4, 5, 6]
    assert (again.taken, again.unchanged) == (0, 2)
    assert (remaining(), balance("1012"), balance("2203")) == ([], 180_00, -30_00)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    debts=st.lists(st.integers(1, 10_000), min_size=1, max_size=5),
    payments=st.lists(st.integers(1, 12_000), min_size=1, max_size=5),
)
def test_the_set_based_allocation_equals_the_plain_rule(
    debts: list[int], payments: list[int]
) -> None:
    with transaction.atomic():
        company()
        (account,) = accounts("1,居民生活,1,0,zj-residential-tiers")
        owe(*(f"1,2025-0{n},2025-0{n}-28,{fen / 100:.2f}" for n, fen in enumerate(debts, 1)))
        owed = [Owed(item["id"], item["remaining_fen"]) for item in receivable.open_items(ON)]

        settled = settling.settle(
            np.full(len(payments), account, np.int64),
            np.array(payments, np.int64),
            np.arange(1, len(payments) + 1, dtype=np.int64),
            settled_by=SettledBy.RECEIPT,
            journal_id=1,
            effective_on=ON,
        )

        found = list(
            zip(
                settled.payment.tolist(),
                settled.open_item_id.tolist(),
                settled.amount_fen.tolist(),
                strict=True,
            )
        )
        expected, left = [], []
        for number, fen in enumerate(payments):
            parts, over = allocate(fen, owed)
            expected += [(number, part.open_item_id, part.remaining_fen) for part in parts]
            left.append(over)
            paid = {part.open_item_id: part.remaining_fen for part in parts}
            owed = [
                Owed(one.open_item_id, one.remaining_fen - paid.get(one.open_item_id, 0))
                for one in owed
            ]
        assert found == expected
        assert settled.left_fen.tolist() == left
        transaction.set_rollback(True)
