"""`bench issue`: a month's issue end to end, against a bare COPY of the very same rows."""

import resource
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

import psycopg
from psycopg import sql

from onebook.bench.load import load_town
from onebook.billing import jobs as billing
from onebook.infra import logins
from onebook.kernel.periods import Month
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable

MONTH = Month(2026, 1)
UNITS = 4
# What the issue writes, and how a unit's rows are found; the order is that of the run.
_TABLES = {
    "billing_batch": "org_unit_id = %s",
    "billing_bill": "org_unit_id = %s",
    "billing_bill_line": "bill_id IN (SELECT id FROM billing_bill WHERE org_unit_id = %s)",
    "receivable_open_item": "org_unit_id = %s",
    "books_journal": "org_unit_id = %s",
    "books_posting": "org_unit_id = %s",
}


@dataclass(frozen=True)
class Side:
    """Seconds, rows and bytes of one side."""

    seconds: float
    rows: dict[str, int]
    size_bytes: dict[str, int]


def issue(accounts: int) -> dict[str, Any]:
    """Issue `accounts` bills in 4 units; the figures as `onebook bench` prints them.

    Customers, tariffs and readings are loaded before and not timed; verification is timed apart
    (`verify_seconds`). The floor: binary COPY of the same rows into tables with the same columns,
    primary key and indexes, logged, in as many transactions, without triggers and row-level
    security.
    """
    units = load_town(accounts, MONTH, UNITS)
    began = perf_counter()
    verified = billing.verify(MONTH, person_id=SYSTEM)
    verify_seconds = perf_counter() - began
    began = perf_counter()
    summary = receivable.issue(MONTH, date(2026, 1, 26), person_id=SYSTEM)
    seconds = perf_counter() - began
    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        payloads = {
            (unit, table): _read_out(owner, table, where, unit)
            for unit in units
            for table, where in _TABLES.items()
        }
        ours = _side(owner, seconds, "")
        floor = _floor(owner, units, payloads)
    return {
        "bench": "issue",
        "n": accounts,
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor.seconds, 3),
        "ratio": round(seconds / floor.seconds, 2),
        "accounts_per_second": round(accounts / seconds),
        "verify_seconds": round(verify_seconds, 3),
        "exceptions": verified.rows_out,
        "transactions": len(units),
        "stages": {name: round(spent, 3) for name, spent in summary.seconds.items()},
        "rows": {"ours": ours.rows, "floor": floor.rows},
        "bytes": {"ours": ours.size_bytes, "floor": floor.size_bytes},
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _read_out(owner: psycopg.Connection, table: str, where: str, unit: int) -> bytes:
    with owner.cursor() as cursor:
        query = psycopg.ClientCursor(owner).mogrify(
            f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT (FORMAT binary)", [unit]
        )
        with cursor.copy(query) as copy:
            return b"".join(copy)


def _floor(
    owner: psycopg.Connection, units: list[int], payloads: dict[tuple[int, str], bytes]
) -> Side:
    for table in _TABLES:
        owner.execute(
            sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING INDEXES)").format(
                sql.Identifier(f"floor_{table}"), sql.Identifier(table)
            )
        )
    began = perf_counter()
    for unit in units:
        with owner.transaction(), owner.cursor() as cursor:
            for table in _TABLES:
                statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(
                    sql.Identifier(f"floor_{table}")
                )
                with cursor.copy(statement) as copy:
                    copy.write(payloads[unit, table])
    return _side(owner, perf_counter() - began, "floor_")


def _side(owner: psycopg.Connection, seconds: float, prefix: str) -> Side:
    rows, sizes = {}, {}
    for table in _TABLES:
        name = sql.Identifier(f"{prefix}{table}")
        count = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone()
        rows[table] = int(count[0]) if count else 0
        statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(name)
        with owner.cursor() as cursor, cursor.copy(statement) as copy:
            sizes[table] = sum(len(part) for part in copy)
    return Side(seconds, rows, sizes)
