"""Our bank accounts, and the lines of their statements coming in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from psycopg.types.json import Jsonb

from onebook.banking import reads
from onebook.banking.errors import BalanceContradicted, BankAccountExists, CurrencyForeign
from onebook.banking.models import BankAccount
from onebook.banking.parsers import Finding, Statement, StatementLine
from onebook.banking.rules import (
    Closing,
    Gap,
    Key,
    Recorded,
    fingerprint,
    gap_before,
    number_occurrences,
    openings,
    overlap,
    plain_serial,
)
from onebook.books import services as books
from onebook.books.services import JournalRow
from onebook.infra import clock, ids
from onebook.infra.copy import copy_texts
from onebook.infra.write import insert
from onebook.kernel.cells import Faults, reject_future
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import format_yuan
from onebook.org import services as org
from onebook.org.rules import Action

CURRENCY = "CNY"
_COLUMNS = (
    "id", "bank_account_id", "file_id", "row_number", "fingerprint", "occurrence", "booked_on",
    "amount_fen", "balance_fen", "counterparty_name", "counterparty_account", "summary", "remark",
    "serial",
)  # fmt: skip
_TEXTS = ("counterparty_name", "counterparty_account", "summary", "remark", "serial")


@dataclass(frozen=True, slots=True)
class LinesTaken:
    """What became of a statement's lines: how many are new, the refused by row, what was found.

    `same`: the recorded lines, of files in another layout, that lines of this one are.
    """

    fresh: int
    refused: dict[int, OnebookError]
    findings: list[Finding]
    same: list[Recorded] = field(default_factory=list)


@transaction.atomic
def open_account(
    number: str,
    bank: str,
    name: str,
    org_unit_id: int,
    opening_fen: int,
    opening_on: date,
    *,
    person_id: int | None,
) -> BankAccount:
    """Register one of our bank accounts, with the balance it opens with in the book.

    BankAccountExists, DayInFuture, NotAllowed.
    """
    org.require(person_id, Action.IMPORT_STATEMENT, org_unit_id)
    clock.refuse_future(opening_on)
    if BankAccount.objects.filter(number=number).exists():
        raise BankAccountExists(number=number)
    account = BankAccount.objects.create(
        number=number,
        bank=bank,
        name=name,
        org_unit_id=org_unit_id,
        opening_fen=opening_fen,
        opening_on=opening_on,
    )
    if opening_fen:
        journal_id = int(books.allot_journals(1)[0])
        row = JournalRow(
            journal_id,
            "opening.bank",
            "bank_opening",
            account.pk,
            org_unit_id,
            opening_on,
            person_id,
        )
        rule = books.accounts(row.event, opening_on)["amount"]
        amounts = [(rule.debit, opening_fen), (rule.credit, -opening_fen)]
        books.post([row], [books.summed(journal_id, org_unit_id, amounts)])
    return account


@transaction.atomic
def record_statement(
    account: BankAccount, statement: Statement, sha256: str, *, person_id: int | None
) -> LinesTaken:
    """Record a statement's lines that are not there yet.

    A line that contradicts a recorded one, or may be one in another guise, is refused by itself,
    as is one of a day to come.
    A file whose first balance contradicts the day before it is refused whole
    (BalanceContradicted); after days without a line the missing sum is a finding. A file that
    brings nothing new leaves no row at all.
    """
    org.require(person_id, Action.IMPORT_STATEMENT, account.org_unit_id)
    reads.lock_account(account.pk)
    lines = [line for line in statement.lines if line.currency == CURRENCY]
    refused: dict[int, OnebookError] = {
        line.row_number: CurrencyForeign(currency=line.currency)
        for line in statement.lines
        if line.currency != CURRENCY
    }
    lines = _happened(lines, refused)
    if not lines:
        return LinesTaken(0, refused, [])
    prints = [fingerprint(line) for line in lines]
    keys = list(zip(prints, number_occurrences(prints), strict=True))
    recorded = reads.recorded(account.pk, lines[0].booked_on, lines[-1].booked_on)
    found = overlap(lines, keys, recorded, statement.layout)
    refused |= {lines[place].row_number: why for place, why in found.refused.items()}
    same = list(found.same.values())
    if not found.fresh:
        return LinesTaken(0, refused, [], same)
    known = {(one.fingerprint, one.occurrence) for one in recorded}
    gaps = [] if keys[0] in known or 0 in found.same else _continue(account, statement, lines)
    file_id = ids.take("banking_statement_file")
    insert(
        "banking_statement_file",
        id=file_id,
        bank_account_id=account.pk,
        name=statement.name,
        sha256=sha256,
        layout=statement.layout,
        encoding=statement.encoding,
        lines_in=len(statement.lines),
        lines_new=len(found.fresh),
        lines_rejected=len(statement.rejects) + len(refused),
        findings=Jsonb([finding._asdict() for finding in [*gaps, *statement.findings]]),
        person_id=person_id,
    )
    _copy_lines(account.pk, file_id, [(lines[place], keys[place]) for place in found.fresh])
    return LinesTaken(len(found.fresh), refused, gaps, same)


def _happened(
    lines: Sequence[StatementLine], refused: dict[int, OnebookError]
) -> list[StatementLine]:
    """The lines without those of days to come, which are refused (DayInFuture)."""
    faults: Faults = {}
    reject_future([line.booked_on for line in lines], clock.today(), faults)
    refused |= {lines[place].row_number: why for place, why in faults.items()}
    return [line for place, line in enumerate(lines) if place not in faults]


def _continue(
    account: BankAccount, statement: Statement, lines: Sequence[StatementLine]
) -> list[Finding]:
    """Hold a file's first balance against the recorded one before it; the gap, where days lie
    between.
    """
    first, possible_fen = lines[0], openings(lines)
    if not possible_fen:
        return []
    opening_fen = possible_fen[0]
    recorded = reads.closing_before(account.pk, first.booked_on)
    if recorded is None and first.booked_on < account.opening_on:
        return []
    before = recorded or Closing(account.opening_on, account.opening_fen)
    same_day_fen = reads.balances_of(account.pk, first.booked_on)
    gap = gap_before(first.booked_on, possible_fen, before, same_day_fen)
    if gap is None:
        return []
    if recorded is None:
        return [_opening_finding(account, first, opening_fen)]
    if gap.joins and not _begins_with_reject(statement, first):
        raise BalanceContradicted(
            name=statement.name,
            opening=format_yuan(opening_fen),
            day=first.booked_on.isoformat(),
            closing=format_yuan(before.balance_fen),
            last_day=before.day.isoformat(),
            difference=format_yuan(gap.figure_fen),
        )
    return [_gap_finding(first, opening_fen, before, gap)]


def _begins_with_reject(statement: Statement, first: StatementLine) -> bool:
    """Whether a rejected row of the file stands before its first line and explains the gap."""
    after = -1 if statement.is_descending else 1
    return any((first.row_number - one.row_number) * after > 0 for one in statement.rejects)


def _opening_finding(account: BankAccount, first: StatementLine, opening_fen: int) -> Finding:
    difference_fen = opening_fen - account.opening_fen
    text = (
        f"Row {first.row_number}: the statement opens with {format_yuan(opening_fen)} on "
        f"{first.booked_on}, the account is registered with {format_yuan(account.opening_fen)} "
        f"since {account.opening_on}. Lines of {format_yuan(difference_fen)} are missing between."
    )
    days = (account.opening_on.isoformat(), first.booked_on.isoformat())
    return Finding("gap", first.row_number, text, difference_fen, days)


def _gap_finding(first: StatementLine, opening_fen: int, before: Closing, gap: Gap) -> Finding:
    since, until = (before.day, first.booked_on) if gap.joins else (gap.since, gap.until)
    text = (
        f"Row {first.row_number}: the statement opens with {format_yuan(opening_fen)} on "
        f"{first.booked_on}, the recorded lines end with {format_yuan(before.balance_fen)} on "
        f"{before.day}. Lines of {format_yuan(gap.figure_fen)} are missing in {since} to {until}: "
        "import the statement of these days."
    )
    days = (since.isoformat(), until.isoformat())
    return Finding("gap", first.row_number, text, gap.figure_fen, days)


def _copy_lines(account_id: int, file_id: int, lines: Sequence[tuple[StatementLine, Key]]) -> None:
    """COPY lines in, their ids in the file's order; the account's lock keeps others out."""
    numbers = ids.allot("banking_line", len(lines)).tolist()
    rows = [
        (
            number,
            account_id,
            file_id,
            line.row_number,
            f"\\x{key[0].hex()}",
            key[1],
            line.booked_on,
            line.amount_fen,
            line.balance_fen,
            line.counterparty_name,
            line.counterparty_account,
            line.summary,
            line.remark,
            plain_serial(line.serial),
        )
        for number, (line, key) in zip(numbers, lines, strict=True)
    ]
    columns = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))
    copy_texts("banking_line", columns, texts=_TEXTS)
