"""Whether the port of the web pages is free, asked before any work is done for it."""

import errno
import socket
from gettext import gettext as _

import click


def refuse_taken(host: str, port: int) -> None:
    """Refuse a port that cannot be opened; one that is taken may be another `onebook serve`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                said = _(
                    "Port {port} of {host} is taken: `onebook serve` may be running already, which"
                    " `onebook stop` ends, or another program. Choose another port with --port."
                )
                raise click.ClickException(said.format(port=port, host=host)) from error
            said = _(
                "Port {port} of {host} cannot be opened ({reason}). Choose another one with --port."
            )
            shown = said.format(port=port, host=host, reason=error.strerror)
            raise click.ClickException(shown) from error
