"""A server that somebody else administers: ONEBOOK_DATABASE_URL."""

import psycopg
import pytest
from psycopg import sql

from onebook.infra import logins
from onebook.infra.pg import server
from onebook.infra.pg.errors import DatabaseUnreachable, LoginsMissing

PASSWORD = "owner's own"


@pytest.fixture
def outside_url(template_database, monkeypatch):
    """An empty database on the tests' server whose owner may not make roles."""
    superuser = logins.superuser_dsn()
    with psycopg.connect(**superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE outside LOGIN PASSWORD {}").format(PASSWORD))
        connection.execute("CREATE DATABASE outside OWNER outside TEMPLATE template0")
    monkeypatch.setenv("ONEBOOK_ROLE_PREFIX", "outside")
    url = f"postgresql://outside:owner%27s%20own@/outside?host={superuser['host']}"
    monkeypatch.setenv("ONEBOOK_DATABASE_URL", url)
    yield url
    with psycopg.connect(**superuser, autocommit=True) as connection:
        connection.execute("DROP DATABASE outside WITH (FORCE)")
        for name in ("outside", "outside_app", "outside_batch"):
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def test_without_the_right_the_administrator_s_sql_is_told_and_it_works(outside_url):
    with pytest.raises(LoginsMissing) as caught:
        server.ensure()
    assert "outside_app, outside_batch" in str(caught.value)
    statements = str(caught.value.params["sql"])
    for login in ("app", "batch"):
        assert f'CREATE ROLE "outside_{login}"' in statements
        assert logins.password(logins.role(login)) not in statements
    with psycopg.connect(**logins.superuser_dsn("outside")) as connection:
        assert not connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname IN ('outside_app', 'outside_batch')"
        ).fetchall()
        connection.execute(statements)
    server.ensure()
    for login in ("owner", "app", "batch"):
        with psycopg.connect(**logins.dsn(login)) as connection:
            found = connection.execute("SELECT current_user, current_database()").fetchone()
        assert found == (logins.role(login), "outside")


def test_an_owner_with_the_right_needs_no_administrator(outside_url):
    with psycopg.connect(**logins.superuser_dsn(), autocommit=True) as connection:
        # before 16 only a superuser makes a login that goes round row-level security
        enough = (
            "CREATEROLE BYPASSRLS" if connection.info.server_version >= 160_000 else "SUPERUSER"
        )
        connection.execute(f"ALTER ROLE outside {enough}")
        connection.execute("GRANT pg_read_all_stats TO outside")
    before = server.status()
    server.ensure()
    assert (before.outside, before.running, server.status().running) == (True, False, True)
    with psycopg.connect(**logins.dsn("app")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("outside_app",)


def test_a_server_that_is_not_there_is_said_so(monkeypatch):
    monkeypatch.setenv("ONEBOOK_DATABASE_URL", "postgresql://o:p@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnreachable, match=r"cannot be reached: .*refused"):
        server.ensure()
