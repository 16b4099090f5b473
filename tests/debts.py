"""Short builders of a company whose customers owe, straight into the book, without readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import numpy as np
from django.db import connection, transaction

from onebook.cash import services as cash
from onebook.cash.errors import ReversalNeedsApproval
from onebook.hub import services as hub
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.receivable import reads as receivable_reads
from onebook.receivable import services as receivable
from onebook.receivable.models import OpenItem
from onebook.work import reads as work_reads
from onebook.work import services as work

OPENED_ON = date(2020, 1, 1)


@dataclass(frozen=True)
class Company:
    """Unit ids and person ids of a company with two districts."""

    root: int
    east: int
    west: int
    cashier: int
    accountant: int
    marketing: int
    finance: int
    leader: int


def company() -> Company:
    """A company with two districts and one person a role, each over the whole company."""
    root = org.create_unit("33", "省公司", by=org.SYSTEM).pk
    east = org.create_unit("3301", "城东", root, by=org.SYSTEM).pk
    west = org.create_unit("3302", "城西", root, by=org.SYSTEM).pk
    roles = {
        "cashier": Role.CASHIER,
        "accountant": Role.ACCOUNTANT,
        "marketing": Role.MARKETING_MANAGER,
        "finance": Role.FINANCE_MANAGER,
        "leader": Role.TEAM_LEADER,
    }
    people = {}
    for username, role in roles.items():
        # No password to hash: that would cost more than the rest of the test.
        people[username] = Person.objects.create(username=username, name=username, password="!").pk
        org.grant_role(people[username], role, root, by=org.SYSTEM)
    return Company(root, east, west, **people)


def account(number: str, org_unit_id: int, category_id: int = 1) -> int:
    """A service account with a customer of its own; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customer_customer (id, number, name, phone, simulated)"
            " VALUES (nextval('customer_customer_ids'), %s, %s, '', false) RETURNING id",
            [f"C{number}", f"客户{number}"],
        )
        customer_id = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO customer_service_account (id, number, customer_id, org_unit_id,"
            " category_id, address, voltage, capacity_kva, opened_on)"
            " VALUES (nextval('customer_service_account_ids'), %s, %s, %s, %s, '', '', 0, %s)"
            " RETURNING id",
            [number, customer_id, org_unit_id, category_id, OPENED_ON],
        )
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Debt:
    """An opening item: who owes how much for which month, due when."""

    account: int
    amount_fen: int
    month: Month
    due_on: date


def owe(debts: Sequence[Debt], *, effective_on: date, org_unit_id: int) -> list[int]:
    """Open items by one opening file; their ids in the given order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, org_unit_id, category_id FROM customer_service_account WHERE id = ANY(%s)",
            [[debt.account for debt in debts]],
        )
        found = {row[0]: row for row in cursor.fetchall()}
    columns = [found[debt.account] for debt in debts]
    items = receivable.NewItems(
        kind=OpenItem.Kind.OPENING,
        source_id=np.zeros(len(debts), np.int64),
        service_account_id=np.array([debt.account for debt in debts], np.int64),
        org_unit_id=np.array([column[1] for column in columns], np.int64),
        category_id=np.array([column[2] for column in columns], np.int16),
        bill_month=np.array([debt.month.first for debt in debts], "datetime64[D]"),
        due_on=np.array([debt.due_on for debt in debts], "datetime64[D]"),
        principal_fen=np.array([debt.amount_fen for debt in debts], np.int64),
    )
    opening = {
        "name": "opening.csv",
        "sha256": uuid4().hex,
        "org_unit_id": org_unit_id,
        "effective_on": effective_on,
    }
    with transaction.atomic():
        return [int(i) for i in receivable.take_opening(items, opening, person_id=org.SYSTEM)]


def remaining(account_id: int, as_of: date) -> dict[int, int]:
    """Item -> what remains of it, for all items of an account (settled ones too)."""
    rows = receivable_reads.items_of_account(account_id, as_of)
    return {row["id"]: row["remaining_fen"] for row in rows}


def book_balances(as_of: date) -> dict[str, int]:
    """Account code -> balance, where it is not zero."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_code, sum(amount_fen)::bigint FROM books_v_posting"
            " WHERE effective_on <= %s GROUP BY 1 HAVING sum(amount_fen) <> 0",
            [as_of],
        )
        return dict(cursor.fetchall())


def events() -> list[str]:
    """The events of all journals in the order they were recorded: there are no others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT event FROM books_journal ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def take_back(receipt: int, cashier: int, approvers: Sequence[int]) -> None:
    """Reverse a receipt today: by the cashier alone where that may be, else as others approve."""
    today = clock.today()
    try:
        cash.reverse_receipt(receipt, "错户", effective_on=today, person_id=cashier)
    except ReversalNeedsApproval:
        asked = work_reads.approval_of(*cash.REVERSAL, receipt)
        approval = asked["id"] if asked else ask_back(receipt, cashier)
        for person, _ in zip(approvers, work_reads.steps_of(approval), strict=False):
            hub.decide(approval, "approve", "已核", by=person)


def ask_back(receipt: int, cashier: int) -> int:
    """Ask that a receipt be reversed, with its slip; the request."""
    slip = [work.File("slip.jpg", b"the slip")]
    return cash.request_reversal(receipt, "错户,已核收据", slip, by=cashier)
