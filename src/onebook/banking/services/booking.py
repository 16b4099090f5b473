"""What a bank line is booked as by a person, and its undoing: one transaction, one journal each."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from psycopg.types.json import Jsonb

from onebook.banking import reads
from onebook.banking.errors import (
    AmountsDiffer,
    ItemNotWaiting,
    LineMatched,
    MatchNotInForce,
    NotOpposite,
    OpenDayToCome,
    ReasonNeeded,
    SecondPersonNeeded,
)
from onebook.banking.models import Line, Match, Waiting
from onebook.banking.rules import (
    OWN_TRANSFER,
    Kind,
    Part,
    from_json,
    needs_reason,
    require_whole,
    to_json,
    to_purposes_fen,
)
from onebook.banking.services.postings import post, reverse
from onebook.banking.services.waiting import tell_accountants
from onebook.billing.services.cancel import DECIDE_URL
from onebook.books import services as books
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.infra import clock, ids, sql
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.work import reads as work_reads
from onebook.work import services as work


class Booking(NamedTuple):
    """A row of `banking_match` to be recorded."""

    id: int
    line_id: int
    kind: str
    amount_fen: int
    org_unit_id: int
    effective_on: date
    rule: str
    transit_item_id: int | None = None
    receipt_id: int | None = None
    purpose: str = ""
    other_match_id: int | None = None
    owner_id: int | None = None
    approval_id: int | None = None
    reason: str = ""
    undoes_id: int | None = None


class _By(NamedTuple):
    """Who books a line, why, and by which approval."""

    person_id: int | None
    reason: str
    approval_id: int | None
    rule: str


def record(bookings: Sequence[Booking], *, person_id: int | None) -> None:
    """Record matches by one statement, so that the database's guard sees whole lines."""
    columns = zip(Booking._fields, zip(*bookings, strict=True), strict=True)
    asked = {name: list(column) for name, column in columns}
    sql.execute("banking", "insert_matches", {**asked, "person_id": person_id})


def booking_day(*days: date) -> date:
    """The latest of the days, or the first open one after it; OpenDayToCome before that has come.

    A line of a closed month is booked on the first open day; until then the 余额调节表 lists it.
    """
    latest = max(days)
    day = books.first_open_day(latest)
    if day > clock.today():
        raise OpenDayToCome(month=str(Month.of(latest)), first_open=day.isoformat())
    return day


@transaction.atomic
def book_line(
    line_id: int,
    parts: Sequence[Part],
    *,
    reason: str = "",
    person_id: int | None,
    approval_id: int | None = None,
    rule: str = "by_hand",
) -> list[int]:
    """Book what is open of a line as these parts, whole; the matches' ids.

    Money of it that was not identified is taken back first, so that this is how it is resolved.
    What goes to purposes above the limit of the day needs an approval (`request_line`).
    LineNotFound, LineMatched, AmountsDiffer, PartWrongWay, PurposeUnknown, NotOpposite,
    ItemNotWaiting, ReasonNeeded, SecondPersonNeeded, OpenDayToCome, NotAllowed.
    """
    org.require(person_id, Action.RECONCILE, None)
    reads.lock_matching()
    line = reads.fact(line_id)
    unknown = _require_bookable(line, parts, reason)
    _require_within_limit(line, parts, approval_id)
    by = _By(person_id, reason.strip(), approval_id, rule)
    _identify(unknown, by)
    bookings = [one for part in parts for one in _bookings(line, part, by)]
    record(bookings, person_id=person_id)
    post([one.id for one in bookings], person_id=person_id)
    Waiting.objects.filter(line_id__in={one.line_id for one in bookings}).delete()
    tell_accountants(by=person_id)
    return [one.id for one in bookings if one.line_id == line_id]


@transaction.atomic
def request_line(
    line_id: int, parts: Sequence[Part], reason: str, files: Sequence[work.File], *, by: int
) -> int:
    """Ask another person to approve what goes to purposes; the request's id.

    The last approval books the line as planned. As `book_line`, and the errors of
    `work.services.ask`.
    """
    org.require(by, Action.RECONCILE, None)
    line = reads.fact(line_id)
    _require_bookable(line, parts, reason)
    plan_id = ids.take("banking_plan")
    insert(
        "banking_plan",
        id=plan_id,
        line_id=line_id,
        parts=Jsonb(to_json(parts)),
        reason=reason.strip(),
        person_id=by,
    )
    names = reads.purpose_names()
    request = work.Request(
        kind=reads.PLAN[1],
        app=reads.PLAN[0],
        source_id=plan_id,
        title=gettext_noop("Book bank line {line}, {day}, {amount} yuan, to {purposes}"),
        params={
            "line": line_id,
            "day": line.booked_on.isoformat(),
            "amount": format_yuan(line.amount_fen),
            "purposes": "、".join(
                f"{names[one.purpose][0]} {format_yuan(one.amount_fen)}"
                for one in parts
                if one.kind == Kind.PURPOSE
            ),
        },
        url=f"/bank/lines/{line_id}",
        decide_url=DECIDE_URL,
        org_unit_id=reads.account(line.bank_account_id).org_unit_id,
        amount_fen=to_purposes_fen(parts),
        reason=reason,
    )
    return work.ask(request, files, by=by)


