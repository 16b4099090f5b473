"""The demonstration: the whole job, month by month, by the doors that people and jobs use."""

import csv
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from django.utils.translation import gettext

from onebook.banking import jobs as banking
from onebook.banking import reads as banking_reads
from onebook.banking import services as banking_services
from onebook.billing import jobs as billing
from onebook.billing import reads as billing_reads
from onebook.billing import services as billing_services
from onebook.billing.rules import BY_CODE
from onebook.books import reads as books
from onebook.cash import jobs as cash
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash_services
from onebook.customer import reads as customer
from onebook.demo import next_month
from onebook.demo.close import close
from onebook.demo.customers import READ_DAY, TARIFFS, Town, customers_file, readings_file
from onebook.demo.errors import BookNotEmpty, DemoUnfinished, ResetRefused
from onebook.demo.ledger import Late, ledger_file
from onebook.demo.payers import BANKS, Payers, collection_file
from onebook.demo.statement import write_ccb_statement
from onebook.finance import jobs as ledgers
from onebook.finance import reads as finance_reads
from onebook.hub import jobs as hub
from onebook.infra import clock, home, logins
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.receivable import jobs as receivable
from onebook.receivable import reads as receivable_reads
from onebook.tariff import services as tariff

Say = Callable[[str], None]
COMPANY = "示范供电公司"
UNITS = (("city", "城区供电所"), ("east", "城东供电所"), ("rural", "城郊供电所"))
BANK_ACCOUNT = "33050161700000001234"
BANK_OPENING_FEN = 500_000_000
HELD_SHARE = 0.1
REMIT_DAYS = (5, 10, 15, 20, 25)
PEOPLE = (
    ("reader", "陈抄", Role.READER),
    ("biller", "李核", Role.BILLER),
    ("cashier", "王收", Role.CASHIER),
    ("service", "周服", Role.CUSTOMER_SERVICE),
    ("leader", "何班", Role.TEAM_LEADER),
    ("marketing", "赵营", Role.MARKETING_MANAGER),
    ("accountant", "孙计", Role.ACCOUNTANT),
    ("finance", "钱财", Role.FINANCE_MANAGER),
    ("auditor", "吴审", Role.AUDITOR),
    ("admin", "郑管", Role.ADMINISTRATOR),
    ("manager", "冯总", Role.GENERAL_MANAGER),
)


@dataclass(frozen=True)
class Login:
    """Somebody of the demonstration, to be shown on the screen.

    `stored` is what the book held of the password when it was given: the same as long as it works.
    """

    username: str
    name: str
    role: str
    password: str
    stored: str


@dataclass
class Company:
    """The people by user name, the units, and where the demonstration's files go."""

    logins: list[Login]
    person: dict[str, int]
    units: dict[str, int]
    files: Path

    def keep(self, name: str, data: bytes) -> bytes:
        """Keep a file where people can look at it."""
        (self.files / name).write_bytes(data)
        return data


def folder() -> Path:
    """What a demonstration keeps outside its book; each database has its own."""
    return home.home() / "demo" / logins.database()


def files_folder() -> Path:
    """Where the demonstration's files are kept, made if absent."""
    files = folder() / "files"
    files.mkdir(parents=True, exist_ok=True)
    return files


def next_folder() -> Path:
    """Where the files of the month after the demonstration are."""
    return files_folder() / "next"


def priced_months() -> tuple[Month, Month]:
    """The first and the last month in which every tariff of the demonstration has a price."""
    versions = [one for one in tariff.packaged() if one.code in TARIFFS]
    first = max(min(v.valid_from for v in versions if v.code == code) for code in TARIFFS)
    ends = [max((v.valid_to or date.max) for v in versions if v.code == code) for code in TARIFFS]
    return Month.of(first), Month.of(min(ends) - timedelta(1))


def people_file() -> Path:
    """Where the demonstration keeps its users and passwords (0600)."""
    return folder() / "people.csv"


def found_company(first_day: date) -> Company:
    """Units, people with random passwords, the bank account, the tariffs; recorded on that day."""
    with clock.on(first_day):
        return _found_company(first_day)


