"""`bench verify`: a month's verification (核算) on a history of bills, against one read of it."""

import resource
from time import perf_counter
from typing import Any

import psycopg

from onebook.bench.issue import MONTH, load_history
from onebook.billing import jobs as billing
from onebook.billing import reads
from onebook.infra import logins
from onebook.org.services import SYSTEM

_TIMES = 3
# Read in one process, as one verification is.
_ONE_PROCESS = "SET max_parallel_workers_per_gather = 0"
_READ_ONCE = """
    SELECT count(*), sum(usage_e4), sum(previous_e4), sum(current_e4), max(read_on)
    FROM metering_reading WHERE bill_month >= %s AND bill_month <= %s
"""


def verify(accounts: int, *, units: int, months_before: int = 12) -> dict[str, Any]:
    """Verify a month's readings in `units` units; the figures as `onebook bench` prints them.

    The months before are read and billed. Two accounts in a hundred have readings that stop a
    bill: no usage, and far more than before. The floor reads the columns that rules compare, of
    every reading of the month and the months before it, once: the best of three.
    """
    town = load_history(accounts, units, months_before)
    readings = town.read(MONTH, odd=True)
    began = perf_counter()
    found = billing.verify(MONTH, person_id=SYSTEM)
    seconds = perf_counter() - began
    rss_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    began = perf_counter()
    again = billing.verify(MONTH, person_id=SYSTEM)
    again_seconds = perf_counter() - began
    rows, floor_seconds = _floor(months_before)
    counts = reads.exception_counts(MONTH, town.unit_ids)
    rules: dict[str, int] = {}
    for row in counts:
        rules[row["rule"]] = rules.get(row["rule"], 0) + row["exceptions"]
    return {
        "bench": "verify",
        "n": accounts,
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor_seconds, 6),
        "ratio": round(seconds / floor_seconds, 2),
        "accounts_per_second": round(accounts / seconds),
        "readings": readings,
        "floor_readings": rows,
        "exceptions": found.rows_out,
        "by_rule": dict(sorted(rules.items())),
        "again_seconds": round(again_seconds, 3),
        "again_exceptions": again.rows_out,
        "units": units,
        "months_before": months_before,
        "rss_mib": rss_mib,
    }


def _floor(months_before: int) -> tuple[int, float]:
    """How many readings were read, and the seconds of it."""
    span = (MONTH.plus(-months_before).first, MONTH.first)
    best, rows = float("inf"), 0
    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        owner.execute(_ONE_PROCESS)
        for _ in range(_TIMES):
            began = perf_counter()
            found = owner.execute(_READ_ONCE, span).fetchone()
            best = min(best, perf_counter() - began)
            rows = int(found[0]) if found else 0
    return rows, best
