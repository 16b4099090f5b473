"""What is taken back stands in red on its own side, in the balances, the ledger and the journal."""

from datetime import date

import pytest

from onebook.books import reads as books
from onebook.infra import clock
from onebook.kernel.periods import Month
from tests.journeys.supplier import Supplier
from tests.journeys.test_corrections import bill_of, correct

pytestmark = pytest.mark.django_db

NOVEMBER, DAY, NEXT = Month(2025, 11), date(2025, 11, 28), date(2025, 12, 3)
KEYS = (
    "opening_debit_fen", "opening_credit_fen", "debit_fen", "credit_fen", "year_debit_fen",
    "year_credit_fen", "closing_debit_fen", "closing_credit_fen", "balance_fen",
)  # fmt: skip


@pytest.fixture
def supplier() -> Supplier:
    """A bill of 767.79, 500.00 paid twice by mistake and taken back once."""
    supplier = Supplier()
    with clock.on(date(2025, 10, 24)):
        supplier.connect("3001,west,工商业,zj-business-single-lv")
    supplier.read_meters(NOVEMBER, "3001,1000")
    supplier.issue(NOVEMBER)
    supplier.at_the_counter(DAY, "3001", 500_00, "S1")
    twice = supplier.at_the_counter(DAY, "3001", 500_00, "S2")
    supplier.take_back(DAY, twice)
    return supplier


def sums(day: date) -> dict[str, list[int]]:
    return {row["code"]: [row[key] for key in KEYS] for row in books.trial_balance(day).rows}


def test_a_reversed_receipt_inflates_no_side(supplier: Supplier) -> None:
    found = sums(DAY)
    assert found["1001"] == [0, 0, 500_00, 0, 500_00, 0, 500_00, 0, 500_00]
    assert found["112201"] == [0, 0, 767_79, 500_00, 767_79, 500_00, 267_79, 0, 267_79]
    # The second payment had settled 267.79 and prepaid 232.21.
    assert found["2203"] == [0, 0, 0, 0, 0, 0, 0, 0, 0]
    shown = [(row["debit_fen"], row["credit_fen"]) for row in books.ledger("1001", DAY)]
    assert shown == [(-500_00, 0), (500_00, 0), (500_00, 0)]
    assert [row["balance_fen"] for row in books.ledger("1001", DAY, limit=2)] == [500_00, 1000_00]
    newest = books.journal(books.ledger("112201", DAY)[0]["journal_id"])
    assert {
        row["account"].code: (row["debit_fen"], row["credit_fen"]) for row in newest["postings"]
    } == {"1001": (-500_00, None), "112201": (None, -267_79), "2203": (None, -232_21)}


def test_a_red_bill_stands_on_the_sides_of_its_bill(supplier: Supplier) -> None:
    correct(supplier, bill_of("3001").pk, NEXT)  # the same reading: 767.79 again
    found = sums(NEXT)
    # 267.79 were owed, 500.00 become prepayment and settle the new bill.
    assert found["112201"] == [
        267_79, 0, 767_79 - 267_79, 500_00, 1267_79, 1000_00, 267_79, 0, 267_79,
    ]  # fmt: skip
    assert found["2203"] == [0, 0, 500_00, 500_00, 500_00, 500_00, 0, 0, 0]
    vat = found["22210106"]
    assert (vat[2], vat[3], vat[4]) == (0, 0, 0)
    assert vat[1] == vat[7] == vat[5] == 88_33
    report = books.trial_balance(NEXT)
    assert report.tied()
    assert [tie.with_ for tie in report.ties] == ["credits", "closing-credits"]
    assert report.totals["opening_debit_fen"] == report.totals["opening_credit_fen"]
    for row in report.rows:
        opening = row["opening_debit_fen"] - row["opening_credit_fen"]
        assert opening + row["debit_fen"] - row["credit_fen"] == row["balance_fen"]
    assert sums(DAY)["112201"][:4] == [0, 0, 767_79, 500_00]
