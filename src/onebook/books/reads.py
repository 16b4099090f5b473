"""Questions to the book: trial balance, control accounts, journals of a document."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from onebook.books.errors import AccountNotFound, JournalNotFound
from onebook.books.models import Account, Journal, PeriodLock, Posting
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month

KnownAt = date | datetime | None


def trial_balance(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """The balances of accounts (科目余额表): opening, turnover of the month and the year, closing.

    The month is that of `as_of`, up to that day. Reversals and red bills stand in red (红字, below
    zero) on the side of what they take back. Its ties hold debits against credits.
    """
    known = known_moment(known_at)
    month = Month.of(as_of)
    asked = {
        "since": month.first,
        "year": date(as_of.year, 1, 1),
        "as_of": as_of,
        "units": None if units is None else list(units),
        **known,
    }
    rows = sql.rows("books", "trial_balance", asked)
    totals = {one.key: sum(row[one.key] for row in rows) for one in _BALANCES if one.kind == "fen"}
    return Report(
        name="trial-balance",
        title_zh="科目余额表(试算平衡)",
        title_en="Trial balance",
        as_of=as_of,
        known_at=known["known_at"] or known["known_on"],
        org_unit=org_unit,
        columns=_BALANCES,
        rows=rows,
        totals=totals,
        ties=(
            Tie("credits", totals["debit_fen"], totals["credit_fen"]),
            Tie("closing-credits", totals["closing_debit_fen"], totals["closing_credit_fen"]),
        ),
        basis_zh=f"期初为 {month} 月初,本期至 {as_of};冲正与红字账单以负数列原方向",
        basis_en=f"Opening on the first of {month}, turnover to {as_of}; what is taken back stands"
        " below zero on its own side",
    )


_BALANCES = (
    Column("code", "科目编码", "Account"),
    Column("name_zh", "科目名称", "Name"),
    Column("opening_debit_fen", "期初借方", "Opening debit", "fen"),
    Column("opening_credit_fen", "期初贷方", "Opening credit", "fen"),
    Column("debit_fen", "本期借方", "Debit", "fen"),
    Column("credit_fen", "本期贷方", "Credit", "fen"),
    Column("closing_debit_fen", "期末借方", "Closing debit", "fen"),
    Column("closing_credit_fen", "期末贷方", "Closing credit", "fen"),
    Column("year_debit_fen", "本年累计借方", "Debit this year", "fen"),
    Column("year_credit_fen", "本年累计贷方", "Credit this year", "fen"),
    Column("balance_fen", "余额(借+贷-)", "Balance (debit +)", "fen"),
)


def control_by_unit(
    control: str, as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[int, int]:
    """Org unit -> signed balance in fen (debit > 0) of a control account: receivable, bank, …"""
    found = sql.rows(
        "books",
        "control_by_unit",
        {
            "control": control,
            "as_of": as_of,
            "units": None if units is None else list(units),
            **known_moment(known_at),
        },
    )
    return {row["org_unit_id"]: row["balance_fen"] for row in found}


def control_balance(
    control: str, as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> int:
    """The signed balance in fen (debit > 0) of a control account."""
    return sum(control_by_unit(control, as_of, known_at, units).values())


def account_balance(
    code: str, as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> int:
    """The signed balance in fen (debit > 0) of one account."""
    rows = trial_balance(as_of, known_at, units).rows
    return sum(row["balance_fen"] for row in rows if row["code"] == code)


def balance_by_unit(
    code: str, as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[int, int]:
    """Org unit -> signed balance in fen (debit > 0) of the account of this code."""
    params = {
        "code": code,
        "as_of": as_of,
        "units": None if units is None else list(units),
        **known_moment(known_at),
    }
    found = sql.rows("books", "balance_by_unit", params)
    return {row["org_unit_id"]: row["balance_fen"] for row in found}


def lowest_balance(code: str, org_unit_id: int, since: date) -> int:
    """The lowest balance in fen (debit > 0) of a unit's account on `since` and every later day."""
    params = {"code": code, "org_unit": org_unit_id, "since": since}
    return int(sql.one("books", "lowest_balance", params)["balance_fen"])


def control_by_item(control: str, as_of: date, known_at: KnownAt = None) -> dict[int, int]:
    """Open item -> balance in fen of a control account, where it is not zero."""
    found = sql.rows(
        "books", "control_by_item", {"control": control, "as_of": as_of, **known_moment(known_at)}
    )
    return {row["open_item_id"]: row["balance_fen"] for row in found}


def count_postings(journal_id: int) -> int:
    """How many postings a journal has."""
    return Posting.objects.filter(journal_id=journal_id).count()


def is_locked(month: Month) -> bool:
    """Whether nobody may post in a month: it, or a later one, is locked for everybody."""
    return PeriodLock.objects.filter(month__gte=month.first, module="*").exists()


def locked_months() -> list[Month]:
    """The months locked for everybody, oldest first."""
    found = PeriodLock.objects.filter(module="*").order_by("month").values_list("month", flat=True)
    return [Month.of(first) for first in found]


