"""`onebook quote`: a bill calculated from a file, line by line; neither database nor Django."""

import json
from datetime import timedelta
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click

from onebook.billing.parsers import parse_scenario
from onebook.billing.rules.quote import Quote, quote
from onebook.billing.rules.quote_rows import COLUMNS, as_json, line_rows, sum_rows
from onebook.cli import speech
from onebook.cli.options import report_options
from onebook.cli.screen import table
from onebook.infra import report as reports
from onebook.infra.report import Column, Report
from onebook.infra.tabular.grid import decode
from onebook.kernel.energy import format_kwh

_NUMBERS = {"quantity_e4", "price", "amount_fen"}


@click.command("quote")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@report_options
def quote_file(file: Path, shape: str, output: str | None) -> None:
    """Calculate a bill from a scenario (TOML, docs/quote.md): usage or readings, a tariff, capacity
    or demand, power factor. Every line has its quantity, price, formula and source."""
    found = quote(parse_scenario(text_of(file), lambda name: text_of(file.parent / name)))
    if shape == "json":
        _write(json.dumps(as_json(found), ensure_ascii=False, indent=1), "utf-8", output)
    elif shape == "csv" or (shape == "table" and output):
        text = reports.to_csv(_report(found), chinese=_chinese())
        _write(text, "utf-8-sig", output)
    elif shape == "xlsx":
        target = Path(output or f"{file.stem}.xlsx")
        target.write_bytes(reports.to_xlsx(_report(found), chinese=_chinese()))
        click.echo(_("Written: {file}").format(file=target), err=True)
    else:
        _print(found)


def text_of(path: Path) -> str:
    """A file's text: UTF-8 tried strictly, then GB18030. EncodingUnreadable where it is neither."""
    return decode(path.read_bytes(), path.name)[0]


def _chinese() -> bool:
    return speech.kept() == speech.LANGUAGES[0]


def _write(text: str, encoding: str, output: str | None) -> None:
    if output is None:
        click.echo(text)
        return
    Path(output).write_text(text, encoding=encoding)
    click.echo(_("Written: {file}").format(file=output), err=True)


def _report(found: Quote) -> Report:
    """The quote's lines and sums as a report."""
    title = found.scenario.title
    return Report(
        name="quote",
        title_zh=f"电费试算 {title}".strip(),
        title_en=f"Quote {title}".strip(),
        as_of=found.scenario.end - timedelta(1),
        known_at=None,
        of_book=False,
        org_unit="",
        columns=tuple(Column(*one) for one in COLUMNS),
        rows=[*line_rows(found.bill), *sum_rows(found)],
        basis_zh=_basis(found),
        basis_en=_basis(found),
    )


def _basis(found: Quote) -> str:
    scenario = found.scenario
    last = scenario.end - timedelta(1)
    return f"{scenario.month} ({scenario.start} – {last}), {format_kwh(found.usage_e4)} kWh"


def _print(found: Quote) -> None:
    report = _report(found)
    click.echo(report.title_zh if _chinese() else report.title_en)
    click.echo(report.basis_zh)
    if found.steps:
        steps: list[tuple[Any, ...]] = [
            (
                one.place,
                one.name_zh if _chinese() else one.name_en,
                one.formula,
                format_kwh(one.quantity_e4) if one.unit else "",
                one.unit,
            )
            for one in found.steps
        ]
        heads = (_("Point"), _("Quantity"), _("Formula"), _("Result"), _("Unit"))
        table(heads, {3}, steps, _("How the quantities came about"))
    columns = reports.columns_in(report, chinese=_chinese())
    numbers = [at for at, one in enumerate(columns) if one.key in _NUMBERS]
    head, *body = reports.lines(report, chinese=_chinese())
    table(head, numbers, body, _("The bill"))
