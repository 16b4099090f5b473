"""The month table: one row a month with both departments' figures, as the demo prints it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from onebook.banking import reads as banking
from onebook.books.reads import KnownAt
from onebook.cash import reads as cash
from onebook.finance.reads.tie import control_on_days
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.receivable import reads as receivable


def month_table(months: Sequence[Month], known_at: KnownAt = None) -> Report:
    """Accounts, usage, receivable, received, recovery, prepayment, bank lines and both balances.

    Recovery (累计电费回收率) is what is no longer owed at the month's end of what was owed on
    1 January and what came to be owed since; n/a where nothing was. Months in which nothing was
    done and at whose end nothing stood are left out, but for the last.
    """
    params = known_moment(known_at)
    moment = params["known_at"] or params["known_on"]
    table = _table(months, moment)
    rows = [row for row in table if _in_use(row)] or table[-1:]
    totals = {
        key: sum(row[key] for row in rows)
        for key in (
            "issued_fen",
            "usage_e4",
            "received_fen",
            "matched",
            "waiting",
            "difference_fen",
        )
    }
    last = rows[-1]
    return Report(
        name="month",
        title_zh="逐月总览",
        title_en="Month by month",
        as_of=months[-1].last,
        known_at=moment,
        org_unit="*",
        columns=(
            Column("month", "月份", "Month"),
            Column("accounts", "户数", "Accounts", "count"),
            Column("usage_e4", "电量(kWh)", "Usage (kWh)", "e4"),
            Column("issued_fen", "应收(发行)", "Receivable", "fen"),
            Column("received_fen", "实收", "Received", "fen"),
            Column("recovery", "累计回收率", "Recovery", "percent"),
            Column("prepayment_fen", "预收余额", "Prepayment", "fen"),
            Column("matched", "银行已对", "Matched", "count"),
            Column("waiting", "银行待对", "Waiting", "count"),
            Column("marketing_fen", "营销应收余额", "Marketing balance", "fen"),
            Column("book_fen", "财务应收余额", "Finance balance", "fen"),
            Column("difference_fen", "差额", "Difference", "fen"),
        ),
        rows=rows,
        totals=totals,
        ties=(Tie("control-account-112201", last["marketing_fen"], last["book_fen"]),),
        basis_zh="月末余额;实收按收费日;回收率为当年累计",
        basis_en="Balances at month end; received by day of payment; recovery since 1 January",
    )


def _issued(first: Month, last: Month, moment: KnownAt) -> dict[Month, dict[str, int]]:
    """Month -> bills, usage_e4 and total_fen that were issued of it."""
    asked = {"since": first.first, "until": last.next().first, **known_moment(moment)}
    return {Month.of(row["bill_month"]): row for row in sql.rows("finance", "issued", asked)}


_NOTHING = {"bills": 0, "usage_e4": 0, "total_fen": 0}


def _table(months: Sequence[Month], moment: KnownAt) -> list[dict[str, Any]]:
    """The rows of all these months, from as few questions as there are figures."""
    new_year = {month: date(month.year, 1, 1) - timedelta(1) for month in months}
    days = sorted({month.last for month in months} | set(new_year.values()))
    issued = _issued(months[0], months[-1], moment)
    received = cash.received_by_month(months[0], months[-1], moment)
    owed = receivable.owed_on(days, moment)
    book: dict[tuple[date, str], int] = {}
    for found in control_on_days(days, ("receivable", "prepayment"), moment):
        key = (found["day"], found["control"])
        book[key] = book.get(key, 0) + found["balance_fen"]
    rows = []
    for month in months:
        billed, lines = issued.get(month, _NOTHING), banking.month_counts(month, moment)
        owed_fen, book_fen = owed[month.last]["owed_fen"], book.get((month.last, "receivable"), 0)
        rows.append(
            {
                "month": str(month),
                "accounts": billed["bills"],
                "usage_e4": billed["usage_e4"],
                "issued_fen": billed["total_fen"],
                "received_fen": received.get(month, 0),
                "recovery": _recovery(owed[new_year[month]], owed[month.last]),
                "prepayment_fen": -book.get((month.last, "prepayment"), 0),
                "matched": lines["matched"],
                "waiting": lines["waiting"],
                "marketing_fen": owed_fen,
                "book_fen": book_fen,
                "difference_fen": owed_fen - book_fen,
            }
        )
    return rows


def _in_use(row: dict[str, Any]) -> bool:
    """Whether anything was done in the month or stood at its end."""
    return any(fen for key, fen in row.items() if key not in ("month", "recovery"))


def _recovery(brought: dict[str, int], now: dict[str, int]) -> int | None:
    """Hundredths of a percent, half-up; None where nothing was to be collected."""
    due_fen = brought["owed_fen"] + now["opened_fen"] - brought["opened_fen"]
    return half_up((due_fen - now["owed_fen"]) * 10_000, due_fen) if due_fen > 0 else None
