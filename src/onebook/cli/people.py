"""Who gives a command: `--as USER`, with the password from $ONEBOOK_PASSWORD or asked for."""

import os
import sys
from gettext import gettext as _

import click

from onebook.org import services as org

as_option = click.option(
    "--as",
    "username",
    metavar="USER",
    help="Who makes, checks or signs, with the password from $ONEBOOK_PASSWORD or asked for.",
)


def person_of(username: str | None, *, writes: bool = True) -> int | None:
    """The person's id after the password is checked; None without a user name (the system).

    That the system acts is said where the command writes: its rows and runs name no person.
    """
    if username is None:
        if not writes:
            return org.SYSTEM
        said = _(
            "Without --as USER the system acts, and what is recorded names no person: it follows"
            " rules, and never decides, approves, signs or takes money."
        )
        click.echo(said, err=True)
        return org.SYSTEM
    password = os.environ.get("ONEBOOK_PASSWORD") or _prompted(username)
    return org.authenticate(username, password).pk


def _prompted(username: str) -> str:
    if not sys.stdin.isatty():
        raise click.ClickException(
            _("There is no terminal to ask for the password: set ONEBOOK_PASSWORD.")
        )
    said = _("Password of {username}").format(username=username)
    return str(click.prompt(said, hide_input=True))
