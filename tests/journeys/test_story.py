"""Three months of a small supplier over a year end, step by step, with every journal they make.

Read it as the trade's own story: meters are read, verified and billed, money comes over the counter
and from the bank, both departments sign, the month closes. After each step stand the journals that
the step made and no others; amounts are in fen, debit above zero, and were worked out by hand.

The customers, in two districts (城东 east, 城西 west), and their prices with 13 % VAT inside:

    1001 east  household, annual tiers   1,400 kWh a month   0.538 yuan, beyond 2,760 kWh + 0.05
    1002 east  household, annual tiers      50 kWh a month   0.538 yuan
    2001 west  household, shared meter     200 kWh, away in December, 0.558 yuan
    3001 west  business                    100 kWh a month   76.77 yuan in 2025, 73.59 in 2026
"""

from datetime import date

import pytest

from onebook.cash import reads as cash
from onebook.cash import services as cash_services
from onebook.cash.errors import ReceiptRemitted
from onebook.finance import reads as finance
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org.rules import Role
from onebook.receivable import reads as receivable
from tests.journeys.supplier import READ_BEFORE, Made, Supplier, step

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER, JANUARY = Month(2025, 11), Month(2025, 12), Month(2026, 1)

# The accounts of the book that the story moves.
CASH, AT_BANK, TRANSIT, RECEIVABLE, PREPAID = "1001", "1002", "1012", "112201", "2203"
VAT, RENEWABLE, RESERVOIR, WATER = "22210106", "224101", "224102", "224103"
OPENING, REVENUE = "4199", "6001"


def test_three_months_over_a_year_end() -> None:
    supplier = Supplier()
    assert supplier.made() == [
        Made("opening.bank", "company", date(2025, 11, 1), {AT_BANK: 1_000_00, OPENING: -1_000_00})
    ]
    with clock.on(READ_BEFORE), step(supplier):
        supplier.connect(
            "1001,east,居民生活,zj-residential-tiers",
            "1002,east,居民生活,zj-residential-tiers",
            "2001,west,居民生活,zj-residential-shared",
            "3001,west,工商业,zj-business-single-lv",
        )
    november(supplier)
    december(supplier)
    january(supplier)
    with clock.on(date(2026, 2, 3)):
        assert [one.code for one in finance.verify() if one.problems] == []


def november(supplier: Supplier) -> None:
    """Issue, an overpayment, a wrong slip taken back, the bank's file, all of it at the bank."""
    with step(supplier):
        supplier.read_meters(NOVEMBER, "1001,1400", "1002,50", "2001,200", "3001,100")
        assert supplier.doubtful(NOVEMBER) == []
    issued = date(2025, 11, 25)
    with step(
        supplier,
        # 753.20 + 26.90, less VAT 86.65 + 3.09
        Made("bill.issued", "east", issued, {RECEIVABLE: 780_10, VAT: -89_74, REVENUE: -690_36}),
        # 111.60 + 76.77, less VAT 12.84 + 8.83 and the funds on 100 kWh, net
        Made(
            "bill.issued", "west", issued,
            {RECEIVABLE: 188_37, VAT: -21_67, RENEWABLE: -1_68, RESERVOIR: -55, WATER: -35,
             REVENUE: -164_12},
        ),
    ):  # fmt: skip
        supplier.issue(NOVEMBER)
    day = date(2025, 11, 26)
    with step(
        supplier,
        # 800.00 on a debt of 753.20
        Made("receipt.cash", "east", day, {CASH: 800_00, RECEIVABLE: -753_20, PREPAID: -46_80}),
        Made("receipt.cash", "west", day, {CASH: 50_00, RECEIVABLE: -50_00}),
    ):
        supplier.at_the_counter(day, "1001", 800_00, "S1")
        wrong = supplier.at_the_counter(day, "3001", 50_00, "S2")
    day = date(2025, 11, 27)
    with step(
        supplier,
        Made("receipt.reversed", "west", day, {CASH: -50_00, RECEIVABLE: 50_00}),
        # 26.90 + 111.60 + 80.00 on a debt of 76.77
        Made(
            "receipt.in_transit", "company", day,
            {TRANSIT: 218_50, RECEIVABLE: -215_27, PREPAID: -3_23},
        ),
        Made("remittance", "east", day, {CASH: -800_00, TRANSIT: 800_00}),
    ):  # fmt: skip
        supplier.take_back(day, wrong)
        supplier.bank_collects(day, "DS20251127", "1002,26.90", "2001,111.60", "3001,80.00")
        supplier.remit(day, "east", 800_00, "JK20251127001")
    day = date(2025, 11, 28)
    with step(
        supplier,
        Made("bank.credited", "company", day, {AT_BANK: 218_50, TRANSIT: -218_50}),
        Made("bank.credited", "east", day, {AT_BANK: 800_00, TRANSIT: -800_00}),
    ):
        supplier.bank_statement(
            day,
            "20251128,218.50,代收电费 批次 DS20251127",
            "20251128,800.00,现金缴存 JK20251127001",
        )
    with step(supplier):
        supplier.close(NOVEMBER, date(2025, 12, 1))
    assert supplier.balances(NOVEMBER.last) == {
        CASH: 0, AT_BANK: 2_018_50, TRANSIT: 0, RECEIVABLE: 0, PREPAID: -50_03, VAT: -111_41,
        RENEWABLE: -1_68, RESERVOIR: -55, WATER: -35, OPENING: -1_000_00, REVENUE: -854_48,
    }  # fmt: skip


