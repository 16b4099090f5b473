"""The system user that the embedded server runs as when the command is run by root."""

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from onebook.infra.pg.errors import SystemUserMissing

USER = "onebook"
_ATTEMPTS = 20  # another command may be making the same user and hold the lock of /etc/passwd


@dataclass(frozen=True)
class SystemUser:
    """A user of the machine, by name and numbers."""

    name: str
    uid: int
    gid: int


def is_root() -> bool:
    """Whether this process is root, and PostgreSQL therefore needs another user."""
    return os.geteuid() == 0


def find() -> SystemUser | None:
    """The database's system user, or None where the machine has none yet."""
    try:
        entry = pwd.getpwnam(USER)
    except KeyError:
        return None
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def runner() -> SystemUser | None:
    """Whom to run the server as: None for the present user, else the system user, made if absent.

    Raises SystemUserMissing where it cannot be made.
    """
    return (find() or _make()) if is_root() else None


def _make() -> SystemUser:
    reason = "there is no useradd on this machine"
    program = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    for _ in range(_ATTEMPTS if program else 0):
        reason = _useradd(str(program))
        if made := find():
            return made
        time.sleep(0.25)
    raise SystemUserMissing(user=USER, reason=reason)


def _useradd(program: str) -> str:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    shell = next(
        (s for s in ("/usr/sbin/nologin", "/sbin/nologin") if Path(s).exists()), "/bin/false"
    )
    done = subprocess.run(
        [program, *options, "--shell", shell, USER], capture_output=True, text=True, check=False
    )
    return done.stderr.strip() or f"useradd ended with {done.returncode}"


def may_enter(folder: Path, user: SystemUser | None) -> bool:
    """Whether the user (None: one that is not made yet) may pass through an existing folder."""
    status = folder.stat()
    if user and status.st_uid == user.uid:
        return bool(status.st_mode & 0o100)
    if user and status.st_gid == user.gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)
