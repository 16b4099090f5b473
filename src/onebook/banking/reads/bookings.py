"""What bank lines are booked as: matches in force, purposes, plans, and money not identified."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from onebook.banking.errors import LineNotFound, PurposeUnknown
from onebook.banking.models import BankAccount, Line, Match, Plan, Purpose, PurposeLimit
from onebook.banking.rules import Kind
from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.org import reads as org
from onebook.org.rules import Action
from onebook.work import reads as work

PLAN = ("banking", "bank_line")
"""App and kind of a request that a line be booked as planned."""

PAIR_DAYS = 60
"""How far apart two lines may lie that are offered as a pair."""


def fact(line_id: int) -> Line:
    """The bank's line itself; LineNotFound else."""
    found = Line.objects.filter(pk=line_id).first()
    if found is None:
        raise LineNotFound(line_id=line_id)
    return found


def matches_of(line_ids: Collection[int]) -> list[Match]:
    """The matches in force of lines, oldest first."""
    undone = Match.objects.filter(undoes_id__isnull=False, line_id__in=line_ids)
    found = Match.objects.filter(line_id__in=line_ids, undoes_id=None)
    return list(found.exclude(pk__in=undone.values("undoes_id")).order_by("id"))


def open_fen(line_id: int) -> int:
    """What of a line is to be booked: it, less its matches but for money not identified."""
    matches = matches_of([line_id])
    back = returns_of([one.pk for one in matches])
    kept = (m.amount_fen for m in matches if m.kind != Kind.UNIDENTIFIED or m.pk in back)
    return fact(line_id).amount_fen - sum(kept)


def owners() -> dict[int, str]:
    """Who may be given money that is not identified: those who reconcile the whole company."""
    people = {one.pk: one.name for one in org.people() if one.is_active}
    return {key: name for key, name in people.items() if org.may(key, Action.RECONCILE, None)}


def bookings_of(line_id: int) -> list[Match]:
    """All that a line was booked as, undos among them, oldest first."""
    return list(Match.objects.filter(line_id=line_id).order_by("id"))


def matches_by_id(match_ids: Collection[int]) -> dict[int, Match]:
    """Matches by their id, in force or not."""
    return Match.objects.in_bulk(list(match_ids))


def returns_of(match_ids: Collection[int]) -> dict[int, Match]:
    """Match -> the return in force that takes it back."""
    lines = Match.objects.filter(kind=Kind.RETURN, other_match_id__in=list(match_ids))
    found = matches_of(set(lines.values_list("line_id", flat=True)))
    back = {one.other_match_id or 0: one for one in found if one.kind == Kind.RETURN}
    return {match_id: one for match_id, one in back.items() if match_id in match_ids}


def linked(line_id: int) -> list[Match]:
    """All matches in force that were booked together: of the line and of those it pairs with."""
    lines, seen = {line_id}, 0
    found: list[Match] = []
    while seen != len(lines):
        seen = len(lines)
        found = matches_of(lines)
        others = matches_by_id({one.other_match_id for one in found if one.other_match_id})
        lines |= {one.line_id for one in others.values()}
        lines |= {one.line_id for one in returns_of({one.pk for one in found}).values()}
    return found


def purposes(on: date) -> dict[str, tuple[str, str]]:
    """What money may be booked to on a day, by the posting rules in force: its two names."""
    found = sql.rows("banking", "purposes", {"on": on})
    return {row["code"]: (row["name_zh"], row["name_en"]) for row in found}


def purpose_names() -> dict[str, tuple[str, str]]:
    """Purpose -> its Chinese and English name."""
    return {one.code: (one.name_zh, one.name_en) for one in Purpose.objects.all()}


def require_purpose(code: str, on: date) -> None:
    """Refuse a purpose without a posting rule on the day: PurposeUnknown."""
    if code not in purposes(on):
        raise PurposeUnknown(purpose=code or "—", day=on.isoformat())


def purpose_limit(on: date) -> int:
    """The most fen of a line that one person may book to purposes on a day; 0 without a row."""
    found = PurposeLimit.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    return found.amount_fen if found else 0


def opposite_lines(line_id: int) -> list[dict[str, Any]]:
    """Lines that this one may pair with, `is_transfer` or taken back by it, the nearest first."""
    return sql.rows("banking", "opposite_lines", {"line": line_id, "days": PAIR_DAYS})


def plan(plan_id: int) -> Plan:
    """The plan of this id."""
    return Plan.objects.get(pk=plan_id)


def request_of(line_id: int) -> dict[str, Any] | None:
    """The request about a line that waits for another person; None else."""
    plans = Plan.objects.filter(line_id=line_id).order_by("-id").values_list("id", flat=True)
    for plan_id in plans:
        asked = work.approval_of(*PLAN, plan_id)
        if asked is not None and asked["state"] == "open":
            return asked
    return None


def receipt_lines(receipt_ids: Sequence[int]) -> dict[int, int]:
    """Receipt by transfer -> the bank line that brought it."""
    found = Match.objects.filter(
        receipt_id__in=list(receipt_ids), kind=Kind.RECEIPT, undoes_id=None
    )
    return {one.receipt_id or 0: one.line_id for one in found}


_COLUMNS = (
    Column("booked_on", "到账日", "Booked", "date"),
    Column("age_days", "账龄(天)", "Age (days)", "count"),
    Column("amount_fen", "金额(收+付-)", "Amount (in +)", "fen"),
    Column("counterparty_name", "对方户名", "Counterparty"),
    Column("text", "摘要/附言", "Texts"),
    Column("serial", "流水号", "Serial"),
    Column("owner", "负责人", "Owner"),
    Column("reason", "查询说明", "Note"),
    Column("account", "账户", "Account"),
)


def unidentified(as_of: date, known_at: KnownAt = None) -> Report:
    """Money at the bank that nobody has identified (待查款), oldest first, tied to 224110.

    Payments out that nobody knows stand below zero; they are on 122110 and in no tie.
    """
    known = known_moment(known_at)
    moment = known["known_at"] or known["known_on"]
    rows = sql.rows("banking", "unidentified", {"as_of": as_of, **known})
    owners = org.person_names({row["owner_id"] for row in rows})
    accounts = {one.pk: f"{one.bank} {one.number[-4:]}" for one in BankAccount.objects.all()}
    for row in rows:
        row["age_days"] = (as_of - row["booked_on"]).days
        row["text"] = " ".join(filter(None, (row["summary"], row["remark"])))
        row["owner"] = owners.get(row["owner_id"], "")
        row["account"] = accounts[row["bank_account_id"]]
    received_fen = sum(row["amount_fen"] for row in rows if row["amount_fen"] > 0)
    book_fen = -books.control_balance("unidentified", as_of, moment)
    return Report(
        name="unidentified",
        title_zh="待查款明细表",
        title_en="Money not identified",
        as_of=as_of,
        known_at=moment,
        org_unit="*",
        columns=_COLUMNS,
        rows=rows,
        totals={"amount_fen": sum(row["amount_fen"] for row in rows)},
        ties=(Tie("control-account-224110", received_fen, book_fen),),
        basis_zh=f"截至 {as_of};账龄自银行到账日起",
        basis_en=f"As of {as_of}; age since the bank booked it",
    )
