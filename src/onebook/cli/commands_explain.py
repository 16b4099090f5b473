"""`onebook explain`: two outside books compared, every cent by cause; no database is needed."""

from gettext import gettext as _
from pathlib import Path

import click

from onebook.cli import rejects
from onebook.cli.options import report_options
from onebook.cli.output import give, print_report
from onebook.demo import outside_books, outside_files
from onebook.finance.reads import explain_reports as reports
from onebook.finance.reads.explain import Comparison, compare
from onebook.finance.reads.explain_files import Columns, Source, read_mapping, write_mapping
from onebook.finance.rules.explain import Cause
from onebook.infra.web.words import pick
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import parse_date

_SHOWN = 10  # documents of a cause on the screen
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("finance", required=False, type=_FILE)
@click.argument("marketing", required=False, type=_FILE)
@click.option(
    "--bank",
    "banks",
    multiple=True,
    type=_FILE,
    help="The bank's receipts (CSV or Excel); may be given again.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    help="The day of both books; the end of the month in which the shorter one ends unless given.",
)
@click.option(
    "--columns",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that remembers which heading is which; made where it is not there.",
)
@click.option(
    "--rounding",
    default="0.05",
    show_default=True,
    metavar="YUAN",
    help="Up to how much a difference of one bill or receipt is rounding.",
)
@report_options
@click.option(
    "--example",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write two example books and a bank's receipts there, and compare those.",
)
def explain(
    finance: Path | None,
    marketing: Path | None,
    banks: tuple[Path, ...],
    as_of: str | None,
    columns: Path | None,
    rounding: str,
    shape: str,
    output: str | None,
    example: Path | None,
) -> None:
    """Compare finance's book with marketing's by their files (CSV or Excel): movements and balances
    by account and bill month. Every cent of the difference is given its cause and its documents."""
    if example is not None:
        finance, marketing, bank = _write_example(example)
        banks = (bank,)
    if finance is None or marketing is None:
        raise click.UsageError(_("Name two files, finance's book and marketing's, or --example."))
    known = read_mapping(_source(columns)) if columns and columns.exists() else {}
    comparison = compare(
        _source(finance),
        _source(marketing),
        as_of=parse_date(as_of) if as_of else None,
        banks=[_source(bank) for bank in banks],
        mapping=known,
        rounding_fen=parse_yuan(rounding),
    )
    _give(comparison, shape, output)
    _tell(comparison, [finance, marketing, *banks])
    if columns is not None and not columns.exists():
        _remember(columns, comparison.mapping)


def _source(path: Path) -> Source:
    return Source(path.name, path.read_bytes())


def _write_example(folder: Path) -> list[Path]:
    """Write the example's three files; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    books = outside_books.make()
    contents = {
        outside_files.FINANCE_NAME: outside_files.finance_csv(books),
        outside_files.MARKETING_NAME: outside_files.marketing_xlsx(books),
        outside_files.BANK_NAME: outside_files.bank_csv(books),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def _give(comparison: Comparison, shape: str, output: str | None) -> None:
    if shape == "json":
        text = reports.to_json(comparison)
        if output is None:
            click.echo(text)
        else:
            Path(output).write_text(text, encoding="utf-8")
            _written(Path(output))
    elif shape == "xlsx":
        target = Path(output or f"explain-{comparison.as_of}.xlsx")
        target.write_bytes(reports.to_xlsx(comparison))
        _written(target)
    elif shape == "csv" or output is not None:
        give(reports.without_codes(reports.document_report(comparison)), "csv", output)
    else:
        _print(comparison)


def _print(comparison: Comparison) -> None:
    """The causes, then the first documents of each, in the terminal."""
    print_report(reports.without_codes(reports.cause_report(comparison)))
    for row in comparison.explained.causes.iter_rows(named=True):
        if not row["findings"]:
            continue
        cause = Cause(row["cause"])
        shown = reports.short_report(comparison, cause, _SHOWN)
        print_report(shown)
        if row["findings"] > _SHOWN:
            said = _("… {count} more; --format xlsx or json has them all")
            click.echo(said.format(count=f"{row['findings'] - _SHOWN:,}"))


def _tell(comparison: Comparison, paths: list[Path]) -> None:
    """Say what was left out, and write rejected rows beside their files."""
    for note in comparison.notes:
        click.echo(pick(note), err=True)
    for path, read in zip(paths, comparison.files, strict=True):
        if read.totals or read.elsewhere:
            said = _("{file}: {totals} rows of sums and {others} rows of no use are left out")
            click.echo(
                said.format(
                    file=path.name, totals=f"{read.totals:,}", others=f"{read.elsewhere:,}"
                ),
                err=True,
            )
        rejects.tell(path, read.header, read.rejects)


def _remember(path: Path, mapping: dict[str, Columns]) -> None:
    path.write_text(write_mapping(mapping), encoding="utf-8")
    _written(path)


def _written(path: Path) -> None:
    click.echo(_("Written: {file}").format(file=path), err=True)
