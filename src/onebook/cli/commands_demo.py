"""`onebook demo`: the whole job from nothing, on simulated customers or on a usage file."""

import csv
import os
import shutil
import sys
from pathlib import Path
from time import perf_counter

import click
from django.db import connections
from rich.console import Console

from onebook.cli.output import print_report
from onebook.cli.setup import say, with_database
from onebook.config import migrate
from onebook.demo import errors, story
from onebook.demo.customers import Town, simulated_town, town_of
from onebook.demo.usage import UsageTable, read_usage
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
    if found := story.foreign():
        raise (errors.ResetRefused if reset else errors.BookNotEmpty)(found=found)
    held, _ = story.books_state()
    if held and not reset:
        click.echo(f"示范账簿已在(模拟用户 {held:,} 户),未作任何改动。重新开始请加 --reset。")
    else:
        table = None if usage is None else read_usage(Path(usage).read_bytes(), Path(usage).name)
        town = _town(accounts, months, table, shift_to)  # refused before anything is dropped
        if reset:
            _start_over()
        if table is not None:
            _keep_rejects(table)
        _run(town, table)
    _show_people()
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
    shutil.rmtree(home.home() / "demo", ignore_errors=True)
    migrate.ensure_current(say)


def _run(town: Town, table: UsageTable | None) -> None:
    began = perf_counter()
    origin = "用电量为模拟数据" if table is None else f"用电量取自 {table.name}"
    click.echo(
        f"示范:{origin};户名、缴费与银行明细均为模拟。{len(town.accounts):,} 户 × "
        f"{len(town.months)} 个月"
    )
    company = story.found_company(town.installed_on)
    stages = story.tell(town, company, click.echo, SEED)
    print_report(finance.month_table(town.months))
    spent = " · ".join(f"{name} {seconds:.1f}" for name, seconds in stages.items())
    click.echo(f"用时 {perf_counter() - began:.1f} 秒({spent});文件在 {company.files}")


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
        click.echo(
            f"{table.months[0]} 至 {table.months[-1]} 无电价,移至 {FIRST_MONTH} 起"
            "(可用 --shift-to 指定)"
        )
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
        writer.writerow(("行号", "原因", "原文"))
        writer.writerows((r.row_number, str(r.reason), *r.cells) for r in table.rejects)
    first = table.rejects[0]
    click.echo(
        f"{table.name}: {table.rows_in:,} 行中退回 {len(table.rejects):,} 行,见 {path};首行 "
        f"{first.row_number}: {first.reason}",
        err=True,
    )


def _show_people() -> None:
    console = Console(file=sys.stdout)
    console.print("用户 / 密码(仅示范):")
    for one in story.kept_people():
        console.print(f"  {one.username:<12}{one.password:<16}{one.name} {one.role}", markup=False)
