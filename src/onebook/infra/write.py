"""One recorded fact in: a plain INSERT that leaves the database's own columns to the database."""

from typing import Any

from django.db import connection
from psycopg import sql


def insert(table: str, **values: Any) -> None:
    """Insert one row into `table`; `recorded_at` and `recorded_on` are the database's."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values.values()))
