"""Decisions on balances: whether a file continues the recorded lines, and the 余额调节表."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from onebook.banking.rules.lines import BankLine


class Closing(NamedTuple):
    """What an account's recorded lines end with before a file: the last day and its balance."""

    day: date
    balance_fen: int


class Gap(NamedTuple):
    """A balance that does not continue: lines of `figure_fen` are missing in [since, until]."""

    since: date
    until: date
    figure_fen: int

    @property
    def joins(self) -> bool:
        """Whether no day lies between, so that a day that is recorded is contradicted."""
        return self.until < self.since


def openings(lines: Sequence[BankLine]) -> list[int]:
    """What a file's first day may open with: the balances before a line that no line ends with.

    One, in whatever order the day is listed; more where the day has breaks. Where the day runs in a
    circle it is the balance before the first line. Empty where the first line prints no balance.
    """
    first = lines[0]
    if first.balance_fen is None:
        return []
    day = [
        (line.balance_fen - line.amount_fen, line.balance_fen)
        for line in lines
        if line.booked_on == first.booked_on and line.balance_fen is not None
    ]
    left = Counter(before for before, _ in day) - Counter(after for _, after in day)
    return list(left) or [day[0][0]]


def gap_before(
    first_on: date, opening_fen: Sequence[int], before: Closing, same_day_fen: Sequence[int]
) -> Gap | None:
    """The gap between the recorded lines and a file's first day; None where it continues them.

    It continues the end of the days before, or, where lines of its own day are recorded already,
    any of their balances `same_day_fen`.
    """
    if {before.balance_fen, *same_day_fen} & set(opening_fen):
        return None
    last_on = first_on if same_day_fen else before.day
    return Gap(
        since=last_on + timedelta(1),
        until=first_on - timedelta(1),
        figure_fen=opening_fen[0] - before.balance_fen,
    )


@dataclass(frozen=True, slots=True)
class ReconciliationStatement:
    """The 余额调节表 in fen: both balances, the four kinds of items, and both adjusted balances.

    The four sums are positive amounts, as the form prints them.
    """

    book_balance_fen: int
    bank_received_fen: int  # 银行已收企业未收
    bank_paid_fen: int  # 银行已付企业未付
    adjusted_book_fen: int
    bank_balance_fen: int
    book_received_fen: int  # 企业已收银行未收
    book_paid_fen: int  # 企业已付银行未付
    adjusted_bank_fen: int

    @property
    def difference_fen(self) -> int:
        """Adjusted book balance minus adjusted bank balance; 0 when every item is known."""
        return self.adjusted_book_fen - self.adjusted_bank_fen

    @property
    def is_equal(self) -> bool:
        """Whether the two adjusted balances agree, as they must."""
        return self.difference_fen == 0


def reconciliation_statement(
    book_balance_fen: int,
    bank_balance_fen: int,
    in_bank_not_book: Sequence[int],
    in_book_not_bank: Sequence[int],
) -> ReconciliationStatement:
    """Adjust both balances by what the other side has and this one has not.

    The items are signed fen seen from the company: money in is positive on either side. 日记账余额
    + 银行已收企业未收 − 银行已付企业未付, and 对账单余额 + 企业已收银行未收 − 企业已付银行未付.
    """
    bank_received_fen, bank_paid_fen = _both_sides(in_bank_not_book)
    book_received_fen, book_paid_fen = _both_sides(in_book_not_bank)
    return ReconciliationStatement(
        book_balance_fen=book_balance_fen,
        bank_received_fen=bank_received_fen,
        bank_paid_fen=bank_paid_fen,
        adjusted_book_fen=book_balance_fen + bank_received_fen - bank_paid_fen,
        bank_balance_fen=bank_balance_fen,
        book_received_fen=book_received_fen,
        book_paid_fen=book_paid_fen,
        adjusted_bank_fen=bank_balance_fen + book_received_fen - book_paid_fen,
    )


def _both_sides(amounts_fen: Sequence[int]) -> tuple[int, int]:
    """Return the sums of what came in and of what went out, both positive."""
    received_fen = sum(amount for amount in amounts_fen if amount > 0)
    return received_fen, received_fen - sum(amounts_fen)