def december(supplier: Supplier) -> None:
    """A doubtful reading, prepayment offset at the issue, cash on its way over the year end."""
    with step(supplier):
        supplier.read_meters(DECEMBER, "1001,2800", "1002,100", "2001,200", "3001,200")
        assert supplier.doubtful(DECEMBER) == [("2001", "R03")]
        supplier.release(DECEMBER, "用户外出,现场核实")
    issued = date(2025, 12, 25)
    with step(
        supplier,
        # 753.20 and 40 kWh beyond 2,760 at 0.05, and 26.90; less VAT 86.88 + 3.09
        Made("bill.issued", "east", issued, {RECEIVABLE: 782_10, VAT: -89_97, REVENUE: -692_13}),
        # a bill of nothing is no debt
        Made(
            "bill.issued", "west", issued,
            {RECEIVABLE: 76_77, VAT: -8_83, RENEWABLE: -1_68, RESERVOIR: -55, WATER: -35,
             REVENUE: -65_36},
        ),
        Made("prepayment.offset", "east", issued, {RECEIVABLE: -46_80, PREPAID: 46_80}),
        Made("prepayment.offset", "west", issued, {RECEIVABLE: -3_23, PREPAID: 3_23}),
    ):  # fmt: skip
        supplier.issue(DECEMBER)
    day = date(2025, 12, 28)
    with step(
        supplier,
        Made("receipt.in_transit", "company", day, {TRANSIT: 73_54, RECEIVABLE: -73_54}),
    ):
        supplier.bank_collects(day, "DS20251228", "3001,73.54")
    day = date(2025, 12, 31)
    with step(
        supplier,
        Made("receipt.cash", "east", day, {CASH: 200_00, RECEIVABLE: -200_00}),
        Made("remittance", "east", day, {CASH: -200_00, TRANSIT: 200_00}),
        Made("bank.credited", "company", date(2025, 12, 29), {AT_BANK: 73_54, TRANSIT: -73_54}),
    ):
        supplier.at_the_counter(day, "1001", 200_00, "S3")
        supplier.remit(day, "east", 200_00, "JK20251231001")
        supplier.bank_statement(day, "20251229,73.54,代收电费 批次 DS20251228")
    with step(supplier):
        supplier.close(DECEMBER, date(2026, 1, 2))
    assert supplier.balances(DECEMBER.last) == YEAR_END


