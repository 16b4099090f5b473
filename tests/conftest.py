"""One migrated template database a session, on an embedded server of the tests' own.

`db` (pytest-django) runs a test as the app's login and rolls back. A test that commits, kills or
drives a browser takes `own_database`, a copy of the template. Django's flush is never used: it is
a TRUNCATE, which append-only tables refuse.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "onebook_template"
ROLLED_BACK = "onebook_rolled_back"
_KEPT = ("ONEBOOK_CHROMIUM", "ONEBOOK_SHARED", "ONEBOOK_TEST_POSTGRES")
_HOME_PREFIX = "onebook-test-"


def _new_home() -> Path:
    """A home that the database's own user may enter; named by this process, see `_sweep`."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_HOME_PREFIX}{os.getpid()}-", dir="/tmp"))
    if os.geteuid() == 0:
        folder.chmod(0o711)
    return folder


# Before Django and onebook read their settings: nothing of this machine's installation is used.
for _name in [n for n in os.environ if n.startswith("ONEBOOK_") and n not in _KEPT]:
    del os.environ[_name]
HOME = _new_home()
os.environ["ONEBOOK_HOME"] = str(HOME)
os.environ["ONEBOOK_DATABASE"] = TEMPLATE
os.environ["DJANGO_SETTINGS_MODULE"] = "onebook.config.settings"
# The browser's event loop lives in this thread once a page was opened; the tests stay synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ["PYTHONPATH"] = str(ROOT / "src")
for _path in (str(ROOT), str(ROOT / "src")):
    if _path not in sys.path:
        sys.path.insert(0, _path)

# ruff: noqa: E402
import django
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker

from onebook.config import migrate
from onebook.infra import logins
from onebook.infra.pg import account, binaries, cluster, process, provision, server
from onebook.infra.pg.layout import layout

# ---------------------------------------------------------------- groups that need a program

APT = "apt-get install -y "


def chromium_program() -> str | None:
    """The browser of the tests: $ONEBOOK_CHROMIUM, else chromium on PATH."""
    return os.environ.get("ONEBOOK_CHROMIUM") or shutil.which("chromium")


def _has_cjk_fonts() -> bool:
    return any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))


POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")


@dataclass
class Group:
    """Tests with one marker, run only where a program of the machine is present."""

    package: str
    is_present: Callable[[], object]
    meaning: str
    not_run: int = field(default=0)


GROUPS = {
    "chromium": Group("chromium", chromium_program, "drives a real browser"),
    "cjk_fonts": Group("fonts-noto-cjk", _has_cjk_fonts, "looks at Chinese text on a page"),
    "hledger": Group("hledger", lambda: shutil.which("hledger"), "asks hledger to judge an export"),
    "postgresql15": Group(
        "postgresql-15", (POSTGRES_15 / "initdb").exists, "runs on the oldest PostgreSQL supported"
    ),
}


