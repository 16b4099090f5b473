"""Every figure of the month's form leads to a page whose rows add up to it."""

import re
from datetime import date

import pytest
from django.test import Client

from onebook.cash import services as cash
from onebook.finance import reads
from onebook.infra import clock
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.org.models import Person
from tests import debts as builders
from tests.debts import Company, Debt

SEPTEMBER, DUE = Month(2026, 9), date(2026, 9, 30)


@pytest.fixture
def company(db: None) -> Company:
    made = builders.company()
    clock.fix(DUE)
    east, west = builders.account("1", made.east), builders.account("2", made.west)
    owed = [Debt(east, 50_00, SEPTEMBER, DUE), Debt(west, 30_00, SEPTEMBER, DUE)]
    builders.owe(owed, effective_on=date(2026, 9, 5), org_unit_id=made.root)
    for number, fen, ref in (("1", 20_00, "S1"), ("2", 33_00, "S2"), ("2", 7_00, "S3")):
        taken = cash.take_cash(
            number, fen, external_ref=ref, effective_on=DUE, person_id=made.cashier
        )
    cash.reverse_receipt(taken, "错户", effective_on=DUE, person_id=made.cashier)
    cash.remit(made.east, 15_00, "J1", effective_on=DUE, person_id=made.cashier)
    clock.fix(date(2026, 10, 3))
    return made


def test_rows_add_up_to_the_figures_of_the_form(company: Company) -> None:
    received = reads.received_rows(SEPTEMBER)
    assert [row["amount_fen"] for row in received.rows] == [20_00, 33_00, 7_00, -7_00]
    assert (received.totals, received.tied()) == ({"amount_fen": 53_00}, True)
    one = reads.received_rows(SEPTEMBER, units=[company.west], org_unit="3302", limit=1)
    assert [(row["number"], row["amount_fen"]) for row in one.rows] == [("2", 33_00)]
    assert (one.totals["amount_fen"], one.tied()) == (33_00, True)
    transit = reads.transit_rows(DUE)
    assert [(row["reference"], row["org_unit"], row["amount_fen"]) for row in transit.rows] == [
        ("J1", "城东", 15_00)
    ]
    assert (transit.totals, transit.tied()) == ({"amount_fen": 15_00}, True)
    assert reads.transit_rows(date(2026, 9, 29)).rows == []


def test_every_figure_leads_to_a_page_with_its_amount(company: Company) -> None:
    page = Client()
    page.force_login(Person.objects.get(pk=company.finance))
    shown = page.get("/close/2026-09").content.decode()
    for row in reads.tie_out(SEPTEMBER).rows:
        for figure in ("marketing_fen", "book_fen"):
            if not row[figure]:
                continue
            yuan = format_yuan(row[figure])
            code = {"城东": "3301", "城西": "3302"}[row["org_unit"]]
            links = [
                link.replace("&amp;", "&")
                for link, text in re.findall(r'<a href="([^"]+)">([^<]+)</a>', shown)
                if text == yuan and f"org_unit={code}" in link
            ]
            assert links, (row["measure"], figure)
            for link in links:
                assert yuan in page.get(link).content.decode(), (row["measure"], link)
    workbook = page.get("/prepayment?as_of=2026-09-30&format=csv").content.decode()
    assert "3.00" in workbook
