"""A period without a reading and its settlement, on one row and on columns alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onebook.kernel.energy import parse_kwh
from onebook.metering.kernels import UsageColumns
from onebook.metering.kernels import estimates as columns
from onebook.metering.rules import Status, Usage, UsagePolicy, usage
from onebook.metering.rules.estimates import TrueUp, credit, estimated_reading, true_up

KWH = 10_000
LIMIT_E4 = 100_000 * KWH


def read(previous: str, current: str) -> Usage:
    return usage(
        parse_kwh(previous), parse_kwh(current), 40, 6, UsagePolicy.HALF_UP, max_usage_e4=LIMIT_E4
    )


def test_two_estimated_months_are_settled_at_the_next_reading() -> None:
    # 4 000 kWh were read in March; April and May are billed so; June is read.
    april = may = read("900", "1000").usage_e4
    june = true_up(read("1000", "1350"), april + may)

    assert april == 4_000 * KWH
    assert june == TrueUp(6_000 * KWH, 0, Status.NORMAL)


def test_an_estimate_above_the_reading_is_carried_and_never_a_negative_bill() -> None:
    june = true_up(read("1000", "1150"), 8_000 * KWH)
    july = true_up(read("1150", "1250"), june.credit_e4)

    assert june == TrueUp(0, 2_000 * KWH, Status.NORMAL)
    assert july == TrueUp(2_000 * KWH, 0, Status.NORMAL)
    assert 8_000 * KWH + june.usage_e4 + july.usage_e4 == read("1000", "1250").usage_e4


def test_a_reading_that_cannot_be_billed_settles_nothing() -> None:
    assert true_up(read("1000", "900"), 4_000 * KWH) == TrueUp(0, 4_000 * KWH, Status.REVERSED)


def test_the_estimated_reading_is_what_the_register_would_show() -> None:
    assert estimated_reading(parse_kwh("1000"), 4_000 * KWH, 40, 6) == parse_kwh("1100")
    assert estimated_reading(parse_kwh("99990"), 4_000 * KWH, 40, 5) == parse_kwh("90")
    assert estimated_reading(0, 1 * KWH, 3, 6) == 3333


ENERGY = st.integers(0, 10**15)


@given(st.lists(st.tuples(ENERGY, st.sampled_from(Status), ENERGY), min_size=1, max_size=8))
def test_settlement_on_columns_equals_the_scalar_rule(rows: list[tuple[int, Status, int]]) -> None:
    used, status, billed = (np.array(one) for one in zip(*rows, strict=True))
    found = columns.true_up(UsageColumns(used, status), billed)

    for at, row in enumerate(rows):
        one = true_up(Usage(row[0], row[1]), row[2])
        assert (found.usage_e4[at], found.credit_e4[at], found.status[at]) == one
        if row[1].billable:
            assert one.usage_e4 - one.credit_e4 == row[0] - row[2]


@pytest.mark.parametrize(
    ("previous", "current", "last_read", "expected"),
    [(340, 200, 180, 140), (340, 340, 180, 0), (340, 170, 180, 0), (340, 180, 180, 160),
     (180, 170, 180, 0), (180, 190, 180, 0)],
)  # fmt: skip
def test_what_estimates_billed_beyond_a_reading(
    previous: int, current: int, last_read: int, expected: int
) -> None:
    assert credit(previous, current, last_read) == expected
    found = columns.credit(*(np.array([one], np.int64) for one in (previous, current, last_read)))
    assert found.tolist() == [expected]
