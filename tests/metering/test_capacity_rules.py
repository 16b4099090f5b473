"""Days of running capacity as the trade counts them, on one account and on columns alike."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onebook.kernel.periods import Month
from onebook.metering.kernels import capacity as columns
from onebook.metering.rules.capacity import (
    Running,
    capacity_days,
    interlocked_capacity_days,
    proration_days,
)

KVA = 10_000
JANUARY, MAY = Month(2025, 1), Month(2024, 5)


def test_energised_on_20_january_1000_kva_are_charged_12_days_of_31() -> None:
    new = Running(1000 * KVA, date(2025, 1, 20), None)

    assert capacity_days([new], JANUARY) == 12 * 1000 * KVA
    assert proration_days(JANUARY) == 31
    assert capacity_days([new], Month(2025, 2)) == 28 * 1000 * KVA
    assert capacity_days([new], Month(2024, 12)) == 0


def test_sealed_on_10_september_800_kva_are_charged_9_days_of_30() -> None:
    sealed = Running(800 * KVA, date(2020, 1, 1), date(2025, 9, 10))

    assert capacity_days([sealed], Month(2025, 9)) == 9 * 800 * KVA
    assert proration_days(Month(2025, 9)) == 30
    assert capacity_days([sealed], Month(2025, 10)) == 0


def test_unsealed_again_the_day_itself_is_charged() -> None:
    parts = [
        Running(315 * KVA, date(2020, 1, 1), date(2025, 1, 6)),
        Running(315 * KVA, date(2025, 1, 21), None),
    ]

    assert capacity_days(parts, JANUARY) == (5 + 11) * 315 * KVA


@pytest.mark.parametrize(
    ("month", "days"),
    [(Month(2024, 2), 30), (MAY, 30), (Month(2024, 7), 31), (Month(2025, 2), 28)],
)
def test_a_month_s_fee_was_divided_by_30_until_june_2024(month: Month, days: int) -> None:
    whole = Running(100 * KVA, date(2020, 1, 1), None)

    assert proration_days(month) == days
    assert capacity_days([whole], month) == days * 100 * KVA


def test_under_the_old_rule_12_days_of_may_are_12_of_30() -> None:
    assert capacity_days([Running(KVA, date(2024, 5, 20), None)], MAY) == 12 * KVA
    assert capacity_days([Running(KVA, date(2024, 5, 1), date(2024, 5, 31))], MAY) == 30 * KVA


def test_interlocked_transformers_are_charged_the_greatest_sum_that_can_run() -> None:
    whole_year = date(2020, 1, 1)
    transformers = {
        "a": [Running(400 * KVA, whole_year, None)],
        "b": [Running(630 * KVA, whole_year, date(2025, 1, 11))],
        "c": [Running(200 * KVA, whole_year, None)],
    }

    # a and b exclude each other; c runs beside either.
    found = interlocked_capacity_days(transformers, [("a", "c"), ("b", "c")], JANUARY)

    assert found == (10 * 830 + 21 * 600) * KVA
    assert interlocked_capacity_days(transformers, [("a", "c")], MAY) == 30 * 600 * KVA
    assert interlocked_capacity_days(transformers, [], JANUARY) == 0


DAYS = st.integers(0, 90).map(lambda ahead: date(2024, 4, 15) + timedelta(ahead))


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 10**9), DAYS, st.none() | DAYS),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([Month(2024, 4), MAY, Month(2024, 6), Month(2024, 7)]),
)
def test_capacity_on_columns_equals_the_scalar_rule(
    rows: list[tuple[int, int, date, date | None]], month: Month
) -> None:
    owner, capacity, start, end = zip(*rows, strict=True)
    found = columns.capacity_days(
        np.array(owner), 4, np.array(capacity), np.array(start, dtype="datetime64[D]"),
        np.array(end, dtype="datetime64[D]"), month,
    )  # fmt: skip

    assert found.tolist() == [
        capacity_days([Running(*row[1:]) for row in rows if row[0] == at], month) for at in range(4)
    ]
