"""The general ledger that the demonstration's finance keeps in another program; simulated.

Each month end it has the book's balances but for two honest differences. A collection batch of the
month's last day is vouched there in the next month only. The bank's own fees are vouched there from
the statement, while the book still waits for somebody to register them.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month

# The other program's chart: code and name, by the figure that both departments share.
CHART = {
    "receivable": ("112201", "应收账款-电费"),
    "prepayment": ("2203", "预收账款"),
    "transit": ("1012", "其他货币资金-电费在途"),
    "bank": ("1002", "银行存款"),
}
HEADINGS = ("会计期间", "核算单位", "科目编码", "科目名称", "期末余额")


@dataclass(frozen=True)
class Late:
    """A voucher that the other program has in the next month only.

    `effects` is what it changes: measure -> org unit -> fen, as the shared figures count.
    """

    reference: str
    effects: Mapping[str, Mapping[int, int]]

    @property
    def receivable_fen(self) -> int:
        """By how much the other program's receivables are above the book's."""
        return -sum(self.effects["receivable"].values())


def ledger_file(
    month: Month, figures: Sequence[Mapping[str, Any]], late: Late | None, fees_fen: int
) -> bytes:
    """The month-end balances as the other program exports them, labelled as simulated.

    `figures` are the rows of the month's tie-out; `fees_fen` the bank's fees up to now, taken from
    the unit that has the largest bank balance, which is the bank account's.
    """
    shown = [row for row in figures if row["measure"] in CHART]
    payer = max(
        (row for row in shown if row["measure"] == "bank"),
        key=lambda row: row["book_fen"],
        default=None,
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((f"科目余额表(模拟:财务另一套账){month}",))
    writer.writerow(HEADINGS)
    for row in shown:
        balance_fen = row["book_fen"] - (fees_fen if row is payer else 0)
        if late is not None:
            balance_fen -= late.effects.get(row["measure"], {}).get(row["org_unit_id"], 0)
        code, name = CHART[row["measure"]]
        amount = format_yuan(balance_fen, separators=False)
        writer.writerow((str(month), row["org_unit"], code, name, amount))
    return out.getvalue().encode("gb18030")
