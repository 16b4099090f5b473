"""How a month's rounds went: meters read, read on time and read wrongly, by book and reader."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.metering.rules.rounds import ON_TIME_DAYS
from onebook.org import reads as org

_COUNTS = ("points", "read", "to_read", "on_time", "wrong")
_COLUMNS = (
    Column("number", "抄表册", "Book"),
    Column("name", "册名", "Book name"),
    Column("org_unit", "单位", "Org unit"),
    Column("reader", "抄表员", "Reader"),
    Column("planned_on", "抄表例日", "Planned", "date"),
    Column("points", "应抄", "To be read", "count"),
    Column("read", "实抄", "Read", "count"),
    Column("to_read", "未抄", "Not read", "count"),
    Column("on_time", "按时", "On time", "count"),
    Column("wrong", "差错", "Wrong", "count"),
    Column("read_share", "抄表率", "Read, share", "percent"),
    Column("on_time_share", "及时率", "On time, share", "percent"),
    Column("wrong_share", "差错率", "Wrong, share", "percent"),
    Column("rotation_due_on", "应轮换日", "Reader due to change", "date"),
)


def round_report(
    month: Month, known_at: date | datetime | None, units: Sequence[int] | None, org_unit: str
) -> Report:
    """The rounds of a bill month; the meaning of each rate stands on the report's basis line."""
    asked = known_moment(known_at)
    params = {
        "month": month.first,
        "units": None if units is None else list(units),
        "days": ON_TIME_DAYS,
    }
    found = sql.rows("metering", "round_performance", params | asked)
    unit_names = org.unit_names()
    readers = org.person_names({row["reader_id"] for row in found})
    rows = [
        _rated(row)
        | {"org_unit": unit_names[row["org_unit_id"]], "reader": readers.get(row["reader_id"], "")}
        for row in found
    ]
    totals = {key: sum(row[key] for row in rows) for key in _COUNTS}
    return Report(
        name="reading",
        title_zh=f"{month} 抄表情况表",
        title_en=f"Meter reading of {month}",
        as_of=month.last,
        known_at=asked["known_at"] or asked["known_on"],
        org_unit=org_unit,
        columns=_COLUMNS,
        rows=rows,
        totals=_rated(totals),
        basis_zh=(
            f"抄表月份 {month};抄表率=实抄÷应抄(估抄不算实抄);及时率=录入日与例日相差不足"
            f"{ON_TIME_DAYS}天的户表÷应抄;差错率=示数后来被更正的户表÷实抄"
        ),
        basis_en=(
            f"Bill month {month}; read = read ÷ to be read (an estimate is no reading); on time ="
            f" recorded less than {ON_TIME_DAYS} days from the planned day ÷ to be read; wrong ="
            " value corrected later ÷ read"
        ),
    )


def _rated(row: dict[str, Any]) -> dict[str, Any]:
    """The counts with what is not read yet and the three rates."""
    return row | {
        "to_read": row["points"] - row["read"],
        "read_share": _share(row["read"], row["points"]),
        "on_time_share": _share(row["on_time"], row["points"]),
        "wrong_share": _share(row["wrong"], row["read"]),
    }


def _share(part: int, whole: int) -> int | None:
    """Hundredths of a percent, half-up; None of nothing."""
    return half_up(part * 10_000, whole) if whole else None
