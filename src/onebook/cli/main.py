"""The command group: finds a command by name and imports only that one's module."""

import importlib
import os
import sys
from dataclasses import dataclass
from gettext import gettext as _

import click

from onebook import __version__
from onebook.cli import speech
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
    "demo": Entry("commands_demo", "demo", "Run the whole job from nothing.", login="batch"),
    "serve": Entry("commands_serve", "serve", "Open the web pages."),
    "units": Entry("commands_org", "units", "List or add the company's units."),
    "users": Entry("commands_org", "users", "People, their roles and passwords."),
    "bank-accounts": Entry("commands_org", "bank_accounts", "List or register bank accounts."),
    "import": Entry("commands_import", "import_files", "Take files in.", login="batch"),
    "rounds": Entry("commands_rounds", "rounds", "Open and show the rounds of reading books."),
    "estimate": Entry(
        "commands_estimate", "estimate", "Bill a meter that could not be read.", login="batch"
    ),
    "bill": Entry("commands_billing", "bill", "Verify and issue a month's bills.", login="batch"),
    "trial": Entry("commands_trial", "trial", "Calculate a month before its issue.", login="batch"),
    "quote": Entry(
        "commands_quote", "quote_file", "Calculate a bill from a file, line by line.", django=False
    ),
    "adjust": Entry("commands_adjust", "adjust_bills", "Calculate what a faulty meter owes."),
    "move-receipt": Entry(
        "commands_receipts", "move_receipt", "Ask that a receipt be moved to the right account."
    ),
    "reverse-receipt": Entry(
        "commands_receipts", "reverse_receipt", "Take back a counter receipt, or ask for it."
    ),
    "invoice": Entry("commands_invoice", "invoice", "Request VAT invoices of a platform."),
    "print": Entry("commands_print", "print_papers", "Print a month's bills for the customers."),
    "reconcile": Entry(
        "commands_reconcile", "reconcile", "Match bank lines with receipts.", login="batch"
    ),
    "bank-lines": Entry("commands_bank", "bank_lines", "List bank lines, and book a waiting one."),
    "close": Entry("commands_close", "close", "Check, sign and lock a month."),
    "report": Entry("commands_report", "report", "Give any report by its name."),
    "explain": Entry("commands_explain", "explain", "Compare two outside books, cause by cause."),
    "clock": Entry("commands_clock", "show_or_move", "Say or move the business day."),
    "verify": Entry("commands_verify", "verify", "Check the book's promises on the data."),
    "export": Entry("commands_export", "export", "Write the book for other programs."),
    "bench": Entry(
        "commands_bench", "bench", "Measure against a floor.", True, "onebook_bench", "batch"
    ),
    "stop": Entry("commands_server", "stop", "Stop the web pages and the database.", django=False),
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
        return speech.localise(getattr(module, entry.attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the table's own summaries, so that help imports no command."""
        rows = [(name, _(COMMANDS[name].summary)) for name in self.list_commands(ctx)]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)


def _set_up_django() -> None:
    """Django's apps cost half a second; `--help`, `stop` and `test` do without them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onebook.config.settings")
    importlib.import_module("django").setup()
    importlib.import_module("django.utils.translation").activate(speech.kept())


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang",
    type=click.Choice(speech.LANGUAGES, case_sensitive=False),
    default=speech.LANGUAGES[0],
    show_default=True,
    envvar=speech.VARIABLE,
    show_envvar=True,
    expose_value=False,
    callback=lambda _ctx, _param, language: speech.keep(language),
    help="The language of the terminal; may stand after the command too.",
)
@click.version_option(__version__, prog_name="onebook")
def group() -> None:
    """One book for a power supplier's marketing and finance departments."""


def main() -> None:
    """Run the command; an onebook error becomes its message and the exit code 1."""
    words = speech.hoist(sys.argv[1:])
    speech.speak(speech.asked(words))
    speech.localise(group)
    try:
        group(words, prog_name="onebook")
    except Exception as error:
        _tell(error)
        sys.exit(1)


def _tell(error: Exception) -> None:
    """Say what an onebook error, or a refusal of the database's guards, is; raise any other."""
    _set_up_django()  # whose catalogues hold the errors; a command without it pays here alone
    guards = importlib.import_module("onebook.infra.guards")
    problems = importlib.import_module("onebook.infra.web.problems")
    known = error if isinstance(error, OnebookError) else guards.refusal(error)
    if known is None:
        raise error
    click.echo(f"onebook: {problems.text(known)}", err=True)