def closed_until() -> date | None:
    """The last day of the latest month locked for everybody; None where no month is."""
    locked = locked_months()
    return locked[-1].last if locked else None


def first_effective_on() -> date | None:
    """The first day that a journal counts for; None in an empty book."""
    first = Journal.objects.order_by("effective_on").first()
    return None if first is None else first.effective_on


def last_recorded_at() -> datetime | None:
    """When the last journal was recorded; None in an empty book."""
    last: datetime | None = Journal.objects.aggregate(last=Max("recorded_at"))["last"]
    return last


def recorded_moments(count: int) -> list[datetime]:
    """Moments spread over the book's life, each just when something was recorded."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT percentile_disc(n / %s::float) WITHIN GROUP (ORDER BY recorded_at)"
            " FROM books_journal, generate_series(1, %s) AS n GROUP BY n ORDER BY 1",
            [count, count],
        )
        return [row[0] for row in cursor.fetchall() if row[0] is not None]


def chart() -> list[Account]:
    """The chart of accounts by code."""
    return list(Account.objects.order_by("code"))


def control_accounts(control: str) -> set[int]:
    """The accounts that control a subledger."""
    return set(Account.objects.filter(control=control).values_list("id", flat=True))


def account_codes() -> set[str]:
    """The codes of the chart of accounts."""
    return set(Account.objects.values_list("code", flat=True))


def journal_ids(source_kind: str, source_id: int) -> list[int]:
    """The journals of a source document, oldest first."""
    found = Journal.objects.filter(source_kind=source_kind, source_id=source_id)
    return list(found.order_by("id").values_list("id", flat=True))


def split_by_unit(journal_id: int, control: str) -> dict[int, int]:
    """Org unit -> signed fen of a journal's postings on a control account."""
    split: dict[int, int] = {}
    found = Posting.objects.filter(
        journal_id=journal_id,
        account_id__in=Account.objects.filter(control=control).values("id"),
    )
    for posting in found:
        split[posting.org_unit_id] = split.get(posting.org_unit_id, 0) + posting.amount_fen
    return split


def journal(journal_id: int) -> dict[str, Any]:
    """A journal with its postings: keys `journal`, `postings` (200 at most) and `count` (of all).

    Each posting carries its account, its dimensions, and debit_fen or credit_fen, below zero (红字)
    where it takes back; the other one is None. JournalNotFound else.
    """
    found = Journal.objects.filter(pk=journal_id).first()
    if found is None:
        raise JournalNotFound(journal_id=journal_id)
    names = {account.pk: account for account in Account.objects.all()}
    postings = Posting.objects.filter(journal_id=journal_id)
    sides = {row["account_id"]: row for row in sql.rows("books", "sides", {"journal": journal_id})}
    return {
        "journal": found,
        "postings": [
            {
                "account": names[posting.account_id],
                "posting": posting,
                **_on_its_side(posting.amount_fen, **sides[posting.account_id]),
            }
            for posting in postings.order_by("id")[:200]
        ],
        "count": postings.count(),
    }


def _on_its_side(
    amount_fen: int, *, account_id: int, side: int, reverses: bool
) -> dict[str, int | None]:
    """A signed amount as debit_fen or credit_fen, on the side that the rules or its sign say."""
    is_debit = side > 0 or (side == 0 and (amount_fen > 0) != reverses)
    return {
        "debit_fen": amount_fen if is_debit else None,
        "credit_fen": None if is_debit else -amount_fen,
    }


def account(code: str) -> Account:
    """The account of this code; AccountNotFound else."""
    found = Account.objects.filter(code=code).first()
    if found is None:
        raise AccountNotFound(code=code)
    return found


def ledger(
    code: str,
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    *,
    limit: int | None = 100,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The account's movements (明细账), a row a journal, newest first.

    Keys: journal_id, event, source_kind, source_id, effective_on, recorded_at, debit_fen,
    credit_fen, balance_fen (debit > 0, after the row). A reversal or a red bill stands below zero
    (红字) on the side of what it takes back.
    """
    params = {
        "code": code,
        "as_of": as_of,
        "units": None if units is None else list(units),
        "limit": limit,
        "offset": offset,
        **known_moment(known_at),
    }
    return sql.rows("books", "ledger", params)


def unbalanced() -> list[dict[str, Any]]:
    """Journals whose postings do not add up to zero, or that have none; for `onebook verify`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id, coalesce(sum(p.amount_fen), 0)::bigint, count(p.id) FROM books_journal j"
            " LEFT JOIN books_posting p ON p.journal_id = j.id GROUP BY j.id"
            " HAVING coalesce(sum(p.amount_fen), 0) <> 0 OR count(p.id) = 0 ORDER BY j.id LIMIT 100"
        )
        return [
            {"journal_id": row[0], "sum_fen": row[1], "postings": row[2]}
            for row in cursor.fetchall()
        ]
