"""Rejected rows of a file, told in the terminal and written beside it."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

import click

from onebook.infra.tabular import write_rejects
from onebook.infra.tabular.table import RejectLike
from onebook.infra.web import problems
from onebook.kernel.errors import OnebookError

_SHOWN = 5  # on the screen


def of_file(path: Path, text: str) -> str:
    """A remark on a file, which it names once."""
    return text if path.name in text else f"{path.name}: {text}"


def in_row(path: Path, row_number: int, text: str) -> str:
    """A remark on one row of a file."""
    said = _("{file}, row {row_number}: {text}")
    return said.format(file=path.name, row_number=row_number, text=text)


def tell(path: Path, header: Sequence[str], rejects: Sequence[RejectLike]) -> None:
    """Write the rejected rows beside the file, or where the command runs, and show the first."""
    if not rejects:
        return
    target = path.with_name(f"{path.name}.rejected.csv")
    try:
        write_rejects(target, header, rejects, reason)
    except OSError:
        target = Path.cwd() / target.name
        write_rejects(target, header, rejects, reason)
    for one in rejects[:_SHOWN]:
        click.echo(in_row(path, one.row_number, reason(one.reason)), err=True)
    said = _("{file}: {count} rows rejected, all with their reasons in {target}")
    click.echo(said.format(file=path.name, count=f"{len(rejects):,}", target=target), err=True)


def reason(why: OnebookError | str) -> str:
    """Why a row was rejected, in the reader's language."""
    return why if isinstance(why, str) else problems.text(why)
