"""Installing meters, and taking readings in with their usage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.infra import clock, ids, sql
from onebook.infra.copy import copy_in, dates
from onebook.infra.write import insert
from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.periods import Month
from onebook.metering import kernels, reads
from onebook.metering.errors import RegisterBlank
from onebook.metering.kernels import estimates
from onebook.metering.reads import RegistersBefore
from onebook.metering.rules import REGISTERS, How, Register, UsagePolicy
from onebook.metering.rules.field import ROLLOVER_SHARE
from onebook.metering.rules.registers import NAMES_ZH

Int64 = NDArray[np.int64]
Dates = NDArray[np.datetime64]


@dataclass(frozen=True)
class Readings:
    """Readings of one bill month, shape (n,) each: register values and the days they were read.

    ``registers``: the values of further registers, -1 where a row has none; a meter that has the
    register and is read again without it keeps the value it has. ``how``: `rules.How` of each row,
    -1 where the source does not say: a reading that is there already keeps what was said of it.
    ``person_id`` and ``reason`` of estimates: who answers for them.
    """

    meter_id: Int64
    read_on: Dates
    current_e4: Int64
    registers: Mapping[Register, Int64] = field(default_factory=dict)
    how: NDArray[np.int16] | None = None
    person_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class ReadingsTaken:
    """What became of readings: new, corrected (a further version), unchanged.

    `corrected_rows` are the places of the corrected ones among those given.
    """

    new: int
    corrected: int
    unchanged: int
    corrected_rows: tuple[int, ...] = ()


def install(columns: dict[str, list[Any]]) -> int:
    """Record new meters with their installations, in the caller's transaction; how many.

    Columns: number, digits, metering_point_id, service_account_id, org_unit_id, multiplier,
    policy (rules.UsagePolicy), initial_e4, installed_on; and `registers` where there are further
    ones: of each meter a mapping of `rules.Register` to its initial value.
    """
    count = len(columns["number"])
    if not count:
        return 0
    fresh = {
        "meter_id": ids.allot("metering_meter", count).tolist(),
        "id": ids.allot("metering_installation", count).tolist(),
    }
    further = columns.get("registers", [])
    main = {name: column for name, column in columns.items() if name != "registers"}
    installed = sql.execute("metering", "insert_installations", main | fresh)
    rows = [
        (fresh["id"][at], fresh["meter_id"][at], REGISTERS.index(register), initial_e4)
        for at, registers in enumerate(further)
        for register, initial_e4 in registers.items()
    ]
    if rows:
        names = ("installation_id", "meter_id", "register", "initial_e4")
        columns_of = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        sql.execute("metering", "insert_registers", columns_of)
    return installed


def end_installations(installation_ids: Sequence[int], days: Dates) -> int:
    """End installations, in the caller's transaction: each on its first day without the meter."""
    ends = {"ids": list(installation_ids), "days": days.astype(object).tolist()}
    return sql.execute("metering", "end_installations", ends)


def open_file(name: str, sha256: str, *, rows: tuple[int, int, int], person_id: int | None) -> int:
    """Record a file of readings (rows in, taken, rejected); its id."""
    file_id = ids.take("metering_reading_file")
    insert(
        "metering_reading_file",
        id=file_id,
        name=name,
        sha256=sha256,
        rows_in=rows[0],
        rows_taken=rows[1],
        rows_rejected=rows[2],
        person_id=person_id,
    )
    return file_id


def take_readings(month: Month, readings: Readings, *, file_id: int) -> ReadingsTaken:
    """Take readings of one bill month in, in the caller's transaction.

    Each is measured against the latest earlier reading in force, else the installation's initial
    value. A value that is there already changes nothing; another value, or the same by another
    multiplier, is a further version. The meter's following reading gets one too, also after a
    reading that comes late: else its usage would count in both months. Where estimates billed more
    than the reading shows, its usage is 0 and the rest a credit for the next ones
    (`rules.estimates.credit`). RegisterBlank when a further register has no value at all,
    DayInFuture for a day to come. A value that its register cannot show is taken as OUT_OF_RANGE,
    for a person to look at; the files' door refuses it.
    """
    if not len(readings.meter_id):
        return ReadingsTaken(0, 0, 0)
    clock.refuse_future(readings.read_on.max().astype(object))
    before = reads.readings_before(month, readings.meter_id)
    how = _how(readings, before)
    same = (before["recorded_e4"] == readings.current_e4) & (
        before["recorded_previous_e4"] == before["previous_e4"]
    )
    same &= (how == before["recorded_how"]) & (
        before["multiplier"] == before["recorded_multiplier"]
    )
    registers = reads.registers_before(month, readings.meter_id)
    values_e4 = _register_values(readings, registers)
    changed = (registers.recorded_e4 != values_e4) | (
        registers.recorded_previous_e4 != registers.previous_e4
    )
    same[registers.place[changed]] = False
    keep = np.flatnonzero(~same)
    kept = {name: column[keep] for name, column in before.items()}
    reading_ids = np.zeros(len(same), np.int64)
    reading_ids[keep] = _write(month, _at(readings, keep), kept, file_id)
    _write_registers(registers, values_e4, before, reading_ids)
    _correct_following(month, readings.meter_id[keep], file_id)
    rows = tuple(keep[kept["version"] > 0].tolist())
    return ReadingsTaken(len(keep) - len(rows), len(rows), int(same.sum()), rows)


