"""Making the data folder once, whole or not at all."""

import os
import shutil
from pathlib import Path

from onebook.infra import home, logins
from onebook.infra.pg.errors import ClusterNotMade, SocketFolderUnsafe
from onebook.infra.pg.process import Server
from onebook.infra.pg.settings import settings_text

_INCLUDE = """
# onebook's settings, written anew at each start; lines below this one win over them.
include '../onebook.conf'
"""


def prepare(server: Server) -> None:
    """Make what is missing: folders, the cluster; and write the settings for this machine.

    The caller holds the start lock and the server is not running. Raises ClusterNotMade,
    SocketFolderUnsafe.
    """
    home.make_folder(server.place.logs, 0o700, server.user)
    _socket_folder(server)
    server.place.settings.write_text(settings_text(server.place))
    server.place.settings.chmod(0o644)
    if not server.place.data.exists():
        _initdb(server)


def _socket_folder(server: Server) -> None:
    folder = home.make_folder(server.place.sockets, 0o700, server.user)
    status = folder.lstat()
    owner = server.user.uid if server.user else os.geteuid()
    if folder.is_symlink() or status.st_uid != owner or status.st_mode & 0o077:
        raise SocketFolderUnsafe(folder=folder)


def _initdb(server: Server) -> None:
    draft = server.place.data.with_name(server.place.data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    home.make_folder(draft, 0o700, server.user)
    password = _password_file(server)
    try:
        done = server.run(
            "initdb",
            "--pgdata", str(draft),
            "--username", logins.SUPERUSER,
            "--auth", "scram-sha-256",
            "--pwfile", str(password),
            "--encoding", "UTF8",
            "--locale", "C",
            "--locale-provider", "libc",
            "--data-checksums",
        )  # fmt: skip
    finally:
        password.unlink()
    if done.returncode:
        raise ClusterNotMade(folder=server.place.data, reason=done.stderr.strip())
    with (draft / "postgresql.conf").open("a") as file:
        file.write(_INCLUDE)
    draft.rename(server.place.data)


def _password_file(server: Server) -> Path:
    """The superuser's password where initdb's user can read it, for the time of one call."""
    path = server.place.root / "initdb.pw"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(logins.password(logins.SUPERUSER) + "\n")
    if server.user:
        os.chown(path, server.user.uid, server.user.gid)
    return path
