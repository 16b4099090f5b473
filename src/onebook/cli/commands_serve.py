"""`onebook serve`: the web server over a database that is up and migrated."""

import socket

import click
from granian import Granian
from granian.constants import Interfaces

from onebook.cli.setup import with_database

_THREADS = 4  # a page waits for the database most of its time
_PATIENCE_S = 10  # for the pages that are being made when the server is told to end


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
@with_database
def serve(host: str, port: int, workers: int) -> None:
    """Open the web pages until Ctrl-C; the database runs on until `onebook stop`."""
    _refuse_taken(host, port)
    click.echo(f"onebook is open at {address(host, port)} (Ctrl-C ends it)")
    Granian(
        "onebook.cli.worker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=_THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_PATIENCE_S,
    ).serve()


def address(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} of {host} cannot be opened ({error.strerror}). "
                "Choose another one with --port."
            ) from error
