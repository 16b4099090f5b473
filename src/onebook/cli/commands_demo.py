"""`onebook demo`: the whole job from nothing, on simulated customers or on a usage file."""

import shutil
import sys
from pathlib import Path
from time import perf_counter

import click
from django.db import connections
from rich.console import Console

from onebook.cli.commands_serve import serve
from onebook.cli.output import print_report
from onebook.cli.setup import say, with_database
from onebook.config import migrate
from onebook.demo import errors, story
from onebook.demo.customers import Town, simulated_town, town_of
from onebook.demo.usage import read_usage
from onebook.finance import reads as finance
from onebook.infra import home
from onebook.infra.pg.recreate import recreate
from onebook.kernel.periods import Month

FIRST_MONTH = "2025-09"
SEED = 20250901


@click.command()
@click.option("--accounts", default=1200, show_default=True, type=click.IntRange(1))
@click.option("--months", default=6, show_default=True, type=click.IntRange(1, 120))
@click.option("--usage", type=click.Path(exists=True, dir_okay=False), help="A usage file.")
@click.option("--shift-to", help="Move the first month used to this one, e.g. 2025-09.")
@click.option("--reset", is_flag=True, help="Start over: the demonstration's book is dropped.")
@click.option("--no-serve", is_flag=True, help="Do not open the pages at the end.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_database
@click.pass_context
def demo(
    context: click.Context,
    accounts: int,
    months: int,
    usage: str | None,
    shift_to: str | None,
    reset: bool,
    no_serve: bool,
    port: int,
) -> None:
    """Read, verify, bill, collect, reconcile and close; then open the pages."""
    held, simulated = story.books_state()
    if held != simulated:
        refused = errors.ResetRefused if reset else errors.BookNotEmpty
        raise refused(accounts=held - simulated)
    if held and not reset:
        click.echo(f"示范账簿已在(模拟用户 {held:,} 户),未作任何改动。重新开始请加 --reset。")
    else:
        if reset:
            _start_over()
        _run(accounts, months, usage, shift_to)
    _show_people()
    if not no_serve:
        context.invoke(serve, port=port)


def _start_over() -> None:
    connections.close_all()
    recreate()
    shutil.rmtree(home.home() / "demo", ignore_errors=True)
    migrate.ensure_current(say)


def _run(accounts: int, months: int, usage: str | None, shift_to: str | None) -> None:
    began = perf_counter()
    units = [code for code, _ in story.UNITS]
    town = _town(accounts, months, usage, shift_to, units)
    origin = "用电量为模拟数据" if town.simulated_usage else f"用电量取自 {Path(usage or '').name}"
    click.echo(
        f"示范:{origin};户名、缴费与银行明细均为模拟。{len(town.accounts):,} 户 × "
        f"{len(town.months)} 个月"
    )
    company = story.found_company(town.installed_on)
    story.tell(town, company, click.echo, SEED)
    print_report(finance.month_table(town.months))
    click.echo(f"用时 {perf_counter() - began:.1f} 秒;文件在 {company.files}")


def _town(
    accounts: int, months: int, usage: str | None, shift_to: str | None, units: list[str]
) -> Town:
    first = Month.parse(shift_to or FIRST_MONTH)
    if usage is None:
        wanted = [first.plus(step) for step in range(months)]
        return simulated_town(accounts, wanted, units, SEED)
    path = Path(usage)
    table = read_usage(path.read_bytes(), path.name)
    if table.rejects:
        click.echo(
            f"{path.name}: 退回 {len(table.rejects):,} 行,首行 "
            f"{table.rejects[0].row_number}: {table.rejects[0].reason}",
            err=True,
        )
    chosen = context_accounts(accounts)
    table = table.last(months, chosen)
    if shift_to:
        table = table.shifted(first)
    return town_of(table, units, SEED)


def context_accounts(accounts: int) -> int | None:
    """A usage file brings all its accounts unless --accounts was given."""
    source = click.get_current_context().get_parameter_source("accounts")
    given = source is click.core.ParameterSource.COMMANDLINE
    return accounts if given else None


def _show_people() -> None:
    console = Console(file=sys.stdout)
    console.print("用户 / 密码(仅示范):")
    for one in story.kept_people():
        console.print(f"  {one.username:<12}{one.password:<16}{one.name} {one.role}", markup=False)
