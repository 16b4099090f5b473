"""A file of changed meters (换表): the old meter's last reading, and the new one in its place."""

import hashlib
from collections.abc import Sequence

from django.db import transaction

from onebook.infra import clock, sql
from onebook.infra.tabular import Field, FileTaken, read_table
from onebook.kernel.cells import Faults, reject_future
from onebook.metering import parsers, reads, services
from onebook.metering.jobs.headings import REGISTERS_ZH
from onebook.org import services as org
from onebook.org.rules import Action

CHANGE_FIELDS = (
    Field("old_number", ("旧表号", "换下表号", "old meter"), kind="id"),
    Field("bill_month", ("抄表月份", "电费年月", "bill month", "month")),
    Field("changed_on", ("换表日期", "换表日", "changed on")),
    Field("final", ("旧表止度", "旧表止码", "旧表示数", "final reading")),
    Field("new_number", ("新表号", "换上表号", "new meter"), kind="id"),
    Field("digits", ("位数", "新表位数", "digits"), required=False),
    Field("multiplier", ("倍率", "新表倍率", "multiplier"), required=False),
    Field("initial", ("新表起度", "新表起码", "初始示数", "initial reading"), required=False),
    *(
        Field(
            f"{which}_{register}",
            (*(f"{name}{heading}" for name in names), f"{which} {register}".replace("_", " ")),
            required=False,
        )
        for which, heading in (("final", "止度"), ("initial", "起度"))
        for register, names in REGISTERS_ZH.items()
    ),
)


def import_meter_changes(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> FileTaken:
    """Take a file of changed meters in, all of it in one transaction; rows that do not fit are
    rejected.

    The old meter's last values are a reading of the bill month; the new meter stands in its place
    from the day of the change, with the old one's registers and, where the row says none, its
    digits and multiplier. A change that is recorded already changes nothing.
    """
    org.require_somewhere(person_id, Action.IMPORT_MASTER_DATA)
    table = read_table(data, name, CHANGE_FIELDS)
    faults: Faults = {}
    columns = parsers.parse_changes(table.columns, faults)
    reject_future(columns["changed_on"], clock.today(), faults)
    old = reads.change_targets(table.columns["old_number"])
    done = services.check_changes(table.columns["old_number"], columns, old, faults)
    _refuse_foreign_units(old["org_unit_id"].tolist(), person_id, faults)
    result = FileTaken.of(table)
    result.rejects = table.rejected(faults)
    good = [row for row in range(len(table)) if row not in faults and row not in done]
    result.taken, result.unchanged = len(good), len(done - faults.keys())
    with transaction.atomic():
        if good:
            sha256 = hashlib.sha256(data).hexdigest()
            counts = (result.rows_in, result.taken, len(result.rejects))
            file_id = services.open_file(name, sha256, rows=counts, person_id=person_id)
            services.write_changes(columns, old, good, file_id)
        if dry_run:
            transaction.set_rollback(True)
    sql.analyze("metering_installation", "metering_meter", "metering_reading")
    return result


def _refuse_foreign_units(units: Sequence[int], person_id: int | None, faults: Faults) -> None:
    """Refuse rows of units in which the person may not change meters."""
    allowed = org.require_somewhere(person_id, Action.IMPORT_MASTER_DATA)
    for row, unit in enumerate(units):
        if row not in faults and unit not in allowed:
            faults[row] = org.not_allowed(person_id, Action.IMPORT_MASTER_DATA, unit)
