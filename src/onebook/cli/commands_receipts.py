"""`onebook move-receipt` (串户更正) and `reverse-receipt` (冲正): what was taken is put right."""

from gettext import gettext as _
from pathlib import Path

import click

from onebook.cash import services as cash
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.infra import clock
from onebook.work.services import File

_FILE = click.Path(exists=True, dir_okay=False)


@click.command("move-receipt")
@click.argument("receipt", type=int)
@click.option("--to", "number", required=True, metavar="ACCOUNT", help="The right account.")
@click.option("--reason", required=True, help="What is wrong, and what was checked.")
@click.option(
    "--evidence",
    required=True,
    multiple=True,
    type=_FILE,
    help="A file that shows it; may be given more than once.",
)
@as_option
@with_database
def move_receipt(
    receipt: int, number: str, reason: str, evidence: tuple[str, ...], username: str | None
) -> None:
    """Ask that the money of a receipt, by its number in onebook, be moved to another account.

    Another person decides on the page of the request."""
    person = _person(username)
    asked = cash.request_move(receipt, number, reason, _files(evidence), by=person)
    click.echo(_("Request {number} waits for approval").format(number=asked))


@click.command("reverse-receipt")
@click.argument("receipt", type=int)
@click.option("--reason", required=True, help="What is wrong, and what was checked.")
@click.option(
    "--evidence",
    multiple=True,
    type=_FILE,
    help="A file that shows it: asks for approval; may be given more than once.",
)
@as_option
@with_database
def reverse_receipt(
    receipt: int, reason: str, evidence: tuple[str, ...], username: str | None
) -> None:
    """Take back a counter receipt, by its number in onebook: alone on its day and within the limit.

    With --evidence it is asked for instead, and another person decides on the page of the request.
    """
    person = _person(username)
    if evidence:
        asked = cash.request_reversal(receipt, reason, _files(evidence), by=person)
        click.echo(_("Request {number} waits for approval").format(number=asked))
        return
    cash.reverse_receipt(receipt, reason, effective_on=clock.today(), person_id=person)
    click.echo(_("The receipt {number} is reversed").format(number=receipt))


def _person(username: str | None) -> int:
    person = person_of(username)
    if person is None:
        raise click.UsageError(_("Say who asks for it with --as USER."))
    return person


def _files(paths: tuple[str, ...]) -> list[File]:
    return [File(Path(path).name, Path(path).read_bytes()) for path in paths]
