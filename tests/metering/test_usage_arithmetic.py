"""Readings become usage as the trade reckons it, on one row and on columns alike."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.kernel.energy import parse_kwh
from onebook.metering import errors, kernels
from onebook.metering.rules import Status, Usage, UsagePolicy, usage

KWH = 10_000
LIMIT_E4 = 100_000 * KWH


def read(
    previous: str, current: str, multiplier: int = 1, digits: int = 6,
    policy: UsagePolicy = UsagePolicy.CARRY, limit_e4: int = LIMIT_E4,
) -> Usage:  # fmt: skip
    return usage(
        parse_kwh(previous), parse_kwh(current), multiplier, digits, policy, max_usage_e4=limit_e4
    )


def test_a_register_that_rolled_over_gives_20_948_kwh() -> None:
    found = read("99870.55", "132.40", 80, 5, UsagePolicy.HALF_UP)

    assert found == Usage(20_948 * KWH, Status.ROLLED_OVER)


def test_the_segments_of_a_changed_meter_give_11_726_kwh() -> None:
    old = read("8500.00", "8650.20", 40, policy=UsagePolicy.HALF_UP)
    new = read("0", "95.30", 60, policy=UsagePolicy.HALF_UP)

    assert (old.usage_e4 + new.usage_e4) == 11_726 * KWH


def test_a_backward_reading_that_no_rollover_explains_is_left_to_a_person() -> None:
    assert read("500", "480") == Usage(0, Status.REVERSED)
    assert read("99870.55", "132.40", 80, 5, limit_e4=20_948 * KWH - 1).status is Status.REVERSED
    assert read("99870.55", "132.40", 80, 5, limit_e4=20_948 * KWH).status is Status.ROLLED_OVER
    assert not Status.REVERSED.billable


def test_decimals_carry_to_the_next_reading_of_a_residential_meter() -> None:
    readings = ["100.90", "200.10", "299.95", "300.05"]
    parts = [read(*pair).usage_e4 // KWH for pair in pairwise(readings)]

    assert parts == [100, 99, 1]
    assert sum(parts) == 300 - 100


def test_a_backward_step_inside_one_kwh_is_still_reversed() -> None:
    assert read("100.80", "100.20").status is Status.REVERSED


def test_half_up_comes_after_the_multiplier_and_exact_keeps_four_decimals() -> None:
    assert read("0", "0.0125", 40, policy=UsagePolicy.HALF_UP).usage_e4 == 1 * KWH
    assert read("0", "0.0124", 40, policy=UsagePolicy.HALF_UP).usage_e4 == 0
    assert read("0", "0.0124", 40, policy=UsagePolicy.EXACT).usage_e4 == 4960


@pytest.mark.parametrize(
    ("previous_e4", "current_e4", "multiplier", "digits"),
    [
        (-1, 5, 1, 6), (5, -1, 1, 6), (0, 10**5 * KWH, 1, 5), (10**5 * KWH, 0, 1, 5),
        (0, 1, 0, 6), (0, 1, -2, 6), (0, 1, 1, 0), (0, 1, 1, 10), (0, 1, 10**6, 9),
    ],
)  # fmt: skip
def test_what_no_register_can_show_is_out_of_range_and_never_usage(
    previous_e4: int, current_e4: int, multiplier: int, digits: int
) -> None:
    found = usage(
        previous_e4, current_e4, multiplier, digits, UsagePolicy.EXACT, max_usage_e4=2**62
    )

    assert found == Usage(0, Status.OUT_OF_RANGE)


READING = st.integers(-10, 10**10) | st.integers(0, 10**14) | st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(
    st.tuples(
        READING,
        READING,
        st.sampled_from([1, 20, 80, 2000, 12_500_000, 0, -1]),
        st.integers(0, 10),
        st.sampled_from(UsagePolicy),
        st.integers(0, 10**12) | st.just(2**63 - 1),
    ),
    min_size=1,
    max_size=10,
)


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_the_kernel_equals_the_scalar_rule(
    rows: list[tuple[int, int, int, int, UsagePolicy, int]],
) -> None:
    previous, current, multiplier, digits, policy, limit = zip(*rows, strict=True)
    columns = kernels.usage(
        np.array(previous), np.array(current), np.array(multiplier), np.array(digits),
        kernels.policy_codes(policy), max_usage_e4=np.array(limit),
    )  # fmt: skip
    one_by_one = [usage(*row[:5], max_usage_e4=row[5]) for row in rows]

    assert columns.usage_e4.tolist() == [one.usage_e4 for one in one_by_one]
    assert columns.status.tolist() == [int(one.status) for one in one_by_one]
    assert columns.billable.tolist() == [one.status.billable for one in one_by_one]


@given(st.lists(st.integers(0, 10**10 - 1), min_size=2, max_size=10), st.sampled_from(UsagePolicy))
def test_one_value_serves_for_all_rows(readings_e4: list[int], policy: UsagePolicy) -> None:
    readings = np.array(readings_e4)
    columns = kernels.usage(readings[:-1], readings[1:], 40, 6, policy, max_usage_e4=LIMIT_E4)
    one_by_one = [
        usage(*pair, 40, 6, policy, max_usage_e4=LIMIT_E4) for pair in pairwise(readings_e4)
    ]

    assert columns.usage_e4.tolist() == [one.usage_e4 for one in one_by_one]
    assert columns.status.tolist() == [int(one.status) for one in one_by_one]


def test_no_readings_give_no_usage() -> None:
    nothing = np.array([], dtype=np.int64)

    assert (
        kernels.usage(nothing, nothing, 1, 6, UsagePolicy.CARRY, max_usage_e4=1).usage_e4.size == 0
    )
    assert kernels.policy_codes([]).size == 0


def test_columns_of_other_lengths_and_unknown_policies_are_refused() -> None:
    two = np.array([1, 2])
    with pytest.raises(errors.ReadingColumnsDiffer, match="multiplier has 3 rows and the readings"):
        kernels.usage(two, two, np.array([1, 1, 1]), 6, UsagePolicy.CARRY, max_usage_e4=1)
    with pytest.raises(errors.UsagePolicyUnknown, match="'floor' in row 1 is unknown"):
        kernels.policy_codes(["carry", "floor"])
    with pytest.raises(errors.UsagePolicyUnknown, match="'3' in row 1 is unknown"):
        kernels.usage(two, two, 1, 6, np.array([0, 3]), max_usage_e4=1)
