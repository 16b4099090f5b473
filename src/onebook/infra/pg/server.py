"""The door to the database server: `ensure` it answers, `stop` it, say its `status`."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from onebook.infra import home, logins
from onebook.infra.pg import account, binaries, cluster, process, provision
from onebook.infra.pg.layout import Layout, layout
from onebook.infra.pg.process import Say, Server


@dataclass(frozen=True)
class Status:
    """What runs where; ``outside`` is a server named by ONEBOOK_DATABASE_URL."""

    home: Path
    outside: bool
    running: bool
    database: str
    sockets: Path | None


def quiet(_: str) -> None:
    """Take a progress line and show it to nobody."""


def ensure(say: Say = quiet) -> None:
    """Return once the three logins can connect, starting and making whatever is missing.

    Safe to call from many commands at once; the server outlives them. Costs two connections
    where it runs already. Raises subclasses of DatabaseUnavailable.
    """
    if provision.is_ready():
        return
    if logins.url_params() is not None:
        provision.outside()
        return
    with _locked(say) as place:
        server = _server(place)
        if not process.is_alive(server):
            server = Server(binaries.bin_folder(place, server.user), place, server.user)
            cluster.prepare(server)
        process.start(server, say)
        provision.embedded(logins.database())


def stop() -> bool:
    """Stop the embedded server; False where none was running."""
    if not layout(home.locate()).root.exists():
        return False
    with _locked(quiet) as place:
        return process.stop(_server(place))


def status() -> Status:
    """Where the data are and whether the server runs; starts and makes nothing."""
    place = layout(home.locate())
    outside = logins.url_params() is not None
    return Status(
        home=home.locate(),
        outside=outside,
        running=provision.is_ready() if outside else _pid_alive(place),
        database=logins.database(),
        sockets=None if outside else place.sockets,
    )


def _pid_alive(place: Layout) -> bool:
    return process.is_alive(Server(place.binaries, place, None))


def _server(place: Layout) -> Server:
    user = account.runner()
    return Server(binaries.present_bin_folder(place, user), place, user)


@contextlib.contextmanager
def _locked(say: Say) -> Iterator[Layout]:
    """Hold the lock under which the server of this home is started and stopped."""
    place = layout(home.home())
    home.make_folder(place.root, 0o711 if account.is_root() else 0o700)
    descriptor = os.open(place.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for_lock(descriptor, say)
        yield place
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, say: Say) -> None:
    began = time.monotonic()
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            process.tell(say, began, _("Another command is starting or stopping the database"))
            time.sleep(0.05)