def _found_company(first_day: date) -> Company:
    files = files_folder()
    root = org.create_unit("company", COMPANY, by=org.SYSTEM)
    units = {code: org.create_unit(code, name, root.pk, by=org.SYSTEM).pk for code, name in UNITS}
    people, person = [], {}
    for username, name, role in PEOPLE:
        password = secrets.token_urlsafe(9)
        made = org.create_person(username, name, password, by=org.SYSTEM)
        org.grant_role(made.pk, role, root.pk, by=org.SYSTEM)
        person[username] = made.pk
        people.append(Login(username, name, role.value, password, made.password))
    _keep_people(people)
    tariff.load_packaged(person_id=org.SYSTEM)
    banking_services.open_account(
        BANK_ACCOUNT,
        "中国建设银行",
        f"{COMPANY}电费专户",
        root.pk,
        BANK_OPENING_FEN,
        first_day,
        person_id=person["accountant"],
    )
    return Company(people, person, units, files)


def _keep_people(people: list[Login]) -> None:
    path = people_file()
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(astuple(one) for one in people)


def kept_people() -> list[Login]:
    """The users of the demonstration in this book; empty where there are none.

    The password is blank where it is another one by now.
    """
    path = people_file()
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        kept = [Login(*row) for row in csv.reader(file)]
    people = {one.username: one for one in org_reads.people()}
    return [
        one if people[one.username].password == one.stored else replace(one, password="")
        for one in kept
        if one.username in people
    ]


def tell(town: Town, company: Company, say: Say, seed: int) -> dict[str, float]:
    """Run every month of the town, day by day, and close each; the seconds by stage.

    The business day is fixed at the very end: a book whose day follows the clock is unfinished.
    """
    began = perf_counter()
    with clock.on(town.installed_on):
        taken = hub.import_master_data(
            company.keep("customers.csv", customers_file(town)),
            "customers.csv",
            person_id=company.person["biller"],
            simulated=True,
        )
    said = gettext("Customers: {taken} accounts taken in, {rejected} rows rejected")
    say(said.format(taken=f"{taken.taken:,}", rejected=f"{len(taken.rejects):,}"))
    story = _Story(town, company, say, np.random.default_rng(seed + 1))
    story.seconds[gettext("customers")] = perf_counter() - began
    for month in town.months:
        story.run(month)
    story.prepare_next()
    clock.fix(story.closes_on(town.months[-1]))
    return story.seconds


