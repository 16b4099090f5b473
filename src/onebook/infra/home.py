"""The folder of this installation: where it is, who may enter it, and its secret files."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from onebook.infra.pg import account
from onebook.infra.pg.errors import HomeNotEnterable


def locate() -> Path:
    """Where the home is or will be: $ONEBOOK_HOME, else the usual place. Makes nothing."""
    if named := os.environ.get("ONEBOOK_HOME"):
        return Path(named).expanduser().resolve()
    if account.is_root():
        return Path("/var/lib/onebook")
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local/share").resolve() / "onebook"


def home() -> Path:
    """The home, made if absent: 0700; as root 0711, so that the database's own user can enter.

    A folder that exists already keeps its mode. Raises HomeNotEnterable, having changed nothing,
    where root's choice lies below a folder that the database's user may not enter.
    """
    folder = locate()
    if account.is_root():
        _refuse_closed_parents(folder)
    return make_folder(folder, 0o711 if account.is_root() else 0o700)


def make_folder(folder: Path, mode: int, owner: account.SystemUser | None = None) -> Path:
    """Make a folder of exactly this mode and owner; one that exists is left as it is.

    Parents that are missing are made with the usual rights of the user (umask), but enterable.
    """
    if folder.is_dir():
        return folder
    if not folder.parent.is_dir():
        make_folder(folder.parent, 0o755)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return folder  # made by another command a moment ago
    if owner:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(mode)
    return folder


def _refuse_closed_parents(folder: Path) -> None:
    user = account.find()
    for step in (*reversed(folder.parents), folder):
        if step.exists() and not account.may_enter(step, user):
            raise HomeNotEnterable(home=folder, folder=step, user=account.USER)


def secret(name: str) -> str:
    """The random secret of this name, made at the first call and kept in a 0600 file."""
    return secret_file(name, _random).read_text().strip()


def _random() -> str:
    return secrets.token_urlsafe(32)


def secret_path(name: str) -> Path:
    """Where the secret file of this name is or will be."""
    return locate() / "secrets" / name


def secret_file(name: str, content: Callable[[], str]) -> Path:
    """The 0600 file of this name below the home; absent, it is made whole with the content.

    Two commands that make it at once agree: the first file linked wins.
    """
    path = secret_path(name)
    if path.exists():
        return path
    home()
    make_folder(path.parent, 0o700)
    draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path
