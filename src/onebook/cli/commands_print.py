"""`onebook print bills`: a month's bills on A4 for the customers, as PDF."""

from gettext import gettext as _
from pathlib import Path

import click

from onebook.cli.people import as_option, person_of
from onebook.cli.progress import bar
from onebook.cli.screen import table
from onebook.cli.setup import with_database
from onebook.hub.jobs import printing
from onebook.infra import clock
from onebook.kernel.periods import Month, parse_date
from onebook.org import reads as org


@click.group("print")
def print_papers() -> None:
    """Print papers for the customers."""


@print_papers.command()
@click.option("--month", required=True, metavar="MONTH", help="The bill month, e.g. 2026-10.")
@click.option("--org-unit", metavar="CODE", help="A unit with everything below it.")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="The PDF file.")
@click.option("--as-of", metavar="DATE", help="Arrears and prepayment as of; today unless given.")
@as_option
@with_database
def bills(
    month: str, org_unit: str | None, out: str, as_of: str | None, username: str | None
) -> None:
    """A page of A4 for each bill of the month, by unit and account number."""
    units = None if org_unit is None else org.subtree_ids(org.unit_by_code(org_unit).pk)
    with bar(_("print")) as watch:
        done = printing.print_bills(
            Month.parse(month),
            Path(out),
            units,
            as_of=parse_date(as_of) if as_of else clock.today(),
            person_id=person_of(username),
            watch=watch,
        )
    spent = sum(done.seconds.values())
    said = _("{bills} bills printed in {seconds} s, {pace} a minute")
    pace = round(done.bills * 60 / spent)
    click.echo(said.format(bills=f"{done.bills:,}", seconds=f"{spent:.1f}", pace=f"{pace:,}"))
    stages = {"read": _("read"), "lay out": _("lay out"), "print": _("print")}
    table(
        (_("Stage"), _("Seconds")),
        {1},
        [(stages[stage], f"{one:.2f}") for stage, one in done.seconds.items()],
    )
    for path in done.files:
        click.echo(str(path))
