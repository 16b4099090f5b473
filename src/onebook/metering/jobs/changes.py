"""A file of changed meters (换表): the old meter's last reading, and the new one in its place."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction

from onebook.infra import clock, sql
from onebook.infra.copy import dates
from onebook.infra.tabular import Field, FileTaken, Table, read_table
from onebook.kernel.cells import Faults, reject_future
from onebook.kernel.energy import format_kwh
from onebook.kernel.periods import Month
from onebook.metering import errors, kernels, parsers, reads, services
from onebook.metering.jobs.headings import REGISTERS_ZH
from onebook.metering.kernels import POLICIES
from onebook.metering.rules import REGISTERS, Register
from onebook.metering.rules.registers import NAMES_ZH
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
    done = _check(table, columns, old, faults)
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
            _change(columns, old, good, file_id)
        if dry_run:
            transaction.set_rollback(True)
    sql.analyze("metering_installation", "metering_meter", "metering_reading")
    return result


def _check(
    table: Table, columns: Mapping[str, Sequence[Any]], old: Mapping[str, Any], faults: Faults
) -> set[int]:
    """Refuse rows that do not fit what is recorded; the rows whose change is recorded already."""
    numbers, news = table.columns["old_number"], table.columns["new_number"]
    standing = reads.meters_at(news)
    since = dates(standing["installed_on"]).astype(object).tolist()
    meters = old["meter_id"].tolist()
    installed = reads.registers_of_meters([meter for meter in meters if meter >= 0])
    latest = dates(old["latest_on"]).astype(object).tolist()
    finals_e4 = np.array([one or 0 for one in columns["final"]], np.int64)
    is_beyond = kernels.beyond_register(finals_e4, np.maximum(old["digits"], 0)).tolist()
    done: set[int] = set()
    seen: set[str] = set()
    for row, number in enumerate(numbers):
        if row in faults:
            continue
        place = standing["service_account_id"][row]
        changed_on = columns["changed_on"][row]
        if meters[row] < 0:
            faults[row] = errors.MeterUnknown(number=number)
        elif place == old["service_account_id"][row] and since[row] == changed_on:
            done.add(row)
        elif standing["meter_id"][row] >= 0 or news[row] in seen:
            faults[row] = errors.MeterElsewhere(number=news[row])
        elif number in seen or not old["is_open"][row]:
            faults[row] = errors.MeterChanged(number=number)
        elif changed_on <= latest[row]:
            faults[row] = errors.ChangeTooEarly(number=number, day=latest[row].isoformat())
        elif columns["bill_month"][row] <= _month_of(old, row):
            month = f"{columns['bill_month'][row]:%Y-%m}"
            faults[row] = errors.MeterReadAlready(number=number, month=month)
        elif is_beyond[row]:
            faults[row] = errors.ReadingTooLong(
                number=number,
                value=format_kwh(columns["final"][row]),
                digits=int(old["digits"][row]),
            )
        else:
            _refuse_registers(number, columns, installed.get(meters[row], {}), row, faults)
        if row not in faults and row not in done:
            seen |= {number, news[row]}
    return done


def _month_of(old: Mapping[str, Any], row: int) -> date:
    """The latest bill month that the old meter was read for."""
    month: date = dates(old["latest_month"][row : row + 1]).astype(object)[0]
    return month


def _refuse_registers(
    number: str,
    columns: Mapping[str, Sequence[Any]],
    installed: Mapping[Register, int],
    row: int,
    faults: Faults,
) -> None:
    """Refuse a row that lacks the last value of a register, or gives one that there is not."""
    for register in parsers.FURTHER:
        given = columns["final_registers"][row].get(register)
        shown = {"number": number, "register": NAMES_ZH[register]}
        if given is None and register in installed:
            faults.setdefault(row, errors.RegisterBlank(**shown))
        elif given is not None and register not in installed:
            faults.setdefault(row, errors.RegisterNotInstalled(**shown))


def _refuse_foreign_units(units: Sequence[int], person_id: int | None, faults: Faults) -> None:
    """Refuse rows of units in which the person may not change meters."""
    allowed = org.require_somewhere(person_id, Action.IMPORT_MASTER_DATA)
    for row, unit in enumerate(units):
        if row not in faults and unit not in allowed:
            faults[row] = org.not_allowed(person_id, Action.IMPORT_MASTER_DATA, unit)


def _change(
    columns: Mapping[str, Sequence[Any]],
    old: Mapping[str, Any],
    good: Sequence[int],
    file_id: int,
) -> None:
    """End the old installations with their last readings, month by month, and install the new."""
    rows = np.array(good, np.int64)
    months = np.array([columns["bill_month"][row] for row in good], "datetime64[D]")
    days = np.array([columns["changed_on"][row] for row in good], "datetime64[D]")
    for first in np.unique(months):
        at = rows[months == first]
        readings = services.Readings(
            old["meter_id"][at],
            days[months == first],
            np.array([columns["final"][row] for row in at], np.int64),
            _values([columns["final_registers"][row] for row in at]),
        )
        services.take_readings(Month.of(first.astype(object)), readings, file_id=file_id)
    installed = reads.registers_of_meters(old["meter_id"][rows].tolist())
    services.end_installations(old["installation_id"][rows].tolist(), days)
    services.install(
        {
            "number": [columns["new_number"][row] for row in good],
            "digits": [columns["digits"][row] or int(old["digits"][row]) for row in good],
            "metering_point_id": old["metering_point_id"][rows].tolist(),
            "service_account_id": old["service_account_id"][rows].tolist(),
            "org_unit_id": old["org_unit_id"][rows].tolist(),
            "multiplier": [
                columns["multiplier"][row] or int(old["multiplier"][row]) for row in good
            ],
            "policy": [POLICIES[code - 1].value for code in old["policy"][rows].tolist()],
            "initial_e4": [columns["initial_e4"][row] or 0 for row in good],
            "installed_on": [columns["changed_on"][row] for row in good],
            "registers": [
                dict.fromkeys(installed.get(int(old["meter_id"][row]), {}), 0)
                | columns["registers"][row]
                for row in good
            ],
        }
    )


def _values(rows: Sequence[Mapping[Register, int]]) -> dict[Register, np.ndarray[Any, Any]]:
    """Columns of the further registers that any row has, -1 where a row has none."""
    return {
        register: np.array([row.get(register, -1) for row in rows], np.int64)
        for register in REGISTERS
        if any(register in row for row in rows)
    }
