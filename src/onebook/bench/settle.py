"""`bench settle`: a bank's collection file, parsed, allocated, posted, committed, against COPY."""

import resource
from time import perf_counter
from typing import Any

import psycopg
from numpy.random import default_rng

from onebook.bench import floor
from onebook.bench.issue import MONTH, load_history, usual_units
from onebook.cash import jobs as cash
from onebook.infra import logins, sql
from onebook.kernel.money import format_yuan
from onebook.org.services import SYSTEM

BATCH = "BENCH1"
SEED = 13
_PAID_DAY = 27
# Of a hundred payments: these pay half of what is owed, these a round sum more than it.
_PARTIAL_PERCENT, _OVER_PERCENT = 5, 10
_OVER_FEN = 10_000
_FILE = f"(SELECT id FROM cash_receipt_file WHERE batch_ref = '{BATCH}')"
_JOURNAL = (
    f"(SELECT id FROM books_journal WHERE source_kind = 'receipt_file' AND source_id = {_FILE})"
)
_TAKEN: floor.Tables = {
    "cash_receipt_file": f"id = {_FILE}",
    "cash_receipt": f"file_id = {_FILE}",
    "receivable_settlement": f"journal_id = {_JOURNAL}",
    "cash_prepayment_entry": f"journal_id = {_JOURNAL}",
    "cash_transit_item": f"journal_id = {_JOURNAL}",
    "books_journal": f"id = {_JOURNAL}",
    "books_posting": f"journal_id = {_JOURNAL}",
}


def settle(payments: int) -> dict[str, Any]:
    """Take a file of `payments` in, of customers who each owe one month; the figures to print.

    `seconds` run from the file's bytes to the commit. Five in a hundred pay half, ten pay more than
    they owe, the others what they owe. The floor is that of `floor.measure`, one transaction with
    the very rows that the file became.
    """
    load_history(payments, usual_units(payments), 1)
    data = _file()
    seconds = 0.0

    def take() -> None:
        nonlocal seconds
        began = perf_counter()
        taken = cash.import_receipts(data, "bench.csv", person_id=SYSTEM)
        seconds = perf_counter() - began
        if taken.taken != payments:
            raise RuntimeError(f"{taken.taken} of {payments} payments were taken")

    with psycopg.connect(**logins.dsn("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        measured = floor.measure(owner, [_TAKEN], [0], take)
    return {
        "bench": "settle",
        "n": payments,
        "seconds": round(seconds, 3),
        "floor_seconds": round(measured.seconds, 3),
        "ratio": round(seconds / measured.seconds, 2),
        "payments_per_second": round(payments / seconds),
        "file_bytes": len(data),
        **measured.figures(),
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _file() -> bytes:
    """A payment for every account that owes, in the accounts' order, as one batch of one day."""
    paid_on = MONTH.previous().first.replace(day=_PAID_DAY)
    dice = default_rng(SEED)
    lines = ["批次号,交易日期,渠道流水号,户号,金额\n"]
    owed = sql.rows("bench", "owed", {})
    for place, (row, kind) in enumerate(zip(owed, dice.integers(0, 100, len(owed)), strict=True)):
        fen = row["fen"]
        if kind < _PARTIAL_PERCENT:
            fen = max(fen // 2, 1)
        elif kind < _PARTIAL_PERCENT + _OVER_PERCENT:
            fen += _OVER_FEN
        amount = format_yuan(fen, separators=False)
        lines.append(f"{BATCH},{paid_on},B{place:09d},{row['number']},{amount}\n")
    return "".join(lines).encode()
