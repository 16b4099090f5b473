"""Recovery rates (电费回收率): of the year's own fees and of prior years' debts (陈欠), apart."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.rounding import half_up
from onebook.org import reads as org
from onebook.receivable import reads as receivable

_SUMS = ("due_prior_fen", "recovered_prior_fen", "due_year_fen", "recovered_year_fen")
_COLUMNS = (
    Column("org_unit", "单位", "Org unit"),
    Column("due_prior_fen", "年初陈欠", "Prior years' debts", "fen"),
    Column("recovered_prior_fen", "收回陈欠", "Of it recovered", "fen"),
    Column("recovery_prior", "陈欠回收率", "Prior recovery", "percent"),
    Column("due_year_fen", "当年应收", "Of the year", "fen"),
    Column("recovered_year_fen", "收回当年", "Of it recovered", "fen"),
    Column("recovery_year", "当年回收率", "Year's recovery", "percent"),
    Column("recovery", "累计回收率", "Recovery", "percent"),
    Column("owed_fen", "期末欠费", "Still owed", "fen"),
)


def rates(brought_fen: int, moved: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Sums and rates of a year from what was owed on 1 January and its months' movements.

    Rates are hundredths of a percent, half-up; None where nothing was to be collected.
    """
    rows = list(moved)
    opened, prior, settled, settled_prior = (
        sum(row[key] for row in rows)
        for key in ("opened_fen", "opened_prior_fen", "settled_fen", "settled_prior_fen")
    )
    return _with_rates(
        {
            "due_prior_fen": brought_fen + prior,
            "recovered_prior_fen": settled_prior,
            "due_year_fen": opened - prior,
            "recovered_year_fen": settled - settled_prior,
        }
    )


def _with_rates(sums: dict[str, Any]) -> dict[str, Any]:
    due_prior, got_prior, due_year, got_year = (sums[key] for key in _SUMS)
    return sums | {
        "recovery_prior": _rate(got_prior, due_prior),
        "recovery_year": _rate(got_year, due_year),
        "recovery": _rate(got_prior + got_year, due_prior + due_year),
        "owed_fen": due_prior + due_year - got_prior - got_year,
    }


def _rate(recovered_fen: int, due_fen: int) -> int | None:
    return half_up(recovered_fen * 10_000, due_fen) if due_fen > 0 else None


def recovery(
    as_of: date,
    known_at: KnownAt = None,
    units: list[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """Recovery of the year up to a day by unit, prior years' debts apart, tied to what is owed."""
    known = known_moment(known_at)
    moment = known["known_at"] or known["known_on"]
    new_year = date(as_of.year, 1, 1)
    asked = {"since": new_year, "until": as_of + timedelta(1), **known}
    moved = sql.rows("finance", "recovery_moved", asked)
    brought = receivable.owed_by_unit(new_year - timedelta(1), moment)
    names = org.unit_names()
    found = {row["org_unit_id"] for row in moved} | set(brought)
    rows = [
        {"org_unit_id": unit, "org_unit": names[unit]}
        | rates(
            brought[unit]["remaining_fen"] if unit in brought else 0,
            [row for row in moved if row["org_unit_id"] == unit],
        )
        for unit in sorted(found, key=lambda one: names[one])
        if units is None or unit in units
    ]
    totals = _with_rates({key: sum(row[key] for row in rows) for key in _SUMS})
    owed = receivable.owed_by_unit(as_of, moment)
    owed_fen = sum(
        row["remaining_fen"] for unit, row in owed.items() if units is None or unit in units
    )
    return Report(
        name="recovery",
        title_zh="电费回收率",
        title_en="Recovery",
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        ties=(Tie("open-items", totals["owed_fen"], owed_fen),),
        basis_zh=f"{new_year} 至 {as_of};陈欠为 {as_of.year} 年以前电费年月的欠费;"
        "陈欠回收率 = 收回陈欠 ÷ 年初陈欠(含当年入账的往年电费),"
        "当年回收率 = 收回当年电费 ÷ 当年应收,累计 = 两者合计;收回含预收转入与红字冲减",
        basis_en=f"{new_year} to {as_of}; prior: bill months before {as_of.year}; prior recovery ="
        " recovered of prior / owed on 1 January (and prior months recorded since); year's ="
        " recovered of the year / came to be owed; offsets and red bills count as recovered",
    )
