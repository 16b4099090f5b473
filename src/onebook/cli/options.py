"""Options that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

shape_option = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for people, or JSON.",
)
HOST = "127.0.0.1"  # of the web pages, unless another address is asked for
port_option = click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="The port of the web pages.",
)


def report_options(command: _Command) -> _Command:
    """Add `--format` (the parameter `shape`) and `--output` of a command that gives a report."""
    shape = click.option(
        "--format",
        "shape",
        type=click.Choice(["table", "csv", "xlsx", "json"]),
        default="table",
        show_default=True,
        help="A table for people, a file for Excel, or JSON.",
    )
    output = click.option(
        "--output", type=click.Path(dir_okay=False), help="A file instead of the screen."
    )
    return shape(output(command))
