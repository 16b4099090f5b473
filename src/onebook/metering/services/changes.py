"""Changed meters (换表) and corrected multipliers (倍率更正): the installations from a day on."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q

from onebook.infra import clock, ids, sql
from onebook.infra.copy import dates
from onebook.kernel.cells import Faults, reject_future
from onebook.kernel.energy import format_kwh
from onebook.kernel.periods import Month
from onebook.metering import errors, kernels, parsers, reads
from onebook.metering.kernels import POLICIES
from onebook.metering.models import Installation, InstalledRegister, Reading
from onebook.metering.rules import REGISTERS, Register
from onebook.metering.rules.registers import NAMES_ZH
from onebook.metering.services.readings import (
    Readings,
    end_installations,
    install,
    open_file,
    take_readings,
)
from onebook.org import services as org
from onebook.org.rules import Action


def check_changes(
    numbers: Sequence[str],
    columns: Mapping[str, Sequence[Any]],
    old: Mapping[str, Any],
    faults: Faults,
) -> set[int]:
    """Refuse rows that do not fit what is recorded; the rows whose change is recorded already.

    `numbers` are the old meters', `columns` of `parsers.parse_changes`, `old` of
    `reads.change_targets`. Rows in `faults` are left out.
    """
    news = [number or "" for number in columns["new_number"]]
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


def write_changes(
    columns: Mapping[str, Sequence[Any]],
    old: Mapping[str, Any],
    good: Sequence[int],
    file_id: int,
) -> None:
    """End the old installations with their last readings, month by month, and install the new.

    `good` are the checked rows, in the caller's transaction.
    """
    rows = np.array(good, np.int64)
    months = np.array([columns["bill_month"][row] for row in good], "datetime64[D]")
    days = np.array([columns["changed_on"][row] for row in good], "datetime64[D]")
    for first in np.unique(months):
        at = rows[months == first]
        readings = Readings(
            old["meter_id"][at],
            days[months == first],
            np.array([columns["final"][row] for row in at], np.int64),
            _values([columns["final_registers"][row] for row in at]),
        )
        take_readings(Month.of(first.astype(object)), readings, file_id=file_id)
    installed = reads.registers_of_meters(old["meter_id"][rows].tolist())
    end_installations(old["installation_id"][rows].tolist(), days)
    install(
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


@transaction.atomic
def change_meter(cells: Mapping[str, str], *, by: int | None) -> None:
    """Change one meter from a day on; `cells` as those of a row of the file of changed meters.

    By name: old_number, bill_month, changed_on, final, new_number, and perhaps digits, multiplier,
    initial. Raises what would reject the row, and NotAllowed.
    """
    names = ("old_number", "bill_month", "changed_on", "final", "new_number")
    further = [f"{which}_{one}" for which in ("final", "initial") for one in parsers.FURTHER]
    every = (*names, "digits", "multiplier", "initial", *further)
    row = {name: [cells.get(name, "")] for name in every}
    faults: Faults = {}
    columns = parsers.parse_changes(row, faults)
    reject_future(columns["changed_on"], clock.today(), faults)
    old = reads.change_targets(row["old_number"])
    done = check_changes(row["old_number"], columns, old, faults)
    if faults:
        raise faults[0]
    org.require(by, Action.IMPORT_MASTER_DATA, int(old["org_unit_id"][0]))
    if not done:
        file_id = open_file("换表传票", "", rows=(1, 1, 0), person_id=by)
        write_changes(columns, old, [0], file_id)


@transaction.atomic
def correct_multiplier(number: str, multiplier: int, since: date, *, by: int | None) -> None:
    """Let a meter count with another multiplier (倍率更正) from a day on.

    The installation ends on that day and goes on with the new multiplier; from its first day, it
    is put right as a whole. The readings that it is to count for are measured again by
    `measure_again`. MeterUnknown, MeterChanged, MultiplierEarlier, MultiplierSame, NotAllowed.
    """
    old = {name: column.tolist()[0] for name, column in reads.change_targets([number]).items()}
    if old["meter_id"] < 0:
        raise errors.MeterUnknown(number=number)
    if not old["is_open"]:
        raise errors.MeterChanged(number=number)
    if old["multiplier"] == multiplier:
        raise errors.MultiplierSame(number=number, multiplier=multiplier)
    org.require(by, Action.IMPORT_MASTER_DATA, old["org_unit_id"])
    asked = {"installation": old["installation_id"], "since": since, "multiplier": multiplier}
    if not sql.one("metering", "begins_before", asked)["begins_before"]:
        raise errors.MultiplierEarlier(number=number, day=since.isoformat())
    sql.execute("metering", "begin_multiplier", {**asked, "id": ids.take("metering_installation")})


def measure_again(month: Month, meter_ids: Sequence[int], *, by: int | None) -> int:
    """Measure the readings of a month anew by the installations as they are now; how many changed.

    In the caller's transaction, which has corrected an installation. Each that comes to another
    usage is a further version of the same value and day.
    """
    rows = sql.rows("metering", "month_values", {"meters": list(meter_ids), "month": month.first})
    if not rows:
        return 0
    file_id = open_file("档案更正", "", rows=(len(rows), len(rows), 0), person_id=by)
    readings = Readings(
        np.array([row["meter_id"] for row in rows], np.int64),
        np.array([row["read_on"] for row in rows], "datetime64[D]"),
        np.array([row["current_e4"] for row in rows], np.int64),
    )
    return take_readings(month, readings, file_id=file_id).corrected


@transaction.atomic
def remove_meters(
    service_account_id: int, month: Month, ended_on: date, finals: Mapping[str, int], *, by: int
) -> None:
    """Take an account's meters off (拆表): their last values, a reading of the month, end them.

    `finals`: each meter's number and value in 10^-4. FinalMissing where one of the account's
    meters has none or another stands there, RegisterBlank where one has further registers, whose
    last values are not among them, ChangeTooEarly where one was read later, NotAllowed.
    """
    standing = [
        one
        for one in reads.installations_of_account(service_account_id)
        if one["installation"].during.upper is None
    ]
    numbers = [one["meter_number"] for one in standing]
    if not standing or set(finals) != set(numbers):
        raise errors.FinalMissing(numbers=", ".join(numbers) or "—")
    org.require(by, Action.IMPORT_MASTER_DATA, standing[0]["installation"].org_unit_id)
    for one in standing:
        _refuse_removal(one["installation"], one["meter_number"], month, ended_on)
    count = len(standing)
    readings = Readings(
        np.array([one["installation"].meter_id for one in standing], np.int64),
        np.full(count, np.datetime64(ended_on, "D")),
        np.array([finals[number] for number in numbers], np.int64),
    )
    file_id = open_file("销户传票", "", rows=(count, count, 0), person_id=by)
    take_readings(month, readings, file_id=file_id)
    days = np.full(count, np.datetime64(ended_on, "D"))
    end_installations([one["installation"].pk for one in standing], days)


def _refuse_removal(installation: Installation, number: str, month: Month, ended_on: date) -> None:
    """Refuse to take off a meter that has further registers, or was read after the day."""
    further = InstalledRegister.objects.filter(installation_id=installation.pk).first()
    if further is not None:
        name = NAMES_ZH[REGISTERS[further.register]]
        raise errors.RegisterBlank(number=number, register=name)
    later = Reading.objects.filter(meter_id=installation.meter_id).filter(
        Q(bill_month__gt=month.first) | Q(bill_month__lt=month.first, read_on__gt=ended_on)
    )
    if (last := later.order_by("-read_on").first()) is not None:
        raise errors.ChangeTooEarly(number=number, day=last.read_on.isoformat())
