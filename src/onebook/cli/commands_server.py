"""`onebook stop` and `onebook status`, which need no Django."""

import json
from gettext import gettext as _

import click

from onebook.cli.options import shape_option
from onebook.infra import serving
from onebook.infra.pg import server


@click.command()
def stop() -> None:
    """Stop the web pages and the embedded database; running jobs lose their connections."""
    if serving.stop(_PATIENCE_S):
        click.echo(_("The web pages are closed."))
    click.echo(_("The database is stopped.") if server.stop() else _("No database was running."))


_PATIENCE_S = 15  # `serve` gives pages that are being made ten seconds


@click.command()
@shape_option
def status(shape: str) -> None:
    """Say where the data are and whether the database runs; nothing is started."""
    found = server.status()
    facts = {
        "home": str(found.home),
        "server": "outside" if found.outside else "embedded",
        "running": found.running,
        "database": found.database,
        "sockets": str(found.sockets) if found.sockets else None,
    }
    if shape == "json":
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(_("Data folder: {folder}").format(folder=found.home))
    click.echo(_("Database: {name}").format(name=found.database))
    click.echo(_server(found))


def _server(found: server.Status) -> str:
    if found.outside:
        state = _("it answers") if found.running else _("it does not answer")
        return _("Server: named by ONEBOOK_DATABASE_URL, {state}").format(state=state)
    state = _("running") if found.running else _("not running")
    return _("Server: embedded, {state} (sockets in {folder})").format(
        state=state, folder=found.sockets
    )
