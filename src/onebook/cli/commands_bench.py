"""`onebook bench NAME`: a benchmark in a database of its own, with its floor in the same run."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext as _
from typing import Any, TypeVar

import click
from django.db import connections

from onebook.bench import aging as aging_bench
from onebook.bench import interval as interval_bench
from onebook.bench import issue as issue_bench
from onebook.bench import kernel as kernel_bench
from onebook.bench import settle as settle_bench
from onebook.bench import spark as spark_bench
from onebook.bench import verification as verification_bench
from onebook.cli.options import shape_option
from onebook.cli.setup import say
from onebook.config import migrate
from onebook.infra import logins
from onebook.infra.pg import server
from onebook.infra.pg.recreate import drop, recreate

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def bench() -> None:
    """Measure; the JSON has seconds, floor_seconds and their ratio."""
    if logins.url_params() is not None:
        raise click.ClickException(
            _(
                "A benchmark makes a database of its own on the embedded server. "
                "Unset ONEBOOK_DATABASE_URL and run it again."
            )
        )


_accounts_option = click.option(
    "--accounts",
    default=100_000,
    show_default=True,
    type=click.IntRange(8),
    help="How many service accounts.",
)


_units_option = click.option(
    "--units",
    type=click.IntRange(1),
    help="How many org units they are spread over (default: one for 25,000, at least 4).",
)


def _months_option(default: int) -> Callable[[Command], Command]:
    return click.option(
        "--months-before",
        default=default,
        show_default=True,
        type=click.IntRange(0, 12),
        help="How many earlier months are billed already.",
    )


@bench.command()
@_accounts_option
@click.option(
    "--units",
    default=4,
    show_default=True,
    type=click.IntRange(1),
    help="How many org units they are spread over.",
)
@_months_option(0)
@shape_option
def issue(accounts: int, units: int, months_before: int, shape: str) -> None:
    """Usage → bills, lines, open items, postings committed; accounts a second."""
    with _own_database():
        _give(issue_bench.issue(accounts, units=units, months_before=months_before), shape)


@bench.command()
@_accounts_option
@_units_option
@_months_option(0)
@shape_option
def month(accounts: int, units: int | None, months_before: int, shape: str) -> None:
    """Readings → verified → bills, open items, postings committed; accounts a second."""
    with _own_database():
        units = units or issue_bench.usual_units(accounts)
        _give(issue_bench.month(accounts, units=units, months_before=months_before), shape)


@bench.command()
@_accounts_option
@_units_option
@_months_option(12)
@shape_option
def verify(accounts: int, units: int | None, months_before: int, shape: str) -> None:
    """A month's readings verified on a history of bills; accounts a second."""
    with _own_database():
        units = units or issue_bench.usual_units(accounts)
        _give(verification_bench.verify(accounts, units=units, months_before=months_before), shape)


@bench.command()
@click.option(
    "--accounts",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(100),
    help="How many bills a month.",
)
@click.option(
    "--months",
    default=24,
    show_default=True,
    type=click.IntRange(2, 120),
    help="How many months of bills there are.",
)
@shape_option
def aging(accounts: int, months: int, shape: str) -> None:
    """Arrears on a past day by bucket and unit; seconds, against one bare table of open items."""
    with _own_database():
        figures = aging_bench.aging(accounts, months)
    _give(figures, shape)
    if not figures["same_rows"]:
        raise click.ClickException(_("The arrears differ from those of the bare table."))


@bench.command()
@click.option(
    "--payments",
    default=200_000,
    show_default=True,
    type=click.IntRange(8),
    help="How many payments the file has.",
)
@shape_option
def settle(payments: int, shape: str) -> None:
    """A bank's collection file → allocated, posted, committed; payments a second."""
    with _own_database():
        _give(settle_bench.settle(payments), shape)


@bench.command()
@click.option(
    "--meters",
    default=10_000,
    show_default=True,
    type=click.IntRange(1),
    help="How many meters; each is 140 KB of memory.",
)
@click.option(
    "--customers",
    default=1_000,
    show_default=True,
    type=click.IntRange(0),
    help="How many customers are billed beside NREL-PySAM where it is installed.",
)
@shape_option
def interval(meters: int, customers: int, shape: str) -> None:
    """A year of quarter hours → energy and demand by month and period; no database."""
    _give(interval_bench.interval(meters, customers), shape)


@bench.command()
@click.option(
    "--bills",
    default=1_000_000,
    show_default=True,
    type=click.IntRange(10),
    help="How many household bills; a tenth as many are of industry.",
)
@shape_option
def kernel(bills: int, shape: str) -> None:
    """Usage columns → household and two-part bills; bills a second on one core, no database."""
    _give(kernel_bench.kernel(bills), shape)


@bench.command()
@_accounts_option
@click.option(
    "--master",
    default="local[2]",
    show_default=True,
    help="Spark's master, as spark-submit takes it.",
)
@click.option(
    "--folder",
    help="A folder that every worker reaches, e.g. hdfs://name/onebook (default: this machine).",
)
@shape_option
def spark(accounts: int, master: str, folder: str | None, shape: str) -> None:
    """Usage in Parquet → bills in Parquet, the kernel over Arrow batches; no database."""
    if (command := spark_bench.missing()) is not None:
        raise click.ClickException(
            _("Spark is not here yet. Run `{command}` and start again.").format(command=command)
        )
    figures = spark_bench.spark(accounts, master, folder)
    _give(figures, shape)
    if not figures["same_bytes"]:
        raise click.ClickException(_("Spark's bills are not the kernel's own, byte for byte."))


@contextmanager
def _own_database() -> Iterator[None]:
    """A database for the benchmark alone, gone afterwards."""
    server.ensure(say)
    recreate()
    migrate.ensure_current(say)
    try:
        yield
    finally:
        connections.close_all()
        drop()


def _give(figures: dict[str, Any], shape: str) -> None:
    if shape == "json":
        click.echo(json.dumps(figures, indent=1))
        return
    for name, value in figures.items():
        click.echo(f"{name:<22}{value}")
