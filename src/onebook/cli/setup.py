"""What a command needs before its work: the database up, and its tables of this release."""

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from onebook.config import migrate
from onebook.infra.pg import server

P = ParamSpec("P")
R = TypeVar("R")


def say(line: str) -> None:
    """Show one line of progress on stderr; in a terminal the next one takes its place."""
    click.echo(
        f"\r\033[K{line}" if sys.stderr.isatty() else line, err=True, nl=not sys.stderr.isatty()
    )


def with_database(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a command: the server answers and is migrated before the function begins.

    Put it below ``@click.command()`` and the options, next to the function.
    """

    @functools.wraps(function)
    def prepared(*args: P.args, **kwargs: P.kwargs) -> R:
        server.ensure(say)
        migrate.ensure_current(say)
        return function(*args, **kwargs)

    return prepared
