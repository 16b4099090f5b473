"""`onebook bill`: verify, issue, offset prepayment; one command for a month's bills."""

import json
from datetime import date

import click
from rich.console import Console
from rich.table import Table

from onebook.billing import jobs as billing
from onebook.billing import reads
from onebook.billing.rules import BY_CODE
from onebook.cash import jobs as cash
from onebook.cli.people import as_option, person_of
from onebook.cli.progress import bar
from onebook.cli.setup import with_database
from onebook.infra import clock
from onebook.infra.runs import Summary
from onebook.kernel.periods import Month, parse_date
from onebook.receivable import jobs as receivable

_STATES = {"open": "待处理", "release": "已放行", "hold": "已暂挂"}


@click.command()
@click.option("--month", required=True, help="The bill month, e.g. 2026-10.")
@click.option("--issued-on", help="The day of issue; today unless given.")
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
@as_option
@with_database
def bill(month: str, issued_on: str | None, shape: str, username: str | None) -> None:
    """Verify, calculate and issue a month's bills, then offset prepayment."""
    asked = Month.parse(month)
    day = parse_date(issued_on) if issued_on else clock.today()
    person = person_of(username)
    runs: dict[str, Summary] = {}
    with bar("核算") as watch:
        runs["verify"] = billing.verify(asked, person_id=person, watch=watch)
    with bar("发行") as watch:
        runs["issue"] = receivable.issue(asked, day, person_id=person, watch=watch)
    with bar("预收转实收") as watch:
        runs["offset"] = cash.offset_prepayment(asked, day, person_id=person, watch=watch)
    if shape == "json":
        click.echo(_json(asked, day, runs))
    else:
        _print(asked, runs)


def _json(month: Month, day: date, runs: dict[str, Summary]) -> str:
    return json.dumps(
        {
            "month": str(month),
            "issued_on": day.isoformat(),
            "readings_verified": runs["verify"].rows_in,
            "exceptions_found": runs["verify"].rows_out,
            "bills_issued": runs["issue"].rows_out,
            "exceptions": reads.exception_counts(month),
            "seconds": {
                stage: round(spent, 3)
                for run in runs.values()
                for stage, spent in run.seconds.items()
            },
        },
        ensure_ascii=False,
        indent=1,
    )


def _print(month: Month, runs: dict[str, Summary]) -> None:
    console = Console()
    issued = runs["issue"].rows_out
    console.print(f"{month}: 发行 {issued:,} 户" if issued else f"{month}: 没有待发行的户")
    console.print(
        f"核算读数 {runs['verify'].rows_in:,} 条,新发现异常 {runs['verify'].rows_out:,} 条"
    )
    if counts := reads.exception_counts(month):
        table = Table("规则", "名称", "阻止发行", "状态", "户数")
        for row in counts:
            table.add_row(
                row["rule"],
                BY_CODE[row["rule"]].name_zh,
                "是" if row["blocking"] else "",
                _STATES[row["state"]],
                f"{row['exceptions']:,}",
            )
        console.print(table)
    stages = Table("阶段", "秒")
    for run in runs.values():
        for stage, spent in run.seconds.items():
            stages.add_row(stage, f"{spent:.2f}")
    console.print(stages)
