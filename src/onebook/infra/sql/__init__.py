"""Named statements: `<app>/sql/<name>.sql`, read once, opened by a sentence on in, out, locks."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

Params = Mapping[str, Any]

_APPS = Path(__file__).parents[2]


@cache
def text(app: str, name: str) -> str:
    """The text of the statement `name` of `app`."""
    return (_APPS / app / "sql" / f"{name}.sql").read_text("utf-8")


def rows(app: str, name: str, params: Params | None = None) -> list[dict[str, Any]]:
    """Run a named query; one dict a row, keyed by the query's column names."""
    with connection.cursor() as cursor:
        cursor.execute(text(app, name), params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(app: str, name: str, params: Params | None = None) -> dict[str, Any]:
    """Run a named query that gives exactly one row."""
    (row,) = rows(app, name, params)
    return row


def execute(app: str, name: str, params: Params | None = None) -> int:
    """Run a named statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(text(app, name), params)
        return int(cursor.rowcount)


def analyze(*tables: str) -> None:
    """Refresh the planner's statistics of tables that a batch has just filled.

    Without it the next statement plans for the few rows that were there before.
    """
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT infra_analyze(%s::regclass)", [table])
