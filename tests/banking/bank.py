"""One bank account with 1,000.00, two sums on their way to it, and statements in two layouts."""

from datetime import date

from onebook.banking import jobs, services
from onebook.books import reads as books
from onebook.cash import services as cash
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from tests.builders import Company, accounts, company, owe

ON, BOOKED = date(2025, 10, 10), date(2025, 10, 11)
NUMBER = "33050161700000001234"
HEAD = (
    "账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,对方账号,"
    "对方开户机构,记账日期,摘要,备注,账户明细编号-交易流水号\n"
)
PLAIN_HEAD = "交易日期,摘要,对方户名,对方账号,借方发生额,贷方发生额,余额\n"


def build() -> Company:
    """A bank account with 1,000.00, and two sums on their way: JK1 of 120.00, JK2 of 30.00."""
    made = company(Role.CASHIER, Role.ACCOUNTANT, Role.FINANCE_MANAGER)
    accounts("1,居民生活,1,0,zj-residential-tiers")
    owe("1,2025-07,2025-08-31,500.00")
    services.open_account(
        NUMBER, "建设银行", "电费专户", made.root, 1000_00, date(2025, 9, 1), person_id=SYSTEM
    )
    cashier = made.person["cashier"]
    for slip, fen in (("JK20251010001", 120_00), ("JK20251010002", 30_00)):
        cash.take_cash("1", fen, external_ref=slip, effective_on=ON, person_id=cashier)
        cash.remit(made.east, fen, slip, effective_on=ON, person_id=cashier)
    return made


def line(
    money_in: str,
    balance: str,
    remark: str,
    serial: str,
    money_out: str = "",
    day: str = "20251011",
    currency: str = "人民币元",
) -> str:
    """A row of the layout with serial numbers."""
    return (
        f"{NUMBER},电费专户,{day} 10:00:00,{money_out},{money_in},{balance},{currency},甲,1,行,"
        f"{day},存入,{remark},{serial}\n"
    )


def plain(money_in: str, balance: str, text: str = "存入", day: str = "2025-10-11") -> str:
    """A row of the layout without serial numbers."""
    return f"{day},{text},甲,1,,{money_in},{balance}\n"


def take(
    *lines: str, name: str = "ccb.csv", encoding: str = "gb18030", **options: object
) -> jobs.StatementTaken:
    """Take rows in as a file of the layout with serial numbers."""
    return jobs.import_statement(
        (HEAD + "".join(lines)).encode(encoding), name, person_id=SYSTEM, **options
    )


def take_plain(*lines: str, name: str = "plain.csv") -> jobs.StatementTaken:
    """Take rows in as a file of the layout without serial numbers."""
    data = (PLAIN_HEAD + "".join(lines)).encode()
    return jobs.import_statement(data, name, account_number=NUMBER, person_id=SYSTEM)


def trial(on: date = BOOKED) -> dict[str, int]:
    """Balances of the book by account."""
    return {row["code"]: row["balance_fen"] for row in books.trial_balance(on).rows}


GOOD = line("120.00", "1120.00", "现金缴存 JK20251010001", "1-1")