def pytest_configure(config: pytest.Config) -> None:
    """Register the groups; end the server also when pytest is asked to end."""
    for marker, group in GROUPS.items():
        config.addinivalue_line("markers", f"{marker}: {group.meaning}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _sweep()
    if settings.configured:
        raise pytest.UsageError("DJANGO_SETTINGS_MODULE is set: unset it, the tests set their own.")
    django.setup()  # pytest-django sets up only what is configured by now, which is nothing


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the groups whose program is missing; under CI=true they stay and fail."""
    if os.environ.get("CI") == "true":
        return
    absent = {marker for marker, group in GROUPS.items() if not group.is_present()}
    left_out = [item for item in items if any(item.get_closest_marker(m) for m in absent)]
    for item in left_out:
        for marker in absent:
            GROUPS[marker].not_run += item.get_closest_marker(marker) is not None
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test of a group whose program is missing (only under CI=true it gets here)."""
    for marker, group in GROUPS.items():
        if item.get_closest_marker(marker) and not group.is_present():
            pytest.fail(f"{marker} needs a program: {APT}{group.package}", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which groups were not run and how to get them."""
    for marker, group in GROUPS.items():
        if group.not_run:
            terminalreporter.write_line(
                f"not run: {group.not_run} of group {marker}: {APT}{group.package}", yellow=True
            )


def pytest_unconfigure() -> None:
    """Stop the tests' server and remove its home."""
    _discard(HOME)


def _discard(home: Path) -> None:
    with contextlib.suppress(FileNotFoundError), _home_is(home):
        server.stop()
    shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _home_is(home: Path) -> Iterator[None]:
    before = os.environ["ONEBOOK_HOME"]
    os.environ["ONEBOOK_HOME"] = str(home)
    try:
        yield
    finally:
        os.environ["ONEBOOK_HOME"] = before


def _sweep() -> None:
    """Stop and remove what earlier runs left that were killed outright."""
    for folder in Path("/tmp").glob(f"{_HOME_PREFIX}*"):
        pid = folder.name.removeprefix(_HOME_PREFIX).split("-")[0]
        mine = folder.is_dir() and folder.stat().st_uid == os.geteuid()
        if mine and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            _discard(folder)


# ---------------------------------------------------------------- databases


def _point_to(name: str) -> None:
    """Let Django's three aliases and every new process use this database."""
    connections.close_all()
    os.environ["ONEBOOK_DATABASE"] = name
    for alias in connections:
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _administer(statement: str, name: str) -> None:
    """Run one statement with the database's name as the superuser, outside a transaction."""
    with psycopg.connect(**logins.superuser_dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def clone(name: str, template: str = TEMPLATE) -> None:
    """Copy the migrated template, with the rights that belong to a database and not to its rows."""
    _administer(f"CREATE DATABASE {{}} TEMPLATE {template} OWNER {logins.role('owner')}", name)
    with psycopg.connect(**logins.superuser_dsn(name)) as connection:
        for statement in provision.database_statements(name):
            connection.execute(statement)


def drop(name: str) -> None:
    _administer("DROP DATABASE {} WITH (FORCE)", name)


def _start_server() -> None:
    """The embedded server, or with ONEBOOK_TEST_POSTGRES=15 the machine's PostgreSQL 15."""
    if os.environ.get("ONEBOOK_TEST_POSTGRES") == "15":
        user = account.runner()
        place = layout(HOME)
        place.root.mkdir(mode=0o711)
        binaries.bin_folder(place, user)
        older = process.Server(POSTGRES_15, place, user)
        cluster.prepare(older)
        process.start(older, server.quiet)
    server.ensure()


@pytest.fixture(scope="session")
def template_database(django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a migrated database that nobody is connected to."""
    with django_db_blocker.unblock():
        _start_server()
        migrate.ensure_current()
        connections.close_all()
    return TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What pytest-django's `db` stands on: one copy, in which every test rolls back."""
    with django_db_blocker.unblock():
        clone(ROLLED_BACK)
        _point_to(ROLLED_BACK)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def transactional_db() -> None:
    """Refused: it would flush, which append-only tables refuse."""
    pytest.fail("Use own_database: append-only tables cannot be flushed.", pytrace=False)


@dataclass(frozen=True)
class OwnDatabase:
    """A database that one test may commit to, and the ways to reach it."""

    name: str
    home: Path
    env: dict[str, str]

    def dsn(self, login: logins.Login = "app") -> logins.Params:
        """Parameters for psycopg.connect."""
        return logins.dsn(login, self.name)

    def connect(
        self, login: logins.Login = "app", *, autocommit: bool = False
    ) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of its own; use it in a `with`."""
        return psycopg.connect(**self.dsn(login), autocommit=autocommit)

    @contextlib.contextmanager
    def copied(self) -> "Iterator[OwnDatabase]":
        """A copy of it as it stands, for as long as the block lasts; nobody may be connected."""
        connections.close_all()
        name = f"{self.name}_copy"
        clone(name, self.name)
        try:
            yield OwnDatabase(name, self.home, {**self.env, "ONEBOOK_DATABASE": name})
        finally:
            drop(name)

    def onebook(
        self, *arguments: str, timeout_s: float = 300
    ) -> "subprocess.CompletedProcess[str]":
        """Run the command in a process of its own against this database."""
        return subprocess.run(
            [sys.executable, "-m", "onebook", *arguments],
            env=self.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )


@pytest.fixture(scope="session")
def lasting_database(template_database: str) -> Callable[[str], OwnDatabase]:
    """Give copies of the template that outlive a test, for other processes alone (a web server).

    They end with the tests' server. Django's aliases in this process never point to them.
    """

    def copied(name: str) -> OwnDatabase:
        clone(name)
        return OwnDatabase(name, HOME, dict(os.environ) | {"ONEBOOK_DATABASE": name})

    return copied


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, template_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """A copy of the template for this test alone; Django's aliases point to it meanwhile."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        pytest.fail("Take either db or own_database: both point Django's aliases.", pytrace=False)
    before = os.environ["ONEBOOK_DATABASE"]
    name = f"onebook_own_{next(_numbers)}"
    with django_db_blocker.unblock():
        clone(name)
        _point_to(name)
        try:
            yield OwnDatabase(name, HOME, dict(os.environ))
        finally:
            _point_to(before)
            server.ensure()  # the test may have killed it
            drop(name)


_numbers = iter(range(1, 1_000_000))
