"""`onebook bank-lines`: lists bank lines, and books a waiting one as a person chooses."""

from gettext import gettext as _
from pathlib import Path

import click

from onebook.banking import reads, services
from onebook.banking.errors import SecondPersonNeeded
from onebook.banking.rules import OWN_TRANSFER, Kind, Part
from onebook.cli.people import as_option, person_of
from onebook.cli.screen import table
from onebook.cli.setup import with_database
from onebook.kernel.money import format_yuan, parse_yuan
from onebook.org import reads as org
from onebook.work.services import File


@click.command("bank-lines")
@click.argument("line", type=int, required=False)
@click.option(
    "--state",
    type=click.Choice(["waiting", "matched", "unidentified"]),
    default="waiting",
    help="Which lines to list.",
)
@click.option(
    "--receipt", "receipts", multiple=True, metavar="ACCOUNT=YUAN", help="A customer's transfer."
)
@click.option("--transit", "item", type=int, metavar="ITEM", help="The credit of money in transit.")
@click.option(
    "--purpose", metavar="CODE", help="What the line is for, or with --transit its difference."
)
@click.option("--unidentified", is_flag=True, help="Nobody knows yet whose money it is.")
@click.option("--owner", metavar="USER", help="Who finds out; else who books it.")
@click.option(
    "--pair", type=int, metavar="LINE", help="The line it takes back, or another own account's."
)
@click.option("--undo", is_flag=True, help="Take back what the line is booked as.")
@click.option("--reason", default="", help="Why; a purpose and unknown money need it.")
@click.option(
    "--evidence",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="A file that shows it, for what another person must approve.",
)
@as_option
@with_database
def bank_lines(
    line: int | None,
    state: str,
    receipts: tuple[str, ...],
    item: int | None,
    purpose: str | None,
    unidentified: bool,
    owner: str | None,
    pair: int | None,
    undo: bool,
    reason: str,
    evidence: tuple[str, ...],
    username: str | None,
) -> None:
    """List bank lines; with a LINE, book it whole, or undo what it is booked as."""
    if line is None:
        _list(state)
        return
    person = person_of(username)
    if person is None:
        raise click.UsageError(_("Say who books it with --as USER."))
    if undo:
        booked = reads.matches_of([line])
        services.undo(booked[0].pk if booked else 0, person_id=person)
        click.echo(_("Undone: line {line} waits again").format(line=line))
        return
    owner_id = org.person_by_username(owner).pk if owner else None
    parts = _parts(line, receipts, item, purpose, pair)
    if unidentified:
        parts = [Part(Kind.UNIDENTIFIED, reads.open_fen(line), owner_id=owner_id)]
    try:
        services.book_line(line, parts, reason=reason, person_id=person)
    except SecondPersonNeeded:
        if not evidence:
            raise
        files = [File(Path(path).name, Path(path).read_bytes()) for path in evidence]
        asked = services.request_line(line, parts, reason, files, by=person)
        click.echo(_("Request {number} waits for approval").format(number=asked))
        return
    click.echo(_("Booked: line {line}").format(line=line))


def _list(state: str) -> None:
    rows = [
        (
            str(row["id"]),
            row["booked_on"].isoformat(),
            format_yuan(row["amount_fen"]),
            row["counterparty_name"],
            " ".join(filter(None, (row["summary"], row["remark"]))),
        )
        for row in reads.lines(state=state)
    ]
    heads = (_("Line"), _("Booked"), _("Amount"), _("Counterparty"), _("Texts"))
    table(heads, {0, 2}, rows)


def _parts(
    line: int,
    receipts: tuple[str, ...],
    item: int | None,
    purpose: str | None,
    pair: int | None,
) -> list[Part]:
    """What the options say that a line is booked as."""
    open_fen = reads.open_fen(line)
    if pair is not None:
        ours, other = reads.fact(line), reads.fact(pair)
        if ours.bank_account_id != other.bank_account_id:
            return [Part(Kind.PURPOSE, open_fen, purpose=OWN_TRANSFER, other_line_id=pair)]
        return [Part(Kind.RETURN, open_fen, other_line_id=pair)]
    parts = []
    for one in receipts:
        number, _equals, yuan = one.partition("=")
        amount_fen = parse_yuan(yuan) if yuan else open_fen
        parts.append(Part(Kind.RECEIPT, amount_fen, account=number))
    if item is not None:
        parts.append(Part(Kind.TRANSIT, reads.transit_item(item)["amount_fen"], item_id=item))
    if purpose is not None:
        left_fen = open_fen - sum(part.amount_fen for part in parts)
        parts.append(Part(Kind.PURPOSE, left_fen, purpose=purpose))
    return parts
