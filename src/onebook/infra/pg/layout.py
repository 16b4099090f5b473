"""Where the embedded server keeps its files below the home."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MAJOR = 18
PORT = 5432  # only a part of the socket's name: nothing listens on TCP
_SOCKET_PATH_BYTES_MAX = 107  # sun_path of Linux less the closing zero


@dataclass(frozen=True)
class Layout:
    """The files of one cluster; all in one folder but for a socket whose path would be too long."""

    root: Path
    binaries: Path
    data: Path
    sockets: Path
    logs: Path
    lock: Path
    settings: Path

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.logs / "server.log"


def layout(home: Path, major: int = MAJOR) -> Layout:
    """The files of the cluster below this home."""
    root = home / "pg"
    return Layout(
        root=root,
        binaries=root / str(major),
        data=root / f"data-{major}",
        sockets=_sockets(root / "run"),
        logs=root / "log",
        lock=root / "lock",
        settings=root / "onebook.conf",
    )


def _sockets(usual: Path) -> Path:
    if len(os.fsencode(usual / f".s.PGSQL.{PORT}")) <= _SOCKET_PATH_BYTES_MAX:
        return usual
    base = Path("/run" if os.geteuid() == 0 else "/tmp")
    digest = hashlib.sha256(os.fsencode(usual)).hexdigest()[:12]
    return base / f"onebook-{os.geteuid()}-{digest}"
