"""`onebook close`: the month's checklist, its form, the two signatures, the lock."""

import sys

import click

from onebook.books import reads as books
from onebook.cli.output import print_report
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.finance import reads, services
from onebook.kernel.periods import Month

_MARK = {"ok": "✓", "warn": "!", "fail": "✗"}


@click.command()
@click.option("--month", required=True, help="The month to close, e.g. 2026-10.")
@click.option("--sign", type=click.Choice(["marketing", "finance"]), help="Sign as --as USER.")
@as_option
@with_database
def close(month: str, sign: str | None, username: str | None) -> None:
    """Show the month's checks and form; sign it; with both signatures the month locks."""
    asked = Month.parse(month)
    person = person_of(username)
    if books.is_locked(asked):
        click.echo(f"{asked} 已关账")
        return
    for check in reads.checklist(asked):
        click.echo(f"{_MARK[check.state]} {check.name_zh}  {check.detail}")
    form = services.prepare_form(asked, person_id=person)
    print_report(reads.tie_out(asked))
    if sign is not None:
        if person is None:
            click.echo("签字要具名:加 --as USER", err=True)
            sys.exit(1)
        services.sign(form.pk, sign, person_id=person)
    signed = {one.side for one in reads.form(form.pk).signatures.all()}
    click.echo(f"对账表 {asked} 第 {form.version} 版,已签:{', '.join(sorted(signed)) or '无'}")
    if books.is_locked(asked):
        click.echo(f"{asked} 已关账")
