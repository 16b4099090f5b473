"""The book's laws: whatever happens in whatever order, it says what a naive reference says.

LAWS_EXAMPLES and LAWS_STEPS in the environment make the runs more and longer.
"""

import os
from datetime import date, timedelta
from functools import partial
from typing import ClassVar, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.cash.errors import MonthClosed, PrepaymentUsed, ReceiptMoved, ReceiptRemitted
from onebook.customer import reads as customer
from onebook.infra import clock
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.org.services import SYSTEM
from onebook.receivable import reads as receivable
from tests.journeys.supplier import READ_BEFORE, Supplier

EXAMPLES = int(os.environ.get("LAWS_EXAMPLES", "5"))
STEPS = int(os.environ.get("LAWS_STEPS", "20"))
START = date(2025, 11, 1)
Figures = dict[tuple[str, str], int]  # (what, unit) -> fen, where it is not nothing
UNIT_OF = {"1": "east", "2": "east", "3": "west"}
PRICE_E3 = 558  # yuan per kWh x 1,000: zj-residential-shared


class Entry(NamedTuple):
    """Something that moved: `settled` of an item, or `prepaid`, `cash`, `transit` of its key."""

    kind: str
    key: object
    fen: int
    effective_on: date
    recorded_on: date


class Item(NamedTuple):
    """What an account owes for a month."""

    number: str
    month: Month
    fen: int
    issued_on: date


