"""What a reader of a format gives: one statement with the balances that the bank states."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from onebook.banking.parsers.types import Finding, Reject, StatementLine
from onebook.kernel.errors import OnebookError


@dataclass(slots=True)
class Message:
    """One statement of one account as its format states it; lines stand in the file's order.

    `layout` names the format (mt940, camt.053, ofx, bai2, qif…). `opening_fen` and `closing_fen`
    are None where the format gives none. A line has no balance of its own here.
    """

    layout: str
    account_number: str | None = None
    currency: str = ""
    opening_fen: int | None = None
    closing_fen: int | None = None
    lines: list[StatementLine] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def reject(self, row_number: int, reason: OnebookError, cells: Sequence[str]) -> None:
        """Keep a line that cannot be read with its place and its text."""
        self.rejects.append(Reject(row_number, reason, cells))

    def find(self, kind: str, row_number: int, text: str, figure_fen: int | None = None) -> None:
        """Note something that a person should know of what was taken all the same."""
        self.findings.append(Finding(kind, row_number, text, figure_fen))
