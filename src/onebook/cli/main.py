"""The command group: finds a command by name and imports only that one's module."""

import importlib
import os
import sys
from dataclasses import dataclass

import click

from onebook import __version__
from onebook.kernel.errors import OnebookError


@dataclass(frozen=True)
class Entry:
    """Where a command lives, and whether its module needs Django's apps at import."""

    module: str
    attribute: str
    summary: str
    django: bool = True
    database: str | None = None  # of its own, for a command that must not touch the book
    login: str = "app"  # jobs write by COPY with the batch login, see docs/adr/0004


# The order is that of `onebook --help`. A new command is one line here and a file
# `cli/commands_*.py`; its function takes `@with_database` from `cli/setup.py`.
COMMANDS = {
    "demo": Entry("commands_demo", "demo", "The whole job from nothing.", login="batch"),
    "serve": Entry("commands_serve", "serve", "Open the web pages."),
    "import": Entry("commands_import", "import_files", "Take files in.", login="batch"),
    "bill": Entry("commands_billing", "bill", "Verify, issue, offset a month.", login="batch"),
    "reconcile": Entry("commands_reconcile", "reconcile", "Bank lines.", login="batch"),
    "close": Entry("commands_close", "close", "The month's checks, form, lock."),
    "report": Entry("commands_report", "report", "Every report by name."),
    "verify": Entry("commands_verify", "verify", "Check the book's promises."),
    "export": Entry("commands_export", "export", "Write the book for others."),
    "bench": Entry(
        "commands_bench", "bench", "Benchmarks with their floor.", True, "onebook_bench", "batch"
    ),
    "stop": Entry("commands_server", "stop", "Stop the embedded database.", django=False),
    "status": Entry("commands_server", "status", "Say where the data are and what runs.", False),
    "test": Entry("commands_test", "test", "Run the tests.", django=False),
    "django": Entry("commands_django", "django", "Run one of Django's own commands."),
}
_HIDDEN = frozenset({"django"})


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table."""
        return [name for name in COMMANDS if name not in _HIDDEN]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, after Django's apps where it needs them."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.django:
            os.environ.setdefault("ONEBOOK_LOGIN", entry.login)
            if entry.database:
                os.environ["ONEBOOK_DATABASE"] = entry.database
            _set_up_django()
        module = importlib.import_module(f"onebook.cli.{entry.module}")
        command: click.Command = getattr(module, entry.attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the table's own summaries, so that help imports no command."""
        rows = [(name, COMMANDS[name].summary) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _set_up_django() -> None:
    """Django's apps cost half a second; `--help`, `stop` and `test` do without them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onebook.config.settings")
    importlib.import_module("django").setup()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="onebook")
def group() -> None:
    """One book for a power supplier's marketing and finance departments."""


def main() -> None:
    """Run the command; an onebook error becomes its message and the exit code 1."""
    try:
        group(prog_name="onebook")
    except OnebookError as error:
        click.echo(f"onebook: {error}", err=True)
        sys.exit(1)
    except Exception as error:
        refused = _refused_by_the_book(error)
        if refused is None:
            raise
        click.echo(f"onebook: {refused}", err=True)
        sys.exit(1)


def _refused_by_the_book(error: BaseException) -> str | None:
    """What a guard of the database said (its SQLSTATE begins with OB); None for anything else."""
    cause = error.__cause__ or error
    if not str(getattr(cause, "sqlstate", None) or "").startswith("OB"):
        return None
    return str(cause).split("\n", 1)[0]
