"""`onebook serve`, `onebook stop` and `onebook status`."""

import json

import click

from onebook.infra.pg import server


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Open the web pages until Ctrl-C; the database runs on until `onebook stop`."""
    # These load Django's apps and the web server, which `stop` and `status` do without.
    from onebook.cli.serving import run

    run(host, port, workers)


@click.command()
def stop() -> None:
    """Stop the embedded database; running jobs and pages lose their connections."""
    click.echo("The database is stopped." if server.stop() else "No database was running.")


@click.command()
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
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
    for name, value in facts.items():
        click.echo(f"{name:<10}{value}")
