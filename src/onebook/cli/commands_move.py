"""`onebook move-receipt`: ask that a receipt's money be moved to the right account (串户更正)."""

from gettext import gettext as _
from pathlib import Path

import click

from onebook.cash import services as cash
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.work.services import File


@click.command("move-receipt")
@click.argument("receipt", type=int)
@click.option("--to", "number", required=True, metavar="ACCOUNT", help="The right account.")
@click.option("--reason", required=True, help="What is wrong, and what was checked.")
@click.option(
    "--evidence",
    required=True,
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="A file that shows it; may be given more than once.",
)
@as_option
@with_database
def move_receipt(
    receipt: int, number: str, reason: str, evidence: tuple[str, ...], username: str | None
) -> None:
    """Ask that the money of a receipt, by its number in onebook, be moved to another account.

    Another person decides on the page of the request."""
    person = person_of(username)
    if person is None:
        raise click.UsageError(_("Say who asks for it with --as USER."))
    files = [File(Path(path).name, Path(path).read_bytes()) for path in evidence]
    asked = cash.request_move(receipt, number, reason, files, by=person)
    click.echo(_("Request {number} waits for approval").format(number=asked))
