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
from onebook.infra.runs import Summary
from onebook.kernel.periods import Month
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable

# The last month of a year: the usage of the months before counts for its tiers.
MONTH = Month(2025, 12)
# What the issue writes, and how a unit's rows of the month are found; the order is that of the run.
# The header and the trailer of a binary COPY.
_FRAME_BYTES = 21
_BATCH = "(SELECT max(id) FROM billing_batch WHERE org_unit_id = %(unit)s)"
_BILLS = f"(SELECT id FROM billing_bill WHERE batch_id = {_BATCH})"
_JOURNAL = (
    f"(SELECT id FROM books_journal WHERE source_kind = 'bill_batch' AND source_id = {_BATCH})"
)
_TABLES = {
    "billing_batch": f"id = {_BATCH}",
    "billing_bill": f"batch_id = {_BATCH}",
    "billing_bill_line": f"bill_id IN {_BILLS}",
    "receivable_open_item": f"journal_id = {_JOURNAL}",
    "books_journal": f"id = {_JOURNAL}",
    "books_posting": f"journal_id = {_JOURNAL}",
}


@dataclass(frozen=True)
class Content:
    """Rows and bytes of binary COPY by table."""

    rows: dict[str, int]
    size_bytes: dict[str, int]

    def beyond(self, before: "Content") -> "Content":
        """What was added since."""
        return Content(
            {table: count - before.rows[table] for table, count in self.rows.items()},
            {table: size - before.size_bytes[table] for table, size in self.size_bytes.items()},
        )


def issue(accounts: int, *, units: int = 4, months_before: int = 0) -> dict[str, Any]:
    """Issue `accounts` bills in `units` units; the figures as `onebook bench` prints them.

    Customers, tariffs, readings and the bills of `months_before` earlier months are made before
    and not timed; verification is timed apart (`verify_seconds`). The floor: binary COPY of the
    same rows into tables with the same columns, primary key and indexes, logged, in as many
    transactions, without triggers and row-level security. Its tables begin empty.
    """
    unit_ids = load_town(accounts, MONTH, units, months=max(1, months_before))
    for back in range(months_before, 0, -1):
        _issue(MONTH.plus(-back))
    began = perf_counter()
    verified = billing.verify(MONTH, person_id=SYSTEM)
    verify_seconds = perf_counter() - began
    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        before = _content(owner, "")
        began = perf_counter()
        summary = _issue(MONTH)
        seconds = perf_counter() - began
        ours = _content(owner, "").beyond(before)
        payloads = {
            (unit, table): _read_out(owner, table, where, unit)
            for unit in unit_ids
            for table, where in _TABLES.items()
        }
        floor_seconds = _floor(owner, unit_ids, payloads)
        floor = _content(owner, "floor_")
    return {
        "bench": "issue",
        "n": accounts,
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor_seconds, 3),
        "ratio": round(seconds / floor_seconds, 2),
        "accounts_per_second": round(accounts / seconds),
        "verify_seconds": round(verify_seconds, 3),
        "exceptions": verified.rows_out,
        "transactions": units,
        "months_before": months_before,
        "stages": {name: round(spent, 3) for name, spent in summary.seconds.items()},
        "rows": {"ours": ours.rows, "floor": floor.rows},
        "bytes": {"ours": ours.size_bytes, "floor": floor.size_bytes},
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _issue(month: Month) -> Summary:
    return receivable.issue(month, date(month.year, month.month, 26), person_id=SYSTEM)


def _read_out(owner: psycopg.Connection, table: str, where: str, unit: int) -> bytes:
    with owner.cursor() as cursor:
        query = psycopg.ClientCursor(owner).mogrify(
            f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT (FORMAT binary)", {"unit": unit}
        )
        with cursor.copy(query) as copy:
            return b"".join(copy)


def _floor(
    owner: psycopg.Connection, units: list[int], payloads: dict[tuple[int, str], bytes]
) -> float:
    """Seconds of the bare COPY."""
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
    return perf_counter() - began


def _content(owner: psycopg.Connection, prefix: str) -> Content:
    rows, sizes = {}, {}
    for table in _TABLES:
        name = sql.Identifier(f"{prefix}{table}")
        count = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(name)).fetchone()
        rows[table] = int(count[0]) if count else 0
        statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(name)
        with owner.cursor() as cursor, cursor.copy(statement) as copy:
            sizes[table] = sum(len(part) for part in copy) - _FRAME_BYTES
    return Content(rows, sizes)
