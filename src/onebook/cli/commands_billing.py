"""`onebook bill`: verify, issue, offset prepayment; one command for a month's bills."""

import json
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from typing import Any

import click

from onebook.billing import jobs as billing
from onebook.billing import reads
from onebook.billing.reads import months
from onebook.billing.reads.months import MonthAccounts
from onebook.billing.rules import BY_CODE, VerificationRule
from onebook.cash import jobs as cash
from onebook.cli.options import shape_option
from onebook.cli.people import as_option, person_of
from onebook.cli.progress import bar
from onebook.cli.screen import table
from onebook.cli.setup import with_database
from onebook.infra import clock
from onebook.infra.runs import Summary
from onebook.infra.web.words import pick
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month, parse_date
from onebook.receivable import jobs as receivable


def _state(code: str) -> str:
    return {
        "open": _("to be decided"),
        "release": _("released"),
        "hold": _("held"),
        "clear": _("cleared"),
    }[code]


def _stage(code: str) -> str:
    known = {
        "verify": _("verify"),
        "bills": _("bills"),
        "open items": _("open items"),
        "postings": _("postings"),
        "offset": _("offset prepayment"),
    }
    return known.get(code, code)


@click.command()
@click.option("--month", required=True, metavar="MONTH", help="The bill month, e.g. 2026-10.")
@click.option("--issued-on", metavar="DATE", help="The day of issue; today unless given.")
@shape_option
@as_option
@with_database
def bill(month: str, issued_on: str | None, shape: str, username: str | None) -> None:
    """Verify, calculate and issue a month's bills, then offset prepayment. Where nothing was left
    to bill, the exit code is 1 unless all that was read is billed in an open month."""
    asked = Month.parse(month)
    day = parse_date(issued_on) if issued_on else clock.today()
    person = person_of(username)
    runs: dict[str, Summary] = {}
    with bar(_("verify")) as watch:
        runs["verify"] = billing.verify(asked, person_id=person, watch=watch)
    with bar(_("issue")) as watch:
        runs["issue"] = receivable.issue(asked, day, person_id=person, watch=watch)
    with bar(_("offset prepayment")) as watch:
        offset = cash.offset_prepayment(asked, day, person_id=person, watch=watch)
    done = _Done(asked, day, runs, offset, months.month_accounts(asked))
    click.echo(_json(done)) if shape == "json" else _print(done)
    if not runs["issue"].rows_out:
        obstacle = months.nothing_to_bill(asked, done.accounts)
        if obstacle is not None:
            raise obstacle


@dataclass(frozen=True)
class _Done:
    """What the command did: its runs, the offset, and how far the month is."""

    month: Month
    day: date
    runs: dict[str, Summary]
    offset: cash.OffsetRun
    accounts: MonthAccounts

    def seconds(self) -> dict[str, float]:
        """The seconds by stage of all runs."""
        both = [*(run.seconds for run in self.runs.values()), self.offset.seconds]
        return {stage: spent for seconds in both for stage, spent in seconds.items()}


def _json(done: _Done) -> str:
    return json.dumps(
        {
            "month": str(done.month),
            "issued_on": done.day.isoformat(),
            "readings_verified": done.runs["verify"].rows_in,
            "exceptions_found": done.runs["verify"].rows_out,
            "bills_issued": done.runs["issue"].rows_out,
            "accounts": done.accounts._asdict(),
            "prepayment_offset": {
                "accounts": done.offset.accounts,
                "amount_fen": done.offset.amount_fen,
            },
            "exceptions": reads.exception_counts(done.month),
            "seconds": {stage: round(spent, 3) for stage, spent in done.seconds().items()},
        },
        ensure_ascii=False,
        indent=1,
    )


def _print(done: _Done) -> None:
    month, issued = done.month, done.runs["issue"].rows_out
    said = _("{month}: issued {count} bills") if issued else _("{month}: no bills to issue")
    click.echo(said.format(month=month, count=f"{issued:,}"))
    verified = _("Verified {readings} readings, found {exceptions} new exceptions")
    run = done.runs["verify"]
    click.echo(verified.format(readings=f"{run.rows_in:,}", exceptions=f"{run.rows_out:,}"))
    said = _("{read} accounts read: {billed} billed, {kept_back} kept back by exceptions")
    accounts = done.accounts._asdict() | {"billed": done.accounts.read - done.accounts.unbilled}
    click.echo(said.format(**{name: f"{count:,}" for name, count in accounts.items()}))
    said = _("Prepayment offset: {accounts} accounts, {amount} yuan")
    amount = format_yuan(done.offset.amount_fen)
    click.echo(said.format(accounts=f"{done.offset.accounts:,}", amount=amount))
    if counts := reads.exception_counts(month):
        titles = (_("Rule"), _("Name"), _("Blocks the issue"), _("State"), _("Accounts"))
        table(titles, {4}, map(_exception_row, counts))
    stages = [(_stage(stage), f"{spent:.2f}") for stage, spent in done.seconds().items()]
    table((_("Stage"), _("Seconds")), {1}, stages)


def _exception_row(row: dict[str, Any]) -> tuple[str, ...]:
    rule: VerificationRule = BY_CODE[row["rule"]]
    return (
        row["rule"],
        pick((rule.name_zh, rule.name_en)),
        _("yes") if row["blocking"] else "",
        _state(row["state"]),
        f"{row['accounts']:,}",
    )