class _Story:
    """The state that runs through the months: who will pay, what the bank will book."""

    def __init__(self, town: Town, company: Company, say: Say, random: np.random.Generator) -> None:
        self.town, self.company, self.say, self.random = town, company, say, random
        self.payers = Payers(random)
        self.person = company.person
        found = customer.ids_by_number([account.number for account in town.accounts])
        self.numbers = {
            account_id: account.number
            for account_id, account in zip(found.tolist(), town.accounts, strict=True)
        }
        self.opening_fen = BANK_OPENING_FEN
        self.slip = 0
        self.fees_fen = 0
        self.last_batch: tuple[date, str] | None = None
        self.seconds: dict[str, float] = {}

    def run(self, month: Month) -> None:
        """Live through a month: days of payment, the reading, the issue, the bank, the close."""
        day = month.first
        while day <= month.last:
            with clock.on(day):
                with self._stage(gettext("collection")):
                    self._collect(day)
                if day.day == READ_DAY:
                    self._read_and_issue(month, day)
                if day.day in REMIT_DAYS or day == month.last:
                    with self._stage(gettext("remittance")):
                        self._remit(day)
            day += timedelta(1)
        with clock.on(self.closes_on(month)):
            with self._stage(gettext("reconciliation")):
                self._reconcile(month)
            with self._stage(gettext("close")):
                self._take_ledger(month)
                self._close(month)

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began

    def closes_on(self, month: Month) -> date:
        """The first day of the next month."""
        return month.next().first

    def _read_and_issue(self, month: Month, day: date) -> None:
        name = f"readings-{month}.csv"
        data = self.company.keep(name, readings_file(self.town, month))
        with self._stage(gettext("meter reading")):
            taken = metering.import_readings(data, name, person_id=self.person["reader"])
        with self._stage(gettext("verification")):
            billing.verify(month, person_id=self.person["biller"])
            decided = self._decide(month)
        with self._stage(gettext("issue")):
            late, now = (
                receivable.issue(one, day, person_id=self.person["biller"]).rows_out
                for one in (month.previous(), month)
            )
            cash.offset_prepayment(month, day, person_id=self.person["biller"])
        issued = receivable_reads.open_items(day)
        for item in issued:
            if item["effective_on"] == day:
                self.payers.plan(
                    item["service_account_id"], item["remaining_fen"], day, item["due_on"]
                )
        said = gettext(
            "{month}: {readings} readings; blocking exceptions of the month: {released} released,"
            " {held} held; {now} bills issued, and {late} held over from the month before"
        )
        counts = {"readings": taken.taken, **decided, "now": now, "late": late}
        self.say(said.format(month=month, **{name: f"{n:,}" for name, n in counts.items()}))

    def _decide(self, month: Month) -> dict[str, int]:
        """The biller releases what was checked on site and holds the rest until next month.

        What nobody may release stays held. How many of the month's were released and held.
        """
        biller = self.person["biller"]
        before = _releasable(billing_reads.exceptions(month.previous(), state="hold", limit=None))
        billing_services.decide(before, "release", "现场复核,用电属实", person_id=biller)
        found = billing_reads.exceptions(month, state="open", limit=None)
        waiting = [one["id"] for one in found if one["blocking"]]
        checked = set(_releasable(found))
        held = [one for one in waiting if one not in checked or self.random.random() < HELD_SHARE]
        good = sorted(set(waiting) - set(held))
        billing_services.decide(good, "release", "核对历史与现场,用电属实", person_id=biller)
        billing_services.decide(held, "hold", "待下月现场复核", person_id=biller)
        return {"released": len(good), "held": len(held)}

    def _collect(self, day: date) -> None:
        """The day's payments: some at the counter, the others in the bank's file."""
        payments = self.payers.due.pop(day, [])
        for place, payment in enumerate(p for p in payments if p.bank is None):
            cash_services.take_cash(
                self.numbers[payment.account_id],
                payment.amount_fen,
                external_ref=f"SJ{day:%Y%m%d}{place:05d}",
                effective_on=day,
                person_id=self.person["cashier"],
            )
        for bank, (payer, letters) in enumerate(BANKS):
            collected = [payment for payment in payments if payment.bank == bank]
            if not collected:
                continue
            batch_ref = f"{letters}{day:%Y%m%d}"
            name = f"receipts-{batch_ref}.csv"
            data = self.company.keep(name, collection_file(batch_ref, day, collected, self.numbers))
            taken = cash.import_receipts(data, name, person_id=self.person["cashier"])
            self.last_batch = (day, batch_ref)
            self.payers.book(day, taken.total_fen, payer, f"代收电费 批次 {batch_ref}", "代收")

    def _remit(self, day: date) -> None:
        """Each unit pays all its counter cash in at the bank."""
        for code, unit in self.company.units.items():
            held_fen = cash_reads.cash_held(unit, day)
            if held_fen <= 0:
                continue
            self.slip += 1
            slip_ref = f"JK{day:%Y%m%d}{self.slip:04d}"
            cash_services.remit(
                unit, held_fen, slip_ref, effective_on=day, person_id=self.person["cashier"]
            )
            self.payers.book(day, held_fen, dict(UNITS)[code], f"现金缴存 {slip_ref}", "现金存入")

    def _reconcile(self, month: Month) -> None:
        lines = self.payers.statement_lines(month)
        data = write_ccb_statement(lines, BANK_ACCOUNT, f"{COMPANY}电费专户", self.opening_fen)
        self.opening_fen += sum(line.amount_fen for line in lines)
        name = f"statement-{month}.csv"
        accountant = self.person["accountant"]
        taken = banking.import_statement(self.company.keep(name, data), name, person_id=accountant)
        self.fees_fen -= sum(line.amount_fen for line in lines if line.amount_fen < 0)
        banking.reconcile(person_id=accountant)
        counts = banking_reads.month_counts(month)
        said = gettext(
            "{month}: {lines} bank lines of the month: {matched} matched, {waiting} waiting"
        )
        counts["lines"] = taken.taken
        self.say(said.format(month=month, **{name: f"{n:,}" for name, n in counts.items()}))

    def _take_ledger(self, month: Month) -> None:
        """Finance's other program sends its balances, with what it has not vouched yet."""
        late = self._late(month)
        figures = finance_reads.tie_out(month).rows
        name = f"ledger-{month}.csv"
        data = self.company.keep(name, ledger_file(month, figures, late, self.fees_fen))
        taken = ledgers.import_ledger(data, name, person_id=self.person["accountant"])
        said = gettext("{month}: {balances} balances of an outside ledger (simulated) taken in")
        if late is not None:
            said = gettext(
                "{month}: {balances} balances of an outside ledger (simulated) taken in; its"
                " receivables are {amount} yuan above the book's, as it vouches batch {batch} in"
                " the next month"
            )
        self.say(
            said.format(
                month=month,
                balances=f"{taken.taken:,}",
                amount=format_yuan(late.receivable_fen if late else 0),
                batch=late.reference if late else "",
            )
        )

    def _late(self, month: Month) -> Late | None:
        """A collection batch of the month's last day, still in transit, with what it changes."""
        if self.last_batch is None or self.last_batch[0] != month.last:
            return None
        reference = self.last_batch[1]
        file = cash_reads.batch_taken("bank_collection", reference)
        journals = books.journal_ids("receipt_file", file.pk) if file else []
        effects: dict[str, dict[int, int]] = {}
        for measure, sign in (("receivable", 1), ("prepayment", -1), ("transit", 1)):
            effect = effects.setdefault(measure, {})
            for journal in journals:
                for unit, amount_fen in books.split_by_unit(journal, measure).items():
                    effect[unit] = effect.get(unit, 0) + sign * amount_fen
        return Late(reference, effects)

    def prepare_next(self) -> None:
        """Write the files of the month after, where it has prices."""
        if self.town.months[-1].next() > priced_months()[1]:
            return
        bank = (BANK_ACCOUNT, f"{COMPANY}电费专户", self.opening_fen)
        next_month.write(next_folder(), self.town, self.payers, self.numbers, bank)

    def _close(self, month: Month) -> None:
        close(month, self.person)
        self.say(gettext("{month}: signed by both departments, closed").format(month=month))


