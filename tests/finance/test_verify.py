"""Every promise, broken on purpose by a superuser, is found and the row named."""

import re
from types import SimpleNamespace

import psycopg
import pytest

from onebook.cash import services as cash
from onebook.finance import reads
from onebook.infra import clock, logins
from tests.journeys.towns import ISSUED_ON, town

__all__ = ["town"]

FIRST = "(SELECT min(id) FROM {})"
BILL_JOURNAL = "(SELECT min(id) FROM books_journal WHERE event = 'bill.issued')"

# What is done to the data, how it is taken back, and what verify must say: {0} is the row.
TAMPERED = {
    "a posting of an item": (
        "UPDATE books_posting SET amount_fen = amount_fen {} 1 WHERE id = (SELECT min(id)"
        f" FROM books_posting WHERE journal_id = {BILL_JOURNAL} AND open_item_id IS NOT NULL)"
        " RETURNING id, journal_id",
        [r"journal {1} \(bill.issued\): postings .* add up to 1 fen", "posting {0} of journal {1}"],
    ),
    "a summed posting of revenue": (
        "UPDATE books_posting SET amount_fen = amount_fen {} 1 WHERE id = (SELECT min(id)"
        f" FROM books_posting WHERE journal_id = {BILL_JOURNAL} AND account_id = 13)"
        " RETURNING id, journal_id",
        [r"journal {1} \(batch \d+\): revenue is .*postings .*\b{0}\b"],
    ),
    "a summed posting of VAT": (
        "UPDATE books_posting SET amount_fen = amount_fen {} 1 WHERE id = (SELECT min(id)"
        f" FROM books_posting WHERE journal_id = {BILL_JOURNAL} AND account_id = 7)"
        " RETURNING id, journal_id",
        [r"journal {1} \(batch \d+\): VAT is .*postings .*\b{0}\b"],
    ),
    "the principal of an item": (
        "UPDATE receivable_open_item SET principal_fen = principal_fen {} 1"
        " WHERE id = (SELECT min(id) FROM receivable_open_item) RETURNING id, source_id",
        ["item {0}: principal", "bill {1}: total", "item {0} in unit .*: marketing"],
    ),
    "a settlement": (
        "UPDATE receivable_settlement SET amount_fen = amount_fen {} 1"
        " WHERE id = (SELECT min(id) FROM receivable_settlement)"
        " RETURNING open_item_id, journal_id, source_id",
        ["item {0} in journal {1}: settled", "receipt {2}: 100 fen, settled 101"],
    ),
    "the day of a journal": (
        "UPDATE books_journal SET effective_on = effective_on {} 1"
        f" WHERE id = {BILL_JOURNAL} RETURNING id",
        [r"item \d+ in unit \d+ on 2025-09-25, recorded .*: marketing 0 fen"],
    ),
    "the moment of a journal": (
        "UPDATE books_journal SET recorded_at = recorded_at {} interval '1 millisecond'"
        f" WHERE id = {BILL_JOURNAL} RETURNING id",
        [r"item \d+ in unit \d+ on 2025-09-24, recorded .*: marketing 0 fen"],
    ),
    "a line of a bill": (
        "UPDATE billing_bill_line SET amount_fen = amount_fen {} 1 WHERE (bill_id, line_no) ="
        " (SELECT bill_id, line_no FROM billing_bill_line ORDER BY 1, 2 LIMIT 1)"
        " RETURNING bill_id",
        ["bill {0}: total"],
    ),
    "a sum of revenue": (
        "UPDATE billing_batch_sum SET net_fen = net_fen {} 1 WHERE (batch_id, category_id,"
        " component_id) = (SELECT batch_id, category_id, component_id FROM billing_batch_sum"
        " WHERE component_id > 0 ORDER BY 1, 2, 3 LIMIT 1) RETURNING batch_id, category_id",
        ["batch {0}, category {1}: nets of components", "batch {0}, category {1}: revenue"],
    ),
    "a fee of the history": (
        "UPDATE billing_history SET total_fen[1] = total_fen[1] {} 1"
        f" WHERE id = {FIRST.format('billing_history')} RETURNING batch_id, service_account_id[1]",
        [r"batch {0}, account {1}, 2025-\d\d-01: history"],
    ),
    "the total of a batch": (
        "UPDATE billing_batch SET total_fen = total_fen {} 1"
        f" WHERE id = {FIRST.format('billing_batch')} RETURNING id",
        ["batch {0}: total"],
    ),
    "a receipt": (
        "UPDATE cash_receipt SET amount_fen = amount_fen {} 1"
        f" WHERE id = {FIRST.format('cash_receipt')} RETURNING id",
        ["receipt {0}: 101 fen, settled 100", "receipt {0}: 101 fen, posted 100",
         "Received in the month"],
    ),
    "prepayment": (
        "UPDATE cash_prepayment_entry SET amount_fen = amount_fen {} 1"
        f" WHERE id = {FIRST.format('cash_prepayment_entry')} RETURNING service_account_id",
        ["account {0}: prepayment", "prepayment of account {0} in unit"],
    ),
    "money in transit": (
        "UPDATE cash_transit_item SET amount_fen = amount_fen {} 1"
        f" WHERE id = {FIRST.format('cash_transit_item')} RETURNING journal_id",
        ["journal {0} on 2025-09-24: transit items and credits 101 fen, book 100 fen"],
    ),
    "a remittance": (
        "UPDATE cash_remittance SET amount_fen = amount_fen {} 1"
        f" WHERE id = {FIRST.format('cash_remittance')} RETURNING id",
        ["remittance {0}: 101 fen, posted 100",
         r"cash of unit \d+ on 2025-09-24: documents moved \d+99 fen, book \d+00 fen"],
    ),
    "an account that does not exist": (
        "UPDATE receivable_open_item SET service_account_id = service_account_id {} 100000000"
        f" WHERE id = {FIRST.format('receivable_open_item')} RETURNING id",
        [r"item {0} names account \d+"],
    ),
    "the account of a posting": (
        "UPDATE books_posting SET account_id = account_id {} 1000"
        f" WHERE id = {FIRST.format('books_posting')} RETURNING id, journal_id",
        ["posting {0} of journal {1}: no such account"],
    ),
    "the source of a journal": (
        "UPDATE books_journal SET source_id = source_id {} 100000000"
        f" WHERE id = {BILL_JOURNAL} RETURNING id, source_id",
        ["journal {0}: no bill_batch {1}"],
    ),
    "a reversal": (
        "UPDATE books_posting SET amount_fen = amount_fen {} 1 WHERE id = (SELECT min(p.id)"
        " FROM books_posting p JOIN books_journal j ON j.id = p.journal_id"
        " WHERE j.reverses_id IS NOT NULL) RETURNING journal_id",
        [r"journal {0} reverses \d+: account \d+ is off by 1 fen"],
    ),
}  # fmt: skip