class Reference:
    """The naive book: a list of what happened, added up anew for every question."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.entries: list[Entry] = []
        self.offsets: list[tuple[str, Entry]] = []

    def total(self, kind: str, key: object, day: date, known: date | None = None) -> int:
        return sum(
            one.fen
            for one in self.entries
            if (one.kind, one.key) == (kind, key)
            and one.effective_on <= day
            and (known is None or one.recorded_on <= known)
        )

    def over_days(self, kind: str, key: object, day: date) -> list[int]:
        """The total at the end of the day and of every later one on which something moved."""
        later = {one.effective_on for one in self.entries if one.effective_on > day}
        return [self.total(kind, key, one) for one in {day, *later}]

    def open_items(self, day: date, known: date | None) -> dict[tuple[str, Month], int]:
        """Account and month -> what is owed of it; never below nothing or above the bill."""
        left = {
            (item.number, item.month): item.fen - self.total("settled", item, day, known)
            for item in self.items
            if item.issued_on <= day and (known is None or item.issued_on <= known)
        }
        fens = {(item.number, item.month): item.fen for item in self.items}
        assert all(0 <= fen <= fens[key] for key, fen in left.items())
        return {key: fen for key, fen in left.items() if fen}

    def owed(self, unit: str, day: date, known: date | None) -> int:
        owed = self.open_items(day, known).items()
        return sum(fen for (number, _), fen in owed if UNIT_OF[number] == unit)

    def prepaid(self, unit: str, day: date, known: date | None) -> int:
        numbers = [number for number, its_unit in UNIT_OF.items() if its_unit == unit]
        return sum(self.total("prepaid", number, day, known) for number in numbers)

    def settle(self, number: str, fen: int, day: date, today: date) -> list[Entry]:
        """Settle the oldest items with what is free of them from the day on; what that moved."""
        made = []
        for item in self.items:  # they come in the order of their months
            free = item.fen - max(self.over_days("settled", item, day))
            part = min(fen, free)
            if item.number == number and item.issued_on <= day and part > 0:
                made.append(Entry("settled", item, part, day, today))
                fen -= part
        self.entries += made
        return made

    def pay(self, number: str, fen: int, day: date, today: date, into: str) -> list[Entry]:
        made = self.settle(number, fen, day, today)
        over = fen - sum(entry.fen for entry in made)
        rest = [Entry("prepaid", number, over, day, today)] if over else []
        rest.append(Entry(into, UNIT_OF[number], fen, day, today))
        self.entries += rest
        return made + rest

    def offset(self, unit: str, day: date, today: date) -> int:
        numbers = [one for one in UNIT_OF if UNIT_OF[one] == unit]
        return sum(self.offset_account(number, day, today) for number in numbers)

    def offset_account(self, number: str, day: date, today: date) -> int:
        held = min(self.over_days("prepaid", number, day))
        made = self.settle(number, held, day, today)
        used = sum(entry.fen for entry in made)
        self.offsets += [(number, entry) for entry in made]
        if used:
            self.entries.append(Entry("prepaid", number, -used, day, today))
        return used

    def move(self, made: list[Entry], wrong: str, right: str, today: date) -> None:
        """What a receipt made is taken back, used prepayment from the latest offsets; the right
        account pays with it; what prepayment the wrong one has left settles again."""
        fen = sum(one.fen for one in made if one.kind in ("settled", "prepaid"))
        prepaid = sum(one.fen for one in made if one.kind == "prepaid")
        used = prepaid - self.total("prepaid", wrong, today)
        latest = sorted(
            (one for one in self.offsets if one[0] == wrong), key=lambda one: one[1].effective_on
        )
        freed: list[Entry] = []
        while used > sum(one.fen for one in freed):
            self.offsets.remove(latest[-1])
            freed.append(latest.pop()[1])
        back = [one for one in made if one.kind == "settled"] + freed
        self.entries += [
            one._replace(fen=-one.fen, effective_on=today, recorded_on=today) for one in back
        ]
        rest = sum(one.fen for one in freed) - prepaid
        self.entries.append(Entry("prepaid", wrong, rest, today, today))
        given = sum(one.fen for one in self.settle(right, fen, today, today))
        self.entries.append(Entry("prepaid", right, fen - given, today, today))
        self.offset_account(wrong, today, today)


accounts = st.sampled_from(sorted(UNIT_OF))
units = st.sampled_from(["east", "west"])
amounts = st.integers(1, 300_00)
files = st.lists(st.tuples(accounts, amounts), min_size=1, max_size=4)
usages = st.tuples(*[st.integers(1, 300)] * len(UNIT_OF))
days = st.integers(0, 6)
soon = st.integers(0, 3)


class Books(RuleBasedStateMachine):
    """The supplier and the reference live through the same; after each step they are compared."""

    supplier: ClassVar[Supplier]
    numbers: ClassVar[dict[int, str]]

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.savepoint()
        self.reference = Reference()
        self.today, self.touched = START, START
        self.registers = dict.fromkeys(UNIT_OF, 0)
        self.to_issue = self.to_close = Month.of(START)
        self.receipts: list[tuple[int, str, list[Entry]]] = []
        self.till: dict[str, list[tuple[int, int]]] = {"east": [], "west": []}
        self.remitted = {"east": 0, "west": 0}
        self.count = 0

    def teardown(self) -> None:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(self.before)

    def _issue_day(self) -> date:
        return self.to_issue.first.replace(day=25)

    def _on(self, forward: int, late: int = 0) -> date:
        """Days go by; then something of a day in the past is recorded, or of today."""
        self.today = min(self.today + timedelta(forward), self._issue_day())
        self.touched = max(self.today - timedelta(late), START)
        return self.touched

    def _ref(self) -> str:
        self.count += 1
        return f"S{self.count}"

    @initialize(kwh=usages)
    def first_issue(self, kwh: tuple[int, ...]) -> None:
        self.issue(kwh)

    @rule(kwh=usages)
    def issue(self, kwh: tuple[int, ...]) -> None:
        """The next month's meters are read and billed; prepayment is offset."""
        month, day = self.to_issue, self._issue_day()
        for number, used in zip(UNIT_OF, kwh, strict=True):
            self.registers[number] += used
            fen = half_up(used * PRICE_E3, 10)
            self.reference.items.append(Item(number, month, fen, day))
        self.supplier.read_meters(month, *(f"{n},{r}" for n, r in self.registers.items()))
        assert self.supplier.doubtful(month) == []
        self.supplier.issue(month)
        for unit in ("east", "west"):
            self.reference.offset(unit, day, day)
        self.today = self.touched = day
        self.to_issue = month.next()

    @rule(number=accounts, fen=amounts, forward=soon, late=days)
    def pay_at_the_counter(self, number: str, fen: int, forward: int, late: int) -> None:
        day, slip = self._on(forward, late), self._ref()
        if Month.of(day) < self.to_close:
            with pytest.raises(MonthClosed):
                self.supplier.at_the_counter(day, number, fen, slip, self.today)
            return
        receipt = self.supplier.at_the_counter(day, number, fen, slip, self.today)
        made = self.reference.pay(number, fen, day, self.today, "cash")
        self.receipts.append((receipt, number, made))
        self.till[UNIT_OF[number]].append((receipt, fen))

    @rule(rows=files, forward=soon, late=days)
    def pay_by_the_bank(self, rows: list[tuple[str, int]], forward: int, late: int) -> None:
        day = self.touched = max(self._on(forward, late), self.to_close.first)
        file = [f"{number},{format_yuan(fen, separators=False)}" for number, fen in rows]
        self.supplier.bank_collects(day, self._ref(), *file, recorded_on=self.today)
        for number, fen in rows:
            self.reference.pay(number, fen, day, self.today, "transit")

    @precondition(lambda self: self.receipts)
    @rule(data=st.data(), forward=soon)
    def reverse(self, data: st.DataObject, forward: int) -> None:
        """A receipt is taken back, unless its cash is remitted or the prepayment it made is
        used."""
        self._on(forward)
        chosen = data.draw(st.integers(0, len(self.receipts) - 1))
        receipt, number, made = self.receipts[chosen]
        till = self.till[UNIT_OF[number]]
        place = [one for one, _ in till].index(receipt)
        if self.remitted[UNIT_OF[number]] > sum(fen for _, fen in till[:place]):
            with pytest.raises(ReceiptRemitted):
                self.supplier.take_back(self.today, receipt)
            return
        prepaid = sum(one.fen for one in made if one.kind == "prepaid")
        if prepaid > self.reference.total("prepaid", number, self.today):
            with pytest.raises(PrepaymentUsed):
                self.supplier.take_back(self.today, receipt)
            return
        self.supplier.take_back(self.today, receipt)
        self.reference.entries += [
            one._replace(fen=-one.fen, effective_on=self.today, recorded_on=self.today)
            for one in made
        ]
        del self.receipts[chosen], till[place]

    @precondition(lambda self: self.receipts)
    @rule(data=st.data(), forward=soon)
    def move(self, data: st.DataObject, forward: int) -> None:
        """A receipt, remitted or not, is moved to another account, and once only."""
        self._on(forward)
        chosen = data.draw(st.integers(0, len(self.receipts) - 1))
        receipt, wrong, made = self.receipts.pop(chosen)
        right = data.draw(st.sampled_from([one for one in UNIT_OF if one != wrong]))
        self.supplier.move(self.today, receipt, right)
        self.reference.move(made, wrong, right, self.today)
        with pytest.raises(ReceiptMoved):
            self.supplier.take_back(self.today, receipt)

    @rule(unit=units, forward=soon, late=days)
    def offset(self, unit: str, forward: int, late: int) -> None:
        day = self.touched = max(self._on(forward, late), self.to_close.first)
        month = Month.of(day)
        with clock.on(self.today), transaction.atomic():
            used = cash.offset_unit(self.supplier.unit[unit], month, day, person_id=SYSTEM).fen
        assert used == self.reference.offset(unit, day, self.today)

    @rule(unit=units, share=st.integers(1, 4), forward=soon)
    def remit(self, unit: str, share: int, forward: int) -> None:
        self._on(forward)
        fen = min(self.reference.over_days("cash", unit, self.today)) // share
        if fen > 0:
            self.supplier.remit(self.today, unit, fen, self._ref())
            self.remitted[unit] += fen
            for kind, moved in (("cash", -fen), ("transit", fen)):
                self.reference.entries.append(Entry(kind, unit, moved, self.today, self.today))

    @precondition(lambda self: self.to_close < self.to_issue)
    @rule()
    def close(self) -> None:
        """Both departments sign: that they can is itself a comparison of their figures."""
        self.today = max(self.today, self.to_close.next().first)
        self.supplier.close(self.to_close, self.today)
        self.to_close = self.to_close.next()

    @rule(back=st.integers(0, 60), known_back=st.none() | st.integers(1, 60))
    def ask(self, back: int, known_back: int | None) -> None:
        """Any day, as known now or on any day before."""
        known = None if known_back is None else self.today - timedelta(known_back)
        self._compare(self.today - timedelta(back), known)

    @invariant()
    def the_day_that_was_touched_is_right(self) -> None:
        self._compare(self.touched, None)
        self._compare(self.touched, self.today - timedelta(1))
        self._compare(self.touched - timedelta(1), None)

    def _compare(self, day: date, known: date | None) -> None:
        naive = {
            "owed": self.reference.owed,
            "prepaid": self.reference.prepaid,
            "cash": partial(self.reference.total, "cash"),
            "transit": partial(self.reference.total, "transit"),
        }
        expected = {
            (what, unit): fen
            for what, figure in naive.items()
            for unit, unit_id in self.supplier.unit.items()
            if (fen := figure(unit, day, known))
        }
        with clock.on(self.today):
            moment = known or clock.watermark()
            assert self._open_items(day, moment) == self.reference.open_items(day, known)
            assert self._by_marketing(day, moment) == {
                key: fen for key, fen in expected.items() if key[0] in ("owed", "prepaid")
            }
            assert self._in_the_book(day, moment) == expected
            assert receivable.items_against_control(day, moment) == []
            assert books.trial_balance(day, moment).totals["balance_fen"] == 0

    def _open_items(self, day: date, known: KnownAt) -> dict[tuple[str, Month], int]:
        return {
            (self.numbers[row["service_account_id"]], Month.of(row["bill_month"])): row[
                "remaining_fen"
            ]
            for row in receivable.open_items(day, known)
        }

    def _by_marketing(self, day: date, known: KnownAt) -> Figures:
        """What marketing's own documents say, where it is not nothing."""
        owed = receivable.owed_by_unit(day, known)
        held = cash_reads.prepayment_by_unit(day, known)
        return self._shown(
            owed={unit: row["remaining_fen"] for unit, row in owed.items()},
            prepaid={unit: row["balance_fen"] for unit, row in held.items()},
        )

    def _in_the_book(self, day: date, known: KnownAt) -> Figures:
        """What the accounts say, prepayment as what is held."""
        prepaid = books.control_by_unit("prepayment", day, known)
        return self._shown(
            owed=books.control_by_unit("receivable", day, known),
            prepaid={unit: -fen for unit, fen in prepaid.items()},
            cash=books.balance_by_unit("1001", day, known),
            transit=books.control_by_unit("transit", day, known),
        )

    def _shown(self, **figures: dict[int, int]) -> Figures:
        codes = {unit_id: code for code, unit_id in self.supplier.unit.items()}
        return {
            (what, codes[unit]): fen
            for what, by_unit in figures.items()
            for unit, fen in by_unit.items()
            if fen
        }


@pytest.mark.django_db
def test_the_book_says_what_the_naive_reference_says() -> None:
    Books.supplier = Supplier()
    with clock.on(READ_BEFORE):
        Books.supplier.connect(
            *(f"{number},{unit},居民生活,zj-residential-shared" for number, unit in UNIT_OF.items())
        )
    Books.numbers = dict(zip(customer.ids_by_number(list(UNIT_OF)).tolist(), UNIT_OF, strict=True))
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            # Shrinking takes minutes; the steps of a short run can be read as they are.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
