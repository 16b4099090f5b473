"""Puts the statements of one account in a file together, and fills the running balances in."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from onebook.banking.parsers.balance import break_findings, prove
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.types import Finding, Reject, Statement, StatementLine

HEADER = ["报文"]
SHORTEST_ACCOUNT = 4


def statements(messages: Sequence[Message], name: str, encoding: str) -> list[Statement]:
    """Return one statement an account, its lines the oldest first, in the order of the file.

    The formats state balances of days, not of lines: the opening balance plus the lines so far
    stands for the bank's balance after each of them, and the stated closing balance after the
    last. Where the two part, that step is a finding with its figure, as is a statement that does
    not open with what the one before it closed with.
    """
    by_account: dict[str | None, list[Message]] = {}
    for message in messages:
        by_account.setdefault(message.account_number, []).append(message)
    return [_statement(account, parts, name, encoding) for account, parts in by_account.items()]


def _statement(
    account: str | None, parts: Sequence[Message], name: str, encoding: str
) -> Statement:
    in_order = sorted(parts, key=_first_day)
    lines = [line for part in in_order for line in _with_balances(part)]
    findings: list[Finding] = [one for part in in_order for one in part.findings]
    findings += break_findings(prove(lines))
    rejects: list[Reject] = [one for part in in_order for one in part.rejects]
    return Statement(
        name=name,
        sheet="",
        layout=parts[0].layout,
        encoding=encoding,
        account_number=_without_bank(account),
        is_descending=False,
        header=HEADER,
        lines=lines,
        rejects=sorted(rejects, key=lambda reject: reject.row_number),
        findings=sorted(findings, key=lambda finding: finding.row_number),
    )


def _without_bank(account: str | None) -> str | None:
    """Return the number behind the bank's own (50880050/0194791600888), as accounts are known."""
    bank, slash, number = (account or "").rpartition("/")
    return number if slash and bank and len(number) >= SHORTEST_ACCOUNT else account


def _first_day(part: Message) -> str:
    """Sort key: the first day of a part, nothing for one without lines, which adds none."""
    return min((line.booked_on.isoformat() for line in part.lines), default="")


def _with_balances(part: Message) -> list[StatementLine]:
    lines = by_day(part.lines)
    opening_fen = part.opening_fen
    if opening_fen is None and part.closing_fen is not None:
        opening_fen = part.closing_fen - sum(line.amount_fen for line in lines)
    if opening_fen is None or len({line.currency for line in lines}) > 1:
        return lines
    balance_fen = opening_fen
    filled = []
    for place, line in enumerate(lines, 1):
        balance_fen += line.amount_fen
        is_last = place == len(lines) and part.closing_fen is not None
        stated_fen = part.closing_fen if is_last else balance_fen
        filled.append(line._replace(balance_fen=stated_fen))
    return filled


def by_day(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """Return the lines by day; within a day in the file's order, or against it in a file that
    runs backward.
    """
    as_read = list(lines)
    days = [day for day, _ in groupby(as_read, key=lambda line: line.booked_on)]
    if len(days) > 1 and days == sorted(days, reverse=True):
        as_read.reverse()
    return sorted(as_read, key=lambda line: line.booked_on)
