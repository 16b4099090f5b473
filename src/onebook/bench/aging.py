"""`bench aging`: arrears on a past day by bucket and unit, against one bare table of just them."""

import importlib.util
import resource
from collections.abc import Callable
from datetime import date, timedelta
from time import perf_counter
from typing import Any

import numpy as np
import psycopg
from django.db import connection, transaction
from numpy.typing import NDArray

from onebook.infra import ids, logins, sql
from onebook.infra.copy import copy_in
from onebook.kernel.periods import Month
from onebook.receivable import reads, services
from onebook.receivable.rules import SettledBy

PACKAGE = "duckdb"
BOUNDS = [1, 31, 91, 366]
"""Days past due at which the five buckets begin, but for the first."""
LAST = Month(2026, 10)
SEED = 11
_TIMES = 5
_ISSUED, _DUE, _ASKED = 5, 25, 15
_NEVER_PERCENT, _PAID_WITHIN_DAYS = 6, 30
_UNITS = 16
_BILL = 1  # receivable.models.OpenItem.Kind.BILL
# In one process, as one of many people who ask at once; both sides alike.
_ONE_PROCESS = "SET max_parallel_workers_per_gather = 0"
_BARE = """
    CREATE TABLE bench_open_item AS
    SELECT org_unit_id, due_on, remaining_fen
    FROM receivable_v_open_items_at(%(as_of)s::date, NULL, NULL)
"""
_GROUPED = """
    SELECT org_unit_id, width_bucket({as_of} - due_on, ARRAY[1, 31, 91, 366]),
           sum(remaining_fen)::bigint, count(*)
    FROM bench_open_item GROUP BY 1, 2 ORDER BY 1, 2
"""
_DUCKDB = """
    SELECT org_unit_id, CASE WHEN days < 1 THEN 0 WHEN days < 31 THEN 1 WHEN days < 91 THEN 2
                             WHEN days < 366 THEN 3 ELSE 4 END, sum(remaining_fen)::bigint, count(*)
    FROM (SELECT *, {day} - due_day AS days FROM items) GROUP BY 1, 2 ORDER BY 1, 2
"""

Rows = list[tuple[int, ...]]


