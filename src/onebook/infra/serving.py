"""The web servers of this installation: each says that it runs, so that `onebook stop` finds it."""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from onebook.infra import home


def _folder() -> Path:
    return home.locate() / "serve"


@contextlib.contextmanager
def announced() -> Iterator[None]:
    """Say that this process serves pages, until it ends: a file of its number, locked by it.

    The lock goes with the process, also with a killed one, whose number may be another's later.
    """
    home.home()
    path = home.make_folder(_folder(), 0o700) / str(os.getpid())
    draft = path.with_name(f".{path.name}")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        draft.replace(path)  # found from now on, and never without its lock
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def stop(patience_s: float) -> int:
    """End this installation's web servers and wait for them; how many ended.

    Those that have not ended after so many seconds are killed.
    """
    found = [path for path in sorted(_folder().glob("*")) if path.name.isdigit()]
    serving = [path for path in found if _is_serving(path)]
    for path in serving:
        _signal(int(path.name), signal.SIGTERM)
    until = time.monotonic() + patience_s
    while any(map(_is_serving, serving)) and time.monotonic() < until:
        time.sleep(0.05)
    for path in serving:
        if _is_serving(path):
            _kill(int(path.name))
    for path in found:
        path.unlink(missing_ok=True)
    return len(serving)


def _kill(pid: int) -> None:
    """Kill a process and its workers, which would keep the port and answer on."""
    for process in [pid, *_children(pid)]:
        _signal(process, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    children = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # After the name in brackets, which may hold anything: the state, then the parent.
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    children.append(int(entry.name))
    return children


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _is_serving(path: Path) -> bool:
    """Whether the process of the file lives, which holds its lock."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
