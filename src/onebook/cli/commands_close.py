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
@click.option(
    "--reason",
    "given",
    multiple=True,
    metavar="POINT=TEXT",
    help="Why the month may close although this point (cash, bank, offset, exceptions) is open.",
)
@as_option
@with_database
def close(month: str, sign: str | None, given: tuple[str, ...], username: str | None) -> None:
    """Show the month's checks and form; sign it; with both signatures the month locks."""
    asked = Month.parse(month)
    reasons = _reasons(given)
    person = person_of(username)
    if reasons and person is None:
        click.echo(_("A reason has a name: add --as USER"), err=True)
        sys.exit(1)
    if books.is_locked(asked):
        click.echo(_("{month} is closed").format(month=asked))
        return
    if (obstacle := reads.obstacle(asked)) is not None:
        raise obstacle
    for check in reads.checklist(asked):
        name = pick((check.name_zh, check.name_en))
        detail = _("nothing to check") if check.state == "none" else check.detail
        point = f" [{check.code}]" if check.state == "warn" else ""
        click.echo(f"{_MARK[check.state]} {name}{point}  {detail}".rstrip())
    print_report(reads.tie_out(asked))
    form = services.prepare_form(asked, person_id=person, reasons=reasons)
    for one in reads.points(form):
        told = _("Closed with an open point, {point}: {reason}")
        click.echo(told.format(point=pick((one.said_zh, one.said_en)), reason=one.reason))
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


def _reasons(given: tuple[str, ...]) -> dict[str, str]:
    """Reasons by the code of their point, from `code=text` each."""
    pairs = [text.partition("=") for text in given]
    for code, _equals, reason in pairs:
        if code not in reads.POINTS or not reason.strip():
            wrong = _("{text} is not POINT=TEXT with one of these points: {points}")
            text = f"{code}={reason}"
            raise click.UsageError(wrong.format(text=text, points=", ".join(reads.POINTS)))
    return {code: reason for code, _equals, reason in pairs}


def _side(code: str) -> str:
    return {"marketing": _("marketing"), "finance": _("finance")}[code]
