"""How the demonstration's customers pay, and what their bank then books; all simulated.

Days to pay follow the quantiles of days to settle in a public data set of 2,466 invoices with
30-day terms (35.6 % late, mean 3.44 days late), scaled to the supplier's own term, so that the
same share of bills is paid late.
"""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np

from onebook.demo.statement import BankEntry
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month

# The 0 %, 2.5 %, 5 %, … 100 % quantiles of days to settle.
DAYS_TO_SETTLE = (
    0, 4, 6, 8, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 21, 22, 23, 24, 24, 25, 26,
    26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 40, 41, 43, 45, 48, 52, 75,
)  # fmt: skip
TERMS_DAYS = 30
COUNTER_SHARE = 0.08
COUNTER_MOST_FEN = 1_000_000  # nobody carries more than 10,000 yuan to the counter
# The banks that collect: their name, and the letters that open their batch numbers.
BANKS = (("建行代收清算户", "JH"), ("农行代收清算户", "NH"))
NEVER_SHARE, PARTIAL_SHARE, OVER_SHARE = 0.03, 0.03, 0.08


@dataclass(frozen=True)
class Payment:
    """What somebody will pay on a day; `bank` is the place in BANKS, None is the counter."""

    account_id: int
    amount_fen: int
    bank: int | None


@dataclass
class Payers:
    """The payments to come, by day, and the bank's bookings to come."""

    random: np.random.Generator
    due: dict[date, list[Payment]] = field(default_factory=lambda: defaultdict(list))
    booked: list[BankEntry] = field(default_factory=list)

    def plan(self, account_id: int, remaining_fen: int, issued_on: date, due_on: date) -> None:
        """Decide when and how a new bill is paid: some never, some in part, some too much."""
        habit = self.random.random()
        if habit < NEVER_SHARE:
            return
        amount_fen = remaining_fen
        if habit < NEVER_SHARE + PARTIAL_SHARE:
            amount_fen = max(remaining_fen * 6 // 10, 1)
        elif habit > 1 - OVER_SHARE:
            amount_fen = -(-remaining_fen // 10_000) * 10_000
        day = issued_on + timedelta(days_to_pay(self.random.random(), (due_on - issued_on).days))
        at_counter = self.random.random() < COUNTER_SHARE and amount_fen <= COUNTER_MOST_FEN
        bank = None if at_counter else int(account_id % len(BANKS))
        self.due[day].append(Payment(account_id, amount_fen, bank))

    def book(self, day: date, amount_fen: int, name: str, remark: str, summary: str) -> None:
        """The bank credits a sum on the next day."""
        minute = int(self.random.integers(9 * 60, 17 * 60))
        at = datetime.combine(day + timedelta(1), time(minute // 60, minute % 60))
        self.booked.append(
            BankEntry(at, amount_fen, counterparty_name=name, summary=summary, remark=remark)
        )

    def statement_lines(self, month: Month) -> list[BankEntry]:
        """What the bank booked in a month: our sums, and what makes reconciling work.

        One reference is mistyped, one sum arrives short by a fee, one transfer nobody announced,
        two equal ones that are both real, and the bank's own fee.
        """
        inside = [entry for entry in self.booked if Month.of(entry.booked_at.date()) == month]
        self.booked = [entry for entry in self.booked if entry not in inside]
        if len(inside) > 4:
            inside[1] = _with(inside[1], remark=inside[1].remark[:-2] + "XX")
            inside[3] = _with(inside[3], amount_fen=inside[3].amount_fen - 100)
        middle = datetime.combine(month.first.replace(day=15), time(10, 30))
        strange = [
            BankEntry(middle, 123_400, "某某商贸有限公司(模拟)", summary="转账", remark="货款"),
            BankEntry(middle, 5_000, "王芳(模拟)", summary="转账", remark="电费"),
            BankEntry(middle, 5_000, "王芳(模拟)", summary="转账", remark="电费"),
            BankEntry(middle, -2_500, summary="手续费", remark="账户管理费"),
        ]
        return sorted([*inside, *strange], key=lambda entry: entry.booked_at)


def days_to_pay(share: float, terms_days: int) -> int:
    """The days after which a payer pays who stands at `share` (0 to 1) of all, the fastest first.

    A bill is paid on the next day at the earliest.
    """
    days = np.interp(share, np.linspace(0, 1, len(DAYS_TO_SETTLE)), DAYS_TO_SETTLE)
    return max(1, int(days * terms_days / TERMS_DAYS))


def _with(entry: BankEntry, **changes: object) -> BankEntry:
    values = {name: getattr(entry, name) for name in BankEntry.__slots__}
    return BankEntry(**{**values, **changes})


def collection_file(
    batch_ref: str, day: date, payments: list[Payment], numbers: dict[int, str]
) -> bytes:
    """A bank's collection file of one day (代收), as the channel sends it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("批次号", "交易日期", "渠道流水号", "户号", "户名", "金额"))
    for place, payment in enumerate(payments, 1):
        writer.writerow(
            (
                batch_ref,
                day.isoformat(),
                f"{batch_ref}{place:06d}",
                numbers[payment.account_id],
                "",
                format_yuan(payment.amount_fen, separators=False),
            )
        )
    return out.getvalue().encode("gb18030")
