"""A channel's file of receipts coming in, and the prepayment offset after an issue run."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from onebook.books import reads as books
from onebook.cash import parsers, reads, services
from onebook.cash.errors import BatchTaken
from onebook.cash.models import Receipt
from onebook.customer import reads as customer
from onebook.infra import clock, runs
from onebook.infra.runs import Chunk, Watcher
from onebook.infra.tabular import Field, FileTaken, read_table
from onebook.kernel.cells import reject_future
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.org import services as org_services
from onebook.org.rules import Action

Int64 = NDArray[np.int64]
FIELDS = (
    Field("batch_ref", ("批次号", "批次", "代收批次号", "batch"), kind="id"),
    Field("paid_on", ("交易日期", "缴费日期", "交费日期", "日期", "date")),
    Field("external_ref", ("渠道流水号", "流水号", "交易流水号", "serial"), kind="id"),
    Field("account_number", ("户号", "用户编号", "用户号", "account"), kind="id"),
    Field("amount", ("金额", "缴费金额", "交费金额", "实收金额", "amount")),
    Field("payer_name", ("户名", "付款人", "付款人名称", "payer"), required=False),
)


@dataclass
class ReceiptsFile(FileTaken):
    """What became of a file's rows; `batches` are the references that went in."""

    total_fen: int = 0
    batches: list[str] = field(default_factory=list)


def import_receipts(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> ReceiptsFile:
    """Take in a bank's collection file (代收/代扣), batch by batch, each in one transaction.

    A row that was taken before, with the same account, amount and day, changes nothing, also after
    its month closed; with other facts it is rejected (ReceiptDiffers). A batch that was taken
    before takes no new row. Rejected are rows with an unreadable cell, an unknown account, a number
    that came twice or a day of a closed month.
    """
    org_services.require(person_id, Action.IMPORT_RECEIPT_FILE, None)
    table = read_table(data, name, FIELDS)
    faults: parsers.Faults = {}
    columns = parsers.parse_receipts(table.columns, faults)
    accounts = customer.ids_by_number(table.columns["account_number"])
    parsers.reject_unknown(table.columns["account_number"], accounts.tolist(), faults)
    channel = Receipt.Channel.BANK_COLLECTION
    known = _taken_before(channel, columns, accounts.tolist(), faults)
    fresh_days = [None if row in known else day for row, day in enumerate(columns["paid_on"])]
    reject_future(fresh_days, clock.today(), faults)
    parsers.reject_closed(fresh_days, books.closed_until(), faults)
    taken = ReceiptsFile.of(table)
    units = customer.units_of_accounts(accounts)
    for batch_ref, rows in parsers.batches(columns, faults).items():
        fresh = [row for row in rows if row not in known]
        taken.unchanged += len(rows) - len(fresh)
        before = reads.batch_taken(channel, batch_ref)
        if before is not None:
            why = BatchTaken(batch_ref=batch_ref, receipts=before.receipts)
            faults.update((row, why) for row in fresh)
            continue
        if not fresh or dry_run:
            continue
        file = {
            "name": name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "batch_ref": batch_ref,
            "effective_on": columns["paid_on"][fresh[0]],
            "org_unit_id": org.root().pk,
        }
        with transaction.atomic():
            services.take_batch(
                channel, _columns(columns, accounts, units, fresh), file, person_id=person_id
            )
        taken.taken += len(fresh)
        taken.total_fen += sum(columns["amount"][row] for row in fresh)
        taken.batches.append(batch_ref)
    taken.rejects = table.rejected(faults)
    return taken


def _taken_before(
    channel: Receipt.Channel,
    columns: dict[str, list[Any]],
    accounts: list[int],
    faults: parsers.Faults,
) -> set[int]:
    """The rows that were taken before as they are; a number with other facts is a fault."""
    taken = reads.taken(channel, [ref for ref in columns["external_ref"] if ref is not None])
    recorded = customer.accounts_by_id({one.service_account_id for one in taken.values()})
    known = set()
    for row, ref in enumerate(columns["external_ref"]):
        if row in faults or ref not in taken:
            continue
        before = taken[ref]
        if before == (accounts[row], columns["amount"][row], columns["paid_on"][row]):
            known.add(row)
        else:
            number = recorded[before.service_account_id]["number"]
            faults[row] = reads.differs(channel, ref, before, number)
    return known


def _columns(
    columns: dict[str, list[Any]], accounts: Int64, units: Int64, rows: list[int]
) -> dict[str, Any]:
    return {
        "service_account_id": accounts[rows],
        "org_unit_id": units[rows],
        "amount_fen": np.array([columns["amount"][row] for row in rows], np.int64),
        "external_ref": [columns["external_ref"][row] for row in rows],
        "payer_name": [columns["payer_name"][row] or "" for row in rows],
    }


@dataclass
class OffsetRun:
    """What a run offset: the accounts, their fen, and the seconds by stage."""

    accounts: int = 0
    amount_fen: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


def offset_prepayment(
    month: Month, effective_on: date, *, person_id: int | None, watch: Watcher | None = None
) -> OffsetRun:
    """Offset every unit's prepayment against its open items; safe to stop and to run again."""
    offset = OffsetRun()

    def work(chunk: Chunk) -> None:
        with chunk.stage("offset"):
            done = services.offset_unit(int(chunk.key), month, effective_on, person_id=person_id)
        chunk.rows_out += done.accounts
        offset.accounts += done.accounts
        offset.amount_fen += done.fen

    units = [str(unit.pk) for unit in org.units()]
    key = f"{month} {effective_on}"
    summary = runs.perform("offset", key, units, work, person_id=person_id, watch=watch)
    offset.seconds = summary.seconds
    return offset
