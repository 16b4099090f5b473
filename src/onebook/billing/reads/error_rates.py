"""Error rates (差错率) of a bill month by person and cause: of readings, and of the fee.

抄表差错率: accounts whose reading was wrong ÷ accounts read. 电费差错率: Σ|error| ÷ Σ fee of bills.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.org import reads as org
from onebook.org.rules import Role

_ROLES = {Role.READER: ("抄表", "Reading"), Role.BILLER: ("核算", "Billing")}
_CAUSES = ("by_reading", "by_multiplier", "by_price", "by_other")
_SUMS = ("caught", *_CAUSES, "errors", "serious", "error_fen")
_COLUMNS = (
    Column("role_zh", "环节", "Work"),
    Column("role_en", "环节", "Work"),
    Column("person", "人员", "Person"),
    Column("accounts", "户数", "Accounts", "count"),
    Column("caught", "发行前更正", "Corrected before the issue", "count"),
    Column("errors", "差错户", "Errors", "count"),
    Column("rate", "差错率", "Error rate", "percent"),
    Column("by_reading", "示数", "Reading", "count"),
    Column("by_multiplier", "倍率", "Multiplier", "count"),
    Column("by_price", "电价类别", "Price or category", "count"),
    Column("by_other", "其他", "Other", "count"),
    Column("serious", "重大差错", "Serious", "count"),
    Column("total_fen", "发行电费", "Fee issued", "fen"),
    Column("error_fen", "差错电费", "Fee in error", "fen"),
    Column("fee_rate", "电费差错率", "Fee error rate", "percent"),
)


def report(as_of: date, known_at: KnownAt, units: Sequence[int] | None, code: str) -> Report:
    """The errors in the bills of the month of a day, as far as they were reversed up to that day.

    A bill made of a wrong reading is its reader's error; of a wrong multiplier, price or category,
    or for another reason, that of who issued it. Rates are None where nothing was read or issued.
    """
    month = Month.of(as_of)
    asked: dict[str, Any] = {"month": month.first, "as_of": as_of, **known_moment(known_at)}
    asked["units"] = None if units is None else list(units)
    found = sql.rows("billing", "error_rates", asked)
    names = org.person_names({row["person_id"] for row in found if row["person_id"]})
    rows = [_row(one, names) for one in found]
    totals: dict[str, Any] = {key: sum(row[key] for row in rows) for key in _SUMS}
    totals["total_fen"] = sum(row["total_fen"] or 0 for row in rows)
    totals["fee_rate"] = _rate(totals["error_fen"], totals["total_fen"])
    return Report(
        name="error-rates",
        title_zh=f"{month} 抄表与电费差错率",
        title_en=f"Error rates of {month}",
        as_of=as_of,
        known_at=known_at,
        org_unit=code,
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        basis_zh=f"电费年月 {month},截至 {as_of} 已红冲的账单;差错率=差错户÷户数,"
        "电费差错率=Σ|差额|÷Σ电费;重大差错:10,000 kWh 或 5,000 元以上",
        basis_en=f"Bills of {month} reversed up to {as_of}; error rate: accounts in error ÷"
        " accounts; fee error rate: Σ|difference| ÷ Σ fee; serious: from 10,000 kWh or 5,000 yuan",
    )


def _row(one: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    zh, en = _ROLES[Role(one["role"])]
    errors = sum(one[cause] for cause in _CAUSES)
    total_fen = one["total_fen"]
    return {
        **one,
        "role_zh": zh,
        "role_en": en,
        "person": names.get(one["person_id"] or 0, "—"),
        "errors": errors,
        "rate": _rate(errors, one["accounts"]),
        "fee_rate": None if total_fen is None else _rate(one["error_fen"], total_fen),
    }


def _rate(part: int, whole: int) -> int | None:
    """A share in hundredths of a percent; None of nothing."""
    return half_up(part * 10_000, whole) if whole > 0 else None
