"""`onebook clock`: the business day, and moving it in a book that is on trial."""

import json
from datetime import date, timedelta
from gettext import gettext as _

import click

from onebook.books import reads as books
from onebook.cli.options import shape_option
from onebook.cli.setup import with_database
from onebook.infra import clock
from onebook.kernel.periods import parse_date
from onebook.org import reads as org


@click.command("clock")
@click.option("--to", metavar="DATE", help="Move the day to this one.")
@click.option("--days", type=click.IntRange(1), help="Move the day forward by so many.")
@shape_option
@with_database
def show_or_move(to: str | None, days: int | None, shape: str) -> None:
    """Say which day it is in the book. In a demonstration or a trial --to or --days moves it
    forward; a book becomes a trial by it before its first unit and person. Real work follows the
    wall clock."""
    if to is not None and days is not None:
        raise click.UsageError(_("Give --to or --days, not both."))
    if to is not None or days is not None:
        day = parse_date(to) if to is not None else clock.today() + timedelta(days or 0)
        clock.move(day, is_empty=not org.is_founded() and books.last_recorded_at() is None)
    _tell(clock.today(), clock.fixed() is not None, shape)


def _tell(today: date, is_fixed: bool, shape: str) -> None:
    until = books.closed_until()
    closed = None if until is None else f"{until:%Y-%m}"
    if shape == "json":
        facts = {"today": today.isoformat(), "fixed": is_fixed, "closed_until": closed}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    said = (
        _("The business day is {day}; it stands still until `onebook clock` moves it.")
        if is_fixed
        else _("The business day is {day}; it follows the wall clock.")
    )
    click.echo(said.format(day=today))
    if closed is not None:
        click.echo(_("Closed up to {month}").format(month=closed))
