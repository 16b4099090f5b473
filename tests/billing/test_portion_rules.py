"""How a month is cut into portions: the rule that a quote follows equals that of issued bills."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onebook.billing import kernels
from onebook.billing.rules import portions as rules
from onebook.kernel.periods import Month
from onebook.tariff.rules import split_by_days

KWH = 10_000
# Of 2024-05 a month's fee is charged by 30 days, since 2024-06 by those of the calendar.
MONTHS = (Month(2024, 2), Month(2024, 5), Month(2026, 10))
groups = st.lists(
    st.lists(st.tuples(st.integers(1, 31), st.integers(0, 10**12)), min_size=1, max_size=4),
    min_size=1,
    max_size=5,
)


def column(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


@given(groups, st.sampled_from(MONTHS))
def test_the_days_and_the_kwh_of_portions_are_cut_alike(
    bills: list[list[tuple[int, int]]], month: Month
) -> None:
    of = column([at for at, bill in enumerate(bills) for _ in bill])
    days = column([one for bill in bills for one, _ in bill])
    usage_e4 = column([bill[0][1] for bill in bills for _ in bill])
    expected_days, expected_e4 = [], []
    for bill in bills:
        own = [one for one, _ in bill]
        expected_days += rules.charged_days(own, month)
        expected_e4 += split_by_days(bill[0][1], own)

    assert kernels.charged_days(days, of, month).tolist() == expected_days
    assert kernels.split_by_days(usage_e4, days, of).tolist() == expected_e4


@given(groups, st.integers(0, 10**12))
def test_free_energy_is_given_alike(bills: list[list[tuple[int, int]]], free_e4: int) -> None:
    bill = column([at for at, one in enumerate(bills) for _ in one])
    number = column([at for one in bills for at, _ in enumerate(one)])
    usage_e4 = column([used for one in bills for _, used in one])
    expected = [
        given_e4 for one in bills for given_e4 in rules.give_free(free_e4, [u for _, u in one])
    ]

    found = kernels.free_of(np.full(len(bill), free_e4), usage_e4, bill, number)

    assert found.tolist() == expected


@pytest.mark.parametrize(
    ("days", "month", "charged"),
    [
        ([9, 22], Month(2026, 10), [9, 22]),
        ([9, 22], Month(2024, 5), [9, 21]),
        ([9, 12], Month(2024, 5), [9, 12]),
        ([9, 20], Month(2024, 2), [9, 21]),
    ],
)
def test_portions_of_a_whole_month_are_charged_a_month_s_days(
    days: list[int], month: Month, charged: list[int]
) -> None:
    assert rules.charged_days(days, month) == charged


def test_the_last_portion_gets_no_more_free_energy_than_it_used() -> None:
    assert rules.give_free(15 * KWH, [10 * KWH, 0, 3 * KWH]) == [10 * KWH, 0, 3 * KWH]
