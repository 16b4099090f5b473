"""What a parser is given (sheets of text cells) and what it gives (a statement)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple, Protocol

from onebook.kernel.errors import OnebookError


class RejectedCells(Protocol):
    """A line that could not even be split into cells."""

    @property
    def row_number(self) -> int: ...
    @property
    def reason(self) -> OnebookError | str: ...
    @property
    def cells(self) -> Sequence[str]: ...


class SheetOfText(Protocol):
    """One sheet of a file as rows of text cells with the file's own row numbers.

    `kinds` (workbooks only): a letter a cell, n number, f formula without a stored result.
    `ends_open`: the file ends without a line end, so the last line may be cut off.
    """

    @property
    def name(self) -> str: ...
    @property
    def sheet(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[str]]: ...
    @property
    def row_numbers(self) -> Sequence[int]: ...
    @property
    def kinds(self) -> Sequence[str] | None: ...
    @property
    def rejects(self) -> Sequence[RejectedCells]: ...
    @property
    def ends_open(self) -> bool: ...


class StatementLine(NamedTuple):
    """One booked line. Amounts are fen; money that came in to the account's owner is positive.

    `booked_time` is None where the bank gives none, or gives one of another day than
    `booked_on`. Texts are empty, `serial` and `balance_fen` None, where the bank gives none.
    """

    row_number: int
    booked_on: date
    booked_time: time | None
    amount_fen: int
    balance_fen: int | None
    currency: str
    counterparty_name: str
    counterparty_account: str
    summary: str
    remark: str
    serial: str | None


class Reject(NamedTuple):
    """A row that was not taken; `str(reason)` is the message in English."""

    row_number: int
    reason: OnebookError | str
    cells: Sequence[str]


class Finding(NamedTuple):
    """Something a person should know of a statement that was taken all the same.

    `kind` is one of balance_break (`figure_fen`: stated minus expected balance),
    balance_unreadable, ragged (cells missing, or too many and the balance proves the amount),
    footer_total (`figure_fen`: the footer's total minus the sum of the lines), other_sheet, gap
    (`figure_fen`: what the recorded lines before the file lack; `days`: first and last ISO day).
    """

    kind: str
    row_number: int
    text: str
    figure_fen: int | None
    days: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement file as read; `lines` are the oldest first whatever the file's order was.

    `account_number` is as the file writes it (it may be masked), None where it does not say.
    `header` is the row of headings, for the file of rejects.
    """

    name: str
    sheet: str
    layout: str
    encoding: str
    account_number: str | None
    is_descending: bool
    header: list[str]
    lines: list[StatementLine]
    rejects: list[Reject]
    findings: list[Finding]

    @property
    def opening_balance_fen(self) -> int | None:
        """The balance before the first line, None where the file gives no balance."""
        first = self.lines[0] if self.lines else None
        if first is None or first.balance_fen is None:
            return None
        return first.balance_fen - first.amount_fen

    @property
    def closing_balance_fen(self) -> int | None:
        """The balance after the last line, None where the file gives no balance."""
        return self.lines[-1].balance_fen if self.lines else None
