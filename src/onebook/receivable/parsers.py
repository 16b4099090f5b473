"""Text cells of a file of opening arrears become values; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from onebook.kernel.cells import Faults, read_cells
from onebook.kernel.money import format_yuan, parse_yuan
from onebook.kernel.periods import Month, parse_date, refuse_future_month
from onebook.receivable.errors import AccountUnknown, OpeningNotPositive


def parse_opening(
    cells: Mapping[str, Sequence[str]], today: date, faults: Faults
) -> dict[str, list[Any]]:
    """Columns of values; a blank due date is the last day of the month after the bill month.

    Nobody is in arrears with a month that has not begun by `today`.
    """

    def month(text: str) -> Month:
        asked = Month.parse(text)
        refuse_future_month(asked, today)
        return asked

    months = read_cells(cells["bill_month"], month, faults, heading="电费年月")
    due = read_cells(cells["due_on"], parse_date, faults)
    return {
        "bill_month": months,
        "due_on": [
            day or (bill_month.next().last if bill_month else None)
            for day, bill_month in zip(due, months, strict=True)
        ],
        "amount": read_cells(cells["amount"], _amount, faults, heading="欠费金额"),
    }


def _amount(text: str) -> int:
    amount_fen = parse_yuan(text)
    if amount_fen <= 0:
        raise OpeningNotPositive(amount=format_yuan(amount_fen))
    return amount_fen


def reject_unknown(numbers: Sequence[str], account_ids: Sequence[int], faults: Faults) -> None:
    """Reject the rows whose account number is not known (id -1)."""
    for row, (number, account) in enumerate(zip(numbers, account_ids, strict=True)):
        if account < 0:
            faults.setdefault(row, AccountUnknown(number=number))
