"""`bench issue`, `bench month`: a month's bills, or its readings and bills, against bare COPY."""

import resource
from datetime import date
from time import perf_counter
from typing import Any

import psycopg

from onebook.bench import floor
from onebook.bench.load import Town, load_town
from onebook.billing import jobs as billing
from onebook.infra import logins
from onebook.infra.runs import Summary
from onebook.kernel.periods import Month
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable

# The last month of a year: the usage of the months before counts for its tiers.
MONTH = Month(2025, 12)
ACCOUNTS_A_UNIT = 25_000
_LEAST_UNITS = 4
_BATCH = "(SELECT max(id) FROM billing_batch WHERE org_unit_id = %(unit)s)"
_BILLS = f"(SELECT id FROM billing_bill WHERE batch_id = {_BATCH})"
_JOURNAL = (
    f"(SELECT id FROM books_journal WHERE source_kind = 'bill_batch' AND source_id = {_BATCH})"
)
# What the issue writes, and how a unit's rows of the month are found; the order is that of the run.
_ISSUED: floor.Tables = {
    "billing_batch": f"id = {_BATCH}",
    "billing_bill": f"batch_id = {_BATCH}",
    "billing_bill_line": f"bill_id IN {_BILLS}",
    "billing_history": f"batch_id = {_BATCH}",
    "billing_batch_sum": f"batch_id = {_BATCH}",
    "receivable_open_item": f"journal_id = {_JOURNAL}",
    "books_journal": f"id = {_JOURNAL}",
    "books_posting": f"journal_id = {_JOURNAL}",
}
_READINGS = "org_unit_id = %(unit)s AND bill_month = %(month)s"
_READ: floor.Tables = {
    "metering_reading_file": f"id = (SELECT max(file_id) FROM metering_reading WHERE {_READINGS})",
    "metering_reading": _READINGS,
}


def usual_units(accounts: int) -> int:
    """How many units a town has: as many accounts a unit at any size, but no fewer than four."""
    return max(_LEAST_UNITS, -(-accounts // ACCOUNTS_A_UNIT))


def issue(accounts: int, *, units: int = 4, months_before: int = 0) -> dict[str, Any]:
    """Issue `accounts` bills in `units` units; the figures as `onebook bench` prints them.

    Customers, tariffs, readings and the bills of `months_before` earlier months are made before
    and not timed; verification is timed apart (`verify_seconds`). The floor is that of
    `floor.measure`, a transaction a unit.
    """
    town = load_history(accounts, units, months_before)
    town.read(MONTH)
    month = _Timed(town)
    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        month.verify()
        measured = floor.measure(owner, [_ISSUED], town.unit_ids, month.issue)
    return {
        "bench": "issue",
        **month.figures(accounts, measured, month.issue_seconds),
        "transactions": units,
        "months_before": months_before,
    }


def month(accounts: int, *, units: int, months_before: int = 0) -> dict[str, Any]:
    """Take a month's readings in and issue its bills; the figures as `onebook bench` prints them.

    `seconds` run from columns of readings to committed bills, lines, open items and postings, a
    transaction a unit for the readings and one for the bills; verification lies between and is
    timed apart. Files are not parsed. The floor writes the very same rows, the readings with them.
    """
    town = load_history(accounts, units, months_before)
    month = _Timed(town)

    def run() -> None:
        month.read()
        month.verify()
        month.issue()

    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        params = {"month": MONTH.first}
        measured = floor.measure(owner, [_READ, _ISSUED], town.unit_ids, run, params)
    seconds = month.read_seconds + month.issue_seconds
    figures = month.figures(accounts, measured, seconds)
    figures["stages"] = {"readings": round(month.read_seconds, 3), **figures["stages"]}
    return {
        "bench": "month",
        **figures,
        "microseconds_per_account": round(seconds / accounts * 1e6, 1),
        "transactions": 2 * units,
        "months_before": months_before,
    }


def load_history(accounts: int, units: int, months_before: int) -> Town:
    """Load a town, with readings and bills of so many months before `MONTH`.

    Without any it has the readings that the month's are measured against, and no bills.
    """
    town = load_town(accounts, MONTH.plus(-months_before - 1), units)
    for back in range(months_before, 0, -1):
        town.read(MONTH.plus(-back))
        _issue(MONTH.plus(-back))
    return town


class _Timed:
    """The steps of a month, each timed by itself."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.read_seconds = self.verify_seconds = self.issue_seconds = 0.0
        self.exceptions = 0
        self.stages: dict[str, float] = {}

    def read(self) -> None:
        """Take the readings in."""
        began = perf_counter()
        self.town.read(MONTH)
        self.read_seconds = perf_counter() - began

    def verify(self) -> None:
        """Verify them."""
        began = perf_counter()
        self.exceptions = billing.verify(MONTH, person_id=SYSTEM).rows_out
        self.verify_seconds = perf_counter() - began

    def issue(self) -> None:
        """Issue the bills."""
        began = perf_counter()
        self.stages = _issue(MONTH).seconds
        self.issue_seconds = perf_counter() - began

    def figures(self, accounts: int, measured: floor.Floor, seconds: float) -> dict[str, Any]:
        """What every benchmark of a month prints."""
        return {
            "n": accounts,
            "seconds": round(seconds, 3),
            "floor_seconds": round(measured.seconds, 3),
            "ratio": round(seconds / measured.seconds, 2),
            "accounts_per_second": round(accounts / seconds),
            "verify_seconds": round(self.verify_seconds, 3),
            "exceptions": self.exceptions,
            "stages": {name: round(spent, 3) for name, spent in self.stages.items()},
            **measured.figures(),
            "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def _issue(month: Month) -> Summary:
    return receivable.issue(month, date(month.year, month.month, 26), person_id=SYSTEM)
