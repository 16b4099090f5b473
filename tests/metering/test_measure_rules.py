"""The measures that a tariff asks for, on one metering point and on columns alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.metering import errors
from onebook.metering.kernels import UsageColumns
from onebook.metering.kernels import measures as columns
from onebook.metering.kernels.losses import LossColumns
from onebook.metering.rules import Status, Usage
from onebook.metering.rules.intervals import WindowUsage
from onebook.metering.rules.losses import Loss, Plate, transformer_loss
from onebook.metering.rules.measures import Measures, of_intervals, of_registers, with_loss

KWH = 10_000
TOU = ("sharp", "peak", "flat", "valley")
S9_315 = Plate(315_000, 670, 3650, 110, 400)


def used(**kwh: int) -> dict[str, Usage]:
    return {register: Usage(value * KWH, Status.NORMAL) for register, value in kwh.items()}


def test_a_factory_measured_behind_its_transformer_pays_the_loss_in_flat() -> None:
    registers = used(
        total=60_000, sharp=5_000, peak=20_000, flat=19_999, valley=15_000,
        reactive_forward=29_000, reactive_reverse=1_000,
    )  # fmt: skip
    metered = of_registers(registers, demand_e4=250 * KWH, periods=TOU)
    loss = transformer_loss(S9_315, metered.active_e4, metered.reactive_e4, shifts=2)

    found = with_loss(metered, loss)

    assert metered.usage_e4["flat"] == 20_000 * KWH
    assert metered.reactive_e4 == 30_000 * KWH
    assert found.usage_e4 == {
        "total": 60_827 * KWH, "sharp": 5_000 * KWH, "peak": 20_000 * KWH,
        "valley": 15_000 * KWH, "flat": 20_827 * KWH,
    }  # fmt: skip
    assert (found.active_e4, found.reactive_e4) == (60_827 * KWH, 33_685 * KWH)
    assert found.demand_e4 == {"total": 250 * KWH}
    assert found.status is Status.NORMAL


def test_the_loss_is_added_taken_off_or_left_by_who_bears_it() -> None:
    metered = of_registers(used(total=1_000), demand_e4=100 * KWH)
    loss = Loss(20 * KWH, 30 * KWH, 5 * KWH, 0)

    assert with_loss(metered, loss).usage_e4 == {"total": 1_050 * KWH}
    assert with_loss(metered, loss, sign=-1).usage_e4 == {"total": 950 * KWH}
    assert with_loss(metered, loss, sign=-1).status is Status.PARTS_EXCEED  # no kvarh to take off
    assert with_loss(metered, loss, sign=0) is metered
    assert with_loss(metered, loss, on_demand=True).demand_e4 == {"total": 105 * KWH}


def test_a_household_s_peak_is_what_its_valley_leaves() -> None:
    found = of_registers(used(total=200, valley=80), periods=("peak", "valley"))

    assert found.usage_e4 == {"total": 200 * KWH, "valley": 80 * KWH, "peak": 120 * KWH}
    assert found.demand_e4 == {"total": 0}


def test_one_register_that_cannot_be_billed_stops_the_whole_point() -> None:
    registers = {**used(total=100, sharp=1, peak=50), "valley": Usage(0, Status.REVERSED)}

    assert of_registers(registers, periods=TOU).status is Status.REVERSED
    assert of_registers(registers, periods=()).status is Status.NORMAL
    exceeding = of_registers(used(total=100, sharp=1, peak=50, valley=60), periods=TOU)
    assert exceeding.status is Status.PERIODS_EXCEED
    with pytest.raises(errors.RegisterMissing, match="deep_valley"):
        of_registers(registers, periods=(*TOU, "deep_valley"))
    with pytest.raises(errors.RegisterMissing, match="total"):
        of_registers(used(peak=1))


def test_intervals_give_energy_demand_and_reactive() -> None:
    window = WindowUsage((5_055, 4_020), (620, 480), 0)
    reactive = WindowUsage((1_000, 500), (0, 0), 0)

    assert of_intervals(
        window, ("peak", "valley"), unit_e4=100, multiplier=20, reactive=reactive
    ) == Measures(
        {"total": 9_075 * 2000, "peak": 5_055 * 2000, "valley": 4_020 * 2000},
        {"total": 620 * 2000, "peak": 620 * 2000, "valley": 480 * 2000},
        9_075 * 2000,
        1_500 * 2000,
        Status.NORMAL,
    )
    assert of_intervals(WindowUsage((1, 1), (4, 4), 1), ("peak", "valley")).status is Status.GAPS


ENERGY = st.integers(0, 10**12)
USED = st.tuples(ENERGY, st.sampled_from(Status))
REGISTERS = ("total", "sharp", "peak", "valley", "reactive_forward")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(USED, USED, USED, USED, USED, ENERGY, st.sampled_from([-1, 0, 1])),
        min_size=1, max_size=6,
    ),
    st.tuples(ENERGY, ENERGY, ENERGY, ENERGY),
    st.booleans(),
)  # fmt: skip
def test_measures_on_columns_equal_the_scalar_rule(
    rows: list[tuple[tuple[int, Status], ...]], parts: tuple[int, int, int, int], on_demand: bool
) -> None:
    n = len(rows)
    registers = {
        name: UsageColumns(*(np.array([row[at][k] for row in rows]) for k in (0, 1)))
        for at, name in enumerate(REGISTERS)
    }
    metered = columns.of_registers(
        registers, demand_e4=np.array([row[5] for row in rows]), periods=TOU
    )
    found = columns.with_loss(
        metered, LossColumns(*(np.full(n, part) for part in parts)),
        sign=np.array([row[6] for row in rows]), on_demand=on_demand,
    )  # fmt: skip

    for at, row in enumerate(rows):
        one = with_loss(
            of_registers(
                {name: Usage(*row[k]) for k, name in enumerate(REGISTERS)},
                demand_e4=row[5], periods=TOU,
            ),
            Loss(*parts), sign=row[6], on_demand=on_demand,
        )  # fmt: skip
        assert {name: column[at] for name, column in found.usage_e4.items()} == one.usage_e4
        assert {name: column[at] for name, column in found.demand_e4.items()} == one.demand_e4
        assert (found.active_e4[at], found.reactive_e4[at], found.status[at]) == (
            one.active_e4, one.reactive_e4, one.status,
        )  # fmt: skip
        assert sum(one.usage_e4[name] for name in TOU) == one.usage_e4["total"]


@given(
    st.lists(
        st.tuples(ENERGY, ENERGY, ENERGY, ENERGY, st.integers(0, 2), ENERGY, st.integers(1, 2000)),
        min_size=1,
        max_size=5,
    )
)
def test_interval_measures_on_columns(rows: list[tuple[int, ...]]) -> None:
    table = np.array(rows)
    found = columns.of_intervals(
        table[:, 0:2], table[:, 2:4], table[:, 4], ("peak", "valley"),
        multiplier=table[:, 6], reactive=table[:, 5],
    )  # fmt: skip

    for at, (*values, gaps, reactive, factor) in enumerate(rows):
        one = of_intervals(
            WindowUsage(tuple(values[:2]), tuple(values[2:]), gaps), ("peak", "valley"),
            multiplier=factor, reactive=WindowUsage((reactive,), (0,), 0),
        )  # fmt: skip
        assert {name: column[at] for name, column in found.usage_e4.items()} == one.usage_e4
        assert {name: column[at] for name, column in found.demand_e4.items()} == one.demand_e4
        assert (found.reactive_e4[at], found.status[at]) == (one.reactive_e4, one.status)
