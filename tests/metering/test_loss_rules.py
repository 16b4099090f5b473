"""Losses of 高供低计 and of lines as the trade reckons them, on one row and on columns alike."""

from datetime import date
from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from onebook.kernel.rounding import Rounding
from onebook.metering import errors
from onebook.metering.kernels import losses as columns
from onebook.metering.rules.losses import (
    Entry,
    Line,
    Loss,
    Owner,
    Plate,
    RegionalLoss,
    Side,
    facts_on,
    line_loss,
    line_loss_of_current,
    line_loss_share,
    loss_sign,
    simplified_loss,
    transformer_loss,
)

KWH = 10_000
S9_315 = Plate(315_000, iron_w=670, copper_w=3650, no_load_bp=110, impedance_bp=400)
S9_200 = RegionalLoss(iron_kwh=346, copper_bp=150)


def power_factor(active_e4: int, reactive_e4: int) -> str:
    """Two decimals half-up from whole thousandths: enough for figures off the edges."""
    thousandths = 1000 * active_e4 // isqrt(active_e4**2 + reactive_e4**2)
    return f"{(thousandths + 5) // 10 / 100:.2f}"


def test_s9_315_on_two_shifts_loses_827_kwh_and_moves_the_power_factor() -> None:
    loss = transformer_loss(S9_315, 60_000 * KWH, 30_000 * KWH, shifts=2)

    assert loss == Loss(482 * KWH, 345 * KWH, 2_495 * KWH, 1_190 * KWH)
    active, reactive = 60_000 * KWH + loss.active_e4, 30_000 * KWH + loss.reactive_e4
    assert (active, reactive) == (60_827 * KWH, 33_685 * KWH)
    assert power_factor(60_000, 30_000) == "0.89"
    assert power_factor(active, reactive) == "0.87"


def test_truncated_the_reactive_iron_loss_is_one_less() -> None:
    loss = transformer_loss(
        S9_315, 60_000 * KWH, 30_000 * KWH, shifts=2, rounding=Rounding.TRUNCATE
    )

    assert loss == Loss(482 * KWH, 344 * KWH, 2_494 * KWH, 1_190 * KWH)


def test_a_broken_month_of_12_days_loses_iron_for_12_days_and_copper_over_fewer_hours() -> None:
    # 0.67 x 720 x 0.4 = 192.96; 3.65 x 4.5e9 / (315² x 480 x 0.4) = 862.15
    # 1.1 % x 315 x 720 x 0.4 = 997.92; 4 % x 4.5e9 / (315 x 480 x 0.4) = 2 976.19
    loss = transformer_loss(S9_315, 60_000 * KWH, 30_000 * KWH, shifts=2, days=12)

    assert loss == Loss(193 * KWH, 862 * KWH, 998 * KWH, 2_976 * KWH)


def test_an_idle_transformer_still_loses_its_iron() -> None:
    assert transformer_loss(S9_315, 0, 0) == Loss(482 * KWH, 0, 2_495 * KWH, 0)


def test_the_regional_table_adds_346_kwh_and_one_and_a_half_percent() -> None:
    assert simplified_loss(S9_200, 40_000 * KWH) == Loss(346 * KWH, 600 * KWH, 0, 0)
    assert simplified_loss(S9_200, 40_033 * KWH).active_variable_e4 == 600 * KWH
    assert simplified_loss(S9_200, 40_034 * KWH).active_variable_e4 == 601 * KWH
    assert simplified_loss(S9_200, 0, days=15).active_fixed_e4 == 173 * KWH


def test_the_reactive_loss_of_a_table_is_k_times_the_active_one() -> None:
    region = RegionalLoss(346, 150, iron_k_e4=5_2500, copper_k_e4=2_0000)

    assert simplified_loss(region, 40_000 * KWH) == Loss(
        346 * KWH, 600 * KWH, 1_817 * KWH, 1_200 * KWH
    )


def test_a_line_loses_an_agreed_share_or_by_its_current() -> None:
    assert line_loss_share(60_000 * KWH, 250) == 1_500 * KWH
    # 300 A through 0.2 Ω in three conductors for 720 h: 3 x 90 000 x 0.2 x 720 / 1000 = 38 880.
    line = Line(resistance_mohm=200, voltage_v=10_000, hours=720)
    assert line_loss_of_current(300_000, line) == 38_880 * KWH
    # The same current as energy: √3 x 10 kV x 300 A x 720 h, P² = 3 x 10² x 300² x 720² kWh².
    active = isqrt(3 * 10**2 * 300**2 * 720**2 * KWH**2)
    assert line_loss(line, active, 0) == 38_880 * KWH


