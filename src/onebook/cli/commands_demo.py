"""`onebook demo`: the whole job from nothing, on simulated customers or on a usage file."""

import csv
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path
from time import perf_counter

import click
from django.db import connections

from onebook.cli.options import HOST, port_option
from onebook.cli.output import print_report
from onebook.cli.ports import refuse_taken
from onebook.cli.setup import say, with_database
from onebook.config import migrate
from onebook.config.navigation import role_name
from onebook.demo import errors, story
from onebook.demo.customers import Town, simulated_town, town_of
from onebook.demo.usage import UsageTable, read_usage
from onebook.finance import reads as finance
from onebook.infra import clock
from onebook.infra.pg.recreate import recreate
from onebook.infra.tabular.table import REJECT_HEADINGS
from onebook.infra.web import problems
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.org.rules import Role

FIRST_MONTH = "2025-09"
SEED = 20250901


@click.command()
@click.option(
    "--accounts",
    default=1200,
    show_default=True,
    type=click.IntRange(1),
    help="How many service accounts; of a usage file all of them unless given.",
)
@click.option(
    "--months",
    default=6,
    show_default=True,
    type=click.IntRange(1, 120),
    help="How many months are lived through and closed.",
)
@click.option(
    "--usage",
    type=click.Path(exists=True, dir_okay=False),
    help="A file with each account's usage, instead of simulated usage.",
)
@click.option(
    "--shift-to",
    metavar="MONTH",
    help="Move the first month used to this one, e.g. 2025-09.",
)
@click.option("--reset", is_flag=True, help="Start over: the demonstration's book is dropped.")
@click.option("--no-serve", is_flag=True, help="Do not open the pages at the end.")
@port_option
@with_database
def demo(
    accounts: int,
    months: int,
    usage: str | None,
    shift_to: str | None,
    reset: bool,
    no_serve: bool,
    port: int,
) -> None:
    """Read, verify, bill, collect, reconcile and close; then open the pages."""
    if not no_serve:
        refuse_taken(HOST, port)
    story.refuse_foreign(reset=reset)
    if not reset and (held := story.finished_accounts()):
        said = _(
            "The demonstration is here already ({accounts} simulated accounts); nothing was"
            " changed. Start over with --reset."
        )
        click.echo(said.format(accounts=f"{held:,}"))
    else:
        table = None if usage is None else read_usage(Path(usage).read_bytes(), Path(usage).name)
        town = _town(accounts, months, table, shift_to)  # refused before anything is dropped
        if reset:
            _start_over()
        if table is not None:
            _keep_rejects(table)
        with _honest_when_stopped():
            _run(town, table)
    _show_people()
    _show_day()
    if not no_serve:
        _serve(port)


def _serve(port: int) -> None:
    """Become `onebook serve`: a new program, so that the pages never work with the jobs' login."""
    connections.close_all()
    sys.stdout.flush()
    environment = {**os.environ, "ONEBOOK_LOGIN": "app"}
    command = [sys.executable, "-m", "onebook", "serve", "--port", str(port)]
    os.execve(sys.executable, command, environment)


def _start_over() -> None:
    connections.close_all()
    recreate()
    shutil.rmtree(story.folder(), ignore_errors=True)
    migrate.ensure_current(say)


def _run(town: Town, table: UsageTable | None) -> None:
    began = perf_counter()
    origin = (
        _("usage is simulated")
        if table is None
        else _("usage is that of {file}").format(file=table.name)
    )
    said = _(
        "Demonstration: {origin}; names, payments, bank lines and the outside ledger are"
        " simulated. {accounts} accounts × {months} months"
    )
    counts = {"accounts": f"{len(town.accounts):,}", "months": len(town.months)}
    click.echo(said.format(origin=origin, **counts))
    company = story.found_company(town.installed_on)
    stages = story.tell(town, company, click.echo, SEED)
    print_report(finance.month_table(town.months))
    spent = " · ".join(f"{name} {seconds:.1f}" for name, seconds in stages.items())
    ended = _("It took {seconds} seconds ({stages}); the files are in {folder}")
    seconds = f"{perf_counter() - began:.1f}"
    click.echo(ended.format(seconds=seconds, stages=spent, folder=company.files))
    beside = _("Marketing, the book and the outside ledger side by side: /one-book?as_of={day}")
    click.echo(beside.format(day=town.months[-1].last))


