"""A bank's statement file coming in, and the reconciliation of its lines."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext

from onebook.banking import reads, services
from onebook.banking.errors import AccountContradicted, AccountNotKnown
from onebook.banking.models import BankAccount
from onebook.banking.parsers import Finding, Reject, Statement, parse_statement
from onebook.banking.rules import same_account
from onebook.banking.services import LinesTaken, Reconciled
from onebook.infra.tabular import Grid, read_grids
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


def import_statement(
    data: bytes,
    name: str,
    *,
    account_number: str | None = None,
    person_id: int | None,
    dry_run: bool = False,
) -> StatementTaken:
    """Take in a statement in a bank's own layout; lines that are there already change nothing.

    Two equal real lines are both kept, overlapping files add up to their union. Lines that are
    recorded from another layout change nothing either, and a note names that file. Unreadable rows
    are rejected with their reason, and so are rows that contradict a recorded line or only may be
    one in another layout. A running balance that does not add up is a finding; one that contradicts
    the recorded day before the file is BalanceContradicted.
    """
    with collector_paused():
        grids = read_grids(data, name)
        statement = parse_statement(grids)
        account = _account(statement, account_number)
        sha256 = hashlib.sha256(data).hexdigest()
        with transaction.atomic():
            taken = services.record_statement(account, statement, sha256, person_id=person_id)
            if dry_run:
                transaction.set_rollback(True)
    rejects = [*statement.rejects, *_refused(taken, statement, grids)]
    return StatementTaken(
        name=name,
        layout=statement.layout,
        encoding=statement.encoding,
        account=account.number,
        header=statement.header,
        rows_in=len(statement.lines) + len(statement.rejects),
        taken=taken.fresh,
        unchanged=len(statement.lines) - taken.fresh - len(taken.refused),
        rejects=sorted(rejects, key=lambda reject: reject.row_number),
        findings=[
            one._replace(text=finding_text(one.kind, one.figure_fen, one.days))
            for one in [*taken.findings, *statement.findings]
        ],
        notes=_notes(taken),
    )


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
        "gap": gettext(
            "lines of {amount} are missing in {since} to {until}: import the statement of these"
            " days"
        ),
    }[kind]
    return told.format(amount=amount, since=since, until=until)


def _refused(taken: LinesTaken, statement: Statement, grids: Sequence[Grid]) -> list[Reject]:
    """The refused lines with their cells as they stand in the file."""
    if not taken.refused:
        return []
    (grid,) = (grid for grid in grids if grid.sheet == statement.sheet)
    cells = dict(zip(grid.row_numbers, grid.rows, strict=True))
    return [Reject(number, reason, cells[number]) for number, reason in taken.refused.items()]


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
