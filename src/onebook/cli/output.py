"""How a report is given: as a table on the screen, CSV, Excel or JSON."""

import sys
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from onebook.infra import report as reports
from onebook.infra.report import Report
from onebook.infra.templatetags.onebook import tie_name
from onebook.kernel.money import format_yuan

_RIGHT = {"fen", "e4", "count", "percent"}


def print_report(report: Report) -> None:
    """Print a report as a table with its basis and its ties."""
    head, *body = reports.lines(report)
    table = Table(
        title=f"{report.title_zh} {report.as_of}", box=box.SIMPLE_HEAD, title_justify="left"
    )
    for column, title in zip(report.columns, head, strict=True):
        right = column.kind in _RIGHT
        table.add_column(title, justify="right" if right else "left", no_wrap=right)
    for row in body:
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 220)
    console.print(table)
    if report.basis_zh:
        console.print(f"口径:{report.basis_zh}", highlight=False)
    for tie in report.ties:
        console.print(
            f"核对 {tie_name(tie.with_)}: {format_yuan(tie.ours)} − "
            f"{format_yuan(tie.theirs)} = {format_yuan(tie.difference)}",
            highlight=False,
            markup=False,
        )


def give(report: Report, shape: str, output: str | None) -> None:
    """Give a report in a shape, to a file or the screen."""
    if shape == "xlsx":
        target = Path(output or f"{report.name}-{report.as_of}.xlsx")
        target.write_bytes(reports.to_xlsx(report))
        click.echo(f"已写 {target}", err=True)
        return
    if shape == "table" and output is None:
        print_report(report)
        return
    text = reports.to_csv(report) if shape in ("csv", "table") else reports.to_json(report)
    if output:
        Path(output).write_text(text, encoding="utf-8-sig" if shape == "csv" else "utf-8")
    else:
        click.echo(text)
