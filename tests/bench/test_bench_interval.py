"""The interval benchmark: nothing is lost in cutting, and its bills are those of the formula."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from onebook.bench import interval_peer
from onebook.bench.interval import interval


def test_the_figures_stand_beside_their_floor_and_no_value_is_lost() -> None:
    figures = interval(meters=70, peer_customers=0)

    assert figures["bench"] == "interval"
    assert figures["n"] == 70 * 35_040
    assert figures["lost"] == 0
    assert figures["peer"] == {"customers": 0}
    for part in ("energy", "demand"):
        assert figures[part]["seconds"] > 0
        assert figures[part]["floor_seconds"] > 0
        assert figures[part]["ratio"] > 0


def test_the_bills_set_beside_the_peer_s_are_those_of_the_written_rate() -> None:
    hours_wh = np.random.default_rng(1).integers(0, 4_000, (2, interval_peer.HOURS), dtype=np.int32)
    bills = interval_peer.our_bills(hours_wh, interval_peer.our_rate())

    for row, hours in enumerate(hours_wh.tolist()):
        for month in range(1, 13):
            assert bills[row, month - 1] == _bill_fen(hours, month)


def _bill_fen(hours: list[int], month: int) -> int:
    """The month's bill, half-up to a hundredth: tiers shared by periods, kW by period, fixed."""
    by_period, highest = [Fraction(0)] * 3, [Fraction(0)] * 3
    for at, watt_hours in enumerate(hours):
        day = interval_peer.FIRST_DAY + timedelta(at // 24)
        if day.month == month:
            rows = interval_peer.WEEKEND if day.weekday() > 4 else interval_peer.WEEKDAY
            period, kwh = rows[month - 1][at % 24], Fraction(watt_hours, 1000)
            by_period[period] += kwh
            highest[period] = max(highest[period], kwh)
    total = sum(by_period)
    low = min(total, Fraction(interval_peer.TIER_KWH))
    bill_e5 = interval_peer.FIXED_PRICE_E5 + sum(
        kwh / total * (low * prices[0] + (total - low) * prices[1]) + kw * demand_price
        for kwh, kw, prices, demand_price in zip(
            by_period, highest, interval_peer.PRICES_E5, interval_peer.DEMAND_PRICES_E5, strict=True
        )
    )
    return int(bill_e5 / 10**3 + Fraction(1, 2))


def test_the_peer_is_told_how_to_be_installed_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interval_peer, "PACKAGE", "no_such_package")

    assert interval_peer.compare(5) == {
        "customers": 0,
        "missing": "pip install NREL-PySAM, and run it again",
    }


def test_the_benchmark_s_first_day_is_a_monday_as_in_the_peer_s_year() -> None:
    assert date(2018, 1, 1) == interval_peer.FIRST_DAY
    assert interval_peer.FIRST_DAY.weekday() == 0