def aging(accounts: int, months: int) -> dict[str, Any]:
    """Ask for the arrears of the 15th of the last month, of `accounts` bills in each of `months`.

    Six bills in a hundred are never paid, the others within thirty days, so that of a million
    accounts in 24 months two million bills are open. The month before is closed: its snapshot is
    what later days are counted from. Payments after the day asked for are there. The floor groups
    one bare, analysed table of just the open items in the same server. Best of five, in turn.
    """
    began = perf_counter()
    loaded = [_load(LAST.plus(-back), accounts) for back in range(months - 1, -1, -1)]
    sql.analyze("receivable_open_item", "receivable_settlement")
    load_seconds = perf_counter() - began
    began = perf_counter()
    with transaction.atomic():
        services.take_snapshot(LAST.first - timedelta(1))
    snapshot_seconds = perf_counter() - began
    as_of = LAST.first.replace(day=_ASKED)
    asked = {**reads.as_known(as_of, None), "units": None, "bounds": BOUNDS}
    with connection.cursor() as session:
        session.execute(_ONE_PROCESS)
    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        owner.execute(_ONE_PROCESS)
        cursor = psycopg.ClientCursor(owner)
        cursor.execute(_BARE, {"as_of": as_of})
        owner.execute("VACUUM ANALYZE bench_open_item")
        grouped = _GROUPED.format(as_of=f"date '{as_of}'")
        sides = (lambda: _ours(asked), lambda: owner.execute(grouped).fetchall())
        (seconds, ours), (floor_seconds, theirs) = _best(sides)
        count = sum(row[3] for row in theirs)
        duck = _duckdb(owner, as_of)
    return {
        "bench": "aging",
        "n": count,
        "seconds": round(seconds, 6),
        "floor_seconds": round(floor_seconds, 6),
        "ratio": round(seconds / floor_seconds, 2),
        "same_rows": ours == theirs and duck.pop("rows", theirs) == theirs,
        "duckdb": duck,
        "months": months,
        "items": sum(items for items, _ in loaded),
        "settlements": sum(settled for _, settled in loaded),
        "load_seconds": round(load_seconds, 1),
        "snapshot_seconds": round(snapshot_seconds, 1),
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _ours(asked: dict[str, Any]) -> Rows:
    found = sql.rows("receivable", "aging", asked)
    columns = ("org_unit_id", "bucket", "remaining_fen", "items")
    return sorted(tuple(row[name] for name in columns) for row in found)


def _best(sides: tuple[Callable[[], Rows], ...]) -> list[tuple[float, Rows]]:
    """The best seconds of each side, taken in turn, and what it gave last."""
    best, rows = [float("inf")] * len(sides), [Rows()] * len(sides)
    for _ in range(_TIMES):
        for at, side in enumerate(sides):
            began = perf_counter()
            rows[at] = side()
            best[at] = min(best[at], perf_counter() - began)
    return list(zip(best, rows, strict=True))


def _duckdb(owner: psycopg.Connection[Any], as_of: date) -> dict[str, Any]:
    """The same groups by DuckDB on the same rows in memory, on one thread."""
    if importlib.util.find_spec(PACKAGE) is None:
        return {"missing": "pip install duckdb, and run it again"}
    import duckdb  # noqa: PLC0415 -- an optional package

    query = "SELECT org_unit_id, due_on - date '2000-01-01', remaining_fen FROM bench_open_item"
    unit, due_day, remaining_fen = np.array(owner.execute(query).fetchall(), np.int64).T
    with duckdb.connect(config={"threads": 1}) as memory:
        memory.register(
            "given", {"org_unit_id": unit, "due_day": due_day, "remaining_fen": remaining_fen}
        )
        memory.execute("CREATE TABLE items AS SELECT * FROM given")
        asked = _DUCKDB.format(day=(as_of - date(2000, 1, 1)).days)
        ((seconds, rows),) = _best((lambda: memory.execute(asked).fetchall(),))
    return {"seconds": round(seconds, 6), "rows": rows}


def _load(month: Month, accounts: int) -> tuple[int, int]:
    """Load a month's bills as open items, and what was paid of them; how many of each."""
    random = np.random.default_rng([SEED, month.year, month.month])
    places = np.arange(accounts)
    issued = np.datetime64(month.first.replace(day=_ISSUED), "D")
    item = ids.allot("receivable_open_item", accounts)
    principal_fen = random.integers(2_000, 40_000, accounts)
    paid = np.flatnonzero(random.integers(0, 100, accounts) >= _NEVER_PERCENT)
    with transaction.atomic():
        copy_in(
            "receivable_open_item",
            {
                "id": item,
                "kind": np.full(accounts, _BILL, np.int16),
                "source_id": item,
                "service_account_id": places,
                "org_unit_id": places * _UNITS // accounts,
                "category_id": np.ones(accounts, np.int16),
                "bill_month": np.full(accounts, np.datetime64(month.first, "D")),
                "due_on": np.full(accounts, np.datetime64(month.first.replace(day=_DUE), "D")),
                "principal_fen": principal_fen,
                "journal_id": np.zeros(accounts, np.int64),
                "effective_on": np.full(accounts, issued),
            },
        )
        _settle(item[paid], places[paid], principal_fen[paid], issued, random)
    return accounts, len(paid)


def _settle(
    item: NDArray[np.int64],
    places: NDArray[np.int64],
    amount_fen: NDArray[np.int64],
    issued: np.datetime64,
    random: np.random.Generator,
) -> None:
    """Pay items whole, each within thirty days of its issue, in the order of payment."""
    days = random.integers(0, _PAID_WITHIN_DAYS, len(item))
    order = np.argsort(days, kind="stable")
    fresh = ids.allot("receivable_settlement", len(item))
    copy_in(
        "receivable_settlement",
        {
            "id": fresh,
            "open_item_id": item[order],
            "service_account_id": places[order],
            "amount_fen": amount_fen[order],
            "source_kind": np.full(len(item), SettledBy.RECEIPT, np.int16),
            "source_id": fresh,
            "policy_id": np.full(len(item), services.OLDEST_FIRST, np.int16),
            "reverses_id": None,
            "journal_id": np.zeros(len(item), np.int64),
            "effective_on": issued + days[order].astype("timedelta64[D]"),
        },
    )