def carry_out(approval_id: int, *, person_id: int) -> None:
    """Book a line as its plan says, once approved; `person_id` asked for it."""
    plan = reads.plan(work_reads.approval(approval_id)["source_id"])
    book_line(
        plan.line_id,
        from_json(plan.parts),
        reason=plan.reason,
        person_id=person_id,
        approval_id=approval_id,
        rule="approved",
    )


def match_by_hand(line_id: int, transit_item_id: int, *, person_id: int | None) -> int:
    """A person pairs a line with a waiting item of the same amount; the match's id."""
    part = Part(Kind.TRANSIT, reads.fact(line_id).amount_fen, item_id=transit_item_id)
    return book_line(line_id, [part], person_id=person_id)[0]


def _require_bookable(line: Line, parts: Sequence[Part], reason: str) -> list[Match]:
    """The line's matches of money not identified, which make way for the parts."""
    matches = reads.matches_of([line.pk])
    back = reads.returns_of([one.pk for one in matches])
    unknown = [m for m in matches if m.kind == Kind.UNIDENTIFIED and m.pk not in back]
    kept_fen = sum(one.amount_fen for one in matches if one not in unknown)
    if kept_fen == line.amount_fen:
        raise LineMatched(line_id=line.pk)
    require_whole(line.pk, line.amount_fen - kept_fen, parts)
    if needs_reason(parts) and not reason.strip():
        raise ReasonNeeded
    for part in parts:
        if part.kind == Kind.PURPOSE:
            reads.require_purpose(part.purpose, line.booked_on)
    return unknown


def _require_within_limit(line: Line, parts: Sequence[Part], approval_id: int | None) -> None:
    day = booking_day(line.booked_on)
    asked_fen, limit_fen = to_purposes_fen(parts), reads.purpose_limit(day)
    if asked_fen > limit_fen and approval_id is None:
        raise SecondPersonNeeded(
            amount=format_yuan(asked_fen), limit=format_yuan(limit_fen), day=day.isoformat()
        )


def _identify(unknown: Sequence[Match], by: _By) -> None:
    """Take what was not identified back, on the day it counts for, or the first open one."""
    if unknown:
        day = booking_day(*(one.effective_on for one in unknown))
        undos = _undos(unknown, day, by._replace(rule="identified"))
        record(undos, person_id=by.person_id)
        reverse(dict(zip([u.id for u in undos], unknown, strict=True)), by.person_id)


def _bookings(line: Line, part: Part, by: _By) -> list[Booking]:
    """The rows of a part; a receipt is taken here, so that its match can name it."""
    if part.kind == Kind.RETURN:
        return _return(line, part, by)
    if part.purpose == OWN_TRANSFER:
        return _transfer(line, part, by)
    made = _booking(line, part.kind, part.amount_fen, by)
    if part.kind == Kind.PURPOSE:
        return [made._replace(purpose=part.purpose)]
    if part.kind == Kind.UNIDENTIFIED:
        owner_id = part.owner_id or by.person_id
        org.require(owner_id, Action.RECONCILE, made.org_unit_id)
        return [made._replace(owner_id=owner_id)]
    if part.kind == Kind.RECEIPT:
        return [_receipt(line, part, made, by)]
    item = _item(part.item_id)
    if item["amount_fen"] != part.amount_fen:
        raise AmountsDiffer(
            line=format_yuan(part.amount_fen),
            parts=format_yuan(item["amount_fen"]),
            difference=format_yuan(part.amount_fen - item["amount_fen"]),
        )
    return [
        made._replace(
            transit_item_id=item["id"],
            org_unit_id=item["org_unit_id"],
            effective_on=booking_day(line.booked_on, item["effective_on"]),
        )
    ]


def _booking(line: Line, kind: Kind, amount_fen: int, by: _By) -> Booking:
    return Booking(
        ids.take("banking_match"),
        line.pk,
        kind.value,
        amount_fen,
        reads.account(line.bank_account_id).org_unit_id,
        booking_day(line.booked_on),
        by.rule,
        approval_id=by.approval_id,
        reason=by.reason,
    )


def _item(item_id: int | None) -> dict[str, Any]:
    """An item in transit that waits for the bank; ItemNotWaiting else."""
    found = [one for one in cash_reads.transit_waiting(clock.today()) if one["id"] == item_id]
    if not found:
        raise ItemNotWaiting(item_id=item_id)
    return found[0]


