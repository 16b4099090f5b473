"""The one-book comparison: marketing's detail, the book's control account, finance's own ledger."""

from collections.abc import Sequence
from datetime import date
from typing import Any

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
    "cash": ("库存现金", "Cash on hand"),
    "transit": ("电费在途", "In transit"),
    "bank": ("银行存款", "Bank"),
}
_LEDGER_CODE = {
    "receivable": "112201",
    "prepayment": "2203",
    "cash": "1001",
    "transit": "1012",
    "bank": "1002",
}


def one_book(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """Marketing's open items, the control account and finance's ledger, side by side by unit."""
    params = known_moment(known_at)
    moment = params["known_at"] or params["known_on"]
    rows = _rows(["receivable"], as_of, moment, units)
    return _report(
        "one-book",
        "两部门一本账",
        "One book",
        as_of,
        moment,
        ["receivable"],
        rows,
        org_unit,
        f"应收电费余额,截至 {as_of}",
        f"Electricity receivables as of {as_of}",
    )


def one_book_history(
    days: Sequence[date], known_at: KnownAt = None, units: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """The totals of `one_book` on each of these days; ledger_fen is None where none is known."""
    params = known_moment(known_at)
    moment = params["known_at"] or params["known_on"]
    owed, ledger = receivable.owed_on(days, moment, units), _ledger(days, moment)
    book = dict.fromkeys(days, 0)
    for row in control_on_days(days, ["receivable"], moment):
        if units is None or row["org_unit_id"] in units:
            book[row["day"]] += row["balance_fen"]
    history = []
    for day in days:
        of_day = ledger.get((day, _LEDGER_CODE["receivable"]), {})
        theirs = [fen for unit, fen in of_day.items() if units is None or unit in units]
        marketing_fen = owed[day]["owed_fen"]
        history.append(
            {
                "marketing_fen": marketing_fen,
                "book_fen": book[day],
                "difference_fen": marketing_fen - book[day],
                "ledger_fen": sum(theirs) if theirs else None,
            }
        )
    return history


def tie_out(
    month: Month,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """The month's form: every shared figure as both departments have it, by unit.

    A figure that no unit has stands there as zero: nothing of the form is left out. The total over
    all figures is a check sum.
    """
    params = known_moment(known_at)
    moment = params["known_at"] or params["known_on"]
    found = _rows(list(_MEASURES), month.last, moment, units)
    top = org.covering(units or [org.root().pk])
    rows = [
        row
        for measure in _MEASURES
        for row in [one for one in found if one["measure"] == measure]
        or [_row(measure, top.pk, top.name, {}, {}, {})]
    ]
    return _report(
        "tie-out",
        "月末对账表",
        "The month's tie-out",
        month.last,
        moment,
        list(_MEASURES),
        rows,
        org_unit,
        f"{month} 月末余额;实收为当月发生;末行合计为各项之和,供核对",
        f"Balances at the end of {month}; received: of the month; the total adds up all figures,"
        " as a check",
    )


def _rows(
    measures: list[str], as_of: date, moment: KnownAt, units: Sequence[int] | None
) -> list[dict[str, Any]]:
    """The measures' rows, units by name, from as few questions as there are sources."""
    marketing = _marketing(measures, as_of, moment)
    book, ledger = _book(measures, as_of, moment), _ledger([as_of], moment)
    names = org.unit_names()
    rows = []
    for measure in measures:
        theirs = ledger.get((as_of, _LEDGER_CODE.get(measure, "")), {})
        shown = set(marketing[measure]) | set(book[measure]) | set(theirs)
        rows += [
            _row(measure, unit, names[unit], marketing[measure], book[measure], theirs)
            for unit in sorted(shown, key=lambda unit: names[unit])
            if units is None or unit in units
        ]
    return rows


def _row(
    measure: str, unit: int, name: str, marketing: Figures, book: Figures, ledger: Figures
) -> dict[str, Any]:
    zh, en = _MEASURES[measure]
    return {
        "measure": measure,
        "measure_zh": zh,
        "measure_en": en,
        "org_unit": name,
        "org_unit_id": unit,
        "marketing_fen": marketing.get(unit, 0),
        "book_fen": book.get(unit, 0),
        "difference_fen": marketing.get(unit, 0) - book.get(unit, 0),
        "ledger_fen": ledger.get(unit),
        "ledger_difference_fen": book.get(unit, 0) - ledger[unit] if unit in ledger else None,
    }


def _ledger(days: Sequence[date], moment: KnownAt) -> dict[tuple[date, str], Figures]:
    """Day and account code -> the outside ledger's balances, which it has of month ends alone."""
    last_of = {Month.of(day).first: day for day in days if day == Month.of(day).last}
    found: dict[tuple[date, str], Figures] = {}
    asked = {"months": list(last_of), **known_moment(moment)}
    for row in sql.rows("finance", "ledger", asked):
        key = (last_of[row["month"]], row["account_code"])
        found.setdefault(key, {})[row["org_unit_id"]] = row["balance_fen"]
    return found


def _marketing(measures: list[str], as_of: date, moment: KnownAt) -> dict[str, Figures]:
    """The figures from marketing's own documents."""
    found: dict[str, Figures] = {}
    if "receivable" in measures:
        owed = receivable.owed_by_unit(as_of, moment)
        found["receivable"] = {unit: row["remaining_fen"] for unit, row in owed.items()}
    if "received" in measures:
        received = cash.received_by_unit(Month.of(as_of), moment)
        found["received"] = {unit: row["amount_fen"] for unit, row in received.items()}
    if "prepayment" in measures:
        held = cash.prepayment_by_unit(as_of, moment)
        found["prepayment"] = _moved({unit: row["balance_fen"] for unit, row in held.items()})
    if "cash" in measures:
        found["cash"] = _moved(cash.cash_by_unit(as_of, moment))
    if "transit" in measures or "bank" in measures:
        asked = {"as_of": as_of, **known_moment(moment)}
        split = sql.rows("finance", "transit_split", asked)
        found["transit"] = _moved({row["org_unit_id"]: row["waiting_fen"] for row in split})
        bank = _moved({row["org_unit_id"]: row["credited_fen"] for row in split})
        for row in sql.rows("finance", "bank_opening", asked):
            bank[row["org_unit_id"]] = bank.get(row["org_unit_id"], 0) + row["opening_fen"]
        for row in sql.rows("finance", "bank_lines", asked):
            bank[row["org_unit_id"]] = bank.get(row["org_unit_id"], 0) + row["amount_fen"]
        found["bank"] = _moved(bank)
    return found


def _book(measures: list[str], as_of: date, moment: KnownAt) -> dict[str, Figures]:
    """The figures from the book's postings; prepayment as a positive amount."""
    controls = [measure for measure in measures if measure != "received"]
    found: dict[str, Figures] = {measure: {} for measure in measures}
    for row in control_on_days([as_of], controls, moment):
        sign = -1 if row["control"] == "prepayment" else 1
        found[row["control"]][row["org_unit_id"]] = sign * row["balance_fen"]
    if "received" in measures:
        month = Month.of(as_of)
        asked = {"since": month.first, "until": month.next().first, **known_moment(moment)}
        received = sql.rows("finance", "received_in_book", asked)
        found["received"] = {row["org_unit_id"]: row["amount_fen"] for row in received}
    return {
        measure: figures if measure == "received" else _moved(figures)
        for measure, figures in found.items()
    }


def control_on_days(
    days: Sequence[date], controls: Sequence[str], known_at: KnownAt = None
) -> list[dict[str, Any]]:
    """Rows of day, control, org_unit_id and balance_fen (debit > 0), where anything had moved."""
    asked = {"days": list(days), "controls": list(controls), **known_moment(known_at)}
    return sql.rows("finance", "control_on_days", asked)


def _moved(figures: Figures) -> Figures:
    return {unit: fen for unit, fen in figures.items() if fen}


def _report(
    name: str,
    title_zh: str,
    title_en: str,
    as_of: date,
    moment: KnownAt,
    measures: list[str],
    rows: list[dict[str, Any]],
    org_unit: str,
    basis_zh: str,
    basis_en: str,
) -> Report:
    ties = [
        Tie(
            f"{measure}: book",
            sum(row["marketing_fen"] for row in rows if row["measure"] == measure),
            sum(row["book_fen"] for row in rows if row["measure"] == measure),
        )
        for measure in measures
    ]
    totals: dict[str, Any] = {}
    for key in ("marketing_fen", "book_fen", "difference_fen"):
        totals[key] = sum(row[key] for row in rows)
    known = [row["ledger_fen"] for row in rows if row["ledger_fen"] is not None]
    if known:
        totals["ledger_fen"] = sum(known)
        totals["ledger_difference_fen"] = sum(row["ledger_difference_fen"] or 0 for row in rows)
    return Report(
        name=name,
        title_zh=title_zh,
        title_en=title_en,
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=(
            Column("measure_zh", "项目", "Figure"),
            Column("org_unit", "单位", "Org unit"),
            Column("marketing_fen", "营销明细", "Marketing", "fen"),
            Column("book_fen", "账簿控制科目", "Book", "fen"),
            Column("difference_fen", "差额", "Difference", "fen", is_difference=True),
            Column("ledger_fen", "财务总账(外部)", "Outside ledger", "fen"),
            Column(
                "ledger_difference_fen",
                "与外部总账差额",
                "Against ledger",
                "fen",
                is_difference=True,
            ),
        ),
        rows=rows,
        totals=totals,
        ties=tuple(ties),
        group="measure" if len(measures) > 1 else "",
        basis_zh=basis_zh,
        basis_en=basis_en,
    )
