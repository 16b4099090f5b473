"""Multiplier, meter change, flat, the period check and demand, on one row and on columns alike."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onebook.kernel.energy import parse_kwh
from onebook.metering import errors, kernels
from onebook.metering.kernels import registers as columns
from onebook.metering.rules import Segment, Status, Usage, UsagePolicy, segments_usage
from onebook.metering.rules.registers import (
    DemandSegment,
    FlatUsage,
    Ratio,
    demand,
    demand_of_lines,
    flat_usage,
    multiplier,
    periods_differ,
    rest_period,
)

KWH = 10_000
LIMIT_E4 = 100_000 * KWH
ENERGY = st.integers(-(10**15), 10**15) | st.integers(0, 10**9)


def segment(previous: str, current: str, factor: int, digits: int = 6) -> Segment:
    return Segment(parse_kwh(previous), parse_kwh(current), factor, digits)


def test_100_over_5_at_10_kv_multiplies_by_2_000() -> None:
    assert multiplier(Ratio(100, 5), Ratio(10_000, 100)) == 2_000
    assert multiplier() == 1
    assert multiplier(Ratio(75, 5), Ratio(10_000, 100), Ratio(1, 10)) == 150
    # 12.5/5 on a meter that counts double steps: the product is whole, its parts are not.
    assert multiplier(Ratio(25, 10), constant=Ratio(2, 1)) == 5


@pytest.mark.parametrize("wrong", [Ratio(75, 50), Ratio(0, 5), Ratio(100, 0), Ratio(-100, 5)])
def test_a_plate_that_gives_no_whole_multiplier_was_read_wrong(wrong: Ratio) -> None:
    with pytest.raises(errors.MultiplierNotWhole, match=f"{wrong.primary}/{wrong.secondary} × 1/1"):
        multiplier(wrong)


def test_a_changed_meter_used_11_726_kwh() -> None:
    used = segments_usage(
        [segment("8500.00", "8650.20", 40), segment("0", "95.30", 60)],
        UsagePolicy.HALF_UP,
        max_usage_e4=LIMIT_E4,
    )

    assert used == Usage(11_726 * KWH, Status.NORMAL)


def test_a_change_of_meter_is_rounded_once_on_the_sum() -> None:
    thirds = [segment("0", "0.4", 1), segment("0", "0.4", 1)]

    assert segments_usage(thirds, UsagePolicy.HALF_UP, max_usage_e4=LIMIT_E4).usage_e4 == KWH
    assert segments_usage(thirds, UsagePolicy.EXACT, max_usage_e4=LIMIT_E4).usage_e4 == 8000
    assert segments_usage(thirds, UsagePolicy.CARRY, max_usage_e4=LIMIT_E4).usage_e4 == 0


def test_the_old_meter_may_roll_over_before_it_is_changed() -> None:
    used = segments_usage(
        [segment("99870.55", "132.40", 80, 5), segment("0", "10", 80)],
        UsagePolicy.HALF_UP,
        max_usage_e4=LIMIT_E4,
    )

    assert used == Usage((20_948 + 800) * KWH, Status.ROLLED_OVER)


def test_one_segment_that_ran_backward_leaves_the_whole_change_to_a_person() -> None:
    used = segments_usage(
        [segment("8650.20", "8500.00", 40), segment("0", "95.30", 60)],
        UsagePolicy.HALF_UP,
        max_usage_e4=LIMIT_E4,
    )

    assert used == Usage(0, Status.REVERSED)
    assert segments_usage([], UsagePolicy.CARRY, max_usage_e4=1) == Usage(0, Status.NORMAL)


SEGMENTS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.integers(-1, 10**10),
        st.integers(-1, 10**10),
        st.sampled_from([0, 1, 40, 2000]),
        st.integers(4, 7),
    ),
    min_size=1,
    max_size=12,
)


@given(SEGMENTS, st.lists(st.sampled_from(UsagePolicy), min_size=5, max_size=5))
def test_segments_on_columns_equal_the_scalar_rule(
    rows: list[tuple[int, int, int, int, int]], policies: list[UsagePolicy]
) -> None:
    owner, previous, current, factor, digits = (np.array(one) for one in zip(*rows, strict=True))
    found = kernels.segments_usage(
        owner, 5, previous, current, factor, digits, kernels.policy_codes(policies),
        max_usage_e4=LIMIT_E4,
    )  # fmt: skip

    for at, policy in enumerate(policies):
        own = [Segment(*row[1:]) for row in rows if row[0] == at]
        one = segments_usage(own, policy, max_usage_e4=LIMIT_E4)
        assert (found.usage_e4[at], found.status[at]) == one


def test_flat_is_what_the_total_leaves_with_its_cut_decimals() -> None:
    total, sharp, peak, valley, deep = (kwh * KWH for kwh in (160_000, 12_000, 47_999, 40_000, 1))

    assert flat_usage(total, [sharp, peak, valley, deep]) == FlatUsage(60_000 * KWH, Status.NORMAL)
    assert flat_usage(10 * KWH, [6 * KWH, 5 * KWH]) == FlatUsage(-KWH, Status.PERIODS_EXCEED)
    assert not Status.PERIODS_EXCEED.billable


def test_the_period_registers_miss_the_total_beyond_two_in_a_thousand() -> None:
    total = 100_000 * KWH

    assert not periods_differ(total, [60_000 * KWH, 39_800 * KWH])
    assert periods_differ(total, [60_000 * KWH, 39_800 * KWH - 1])
    assert periods_differ(total, [60_000 * KWH, 40_200 * KWH + 1])
    assert not periods_differ(10 * KWH, [9 * KWH], allowance_e4=4 * KWH)
    assert periods_differ(10 * KWH, [5 * KWH], allowance_e4=4 * KWH)
    assert not periods_differ(0, [0, 0])


@given(
    st.lists(st.tuples(ENERGY, ENERGY, ENERGY), min_size=1, max_size=8),
    st.integers(0, 10**5),
    st.integers(0, 10**6),
)
def test_flat_and_the_period_check_on_columns(
    rows: list[tuple[int, int, int]], tolerance_e6: int, allowance_e4: int
) -> None:
    total, *others = (np.array(one) for one in zip(*rows, strict=True))
    flat = columns.flat_usage(total, np.stack(others))
    differ = columns.periods_differ(
        total, np.stack(others), tolerance_e6=tolerance_e6, allowance_e4=allowance_e4
    )

    for at, row in enumerate(rows):
        assert (flat.usage_e4[at], flat.status[at]) == flat_usage(row[0], row[1:])
        missed = abs(Fraction(sum(row[1:]) - row[0]))
        expected = missed > Fraction(abs(row[0]) * tolerance_e6, 10**6) and missed > allowance_e4
        assert differ[at] == expected
        assert expected == periods_differ(
            row[0], row[1:], tolerance_e6=tolerance_e6, allowance_e4=allowance_e4
        )


def test_demand_is_the_greatest_of_the_segments_and_never_their_sum() -> None:
    old, new = DemandSegment(1_5500, 400), DemandSegment(9_0000, 60)

    assert demand([old, new]) == 620 * 10_000
    assert demand([]) == 0


def test_lines_used_at_once_add_and_interlocked_lines_do_not() -> None:
    lines = {"a": 300, "b": 200, "c": 450}

    assert demand_of_lines(lines, [("a", "b", "c")]) == 950
    assert demand_of_lines(lines, [("a", "b"), ("c",)]) == 500
    assert demand_of_lines(lines, []) == 0


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 10**8), st.integers(1, 10**5)),
        min_size=1,
        max_size=8,
    )
)
def test_demand_on_columns_equals_the_scalar_rule(rows: list[tuple[int, int, int]]) -> None:
    owner, reading, factor = (np.array(one) for one in zip(*rows, strict=True))

    assert columns.demand(owner, 4, reading, factor).tolist() == [
        demand([DemandSegment(*row[1:]) for row in rows if row[0] == at]) for at in range(4)
    ]


def test_what_an_int64_cannot_add_is_refused_with_its_row() -> None:
    great = np.array([5, 10**15 + 1])
    with pytest.raises(errors.EnergyOutOfRange, match="total_e4 in row 1"):
        columns.flat_usage(great, np.zeros((2, 2), dtype=np.int64))
    with pytest.raises(errors.EnergyOutOfRange, match="others_e4 in row 1"):
        columns.flat_usage(np.array([1, 2]), np.stack([great, great]))
    with pytest.raises(errors.EnergyOutOfRange, match="demand_e4 in row 0"):
        columns.demand(np.array([0]), 1, np.array([10**12]), np.array([10**8]))


def test_the_period_that_takes_the_rest_is_flat_or_the_first() -> None:
    assert rest_period(("sharp", "peak", "flat", "valley")) == "flat"
    assert rest_period(("peak", "valley")) == "peak"
    assert rest_period(()) is None


def test_decimals_carry_over_every_register_of_a_household() -> None:
    readings = [("100.90", "60.40"), ("200.10", "110.90"), ("299.95", "160.10")]
    for column in (0, 1):
        register = [one[column] for one in readings]
        parts = [
            segments_usage([segment(*pair, 1)], UsagePolicy.CARRY, max_usage_e4=LIMIT_E4).usage_e4
            for pair in pairwise(register)
        ]
        assert sum(parts) == (int(float(register[-1])) - int(float(register[0]))) * KWH
