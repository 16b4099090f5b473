"""Matches that need nobody: lines that fit exactly one sum in transit; why the others wait."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count
from psycopg.types.json import Jsonb

from onebook.banking import reads
from onebook.banking.models import Waiting
from onebook.banking.rules import Kind
from onebook.banking.services.booking import Booking, record
from onebook.banking.services.waiting import tell_accountants
from onebook.books import services as books
from onebook.cash import services as cash
from onebook.cash.services import Credit
from onebook.infra import clock, ids, sql
from onebook.org import services as org
from onebook.org.rules import Action

CREDIT_DAYS = 15
"""How many days after it was paid in a sum may still be credited by an automatic match."""


@dataclass
class Reconciled:
    """What a reconciliation did: new matches, and the waiting lines by reason."""

    matched: int = 0
    matched_fen: int = 0
    waiting: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def reconcile(*, person_id: int | None) -> Reconciled:
    """Match every line that fits exactly one waiting item by amount and reference, both ways.

    Amount alone never matches by itself. Every other line waits with its reason and candidates.
    """
    org.require(person_id, Action.RECONCILE, None)
    reads.lock_matching()
    candidates = sql.rows("banking", "candidates", {"days": CREDIT_DAYS})
    sure = _unique([row for row in candidates if row["by_reference"] and row["by_amount"]])
    days = _open_days(sure)
    sure = [row for row in sure if row["in_time"] and row["booked_on"] in days]
    _match(sure, days, person_id)
    taken = {row["item_id"] for row in sure}
    matched = {row["line_id"] for row in sure}
    _wait([r for r in candidates if r["item_id"] not in taken and r["line_id"] not in matched])
    tell_accountants(by=person_id)
    reasons = Waiting.objects.values_list("reason").annotate(lines=Count("line_id"))
    return Reconciled(len(sure), sum(row["line_fen"] for row in sure), dict(reasons))


def _unique(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pairs whose line and whose item stand in no other pair."""
    lines = [row["line_id"] for row in pairs]
    items = [row["item_id"] for row in pairs]
    twice = _repeated(lines), _repeated(items)
    return [
        row for row in pairs if row["line_id"] not in twice[0] and row["item_id"] not in twice[1]
    ]


def _repeated(values: list[int]) -> set[int]:
    seen: set[int] = set()
    return {value for value in values if value in seen or seen.add(value)}  # type: ignore[func-returns-value]


def _match(pairs: list[dict[str, Any]], days: dict[date, date], person_id: int | None) -> None:
    """Record the pairs as matches and credit their items; `days`: line's day -> day of booking."""
    if not pairs:
        return
    match_ids = ids.allot("banking_match", len(pairs)).tolist()
    units = reads.transit_units([row["item_id"] for row in pairs])
    bookings = [
        Booking(
            match_id,
            row["line_id"],
            Kind.TRANSIT.value,
            row["line_fen"],
            units[row["item_id"]],
            days[row["booked_on"]],
            "reference",
            transit_item_id=row["item_id"],
        )
        for row, match_id in zip(pairs, match_ids, strict=True)
    ]
    record(bookings, person_id=person_id)
    credits = [
        Credit(row["item_id"], "bank_match", match_id, days[row["booked_on"]])
        for row, match_id in zip(pairs, match_ids, strict=True)
    ]
    cash.credit_transit(credits, person_id=person_id)


def _open_days(pairs: list[dict[str, Any]]) -> dict[date, date]:
    """Line's day -> itself or the first open day, of those that have come.

    A line of a closed month is booked on the first open day; until then the 余额调节表 lists it.
    """
    days = {day: books.first_open_day(day) for day in {row["booked_on"] for row in pairs}}
    return {day: on for day, on in days.items() if on <= clock.today()}


def _wait(candidates: list[dict[str, Any]]) -> None:
    """Let every unmatched line wait with its reason; most have no candidate at all."""
    by_line: dict[int, list[dict[str, Any]]] = {}
    for row in candidates:
        by_line.setdefault(row["line_id"], []).append(row)
    sql.execute("banking", "wait_no_more")
    sql.execute(
        "banking",
        "wait",
        {
            "line_id": list(by_line),
            "reason": [_reason(rows) for rows in by_line.values()],
            "candidates": [
                Jsonb([_candidate(row) for row in rows[:10]]) for rows in by_line.values()
            ],
        },
    )


def _reason(rows: list[dict[str, Any]]) -> str:
    """Why a line with candidates waits, as a code that pages and reports translate."""
    referenced = [row for row in rows if row["by_reference"]]
    if len(referenced) > 1 or (referenced and referenced[0]["by_amount"] and len(rows) > 1):
        return "several_candidates"
    if referenced and not referenced[0]["by_amount"]:
        return "amount_differs"
    if referenced:
        return "out_of_time" if not referenced[0]["in_time"] else "several_candidates"
    return "amount_alone"


def _candidate(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "item_id": row["item_id"],
        "reference": row["reference"],
        "amount_fen": row["item_fen"],
        "effective_on": row["effective_on"].isoformat(),
        "difference_fen": row["line_fen"] - row["item_fen"],
        "by_reference": row["by_reference"],
        "by_amount": row["by_amount"],
    }
