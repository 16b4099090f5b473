"""Starting and stopping one server process, patiently and without trusting its pid file."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from onebook.infra.pg.account import SystemUser
from onebook.infra.pg.errors import ServerNotStarted, ServerNotStopped
from onebook.infra.pg.layout import PORT, Layout

Say = Callable[[str], None]

PATIENCE_S = 600  # a recovery after a crash in the middle of a big load takes minutes
_QUIET_S = 3  # no progress line before this
_LOG_BYTES_MAX = 16 << 20
_TAIL_LINES = 12
# Worth another attempt: the children of a killed server are still ending.
_PASSING_TROUBLE = ("pre-existing shared memory block", "lock file", "could not bind")


@dataclass(frozen=True)
class Server:
    """One cluster on this machine: its programs, its files and whom it runs as (None: oneself)."""

    bin: Path
    place: Layout
    user: SystemUser | None

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs to its end as the server's user."""
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self.bin / program), *arguments],
            **self.identity(),  # type: ignore[call-overload]
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done

    def identity(self) -> dict[str, object]:
        """Popen's arguments for user, environment and a folder that the user can stand in."""
        environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": "/"}
        same: dict[str, object] = {"cwd": "/", "env": environment, "umask": 0o077}
        if self.user is None:
            return same
        return same | {"user": self.user.uid, "group": self.user.gid, "extra_groups": []}


def answers(server: Server) -> int:
    """0 takes connections, 1 is starting or recovering, 2 or more is not there."""
    where = ("-q", "-h", str(server.place.sockets), "-p", str(PORT), "-t", "3")
    return server.run("pg_isready", *where).returncode


def is_alive(server: Server) -> bool:
    """Whether the pid file names a process that really works in the data folder."""
    pid = _pid_in_file(server)
    return pid is not None and _works_in(pid, server.place.data)


def start(server: Server, say: Say, patience_s: float = PATIENCE_S) -> None:
    """Return once the server takes connections, starting it where it does not run.

    Raises ServerNotStarted with the tail of the log.
    """
    began = time.monotonic()
    while (left_s := patience_s - (time.monotonic() - began)) > 0:
        if answers(server) == 0:
            return
        if is_alive(server):
            tell(say, began, _("The database is recovering"))
            time.sleep(0.2)
            continue
        _clear_stale_pid_file(server)
        if tail := _spawn(server, say, left_s):
            if not any(trouble in tail for trouble in _PASSING_TROUBLE):
                raise ServerNotStarted(seconds=round(patience_s), log=server.place.log, tail=tail)
            time.sleep(0.5)
    raise ServerNotStarted(seconds=round(patience_s), log=server.place.log, tail=_tail(server, 0))


def stop(server: Server) -> bool:
    """Stop the server by a fast shutdown; False where none was running.

    Raises ServerNotStopped after ten minutes of patience.
    """
    if not is_alive(server):
        return False
    done = server.run(
        "pg_ctl", "stop", "-D", str(server.place.data), "-m", "fast", "-w", "-t", str(PATIENCE_S)
    )
    if done.returncode and is_alive(server):
        raise ServerNotStopped(reason=done.stderr.strip(), log=server.place.log)
    return True


def _spawn(server: Server, say: Say, patience_s: float) -> str:
    """Start and wait; an empty text is success, else the log's tail says why it failed."""
    place = server.place
    _rotate_log(place)
    written = place.log.stat().st_size if place.log.exists() else 0
    began = time.monotonic()
    arguments = ["start", "-D", str(place.data), "-l", str(place.log), "-w"]
    arguments += ["-t", str(max(1, round(patience_s)))]
    # pg_ctl leaves the server in a session of its own, adopted by the machine's first process,
    # so it outlives this command and never remains as this command's zombie.
    control = subprocess.Popen(
        [str(server.bin / "pg_ctl"), *arguments],
        **server.identity(),  # type: ignore[call-overload]
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while control.poll() is None:
        tell(say, began, _("The database is starting"))
        time.sleep(0.05)
    return _tail(server, written) if control.returncode else ""


def tell(say: Say, began: float, what: str) -> None:
    """Say what is waited for, once the wait is long enough to be noticed."""
    passed_s = time.monotonic() - began
    if passed_s >= _QUIET_S:
        say(_("{what} ({seconds} s) …").format(what=what, seconds=f"{passed_s:.0f}"))


def _rotate_log(place: Layout) -> None:
    if place.log.exists() and place.log.stat().st_size > _LOG_BYTES_MAX:
        place.log.replace(place.log.with_suffix(".log.1"))


def _tail(server: Server, offset: int) -> str:
    if not server.place.log.exists():
        return _("(no log was written)")
    with server.place.log.open(errors="replace") as file:
        file.seek(offset)
        return "\n".join(file.read().splitlines()[-_TAIL_LINES:]) or _("(nothing was logged)")


def _pid_in_file(server: Server) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((server.place.data / "postmaster.pid").read_text().splitlines()[0])
    return None


def _works_in(pid: int, folder: Path) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    return False


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _clear_stale_pid_file(server: Server) -> None:
    """Remove a pid file whose number now belongs to a zombie or to another program.

    PostgreSQL itself clears a number that nobody has; it rightly refuses one that is taken, as
    after a container's restart. Nothing is removed while any process works in the data folder:
    the pid file also guards against the children of a killed server.
    """
    pid = _pid_in_file(server)
    if pid is None or not Path(f"/proc/{pid}").exists():
        return
    if any(_works_in(process, server.place.data) for process in _processes()):
        return
    stale: Sequence[Path] = (
        server.place.data / "postmaster.pid",
        server.place.sockets / f".s.PGSQL.{PORT}.lock",
    )
    for path in stale:
        path.unlink(missing_ok=True)