@pytest.mark.parametrize(
    ("meter", "owner", "sign"),
    [
        (Side.LOAD, Owner.CUSTOMER, 1),
        (Side.LOAD, Owner.SUPPLIER, 0),
        (Side.SOURCE, Owner.CUSTOMER, 0),
        (Side.SOURCE, Owner.SUPPLIER, -1),
    ],
)
def test_the_owner_of_the_equipment_bears_its_loss(meter: Side, owner: Owner, sign: int) -> None:
    assert loss_sign(meter, owner) == sign


def test_a_plate_counts_from_its_day_on() -> None:
    first = Entry("S9", 315_000, S9_315, date(2000, 1, 1), date(2025, 1, 1), "plate")
    later = Entry("S9", 315_000, S9_315._replace(iron_w=500), date(2025, 1, 1), None, "measured")

    assert facts_on([first, later], "S9", 315_000, date(2024, 12, 31)).iron_w == 670
    assert facts_on([first, later], "S9", 315_000, date(2025, 1, 1)).iron_w == 500
    with pytest.raises(errors.TransformerUnknown, match="S13 of 315 kVA on 2025-01-01"):
        facts_on([first, later], "S13", 315_000, date(2025, 1, 1))
    with pytest.raises(errors.TransformerUnknown, match=r"S9 of 31.5 kVA"):
        facts_on([first, later], "S9", 31_500, date(2025, 1, 1))


@pytest.mark.parametrize(
    ("shifts", "days", "fact"), [(0, 30, "shifts = 0"), (4, 30, "shifts = 4"), (2, 0, "days = 0"),
                                 (2, 31, "days = 31")]
)  # fmt: skip
def test_what_no_transformer_has_is_refused(shifts: int, days: int, fact: str) -> None:
    with pytest.raises(errors.LossFactsOutOfRange, match=fact):
        transformer_loss(S9_315, KWH, KWH, shifts=shifts, days=days)
    plates = columns.PlateColumns(*(np.array([value]) for value in S9_315))
    with pytest.raises(errors.LossFactsOutOfRange, match=fact):
        columns.transformer_loss(plates, np.array([KWH]), np.array([KWH]), shifts=shifts, days=days)
    with pytest.raises(errors.LossFactsOutOfRange, match="rated_va = 0"):
        transformer_loss(S9_315._replace(rated_va=0), KWH, KWH)
    with pytest.raises(errors.LossFactsOutOfRange, match="line"):
        line_loss(Line(200, 0, 720), KWH, 0)


def test_a_transformer_far_too_small_for_the_energy_is_refused() -> None:
    small = Plate(1_000, 0, 10**6, 0, 0)
    plates = columns.PlateColumns(*(np.array([value, value]) for value in small))

    with pytest.raises(errors.LossFactsOutOfRange, match="rated_va = 1000"):
        transformer_loss(small, 10**15, 0)
    with pytest.raises(errors.LossFactsOutOfRange, match="rated_va = 1000"):
        columns.transformer_loss(plates, np.array([KWH, 10**15]), np.array([0, 0]))


PLATES = st.builds(
    Plate,
    st.integers(1, 2000).map(lambda kva: kva * 1000) | st.integers(1, 10**9),
    st.integers(0, 10**5),
    st.integers(0, 10**6),
    st.integers(0, 1000),
    st.integers(0, 2000),
)
ENERGY = st.integers(0, 10**7).map(lambda kwh: kwh * KWH) | st.integers(0, 10**15)
ROWS = st.lists(
    st.tuples(PLATES, ENERGY, ENERGY, st.integers(1, 3), st.integers(1, 30)),
    min_size=1,
    max_size=6,
)


