"""`onebook close`: the month's checklist, its form, the two signatures, the lock."""

import sys
from gettext import gettext as _

import click

from onebook.books import reads as books
from onebook.cli.output import print_report
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.finance import reads, services
from onebook.infra.web.words import pick
from onebook.kernel.periods import Month

_MARK = {"ok": "✓", "none": "-", "warn": "!", "fail": "✗"}


@click.command()
@click.option("--month", required=True, metavar="MONTH", help="The month to close, e.g. 2026-10.")
@click.option(
    "--sign",
    type=click.Choice(["marketing", "finance"]),
    help="Sign for this department, as --as USER.",
)
@as_option
@with_database
def close(month: str, sign: str | None, username: str | None) -> None:
    """Show the month's checks and form; sign it; with both signatures the month locks."""
    asked = Month.parse(month)
    person = person_of(username)
    if books.is_locked(asked):
        click.echo(_("{month} is closed").format(month=asked))
        return
    if (obstacle := reads.obstacle(asked)) is not None:
        raise obstacle
    for check in reads.checklist(asked):
        name = pick((check.name_zh, check.name_en))
        detail = _("nothing to check") if check.state == "none" else check.detail
        click.echo(f"{_MARK[check.state]} {name}  {detail}".rstrip())
    form = services.prepare_form(asked, person_id=person)
    print_report(reads.tie_out(asked))
    if sign is not None:
        if person is None:
            click.echo(_("A signature has a name: add --as USER"), err=True)
            sys.exit(1)
        services.sign(form.pk, sign, person_id=person)
    signed = sorted(one.side for one in reads.form(form.pk).signatures.all())
    sides = " · ".join(_side(one) for one in signed) or _("nobody")
    said = _("Tie-out of {month}, version {version}, signed by: {sides}")
    click.echo(said.format(month=asked, version=form.version, sides=sides))
    if books.is_locked(asked):
        click.echo(_("{month} is closed").format(month=asked))


def _side(code: str) -> str:
    return {"marketing": _("marketing"), "finance": _("finance")}[code]
