"""The 余额调节表: both balances as of a day, every item between them, both adjusted balances."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any, NamedTuple

from onebook.banking.rules import ReconciliationStatement, reconciliation_statement
from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.cash import reads as cash
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie

Row = dict[str, Any]


class Break(NamedTuple):
    """A day whose printed balance does not follow from the day before and the day's lines."""

    day: date
    figure_fen: int


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """An account at the end of a day, in fen.

    `summed_fen` is what it opened with and every line since; `printed_fen` what the bank itself
    printed last, on `printed_on` (None: it prints no balance), with the lines of later days, on
    which it printed none. `breaks` say on which days the two part; they add up to `missing_fen`.
    """

    account_id: int
    label: str
    summed_fen: int
    printed_on: date | None
    printed_fen: int | None
    breaks: tuple[Break, ...] = ()

    @property
    def statement_fen(self) -> int:
        """The balance by the bank: as printed, else by adding up."""
        return self.summed_fen if self.printed_fen is None else self.printed_fen

    @property
    def missing_fen(self) -> int:
        """By how much the bank's balance is more than the lines add up to."""
        return self.statement_fen - self.summed_fen


class Item(NamedTuple):
    """What one side has and the other has not, with the bank line or journal behind it.

    Money in to the company is positive.
    """

    on: date
    text: str
    party: str
    reference: str
    amount_fen: int
    line_id: int | None = None
    journal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The statement as of a day: its figures, the accounts behind them, and the items."""

    sums: ReconciliationStatement
    accounts: tuple[AccountBalance, ...]
    in_bank_not_book: tuple[Item, ...]
    in_book_not_bank: tuple[Item, ...]


def reconciliation(as_of: date, known_at: KnownAt = None) -> Reconciliation:
    """Both balances as of a day, as known at a moment, and every item between them.

    The bank's balance is the one it printed itself, never a sum of what was taken in: where lines
    are missing the adjusted balances differ, by the figure that `accounts` names.
    """
    known = known_moment(known_at)
    params = {"as_of": as_of, **known}
    accounts = tuple(_accounts(params))
    at_bank = tuple(
        Item(
            row["booked_on"],
            " ".join(filter(None, (row["summary"], row["remark"]))),
            row["counterparty_name"],
            row["serial"],
            row["amount_fen"],
            line_id=row["id"],
        )
        for row in sql.rows("banking", "unbooked", params)
    )
    in_book = tuple(
        Item(
            row["booked_on"],
            "",
            "",
            str(row["journal_id"]),
            row["amount_fen"],
            journal_id=row["journal_id"],
        )
        for row in sql.rows("banking", "booked_only", params)
    )
    sums = reconciliation_statement(
        books.control_balance("bank", as_of, known["known_at"] or known["known_on"]),
        sum(account.statement_fen for account in accounts),
        [item.amount_fen for item in at_bank],
        [item.amount_fen for item in in_book],
    )
    return Reconciliation(sums, accounts, at_bank, in_book)


def _accounts(params: sql.Params) -> Iterable[AccountBalance]:
    sums = sql.rows("banking", "account_sums", params)
    printed = [row["printed_on"] for row in sums if row["printed_on"]]
    last = _closings(params, min(printed)) if printed else {}
    for row in sums:
        account_id, printed_on = row["account_id"], row["printed_on"]
        days = [one for one in last.get(account_id, ()) if printed_on and one[0] >= printed_on]
        printed_fen = _carried(days)
        found = AccountBalance(
            account_id,
            f"{row['bank']} {row['number'][-4:]}",
            row["opening_fen"] + row["sum_fen"],
            printed_on,
            printed_fen,
        )
        if found.missing_fen:
            # Only then is the whole history of the account gone through.
            history = _closings(params, date.min, account_id)[account_id]
            breaks = tuple(_breaks(row["opening_fen"], history))
            found = AccountBalance(
                account_id, found.label, found.summed_fen, printed_on, printed_fen, breaks
            )
        yield found


Day = tuple[date, int, int | None]
"""A day, the sum of its lines, and the printed balance it ends with (None: none)."""


def _closings(params: sql.Params, since: date, account: int | None = None) -> dict[int, list[Day]]:
    asked = {**params, "since": since, "until": params["as_of"], "account": account}
    days: dict[int, list[Day]] = {}
    for row in sql.rows("banking", "closings", asked):
        day = row["booked_on"], row["sum_fen"], row["closing_fen"]
        days.setdefault(row["account_id"], []).append(day)
    return days


def _carried(days: Sequence[Day]) -> int | None:
    """The last printed balance, carried on by later lines on which none is printed."""
    balance_fen: int | None = None
    for _, sum_fen, closing_fen in days:
        if closing_fen is not None:
            balance_fen = closing_fen
        elif balance_fen is not None:
            balance_fen += sum_fen
    return balance_fen


def _breaks(opening_fen: int, days: Sequence[Day]) -> Iterable[Break]:
    expected_fen = opening_fen
    for day, sum_fen, closing_fen in days:
        expected_fen += sum_fen
        if closing_fen is not None and closing_fen != expected_fen:
            yield Break(day, closing_fen - expected_fen)
            expected_fen = closing_fen


# ------------------------------------------------------------ the form

_SIDES = ("book", "bank")
_FIELDS = (
    ("on", "日期", "Date", "date"),
    ("party", "对方户名", "Counterparty", "text"),
    ("reference", "凭据号", "Reference", "text"),
    ("age", "账龄(天)", "Age (days)", "count"),
    ("fen", "金额", "Amount", "fen"),
)
_TITLES = {
    "book": ("企业银行存款日记账", "By our book"),
    "bank": ("银行对账单", "By the bank's statement"),
}
_COLUMNS = tuple(
    column
    for side in _SIDES
    for column in (
        Column(f"{side}_zh", *_TITLES[side]),
        *(Column(f"{side}_{key}", zh, en, kind) for key, zh, en, kind in _FIELDS),
    )
)


def reconciliation_report(as_of: date, known_at: KnownAt = None) -> Report:
    """The 余额调节表 in its two-sided form, each item with its age, each kind with its subtotal.

    The book's bank account moves when the bank's line is matched, so what we paid in and the bank
    has not credited stands in transit (1012), listed below the form, and not in the bank account.
    Each row's `kind` says what it is: balance, section, item, subtotal, adjusted, check.
    """
    known = known_moment(known_at)
    moment = known["known_at"] or known["known_on"]
    found = reconciliation(as_of, moment)
    transit = [
        Item(item["effective_on"], "", "", item["reference"], item["amount_fen"])
        for item in cash.transit_waiting(as_of, moment)
    ]
    return Report(
        name="bank-reconciliation",
        title_zh="银行存款余额调节表",
        title_en="Bank reconciliation statement",
        as_of=as_of,
        known_at=moment,
        org_unit="*",
        columns=_COLUMNS,
        rows=[*_form(found, as_of), *_checks(found), *_transit(transit, as_of)],
        ties=(
            Tie(
                "adjusted-bank-balance",
                found.sums.adjusted_book_fen,
                found.sums.adjusted_bank_fen,
            ),
            *(
                Tie(f"printed-balance: {one.label}", one.summed_fen, one.printed_fen)
                for one in found.accounts
                if one.printed_fen is not None
            ),
            Tie(
                "transit-control-account",
                sum(item.amount_fen for item in transit),
                books.control_balance("transit", as_of, moment),
            ),
        ),
        basis_zh=f"截至 {as_of};银行对账单余额为银行在该日或之前最后印出的余额",
        basis_en=f"As of {as_of}; the bank's balance is the last it printed on or before that day",
    )


def _form(found: Reconciliation, as_of: date) -> Iterable[Row]:
    sums = found.sums
    yield _two(
        "balance",
        _cell("企业银行存款日记账余额", "Book balance", sums.book_balance_fen, on=as_of),
        _statement_balance(found),
    )
    if len(found.accounts) > 1:
        for one in found.accounts:
            yield _two("account", {}, _account(one))
    yield from _section(
        ("加:银行已收企业未收", "plus received by the bank, not in the book"),
        ("加:企业已收银行未收", "plus received in the book, not at the bank"),
        [item for item in found.in_bank_not_book if item.amount_fen > 0],
        [item for item in found.in_book_not_bank if item.amount_fen > 0],
        as_of,
    )
    yield from _section(
        ("减:银行已付企业未付", "less paid by the bank, not in the book"),
        ("减:企业已付银行未付", "less paid in the book, not at the bank"),
        [item for item in found.in_bank_not_book if item.amount_fen < 0],
        [item for item in found.in_book_not_bank if item.amount_fen < 0],
        as_of,
    )
    yield _two(
        "adjusted",
        _cell("调节后余额", "Adjusted balance", sums.adjusted_book_fen),
        _cell("调节后余额", "Adjusted balance", sums.adjusted_bank_fen),
    )
    yield _two(
        "check",
        _cell("调节后余额之差", "Adjusted balances differ by", sums.difference_fen),
        {},
    )


def _statement_balance(found: Reconciliation) -> Row:
    row = _cell("银行对账单余额", "Bank balance", found.sums.bank_balance_fen)
    if len(found.accounts) != 1:
        return row
    account = _account(found.accounts[0])
    return row | {"on": account["on"], "party": account["party"]}


def _account(one: AccountBalance) -> Row:
    zh, en = ("其中:印出余额", "of it: as printed")
    if one.printed_on is None:
        zh, en = ("其中:未印余额,按期初加明细", "of it: none printed, opening and lines")
    return _cell(zh, en, one.statement_fen, on=one.printed_on, party=one.label)


def _section(
    book: tuple[str, str],
    bank: tuple[str, str],
    book_items: Sequence[Item],
    bank_items: Sequence[Item],
    as_of: date,
) -> Iterable[Row]:
    """A heading on each side, the items of one kind side by side, and their subtotals."""
    yield _two("section", _cell(*book), _cell(*bank))
    for left, right in zip_longest(book_items, bank_items):
        yield _two("item", _item(left, as_of), _item(right, as_of))
    yield _two("subtotal", _subtotal(book_items), _subtotal(bank_items))


def _item(item: Item | None, as_of: date) -> Row:
    if item is None:
        return {}
    text = item.text
    cell = _cell(text, text, abs(item.amount_fen), on=item.on, party=item.party)
    behind = {"line_id": item.line_id, "journal_id": item.journal_id}
    return cell | behind | {"reference": item.reference, "age": (as_of - item.on).days}


def _subtotal(items: Sequence[Item]) -> Row:
    count = len(items)
    sum_fen = sum(abs(item.amount_fen) for item in items)
    return _cell(f"小计 {count} 笔", f"Subtotal, {count} items", sum_fen)


def _checks(found: Reconciliation) -> Iterable[Row]:
    """The bank's printed balance against the sum of its lines, and the days on which they part."""
    for one in found.accounts:
        if one.printed_fen is None:
            continue
        summed = _cell("核对:期初加逐笔发生额", "Check: opening and every line", one.summed_fen)
        yield _two("check", {}, summed | {"party": one.label})
        differs = _cell("印出余额与逐笔之差", "Printed balance less that", one.missing_fen)
        yield _two("check", {}, differs | {"party": one.label})
        for day, figure_fen in one.breaks:
            at = _cell(
                "其中:自此日之前缺明细或金额不符", "of it: lines missing up to, or wrong on",
                figure_fen, on=day,
            )  # fmt: skip
            yield _two("check", {}, at | {"party": one.label})


def _transit(items: Sequence[Item], as_of: date) -> Iterable[Row]:
    """What was paid in and not credited yet: no part of the bank account in the book."""
    heading = ("备查:在途资金(已解款未到账,科目 1012)", "For reference: in transit (1012)")
    yield _two("section", _cell(*heading), {})
    for item in items:
        yield _two("item", _item(item, as_of), {})
    yield _two("subtotal", _subtotal(items), {})


def _cell(
    zh: str, en: str, amount_fen: int | None = None, *, on: date | None = None, party: str = ""
) -> Row:
    return {"zh": zh, "en": en, "on": on, "party": party, "fen": amount_fen}


def _two(kind: str, book: Row, bank: Row) -> Row:
    """One row of the form from what its two sides hold."""
    texts = dict.fromkeys(("zh", "en", "party", "reference"), "")
    empty = texts | dict.fromkeys(("on", "age", "fen", "line_id", "journal_id"))
    return {
        "kind": kind,
        **{f"book_{key}": value for key, value in (empty | book).items()},
        **{f"bank_{key}": value for key, value in (empty | bank).items()},
    }