def exact(rounding: Rounding, kwh: Fraction) -> int:
    return int(kwh + Fraction(1, 2) if rounding is Rounding.HALF_UP else kwh) * KWH


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from(Rounding))
def test_the_full_formula_is_exact_on_one_row_and_on_columns(
    rows: list[tuple[Plate, int, int, int, int]], rounding: Rounding
) -> None:
    def one_row(row: tuple[Plate, int, int, int, int]) -> Loss:
        return transformer_loss(*row[:3], shifts=row[3], days=row[4], rounding=rounding)

    possible = []
    for row in rows:
        try:
            one_row(row)
        except errors.LossFactsOutOfRange:  # far too small a transformer for the energy
            continue
        possible.append(row)
    assume(possible)
    rows = possible
    plates, active, reactive, shifts, days = zip(*rows, strict=True)
    found = columns.transformer_loss(
        columns.PlateColumns(*(np.array(fact) for fact in zip(*plates, strict=True))),
        np.array(active), np.array(reactive), shifts=np.array(shifts), days=np.array(days),
        rounding=rounding,
    )  # fmt: skip

    for at, (plate, p_e4, q_e4, s, count) in enumerate(rows):
        kva, b = Fraction(plate.rated_va, 1000), Fraction(count, 30)
        squares = Fraction(p_e4, KWH) ** 2 + Fraction(q_e4, KWH) ** 2
        written = Loss(
            exact(rounding, Fraction(plate.iron_w, 1000) * 720 * b),
            exact(rounding, Fraction(plate.copper_w, 1000) * squares / (kva**2 * 240 * s * b)),
            exact(rounding, Fraction(plate.no_load_bp, 10_000) * kva * 720 * b),
            exact(rounding, Fraction(plate.impedance_bp, 10_000) * squares / (kva * 240 * s * b)),
        )
        assert one_row(rows[at]) == written
        assert written == (
            found.active_fixed_e4[at], found.active_variable_e4[at],
            found.reactive_fixed_e4[at], found.reactive_variable_e4[at],
        )  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**6), st.integers(0, 1000), st.integers(0, 10**6),
            st.integers(0, 10**6), ENERGY, st.integers(1, 30),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(Rounding),
)  # fmt: skip
def test_the_regional_table_and_line_share_on_columns(
    rows: list[tuple[int, int, int, int, int, int]], rounding: Rounding
) -> None:
    *facts, active, days = (np.array(one) for one in zip(*rows, strict=True))
    found = columns.simplified_loss(*facts, active, days=days, rounding=rounding)
    shares = columns.line_loss_share(active, facts[1], rounding=rounding)

    for at, (*region, active_e4, count) in enumerate(rows):
        one = simplified_loss(RegionalLoss(*region), active_e4, days=count, rounding=rounding)
        assert one.active_e4 == found.active_e4[at]
        assert one.reactive_e4 == found.reactive_e4[at]
        assert line_loss_share(active_e4, region[1], rounding=rounding) == shares[at]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**5), st.sampled_from([380, 10_000, 35_000, 220_000, 10**7]),
            st.integers(1, 744), ENERGY, ENERGY,
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(Rounding),
)  # fmt: skip
def test_the_line_s_loss_is_exact_on_one_row_and_on_columns(
    rows: list[tuple[int, int, int, int, int]], rounding: Rounding
) -> None:
    possible = []
    for row in rows:
        squares = Fraction(row[3], KWH) ** 2 + Fraction(row[4], KWH) ** 2
        written = exact(rounding, squares * row[0] / (row[1] ** 2 * row[2]))
        if written <= 10**15:
            assert line_loss(Line(*row[:3]), *row[3:], rounding=rounding) == written
            possible.append((*row, written))
    assume(possible)
    *facts, written_column = (np.array(one) for one in zip(*possible, strict=True))

    assert (columns.line_loss(*facts, rounding=rounding) == written_column).all()


def test_a_line_far_too_thin_for_the_energy_is_refused() -> None:
    thin = Line(10**5, 380, 1)
    with pytest.raises(errors.LossFactsOutOfRange, match="100000, 380, 1"):
        line_loss(thin, 10**15, 0)
    with pytest.raises(errors.LossFactsOutOfRange, match="100000, 380, 1"):
        columns.line_loss(*(np.array([fact]) for fact in (*thin, 10**15, 0)))
    with pytest.raises(errors.LossFactsOutOfRange, match="200, 0, 720"):
        columns.line_loss(*(np.array([fact]) for fact in (200, 0, 720, KWH, 0)))