def _town(accounts: int, months: int, table: UsageTable | None, shift_to: str | None) -> Town:
    units = [code for code, _ in story.UNITS]
    if table is None:
        first = Month.parse(shift_to or FIRST_MONTH)
        wanted = [first.plus(step) for step in range(months)]
        _refuse_unpriced(wanted)
        return simulated_town(accounts, wanted, units, SEED)
    # A file brings all its accounts, and what months it has, unless the options were given.
    if not _was_given("months"):
        months = min(months, len(table.months))
    table = table.last(months, accounts if _was_given("accounts") else None)
    return town_of(_shift(table, shift_to), units, SEED)


def _shift(table: UsageTable, shift_to: str | None) -> UsageTable:
    """Move the months as asked; months without prices are moved to the usual start, and said."""
    if shift_to:
        table = table.shifted(Month.parse(shift_to))
    elif not _priced(table.months):
        said = _(
            "There are no prices for {first} to {last}: the months are moved to begin with"
            " {start} (choose another one with --shift-to)"
        )
        last = table.months[-1]
        click.echo(said.format(first=table.months[0], last=last, start=FIRST_MONTH))
        table = table.shifted(Month.parse(FIRST_MONTH))
    _refuse_unpriced(table.months)
    return table


def _priced(months: list[Month]) -> bool:
    first, last = story.priced_months()
    return first <= months[0] and months[-1] <= last


def _refuse_unpriced(months: list[Month]) -> None:
    if not _priced(months):
        first, last = story.priced_months()
        raise errors.MonthsUnpriced(
            first=months[0], last=months[-1], priced_from=first, priced_to=last
        )


def _was_given(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is click.core.ParameterSource.COMMANDLINE


def _keep_rejects(table: UsageTable) -> None:
    """Write a usage file's rejected rows beside the demonstration's files, and say how many."""
    if not table.rejects:
        return
    path = story.files_folder() / f"{table.name}.rejected.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*REJECT_HEADINGS, _("row as it stood")))
        writer.writerows((r.row_number, _reason(r.reason), *r.cells) for r in table.rejects)
    first = table.rejects[0]
    said = _("{file}: {rejected} of {rows} rows rejected, see {path}; the first, row {row}: {why}")
    counts = {"rejected": f"{len(table.rejects):,}", "rows": f"{table.rows_in:,}"}
    why = {"row": first.row_number, "why": _reason(first.reason)}
    click.echo(said.format(file=table.name, path=path, **counts, **why), err=True)


def _reason(reason: OnebookError | str) -> str:
    return reason if isinstance(reason, str) else problems.text(reason)


@contextmanager
def _honest_when_stopped() -> Iterator[None]:
    """Say at Ctrl-C what stays behind."""
    try:
        yield
    except KeyboardInterrupt:
        stopped = _("The demonstration is incomplete. Start over with `onebook demo --reset`.")
        click.echo(f"\n{stopped}", err=True)
        raise


def _show_day() -> None:
    """Say which day it is in the book, and how to go on from there."""
    said = _(
        "The business day of this book is {day} and stands still; `onebook clock --to DATE` moves"
        " it on."
    )
    click.echo(said.format(day=clock.today()))
    files = sorted(story.next_folder().glob("readings-*.csv"))
    if files:
        month = files[-1].stem.removeprefix("readings-")
        said = _(
            "The files of {month} are in {folder}: docs/next-month.md leads through that month by"
            " hand."
        )
        click.echo(said.format(month=month, folder=story.next_folder()))


def _show_people() -> None:
    click.echo(_("Users and their passwords (of the demonstration alone):"))
    for one in story.kept_people():
        password = one.password or _("(changed)")
        line = f"  {one.username:<12}{password:<16}{one.name} {role_name(Role(one.role))}"
        click.echo(line)
