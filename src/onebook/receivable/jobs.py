"""The issue run (发行), one org unit after the other; and opening arrears coming in by file."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from onebook.billing import reads as billing
from onebook.books import services as books
from onebook.customer import reads as customer
from onebook.infra import clock, runs
from onebook.infra.runs import Chunk, Summary, Watcher
from onebook.infra.tabular import Field, FileTaken, read_table
from onebook.kernel.cells import Faults
from onebook.kernel.periods import Month, refuse_future_month
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.receivable import parsers, reads, services


def issue(
    month: Month,
    issued_on: date,
    *,
    person_id: int | None,
    watch: Watcher | None = None,
) -> Summary:
    """Issue every unit's verified, unbilled accounts of a month; safe to stop and to run again.

    What was held over from a closed month is issued on an open day. Raises MonthInFuture,
    DayInFuture and, for a day in a closed month, PeriodLocked, whether or not there is a bill.
    """
    org.require(person_id, Action.ISSUE_BILLS, None)
    refuse_future_month(month, clock.today())
    clock.refuse_future(issued_on)
    books.require_open(issued_on)

    def work(chunk: Chunk) -> None:
        services.issue_unit(int(chunk.key), month, issued_on, person_id=person_id, chunk=chunk)

    units = [str(unit) for unit in billing.units_to_bill(month)]
    return runs.perform("issue", str(month), units, work, person_id=person_id, watch=watch)


FIELDS = (
    Field("account_number", ("户号", "用户编号", "用户号", "account"), kind="id"),
    Field("bill_month", ("电费年月", "欠费年月", "应收年月", "bill month")),
    Field("due_on", ("应收日期", "到期日", "缴费截止日", "due on"), required=False),
    Field("amount", ("欠费金额", "欠费", "本金", "金额", "amount")),
)


@dataclass
class OpeningFile(FileTaken):
    """What became of a file's rows, and what they add up to."""

    total_fen: int = 0


def import_opening(
    data: bytes, name: str, *, effective_on: date, person_id: int | None, dry_run: bool = False
) -> OpeningFile:
    """Take opening arrears in by account and bill month with their original due dates.

    One file is one document with one journal; the same bytes again change nothing. DayInFuture
    where the balances would count for a day to come.
    """
    org.require(person_id, Action.IMPORT_OPENING, None)
    clock.refuse_future(effective_on)
    table = read_table(data, name, FIELDS)
    result = OpeningFile.of(table)
    sha256 = hashlib.sha256(data).hexdigest()
    if reads.opening_taken(sha256):
        result.unchanged = len(table)
        return result
    faults: Faults = {}
    columns = parsers.parse_opening(table.columns, clock.today(), faults)
    account_ids = customer.ids_by_number(table.columns["account_number"])
    parsers.reject_unknown(table.columns["account_number"], account_ids.tolist(), faults)
    good = [row for row in range(len(table)) if row not in faults]
    if good:
        accounts = customer.accounts_by_id(account_ids[good].tolist())
        items = services.opening_items(
            [accounts[account] for account in account_ids[good].tolist()],
            [columns["bill_month"][row] for row in good],
            [columns["due_on"][row] for row in good],
            [columns["amount"][row] for row in good],
        )
        opening = {
            "name": name,
            "sha256": sha256,
            "org_unit_id": org_reads.root().pk,
            "effective_on": effective_on,
        }
        with transaction.atomic():
            services.take_opening(items, opening, person_id=person_id)
            if dry_run:
                transaction.set_rollback(True)
        result.taken = len(good)
        result.total_fen = int(items.principal_fen.sum())
    result.rejects = table.rejected(faults)
    return result
