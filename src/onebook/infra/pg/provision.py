"""The database and its three logins, made idempotently here or on an outside server."""

from collections.abc import Iterable, Iterator

import psycopg
from psycopg import sql

from onebook.infra import logins
from onebook.infra.logins import Login, Params
from onebook.infra.pg.errors import (
    DatabaseUnreachable,
    LoginsMissing,
    ServerVersionUnsupported,
)

# What the role may do by itself; the rights on tables are granted by the migrations.
_OWNER = "LOGIN INHERIT CREATEROLE"  # makes the group roles that row-level security names
_ATTRIBUTES: dict[Login, str] = {
    "app": "LOGIN NOINHERIT",
    # COPY FROM is refused to a role that is subject to row-level security
    "batch": "LOGIN NOINHERIT BYPASSRLS",
}
_VERSION_LOWEST, _VERSION_BEYOND = 15, 19


def is_ready() -> bool:
    """Whether the app's and the batch's login get in: the right to connect is granted last."""
    return _connects(logins.dsn("app")) and _connects(logins.dsn("batch"))


def embedded(database: str) -> None:
    """Make the roles and the database on the embedded server; harmless when repeated."""
    with psycopg.connect(**logins.superuser_dsn(), autocommit=True) as connection:  # type: ignore[arg-type]
        connection.execute(_role_statement(connection, logins.role("owner"), _OWNER))
        if not _exists(connection, "pg_database", "datname", database):
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                    "LOCALE_PROVIDER libc LOCALE 'C'"
                ).format(sql.Identifier(database), sql.Identifier(logins.role("owner")))
            )
    with psycopg.connect(**logins.superuser_dsn(database)) as connection:  # type: ignore[arg-type]
        for statement in _statements(connection, database):
            connection.execute(statement)


def outside() -> None:
    """Make the two other logins on the server of ONEBOOK_DATABASE_URL, in one transaction.

    Raises DatabaseUnreachable, ServerVersionUnsupported, LoginsMissing (with the SQL for the
    server's administrator).
    """
    try:
        connection = psycopg.connect(**logins.dsn("owner"))  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(reason=str(error).strip()) from error
    with connection:
        _refuse_other_versions(connection)
        statements = list(_statements(connection, logins.database()))
        try:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        except psycopg.errors.InsufficientPrivilege as error:
            connection.rollback()
            raise _logins_missing(connection, statements) from error
    if not is_ready():
        names = " and ".join(logins.role(login) for login in _ATTRIBUTES)
        raise DatabaseUnreachable(reason=f"{names} may not log in with a password.")


def _statements(connection: psycopg.Connection, database: str) -> Iterator[sql.Composed]:
    """App and batch, then the database's own doors."""
    for login, attributes in _ATTRIBUTES.items():
        yield _role_statement(connection, logins.role(login), attributes)
    # infra_watermark() must see when every session's transaction began.
    if not _sees_sessions(connection, logins.role("owner")):
        yield sql.SQL("GRANT pg_read_all_stats TO {}").format(sql.Identifier(logins.role("owner")))
    yield from database_statements(database)


def database_statements(database: str) -> Iterator[sql.Composed]:
    """Close one database to everybody else; the right to connect comes last.

    Run them inside the database. A copy made by ``CREATE DATABASE … TEMPLATE`` needs them again.
    """
    name = sql.Identifier(database)
    to = sql.SQL(", ").join(sql.Identifier(logins.role(login)) for login in _ATTRIBUTES)
    yield sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name)
    yield sql.SQL("REVOKE ALL ON SCHEMA {} FROM PUBLIC").format(sql.Identifier("public"))
    yield sql.SQL("ALTER DATABASE {} SET timezone TO 'Asia/Shanghai'").format(name)
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to)
    yield sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(name, to)


def _role_statement(connection: psycopg.Connection, name: str, attributes: str) -> sql.Composed:
    """CREATE ROLE, or ALTER ROLE where it exists; the password goes as its SCRAM verifier."""
    verb = "ALTER" if _exists(connection, "pg_roles", "rolname", name) else "CREATE"
    verifier = connection.pgconn.encrypt_password(
        logins.password(name).encode(), name.encode(), b"scram-sha-256"
    ).decode()
    return sql.SQL("{} ROLE {} {} PASSWORD {}").format(
        sql.SQL(verb),
        sql.Identifier(name),
        sql.SQL(attributes),
        sql.Literal(verifier),
    )


def _exists(connection: psycopg.Connection, catalog: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s")
    found = connection.execute(
        query.format(sql.Identifier(catalog), sql.Identifier(column)), [name]
    )
    return found.fetchone() is not None


def _sees_sessions(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("SELECT pg_has_role(%s, 'pg_read_all_stats', 'USAGE')", [name])
    row = found.fetchone()
    return bool(row and row[0])


def _connects(params: Params) -> bool:
    try:
        psycopg.connect(**params, connect_timeout=5).close()  # type: ignore[arg-type]
    except psycopg.OperationalError:
        return False
    return True


def _refuse_other_versions(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if not _VERSION_LOWEST <= version < _VERSION_BEYOND:
        raise ServerVersionUnsupported(version=version)


def _logins_missing(
    connection: psycopg.Connection, statements: Iterable[sql.Composed]
) -> LoginsMissing:
    return LoginsMissing(
        logins=", ".join(logins.role(login) for login in _ATTRIBUTES),
        user=logins.role("owner"),
        database=logins.database(),
        sql="\n".join(f"{statement.as_string(connection)};" for statement in statements),
    )
