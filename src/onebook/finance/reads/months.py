"""The month table: one row a month with both departments' figures, as the demo prints it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from onebook.banking import reads as banking
from onebook.books.reads import KnownAt
from onebook.cash import reads as cash
from onebook.finance.reads.recovery import rates
from onebook.finance.reads.tie import control_on_days
from onebook.infra import clock, sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month
from onebook.receivable import reads as receivable

_COLUMNS = (
    Column("month", "月份", "Month"),
    Column("accounts", "户数", "Accounts", "count"),
    Column("usage_e4", "电量(kWh)", "Usage (kWh)", "e4"),
    Column("opening_fen", "期初应收", "Opening", "fen"),
    Column("issued_fen", "本月发行", "Issued", "fen"),
    Column("issued_earlier_fen", "往月补发、全减、退补", "Of other months", "fen"),
    Column("settled_fen", "收费销账", "Settled", "fen"),
    Column("offset_fen", "预收转入", "From prepayment", "fen"),
    Column("other_fen", "期初建账等", "Others", "fen"),
    Column("marketing_fen", "期末应收(营销)", "Marketing balance", "fen"),
    Column("book_fen", "期末应收(财务)", "Finance balance", "fen"),
    Column("difference_fen", "差额", "Difference", "fen", is_difference=True),
    Column("received_fen", "实收(含预存)", "Received", "fen"),
    Column("recovery_year", "当年回收率", "Year's recovery", "percent"),
    Column("recovery_prior", "陈欠回收率", "Prior recovery", "percent"),
    Column("recovery", "累计回收率", "Recovery", "percent"),
    Column("prepayment_fen", "预收余额", "Prepayment", "fen"),
    Column("matched", "银行已对", "Matched", "count"),
    Column("waiting", "银行待对", "Waiting", "count"),
)
_ADDED = ("issued_fen", "issued_earlier_fen", "other_fen")
_TAKEN_OFF = ("settled_fen", "offset_fen")
_SUMMED = (*_ADDED, *_TAKEN_OFF, "usage_e4", "difference_fen", "received_fen", "matched", "waiting")


def month_table(months: Sequence[Month], known_at: KnownAt = None) -> Report:
    """Accounts, usage, the receivables from opening to closing, cash, recovery, bank lines.

    Every figure goes by the day it counts for: opening + issued + of other months − settled − from
    prepayment + others = closing, which the tie proves, naming each month where it fails. Issued
    are the bills of the month itself; bills of other months issued in it, and red bills
    (补发、重开、全减), stand apart. Accounts and usage are those of all bills issued in the month,
    less cancelled ones. Recovery (累计电费回收率) is what is no longer owed at its end of what was
    owed on 1 January and what came to be owed since, of the year's own fees and of prior years'
    debts (陈欠) apart too, as `finance.reads.recovery`; n/a where nothing was. Months in which
    nothing was done and at whose end nothing stood are left out, but for the last.
    """
    params = known_moment(known_at)
    moment = params["known_at"] or params["known_on"]
    table = _table(months, moment)
    rows = [row for row in table if _in_use(row)] or table[-1:]
    first, last = rows[0], rows[-1]
    totals = {key: sum(row[key] for row in rows) for key in _SUMMED}
    totals["opening_fen"] = first["opening_fen"]
    totals |= {key: last[key] for key in ("marketing_fen", "book_fen", "prepayment_fen")}
    return Report(
        name="month",
        title_zh="逐月总览",
        title_en="Month by month",
        as_of=min(months[-1].last, clock.today()),
        known_at=moment,
        org_unit="*",
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        ties=(
            Tie("control-account-112201", last["marketing_fen"], last["book_fen"]),
            *_additions(rows, totals),
        ),
        basis_zh="期初应收 + 本月发行 + 往月补发、全减、退补 − 收费销账 − 预收转入 + 期初建账等"
        " = 期末应收,均按入账日期;户数、电量为当月发行净数;"
        "累计回收率 =(年初欠费 + 当年发行 − 期末欠费)÷(年初欠费 + 当年发行),含陈欠;"
        "陈欠回收率 = 收回陈欠 ÷ 年初陈欠,当年回收率 = 收回当年电费 ÷ 当年应收",
        basis_en="Opening + issued + of other months − settled − from prepayment + others ="
        " closing, all by the day they count for; accounts and usage: issued in the month, less"
        " cancelled; recovery: (owed on 1 January + issued since − closing) / (owed on 1 January"
        " + issued since), prior years included; prior recovery: recovered of prior years' debts"
        " / those debts, year's recovery: of the year's own",
    )


def _additions(rows: list[dict[str, Any]], totals: dict[str, Any]) -> list[Tie]:
    """The addition over all rows, and each month in which it does not hold by itself."""
    each = [
        Tie(f"month-adds-up: {row['month']}", _added(row), row["marketing_fen"]) for row in rows
    ]
    whole = Tie("months-add-up", _added(totals), totals["marketing_fen"])
    return [whole, *(tie for tie in each if tie.difference)]


def _added(row: dict[str, Any]) -> int:
    """The closing balance that a row's opening and movements come to."""
    added: int = sum(row[key] for key in _ADDED) - sum(row[key] for key in _TAKEN_OFF)
    return int(row["opening_fen"]) + added


