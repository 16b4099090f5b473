"""Works with meters of several registers for the billing tests: in by files, billed by portions."""

from datetime import date

from onebook.billing import jobs, reads
from onebook.billing.models import Bill
from onebook.books import reads as books
from onebook.customer import reads as customer
from onebook.finance.reads import verification
from onebook.hub import jobs as hub
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org import services as org
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from onebook.tariff import services as tariff
from tests.tariff.test_catalogue_kinds import EXAMPLE

CUSTOMERS = (
    "户号,户名,单位,用电类别,开户日期,表号,倍率,初始示数,装表日期,电价,容量,"
    "尖初始示数,峰初始示数,谷初始示数,正向无功初始示数,需量初始示数,"
    "容需量方式,合同需量,功率因数标准,每月增加基数,运行容量,条款生效日期"
)
READINGS = "户号,表号,抄表月份,抄表日期,示数,尖,峰,谷,正向无功,最大需量"


def found_district(*catalogues: str) -> int:
    """One district with the packaged catalogue and the trade's worked example; its unit."""
    unit = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    for text in (EXAMPLE, *catalogues):
        tariff.load_catalogue(text, person_id=SYSTEM)
    return unit.pk


def take_customers(*rows: str) -> None:
    data = "\n".join([CUSTOMERS, *rows, ""]).encode()
    taken = hub.import_master_data(data, "用户.csv", person_id=SYSTEM)
    assert [str(reject.reason) for reject in taken.rejects] == []


def read(*rows: str) -> None:
    data = "\n".join([READINGS, *rows, ""]).encode()
    taken = metering.import_readings(data, "示数.csv", person_id=SYSTEM)
    assert [str(reject.reason) for reject in taken.rejects] == []


def issue(month: Month, on: date | None = None) -> int:
    """Verify and issue a month; how many bills."""
    jobs.verify(month, person_id=SYSTEM)
    issued_on = on or month.first.replace(day=26)
    return receivable.issue(month, issued_on, person_id=SYSTEM).rows_out


def exceptions(month: Month) -> list[tuple[str, str, str]]:
    return sorted((one["rule"], one["expected"], one["found"]) for one in reads.exceptions(month))


def bill_of(number: str, month: Month) -> Bill:
    account = customer.account(number)["id"]
    (found,) = [one for one in reads.bills_of_account(account) if one.bill_month == month.first]
    return found


def lines_of(bill_id: int) -> list[tuple[int, str, int, int]]:
    """Portion, component, quantity in 10^-4 and amount in fen of each line."""
    return [
        (line["portion_no"], line["code"], line["quantity_e4"], line["amount_fen"])
        for line in reads.bill_lines(bill_id)
    ]


def amounts_of(bill_id: int) -> list[tuple[int, str, int]]:
    return [(no, code, fen) for no, code, _, fen in lines_of(bill_id)]


def balances(as_of: date) -> dict[str, int]:
    rows = books.trial_balance(as_of).rows
    return {row["code"]: row["balance_fen"] for row in rows if row["balance_fen"]}


def every_promise_holds() -> None:
    assert [(one.name_en, one.problems) for one in verification.verify() if one.problems] == []
