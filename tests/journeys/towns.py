"""A small town ready to be billed, in a database of its own."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection

from onebook.demo import story
from onebook.demo.customers import customers_file, readings_file, simulated_town
from onebook.hub import jobs as hub
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering

MONTHS = [Month(2025, 9), Month(2025, 10)]
ISSUED_ON = date(2025, 9, 24)


@pytest.fixture
def town(own_database, django_db_blocker) -> Iterator[SimpleNamespace]:
    """30 accounts in three units with the readings of September; today is 24 September 2025."""
    with django_db_blocker.unblock():
        made = simulated_town(30, MONTHS, [code for code, _ in story.UNITS], seed=1)
        company = story.found_company(made.installed_on)
        with clock.on(made.installed_on):
            hub.import_master_data(
                customers_file(made), "c.csv", person_id=company.person["biller"], simulated=True
            )
        clock.fix(ISSUED_ON)
        metering.import_readings(
            readings_file(made, MONTHS[0]), "r.csv", person_id=company.person["reader"]
        )
        connection.close()
        yield SimpleNamespace(town=made, company=company, database=own_database)
        connection.close()


def books_of(database) -> dict[str, object]:
    """What the book says, without identifiers and moments: to compare two runs."""
    queries = {
        "bills": "SELECT a.number, b.bill_month, b.usage_e4, b.total_fen, b.net_fen, b.vat_fen"
        " FROM billing_bill b JOIN customer_service_account a ON a.id = b.service_account_id",
        "lines": "SELECT a.number, l.line_no, l.quantity_e4, l.price_e10, l.amount_fen"
        " FROM billing_bill_line l JOIN billing_bill b ON b.id = l.bill_id"
        " JOIN customer_service_account a ON a.id = b.service_account_id",
        "items": "SELECT a.number, i.kind, i.bill_month, i.due_on, i.principal_fen, i.effective_on"
        " FROM receivable_open_item i JOIN customer_service_account a"
        " ON a.id = i.service_account_id",
        "postings": "SELECT j.event, j.source_kind, j.effective_on, p.account_id, p.amount_fen,"
        " p.org_unit_id, coalesce(a.number, '') FROM books_posting p"
        " JOIN books_journal j ON j.id = p.journal_id"
        " LEFT JOIN customer_service_account a ON a.id = p.service_account_id",
        "batches": "SELECT org_unit_id, bill_month, bills, total_fen FROM billing_batch",
    }
    with database.connect("owner") as session:
        return {name: sorted(session.execute(query).fetchall()) for name, query in queries.items()}
