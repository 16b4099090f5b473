"""The checklist before a month closes: what blocks it, and what must be answered for."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from onebook.banking import reads as banking
from onebook.billing import reads as billing
from onebook.books import reads as books
from onebook.finance.errors import MonthEmpty, MonthNotOver
from onebook.finance.reads.tie import tie_out
from onebook.infra import clock, sql
from onebook.infra.web.words import pick
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.receivable import reads as receivable


class Said(NamedTuple):
    """What is open at a check: in words, how many there are, and how much money it is in fen."""

    zh: str
    en: str
    items: int
    amount_fen: int | None = None


class Check(NamedTuple):
    """A line of the checklist.

    state is `ok`, `none` (there is nothing to check), `warn` (the month may close with a reason) or
    `fail` (it may not); `open` says what is open, None where nothing is.
    """

    code: str
    name_zh: str
    name_en: str
    state: str
    open: Said | None

    @property
    def detail(self) -> str:
        """What is open, in the reader's language."""
        return "" if self.open is None else pick((self.open.zh, self.open.en))


POINTS = ("exceptions", "cash", "bank", "offset")
"""The checks that a month may close in spite of, with a reason."""


class _Matter(NamedTuple):
    """Whether there is anything of a month that a check could look at."""

    billed: bool
    cash: bool
    booked: bool
    bank: bool
    prepayment: bool
    journals: bool


def _matter(month: Month) -> _Matter:
    asked = {"since": month.first, "until": month.next().first}
    return _Matter(**sql.one("finance", "close_matter", asked))


def obstacle(month: Month) -> OnebookError | None:
    """Why there is no use in checking a month: it is empty, or of the future and empty."""
    matter = _matter(month)
    if matter.billed or matter.booked or matter.journals:
        return None
    today = clock.today()
    if today <= month.last:
        return MonthNotOver(month=str(month), today=today.isoformat())
    return MonthEmpty(month=str(month))


def checklist(month: Month) -> list[Check]:
    """What must hold, and what must be seen, before a month is signed, in the order of work."""
    matter = _matter(month)
    unbilled = _unbilled(month)
    return [
        _earlier(month),
        _issued(unbilled, matter.billed),
        _exceptions(unbilled, matter.billed),
        _cash(month, matter.cash),
        _bank(month, matter.bank),
        _offset(month, matter.prepayment),
        _tied(month),
        _balanced(month),
    ]


def _check(code: str, zh: str, en: str, found: Said | None, state: str, matter: bool) -> Check:
    return Check(code, zh, en, state if found else "ok" if matter else "none", found)


def _earlier(month: Month) -> Check:
    """Months close in their order: closing one locks all that lies before it."""
    first = sql.one("finance", "earlier_open", {"month": month.first})["month"]
    found = None
    if first is not None:
        earlier = Month.of(first)
        found = Said(f"{earlier} 未关账,须先关该月", f"{earlier} is not closed; close it first", 1)
    return _check(
        "earlier", "以前月份已关账", "Earlier months are closed", found, "fail",
        bool(found or books.locked_months()),
    )  # fmt: skip


def _unbilled(month: Month) -> list[dict[str, Any]]:
    """Accounts read and not billed, by unit and whether they are kept back; see the statement."""
    units = billing.units_to_bill(month)
    if not units:
        return []
    return sql.rows("finance", "unbilled", {"month": month.first, "units": units})