@pytest.fixture
def traded(town: SimpleNamespace) -> SimpleNamespace:
    """The town's September billed, with a receipt, a prepayment, a reversal and a remittance."""
    done = town.database.onebook("bill", "--month", "2025-09")
    assert done.returncode == 0, done.stderr
    cashier = town.company.person["cashier"]
    number = town.town.accounts[0].number
    with clock.on(ISSUED_ON):
        taken = [take(number, fen, cashier, ref) for ref, fen in (("S1", 100), ("S2", 900_00))]
        cash.reverse_receipt(taken[1], "错户", effective_on=ISSUED_ON, person_id=cashier)
        take(number, 50_000_00, cashier, "S3")
        unit = unit_of(town, number)
        cash.remit(unit, 100, "J1", effective_on=ISSUED_ON, person_id=cashier)
    return town


def take(number: str, fen: int, cashier: int, ref: str) -> int:
    return cash.take_cash(number, fen, external_ref=ref, effective_on=ISSUED_ON, person_id=cashier)


def unit_of(town: SimpleNamespace, number: str) -> int:
    with town.database.connect("batch") as session:
        found = session.execute(
            "SELECT org_unit_id FROM customer_service_account WHERE number = %s", [number]
        ).fetchone()
    return found[0]


def problems() -> list[str]:
    return [problem for promise in reads.verify() for problem in promise.problems]


def test_each_broken_promise_is_found_and_its_row_named(traded: SimpleNamespace) -> None:
    assert problems() == []
    missed = []
    with psycopg.connect(
        **logins.superuser_dsn(traded.database.name), autocommit=True
    ) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for name, (statement, expected) in TAMPERED.items():
            row = superuser.execute(statement.format("+")).fetchone()
            found = "\n".join(problems())
            for pattern in expected:
                if not re.search(pattern.format(*row), found):
                    missed.append(f"{name}: {pattern.format(*row)!r} not in\n{found}")
            superuser.execute(statement.format("-"))
    assert missed == []
    assert problems() == []


def test_guards_and_rights_that_are_gone_are_named(traded: SimpleNamespace) -> None:
    app, batch, owner = (logins.role(login) for login in ("app", "batch", "owner"))
    done = (
        ("ALTER TABLE books_posting DISABLE TRIGGER append_only",
         "ALTER TABLE books_posting ENABLE TRIGGER append_only",
         "table books_posting: the trigger append_only is switched off"),
        ("ALTER TABLE books_posting ENABLE REPLICA TRIGGER check_postings",
         "ALTER TABLE books_posting ENABLE TRIGGER check_postings",
         "table books_posting: the trigger check_postings is switched off"),
        (f"GRANT UPDATE ON books_posting TO {app}", f"REVOKE UPDATE ON books_posting FROM {app}",
         f"{app} may UPDATE books_posting"),
        (f"GRANT INSERT (recorded_at) ON books_journal TO {batch}",
         f"REVOKE INSERT (recorded_at) ON books_journal FROM {batch}",
         f"{batch} may write recorded_at of books_journal"),
        (f"GRANT {batch} TO {app}", f"REVOKE {batch} FROM {app}", f"{app} may become {batch}"),
        (f"GRANT {owner} TO {app}", f"REVOKE {owner} FROM {app}", f"{app} may become {owner}"),
    )  # fmt: skip
    with psycopg.connect(
        **logins.superuser_dsn(traded.database.name), autocommit=True
    ) as superuser:
        for statement, back, expected in done:
            superuser.execute(statement)
            try:
                assert expected in problems()
            finally:
                superuser.execute(back)
    assert problems() == []


def test_the_command_says_what_it_cannot_see(traded: SimpleNamespace) -> None:
    done = traded.database.onebook("verify")
    assert done.returncode == 0, done.stdout
    assert "未覆盖:单据与分录若被超级用户同时一致地改动" in done.stdout
    assert "✗" not in done.stdout
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", done.stdout) == []
