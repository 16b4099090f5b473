"""Brings the database to this release's tables and rights, once and by one command at a time."""

from datetime import UTC, datetime

import psycopg
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext

from onebook.config.errors import DatabaseNewer
from onebook.infra import logins, rights
from onebook.infra.pg import dump
from onebook.infra.pg.process import Say
from onebook.infra.pg.server import quiet

_LOCK_KEY = 0x6F6E65626F6F6B  # "onebook"; PostgreSQL's advisory lock, any number would do


def ensure_current(say: Say = quiet) -> None:
    """Migrate as the owner and grant the rights, where that is not done yet.

    A database that holds an earlier release's data is copied to a file first. The server answers
    already (``infra.pg.server.ensure``). Raises DatabaseNewer, DumpNotMade.
    """
    if is_current():
        return
    # A session of its own holds the lock, whatever becomes of the one that migrates.
    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as holder:  # type: ignore[arg-type]
        holder.execute("SELECT pg_advisory_lock(%s)", [_LOCK_KEY])
        if not is_current():
            if _holds_data():
                dump.save(f"{logins.database()}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}", say)
            say(gettext("Bringing the database to this release …"))
            _migrate()


def is_current() -> bool:
    """Whether every migration is applied and the app may read: its rights are granted last."""
    try:
        loader = MigrationLoader(connections["default"])
    except DatabaseError:
        return False
    _refuse_newer(loader)
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _holds_data() -> bool:
    """Whether an earlier release finished here: the right to read its list is granted last."""
    try:
        return bool(MigrationLoader(connections["default"]).applied_migrations)
    except DatabaseError:
        return False


def _refuse_newer(loader: MigrationLoader) -> None:
    known = set(loader.disk_migrations or ()) | set(loader.replacements)
    for app, name in sorted(set(loader.applied_migrations or ()) - known):
        if app in loader.migrated_apps:
            raise DatabaseNewer(migration=f"{app}.{name}")


def _migrate() -> None:
    names = [logins.role("app"), logins.role("batch")]
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    with transaction.atomic(using="owner"):
        rights.grant("owner", names)
    connections["owner"].close()