def _releasable(exceptions: Sequence[dict[str, Any]]) -> list[int]:
    """The ids of those that a person may release as they stand."""
    return [one["id"] for one in exceptions if one["blocking"] and BY_CODE[one["rule"]].releasable]


def refuse_foreign(*, reset: bool) -> None:
    """Refuse a book with what no demonstration made. Raises BookNotEmpty and ResetRefused."""
    held, simulated = customer.counts()
    root = next((unit.name for unit in org_reads.units()), COMPANY)
    refused = ResetRefused if reset else BookNotEmpty
    if held != simulated:
        found = gettext("{count} service accounts").format(count=f"{held - simulated:,}")
        raise refused(found=found)
    if root != COMPANY:
        raise refused(found=gettext("the org unit {name}").format(name=root))


def finished_accounts() -> int:
    """How many accounts a finished demonstration has; 0 where none was begun.

    Raises DemoUnfinished where one was interrupted.
    """
    held, _simulated = customer.counts()
    if clock.fixed() is not None:
        return held
    if org_reads.units():
        raise DemoUnfinished(state=_state(held))
    return 0


def _state(held: int) -> str:
    """What an interrupted demonstration has left, in words."""
    closed = books.locked_months()
    if closed:
        said = gettext("{accounts} simulated accounts; closed: {months}; the month after is not")
        months = f"{closed[0]} – {closed[-1]}" if len(closed) > 1 else str(closed[0])
        return said.format(accounts=f"{held:,}", months=months)
    if held:
        said = gettext("{accounts} simulated accounts, and no month closed")
        return said.format(accounts=f"{held:,}")
    return gettext("the company without any customer")
