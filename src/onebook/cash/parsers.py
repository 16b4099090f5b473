"""Text cells of a channel's file of receipts become values, grouped by batch; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from onebook.cash.errors import (
    AccountUnknown,
    AmountNotPositive,
    BatchUnclear,
    MonthClosed,
    RefTwice,
)
from onebook.kernel.cells import Faults, printable, read_cells
from onebook.kernel.money import format_yuan, parse_yuan
from onebook.kernel.periods import Month, parse_date

__all__ = ["Faults", "batches", "parse_receipts", "reject_closed", "reject_unknown"]


def parse_receipts(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of values, None in blank or faulty cells; faults are added row by row."""
    columns: dict[str, list[Any]] = {
        "batch_ref": read_cells(cells["batch_ref"], printable("批次号"), faults, heading="批次号"),
        "paid_on": read_cells(cells["paid_on"], parse_date, faults, heading="交易日期"),
        "external_ref": read_cells(
            cells["external_ref"], printable("渠道流水号"), faults, heading="渠道流水号"
        ),
        "amount": read_cells(cells["amount"], _amount, faults, heading="金额"),
        "payer_name": read_cells(cells["payer_name"], printable("户名"), faults),
    }
    seen: dict[str, int] = {}
    for row, ref in enumerate(columns["external_ref"]):
        if ref is not None and seen.setdefault(ref, row) != row:
            faults.setdefault(row, RefTwice(external_ref=ref))
    return columns


def _amount(text: str) -> int:
    amount_fen = parse_yuan(text)
    if amount_fen <= 0:
        raise AmountNotPositive(amount=format_yuan(amount_fen))
    return amount_fen


def reject_unknown(numbers: Sequence[str], account_ids: Sequence[int], faults: Faults) -> None:
    """Reject the rows whose account number is not known (id -1)."""
    for row, (number, account) in enumerate(zip(numbers, account_ids, strict=True)):
        if account < 0:
            faults.setdefault(row, AccountUnknown(number=number))


def reject_closed(days: Sequence[date | None], until: date | None, faults: Faults) -> None:
    """Reject the rows of a day up to `until`, the last closed one (MonthClosed)."""
    for row, day in enumerate(days):
        if day is not None and until is not None and day <= until:
            faults.setdefault(row, MonthClosed(month=str(Month.of(day)), day=day.isoformat()))


def batches(columns: dict[str, list[Any]], faults: Faults) -> dict[str, list[int]]:
    """The rows to take by batch; rows of a batch's other day are rejected (BatchUnclear)."""
    found: dict[str, list[int]] = {}
    for row, batch_ref in enumerate(columns["batch_ref"]):
        if row in faults:
            continue
        rows = found.setdefault(batch_ref, [])
        if rows and columns["paid_on"][rows[0]] != columns["paid_on"][row]:
            faults[row] = BatchUnclear(batch_ref=batch_ref)
        else:
            rows.append(row)
    return found
