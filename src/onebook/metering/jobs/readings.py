"""A file of readings coming in: read, resolved to meters, and taken month by month."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext
from numpy.typing import NDArray

from onebook.customer import reads as customer
from onebook.customer.errors import AccountUnknown
from onebook.infra import clock, sql
from onebook.infra.tabular import Field, FileTaken, Table, read_table
from onebook.kernel.cells import Faults, reject_future
from onebook.kernel.energy import format_kwh
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.metering import errors, kernels, parsers, reads, services
from onebook.metering.jobs.headings import REGISTERS_ZH
from onebook.metering.rules import REGISTERS, Register
from onebook.metering.rules.registers import NAMES_ZH
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.rules import Action

FIELDS = (
    Field("account_number", ("户号", "用户编号", "用户号", "account"), required=False, kind="id"),
    Field("meter_number", ("表号", "电表号", "资产编号", "meter"), required=False, kind="id"),
    Field("bill_month", ("抄表月份", "电费年月", "月份", "bill month", "month")),
    Field("read_on", ("抄表日期", "抄表日", "日期", "read on", "date")),
    Field("value", ("示数", "本次示数", "止码", "抄表示数", "reading")),
    Field("how", ("抄表状态", "示数状态", "reading status"), required=False),
    *(
        Field(
            register,
            (*(f"{name}示数" for name in names), *names, register.replace("_", " ")),
            required=False,
        )
        for register, names in REGISTERS_ZH.items()
    ),
)


@dataclass
class ReadingsFile(FileTaken):
    """What became of a file's rows; of those taken, `corrected` are further versions.

    `corrections` are the file's lines of those, with the meter and the bill month.
    """

    corrected: int = 0
    corrections: list[tuple[int, int, Month]] = field(default_factory=list)


def import_readings(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> ReadingsFile:
    """Take a file of readings in, all of it in one transaction; rows that do not fit are
    rejected, among them those of units in which the person may not import, and of days to come."""
    allowed = org.require_somewhere(person_id, Action.IMPORT_READINGS)
    table = read_table(data, name, FIELDS)
    faults: Faults = {}
    columns = parsers.parse_readings(table.columns, faults)
    reject_future(columns["read_on"], clock.today(), faults)
    accounts, numbers = table.columns["account_number"], table.columns["meter_number"]
    months = [month or Month(2000, 1).first for month in columns["bill_month"]]
    meter_id, fitting, org_unit_id, digits = reads.resolve_meters(accounts, numbers, months)
    _refuse_unfit(accounts, numbers, fitting.tolist(), months, faults)
    _refuse_foreign_units(org_unit_id.tolist(), allowed, person_id, faults)
    _refuse_too_long(table, digits, columns, faults)
    _refuse_twice(table, meter_id.tolist(), columns, faults)
    _refuse_registers(table, months, meter_id, columns, faults)
    result = ReadingsFile.of(table)
    result.rejects = table.rejected(faults)
    good = np.array([row for row in range(len(table)) if row not in faults], np.int64)
    sha256 = hashlib.sha256(data).hexdigest()
    if before := reads.file_taken_on(sha256):
        said = gettext("The same file was taken in on {day} already.")
        result.notes.append(said.format(day=before.isoformat()))
    with transaction.atomic():
        _take(result, columns, months, meter_id, good, sha256, person_id)
        result.corrections = [
            (table.row_numbers[row], meter, month) for row, meter, month in result.corrections
        ]
        if dry_run:
            transaction.set_rollback(True)
    sql.analyze("metering_reading")
    return result


def _refuse_unfit(
    accounts: Sequence[str],
    numbers: Sequence[str],
    fitting: Sequence[int],
    months: Sequence[date],
    faults: Faults,
) -> None:
    """Refuse rows that no meter fits, each with what is missing, or that several fit."""
    lost = [row for row, count in enumerate(fitting) if count == 0 and row not in faults]
    standing = reads.meters_at([numbers[row] for row in lost])
    places = standing["service_account_id"].tolist()
    recorded = customer.accounts_by_id([place for place in places if place >= 0])
    ids = customer.ids_by_number([accounts[row] for row in lost]).tolist()
    for at, row in enumerate(lost):
        place = recorded[places[at]]["number"] if places[at] >= 0 else ""
        named = _Named(accounts[row], numbers[row], f"{months[row]:%Y-%m}")
        faults[row] = _unfit(named, ids[at] >= 0, bool(standing["meter_id"][at] >= 0), place)
    for row, count in enumerate(fitting):
        if count > 1:
            shown = numbers[row] or accounts[row]
            month = f"{months[row]:%Y-%m}"
            faults.setdefault(row, errors.MeterNotUnique(number=shown, month=month))


@dataclass(frozen=True)
class _Named:
    account: str
    meter: str
    month: str


def _unfit(row: _Named, is_account: bool, is_meter: bool, place: str) -> OnebookError:
    """Why no meter fits a row; `place` is the account at which the meter named hangs now."""
    if not row.account and not row.meter:
        return errors.ReadingUnnamed()
    if row.account and not is_account:
        return AccountUnknown(account=row.account)
    if not row.meter:
        return errors.AccountMeterless(account=row.account, month=row.month)
    if not is_meter:
        return errors.MeterUnknown(number=row.meter)
    if row.account and place and place != row.account:
        return errors.MeterAtOther(number=row.meter, recorded=place, account=row.account)
    return errors.MeterIdle(number=row.meter, month=row.month)


def _refuse_foreign_units(
    units: Sequence[int], allowed: Collection[int], person_id: int | None, faults: Faults
) -> None:
    """Refuse rows of units in which the person may not import readings."""
    refusals: dict[int, NotAllowed] = {}
    for row, unit in enumerate(units):
        if unit not in allowed and row not in faults:
            if unit not in refusals:
                refusals[unit] = org.not_allowed(person_id, Action.IMPORT_READINGS, unit)
            faults[row] = refusals[unit]


def _refuse_twice(
    table: Table, meters: Sequence[int], columns: Mapping[str, Sequence[Any]], faults: Faults
) -> None:
    """Refuse the repeats of a meter's reading of a month, and every row of readings that differ."""
    rows_of: dict[tuple[int, date], list[int]] = {}
    for row, key in enumerate(zip(meters, columns["bill_month"], strict=True)):
        if row not in faults:
            rows_of.setdefault(key, []).append(row)
    for (_, month), rows in rows_of.items():
        if len(rows) == 1:
            continue
        number = _number(table, rows[0])
        told = {tuple(columns[name][row] for name in columns) for row in rows}
        shown = {"number": number, "month": f"{month:%Y-%m}"}
        if len(told) == 1:
            faults.update(dict.fromkeys(rows[1:], errors.ReadingTwice(**shown)))
        else:
            numbers = ", ".join(str(table.row_numbers[row]) for row in rows)
            faults.update(dict.fromkeys(rows, errors.ReadingTwiceTold(**shown, rows=numbers)))


