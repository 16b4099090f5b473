"""Metering points settled: losses by side and owner, parts off a main meter, P and Q."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.metering.kernels import points as columns
from onebook.metering.rules import Register, Status, Usage
from onebook.metering.rules.losses import Owner, Plate, RegionalLoss, Side
from onebook.metering.rules.points import (
    OWNERS,
    SIDES,
    Deduction,
    Mode,
    Point,
    PointTerms,
    Settled,
    settle,
)
from onebook.metering.rules.sharing import SPLIT_PERIODS

KWH = 10_000
S9_315 = Plate(315_000, 670, 3_650, 110, 400)
S9_200 = RegionalLoss(346, 150)


def registers(**kwh: int) -> dict[str, Usage]:
    return {name: Usage(value * KWH, Status.NORMAL) for name, value in kwh.items()}


def totals(found: list[Settled]) -> list[int]:
    return [one.usage_e4[Register.TOTAL] // KWH for one in found]


FACTORY = registers(total=60_000, peak=20_000, valley=15_000, reactive_forward=30_000, demand=200)


def test_a_meter_behind_its_own_transformer_bears_its_loss_in_flat_q_and_demand() -> None:
    terms = PointTerms(Mode.HIGH_LOW, plate=S9_315, shifts=2)

    (found,) = settle(Point(terms, FACTORY))

    assert found.usage_e4 == {
        "total": 60_827 * KWH, "peak": 20_000 * KWH, "valley": 15_000 * KWH, "flat": 25_827 * KWH,
    }  # fmt: skip
    assert (found.active_e4, found.reactive_e4) == (60_827 * KWH, 33_685 * KWH)
    assert found.loss == (482 * KWH, 345 * KWH, 2_495 * KWH, 1_190 * KWH)
    # 200 kW x 60,827 / 60,000.
    assert found.demand_e4 == 2_027_567
    assert found.status is Status.NORMAL


@pytest.mark.parametrize(
    ("mode", "owner", "total"),
    [
        (Mode.HIGH_LOW, Owner.CUSTOMER, 60_827),
        (Mode.HIGH_LOW, Owner.SUPPLIER, 60_000),
        (Mode.HIGH_HIGH, Owner.CUSTOMER, 60_000),
        (Mode.HIGH_HIGH, Owner.SUPPLIER, 59_173),
        (Mode.LOW_LOW, Owner.CUSTOMER, 60_000),
    ],
)
def test_who_bears_the_transformer_s_loss(mode: Mode, owner: Owner, total: int) -> None:
    terms = PointTerms(mode, transformer_owner=owner, plate=S9_315, shifts=2)

    assert totals(settle(Point(terms, FACTORY))) == [total]


def test_the_line_s_share_is_of_the_kwh_that_pass_it() -> None:
    lost = PointTerms(Mode.HIGH_LOW, plate=S9_315, shifts=2, line_loss_bp=200)
    public = PointTerms(line_loss_bp=200, line_owner=Owner.SUPPLIER)
    source = PointTerms(line_loss_bp=200, line_owner=Owner.SUPPLIER, line_side=Side.SOURCE)

    # 2 % of 60,827 is 1,216.54.
    assert totals(settle(Point(lost, FACTORY))) == [62_044]
    assert totals(settle(Point(public, FACTORY))) == [60_000]
    assert totals(settle(Point(source, FACTORY))) == [58_800]


def test_a_region_s_simplified_rule_in_a_broken_month() -> None:
    terms = PointTerms(Mode.HIGH_LOW, region=S9_200)

    # 346 + 1.5 % of 60,000; half the iron in 15 days.
    assert totals(settle(Point(terms, FACTORY))) == [61_246]
    assert totals(settle(Point(terms, FACTORY, days=15))) == [61_073]


def test_agreed_quantities_and_a_sub_meter_come_off_and_share_the_loss() -> None:
    main = Point(PointTerms(Mode.HIGH_LOW, plate=S9_315, shifts=2), FACTORY)
    fixed = Point(PointTerms(deduction=Deduction.FIXED, agreed_e4=5_000 * KWH))
    ratio = Point(PointTerms(deduction=Deduction.RATIO, ratio_bp=1_000))
    sub = Point(PointTerms(order=1), registers(total=9_000, peak=2_000))

    found = settle(main, [fixed, ratio, sub])

    # 10 % of 60,000; 827 kWh over 5,000 : 6,000 : 9,000 : 40,000 are 68.92, 82.7, 124.05, 551.33.
    assert totals(found) == [40_551, 5_069, 6_083, 9_124]
    assert [one.shared_e4 // KWH for one in found] == [551, 69, 83, 124]
    assert found[0].usage_e4 == {
        "total": 40_551 * KWH, "peak": 18_000 * KWH, "valley": 15_000 * KWH, "flat": 7_551 * KWH,
    }  # fmt: skip
    assert found[3].usage_e4 == {
        "total": 9_124 * KWH, "peak": 2_000 * KWH, "flat": 7_124 * KWH,
    }  # fmt: skip
    # All of them stand under the main meter's power factor.
    assert {(one.active_e4, one.reactive_e4) for one in found} == {(60_827 * KWH, 33_685 * KWH)}


def test_a_share_of_a_later_order_is_of_what_the_earlier_leave() -> None:
    main = Point(registers=registers(total=10_000))
    fixed = Point(PointTerms(deduction=Deduction.FIXED, agreed_e4=2_000 * KWH))
    ratio = Point(PointTerms(deduction=Deduction.RATIO, ratio_bp=2_500, order=1))

    assert totals(settle(main, [fixed, ratio])) == [6_000, 2_000, 2_000]
    broken = Point(PointTerms(deduction=Deduction.FIXED, agreed_e4=2_000 * KWH), days=10)
    assert totals(settle(main, [broken, ratio])) == [7_000, 667, 2_333]


def test_a_part_outside_the_power_factor_takes_its_p_and_q_with_it() -> None:
    main = Point(registers=registers(total=10_000, reactive_forward=4_000, reactive_reverse=100))
    lamps = Point(PointTerms(in_pf_calc=False), registers(total=1_000, reactive_forward=300))
    (first, part) = settle(main, [lamps])

    assert (first.active_e4, first.reactive_e4) == (9_000 * KWH, 3_800 * KWH)
    assert (part.active_e4, part.reactive_e4) == (1_000 * KWH, 300 * KWH)


def test_one_that_cannot_be_billed_stops_its_group_alone() -> None:
    unread = settle(Point(registers=registers(total=100)), [Point(PointTerms())])
    exceeding = settle(
        Point(registers=registers(total=100)), [Point(registers=registers(total=120))]
    )

    assert [one.status for one in unread] == [Status.GAPS] * 2
    assert [one.status for one in exceeding] == [Status.PARTS_EXCEED] * 2
    assert settle(Point())[0].status is Status.GAPS


# ---------------------------------------------------------------- the columns equal the rule

_kwh = st.integers(0, 200_000)
_bp, _k = st.integers(0, 400), st.integers(0, 30_000)
_plates = st.sampled_from([S9_315, Plate(50_000, 170, 870, 200, 400)])
_terms = st.builds(
    PointTerms,
    mode=st.sampled_from(Mode),
    transformer_owner=st.sampled_from(OWNERS),
    line_owner=st.sampled_from(OWNERS),
    line_side=st.sampled_from(SIDES),
    plate=st.none() | _plates,
    region=st.none() | st.builds(RegionalLoss, st.integers(1, 900), _bp, _k, _k),
    shifts=st.integers(1, 3),
    line_loss_bp=st.integers(0, 900),
    in_pf_calc=st.booleans(),
    order=st.integers(0, 2),
)
_deducted = st.builds(
    PointTerms,
    deduction=st.sampled_from([Deduction.RATIO, Deduction.FIXED]),
    ratio_bp=st.integers(0, 6_000),
    agreed_e4=st.integers(0, 9_000).map(lambda kwh: kwh * KWH),
    in_pf_calc=st.booleans(),
    order=st.integers(0, 2),
)
_REACTIVE = (Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE)
_names = [*SPLIT_PERIODS, *_REACTIVE, Register.DEMAND]


@st.composite
def metered(draw: st.DrawFn) -> Point:
    names = draw(st.sets(st.sampled_from(_names)))
    found = {
        name: Usage(draw(_kwh) * draw(st.sampled_from([KWH, 1])), Status(draw(st.integers(0, 2))))
        for name in sorted(names)
    }
    if draw(st.integers(0, 9)):
        found[Register.TOTAL] = Usage(draw(_kwh) * 5 * KWH, Status.NORMAL)
    else:
        found = {}
    return Point(draw(_terms), found, draw(st.integers(1, 30)))


@st.composite
def groups(draw: st.DrawFn) -> list[list[Point]]:
    quantity = st.builds(Point, _deducted, days=st.integers(1, 30))
    parts = st.lists(metered() | quantity, max_size=4)
    return [[draw(metered()), *draw(parts)] for _ in range(draw(st.integers(1, 4)))]


def _columns(points: list[Point], main: list[int]) -> columns.PointColumns:
    terms = [point.terms for point in points]

    def of(take):  # type: ignore[no-untyped-def]
        return np.array([take(one) for one in terms], np.int64)

    def plate(at: int):  # type: ignore[no-untyped-def]
        return of(lambda one: one.plate[at] if one.plate else 0)

    def region(at: int):  # type: ignore[no-untyped-def]
        return of(lambda one: one.region[at] if one.region else 0)

    stored = columns.TermColumns(
        of(lambda one: one.mode),
        of(lambda one: columns.owner_code(one.transformer_owner)),
        of(lambda one: columns.owner_code(one.line_owner)),
        of(lambda one: columns.side_code(one.line_side)),
        *(plate(at) for at in range(5)),
        *(region(at) for at in range(4)),
        of(lambda one: one.shifts),
        of(lambda one: one.line_loss_bp),
        of(lambda one: one.deduction),
        of(lambda one: one.ratio_bp),
        of(lambda one: one.agreed_e4),
        of(lambda one: one.order),
        of(lambda one: one.in_pf_calc).astype(bool),
        of(lambda one: one.in_pf_fee).astype(bool),
    )
    energy = [Register.TOTAL, *SPLIT_PERIODS]
    counted = [*energy, Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE, Register.DEMAND]
    missing = Usage(0, Status.NORMAL)

    def used(name: str) -> list[int]:
        return [point.registers.get(name, missing).usage_e4 for point in points]

    gaps = [
        Register.TOTAL not in one.registers and one.terms.deduction is Deduction.NONE
        for one in points
    ]
    status = [
        max([Status.GAPS if gap else Status.NORMAL]
            + [one.registers[name].status for name in counted if name in one.registers])
        for one, gap in zip(points, gaps, strict=True)
    ]  # fmt: skip
    return columns.PointColumns(
        stored,
        np.array(main, np.int64),
        np.array([used(name) for name in energy], np.int64),
        np.array([[name in point.registers for point in points] for name in energy]),
        np.array(used(Register.REACTIVE_FORWARD), np.int64)
        + np.array(used(Register.REACTIVE_REVERSE), np.int64),
        np.array([bool(set(one.registers) & set(_REACTIVE)) for one in points]),
        np.array(used(Register.DEMAND), np.int64),
        np.array(status, np.int64),
        np.array([point.days for point in points], np.int64),
    )


@given(groups())
@settings(max_examples=400, deadline=None)
def test_columns_equal_the_rule(towns: list[list[Point]]) -> None:
    points = [point for group in towns for point in group]
    starts = np.cumsum([0] + [len(group) for group in towns])
    main = [int(starts[at]) for at, group in enumerate(towns) for _ in group]
    expected = [one for group in towns for one in settle(group[0], group[1:])]

    found = columns.settle(_columns(points, main))

    names = [Register.TOTAL, *SPLIT_PERIODS, Register.FLAT]
    for at, one in enumerate(expected):
        usage = dict(zip(names, found.usage_e4[:, at].tolist(), strict=True))
        assert {name: usage[name] for name in one.usage_e4} == one.usage_e4
        assert all(usage[name] == 0 for name in SPLIT_PERIODS if name not in one.usage_e4)
        got = (found.demand_e4[at], found.active_e4[at], found.reactive_e4[at], found.status[at])
        assert got == (one.demand_e4, one.active_e4, one.reactive_e4, one.status)
        assert found.loss.active_e4[at] == one.loss.active_e4
        assert found.shared_e4[at] == one.shared_e4
