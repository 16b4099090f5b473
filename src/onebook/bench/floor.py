"""The floor of a run: binary COPY of the very rows it wrote into tables without guards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import psycopg
from psycopg import sql

# The header and the trailer of a binary COPY.
_FRAME_BYTES = 21

Tables = dict[str, str]
"""Table -> the condition that finds one unit's rows of the run, in the order of the run."""


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


@dataclass(frozen=True)
class Floor:
    """Seconds of the bare COPY, and the rows and bytes of both sides, which must be equal."""

    seconds: float
    ours: Content
    bare: Content

    def figures(self) -> dict[str, Any]:
        """The two sides as `onebook bench` prints them."""
        return {
            "rows": {"ours": self.ours.rows, "floor": self.bare.rows},
            "bytes": {"ours": self.ours.size_bytes, "floor": self.bare.size_bytes},
        }


def measure(
    owner: psycopg.Connection,
    transactions: Sequence[Tables],
    units: Sequence[int],
    run: Callable[[], None],
    params: dict[str, Any] | None = None,
) -> Floor:
    """Do the run, then COPY what it wrote for each unit once more, in as many transactions.

    The bare tables begin empty and have the same columns, primary key and indexes; they are logged
    and have neither triggers nor row-level security. Reading the rows out is not timed. Conditions
    name the unit as ``%(unit)s`` and what else is in ``params``.
    """
    tables = [table for one in transactions for table in one]
    before = _content(owner, tables)
    run()
    ours = _content(owner, tables).beyond(before)
    for table in tables:
        owner.execute(
            sql.SQL(
                "CREATE TABLE {} (LIKE {} INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING STORAGE)"
            ).format(_bare(table), sql.Identifier(table))
        )
    seconds = 0.0
    for one in transactions:
        for unit in units:
            asked = {**(params or {}), "unit": unit}
            payloads = {
                table: _read_out(owner, table, where, asked) for table, where in one.items()
            }
            began = perf_counter()
            _write(owner, payloads)
            seconds += perf_counter() - began
    return Floor(seconds, ours, _content(owner, tables, _bare))


def _write(owner: psycopg.Connection, payloads: dict[str, bytes]) -> None:
    with owner.transaction(), owner.cursor() as cursor:
        for table, payload in payloads.items():
            statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(_bare(table))
            with cursor.copy(statement) as copy:
                copy.write(payload)


def _read_out(owner: psycopg.Connection, table: str, where: str, asked: dict[str, Any]) -> bytes:
    query = psycopg.ClientCursor(owner).mogrify(
        f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT (FORMAT binary)", asked
    )
    with owner.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(copy)


def _content(
    owner: psycopg.Connection,
    tables: Sequence[str],
    named: Callable[[str], sql.Identifier] = sql.Identifier,
) -> Content:
    rows, sizes = {}, {}
    for table in tables:
        count = owner.execute(sql.SQL("SELECT count(*) FROM {}").format(named(table))).fetchone()
        rows[table] = int(count[0]) if count else 0
        statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(named(table))
        with owner.cursor() as cursor, cursor.copy(statement) as copy:
            sizes[table] = sum(len(part) for part in copy) - _FRAME_BYTES
    return Content(rows, sizes)


def _bare(table: str) -> sql.Identifier:
    return sql.Identifier(f"floor_{table}")
