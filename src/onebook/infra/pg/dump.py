"""A whole copy of the database in one file, as PostgreSQL's `pg_restore` reads it."""

import contextlib
import os
import subprocess
from gettext import gettext as _
from pathlib import Path

from psycopg.conninfo import make_conninfo

from onebook.infra import home, logins
from onebook.infra.pg import binaries
from onebook.infra.pg.errors import DumpNotMade
from onebook.infra.pg.process import Say

_FOLDER = "dumps"


def save(name: str, say: Say) -> Path:
    """Write the database to the home's file `dumps/<name>.dump` (0600), and where it is.

    Only a whole file gets its name. One of this name is replaced. Raises DumpNotMade.
    """
    target = home.locate() / _FOLDER / f"{name}.dump"
    draft = target.with_suffix(".part")
    say(_("Keeping a copy of the database in {file} …").format(file=target))
    try:
        home.make_folder(home.home() / _FOLDER, 0o700)
        draft.touch(0o600)
        _dump(draft)
        draft.replace(target)
    except OSError as broken:
        raise DumpNotMade(file=target, reason=broken) from broken
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    return target


def _dump(file: Path) -> None:
    params = logins.dsn("owner")
    environment = {"PATH": os.defpath, "LC_ALL": "C"}
    if password := params.pop("password", None):
        environment["PGPASSWORD"] = password  # not among the arguments, which others can see
    done = subprocess.run(
        [
            str(binaries.client_folder() / "pg_dump"),
            *("--format=custom", "--no-password", f"--file={file}"),
            f"--dbname={make_conninfo(**params)}",
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DumpNotMade(file=file, reason=done.stderr.strip())
