"""The peer's monthly bills and the loads that they were made of, read exactly."""

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from onebook.tariff.rules.schedule import HourlyUsage
from tests.shared import shared_path

# Their year has 8760 hours and starts on a Monday, as 2018 does.
YEAR = 2018
_HOURS = 8760
# A load made by rule and kept in no file: the same power in every hour, 24,000 kWh a year.
_CONSTANT = "const_2.7397kw_24000kwh"
# Enough for a third of a kWh to add up to the year's kWh within a hundredth of 10^-4.
_CONSTANT_DECIMALS = 15


@dataclass(frozen=True, slots=True)
class Load:
    """A year of hourly kWh: exact for the reference, in whole 10^-decimals for the product."""

    hours: HourlyUsage

    def fractions(self) -> list[Fraction]:
        """The hours as fractions of kWh."""
        scale = 10**self.hours.decimals
        return [Fraction(value, scale) for value in self.hours.values]


@cache
def load_hours(load: str) -> Load:
    """Read a load by name with all its decimals."""
    if load == _CONSTANT:
        value = 24_000 * 10**_CONSTANT_DECIMALS // _HOURS
        return Load(HourlyUsage(YEAR, (value,) * _HOURS, _CONSTANT_DECIMALS))
    written = shared_path("data", "loads8760", f"{load}.csv").read_text("utf-8").split()[1:]
    decimals = max(len(text.partition(".")[2]) for text in written)
    values = tuple(int(Fraction(text) * 10**decimals) for text in written)
    return Load(HourlyUsage(YEAR, values, decimals))


@cache
def peer_bills(rate: str) -> dict[str, list[Fraction]]:
    """The twelve bills of a rate by load, in dollars as printed; none where the peer refused it."""
    found = {}
    for bill in _bills():
        if bill["rate"] == rate and "utility_bill_wo_sys_ym" in bill:
            found[bill["load"]] = bill["utility_bill_wo_sys_ym"]
    return found


@cache
def _bills() -> list[dict[str, Any]]:
    text = shared_path("data", "pysam_ref", "bills.json").read_text("utf-8")
    bills: list[dict[str, Any]] = json.loads(text, parse_float=Fraction)["bills"]
    return bills
