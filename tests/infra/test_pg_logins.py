"""The three logins: what each may and may not become or reach."""

import os

import psycopg
import pytest
from django.db import connections

from onebook.infra import logins


def test_every_login_reaches_its_own_role_with_business_time(own_database):
    for login in ("owner", "app", "batch"):
        with own_database.connect(login) as connection:
            row = connection.execute(
                "SELECT current_user, current_setting('timezone'), current_setting('fsync')"
            ).fetchone()
        assert row == (f"onebook_{login}", "Asia/Shanghai", "on")


def test_the_server_is_the_version_asked_for(own_database):
    with own_database.connect() as connection:
        version = connection.info.server_version // 10_000
    assert version == int(os.environ.get("ONEBOOK_TEST_POSTGRES", "18"))


@pytest.mark.parametrize("target", ["onebook_batch", "onebook_owner", "postgres"])
def test_app_can_become_nobody_else(own_database, target):
    with own_database.connect("app") as connection:
        for statement in (f"SET ROLE {target}", f"SET SESSION AUTHORIZATION {target}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()
        assert connection.execute("SELECT current_user").fetchone() == ("onebook_app",)


def test_only_batch_goes_round_row_level_security_and_nobody_is_superuser(own_database):
    with own_database.connect("owner") as connection:
        rows = connection.execute(
            "SELECT rolname, rolinherit, rolbypassrls, rolsuper, rolcreaterole, rolcreatedb "
            "FROM pg_roles WHERE rolname LIKE 'onebook%' ORDER BY rolname"
        ).fetchall()
    assert rows == [
        ("onebook_app", False, False, False, False, False),
        ("onebook_batch", False, True, False, False, False),
        ("onebook_owner", True, False, False, True, False),
    ]


@pytest.mark.parametrize("login", ["app", "batch"])
def test_app_and_batch_make_no_table_and_see_no_migration_state_to_change(own_database, login):
    with own_database.connect(login) as connection:
        for statement in ("CREATE TABLE t (a int)", "DELETE FROM django_migrations"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


def test_a_wrong_password_and_no_password_are_refused(own_database):
    for secret in ("wrong", ""):
        params = own_database.dsn("app") | {"password": secret, "passfile": "/dev/null"}
        with pytest.raises(psycopg.OperationalError, match=r"password|no password supplied"):
            psycopg.connect(**params)


def test_django_reaches_the_same_database_by_two_aliases(own_database):
    found = []
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_user, current_database()")
            found.append(cursor.fetchone())
    assert found == [(f"onebook_{login}", own_database.name) for login in ("app", "owner")]


def test_the_rolled_back_database_is_used_as_the_app(db):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("onebook_app",)


def test_an_unusable_prefix_is_refused(monkeypatch):
    monkeypatch.setenv("ONEBOOK_ROLE_PREFIX", "a; DROP")
    with pytest.raises(logins.NameUnusable, match="ONEBOOK_ROLE_PREFIX is 'a; DROP'"):
        logins.role("app")
