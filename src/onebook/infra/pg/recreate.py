"""Empties the database for a new start: the embedded one is dropped, an outside one's schema."""

import psycopg
from psycopg import sql

from onebook.infra import logins
from onebook.infra.pg import provision


def recreate() -> None:
    """Drop everything that the database holds and make it anew, without tables.

    The caller has closed its own connections, and migrates afterwards.
    """
    if logins.url_params() is not None:
        with psycopg.connect(**logins.dsn("owner"), autocommit=True) as connection:  # type: ignore[arg-type]
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        provision.outside()
        return
    drop()
    provision.embedded(logins.database())


def drop() -> None:
    """Drop the embedded server's database; sessions in it are ended."""
    with psycopg.connect(**logins.superuser_dsn(), autocommit=True) as connection:  # type: ignore[arg-type]
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(statement.format(sql.Identifier(logins.database())))
