"""`onebook reconcile`: bank lines against what is on its way to the bank."""

import json

import click
from rich.console import Console
from rich.table import Table

from onebook.banking import jobs
from onebook.cli.people import as_option, person_of
from onebook.cli.setup import with_database
from onebook.kernel.money import format_yuan

REASONS = {
    "money_out": "银行付出,待登记",
    "no_candidate": "没有金额或凭据号相符的在途",
    "amount_alone": "仅金额相符,凭据号不符,不自动销",
    "amount_differs": "凭据号相符,金额不符",
    "several_candidates": "多笔相符,需人工选择",
    "out_of_time": "凭据号与金额相符,日期超限",
}


@click.command()
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table")
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
    console = Console()
    console.print(f"本次自动到账 {done.matched:,} 笔,{format_yuan(done.matched_fen)} 元")
    table = Table("待处理原因", "笔数")
    for reason, count in sorted(done.waiting.items()):
        table.add_row(REASONS[reason], f"{count:,}")
    console.print(table)
