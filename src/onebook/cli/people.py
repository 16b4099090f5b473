"""Who gives a command: `--as USER`, with the password from $ONEBOOK_PASSWORD or asked for."""

import os
from gettext import gettext as _

import click

from onebook.org import services as org

as_option = click.option(
    "--as",
    "username",
    metavar="USER",
    help="Who makes, checks or signs, with the password from $ONEBOOK_PASSWORD or asked for.",
)


def person_of(username: str | None) -> int | None:
    """The person's id after the password is checked; None without a user name (the system)."""
    if username is None:
        return org.SYSTEM
    password = os.environ.get("ONEBOOK_PASSWORD") or click.prompt(
        _("Password of {username}").format(username=username), hide_input=True
    )
    return org.authenticate(username, password).pk
