"""`onebook django …`: Django's own commands against the running database, for developers."""

import click
from django.core.management import execute_from_command_line

from onebook.cli.setup import say
from onebook.infra.pg import server


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """Run e.g. `makemigrations books`, `migrate --database owner`, `shell`, `dbshell`."""
    server.ensure(say)
    execute_from_command_line(["onebook django", *arguments])
