"""`onebook rounds`: opens the rounds of a month and shows how they stand."""

from gettext import gettext as _

import click

from onebook.cli.options import report_options
from onebook.cli.output import give
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.kernel.periods import Month
from onebook.metering import services as metering
from onebook.metering.reads import rounds as reads


@click.command()
@click.option("--month", required=True, metavar="MONTH", help="The bill month, e.g. 2026-10.")
@click.option("--open", "opens", is_flag=True, help="Open the rounds of the books that are due.")
@as_option
@report_options
@with_database
def rounds(month: str, opens: bool, username: str | None, shape: str, output: str | None) -> None:
    """Show the rounds of a month's reading books; --open opens those that are due."""
    asked = Month.parse(month)
    if opens:
        opened = metering.open_rounds(asked, by=person_of(username))
        said = _("{rounds} rounds opened, {points} meters added")
        click.echo(said.format(rounds=opened.rounds, points=opened.points), err=True)
    give(reads.round_report(asked, None, None, "*"), shape, output)
