"""Who gives a command: `--as USER`, with the password from $ONEBOOK_PASSWORD or asked for."""

import os

import click

from onebook.org import services as org

as_option = click.option(
    "--as", "username", help="Who makes, checks or signs; else the installation's owner."
)


def person_of(username: str | None) -> int | None:
    """The person's id after the password is checked; None without a user name (the system)."""
    if username is None:
        return org.SYSTEM
    password = os.environ.get("ONEBOOK_PASSWORD") or click.prompt(
        f"Password of {username}", hide_input=True
    )
    return org.authenticate(username, password).pk
