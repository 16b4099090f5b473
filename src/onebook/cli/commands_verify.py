"""`onebook verify`: every promise that can be checked on the data, and the rows where one fails."""

import json
import sys
from gettext import gettext as _

import click
from django.db import transaction

from onebook.cli.options import shape_option
from onebook.cli.setup import with_database
from onebook.finance import reads
from onebook.infra.web.words import pick


@click.command()
@shape_option
@with_database
def verify(shape: str) -> None:
    """Check the book; exit 1 and the failing rows where a promise does not hold."""
    with transaction.atomic():
        promises = []
        for promise in reads.verify():
            promises.append(promise)
            if shape == "table":
                mark = "✗" if promise.problems else "✓"
                name = pick((promise.name_zh, promise.name_en))
                click.echo(f"{mark} {name} · {_looked_at(promise.looked_at)}")
                for problem in promise.problems[:20]:
                    click.echo(f"    {problem}")
    if shape == "json":
        click.echo(json.dumps([one._asdict() for one in promises], ensure_ascii=False, indent=1))
    broken = sum(1 for one in promises if one.problems)
    if shape == "table":
        click.echo(_("– not covered: {text}").format(text=pick(reads.NOT_COVERED)))
        ended = _("{promises} promises checked, {broken} broken")
        click.echo(ended.format(promises=len(promises), broken=broken))
    sys.exit(1 if broken else 0)


def _looked_at(text: str) -> str:
    """How much a promise was checked on, with the name of the rows instead of their table's."""
    counted, _semicolon, listed = text.partition("; ")
    count, _space, what = counted.partition(" ")
    names = {
        "billing_adjustment": _("{count} adjustments"),
        "billing_batch": _("{count} issue batches"),
        "billing_bill": _("{count} bills"),
        "billing_bill_portion": _("{count} portions of bills"),
        "billing_history": _("{count} batches in the history"),
        "billing_batch_sum": _("{count} sums by category"),
        "books_journal": _("{count} journals"),
        "books_period_lock": _("{count} locked months"),
        "books_posting": _("{count} postings"),
        "cash_prepayment_entry": _("{count} prepayment movements"),
        "cash_receipt": _("{count} receipts"),
        "cash_receipt_move": _("{count} moved receipts"),
        "cash_transit_item": _("{count} sums in transit"),
        "banking_match": _("{count} bookings of bank lines"),
        "receivable_open_item": _("{count} open items"),
        "receivable_snapshot": _("{count} snapshots of closes"),
        "receivable_settlement": _("{count} settlements"),
        "days": _("{count} days"),
        "moments": _("{count} moments"),
        "figures": _("{count} figures"),
        "tables": _("{count} tables"),
        "triggers": _("{count} triggers"),
    }
    if what not in names:
        return text
    shown = names[what].format(count=count)
    number, _words, bills = listed.partition(" open corrections: ")
    if not bills:
        return shown
    opened = _("{count} corrections still open: {bills}").format(count=number, bills=bills)
    return f"{shown}; {opened}"
