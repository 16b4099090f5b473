"""The one-book comparison: marketing's detail, the book's control account, finance's own ledger."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.cash import reads as cash
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.receivable import reads as receivable

Figures = dict[int, int]

_MEASURES = {
    "receivable": ("应收电费余额", "Receivables"),
    "received": ("本月实收", "Received in the month"),
    "prepayment": ("预收余额", "Prepayments"),
    "transit": ("电费在途", "In transit"),
    "bank": ("银行存款", "Bank"),
}
_LEDGER_CODE = {"receivable": "112201", "prepayment": "2203", "transit": "1012", "bank": "1002"}


def one_book(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """Marketing's open items, the control account and finance's ledger, side by side by unit."""
    params = known_moment(known_at)
    moment = params["known_at"] or params["known_on"]
    rows = _measure_rows("receivable", as_of, moment, units)
    return _report(
        "one-book",
        "两部门一本账",
        "One book",
        as_of,
        moment,
        rows,
        org_unit,
        f"应收电费余额,截至 {as_of}",
        f"Electricity receivables as of {as_of}",
    )


def tie_out(
    month: Month,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """The month's form: every shared figure as both departments have it, by unit."""
    params = known_moment(known_at)
    moment = params["known_at"] or params["known_on"]
    rows = [
        row for measure in _MEASURES for row in _measure_rows(measure, month.last, moment, units)
    ]
    return _report(
        "tie-out",
        "月末对账表",
        "The month's tie-out",
        month.last,
        moment,
        rows,
        org_unit,
        f"{month} 月末余额;实收为当月发生",
        f"Balances at the end of {month}; received: of the month",
    )


def _measure_rows(
    measure: str, as_of: date, moment: KnownAt, units: Sequence[int] | None
) -> list[dict[str, Any]]:
    marketing, book = _marketing(measure, as_of, moment), _book(measure, as_of, moment)
    ledger: Figures = {}
    if measure in _LEDGER_CODE:
        month = Month.of(as_of)
        if as_of == month.last:
            asked = {"month": month.first, "code": _LEDGER_CODE[measure]}
            params = asked | known_moment(moment)
            found = sql.rows("finance", "ledger", params)
            ledger = {row["org_unit_id"]: row["balance_fen"] for row in found}
    names = org.unit_names()
    shown = sorted(set(marketing) | set(book) | set(ledger), key=lambda unit: names[unit])
    zh, en = _MEASURES[measure]
    return [
        {
            "measure": measure,
            "measure_zh": zh,
            "measure_en": en,
            "org_unit": names[unit],
            "org_unit_id": unit,
            "marketing_fen": marketing.get(unit, 0),
            "book_fen": book.get(unit, 0),
            "difference_fen": marketing.get(unit, 0) - book.get(unit, 0),
            "ledger_fen": ledger.get(unit),
            "ledger_difference_fen": (book.get(unit, 0) - ledger[unit] if unit in ledger else None),
        }
        for unit in shown
        if units is None or unit in units
    ]


def _marketing(measure: str, as_of: date, moment: KnownAt) -> Figures:
    """The figure from marketing's own documents."""
    if measure == "receivable":
        found = receivable.owed_by_unit(as_of, moment)
        return {unit: row["remaining_fen"] for unit, row in found.items()}
    if measure == "received":
        month = Month.of(as_of)
        received = cash.received_by_unit(month, moment)
        return {unit: row["amount_fen"] for unit, row in received.items()}
    if measure == "prepayment":
        held = cash.prepayment_by_unit(as_of, moment)
        return {unit: row["balance_fen"] for unit, row in held.items() if row["balance_fen"]}
    asked = {"as_of": as_of, **known_moment(moment)}
    split = sql.rows("finance", "transit_split", asked)
    if measure == "transit":
        return {row["org_unit_id"]: row["waiting_fen"] for row in split if row["waiting_fen"]}
    bank = {row["org_unit_id"]: row["credited_fen"] for row in split if row["credited_fen"]}
    for row in sql.rows("finance", "bank_opening", asked):
        bank[row["org_unit_id"]] = bank.get(row["org_unit_id"], 0) + row["opening_fen"]
    return bank


def _book(measure: str, as_of: date, moment: KnownAt) -> Figures:
    """The figure from the book's postings; prepayment as a positive amount."""
    if measure == "received":
        month = Month.of(as_of)
        params = {"since": month.first, "until": month.next().first, **known_moment(moment)}
        found = sql.rows("finance", "received_in_book", params)
        return {row["org_unit_id"]: row["amount_fen"] for row in found}
    sign = -1 if measure == "prepayment" else 1
    control = books.control_by_unit(measure, as_of, moment)
    return {unit: sign * balance for unit, balance in control.items() if balance}


def _report(
    name: str,
    title_zh: str,
    title_en: str,
    as_of: date,
    moment: KnownAt,
    rows: list[dict[str, Any]],
    org_unit: str,
    basis_zh: str,
    basis_en: str,
) -> Report:
    measures = {row["measure"]: 0 for row in rows}
    ties = [
        Tie(
            f"{measure}: book",
            sum(row["marketing_fen"] for row in rows if row["measure"] == measure),
            sum(row["book_fen"] for row in rows if row["measure"] == measure),
        )
        for measure in measures
    ]
    totals: dict[str, Any] = {}
    if len(measures) == 1:
        for key in ("marketing_fen", "book_fen", "difference_fen"):
            totals[key] = sum(row[key] for row in rows)
        known = [row["ledger_fen"] for row in rows if row["ledger_fen"] is not None]
        if known:
            totals["ledger_fen"] = sum(known)
    return Report(
        name=name,
        title_zh=title_zh,
        title_en=title_en,
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=(
            Column("measure_zh", "项目", "Figure (zh)"),
            Column("org_unit", "单位", "Org unit"),
            Column("marketing_fen", "营销明细", "Marketing", "fen"),
            Column("book_fen", "账簿控制科目", "Book", "fen"),
            Column("difference_fen", "差额", "Difference", "fen"),
            Column("ledger_fen", "财务总账(外部)", "Outside ledger", "fen"),
            Column("ledger_difference_fen", "与外部总账差额", "Against ledger", "fen"),
        ),
        rows=rows,
        totals=totals,
        ties=tuple(ties),
        basis_zh=basis_zh,
        basis_en=basis_en,
    )
