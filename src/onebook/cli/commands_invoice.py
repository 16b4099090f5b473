"""`onebook invoice`: ask for a month's VAT invoices, and write the file for the platform."""

from gettext import gettext as _
from pathlib import Path

import click

from onebook.billing.jobs import invoices as jobs
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.hub import services as hub
from onebook.kernel.periods import Month
from onebook.org import reads as org

_month = click.option("--month", metavar="MONTH", help="The bill month, e.g. 2026-10.")
_unit = click.option("--org-unit", metavar="CODE", help="A unit with everything below it.")


@click.group()
def invoice() -> None:
    """Request VAT invoices of a platform; its results come in by `onebook import`."""


@invoice.command()
@click.option("--month", required=True, metavar="MONTH", help="The bill month, e.g. 2026-10.")
@_unit
@click.option("--everybody", is_flag=True, help="Also customers without invoice terms.")
@as_option
@with_database
def request(month: str, org_unit: str | None, everybody: bool, username: str | None) -> None:
    """Ask for the invoices of a month's bills that have none."""
    done = hub.request_invoices(
        Month.parse(month), _units(org_unit), person_id=person_of(username), everybody=everybody
    )
    said = _("{invoices} invoices over {bills} bills requested; {waiting} bills wait to be paid")
    counts = {"invoices": len(done.invoice_ids), "bills": done.bills, "waiting": done.waiting}
    click.echo(said.format(**{name: f"{count:,}" for name, count in counts.items()}))


@invoice.command()
@_month
@_unit
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    help="The file, .csv or .xlsx.",
)
@as_option
@with_database
def upload(month: str | None, org_unit: str | None, output: str, username: str | None) -> None:
    """Write the requested invoices to a file for the platform."""
    path = Path(output)
    asked = Month.parse(month) if month else None
    content, count = jobs.upload(path.name, _units(org_unit), asked, person_id=person_of(username))
    path.write_bytes(content)
    click.echo(_("{count} documents written to {file}").format(count=f"{count:,}", file=path))


def _units(code: str | None) -> list[int] | None:
    return None if code is None else org.subtree_ids(org.unit_by_code(code).pk)
