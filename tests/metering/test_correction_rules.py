"""What a faulty measurement missed, as the rules of supply reckon it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onebook.metering import errors
from onebook.metering.rules.corrections import (
    Wiring,
    of_meter_error,
    of_multiplier,
    of_normal_month,
    of_voltage_drop,
    of_wiring,
)

KWH = 10_000


def test_a_meter_5_percent_slow_owes_half_of_what_it_missed() -> None:
    # 19 000 / 0.95 = 20 000: it missed 1 000, of which half the period counts.
    assert of_meter_error(19_000 * KWH, -500) == 500 * KWH
    assert of_meter_error(19_000 * KWH, -500, half_period=False) == 1_000 * KWH


def test_a_meter_5_percent_fast_gives_back() -> None:
    assert of_meter_error(21_000 * KWH, 500) == -500 * KWH


def test_a_reversed_ct_owes_twice_and_an_open_phase_half_of_the_recorded() -> None:
    assert of_wiring(10_000 * KWH, Wiring(3, 1)) == 20_000 * KWH
    assert of_wiring(10_000 * KWH, Wiring(3, 2)) == 5_000 * KWH
    # Two reversed CTs of three: K = -3, the meter ran back by 1 000 while 3 000 were used.
    assert of_wiring(-1_000 * KWH, Wiring(3, -1)) == 4_000 * KWH


def test_a_wrong_multiplier_owes_the_difference() -> None:
    assert of_multiplier(6_000 * KWH, 40, 30) == 2_000 * KWH
    assert of_multiplier(6_000 * KWH, 30, 40) == -1_500 * KWH


def test_only_the_voltage_drop_beyond_the_allowed_one_counts() -> None:
    assert of_voltage_drop(100_000 * KWH, 75, 50) == 250 * KWH
    assert of_voltage_drop(100_000 * KWH, 50, 50) == 0
    assert of_voltage_drop(100_000 * KWH, 20, 50) == 0


def test_a_fault_is_corrected_by_the_kwh_of_a_normal_month() -> None:
    assert of_normal_month(200 * KWH, 3_000 * KWH, 10, 30) == 800 * KWH
    assert of_normal_month(1_200 * KWH, 3_000 * KWH, 10, 30) == -200 * KWH


def test_what_cannot_be_corrected_is_refused() -> None:
    with pytest.raises(errors.CorrectionImpossible, match=r"-100 %"):
        of_meter_error(KWH, -10_000)
    with pytest.raises(errors.CorrectionImpossible, match="3/0"):
        of_wiring(KWH, Wiring(3, 0))
    with pytest.raises(errors.CorrectionImpossible, match="0/40"):
        of_multiplier(KWH, 0, 40)
    with pytest.raises(errors.CorrectionImpossible, match="0/30"):
        of_normal_month(KWH, KWH, 0, 30)


@given(st.integers(0, 10**15), st.integers(-9_999, 10**5))
def test_the_corrected_meter_shows_the_true_energy_within_half_a_kwh(
    recorded_e4: int, error_bp: int
) -> None:
    missed_e4 = of_meter_error(recorded_e4, error_bp, half_period=False)

    true_times = (recorded_e4 + missed_e4) * (10_000 + error_bp)
    assert abs(true_times - recorded_e4 * 10_000) * 2 <= KWH * (10_000 + error_bp)
