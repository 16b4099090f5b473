"""Bank lines with their matches, what waits and why, and what is recorded of an account."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from onebook.banking.errors import LineNotFound, MatchNotInForce
from onebook.banking.models import BankAccount, Line, Match, StatementFile
from onebook.banking.rules import Closing, Recorded
from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.kernel.periods import Month

_MATCHING_LOCK = 7302
_ACCOUNT_LOCK = 7303


def lock_matching() -> None:
    """Let one transaction at a time match and undo."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MATCHING_LOCK])


def lock_account(account: int) -> None:
    """Let one transaction at a time take in statements of an account."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ACCOUNT_LOCK, account])


def accounts() -> list[BankAccount]:
    """Our bank accounts by number."""
    return list(BankAccount.objects.order_by("number"))


def account(account_id: int) -> BankAccount:
    """Our bank account of this id."""
    return BankAccount.objects.get(pk=account_id)


def account_by_number(number: str) -> BankAccount | None:
    """The account of this number."""
    return BankAccount.objects.filter(number=number).first()


def files(limit: int = 100) -> list[StatementFile]:
    """Statement files that brought something new, newest first."""
    return list(StatementFile.objects.order_by("-recorded_at", "-id")[:limit])


def match(match_id: int) -> Match:
    """The match of this id, in force or not; MatchNotInForce where there is none."""
    found = Match.objects.filter(pk=match_id).first()
    if found is None:
        raise MatchNotInForce(match_id=match_id)
    return found


def transit_item(item_id: int) -> dict[str, Any]:
    """A transit item: id, reference, amount_fen, effective_on, kind, source_id."""
    return sql.one("banking", "transit_item", {"item": item_id})


def transit_units(item_ids: Sequence[int]) -> dict[int, int]:
    """Transit item -> the org unit it was opened by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, org_unit_id FROM cash_v_transit_item WHERE id = ANY(%s)", [list(item_ids)]
        )
        return dict(cursor.fetchall())


def lines(
    account: int | None = None,
    month: Month | None = None,
    state: str | None = None,
    *,
    line: int | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Lines with what they are booked as, or reason and candidates, newest first.

    `state`: matched, waiting or unidentified. `match_id` is None where the line waits; `kinds`,
    `purposes` are those of its matches.
    """
    found = sql.rows(
        "banking",
        "lines",
        {
            "account": account,
            "line": line,
            "since": None if month is None else month.first,
            "until": None if month is None else month.next().first,
            "state": state,
            "limit": limit,
            "offset": offset,
        },
    )
    for row in found:
        # Django's connection gives jsonb as its text.
        row["candidates"] = json.loads(row["candidates"] or "[]")
    return found


def line(line_id: int) -> dict[str, Any]:
    """One line as `lines` gives it; LineNotFound else."""
    found = lines(line=line_id)
    if not found:
        raise LineNotFound(line_id=line_id)
    return found[0]


def month_counts(month: Month | None, known_at: KnownAt = None) -> dict[str, int]:
    """Lines booked in a month (None: ever), of them matched and waiting, as known at a moment."""
    since = date.min if month is None else month.first
    until = date.max if month is None else month.next().first
    params = {"since": since, "until": until, **known_moment(known_at)}
    return sql.one("banking", "month_counts", params)


def recorded(account: int, since: date, until: date) -> list[Recorded]:
    """An account's lines of the days [since, until], both included, as an import compares them."""
    asked = {"account": account, "since": since, "until": until}
    return [Recorded(**row) for row in sql.rows("banking", "recorded", asked)]


def balances_of(account: int, day: date) -> list[int]:
    """The running balances that the bank printed on an account's lines of a day."""
    found = Line.objects.filter(bank_account_id=account, booked_on=day, balance_fen__isnull=False)
    return [one for one in found.values_list("balance_fen", flat=True) if one is not None]


def closing_before(account: int, day: date) -> Closing | None:
    """The last recorded day before `day` with its balance; None where no balance was printed."""
    found = Line.objects.filter(
        bank_account_id=account, booked_on__lt=day, balance_fen__isnull=False
    )
    printed_on = found.aggregate(day=Max("booked_on"))["day"]
    if printed_on is None:
        return None
    days = {"since": printed_on, "until": day - timedelta(1)}
    asked = {"account": account, **days, "known_at": None, "known_on": None}
    printed, *later = sql.rows("banking", "closings", asked)
    return Closing(
        [printed, *later][-1]["booked_on"],
        printed["closing_fen"] + sum(row["sum_fen"] for row in later),
    )


def waiting_by_month(until: Month) -> list[dict[str, Any]]:
    """Month of booking (first day) -> lines that wait, in_fen and out_fen, up to a month's end."""
    return sql.rows("banking", "waiting_by_month", {"until": until.next().first})
