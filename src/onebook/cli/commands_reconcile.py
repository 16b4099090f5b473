"""`onebook reconcile`: bank lines against what is on its way to the bank."""

import json
from gettext import gettext as _

import click

from onebook.banking import jobs
from onebook.cli.options import shape_option
from onebook.cli.people import as_option, person_of
from onebook.cli.screen import table
from onebook.cli.setup import with_database
from onebook.kernel.money import format_yuan


def _reason(code: str) -> str:
    known = {
        "money_out": _("paid out by the bank, to be registered"),
        "no_candidate": _("nothing in transit has this amount or reference"),
        "amount_alone": _("the amount fits, the reference does not: not matched by itself"),
        "amount_differs": _("the reference fits, the amount does not"),
        "several_candidates": _("several fit: somebody must choose"),
        "out_of_time": _("reference and amount fit, the day is too far off"),
    }
    return known.get(code, code)


@click.command()
@shape_option
@as_option
@with_database
def reconcile(shape: str, username: str | None) -> None:
    """Match every bank line that fits exactly one sum in transit; the rest waits with its
    reason."""
    done = jobs.reconcile(person_id=person_of(username))
    if shape == "json":
        figures = {
            "matched": done.matched,
            "matched_fen": done.matched_fen,
            "waiting": done.waiting,
        }
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    said = _("Matched now: {lines} bank lines, {amount} yuan")
    amount = format_yuan(done.matched_fen)
    click.echo(said.format(lines=f"{done.matched:,}", amount=amount))
    waiting = [(_reason(reason), f"{count:,}") for reason, count in sorted(done.waiting.items())]
    if waiting:
        table((_("Why a line waits"), _("Lines")), {1}, waiting)
