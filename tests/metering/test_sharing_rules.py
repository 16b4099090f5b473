"""定比, 定量, sub-meters and shared losses, on one row and on columns alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.metering import errors
from onebook.metering.kernels import sharing as columns
from onebook.metering.rules import Status
from onebook.metering.rules.sharing import (
    Part,
    Remainder,
    allocate,
    fixed_quantity,
    ratio_quantity,
    split_main,
)

KWH = 10_000
POLICIES = st.sampled_from(Remainder)


def kwh(**usage: int) -> dict[str, int]:
    return {register: value * KWH for register, value in usage.items()}


def test_a_loss_is_shared_in_whole_kwh_that_add_up() -> None:
    weights = [1 * KWH, 1 * KWH, 1 * KWH]

    assert allocate(100 * KWH, weights, Remainder.LARGEST_REMAINDER) == [
        34 * KWH, 33 * KWH, 33 * KWH,
    ]  # fmt: skip
    assert allocate(100 * KWH, weights, Remainder.LAST_ABSORBS) == [33 * KWH, 33 * KWH, 34 * KWH]
    assert allocate(-100 * KWH, weights, Remainder.LARGEST_REMAINDER) == [
        -34 * KWH, -33 * KWH, -33 * KWH,
    ]  # fmt: skip


def test_the_greatest_cut_off_part_gets_the_kwh_left_over() -> None:
    # 10 kWh over 27 : 18 : 55 are 2.7, 1.8 and 5.5.
    assert allocate(10 * KWH, [27, 18, 55], Remainder.LARGEST_REMAINDER) == [
        3 * KWH, 2 * KWH, 5 * KWH,
    ]  # fmt: skip


def test_without_weights_and_below_one_kwh_the_last_part_takes_it() -> None:
    assert allocate(7 * KWH, [0, 0], Remainder.LARGEST_REMAINDER) == [0, 7 * KWH]
    assert allocate(7 * KWH + 1, [1, 0], Remainder.LAST_ABSORBS) == [7 * KWH, 1]
    assert allocate(7 * KWH, [], Remainder.LAST_ABSORBS) == []


def test_agreed_quantities() -> None:
    assert ratio_quantity(12_345 * KWH, 1500) == 1_852 * KWH
    assert ratio_quantity(12_343 * KWH, 1500) == 1_851 * KWH
    assert fixed_quantity(500 * KWH, days=31, month_days=31) == 500 * KWH
    assert fixed_quantity(500 * KWH, days=10, month_days=31) == 161 * KWH


def test_everything_split_off_and_the_loss_land_in_flat() -> None:
    main = kwh(total=60_000, sharp=5_000, peak=20_000, valley=15_000)
    lighting = Part("lighting", {"total": ratio_quantity(main["total"], 1000)})
    dormitory = Part("dormitory", kwh(total=4_000))
    shop = Part("shop", kwh(total=5_000, sharp=500, peak=2_000, valley=1_000))

    split = split_main(main, [lighting, dormitory, shop], loss_e4=827 * KWH)

    # 827 kWh over 6 000 : 4 000 : 5 000 : 45 000 are 82.7, 55.13, 68.92 and 620.25.
    assert split.part_losses_e4 == kwh(lighting=83, dormitory=55, shop=69)
    assert split.main_loss_e4 == 620 * KWH
    assert split.parts_e4 == {
        "lighting": kwh(total=6_083),
        "dormitory": kwh(total=4_055),
        "shop": kwh(total=5_069, sharp=500, peak=2_000, valley=1_000, flat=1_569),
    }
    assert split.main_e4 == kwh(total=45_620, sharp=4_500, peak=18_000, valley=14_000, flat=9_120)
    assert split.status is Status.NORMAL
    parts_total = sum(part["total"] for part in split.parts_e4.values())
    assert split.main_e4["total"] + parts_total == 60_827 * KWH


def test_a_part_that_bears_no_loss_leaves_it_to_the_others() -> None:
    split = split_main(
        kwh(total=1_000),
        [Part("public lamp", kwh(total=400), bears_loss=False), Part("shop", kwh(total=300))],
        loss_e4=10 * KWH,
        policy=Remainder.LAST_ABSORBS,
    )

    assert split.part_losses_e4 == {"public lamp": 0, "shop": 5 * KWH}
    assert split.main_e4 == kwh(total=305)
    assert split.parts_e4["public lamp"] == kwh(total=400)


def test_parts_beyond_the_main_meter_are_left_to_a_person() -> None:
    more = split_main(kwh(total=100), [Part("a", kwh(total=101))])
    peak = split_main(kwh(total=100, peak=10), [Part("a", kwh(total=50, peak=11))])
    flat = split_main(kwh(total=100, peak=90), [Part("a", kwh(total=50))])

    assert more.status is Status.PARTS_EXCEED
    assert peak.status is flat.status is Status.PERIODS_EXCEED
    assert not more.status.billable


def test_a_register_that_is_no_period_is_refused() -> None:
    with pytest.raises(errors.RegisterNotPeriod, match="flat, total"):
        split_main(kwh(total=1, flat=1), [])
    with pytest.raises(errors.RegisterNotPeriod, match="peak"):
        split_main(kwh(total=1), [Part("a", kwh(peak=1))])


WEIGHT = st.integers(-5, 10**6) | st.integers(0, 10**15)
AMOUNT = st.integers(-(10**9), 10**9) | st.integers(-(10**15), 10**15)


@given(AMOUNT, st.lists(WEIGHT, min_size=1, max_size=6), POLICIES)
def test_shares_add_up_and_miss_their_part_by_less_than_a_kwh(
    amount_e4: int, weights: list[int], policy: Remainder
) -> None:
    shares = allocate(amount_e4, weights, policy)
    whole = sum(max(weight, 0) for weight in weights)

    assert sum(shares) == amount_e4
    for share, weight in zip(shares[:-1], weights, strict=False):
        assert abs(share * whole - amount_e4 * max(weight, 0)) < 2 * KWH * max(whole, 1)
        assert share % KWH == 0


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(AMOUNT, st.lists(WEIGHT, max_size=5)), min_size=1, max_size=5), POLICIES)
def test_shares_on_columns_equal_the_scalar_rule(
    groups: list[tuple[int, list[int]]], policy: Remainder
) -> None:
    owner = np.array([at for at, (_, weights) in enumerate(groups) for _ in weights], dtype=int)
    weights = np.array([weight for _, weights in groups for weight in weights], dtype=int)
    found = columns.allocate(owner, np.array([amount for amount, _ in groups]), weights, policy)

    assert found.tolist() == [
        share for amount, weights in groups for share in allocate(amount, weights, policy)
    ]


WHOLE = st.integers(0, 1000).map(lambda value: value * KWH)
ROW = st.tuples(WHOLE.map(lambda value: value * 10), WHOLE, WHOLE)
PART = st.tuples(WHOLE, WHOLE, WHOLE, st.booleans())


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(ROW, st.lists(PART, max_size=3), st.integers(-500, 500)), min_size=1, max_size=4
    ),
    POLICIES,
)
def test_a_split_on_columns_equals_the_scalar_rule(
    mains: list[tuple[tuple[int, int, int], list[tuple[int, int, int, bool]], int]],
    policy: Remainder,
) -> None:
    rows = [(at, *part) for at, (_, parts, _) in enumerate(mains) for part in parts]
    owner = np.array([row[0] for row in rows], dtype=int)
    part_columns = np.array([row[1:4] for row in rows], dtype=int).reshape(-1, 3).T
    found = columns.split_main(
        np.array([main for main, _, _ in mains]).T,
        owner,
        part_columns,
        np.array([row[4] for row in rows], dtype=bool),
        loss_e4=np.array([loss * KWH for _, _, loss in mains]),
        policy=policy,
    )

    names = ("total", "peak", "valley")
    at_part = 0
    for at, (main, parts, loss) in enumerate(mains):
        one = split_main(
            dict(zip(names, main, strict=True)),
            [
                Part(str(n), dict(zip(names, part[:3], strict=True)), part[3])
                for n, part in enumerate(parts)
            ],
            loss_e4=loss * KWH,
            policy=policy,
        )
        assert found.main_e4[:, at].tolist() == [one.main_e4[n] for n in (*names, "flat")]
        assert found.main_loss_e4[at] == one.main_loss_e4
        assert found.status[at] == one.status
        for usage in one.parts_e4.values():
            assert found.parts_e4[:, at_part].tolist() == [usage[n] for n in (*names, "flat")]
            at_part += 1
