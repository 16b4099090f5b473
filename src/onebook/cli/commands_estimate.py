"""`onebook estimate`: the previous period's kWh where a meter could not be read."""

from gettext import gettext as _

import click

from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.infra import clock
from onebook.kernel.energy import format_kwh
from onebook.kernel.periods import Month, parse_date
from onebook.metering import services as metering


@click.command()
@click.option("--account", required=True, metavar="NUMBER", help="The account (户号).")
@click.option("--month", required=True, metavar="MONTH", help="The bill month, e.g. 2026-10.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it could not be read.")
@click.option("--meter", default="", metavar="NUMBER", help="Of several meters, which.")
@click.option("--on", "day", metavar="DATE", help="The day of reading; today unless given.")
@as_option
@with_database
def estimate(
    account: str, month: str, reason: str, meter: str, day: str | None, username: str | None
) -> None:
    """Bill a meter that could not be read on the previous period's kWh (估抄). The next reading
    settles the rest; who gives the command answers for it."""
    asked = Month.parse(month)
    read_on = parse_date(day) if day else clock.today()
    usage_e4 = metering.estimate_reading(
        account, asked, read_on, reason=reason, by=person_of(username), meter=meter
    )
    said = _("{account}, {month}: {kwh} kWh estimated.")
    click.echo(said.format(account=account, month=asked, kwh=format_kwh(usage_e4)))
