"""Every monthly bill beside the peer's: `python -m tests.tariff.pysam_table [FILE.csv]`.

Prints a line for each rate and load with the number of months that agree to the cent and the
largest difference, then each month that differs with the convention that makes it differ; with a
file, writes all months to it. The samples are found by `tests.shared`.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from fractions import Fraction
from pathlib import Path

from onebook.tariff.parsers import parse_urdb
from onebook.tariff.rules import explain_bill
from tests.tariff import urdb_reference
from tests.tariff.pysam_samples import YEAR, load_hours, peer_bills
from tests.tariff.urdb_reference import Facts
from tests.tariff.urdb_samples import LEFT_OUT, RATES, real

# What a bill of ours takes for a fact where the peer keeps every bit of a float.
CONVENTIONS = {
    "kW to 4 decimals": Facts(demand_decimals=4),
    "kWh of a period to 4 decimals": Facts(energy_decimals=4),
    "kWh and kW to 4 decimals": Facts(energy_decimals=4, demand_decimals=4),
}


@dataclass(frozen=True, slots=True)
class Month:
    """One month's bill in cents, ours and the peer's; the peer's dollars as printed."""

    rate: str
    load: str
    month: int
    ours: int
    theirs: int
    difference: int
    convention: str
    theirs_dollars: str


def months(rate: str) -> Iterator[Month]:
    """Bill every load of a rate with ours, beside theirs."""
    ours = parse_urdb(real(rate), LEFT_OUT.get(rate, ()))
    for load, theirs in peer_bills(rate).items():
        hours = load_hours(load).hours
        for month, dollars in enumerate(theirs, 1):
            total = explain_bill([ours.portion(hours, month)]).total_fen
            cents = to_cents(dollars)
            convention = "" if total == cents else _convention(rate, load, month, total)
            yield Month(
                rate, load, month, total, cents, total - cents, convention, f"{float(dollars):.6f}"
            )


def to_cents(dollars: Fraction) -> int:
    """Round dollars to cents, half-up."""
    return int((dollars * 100 + Fraction(1, 2)) // 1)


def _convention(rate: str, load: str, month: int, ours: int) -> str:
    """Name the convention under which the second opinion comes to our cents."""
    record = urdb_reference.read_record(real(rate))
    hours = load_hours(load).fractions()
    for name, facts in CONVENTIONS.items():
        bills = urdb_reference.monthly_bills(record, YEAR, hours, facts)
        if to_cents(bills[month - 1]) == ours:
            return name
    return "UNEXPLAINED"


def main() -> None:
    """Print the table, and write all months to a file where one is named."""
    found = [month for rate in RATES for month in months(rate)]
    if len(sys.argv) > 1:
        with Path(sys.argv[1]).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(one.name for one in fields(Month))
            table.writerows(astuple(month) for month in found)
    equal = Counter((one.rate, one.load) for one in found if not one.difference)
    largest: Counter[tuple[str, str]] = Counter()
    for one in found:
        largest[one.rate, one.load] = max(largest[one.rate, one.load], abs(one.difference))
    say(f"{'rate':30}{'load':28}{'equal':>6}{'largest difference, cents':>27}")
    for key, difference in largest.items():
        say(f"{key[0]:30}{key[1]:28}{equal[key]:>3}/12{difference:>27}")
    say(f"{sum(equal.values())} of {len(found)} monthly bills are equal to the cent; the others:")
    for one in found:
        if one.difference:
            say(
                f"{one.rate} {one.load} {one.month}: ours {one.ours}, theirs {one.theirs} "
                f"({one.theirs_dollars}): {one.convention}"
            )


def say(line: str) -> None:
    """Write a line to the terminal."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
