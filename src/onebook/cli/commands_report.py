"""`onebook report NAME`: every report by name, as of a day and as known at a moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from gettext import gettext as _
from typing import NamedTuple

import click
from django.utils.timezone import get_current_timezone, is_naive

from onebook.banking import reads as banking
from onebook.billing.reads import (
    adjustments,
    error_rates,
    invoices,
    power_factor,
    quantities,
    revenue,
)
from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.cli.options import report_options
from onebook.cli.output import give
from onebook.cli.setup import with_database
from onebook.finance import reads as finance
from onebook.infra import clock
from onebook.infra.report import Report
from onebook.infra.web.words import pick
from onebook.kernel.errors import DateUnreadable
from onebook.kernel.periods import Month, parse_date
from onebook.metering.reads import rounds
from onebook.org import reads as org
from onebook.receivable import reads as receivable
from onebook.receivable.reads import movement


class Asked(NamedTuple):
    """What a report is asked for."""

    as_of: date
    known_at: KnownAt
    units: list[int] | None
    org_unit: str


class Named(NamedTuple):
    """A report by name."""

    title_zh: str
    title_en: str
    make: Callable[[Asked], Report]


REPORTS = {
    "reading": Named(
        "抄表情况表",
        "Meter reading",
        lambda q: rounds.round_report(Month.of(q.as_of), q.known_at, q.units, q.org_unit),
    ),
    "aging": Named("欠费账龄分析表", "Aging of arrears", lambda q: receivable.aging(*q)),
    "movement": Named(
        "应收电费余额变动表",
        "Movement of arrears",
        lambda q: movement.movement(
            movement.Question(movement.month_before(q.as_of), q.known_at),
            movement.Question(q.as_of, q.known_at),
            q.units,
            q.org_unit,
        ),
    ),
    "arrears": Named("欠费明细表", "Arrears", lambda q: finance.arrears(*q)),
    "receipts-month": Named(
        "实收月报", "Receipts of the month", lambda q: finance.receipts_month(*q)
    ),
    "recovery": Named("电费回收率", "Recovery", lambda q: finance.recovery(*q)),
    "prepayment": Named("预收余额表", "Prepayments", lambda q: finance.prepayment(*q)),
    "trial-balance": Named(
        "科目余额表(试算平衡)", "Trial balance", lambda q: books.trial_balance(*q)
    ),
    "one-book": Named("两部门一本账", "One book", lambda q: finance.one_book(*q)),
    "tie-out": Named(
        "月末对账表",
        "The month's tie-out",
        lambda q: finance.tie_out(Month.of(q.as_of), q.known_at, q.units, q.org_unit),
    ),
    "invoices": Named(
        "销项税额与开票核对表", "Output VAT and invoices", lambda q: invoices.report(*q)
    ),
    "sales": Named("电费分类汇总", "Fees by category", lambda q: revenue.sales(*q)),
    "power-factor": Named(
        "力调汇总", "Power-factor adjustments", lambda q: power_factor.report(*q)
    ),
    "revenue": Named(
        "电量电价与账面收入核对表",
        "kWh × price = revenue in the book",
        lambda q: revenue.revenue(*q),
    ),
    "adjustments": Named(
        "退补审批表", "Adjustments and their approvals", lambda q: adjustments.approved(*q)
    ),
    "error-rates": Named(
        "抄表与电费差错率", "Error rates by person", lambda q: error_rates.report(*q)
    ),
    "quantities": Named(
        "电量计算明细表", "How quantities came about", lambda q: quantities.report(*q)
    ),
    "bank-reconciliation": Named(
        "银行存款余额调节表",
        "Bank reconciliation statement",
        lambda q: banking.reconciliation_report(q.as_of, q.known_at),
    ),
    "unidentified": Named(
        "待查款明细表",
        "Money not identified",
        lambda q: banking.unidentified(q.as_of, q.known_at),
    ),
    "month": Named(
        "逐月总览",
        "Month by month",
        lambda q: finance.month_table(
            [Month(q.as_of.year, number) for number in range(1, q.as_of.month + 1)], q.known_at
        ),
    ),
}


@click.command()
@click.argument("name", required=False)
@click.option("--as-of", metavar="DATE", help="The day, e.g. 2025-12-31; today unless given.")
@click.option(
    "--known-at",
    metavar="MOMENT",
    help="What was known then: at the end of a business day, or at a moment like"
    " 2025-12-31T18:00:00.",
)
@click.option("--org-unit", metavar="CODE", help="The code of a unit; with everything below it.")
@click.option(
    "--explain",
    "explained",
    nargs=2,
    metavar="FROM TO",
    help="aging: what changed the arrears between two days, each with its moment of knowledge"
    " where wanted: 2025-12-31@2026-01-05.",
)
@report_options
@with_database
def report(
    name: str | None,
    as_of: str | None,
    known_at: str | None,
    org_unit: str | None,
    explained: tuple[str, str] | None,
    shape: str,
    output: str | None,
) -> None:
    """Give a report; without a name, list them."""
    if name is None:
        for known, one in REPORTS.items():
            click.echo(f"{known:<22}{pick((one.title_zh, one.title_en))}")
        return
    if name not in REPORTS:
        unknown = _("There is no report {name}. `onebook report` lists them.")
        raise click.UsageError(unknown.format(name=name))
    unit = None if org_unit is None else org.unit_by_code(org_unit)
    units = None if unit is None else org.subtree_ids(unit.pk)
    if explained:
        if name != "aging" or as_of or known_at:
            raise click.UsageError(_("--explain FROM TO goes with the report aging alone."))
        first, second = (_question(text) for text in explained)
        made = movement.movement(first, second, units, org_unit or "*")
        give(replace(made, unit_name="" if unit is None else unit.name), shape, output)
        return
    asked = Asked(
        clock.asked_day(parse_date(as_of) if as_of else None),
        moment(known_at),
        units,
        org_unit or "*",
    )
    made = REPORTS[name].make(asked)
    give(replace(made, unit_name="" if unit is None else unit.name), shape, output)


def _question(text: str) -> movement.Question:
    """A day, or a day and what was known then: 2025-12-31@2026-01-05T18:00:00."""
    day, _at, known = text.partition("@")
    return movement.Question(parse_date(day), moment(known or None))


def moment(text: str | None) -> KnownAt:
    """A day or a moment as people write it; without a zone it is Asia/Shanghai's."""
    if text is None:
        return None
    try:
        return parse_date(text)
    except DateUnreadable:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            neither = _("{text} is neither a day (2025-12-31) nor a moment (2025-12-31T18:00:00).")
            raise click.UsageError(neither.format(text=text)) from None
    return found.replace(tzinfo=get_current_timezone()) if is_naive(found) else found
