"""A bank's statement file coming in, and the reconciliation of its lines."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext

from onebook.banking import reads, services
from onebook.banking.errors import AccountContradicted, AccountNotKnown, LayoutUnknown
from onebook.banking.models import BankAccount
from onebook.banking.parsers import Finding, Reject, Statement, StatementLine, parse_statement
from onebook.banking.parsers.messages import read_messages, statements
from onebook.banking.rules import same_account
from onebook.banking.services import LinesTaken, Reconciled
from onebook.infra.tabular import archive, read_grids
from onebook.infra.tabular.grid import collector_paused
from onebook.kernel.money import format_yuan


@dataclass
class StatementTaken:
    """What became of a statement file's rows."""

    name: str
    layout: str
    encoding: str
    account: str
    header: list[str]
    rows_in: int
    taken: int
    unchanged: int
    rejects: list[Reject] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Read(NamedTuple):
    """A statement as read, and the cells of its rows by their numbers."""

    statement: Statement
    cells: Mapping[int, Sequence[str]]


def import_statement(
    data: bytes,
    name: str,
    *,
    account_number: str | None = None,
    person_id: int | None,
    dry_run: bool = False,
) -> StatementTaken:
    """Take in statements in a bank's own layout or an international format, packed or not.

    Lines that are there already change nothing. Two equal real lines are both kept, overlapping
    files add up to their union. Lines that are recorded from another layout change nothing either,
    and a note names that file. Unreadable rows are rejected with their reason, and so are rows that
    contradict a recorded line or only may be one in another layout. A running balance that does not
    add up is a finding; one that contradicts the recorded day before the file is
    BalanceContradicted. A file with statements of several accounts is taken whole or not at all.
    """
    with collector_paused():
        read, notes = _read(data, name)
        sha256 = hashlib.sha256(data).hexdigest()
        with transaction.atomic():
            taken = [
                _record(one, account_number, sha256, person_id=person_id, name=name) for one in read
            ]
            if dry_run:
                transaction.set_rollback(True)
    return _joined(name, taken, notes)


def _read(data: bytes, name: str) -> tuple[list[_Read], list[str]]:
    """Return the statements of a file or of the files in an archive, and what was left out.

    A file in an archive that is no statement (a summary beside the details) is named in a note;
    LayoutUnknown where there is no statement at all.
    """
    packed = archive.members(data, name)
    if packed is None:
        return _read_file(data, name), []
    read: list[_Read] = []
    notes, refusal = [], LayoutUnknown(name=name, row_number=1, found="")
    for member in packed:
        try:
            read += _read_file(member.data, member.name)
        except LayoutUnknown as error:
            refusal = error
            notes.append(
                gettext("{file} holds no statement and was left out").format(file=member.name)
            )
    if not read:
        raise refusal
    return read, notes


def _read_file(data: bytes, name: str) -> list[_Read]:
    found = read_messages(data, name)
    if found is None:
        grids = read_grids(data, name)
        statement = parse_statement(grids)
        (grid,) = (grid for grid in grids if grid.sheet == statement.sheet)
        return [_Read(statement, dict(zip(grid.row_numbers, grid.rows, strict=True)))]
    messages, encoding = found
    return [
        _Read(one, {line.row_number: [_shown(line)] for line in one.lines})
        for one in statements(messages, name, encoding)
    ]


def _shown(line: StatementLine) -> str:
    """A line of a format that has no cells, for the file of rejected rows."""
    parts = (line.booked_on.isoformat(), format_yuan(line.amount_fen), line.counterparty_name)
    return " ".join(filter(None, (*parts, line.remark, line.serial)))


def _record(
    read: _Read, account_number: str | None, sha256: str, *, person_id: int | None, name: str
) -> StatementTaken:
    statement = read.statement
    account = _account(statement, account_number)
    taken = services.record_statement(account, statement, sha256, person_id=person_id)
    refused = [Reject(row, why, read.cells[row]) for row, why in taken.refused.items()]
    return StatementTaken(
        name=name,
        layout=statement.layout,
        encoding=statement.encoding,
        account=account.number,
        header=statement.header,
        rows_in=len(statement.lines) + len(statement.rejects),
        taken=taken.fresh,
        unchanged=len(statement.lines) - taken.fresh - len(taken.refused),
        rejects=sorted([*statement.rejects, *refused], key=lambda reject: reject.row_number),
        findings=[
            one._replace(text=finding_text(one.kind, one.figure_fen, one.days))
            for one in [*taken.findings, *statement.findings]
        ],
        notes=_notes(taken),
    )


def _joined(name: str, parts: Sequence[StatementTaken], notes: Sequence[str]) -> StatementTaken:
    """What became of the whole file: the sums of its statements."""
    return StatementTaken(
        name=name,
        layout=_each(part.layout for part in parts),
        encoding=_each(part.encoding for part in parts),
        account=_each(part.account for part in parts),
        header=parts[0].header if parts else [],
        rows_in=sum(part.rows_in for part in parts),
        taken=sum(part.taken for part in parts),
        unchanged=sum(part.unchanged for part in parts),
        rejects=[reject for part in parts for reject in part.rejects],
        findings=[finding for part in parts for finding in part.findings],
        notes=[*notes, *(note for part in parts for note in part.notes)],
    )


def _each(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _notes(taken: LinesTaken) -> list[str]:
    """Which recorded files the lines known from another layout came from, a note each."""
    files = Counter((one.file_name, one.layout) for one in taken.same)
    said = gettext("{count} lines are those of {file} in the layout {layout}, and changed nothing")
    return [
        said.format(count=f"{count:,}", file=file, layout=layout)
        for (file, layout), count in sorted(files.items())
    ]


def finding_text(kind: str, figure_fen: int | None, days: Sequence[str] | None) -> str:
    """What was found in a statement file, in the reader's language, without its row."""
    since, until = days or ("", "")
    amount = "" if figure_fen is None else format_yuan(figure_fen)
    told = {
        "balance_break": gettext("the balance differs by {amount} from the one before"),
        "balance_unreadable": gettext("the balance cannot be read and proves nothing"),
        "ragged": gettext("cells are missing, or too many and the balance proves the amount"),
        "footer_total": gettext("the stated total differs by {amount} from the lines"),
        "other_sheet": gettext("a further sheet holds a statement, which was not read"),
        "pending": gettext("the entry is not booked yet and was left out"),
        "cut_off": gettext("the file ends before its closing mark: it may have been cut off"),
        "date_order": gettext("whether month or day comes first cannot be told: month is taken"),
        "gap": gettext(
            "lines of {amount} are missing in {since} to {until}: import the statement of these"
            " days"
        ),
    }[kind]
    return told.format(amount=amount, since=since, until=until)


def _account(statement: Statement, named: str | None) -> BankAccount:
    """The account the file states, or the one that was named; AccountNotKnown else.

    A file that states another account than the named one is refused; a masked number (6222****34)
    must fit the named one at both ends.
    """
    stated = statement.account_number
    if named and stated and not same_account(named, stated):
        raise AccountContradicted(name=statement.name, stated=stated, named=named)
    number = named or stated
    account = reads.account_by_number(number) if number else None
    if account is None:
        raise AccountNotKnown(name=statement.name, number=number or "—")
    return account


def reconcile(*, person_id: int | None) -> Reconciled:
    """Match what fits exactly; safe to run again."""
    return services.reconcile(person_id=person_id)
