"""A supplier with two districts at work: the verbs of the trade, and the journals they make."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

from django.db import connection

from onebook.banking import jobs as bank
from onebook.banking.services import open_account
from onebook.billing import jobs as billing
from onebook.billing import reads as bills
from onebook.billing import services as verification
from onebook.books import reads as books
from onebook.cash import jobs as collection
from onebook.cash import services as cash
from onebook.finance import reads as finance_reads
from onebook.finance import services as finance
from onebook.hub import jobs as hub
from onebook.hub import services as hub_services
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.receivable import jobs as receivable
from onebook.tariff import services as tariff
from onebook.work import services as work
from tests import debts

READ_BEFORE = date(2025, 10, 24)
BANK = "33050161700000001234"


class Made(NamedTuple):
    """A journal: what happened, in which unit, for which day, and what moved on which account."""

    event: str
    org_unit: str
    effective_on: date
    moved: dict[str, int]


class Supplier:
    """A supplier with two districts, a person a role, and the verbs of their work."""

    def __init__(self) -> None:
        root = org.create_unit("company", "公司", by=org.SYSTEM).pk
        self.unit = {
            code: org.create_unit(code, name, root, by=org.SYSTEM).pk
            for code, name in (("east", "城东"), ("west", "城西"))
        }
        self.person = {role: self._hire(role, root) for role in Role}
        tariff.load_packaged(person_id=org.SYSTEM)
        self.seen = 0
        self.balance_fen = 1_000_00
        day = date(2025, 11, 1)
        with clock.on(day):
            open_account(BANK, "建设银行", "电费专户", root, 1_000_00, day, person_id=org.SYSTEM)

    def _hire(self, role: Role, org_unit_id: int) -> int:
        person = org.create_person(role.value, role.value, "correct-horse-battery", by=org.SYSTEM)
        org.grant_role(person.pk, role, org_unit_id, by=org.SYSTEM)
        return person.pk

    # ------------------------------------------------------------ marketing

    def connect(self, *rows: str) -> None:
        """Customers with their meters, from `number,unit,category,tariff`."""
        head = "户号,户名,单位,用电类别,开户日期,表号,倍率,初始示数,装表日期,电价\n"
        file = head
        for row in rows:
            number, unit, category, code = row.split(",")
            file += f"{number},客户{number},{unit},{category},2024-03-01,M{number},1,0,"
            file += f"{READ_BEFORE},{code}\n"
        taken = hub.import_master_data(file.encode(), "customers.csv", person_id=org.SYSTEM)
        assert (taken.taken, taken.rejects) == (len(rows), [])

    def read_meters(self, month: Month, *rows: str) -> None:
        """The readers' file of the 24th, from `number,register`; then it is verified."""
        day = month.first.replace(day=24)
        head = "户号,抄表月份,抄表日期,示数\n"
        cells = [row.split(",") for row in rows]
        body = "".join(f"{number},{month},{day},{register}\n" for number, register in cells)
        with clock.on(day):
            taken = metering.import_readings(
                (head + body).encode(), "readings.csv", person_id=self.person[Role.READER]
            )
            assert (taken.taken, taken.rejects) == (len(rows), [])
            billing.verify(month, person_id=self.person[Role.BILLER])

    def doubtful(self, month: Month) -> list[tuple[str, str]]:
        """The accounts whose bill is kept back, each with the rule."""
        found = bills.exceptions(month, state="open", limit=None)
        return [(one["number"], one["rule"]) for one in found if one["blocking"]]

    def release(self, month: Month, reason: str) -> None:
        found = [one["id"] for one in bills.exceptions(month, state="open", limit=None)]
        verification.decide(found, "release", reason, person_id=self.person[Role.BILLER])

    def issue(self, month: Month) -> None:
        """Issue on the 25th, and offset what customers had paid before (预收转实收)."""
        day = month.first.replace(day=25)
        with clock.on(day):
            receivable.issue(month, day, person_id=self.person[Role.BILLER])
            collection.offset_prepayment(month, day, person_id=self.person[Role.BILLER])

    def at_the_counter(
        self, day: date, number: str, fen: int, slip: str, recorded_on: date | None = None
    ) -> int:
        """Cash over the counter, perhaps recorded later than it was taken; the receipt."""
        with clock.on(recorded_on or day):
            return cash.take_cash(
                number,
                fen,
                external_ref=slip,
                effective_on=day,
                person_id=self.person[Role.CASHIER],
            )

    def take_back(self, day: date, receipt: int) -> None:
        """Alone on its day and within the limit, else with the leader's approval."""
        with clock.on(day):
            debts.take_back(receipt, self.person[Role.CASHIER], [self.person[Role.TEAM_LEADER]])

    def move(self, day: date, receipt: int, number: str) -> None:
        """The cashier asks that a receipt be moved to the right account; the leader approves."""
        slip = [work.File("slip.jpg", b"the slip")]
        with clock.on(day):
            asked = cash.request_move(
                receipt, number, "记错户,已核收据", slip, by=self.person[Role.CASHIER]
            )
            done = hub_services.decide(asked, "approve", "已核", by=self.person[Role.TEAM_LEADER])
        assert done.state == "approved"

    def bank_collects(
        self, day: date, batch: str, *rows: str, recorded_on: date | None = None
    ) -> None:
        """The bank's collection file (代收), from `number,yuan`; perhaps taken in later."""
        file = "批次号,交易日期,渠道流水号,户号,金额\n" + "".join(
            f"{batch},{day},{batch}-{n},{row}\n" for n, row in enumerate(rows)
        )
        with clock.on(recorded_on or day):
            taken = collection.import_receipts(
                file.encode(), f"{batch}.csv", person_id=self.person[Role.CASHIER]
            )
            assert (taken.taken, taken.rejects) == (len(rows), [])

    def remit(self, day: date, unit: str, fen: int, slip: str) -> None:
        """Counter cash goes to the bank (解款)."""
        with clock.on(day):
            cash.remit(
                self.unit[unit],
                fen,
                slip,
                effective_on=day,
                person_id=self.person[Role.CASHIER],
            )

    # ------------------------------------------------------------ finance

    def bank_statement(self, day: date, *rows: str) -> None:
        """The bank's statement, from `day booked,yuan,remark`; what is certain is matched."""
        file = (
            "账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,"
            "对方账号,对方开户机构,记账日期,摘要,备注,账户明细编号-交易流水号\n"
        )
        for row in rows:
            booked, yuan, remark = row.split(",")
            self.balance_fen += int(yuan.replace(".", ""))
            balance = f"{self.balance_fen // 100}.{self.balance_fen % 100:02d}"
            file += f"{BANK},电费专户,{booked} 10:00:00,,{yuan},{balance},人民币元,甲,1,行,"
            file += f"{booked},存入,{remark},{booked}-{remark}\n"
        accountant = self.person[Role.ACCOUNTANT]
        with clock.on(day):
            taken = bank.import_statement(file.encode(), "ccb.csv", person_id=accountant)
            assert (taken.taken, taken.rejects, taken.findings) == (len(rows), [], [])
            assert bank.reconcile(person_id=accountant).matched == len(rows)

    def close(self, month: Month, day: date) -> None:
        """Both departments sign the same figures, and the month is closed."""
        with clock.on(day):
            reasons = dict.fromkeys(finance_reads.POINTS, "次月处理")
            form = finance.prepare_form(
                month, person_id=self.person[Role.ACCOUNTANT], reasons=reasons
            )
            marketing, accounts = Role.MARKETING_MANAGER, Role.FINANCE_MANAGER
            assert not finance.sign(form.pk, "marketing", person_id=self.person[marketing])
            assert finance.sign(form.pk, "finance", person_id=self.person[accounts])
        assert books.is_locked(month)

    # ------------------------------------------------------------ the book

    def made(self) -> list[Made]:
        """Every journal since this was asked last, in the order they were recorded."""
        found: dict[int, Made] = {}
        for journal, event, unit, day, account, fen in _rows(
            "SELECT j.id, j.event, u.code, j.effective_on, a.code, sum(p.amount_fen)::bigint"
            " FROM books_journal j JOIN org_unit u ON u.id = j.org_unit_id"
            " LEFT JOIN books_posting p ON p.journal_id = j.id"
            " LEFT JOIN books_account a ON a.id = p.account_id"
            " WHERE j.id > %s GROUP BY 1, 2, 3, 4, 5 ORDER BY j.id, a.code",
            self.seen,
        ):
            found.setdefault(journal, Made(event, unit, day, {})).moved[account] = fen
        self.seen = max(found, default=self.seen)
        return list(found.values())

    def balances(self, day: date) -> dict[str, int]:
        return {row["code"]: row["balance_fen"] for row in books.trial_balance(day).rows}


def _rows(query: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


@contextmanager
def step(supplier: Supplier, *expected: Made) -> Iterator[None]:
    """What is done inside makes these journals and no others."""
    assert supplier.made() == []
    yield
    assert supplier.made() == list(expected)