def _refuse_registers(
    table: Table,
    months: Sequence[date],
    meter_id: NDArray[np.int64],
    columns: Mapping[str, Sequence[Any]],
    faults: Faults,
) -> None:
    """Refuse rows that lack a register of their meter, or give one that it does not have."""
    given = [register for register in parsers.FURTHER if register in columns]
    firsts = np.array(months, "datetime64[D]")
    good = np.array([row for row in range(len(table)) if row not in faults], np.int64)
    for first in np.unique(firsts[good]):
        at = good[firsts[good] == first]
        before = reads.registers_before(Month.of(first.astype(object)), meter_id[at])
        rows, codes = at[before.place].tolist(), before.register.tolist()
        has = {(row, REGISTERS[code]) for row, code in zip(rows, codes, strict=True)}
        recorded = before.recorded_e4.tolist()
        for row, code, recorded_e4 in zip(rows, codes, recorded, strict=True):
            register = REGISTERS[code]
            if recorded_e4 < 0 and (register not in given or columns[register][row] is None):
                shown = {"number": _number(table, row), "register": NAMES_ZH[register]}
                faults.setdefault(row, errors.RegisterBlank(**shown))
        for register in given:
            for row in at.tolist():
                if columns[register][row] is not None and (row, register) not in has:
                    shown = {"number": _number(table, row), "register": NAMES_ZH[register]}
                    faults.setdefault(row, errors.RegisterNotInstalled(**shown))


def _refuse_too_long(
    table: Table, digits: NDArray[np.int16], columns: Mapping[str, Sequence[Any]], faults: Faults
) -> None:
    """Refuse values that have more digits before the point than their meter's registers."""
    for name in ("current_e4", *(one for one in parsers.FURTHER if one in columns)):
        values_e4 = np.array([one or 0 for one in columns[name]], np.int64)
        beyond = kernels.beyond_register(values_e4, np.maximum(digits, 0))
        for row in np.flatnonzero(beyond & (digits > 0)).tolist():
            if row not in faults:
                value, size = format_kwh(int(values_e4[row])), int(digits[row])
                faults[row] = errors.ReadingTooLong(
                    number=_number(table, row), value=value, digits=size
                )


def _number(table: Table, row: int) -> str:
    return table.columns["meter_number"][row] or table.columns["account_number"][row]


def _take(  # type: ignore[no-untyped-def]
    result: ReadingsFile, columns, months, meter_id, good, sha256: str, person_id: int | None
) -> None:
    rows = (result.rows_in, len(good), len(result.rejects))
    file_id = services.open_file(result.name, sha256, rows=rows, person_id=person_id)
    firsts = np.array(months, "datetime64[D]")
    days = np.array(
        [day or months[row] for row, day in enumerate(columns["read_on"])], "datetime64[D]"
    )
    values = np.array([value or 0 for value in columns["current_e4"]], np.int64)
    further: dict[Register, NDArray[np.int64]] = {
        register: np.array([-1 if one is None else one for one in columns[register]], np.int64)
        for register in parsers.FURTHER
        if register in columns
    }
    said = columns.get("how", [None] * len(values))
    how = np.array([-1 if one is None else one for one in said], np.int16)
    for first in np.unique(firsts[good]):
        at = good[firsts[good] == first]
        registers = {register: column[at] for register, column in further.items()}
        readings = services.Readings(meter_id[at], days[at], values[at], registers, how[at])
        month = Month.of(first.astype(object))
        taken = services.take_readings(month, readings, file_id=file_id)
        result.taken += taken.new + taken.corrected
        result.corrected += taken.corrected
        result.corrections += [
            (int(at[row]), int(meter_id[at[row]]), month) for row in taken.corrected_rows
        ]
        result.unchanged += taken.unchanged
