"""`onebook stop` and `onebook status`, which need no Django."""

import json

import click

from onebook.infra.pg import server


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
