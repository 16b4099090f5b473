"""`onebook serve`: the web server over a database that is up and migrated."""

from gettext import gettext as _

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from onebook.cli.options import HOST, port_option
from onebook.cli.ports import refuse_taken
from onebook.cli.setup import with_database
from onebook.infra import serving

_THREADS = 4  # a page waits for the database most of its time
_PATIENCE_S = 10  # for the pages that are being made when the server is told to end


@click.command()
@click.option(
    "--host",
    default=HOST,
    show_default=True,
    metavar="HOST",
    help="The address to listen on.",
)
@port_option
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many processes answer.",
)
@with_database
def serve(host: str, port: int, workers: int) -> None:
    """Open the web pages until Ctrl-C or `onebook stop`; the database runs on until the latter."""
    refuse_taken(host, port)
    open_at = _("onebook is open at {address} (Ctrl-C ends it)")
    click.echo(open_at.format(address=address(host, port)))
    pages = Granian(
        "onebook.cli.worker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE_S,
        log_level=LogLevels.warning,  # what it says of its own processes is of no use to a reader
    )
    with serving.announced():
        pages.serve()


def address(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"
