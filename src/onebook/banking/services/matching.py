"""Matches between bank lines and money in transit, and their undoing."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_noop
from psycopg.types.json import Jsonb

from onebook.banking import reads
from onebook.banking.errors import (
    AmountsDiffer,
    ItemNotWaiting,
    LineMatched,
    LineNotFound,
    MatchNotInForce,
)
from onebook.banking.models import Line, Match, Waiting
from onebook.books import services as books
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.cash.services import Credit
from onebook.infra import clock, ids, sql
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.work import services as work

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
    sure = [row for row in sure if row["in_time"]]
    _match(sure, "reference", person_id)
    taken = {row["item_id"] for row in sure}
    matched = {row["line_id"] for row in sure}
    _wait([r for r in candidates if r["item_id"] not in taken and r["line_id"] not in matched])
    _tell_accountants(by=person_id)
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


def _match(pairs: list[dict[str, Any]], rule: str, person_id: int | None) -> None:
    if not pairs:
        return
    match_ids = ids.allot("banking_match", len(pairs)).tolist()
    items = reads.transit_units([row["item_id"] for row in pairs])
    # A line of a closed month is booked on the first open day; until then the 余额调节表 lists it.
    days = {day: books.first_open_day(day) for day in {row["booked_on"] for row in pairs}}
    sql.execute(
        "banking",
        "insert_matches",
        {
            "id": match_ids,
            "line_id": [row["line_id"] for row in pairs],
            "transit_item_id": [row["item_id"] for row in pairs],
            "org_unit_id": [items[row["item_id"]] for row in pairs],
            "undoes_id": [None] * len(pairs),
            "effective_on": [days[row["booked_on"]] for row in pairs],
            "rule": rule,
            "person_id": person_id,
        },
    )
    credits = [
        Credit(row["item_id"], "bank_match", match_id, days[row["booked_on"]])
        for row, match_id in zip(pairs, match_ids, strict=True)
    ]
    cash.credit_transit(credits, person_id=person_id)


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


@transaction.atomic
def match_by_hand(line_id: int, transit_item_id: int, *, person_id: int | None) -> int:
    """A person pairs a line with a waiting item of the same amount; the match's id."""
    org.require(person_id, Action.RECONCILE, None)
    reads.lock_matching()
    line = Line.objects.filter(pk=line_id).first()
    if line is None:
        raise LineNotFound(line_id=line_id)
    if reads.match_of(line_id) is not None:
        raise LineMatched(line_id=line_id)
    waiting = {
        row["id"]: row for row in cash_reads.transit_waiting(max(line.booked_on, clock.today()))
    }
    item = waiting.get(transit_item_id)
    if item is None:
        raise ItemNotWaiting(item_id=transit_item_id)
    if item["amount_fen"] != line.amount_fen:
        raise AmountsDiffer(line=format_yuan(line.amount_fen), item=format_yuan(item["amount_fen"]))
    pair = {"line_id": line_id, "item_id": transit_item_id, "booked_on": line.booked_on}
    _match([pair], "by_hand", person_id)
    Waiting.objects.filter(line_id=line_id).delete()
    _tell_accountants(by=person_id)
    return Match.objects.filter(line_id=line_id).latest("id").pk


@transaction.atomic
def undo(match_id: int, *, person_id: int | None) -> int:
    """Undo a match: the money is in transit again from the first open day; the undo's id."""
    org.require(person_id, Action.RECONCILE, None)
    reads.lock_matching()
    match = Match.objects.filter(pk=match_id, undoes_id=None).first()
    if match is None or Match.objects.filter(undoes_id=match_id).exists():
        raise MatchNotInForce(match_id=match_id)
    day = books.first_open_day(match.effective_on)
    undo_id = ids.take("banking_match")
    insert(
        "banking_match",
        id=undo_id,
        line_id=match.line_id,
        transit_item_id=match.transit_item_id,
        rule="undo",
        org_unit_id=match.org_unit_id,
        undoes_id=match_id,
        effective_on=day,
        person_id=person_id,
    )
    credit = Credit(match.transit_item_id, "bank_match", undo_id, day)
    cash.uncredit_transit([credit], person_id=person_id)
    return undo_id


_LINES_WAIT = 1  # the one task of this app: there is one list of waiting lines


def _tell_accountants(*, by: int | None) -> None:
    """Keep a task for the accountants while lines of the bank wait for a person."""
    if not Waiting.objects.exists():
        work.close_task("banking", _LINES_WAIT, by)
        return
    work.open_task(
        gettext_noop("Bank lines wait for a match"),
        "/bank/lines?state=waiting",
        Role.ACCOUNTANT,
        org_reads.root().pk,
        "banking",
        _LINES_WAIT,
    )
