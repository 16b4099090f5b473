"""An earlier release's database is copied to a file before this release changes it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from onebook.infra import logins
from onebook.infra.pg import binaries

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

DUMPS = Path(os.environ["ONEBOOK_HOME"]) / "dumps"


@pytest.fixture
def earlier(own_database: "OwnDatabase") -> "Iterator[OwnDatabase]":
    """A database of an earlier release, which had no sessions, with one unit in it."""
    call_command("migrate", "sessions", "zero", database="owner", verbosity=0)
    connections.close_all()
    with own_database.connect("batch") as batch:
        batch.execute(
            "INSERT INTO org_unit (id, code, name, path) VALUES (9001, 'E-9', '东城所', '9001/')"
        )
    yield own_database
    for file in dumps_of(own_database.name):
        file.unlink()


def dumps_of(name: str) -> list[Path]:
    return sorted(DUMPS.glob(f"{name}-*"))


def has_sessions(name: str) -> bool:
    query = "SELECT FROM pg_tables WHERE tablename = 'django_session'"
    with psycopg.connect(**logins.superuser_dsn(name)) as owner:
        return owner.execute(query).fetchone() is not None


def test_a_whole_copy_is_kept_before_the_tables_change(earlier: "OwnDatabase") -> None:
    done = earlier.onebook("verify")
    assert done.returncode == 0, done.stderr
    (file,) = dumps_of(earlier.name)
    assert str(file) in done.stderr
    assert (file.stat().st_mode & 0o777, DUMPS.stat().st_mode & 0o777) == (0o600, 0o700)
    assert has_sessions(earlier.name)
    restored = f"{earlier.name}_restored"
    administer(f"CREATE DATABASE {restored} TEMPLATE template0")
    try:
        restore(file, restored)
        assert not has_sessions(restored)
        with psycopg.connect(**logins.superuser_dsn(restored)) as connection:
            units = connection.execute("SELECT code, name FROM org_unit WHERE id = 9001").fetchall()
        assert units == [("E-9", "东城所")]
    finally:
        administer(f"DROP DATABASE {restored} WITH (FORCE)")
    assert earlier.onebook("verify").returncode == 0
    assert dumps_of(earlier.name) == [file], "a database of this release is not copied again"


def test_nothing_is_changed_where_the_copy_cannot_be_kept(earlier: "OwnDatabase") -> None:
    aside = DUMPS.with_name("dumps-aside")
    if DUMPS.exists():
        DUMPS.rename(aside)
    DUMPS.write_text("in the way")
    try:
        done = earlier.onebook("verify")
    finally:
        DUMPS.unlink()
        if aside.exists():
            aside.rename(DUMPS)
    assert done.returncode == 1
    assert str(DUMPS) in done.stderr
    assert "Traceback" not in done.stderr
    assert not has_sessions(earlier.name)


def test_a_new_database_has_nothing_to_keep(template_database: str) -> None:
    assert dumps_of(template_database) == []


def administer(statement: str) -> None:
    with psycopg.connect(**logins.superuser_dsn(), autocommit=True) as connection:
        connection.execute(statement.encode())


def restore(file: Path, name: str) -> None:
    params = logins.superuser_dsn(name)
    done = subprocess.run(
        [
            str(binaries.client_folder() / "pg_restore"),
            f"--dbname=postgresql:///{name}?host={params['host']}&port={params['port']}"
            f"&user={params['user']}",
            str(file),
        ],
        env={"PATH": os.defpath, "PGPASSFILE": params["passfile"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
