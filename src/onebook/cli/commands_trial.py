"""`onebook trial`: what a month's issue would come to, against the month before."""

import click

from onebook.billing import jobs
from onebook.billing.reads import trials
from onebook.cli.options import report_options
from onebook.cli.output import give
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org import reads as org


@click.command("trial")
@click.option("--month", required=True, metavar="MONTH", help="The bill month, e.g. 2026-10.")
@click.option("--org-unit", metavar="CODE", help="The code of a unit; with everything below it.")
@click.option(
    "--sample",
    default=0,
    type=click.IntRange(0, 1000),
    help="How many accounts of each unit to draw, for people to check on the page.",
)
@report_options
@as_option
@with_database
def trial(
    month: str,
    org_unit: str | None,
    sample: int,
    shape: str,
    output: str | None,
    username: str | None,
) -> None:
    """Verify a month and calculate it as its issue would (试算): the totals by category, and why
    they differ from the month before. Nothing is issued and nothing is posted."""
    asked = Month.parse(month)
    units = None if org_unit is None else org.subtree_ids(org.unit_by_code(org_unit).pk)
    jobs.try_month(asked, units, person_id=person_of(username), sample=sample)
    give(trials.report(asked, clock.today(), units, org_unit or "*"), shape, output)
