"""What changed the arrears between two questions: issued, received, adjusted, learnt late."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.infra import clock, sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.org import reads as org
from onebook.receivable.errors import QuestionsReversed
from onebook.receivable.reads import owed_by_unit
from onebook.receivable.rules import CAUSES, Cause, cause_of


class Question(NamedTuple):
    """A day, and what was known: at a moment, at the end of a business day, or (None) by now."""

    as_of: date
    known_at: KnownAt = None


_COLUMNS = (
    Column("org_unit", "单位", "Org unit"),
    Column("opening_fen", "期初欠费", "Opening", "fen"),
    *(Column(f"{one.code}_fen", one.name_zh, one.name_en, "fen") for one in CAUSES),
    Column("late_fen", "期初前补记", "Recorded late", "fen"),
    Column("closing_fen", "期末欠费", "Closing", "fen"),
)
_MOVED = (*(f"{one.code}_fen" for one in CAUSES), "late_fen")


def movement(
    first: Question,
    second: Question,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """What brought the arrears from one answer to another (应收电费余额变动表), a row a unit.

    Opening + each cause + recorded late = closing, to the cent. Recorded late is all that counts
    for the first day or earlier and was not known at the first question: of two questions with
    the same day it is the whole difference. Ties: each unit's row and the total add up, and both
    balances are the control account's. QuestionsReversed where the second day is the earlier.
    """
    if second.as_of < first.as_of:
        raise QuestionsReversed(first=first.as_of.isoformat(), second=second.as_of.isoformat())
    asked = [_settled(one) for one in (first, second)]
    opening, closing = (owed_by_unit(one.as_of, one.known_at, units) for one in asked)
    rows = _rows(asked, units, opening, closing)
    totals = {
        column.key: sum(row[column.key] for row in rows)
        for column in _COLUMNS
        if column.kind == "fen"
    }
    controls = [books.control_balance("receivable", *one, units) for one in asked]
    return Report(
        name="movement",
        title_zh="应收电费余额变动表",
        title_en="Movement of arrears",
        as_of=second.as_of,
        known_at=asked[1].known_at,
        org_unit=org_unit,
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        ties=(
            Tie("movement-adds-up", _added(totals), totals["closing_fen"]),
            *(
                Tie(f"movement-adds-up: {row['org_unit']}", _added(row), row["closing_fen"])
                for row in rows
                if _added(row) != row["closing_fen"]
            ),
            Tie("opening-is-control-account", totals["opening_fen"], controls[0]),
            Tie("closing-is-control-account", totals["closing_fen"], controls[1]),
        ),
        basis_zh=f"{_shown(asked[0], chinese=True)} 至 {_shown(asked[1], chinese=True)};"
        "各列按记账对欠费的增减列示;期初前补记为入账日期不晚于期初日、期初时尚未记录的事项",
        basis_en=f"From {_shown(asked[0], chinese=False)} to {_shown(asked[1], chinese=False)};"
        " each column is what it adds to the arrears; recorded late: what counts for the first day"
        " or earlier and was not known then",
    )


def month_before(as_of: date) -> date:
    """The last day of the month before: where a report of the month begins."""
    return as_of.replace(day=1) - timedelta(1)


def _settled(asked: Question) -> Question:
    """The question with the moment that answers it again with the same bytes."""
    known = known_moment(asked.known_at)
    day = clock.asked_day(asked.as_of)
    return Question(day, known["known_at"] or known["known_on"])


def _shown(asked: Question, *, chinese: bool) -> str:
    known = "" if asked.known_at is None else asked.known_at.isoformat()
    return f"{asked.as_of}(已知至 {known})" if chinese else f"{asked.as_of} (known at {known})"


def _rows(
    asked: Sequence[Question],
    units: Sequence[int] | None,
    opening: dict[int, dict[str, int]],
    closing: dict[int, dict[str, int]],
) -> list[dict[str, Any]]:
    params: dict[str, Any] = {"units": None if units is None else list(units)}
    for place, one in zip(("first", "second"), asked, strict=True):
        known = known_moment(one.known_at)
        params |= {f"{place}_as_of": one.as_of, f"{place}_known_at": known["known_at"]}
        params[f"{place}_known_on"] = known["known_on"]
    moved: dict[int, dict[str, int]] = {}
    for found in sql.rows("receivable", "movement", params):
        row = moved.setdefault(found["org_unit_id"], dict.fromkeys(_MOVED, 0))
        cause: Cause = cause_of(found["source"], found["kind"])
        row["late_fen" if found["late"] else f"{cause.code}_fen"] += found["fen"]
    names = org.unit_names()
    return [
        {
            "org_unit": names[unit],
            "org_unit_id": unit,
            "opening_fen": opening.get(unit, {}).get("remaining_fen", 0),
            **moved.get(unit, dict.fromkeys(_MOVED, 0)),
            "closing_fen": closing.get(unit, {}).get("remaining_fen", 0),
        }
        for unit in sorted({*opening, *closing, *moved}, key=lambda unit: names[unit])
    ]


def _added(row: dict[str, Any]) -> int:
    """The closing balance that an opening and its movements come to."""
    added: int = row["opening_fen"] + sum(row[key] for key in _MOVED)
    return added
