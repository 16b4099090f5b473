"""Open items from the last closed month's snapshot are those of the full scan, at any date."""

import itertools
import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from onebook.books import services as books
from onebook.cash import services as cash
from onebook.cash.errors import PrepaymentUsed
from onebook.infra import clock, logins, sql
from onebook.infra.clock import known_moment
from onebook.kernel.periods import Month
from onebook.receivable import reads, services
from onebook.receivable.models import Snapshot, SnapshotItem
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
AFTER = date(2026, 12, 20)


_slips = itertools.count(1)


def pay(number: str, amount_fen: int, day: date, company: Company) -> int:
    """Pay at the counter for the account of this number; the receipt's id."""
    slip = f"S{next(_slips)}"
    return cash.take_cash(
        number, amount_fen, external_ref=slip, effective_on=day, person_id=company.cashier
    )


def close(month: Month) -> None:
    """Lock a month and keep what is open, as the second signature of its form does."""
    with transaction.atomic():
        books.lock_month(month, person_id=None)
        services.take_snapshot(month.last)


def scanned(as_of: date, known_at: datetime | None = None) -> list[dict[str, Any]]:
    """The open items without any snapshot."""
    asked = {"as_of": as_of, "units": None, "snapshot": None, **known_moment(known_at)}
    return sql.rows(
        "receivable",
        "items_page",
        {**asked, "bucket": None, "bounds": [1], "limit": None, "offset": 0},
    )


def test_every_date_and_moment_is_that_of_the_full_scan(own_database: "OwnDatabase") -> None:
    moments, receipts, dice = [], [], random.Random(8)
    with clock.on(SEPTEMBER.first):
        company = builders.company()
        accounts = [builders.account(str(n), (company.east, company.west)[n % 2]) for n in range(6)]
    day = SEPTEMBER.first
    while day <= AFTER:
        with clock.on(day):
            if day.day == 5 and day > date(2026, 9, 5):
                close(Month.of(day).plus(-1))
            if day.day in (2, 12):
                owed = [Debt(a, dice.randint(100, 900), Month.of(day), day) for a in accounts]
                builders.owe(owed, effective_on=day, org_unit_id=company.root)
            late = max(day - timedelta(dice.randint(0, 3)), Month.of(day).first)
            receipts.append(
                pay(str(dice.randrange(len(accounts))), dice.randint(1, 700), late, company)
            )
            if dice.random() < 0.25:
                taken_back = receipts.pop(dice.randrange(len(receipts)))
                try:
                    builders.take_back(taken_back, company.cashier, [company.leader])
                except PrepaymentUsed:
                    receipts.append(taken_back)
        if day.day in (4, 6, 20, 28):
            moments.append(clock.watermark())
        day += timedelta(1)
    with clock.on(AFTER + timedelta(1)):
        assert [str(one.as_of) for one in reads.snapshots()] == [
            "2026-09-30", "2026-10-31", "2026-11-30",
        ]  # fmt: skip
        used = set()
        for as_of in (SEPTEMBER.first + timedelta(3 * step) for step in range(37)):
            for moment in (None, *moments):
                used.add(reads.as_known(as_of, moment)["snapshot"])
                found = reads.open_items(as_of, moment)
                assert plain(found) == plain(scanned(as_of, moment)), (as_of, moment)
                owed_fen = sum(row["remaining_fen"] for row in found)
                assert reads.owed(as_of, moment) == owed_fen
                assert reads.aging(as_of, moment).tied()
        assert used == {None, *(one.as_of for one in reads.snapshots())}
        assert [reads.snapshot_problems(one.as_of) for one in reads.snapshots()] == [[], [], []]
    # A close leaves no pages that every later question would have to read.
    with own_database.connect("owner") as owner:
        for index in ("receivable_item_effective", "receivable_settled_effective"):
            new = owner.execute(
                "SELECT brin_summarize_new_values(%s::regclass)", [index]
            ).fetchone()
            assert new == (0,), index


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        ({k: v for k, v in row.items() if k != "days_past_due"} for row in rows),
        key=lambda row: row["id"],
    )


@pytest.fixture
def settled_in_september(own_database: "OwnDatabase") -> tuple[Company, int, int, int]:
    """One item of 10.00 paid in September, one of 5.00 that is not; September closed."""
    with clock.on(date(2026, 9, 20)):
        company = builders.company()
        account, other = (builders.account(number, company.east) for number in ("1", "2"))
        debts = [Debt(account, 1000, SEPTEMBER, AFTER), Debt(other, 500, SEPTEMBER, AFTER)]
        paid, unpaid = builders.owe(debts, effective_on=date(2026, 9, 5), org_unit_id=company.root)
        receipt = pay("1", 1000, date(2026, 9, 20), company)
    with clock.on(date(2026, 10, 8)):
        close(SEPTEMBER)
        return company, paid, unpaid, receipt


def test_what_is_undone_after_the_close_is_owed_again(
    settled_in_september: tuple[Company, int, int, int],
) -> None:
    company, paid, unpaid, receipt = settled_in_september
    with clock.on(date(2026, 10, 9)):
        builders.take_back(receipt, company.cashier, [company.leader])
        assert remaining(date(2026, 9, 30)) == {unpaid: 500}
        assert remaining(date(2026, 10, 9)) == {paid: 1000, unpaid: 500}
        assert reads.as_known(date(2026, 10, 9), None)["snapshot"] == SEPTEMBER.last


def remaining(as_of: date) -> dict[int, int]:
    return {row["id"]: row["remaining_fen"] for row in reads.open_items(as_of)}


def test_a_moment_before_the_snapshot_does_not_see_it(own_database: "OwnDatabase") -> None:
    with clock.on(date(2026, 9, 20)):
        company = builders.company()
        account = builders.account("1", company.east)
        builders.owe(
            [Debt(account, 1000, SEPTEMBER, AFTER)],
            effective_on=date(2026, 9, 5),
            org_unit_id=company.root,
        )
    before = clock.watermark()
    with clock.on(date(2026, 10, 3)):
        pay("1", 400, date(2026, 9, 29), company)
        close(SEPTEMBER)
        assert reads.as_known(AFTER, before)["snapshot"] is None
        assert [reads.owed(AFTER, moment) for moment in (before, None)] == [1000, 600]


def test_a_snapshot_is_taken_once_and_never_changed(
    settled_in_september: tuple[Company, int, int, int],
) -> None:
    _, _, unpaid, _ = settled_in_september
    before = list(Snapshot.objects.values())
    close(SEPTEMBER)
    assert list(Snapshot.objects.values()) == before
    assert [(one["items"], one["remaining_fen"]) for one in before] == [(1, 500)]
    assert list(SnapshotItem.objects.values_list("open_item_id", "remaining_fen")) == [
        (unpaid, 500)
    ]
    for statement in (
        "UPDATE receivable_snapshot_item SET remaining_fen = 1",
        "DELETE FROM receivable_snapshot",
    ):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_altered_snapshot_is_named(
    settled_in_september: tuple[Company, int, int, int], own_database: "OwnDatabase"
) -> None:
    _, _, unpaid, _ = settled_in_september
    with psycopg.connect(**logins.superuser_dsn(own_database.name)) as session:
        session.execute("ALTER TABLE receivable_snapshot_item DISABLE TRIGGER append_only")
        session.execute("UPDATE receivable_snapshot_item SET remaining_fen = 499")
    assert reads.snapshot_problems(SEPTEMBER.last) == [
        f"snapshot of 2026-09-30, item {unpaid}: kept 499 fen, scanned 500 fen",
        "snapshot of 2026-09-30: 1 items and 500 fen, its rows 1 and 499",
    ]