def _at(readings: Readings, rows: NDArray[np.intp]) -> Readings:
    """The totals of some rows."""
    how = None if readings.how is None else readings.how[rows]
    return Readings(
        readings.meter_id[rows],
        readings.read_on[rows],
        readings.current_e4[rows],
        how=how,
        person_id=readings.person_id,
        reason=readings.reason,
    )


def _how(readings: Readings, before: dict[str, NDArray[Any]]) -> NDArray[np.int16]:
    """How each reading came about: as said, else as recorded for the month."""
    recorded: NDArray[np.int16] = before["recorded_how"]
    if readings.how is None:
        return recorded
    return np.where(readings.how >= 0, readings.how, recorded).astype(np.int16)


def _register_values(readings: Readings, registers: RegistersBefore) -> Int64:
    """The value of each register: as read, else as recorded for the month."""
    values_e4 = registers.recorded_e4.copy()
    for register, column in readings.registers.items():
        rows = np.flatnonzero(registers.register == REGISTERS.index(register))
        given = column[registers.place[rows]]
        values_e4[rows] = np.where(given >= 0, given, values_e4[rows])
    blank = values_e4 < 0
    if blank.any():
        row = int(blank.argmax())
        meter = int(readings.meter_id[registers.place[row]])
        number = reads.meter_numbers([meter])[meter]
        name = NAMES_ZH[REGISTERS[registers.register[row]]]
        raise RegisterBlank(number=number, register=name)
    return values_e4


def _write_registers(
    registers: RegistersBefore,
    values_e4: Int64,
    before: dict[str, NDArray[Any]],
    reading_ids: Int64,
) -> None:
    """Write the registers of the readings that were written (their id is not 0)."""
    rows = np.flatnonzero(reading_ids[registers.place] > 0)
    if not len(rows):
        return
    place = registers.place[rows]
    demand = registers.register[rows] == REGISTERS.index(Register.DEMAND)
    # A demand register shows kW with decimals, which neither carry nor are rounded.
    exact = kernels.POLICIES.index(UsagePolicy.EXACT)
    used = kernels.usage(
        registers.previous_e4[rows],
        values_e4[rows],
        before["multiplier"].astype(np.int64)[place],
        before["digits"].astype(np.int64)[place],
        np.where(demand, exact, before["policy"].astype(np.int64)[place] - 1),
        max_usage_e4=_register_e4(before)[place] // ROLLOVER_SHARE,
    )
    copy_in(
        "metering_register_reading",
        {
            "reading_id": reading_ids[place],
            "register": registers.register[rows],
            "previous_e4": registers.previous_e4[rows],
            "current_e4": values_e4[rows],
            "usage_e4": used.usage_e4,
            "status": used.status.astype(np.int16),
        },
    )


def _write(
    month: Month, readings: Readings, before: dict[str, NDArray[Any]], file_id: int
) -> Int64:
    """Write the readings; their ids."""
    count = len(readings.meter_id)
    if not count:
        return np.zeros(0, np.int64)
    reading_ids = ids.allot("metering_reading", count)
    credit_e4 = estimates.credit(before["previous_e4"], readings.current_e4, before["last_read_e4"])
    used = kernels.usage(
        before["previous_e4"],
        readings.current_e4 + credit_e4,
        before["multiplier"].astype(np.int64),
        before["digits"].astype(np.int64),
        before["policy"].astype(np.int64) - 1,
        max_usage_e4=_register_e4(before) // ROLLOVER_SHARE,
    )
    copy_in(
        "metering_reading",
        {
            "id": reading_ids,
            "meter_id": readings.meter_id,
            "service_account_id": before["service_account_id"],
            "org_unit_id": before["org_unit_id"],
            "bill_month": month.first,
            "read_on": readings.read_on,
            "previous_on": dates(before["previous_on"]),
            "previous_e4": before["previous_e4"],
            "current_e4": readings.current_e4,
            "multiplier": before["multiplier"],
            "usage_e4": used.usage_e4,
            "status": used.status.astype(np.int16),
            "version": before["version"] + np.int16(1),
            "file_id": file_id,
        },
    )
    how = _how(readings, before)
    noted = np.flatnonzero((how != How.NORMAL) | (credit_e4 > 0))
    if len(noted):
        note = {
            "ids": reading_ids[noted].tolist(),
            "how": how[noted].tolist(),
            "credit_e4": credit_e4[noted].tolist(),
            "person": readings.person_id,
            "reason": readings.reason,
        }
        sql.execute("metering", "insert_notes", note)
    return reading_ids


def _register_e4(before: dict[str, NDArray[Any]]) -> Int64:
    """The range of each register in usage: 10^digits kWh times the multiplier."""
    whole = 10 ** before["digits"].astype(np.int64) * E4_PER_KWH
    return whole * before["multiplier"].astype(np.int64)


def _correct_following(month: Month, meters: Int64, file_id: int) -> None:
    """Measure the meters' next readings against the value that now stands before them."""
    if not len(meters):
        return
    found = sql.rows("metering", "following", {"meters": meters.tolist(), "month": month.first})
    months: dict[date, list[dict[str, Any]]] = {}
    for row in found:
        months.setdefault(row["bill_month"], []).append(row)
    for first, rows in sorted(months.items()):
        readings = Readings(
            np.array([row["meter_id"] for row in rows], np.int64),
            np.array([row["read_on"] for row in rows], "datetime64[D]"),
            np.array([row["current_e4"] for row in rows], np.int64),
            how=np.array([row["how"] for row in rows], np.int16),
        )
        take_readings(Month.of(first), readings, file_id=file_id)
