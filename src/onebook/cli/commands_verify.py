"""`onebook verify`: every promise that can be checked on the data, and the rows where one fails."""

import json
import sys

import click
from django.db import transaction

from onebook.cli.setup import with_database
from onebook.finance import reads


@click.command()
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
@with_database
def verify(shape: str) -> None:
    """Check the book; exit 1 and the failing rows where a promise does not hold."""
    with transaction.atomic():
        promises = []
        for promise in reads.verify():
            promises.append(promise)
            if shape == "table":
                mark = "✗" if promise.problems else "✓"
                click.echo(f"{mark} {promise.name_zh} · {promise.name_en} · {promise.looked_at}")
                for problem in promise.problems[:20]:
                    click.echo(f"    {problem}")
    if shape == "json":
        click.echo(json.dumps([one._asdict() for one in promises], ensure_ascii=False, indent=1))
    broken = sum(1 for one in promises if one.problems)
    if shape == "table":
        click.echo(f"– {reads.NOT_COVERED[0]} · not covered: {reads.NOT_COVERED[1]}")
        click.echo(f"{len(promises)} promises, {broken} broken")
    sys.exit(1 if broken else 0)
