"""`onebook import KIND FILE…`: takes files in; what does not fit comes back with its reason."""

import sys
from collections.abc import Callable, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from onebook.banking import jobs as banking
from onebook.billing import services as billing
from onebook.billing.jobs import invoices
from onebook.billing.rules import bill_number
from onebook.cash import jobs as cash
from onebook.cli import rejects
from onebook.cli.people import as_option, person_of
from onebook.cli.screen import table
from onebook.cli.setup import with_database
from onebook.finance import jobs as finance
from onebook.hub import jobs as hub
from onebook.infra import clock
from onebook.infra.web import problems
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month, parse_date
from onebook.metering import jobs as metering
from onebook.receivable import jobs as receivable
from onebook.tariff import jobs as tariff

Importer = Callable[..., Any]
IMPORTERS: dict[str, Importer] = {
    "customers": hub.import_master_data,
    "tariffs": tariff.import_catalogue,
    "readings": metering.import_readings,
    "meter-changes": metering.import_meter_changes,
    "reading-books": metering.import_books,
    "reading-routes": metering.import_routes,
    "receipts": cash.import_receipts,
    "statements": banking.import_statement,
    "opening": receivable.import_opening,
    "ledger": finance.import_ledger,
    "invoice-terms": invoices.import_terms,
    "invoice-results": invoices.import_results,
}


@click.command("import")
@click.argument("kind", metavar="KIND", type=click.Choice(list(IMPORTERS)))
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Read and check, write nothing.")
@click.option(
    "--account",
    metavar="NUMBER",
    help="statements: our bank account, where the file does not say.",
)
@click.option(
    "--on",
    "day",
    metavar="DATE",
    help="opening: the day the balances count for; today unless given.",
)
@as_option
@with_database
def import_files(
    kind: str,
    files: tuple[str, ...],
    dry_run: bool,
    account: str | None,
    day: str | None,
    username: str | None,
) -> None:
    """Take files in: customers, tariffs (price catalogues), readings, meter-changes,
    reading-books (with their days and readers), reading-routes (their metering points in order),
    receipts (collection files), statements (of a bank), opening (balances), ledger (of another
    program), invoice-terms (how customers are invoiced), invoice-results (of an invoice
    platform). Rejected rows are written to a file beside the one taken in; the others go in, and
    the command ends with 1."""
    options: dict[str, Any] = {"person_id": person_of(username, writes=not dry_run)}
    options["dry_run"] = dry_run
    if kind == "statements":
        options["account_number"] = account
    if kind == "opening":
        options["effective_on"] = parse_date(day) if day else clock.today()
    rows: list[tuple[str, ...]] = []
    failed = False
    for name in files:
        path = Path(name)
        try:
            result = IMPORTERS[kind](path.read_bytes(), path.name, **options)
        except OnebookError as refused:
            click.echo(rejects.of_file(path, problems.text(refused)), err=True)
            failed = True
            continue
        counts = (result.rows_in, result.taken, result.unchanged, len(result.rejects))
        rows.append((path.name, result.encoding, *(f"{count:,}" for count in counts)))
        _tell(path, result)
        if kind == "readings":
            _tell_corrections(path, result.corrections, dry_run=dry_run)
        failed = failed or bool(result.rejects) or not (result.taken or result.unchanged)
    if rows:
        titles = (_("File"), _("Encoding"), _("Rows"), _("Taken in"), _("Unchanged"), _("Rejected"))
        table(titles, {2, 3, 4, 5}, rows)
    sys.exit(1 if failed else 0)


def _tell(path: Path, result: Any) -> None:
    """Say what the reader found, and write the rejected rows beside the file."""
    for finding in getattr(result, "findings", ()):
        click.echo(rejects.in_row(path, finding.row_number, finding.text), err=True)
    for note in getattr(result, "notes", ()):
        click.echo(rejects.of_file(path, note), err=True)
    rejects.tell(path, result.header, result.rejects)


def _tell_corrections(
    path: Path, corrections: Sequence[tuple[int, int, Month]], *, dry_run: bool
) -> None:
    """Say by row which bills the file corrects after their issue; the billers' task is opened."""
    touched = billing.tell_of_corrections(corrections, dry_run=dry_run)
    for one in touched:
        said = _(
            "corrects {month} of account {account}, whose bill {number} is issued: cancel the bill"
            " and issue it again, or adjust it"
        ).format(
            month=one.month,
            account=one.account,
            number=bill_number(one.bill_id, one.month.first),
        )
        click.echo(rejects.in_row(path, one.row_number, said), err=True)
    if touched and not dry_run:
        said = _("{file}: {count} rows correct months whose bills are issued; a task is open")
        click.echo(said.format(file=path.name, count=f"{len(touched):,}"), err=True)