YEAR_END = {
    CASH: 0, AT_BANK: 2_092_04, TRANSIT: 200_00, RECEIVABLE: 535_30, PREPAID: 0, VAT: -210_21,
    RENEWABLE: -3_36, RESERVOIR: -1_10, WATER: -70, OPENING: -1_000_00, REVENUE: -1_611_97,
}  # fmt: skip


def january(supplier: Supplier) -> None:
    """Last year's money arrives, last year's slip is put right, and last year stays as it was."""
    day = date(2026, 1, 3)
    with step(
        supplier,
        Made("bank.credited", "east", date(2026, 1, 2), {AT_BANK: 200_00, TRANSIT: -200_00}),
    ):
        supplier.bank_statement(day, "20260102,200.00,现金缴存 JK20251231001")
    day = date(2026, 1, 5)
    with step(
        supplier,
        # the 200.00 of New Year's Eve, remitted since, were the neighbour's, who owes 26.90
        Made("receipt.moved", "east", day, {RECEIVABLE: 173_10, PREPAID: -173_10}),
    ):
        (receipt,) = cash.receipts_of_day(DECEMBER.last)
        with clock.on(day), pytest.raises(ReceiptRemitted, match="JK20251231001"):
            cash_services.reverse_receipt(
                receipt.pk, "记错户", effective_on=day, person_id=supplier.person[Role.CASHIER]
            )
        supplier.move(day, receipt.pk, "1002")
    day = date(2026, 1, 12)
    with step(
        supplier,
        # 755.20 of December less the 46.80 offset: the month is closed, its debt can be paid
        Made("receipt.cash", "east", day, {CASH: 708_40, RECEIVABLE: -708_40}),
        Made("remittance", "east", day, {CASH: -708_40, TRANSIT: 708_40}),
    ):
        supplier.at_the_counter(day, "1001", 708_40, "S5")
        supplier.remit(day, "east", 708_40, "JK20260112001")
    with step(supplier):
        supplier.read_meters(JANUARY, "1001,4200", "1002,150", "2001,400", "3001,300")
        assert supplier.doubtful(JANUARY) == []
    issued = date(2026, 1, 25)
    with step(
        supplier,
        # the tiers count from nothing in a new year: 753.20 again, and 26.90
        Made("bill.issued", "east", issued, {RECEIVABLE: 780_10, VAT: -89_74, REVENUE: -690_36}),
        # 111.60 + 73.59 at the prices of 2026
        Made(
            "bill.issued", "west", issued,
            {RECEIVABLE: 185_19, VAT: -21_31, RENEWABLE: -1_68, RESERVOIR: -55, WATER: -35,
             REVENUE: -161_30},
        ),
        Made("prepayment.offset", "east", issued, {RECEIVABLE: -26_90, PREPAID: 26_90}),
    ):  # fmt: skip
        supplier.issue(JANUARY)
    day = date(2026, 1, 28)
    with step(
        supplier,
        Made("receipt.in_transit", "company", day, {TRANSIT: 938_39, RECEIVABLE: -938_39}),
        Made("bank.credited", "east", date(2026, 1, 13), {AT_BANK: 708_40, TRANSIT: -708_40}),
        Made("bank.credited", "company", day, {AT_BANK: 938_39, TRANSIT: -938_39}),
    ):
        supplier.bank_collects(day, "DS20260128", "1001,753.20", "2001,111.60", "3001,73.59")
        supplier.bank_statement(
            day,
            "20260113,708.40,现金缴存 JK20260112001",
            "20260128,938.39,代收电费 批次 DS20260128",
        )
    with step(supplier):
        supplier.close(JANUARY, date(2026, 2, 2))
    assert receivable.open_items(JANUARY.last) == []
    assert supplier.balances(JANUARY.last) == {
        CASH: 0, AT_BANK: 3_938_83, TRANSIT: 0, RECEIVABLE: 0, PREPAID: -146_20, VAT: -321_26,
        RENEWABLE: -5_04, RESERVOIR: -1_65, WATER: -1_05, OPENING: -1_000_00, REVENUE: -2_463_63,
    }  # fmt: skip
    assert supplier.balances(DECEMBER.last) == YEAR_END
