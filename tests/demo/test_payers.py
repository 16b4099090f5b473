"""How the demonstration's customers pay, against the figures their delays are taken from."""

from collections import Counter
from datetime import date, datetime, time

import numpy as np
import pytest

from onebook.demo import payers
from onebook.demo.payers import BANKS, Payers, days_to_pay
from onebook.demo.statement import BankEntry
from onebook.kernel.periods import Month

ISSUED_ON, DUE_ON = date(2025, 9, 24), date(2025, 10, 24)
BILLS = 4_000


@pytest.fixture
def planned() -> Payers:
    made = Payers(np.random.default_rng(1))
    for account_id in range(BILLS):
        made.plan(account_id, 12_345, ISSUED_ON, DUE_ON)
    return made


def test_delays_have_the_late_share_and_the_mean_of_the_real_invoices() -> None:
    shares = (np.arange(100_000) + 0.5) / 100_000

    days = np.array([days_to_pay(share, payers.TERMS_DAYS) for share in shares])

    late = np.maximum(days - payers.TERMS_DAYS, 0)
    assert (days.min(), days.max()) == (1, 74)
    assert (days > payers.TERMS_DAYS).mean() == pytest.approx(0.356, abs=0.015)
    assert late.mean() == pytest.approx(3.44, abs=0.15)
    assert days.mean() == pytest.approx(26.44, abs=0.25)


def test_a_shorter_term_keeps_the_late_share() -> None:
    shares = (np.arange(10_000) + 0.5) / 10_000

    days = np.array([days_to_pay(share, 20) for share in shares])

    assert (days > 20).mean() == pytest.approx(0.356, abs=0.03)


def test_some_pay_too_much_some_in_part_and_some_never(planned: Payers) -> None:
    payments = [payment for day in planned.due.values() for payment in day]
    amounts = Counter(payment.amount_fen for payment in payments)

    assert set(amounts) == {12_345, 7_407, 20_000}
    assert (BILLS - len(payments)) / BILLS == pytest.approx(payers.NEVER_SHARE, abs=0.01)
    assert amounts[7_407] / BILLS == pytest.approx(payers.PARTIAL_SHARE, abs=0.01)
    assert amounts[20_000] / BILLS == pytest.approx(payers.OVER_SHARE, abs=0.015)
    counter = sum(payment.bank is None for payment in payments)
    assert counter / len(payments) == pytest.approx(payers.COUNTER_SHARE, abs=0.015)
    assert {payment.bank for payment in payments} == {None, *range(len(BANKS))}
    assert min(planned.due) > ISSUED_ON


def test_a_statement_has_what_makes_reconciling_work() -> None:
    made = Payers(np.random.default_rng(1))
    for day in range(1, 7):
        made.book(
            date(2025, 9, day), 10_000 * day, "付款人", f"代收电费 批次 JH2025090{day}", "代收"
        )
    made.book(date(2025, 9, 30), 1, "付款人", "代收电费 批次 JH20250930", "代收")

    lines = made.statement_lines(Month(2025, 9))

    remarks = [line.remark for line in lines]
    assert remarks.count("代收电费 批次 JH202509XX") == 1
    assert sorted(line.amount_fen for line in lines) == sorted(
        [10_000, 20_000, 30_000, 39_900, 50_000, 60_000, 123_400, 5_000, 5_000, -2_500]
    )
    equal = [line for line in lines if line.amount_fen == 5_000]
    assert equal[0] == equal[1]
    assert [line.booked_at for line in lines] == sorted(line.booked_at for line in lines)
    assert [line.remark for line in made.booked] == ["代收电费 批次 JH20250930"]


def test_a_collection_file_names_its_batch_and_every_payer_once() -> None:
    paid = [payers.Payment(7, 12_345, 0), payers.Payment(9, 100, 0)]

    data = payers.collection_file("JH20250926", date(2025, 9, 26), paid, {7: "A7", 9: "A9"})

    assert data.decode("gb18030").splitlines() == [
        "批次号,交易日期,渠道流水号,户号,户名,金额",
        "JH20250926,2025-09-26,JH20250926000001,A7,,123.45",
        "JH20250926,2025-09-26,JH20250926000002,A9,,1.00",
    ]


def test_the_bank_books_on_the_day_after() -> None:
    made = Payers(np.random.default_rng(1))

    made.book(date(2025, 9, 30), 1, "付款人", "备注", "代收")

    (entry,) = made.booked
    assert isinstance(entry, BankEntry)
    assert entry.booked_at.date() == date(2025, 10, 1)
    assert time(9) <= entry.booked_at.time() < time(17)
    assert entry.booked_at < datetime(2025, 10, 2)  # noqa: DTZ001
