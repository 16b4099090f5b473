"""A bank's statement file coming in, and the reconciliation of its lines."""

import hashlib
from dataclasses import dataclass, field

from django.db import transaction
from psycopg.types.json import Jsonb

from onebook.banking import reads, services
from onebook.banking.errors import AccountContradicted, AccountNotKnown
from onebook.banking.models import BankAccount
from onebook.banking.parsers import Finding, Reject, Statement, parse_statement
from onebook.banking.rules import same_account
from onebook.banking.services import Reconciled
from onebook.infra.tabular import read_grids
from onebook.org import services as org
from onebook.org.rules import Action


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


def import_statement(
    data: bytes,
    name: str,
    *,
    account_number: str | None = None,
    person_id: int | None,
    dry_run: bool = False,
) -> StatementTaken:
    """Take in a statement in a bank's own layout; lines that are there already change nothing.

    Two equal real lines are both kept, overlapping files add up to their union, unreadable rows
    are rejected with their reason, a running balance that does not add up is a finding.
    """
    statement = parse_statement(read_grids(data, name))
    account = _account(statement, account_number)
    org.require(person_id, Action.IMPORT_STATEMENT, account.org_unit_id)
    file = {
        "name": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "layout": statement.layout,
        "encoding": statement.encoding,
        "rejected": len(statement.rejects),
        "findings": Jsonb([finding._asdict() for finding in statement.findings]),
    }
    with transaction.atomic():
        fresh = services.record_lines(account, statement.lines, file, person_id=person_id)
        if dry_run:
            transaction.set_rollback(True)
    return StatementTaken(
        name=name,
        layout=statement.layout,
        encoding=statement.encoding,
        account=account.number,
        header=statement.header,
        rows_in=len(statement.lines) + len(statement.rejects),
        taken=fresh,
        unchanged=len(statement.lines) - fresh,
        rejects=statement.rejects,
        findings=statement.findings,
    )


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
