"""`bench kernel`: bills calculated on columns, against copying the same columns once."""

import resource
from collections.abc import Iterator
from datetime import date
from time import perf_counter
from typing import Any

import numpy as np

from onebook.kernel.energy import E4_PER_KWH
from onebook.tariff import kernels
from onebook.tariff.kernels import BillColumns, PortionColumns, PowerFactorColumns
from onebook.tariff.rules import TOTAL, Component, Kind, LoadDiscount, Version, explain_bill
from onebook.tariff.rules.quantities import IntArray

SEED = 7
_TIMES = 3
_DAYS = 30
_CHECKED = 200
_SINCE = date(2026, 1, 1)


def kernel(bills: int) -> dict[str, Any]:
    """Calculate `bills` household bills and a tenth as many two-part ones, on one core.

    Households have two periods and yearly tiers; industry has four periods, losses, transmission,
    demand with the 260 rule, three funds and the power factor. The floor copies every column in
    and out once. Best of three; making the usage is not timed.
    """
    cases = {name: _timed(*case) for name, case in make_cases(bills).items()}
    count = cases["two_part"]["bills"]
    seconds = sum(one["seconds"] for one in cases.values())
    floor_seconds = sum(one["floor_seconds"] for one in cases.values())
    return {
        "bench": "kernel",
        "n": bills + count,
        "seconds": round(seconds, 6),
        "floor_seconds": round(floor_seconds, 6),
        "ratio": round(seconds / floor_seconds, 2),
        **cases,
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def make_cases(bills: int) -> dict[str, tuple[list[PortionColumns], PowerFactorColumns | None]]:
    """Both cases by name, each with its power factors: the same ones each time."""
    random = np.random.default_rng(SEED)
    homes = _homes(random, bills)
    works = _works(random, max(bills // 10, 1))
    active_e4 = works.usage_e4[TOTAL]
    power_factors = PowerFactorColumns(
        active_e4,
        active_e4 * random.integers(20, 90, len(works)) // 100,
        random.choice(np.array([9000, 8500, 8000]), len(works)),
    )
    return {"residential": ([homes], None), "two_part": ([works], power_factors)}


def _timed(
    portions: list[PortionColumns], power_factors: PowerFactorColumns | None
) -> dict[str, Any]:
    """Time the calculation and its floor, taken in turn."""
    best = floor = float("inf")
    for _ in range(_TIMES):
        began = perf_counter()
        bills = kernels.calculate_bills(portions, power_factors)
        best = min(best, perf_counter() - began)
        columns = [*_columns_in(portions, power_factors), *_columns_out(bills)]
        began = perf_counter()
        for column in columns:
            column.copy()
        floor = min(floor, perf_counter() - began)
    count = len(bills.total_fen)
    return {
        "bills": count,
        "lines": sum(len(one.version.components) for one in portions),
        "seconds": round(best, 6),
        "bills_per_second": round(count / best),
        "floor_seconds": round(floor, 6),
        "ratio": round(best / floor, 2),
        "bytes": sum(column.nbytes for column in columns),
        "total_fen": int(bills.total_fen.sum()),
        "scalar_differs": _differs(portions[0], power_factors, bills),
    }


def _differs(
    portions: PortionColumns, power_factors: PowerFactorColumns | None, bills: BillColumns
) -> int:
    """How many of the first bills the scalar rule does not confirm to the fen."""
    return sum(
        explain_bill(
            [portions.row(row)], None if power_factors is None else power_factors.row(row)
        ).total_fen
        != int(bills.total_fen[row])
        for row in range(min(_CHECKED, len(portions)))
    )


def _columns_in(
    portions: list[PortionColumns], power_factors: PowerFactorColumns | None
) -> Iterator[IntArray]:
    for one in portions:
        yield from one.usage_e4.values()
        yield from one.demand_e4.values()
        for fact in (one.year_usage_before_e4, one.quota_months, one.transformer_e4):
            if isinstance(fact, np.ndarray):
                yield fact
    if power_factors is not None:
        yield from (power_factors.active_e4, power_factors.reactive_e4, power_factors.standard_bp)


def _columns_out(bills: BillColumns) -> Iterator[IntArray]:
    for one in bills.lines:
        yield from (one.quantity_e4, one.amount_fen, one.line_net_fen)
        yield from one.varying_price_e10.values()
    yield from (bills.total_fen, bills.net_fen, bills.vat_fen)


def _homes(random: np.random.Generator, count: int) -> PortionColumns:
    """Households with a few hundred kWh a month, most of them early in their ladder."""
    usage_e4 = np.rint(random.lognormal(5.2, 0.7, count)).astype(np.int64) * E4_PER_KWH
    peak_e4 = usage_e4 * random.integers(30, 80, count) // 100
    version = _version(
        "residential",
        ("peak", "valley"),
        _component("peak", 5_680_000_000, period="peak"),
        _component("valley", 2_880_000_000, period="valley"),
        _component("tier-2", 500_000_000, kind=Kind.TIER, account="surcharge",
                   lower_e4=2760 * E4_PER_KWH, upper_e4=4800 * E4_PER_KWH),
        _component("tier-3", 3_000_000_000, kind=Kind.TIER, account="surcharge",
                   lower_e4=4800 * E4_PER_KWH),
    )  # fmt: skip
    return PortionColumns(
        version,
        {TOTAL: usage_e4, "peak": peak_e4, "valley": usage_e4 - peak_e4},
        year_usage_before_e4=usage_e4 * random.integers(0, 12, count),
        quota_months=random.integers(1, 13, count),
    )


def _works(random: np.random.Generator, count: int) -> PortionColumns:
    """Factories of 10 kV with hundred thousands of kWh a month."""
    kva_e4 = random.integers(315, 5000, count) * E4_PER_KWH
    usage_e4 = kva_e4 * random.integers(50, 500, count)
    shares = {
        "sharp": usage_e4 // 12,
        "peak": usage_e4 * random.integers(20, 35, count) // 100,
        "valley": usage_e4 * random.integers(15, 35, count) // 100,
    }
    flat_e4 = usage_e4 - sum(shares.values())
    energies = {"sharp": 8_064_000_000, "peak": 6_720_000_000, "flat": 4_200_000_000,
                "valley": 1_680_000_000}  # fmt: skip
    version = _version(
        "two-part",
        tuple(energies),
        *(
            _component(f"energy-{period}", price_e10, period=period, in_pf_base=True)
            for period, price_e10 in energies.items()
        ),
        _component("loss", 152_331_600, account="line_loss", in_pf_base=True),
        _component("transmission", 1_456_000_000, account="transmission", in_pf_base=True),
        _component("system", 382_000_000, account="system", in_pf_base=True),
        _component("demand", 352_000_000_000, kind=Kind.DEMAND, account="demand",
                   load_discount=LoadDiscount(260, 9000), in_pf_base=True),
        _component("power-factor", 0, kind=Kind.POWER_FACTOR, account="power_factor"),
        _component("renewable", 190_000_000, account="fund:renewable"),
        _component("reservoir", 62_000_000, account="fund:reservoir"),
        _component("major-water", 19_687_500, account="fund:major_water"),
    )  # fmt: skip
    return PortionColumns(
        version,
        {TOTAL: usage_e4, "flat": flat_e4, **shares},
        days=_DAYS,
        proration_days=_DAYS,
        demand_e4={TOTAL: kva_e4 * random.integers(30, 95, count) // 100},
        transformer_e4=kva_e4,
    )


def _version(code: str, periods: tuple[str, ...], *components: Component) -> Version:
    return Version(
        code, code, code, "bench", _SINCE, None, components, vat_rate_bp=1300, periods=periods
    )


def _component(code: str, price_e10: int, **given: Any) -> Component:
    facts = {"kind": Kind.FLAT, "account": "energy", "source": "bench", **given}
    return Component(code=code, name_zh=code, name_en=code, price_e10=price_e10, **facts)
