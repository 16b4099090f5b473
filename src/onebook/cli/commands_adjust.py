"""`onebook adjust`: what a faulty measurement comes to (退补试算); nothing is recorded."""

import click

from onebook.billing.reads import adjustments as reads
from onebook.billing.rules.adjustments import Case, Facts
from onebook.billing.services.adjustments import Wanted, calculate
from onebook.cli.options import report_options
from onebook.cli.output import give
from onebook.cli.setup import with_database
from onebook.infra import clock
from onebook.kernel.energy import parse_kwh
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import Month


@click.command("adjust")
@click.option("--account", required=True, help="The number of the service account.")
@click.option(
    "--case", required=True, type=click.Choice([one.value for one in Case]), help="What was wrong."
)
@click.option("--from", "first", required=True, help="The first bill month, like 2026-10.")
@click.option("--to", "last", required=True, help="The last bill month, included.")
@click.option("--error", default="0", help="meter-error: percent, below zero for a slow meter.")
@click.option(
    "--right",
    default=0,
    help="Right power, actual multiplier, actual drop in 0.01 %, or days of the fault.",
)
@click.option(
    "--wrong",
    default=0,
    help="Wrong power, multiplier used, allowed drop in 0.01 %, or days of the normal month.",
)
@click.option("--normal", default="0", help="The kWh of a normal month.")
@click.option("--full-period", is_flag=True, help="meter-error: the whole period, not half of it.")
@click.option("--reactive", default="0", help="The kvarh that were missed too.")
@report_options
@with_database
def adjust_bills(
    account: str,
    case: str,
    first: str,
    last: str,
    error: str,
    right: int,
    wrong: int,
    normal: str,
    full_period: bool,
    reactive: str,
    shape: str,
    output: str | None,
) -> None:
    """Calculate an adjustment by the rules of supply: the kWh of its case, laid on the bill months,
    each priced again at the prices of its time. Nothing is recorded."""
    facts = Facts(
        parse_yuan(error), right, wrong, parse_kwh(normal), full_period, parse_kwh(reactive)
    )
    wanted = Wanted(account, Case(case), Month.parse(first), Month.parse(last), facts)
    give(reads.report(calculate(wanted), account, clock.today()), shape, output)
