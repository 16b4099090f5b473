"""Bills of a URDB record by its text alone, in fractions: an independent second opinion.

It shares no code with the product. Conventions are those of the peer's hourly simulation: tiers
are cut on the kWh of the whole month and every period pays its own ladder on its share, demand is
the highest hour, a charge a day counts 365/12 days a month, and nothing is rounded, unless a caller
asks what a bill would be on facts of so many decimals.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Record = dict[str, Any]
_OPEN = Fraction(10**30)


def read_record(text: str) -> Record:
    """Read the record with every number as the exact fraction it is written as."""
    record: Record = json.loads(text, parse_float=Fraction, parse_int=Fraction)
    return record


@dataclass(frozen=True, slots=True)
class Facts:
    """To how many decimals a month's kWh (by period) and kW are known; None: exactly."""

    energy_decimals: int | None = None
    demand_decimals: int | None = None

    def energy(self, hours: Sequence[Fraction]) -> Fraction:
        """The kWh of some hours."""
        return _half_up(sum(hours, Fraction(0)), self.energy_decimals)

    def demand(self, hours: Sequence[Fraction]) -> Fraction:
        """The highest kW of some hours."""
        return _half_up(max(hours), self.demand_decimals)


EXACT = Facts()


def monthly_bills(
    record: Record, year: int, hours: Sequence[Fraction], facts: Facts = EXACT
) -> list[Fraction]:
    """Give the twelve unrounded bills of a year of hourly kWh that starts on 1 January."""
    day, at, bills = date(year, 1, 1), 0, []
    for month in range(12):
        stamps = []
        while day.year == year and day.month == month + 1:
            stamps += [(day.weekday() >= 5, hour) for hour in range(24)]
            day += timedelta(days=1)
        bills.append(_bill(record, month, stamps, hours[at : at + len(stamps)], facts))
        at += len(stamps)
    return bills


def _half_up(value: Fraction, decimals: int | None) -> Fraction:
    if decimals is None:
        return value
    return Fraction((value * 10**decimals + Fraction(1, 2)) // 1, 10**decimals)


def _bill(
    record: Record,
    month: int,
    stamps: list[tuple[bool, int]],
    loads: Sequence[Fraction],
    facts: Facts,
) -> Fraction:
    peak = facts.demand(loads)
    energy = _energy(record, month, stamps, loads, facts)
    demand = _flat_demand(record, month, peak) + _tou_demand(record, month, stamps, loads, facts)
    return max(energy + demand + _fixed(record), record.get("minmonthlycharge", Fraction(0)))


def _by_period(
    record: Record, kind: str, month: int, stamps: list[tuple[bool, int]], loads: Sequence[Fraction]
) -> dict[int, list[Fraction]]:
    weekday, weekend = record[f"{kind}weekdayschedule"], record[f"{kind}weekendschedule"]
    found: dict[int, list[Fraction]] = {}
    for (is_weekend, hour), load in zip(stamps, loads, strict=True):
        period = int((weekend if is_weekend else weekday)[month][hour])
        found.setdefault(period, []).append(load)
    return found


def _energy(
    record: Record,
    month: int,
    stamps: list[tuple[bool, int]],
    loads: Sequence[Fraction],
    facts: Facts,
) -> Fraction:
    by_period = _by_period(record, "energy", month, stamps, loads)
    used = {period: facts.energy(hours) for period, hours in by_period.items()}
    total, money = sum(used.values(), Fraction(0)), Fraction(0)
    for period, energy in used.items():
        tiers = record["energyratestructure"][period]
        per_kw = tiers[0].get("unit") == "kWh/kW"
        factor = facts.demand(loads) if per_kw else Fraction(1)
        money += _ladder(tiers, total, factor) * energy / total
    return money


def _ladder(tiers: list[Record], quantity: Fraction, factor: Fraction = Fraction(1)) -> Fraction:
    money, lower = Fraction(0), Fraction(0)
    for tier in tiers:
        upper = tier.get("max", _OPEN) * factor
        inside = max(min(quantity, upper) - lower, Fraction(0))
        money += inside * (tier["rate"] + tier.get("adj", 0))
        lower = upper
    return money


def _flat_demand(record: Record, month: int, peak: Fraction) -> Fraction:
    if "flatdemandstructure" not in record:
        return Fraction(0)
    row = int(record["flatdemandmonths"][month])
    return _ladder(record["flatdemandstructure"][row], peak)


def _tou_demand(
    record: Record,
    month: int,
    stamps: list[tuple[bool, int]],
    loads: Sequence[Fraction],
    facts: Facts,
) -> Fraction:
    if "demandratestructure" not in record:
        return Fraction(0)
    by_period = _by_period(record, "demand", month, stamps, loads)
    return sum(
        (
            _ladder(record["demandratestructure"][period], facts.demand(hours))
            for period, hours in by_period.items()
        ),
        Fraction(0),
    )


def _fixed(record: Record) -> Fraction:
    monthly = record.get("fixedmonthlycharge", Fraction(0))
    first = record.get("fixedchargefirstmeter", Fraction(0))
    if record.get("fixedchargeunits") == "$/day":
        first = first * Fraction(365, 12)
    return Fraction(monthly + first)
