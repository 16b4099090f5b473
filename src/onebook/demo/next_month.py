"""The files of the month after the demonstration, for people who want to work it by hand."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from onebook.demo.customers import Town, readings_file
from onebook.demo.payers import BANKS, Payers, collection_file
from onebook.demo.statement import write_ccb_statement
from onebook.kernel.periods import Month

KINDS = ("readings", "receipts", "statement")


def with_next_month(town: Town) -> Town:
    """The town with one month more, in which everybody uses what they used in the last one."""
    usage_e4 = np.concatenate([town.usage_e4, town.usage_e4[:, -1:]], axis=1)
    return replace(town, months=[*town.months, town.months[-1].next()], usage_e4=usage_e4)


def collected(payers: Payers, month: Month, numbers: dict[int, str]) -> bytes:
    """The banks' collections of a month in one file, batch by batch; the bank books each one."""
    heading, rows = b"", []
    day = month.first
    while day <= month.last:
        for bank, (payer, letters) in enumerate(BANKS):
            payments = [one for one in payers.due.get(day, []) if one.bank == bank]
            if payments:
                batch_ref = f"{letters}{day:%Y%m%d}"
                file = collection_file(batch_ref, day, payments, numbers)
                heading, *lines = file.splitlines(keepends=True)
                rows += lines
                total_fen = sum(one.amount_fen for one in payments)
                payers.book(day, total_fen, payer, f"代收电费 批次 {batch_ref}", "代收")
        day += timedelta(1)
    return heading + b"".join(rows)


def write(
    folder: Path,
    town: Town,
    payers: Payers,
    numbers: dict[int, str],
    bank: tuple[str, str, int],
) -> Month:
    """Write the readings, the banks' collections and the bank's statement of the month after.

    `bank`: our account's number, its name, and the fen that the statement opens with.
    """
    longer = with_next_month(town)
    month = longer.months[-1]
    folder.mkdir(exist_ok=True)
    receipts = collected(payers, month, numbers)
    files = {
        "readings": readings_file(longer, month),
        "receipts": receipts,
        "statement": write_ccb_statement(payers.statement_lines(month), *bank),
    }
    for kind in KINDS:
        (folder / f"{kind}-{month}.csv").write_bytes(files[kind])
    return month
