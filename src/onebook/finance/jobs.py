"""Balances of a general ledger that finance keeps elsewhere, coming in by file."""

from typing import Any

from django.db import transaction

from onebook.finance import services
from onebook.finance.errors import LedgerAccount, LedgerUnit
from onebook.infra import clock
from onebook.infra.tabular import Field, FileTaken, read_table
from onebook.kernel.cells import Faults, read_cells
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import Month, refuse_future_month
from onebook.org import reads as org
from onebook.org import services as org_services
from onebook.org.rules import Action

FIELDS = (
    Field("month", ("月份", "会计期间", "期间", "month")),
    Field("org_unit", ("单位", "核算单位", "单位编码", "org unit")),
    Field("account_code", ("科目编码", "科目代码", "科目", "account"), kind="id"),
    Field("balance", ("余额", "期末余额", "balance")),
)


def import_ledger(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> FileTaken:
    """Take month-end balances in (单位, 科目编码, 余额); a newer import of a balance counts."""
    org_services.require(person_id, Action.IMPORT_LEDGER, None)
    table = read_table(data, name, FIELDS)
    faults: Faults = {}
    units, codes = org.unit_ids_by_label(), services.account_codes()

    today = clock.today()

    def month(text: str) -> Month:
        asked = Month.parse(text)
        refuse_future_month(asked, today)
        return asked

    def unit(text: str) -> int:
        if text not in units:
            raise LedgerUnit(org_unit=text)
        return units[text]

    def code(text: str) -> str:
        if text not in codes:
            raise LedgerAccount(code=text)
        return text

    cells = table.columns
    columns: dict[str, list[Any]] = {
        "month": read_cells(cells["month"], month, faults, heading="月份"),
        "org_unit_id": read_cells(cells["org_unit"], unit, faults, heading="单位"),
        "account_code": read_cells(cells["account_code"], code, faults, heading="科目编码"),
        "balance_fen": read_cells(cells["balance"], parse_yuan, faults, heading="余额"),
    }
    good = [row for row in range(len(table)) if row not in faults]
    rows = [{key: column[row] for key, column in columns.items()} for row in good]
    with transaction.atomic():
        taken = services.take_ledger(rows, name, person_id=person_id)
        if dry_run:
            transaction.set_rollback(True)
    result = FileTaken.of(table)
    result.taken, result.unchanged = taken, len(rows) - taken
    result.rejects = table.rejected(faults)
    return result
