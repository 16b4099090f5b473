"""`onebook export NAME`: the book as other programs read it."""

import sys
from gettext import gettext as _
from pathlib import Path

import click

from onebook.cli.setup import with_database
from onebook.finance import reads
from onebook.infra import clock
from onebook.kernel.periods import parse_date


@click.group()
def export() -> None:
    """Write the book for others."""


@export.command()
@click.option("--as-of", metavar="DATE", help="The last day; today unless given.")
@click.option("--output", type=click.Path(dir_okay=False), help="A file instead of the screen.")
@click.option(
    "--names",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Account names in Chinese or English, after their codes.",
)
@with_database
def hledger(as_of: str | None, output: str | None, names: str) -> None:
    """A journal for hledger and ledger: one transaction a journal, with its source document."""
    day = clock.asked_day(parse_date(as_of) if as_of else None)
    lines = reads.hledger_lines(day, chinese=names == "zh")
    if output is None:
        sys.stdout.writelines(lines)
        return
    with Path(output).open("w", encoding="utf-8") as file:
        file.writelines(lines)
    click.echo(_("Written: {file}").format(file=output), err=True)
