"""The same hourly loads and rate billed by onebook and by NREL-PySAM, where that is installed."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.metering.kernels import intervals, measures
from onebook.metering.rules.calendar import Calendar, hourly_plans
from onebook.metering.rules.intervals import month_windows
from onebook.tariff.kernels import calculate_bills
from onebook.tariff.rules import (
    Component,
    Kind,
    PortionColumns,
    RoundingStep,
    TierBasis,
    TierPolicy,
    Version,
)

# The peer's year has 8760 hours and starts on a Monday, as 2018 does.
FIRST_DAY = date(2018, 1, 1)
HOURS = 8760
PACKAGE = "PySAM"
PERIODS = ("p1", "p2", "p3")
_NIGHT, _DAY, _EVENING = range(3)
_SUMMER_DAY = (_NIGHT,) * 8 + (_DAY,) * 9 + (_EVENING,) * 5 + (_NIGHT,) * 2
_USUAL_DAY = (_NIGHT,) * 7 + (_DAY,) * 15 + (_NIGHT,) * 2
WEEKDAY = (_USUAL_DAY,) * 5 + (_SUMMER_DAY,) * 4 + (_USUAL_DAY,) * 3
WEEKEND = ((_NIGHT,) * 24,) * 12
# Each period has two tiers, cut at 900 kWh of the whole month: price in 10^-5 a kWh; then a price
# for the highest kW of each period, and one for the month.
TIER_KWH = 900
PRICES_E5 = ((8_125, 10_250), (13_500, 16_125), (24_375, 29_000))
DEMAND_PRICES_E5 = (0, 410_000, 975_000)
FIXED_PRICE_E5 = 1_850_000
_E10_PER_E5 = 10**5
_E4_PER_WH = 10
_FEN_TO_UNIT = 100
_TIMES = 3


def compare(customers: int) -> dict[str, Any]:
    """Bill a year of hours for so many customers with both; customer-years a second of each.

    Both are set up before: theirs as it is best used, made once with its rate, ours with its
    calendar laid over the year. Then theirs is given each customer's load, as the list of floats
    that it takes, and executed; ours goes from one array of integer Wh to the cents of each bill
    and of each of its lines. Making lists and array is not timed. Best of three runs of each, taken
    in turn, by the process's own seconds, since both use one core.
    """
    if not customers:
        return {"customers": 0}
    if importlib.util.find_spec(PACKAGE) is None:
        return {"customers": 0, "missing": "pip install NREL-PySAM, and run it again"}
    hours_wh = np.random.default_rng(8760).integers(0, 4_000, (customers, HOURS), dtype=np.int32)
    loads = (hours_wh / 1000).tolist()
    began = process_time()
    rate = our_rate()
    our_setup = process_time() - began
    began = process_time()
    model = _their_model()
    their_setup = process_time() - began
    ours, theirs = [], []
    for _ in range(_TIMES):
        began = process_time()
        bills_fen = our_bills(hours_wh, rate)
        ours.append(process_time() - began)
        began = process_time()
        their_bills = _their_bills(model, loads)
        theirs.append(process_time() - began)
    difference = np.abs(bills_fen / _FEN_TO_UNIT - their_bills).max()
    return {
        "customers": customers,
        "ours_per_second": round(customers / min(ours)),
        "pysam_per_second": round(customers / min(theirs)),
        "times_faster": round(min(theirs) / min(ours), 1),
        "our_setup_seconds": round(our_setup, 3),
        "pysam_setup_seconds": round(their_setup, 3),
        "largest_difference": round(float(difference), 4),
    }


@dataclass(frozen=True)
class OurRate:
    """The rate as onebook keeps it: how hours are cut, and what is charged on them."""

    plan: intervals.Layout
    version: Version


def our_rate() -> OurRate:
    """Lay the rate's calendar over the year, and make its tariff version."""
    calendar = Calendar("peer", PERIODS, hourly_plans(WEEKDAY, WEEKEND, PERIODS), FIRST_DAY)
    windows = month_windows(FIRST_DAY, HOURS // 24)
    plan = intervals.layout([calendar], FIRST_DAY, HOURS // 24, 60, windows)
    return OurRate(plan, _version())


def our_bills(hours_wh: NDArray[np.int32], rate: OurRate) -> NDArray[np.int64]:
    """Bill each customer's months, [customers, 12] in hundredths of the rate's money."""
    cut = intervals.cut(hours_wh, rate.plan)
    energy, demand = (one.reshape(-1, len(PERIODS)) for one in (cut.energy, cut.demand))
    found = measures.of_intervals(energy, demand, cut.gaps.reshape(-1), PERIODS, unit_e4=_E4_PER_WH)
    # Whole months: as many days as a month's fee is divided by.
    portions = PortionColumns(
        rate.version, found.usage_e4, demand_e4=found.demand_e4, days=30, proration_days=30
    )
    bills = calculate_bills([portions])
    return bills.total_fen.reshape(cut.gaps.shape)


def _their_bills(model: Any, loads: list[list[float]]) -> NDArray[np.float64]:
    """Bill each customer's months by the peer, [customers, 12] in the rate's money."""
    bills = np.empty((len(loads), 12))
    for row, load in enumerate(loads):
        model.Load.load = load
        model.execute()
        bills[row] = model.Outputs.year1_monthly_utility_bill_wo_sys
    return bills


def _version() -> Version:
    return Version(
        "peer", "", "", "", FIRST_DAY, None, tuple(_components()), 0,
        periods=PERIODS, rounding_step=RoundingStep.SUM,
    )  # fmt: skip


def _components() -> Iterator[Component]:
    limits_e4 = (0, TIER_KWH * 10_000, None)
    for period, prices in zip(PERIODS, PRICES_E5, strict=True):
        for tier, price_e5 in enumerate(prices):
            yield Component(
                f"{period}-{tier}", "", "", Kind.TIER, "energy", price_e5 * _E10_PER_E5, "bench",
                limits_e4[tier] or 0, limits_e4[tier + 1], TierBasis.MONTH,
                period=period, tier_policy=TierPolicy.SHARE,
            )  # fmt: skip
    for period, price_e5 in zip(PERIODS, DEMAND_PRICES_E5, strict=True):
        yield Component(
            f"{period}-demand", "", "", Kind.DEMAND, "demand", price_e5 * _E10_PER_E5, "bench",
            period=period,
        )  # fmt: skip
    yield Component("month", "", "", Kind.FIXED, "fixed", FIXED_PRICE_E5 * _E10_PER_E5, "bench")


def _their_model() -> Any:
    # Imported where it is used: an optional package, whose import takes a second.
    from PySAM import Utilityrate5  # noqa: PLC0415

    model = Utilityrate5.new()
    model.assign(
        {
            "Lifetime": {
                "analysis_period": 1,
                "inflation_rate": 0.0,
                "system_use_lifetime_output": 0,
            },
            "SystemOutput": {"degradation": [0.0], "gen": [0.0] * HOURS},
            "Load": {"load": [0.0] * HOURS},
            "ElectricityRates": {
                "en_electricity_rates": 1,
                "ur_metering_option": 0,
                "ur_ec_sched_weekday": [[period + 1 for period in row] for row in WEEKDAY],
                "ur_ec_sched_weekend": [[period + 1 for period in row] for row in WEEKEND],
                "ur_ec_tou_mat": [
                    [at + 1, tier + 1, (TIER_KWH, 1e38)[tier], 0, price_e5 / 10**5, 0.0]
                    for at, prices in enumerate(PRICES_E5)
                    for tier, price_e5 in enumerate(prices)
                ],
                "ur_dc_enable": 1,
                "ur_dc_sched_weekday": [[period + 1 for period in row] for row in WEEKDAY],
                "ur_dc_sched_weekend": [[period + 1 for period in row] for row in WEEKEND],
                "ur_dc_tou_mat": [
                    [at + 1, 1, 1e38, price_e5 / 10**5]
                    for at, price_e5 in enumerate(DEMAND_PRICES_E5)
                ],
                "ur_dc_flat_mat": [[month, 1, 1e38, 0.0] for month in range(12)],
                "ur_monthly_fixed_charge": FIXED_PRICE_E5 / 10**5,
            },
        }
    )
    return model