def _receipt(line: Line, part: Part, made: Booking, by: _By) -> Booking:
    """Take a customer's transfer by the bank's number of the line; a further one adds its own."""
    number = line.serial or f"L{line.pk}"
    if cash_reads.taken("bank_transfer", [number]):
        number = f"{number}-{made.id}"
    taken = cash.take_transfer(
        part.account,
        part.amount_fen,
        external_ref=number,
        payer_name=line.counterparty_name,
        effective_on=made.effective_on,
        person_id=by.person_id,
    )
    return made._replace(
        receipt_id=taken.receipt_id,
        transit_item_id=taken.transit_item_id,
        org_unit_id=taken.org_unit_id,
    )


def _return(line: Line, part: Part, by: _By) -> list[Booking]:
    """Take an earlier line of the account back, whole: every match of it gets its return.

    Where the earlier line waits too, it is booked as not identified first.
    """
    other = _pair(line, part, is_transfer=False)
    if not reads.matches_of([other.pk]):
        reason = gettext("Taken back by bank line {line}").format(line=line.pk)
        unknown = Part(Kind.UNIDENTIFIED, other.amount_fen)
        book_line(other.pk, [unknown], reason=reason, person_id=by.person_id, rule="returned")
    returned = reads.matches_of([other.pk])
    taken = reads.returns_of([one.pk for one in returned])
    if taken or any(m.kind == Kind.RETURN or m.purpose == OWN_TRANSFER for m in returned):
        raise NotOpposite(line_id=line.pk, other_id=other.pk)
    return [
        _booking(line, Kind.RETURN, -one.amount_fen, by)._replace(
            other_match_id=one.pk,
            org_unit_id=one.org_unit_id,
            transit_item_id=one.transit_item_id,
            effective_on=booking_day(line.booked_on, one.effective_on),
        )
        for one in returned
    ]


def _transfer(line: Line, part: Part, by: _By) -> list[Booking]:
    """Pair two waiting lines of two accounts: each counts for its own day, in transit between."""
    other = _pair(line, part, is_transfer=True)
    if reads.matches_of([other.pk]):
        raise LineMatched(line_id=other.pk)
    here = _booking(line, Kind.PURPOSE, line.amount_fen, by)
    there = _booking(other, Kind.PURPOSE, other.amount_fen, by)
    return [
        here._replace(purpose=OWN_TRANSFER, other_match_id=there.id),
        there._replace(purpose=OWN_TRANSFER, other_match_id=here.id),
    ]


def _pair(line: Line, part: Part, *, is_transfer: bool) -> Line:
    """The line that a part pairs this one with; NotOpposite where the two are no pair."""
    other = reads.fact(part.other_line_id or 0)
    is_whole = part.amount_fen == line.amount_fen == -other.amount_fen
    on_two = other.bank_account_id != line.bank_account_id
    if not is_whole or on_two != is_transfer:
        raise NotOpposite(line_id=line.pk, other_id=other.pk)
    if not is_transfer and other.booked_on > line.booked_on:
        raise NotOpposite(line_id=line.pk, other_id=other.pk)
    return other


@transaction.atomic
def undo(match_id: int, *, person_id: int | None) -> int:
    """Undo a match with all that was booked together; the id of its undo.

    Together are the parts of a line, and the lines that pair (a return, a transfer between own
    accounts). It counts for the day of the match, or the first open one. Every line waits again;
    money is in transit again, what a receipt settled is owed again. MatchNotInForce,
    PrepaymentUsed, ReceiptMoved.
    """
    org.require(person_id, Action.RECONCILE, None)
    reads.lock_matching()
    together = reads.linked(reads.match(match_id).line_id)
    if match_id not in {one.pk for one in together}:
        raise MatchNotInForce(match_id=match_id)
    day = booking_day(*(one.effective_on for one in together))
    undos = _undos(together, day, _By(person_id, "", None, "undo"))
    record(undos, person_id=person_id)
    reverse(dict(zip([u.id for u in undos], together, strict=True)), person_id)
    return next(one.id for one in undos if one.undoes_id == match_id)


def _undos(matches: Sequence[Match], day: date, by: _By) -> list[Booking]:
    return [
        Booking(
            ids.take("banking_match"),
            one.line_id,
            one.kind,
            -one.amount_fen,
            one.org_unit_id,
            day,
            by.rule,
            transit_item_id=one.transit_item_id,
            receipt_id=one.receipt_id,
            purpose=one.purpose,
            other_match_id=one.other_match_id,
            owner_id=one.owner_id,
            reason=by.reason,
            undoes_id=one.pk,
        )
        for one in matches
    ]
