"""How a report is given: as a table on the screen, CSV, Excel or JSON."""

from gettext import gettext as _
from pathlib import Path

import click

from onebook.cli.screen import table
from onebook.infra import report as reports
from onebook.infra.report import Report
from onebook.infra.templatetags.onebook import tie_name
from onebook.infra.web.words import chinese, pick
from onebook.kernel.money import format_yuan

_RIGHT = {"fen", "e4", "count", "percent"}


def print_report(report: Report) -> None:
    """Print a report as a table with its basis and its ties."""
    head, *body = reports.lines(report, chinese=chinese())
    columns = reports.columns_in(report, chinese=chinese())
    numbers = [place for place, one in enumerate(columns) if one.kind in _RIGHT]
    table(head, numbers, body, f"{pick((report.title_zh, report.title_en))} {report.as_of}")
    if basis := report.basis(chinese=chinese()):
        click.echo(_("Basis: {text}").format(text=basis))
    for tie in report.ties:
        said = _("Check against {name}: {ours} − {theirs} = {difference}").format(
            name=tie_name(tie.with_),
            ours=format_yuan(tie.ours),
            theirs=format_yuan(tie.theirs),
            difference=format_yuan(tie.difference),
        )
        click.echo(said)


def give(report: Report, shape: str, output: str | None) -> None:
    """Give a report in a shape, to a file or the screen."""
    if shape == "xlsx":
        target = Path(output or f"{report.name}-{report.as_of}.xlsx")
        target.write_bytes(reports.to_xlsx(report, chinese=chinese()))
        click.echo(_("Written: {file}").format(file=target), err=True)
        return
    if shape == "table" and output is None:
        print_report(report)
        return
    in_rows = shape in ("csv", "table")
    text = reports.to_csv(report, chinese=chinese()) if in_rows else reports.to_json(report)
    if output:
        Path(output).write_text(text, encoding="utf-8-sig" if in_rows else "utf-8")
        click.echo(_("Written: {file}").format(file=output), err=True)
    else:
        click.echo(text)
