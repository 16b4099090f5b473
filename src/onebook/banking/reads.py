"""Questions to banking: lines with their matches, what waits and why, the 余额调节表."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from onebook.banking.errors import LineNotFound, MatchNotInForce
from onebook.banking.models import BankAccount, Match, StatementFile
from onebook.banking.rules import ReconciliationStatement, reconciliation_statement
from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.cash import reads as cash
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month

_MATCHING_LOCK = 7302


def lock_matching() -> None:
    """Let one transaction at a time match and undo."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_MATCHING_LOCK])


def accounts() -> list[BankAccount]:
    """Our bank accounts by number."""
    return list(BankAccount.objects.order_by("number"))


def account_by_number(number: str) -> BankAccount | None:
    """The account of this number."""
    return BankAccount.objects.filter(number=number).first()


def files(limit: int = 100) -> list[StatementFile]:
    """Statement files that brought something new, newest first."""
    return list(StatementFile.objects.order_by("-recorded_at", "-id")[:limit])


def match_of(line_id: int) -> Match | None:
    """The match in force of a line."""
    undone = Match.objects.filter(undoes_id__isnull=False).values("undoes_id")
    found = Match.objects.filter(line_id=line_id, undoes_id=None)
    return found.exclude(pk__in=undone).first()


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
    """Lines with their match, or reason and candidates; state `matched` or `waiting`."""
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


def reconciliation(
    as_of: date, known_at: KnownAt = None, account: int | None = None
) -> ReconciliationStatement:
    """The figures of the 余额调节表; both adjusted balances must agree."""
    known = known_moment(known_at)
    moment = known["known_at"] or known["known_on"]
    params = {"as_of": as_of, "account": account, **known}
    return reconciliation_statement(
        books.control_balance("bank", as_of, moment),
        sql.one("banking", "bank_balance", params)["balance_fen"],
        [row["amount_fen"] for row in sql.rows("banking", "unbooked", params)],
        [],
    )


def reconciliation_report(as_of: date, known_at: KnownAt = None) -> Report:
    """The 余额调节表 as of a day, each item with its age, and the money in transit below it.

    The book's bank account moves when the bank's line is matched, so what we paid in and the bank
    has not credited stands in transit (1012), listed apart, and not in the bank account.
    """
    params = {"as_of": as_of, "account": None, **known_moment(known_at)}
    moment = params["known_at"] or params["known_on"]
    sums = reconciliation(as_of, moment)
    rows = [_row("企业银行存款日记账余额", "Book balance", sums.book_balance_fen)]
    for line in sql.rows("banking", "unbooked", params):
        zh, en = ("银行已收企业未收", "At bank, not in book")
        if line["amount_fen"] < 0:
            zh, en = ("银行已付企业未付", "Paid by bank, not in book")
        text = line["remark"] or line["summary"] or line["counterparty_name"]
        rows.append(_row(zh, en, line["amount_fen"], line["booked_on"], text, as_of))
    rows.append(_row("调节后企业余额", "Adjusted book balance", sums.adjusted_book_fen))
    rows.append(_row("银行对账单余额", "Bank balance", sums.bank_balance_fen))
    rows.append(_row("调节后银行余额", "Adjusted bank balance", sums.adjusted_bank_fen))
    transit = cash.transit_waiting(as_of, moment)
    for item in transit:
        rows.append(
            _row(
                "在途(已解款未到账)",
                "In transit",
                item["amount_fen"],
                item["effective_on"],
                item["reference"],
                as_of,
            )
        )
    return Report(
        name="bank-reconciliation",
        title_zh="银行存款余额调节表",
        title_en="Bank reconciliation statement",
        as_of=as_of,
        known_at=moment,
        org_unit="*",
        columns=(
            Column("item_zh", "项目", "Item (zh)"),
            Column("item_en", "项目(英)", "Item"),
            Column("booked_on", "日期", "Date", "date"),
            Column("reference", "摘要/凭据号", "Reference"),
            Column("age_days", "账龄(天)", "Age (days)", "count"),
            Column("amount_fen", "金额", "Amount", "fen"),
        ),
        rows=rows,
        ties=(
            Tie("adjusted-bank-balance", sums.adjusted_book_fen, sums.adjusted_bank_fen),
            Tie(
                "transit-control-account",
                sum(item["amount_fen"] for item in transit),
                books.control_balance("transit", as_of, moment),
            ),
        ),
        basis_zh=f"截至 {as_of}",
        basis_en=f"As of {as_of}",
    )


def _row(
    item_zh: str,
    item_en: str,
    amount_fen: int,
    day: date | None = None,
    reference: str = "",
    as_of: date | None = None,
) -> dict[str, Any]:
    return {
        "item_zh": item_zh,
        "item_en": item_en,
        "booked_on": day,
        "reference": reference,
        "age_days": (as_of - day).days if as_of and day else None,
        "amount_fen": amount_fen,
    }