_NOTHING_ISSUED = {"bills": 0, "usage_e4": 0}
_NOTHING_MOVED = dict.fromkeys((*_ADDED, *_TAKEN_OFF), 0)


def _by_month(name: str, asked: dict[str, Any]) -> dict[Month, dict[str, Any]]:
    return {Month.of(row["month"]): row for row in sql.rows("finance", name, asked)}


def _table(months: Sequence[Month], moment: KnownAt) -> list[dict[str, Any]]:
    """The rows of all these months, from as few questions as there are figures."""
    new_year = {month: date(month.year, 1, 1) - timedelta(1) for month in months}
    before = {month: month.first - timedelta(1) for month in months}
    days = sorted({month.last for month in months} | set(new_year.values()) | set(before.values()))
    asked = {
        "since": months[0].first,
        "until": months[-1].next().first,
        **known_moment(moment),
    }
    issued, moved = _by_month("issued", asked), _by_month("owed_moved", asked)
    received = cash.received_by_month(months[0], months[-1], moment)
    of_years = sql.rows("finance", "recovery_moved", asked | {"since": date(months[0].year, 1, 1)})
    owed = receivable.owed_on(days, moment)
    book: dict[tuple[date, str], int] = {}
    for found in control_on_days(days, ("receivable", "prepayment"), moment):
        key = (found["day"], found["control"])
        book[key] = book.get(key, 0) + found["balance_fen"]
    rows = []
    for month in months:
        billed, lines = issued.get(month, _NOTHING_ISSUED), banking.month_counts(month, moment)
        owed_fen, book_fen = owed[month.last]["owed_fen"], book.get((month.last, "receivable"), 0)
        rows.append(
            {
                "accounts": billed["bills"],
                "usage_e4": billed["usage_e4"],
                "opening_fen": owed[before[month]]["owed_fen"],
                **moved.get(month, _NOTHING_MOVED),
                "month": str(month),
                "marketing_fen": owed_fen,
                "book_fen": book_fen,
                "difference_fen": owed_fen - book_fen,
                "received_fen": received.get(month, 0),
                **_recovery(month, owed[new_year[month]]["owed_fen"], of_years),
                "prepayment_fen": -book.get((month.last, "prepayment"), 0),
                "matched": lines["matched"],
                "waiting": lines["waiting"],
            }
        )
    return rows


def _in_use(row: dict[str, Any]) -> bool:
    """Whether anything was done in the month or stood at its end."""
    return any(
        fen
        for key, fen in row.items()
        if key != "month" and not key.startswith(("recovery", "recovered_", "due_", "owed_"))
    )


def _recovery(month: Month, brought_fen: int, moved: list[dict[str, Any]]) -> dict[str, Any]:
    """The rates at a month's end, from what was owed on 1 January and the movements since."""
    since, until = date(month.year, 1, 1), month.next().first
    return rates(brought_fen, [row for row in moved if since <= row["month"] < until])