def _by_unit(rows: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    names = org.unit_names()
    counts = [(names[row["org_unit_id"]], row["accounts"]) for row in rows]
    zh = "、".join(f"{name} {accounts:,} 户" for name, accounts in counts)
    return zh, ", ".join(f"{name} {accounts:,}" for name, accounts in counts)


def _issued(unbilled: list[dict[str, Any]], matter: bool) -> Check:
    """What nobody keeps back is billed before the month closes."""
    rows = [row for row in unbilled if not row["kept_back"]]
    found = None
    if rows:
        accounts = sum(row["accounts"] for row in rows)
        zh, en = _by_unit(rows)
        found = Said(
            f"{accounts:,} 户已抄表未发行:{zh}", f"{accounts:,} not issued: {en}", accounts
        )
    return _check("issued", "各单位已发行", "Every unit's bills are issued", found, "fail", matter)


def _exceptions(unbilled: list[dict[str, Any]], matter: bool) -> Check:
    rows = [row for row in unbilled if row["kept_back"]]
    found = None
    if rows:
        accounts = sum(row["accounts"] for row in rows)
        last_fen = sum(row["last_fen"] for row in rows)
        zh, en = _by_unit(rows)
        yuan = format_yuan(last_fen)
        found = Said(
            f"{accounts:,} 户因异常未发行,按上次电费约 {yuan} 元:{zh}",
            f"{accounts:,} accounts kept back by exceptions, about {yuan} yuan by their last"
            f" bills: {en}",
            accounts,
            last_fen,
        )
    return _check("exceptions", "异常已处理", "Exceptions are decided", found, "warn", matter)


def _cash(month: Month, matter: bool) -> Check:
    names, held = org.unit_names(), books.balance_by_unit("1001", month.last)
    sums = [(name, held[unit]) for unit, name in names.items() if held.get(unit)]
    found = None
    if sums:
        total = sum(fen for _, fen in sums)
        shown = [f"{name} {format_yuan(fen)}" for name, fen in sums]
        found = Said(
            f"{len(sums)} 个单位现金未解款,共 {format_yuan(total)} 元:{'、'.join(shown)}",
            f"{len(sums)} units hold cash, {format_yuan(total)} yuan: {', '.join(shown)}",
            len(sums),
            total,
        )
    return _check("cash", "现金已全部解款", "Counter cash is remitted", found, "warn", matter)


def _bank(month: Month, matter: bool) -> Check:
    """Lines that wait, of this month and of every earlier one: number, money in, money out."""
    rows = banking.waiting_by_month(month)
    found = None
    if rows:
        lines = sum(row["lines"] for row in rows)
        in_fen, out_fen = (sum(row[key] for row in rows) for key in ("in_fen", "out_fen"))
        by_month = [
            (Month.of(row["month"]), row["lines"], _moved(row["in_fen"], row["out_fen"]))
            for row in rows
        ]
        moved = _moved(in_fen, out_fen)
        parts_zh = "、".join(f"{one} {number} 笔({sums})" for one, number, sums in by_month)
        parts_en = ", ".join(f"{one}: {number} ({sums})" for one, number, sums in by_month)
        found = Said(
            f"{lines:,} 笔银行明细未对账,{moved} 元:{parts_zh}",
            f"{lines:,} bank lines wait, {moved} yuan: {parts_en}",
            lines,
            in_fen + out_fen,
        )
    return _check("bank", "银行明细已对账", "Bank lines are matched", found, "warn", matter)


def _moved(in_fen: int, out_fen: int) -> str:
    sides = [(f"+{format_yuan(in_fen)}", in_fen), (f"-{format_yuan(out_fen)}", out_fen)]
    return " ".join(text for text, fen in sides if fen)


def _offset(month: Month, matter: bool) -> Check:
    row = sql.one("finance", "not_offset", receivable.as_known(month.last, None))
    found = None
    if row["accounts"]:
        yuan = format_yuan(row["amount_fen"])
        found = Said(
            f"{row['accounts']:,} 户有预收又欠费,可转 {yuan} 元",
            f"{row['accounts']:,} accounts hold prepayment and owe; {yuan} yuan can be offset",
            row["accounts"],
            row["amount_fen"],
        )
    return _check("offset", "预收已转实收", "Prepayment is offset", found, "warn", matter)


def _tied(month: Month) -> Check:
    report = tie_out(month)
    wrong = [row for row in report.rows if row["difference_fen"]]
    found = None
    if wrong:
        total = sum(abs(row["difference_fen"]) for row in wrong)
        found = Said(
            f"{len(wrong)} 项不符,差额共 {format_yuan(total)} 元:{_parts(wrong, 'zh', '、')}",
            f"{len(wrong)} figures differ by {format_yuan(total)}: {_parts(wrong, 'en', ', ')}",
            len(wrong),
            total,
        )
    matter = any(row["marketing_fen"] or row["book_fen"] for row in report.rows)
    return _check(
        "tied", "两部门账务一致", "Both departments' figures agree", found, "fail", matter
    )


def _parts(rows: Iterable[Mapping[str, Any]], language: str, between: str) -> str:
    return between.join(
        f"{row[f'measure_{language}']} {row['org_unit']} {format_yuan(row['difference_fen'])}"
        for row in rows
    )


def _balanced(month: Month) -> Check:
    report = books.trial_balance(month.last)
    balance_fen = report.totals["balance_fen"] if report.rows else 0
    found = None
    if balance_fen:
        yuan = format_yuan(balance_fen)
        found = Said(
            f"借贷相差 {yuan} 元", f"debit and credit differ by {yuan} yuan", 1, balance_fen
        )
    return _check(
        "balanced", "试算平衡", "The trial balance balances", found, "fail", bool(report.rows)
    )
