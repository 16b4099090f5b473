"""Questions to metering: an account's readings and meters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.infra import sql
from onebook.infra.copy import copy_out, near
from onebook.kernel.periods import Month
from onebook.metering.models import Installation, Meter, Reading, ReadingFile
from onebook.metering.parsers import packaged
from onebook.metering.rules import REGISTERS, Register
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.losses import Entry, Plate, RegionalLoss

Int64 = NDArray[np.int64]


def packaged_calendars() -> tuple[Calendar, ...]:
    """The period calendars that come with onebook, with the named days of the years it knows."""
    return packaged.calendars()


def packaged_transformers() -> tuple[Entry[Plate], ...]:
    """The nameplates that come with onebook, for `rules.losses.facts_on`."""
    return packaged.transformers()


def packaged_regional_losses() -> tuple[Entry[RegionalLoss], ...]:
    """The regions' simplified loss rules that come with onebook."""
    return packaged.regional_losses()


def reading(reading_id: int) -> Reading:
    """A reading by its identifier, whatever its version."""
    return Reading.objects.get(pk=reading_id)


def readings_by_id(reading_ids: Collection[int]) -> list[Reading]:
    """The readings of these ids, ascending; unknown ids are left out."""
    return list(Reading.objects.filter(pk__in=list(reading_ids)).order_by("id"))


def reading_file(file_id: int) -> ReadingFile:
    """The file that readings came in by."""
    return ReadingFile.objects.get(pk=file_id)


def readings_of_account(service_account_id: int, limit: int = 200) -> list[Reading]:
    """An account's readings, newest month and version first."""
    found = Reading.objects.filter(service_account_id=service_account_id)
    return list(found.order_by("-bill_month", "-version")[:limit])


def usage_history(service_account_id: int, months: int) -> list[tuple[date, int]]:
    """Usage in 10^-4 kWh of an account's latest `months` bill months, oldest first, all meters."""
    found = sql.rows("metering", "usage_history", {"account": service_account_id, "months": months})
    return [(row["bill_month"], row["usage_e4"]) for row in found]


def installations_of_account(service_account_id: int) -> list[dict[str, Any]]:
    """An account's installations with their meters' numbers, oldest first."""
    found = list(Installation.objects.filter(service_account_id=service_account_id).order_by("id"))
    numbers = meter_numbers([one.meter_id for one in found])
    return [{"installation": one, "meter_number": numbers[one.meter_id]} for one in found]


def meters_at(numbers: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Each meter number's meter_id, and where and how it is installed now, [n] each, -1 for none.

    service_account_id, digits, multiplier, initial_e4, and installed_on in int32 days.
    """
    kinds = {
        "meter_id": "i8", "service_account_id": "i8", "digits": "i2", "multiplier": "i4",
        "initial_e4": "i8", "installed_on": "date",
    }  # fmt: skip
    return copy_out(sql.text("metering", "meters_at"), {"numbers": list(numbers)}, kinds)


@dataclass(frozen=True, slots=True)
class RegistersBefore:
    """What further registers are measured against; a row a meter and register.

    ``place`` of the meter in the question, ``register`` by its place in `rules.REGISTERS` (int16),
    the value before, and value and value before as recorded for the month, -1 for none.
    """

    place: Int64
    register: NDArray[np.int16]
    previous_e4: Int64
    recorded_e4: Int64
    recorded_previous_e4: Int64


def registers_before(month: Month, meter_ids: Int64) -> RegistersBefore:
    """The further registers of meters read for a bill month; no rows where none has any."""
    found = copy_out(
        sql.text("metering", "registers_before"),
        {
            "meters": meter_ids.tolist(),
            "month": month.first,
            "demand": REGISTERS.index(Register.DEMAND),
        },
        {
            "place": "i8",
            "register": "i2",
            "previous_e4": "i8",
            "recorded_e4": "i8",
            "recorded_previous_e4": "i8",
        },
    )
    return RegistersBefore(**found)


def readings_before(month: Month, meter_ids: Int64) -> dict[str, NDArray[Any]]:
    """What meters read for a bill month are measured against, [n] each in the given order.

    service_account_id, org_unit_id, multiplier, digits, policy (1 to 3), previous_e4, last_read_e4,
    previous_on in int32 days; and as recorded for the month itself recorded_e4,
    recorded_previous_e4 and recorded_multiplier (-1 for none), version and recorded_how. There is
    one meter at least, and each has been installed.
    """
    asked = {**near(meter_ids), "month": month.first}
    found = copy_out(sql.text("metering", "previous"), asked, {"meter_id": "i8", **_BEFORE})
    at = np.searchsorted(found["meter_id"], meter_ids)
    before = {name: found[name][at] for name in _BEFORE}
    return before | _recorded(asked, meter_ids)


_BEFORE = {
    "service_account_id": "i8", "org_unit_id": "i8", "multiplier": "i4", "digits": "i2",
    "policy": "i2", "previous_e4": "i8", "last_read_e4": "i8", "previous_on": "date",
}  # fmt: skip
# What is recorded for the month itself: its column, its kind, and what stands for none.
_RECORDED = {
    "recorded_e4": ("current_e4", "i8", -1),
    "recorded_previous_e4": ("previous_e4", "i8", -1),
    "recorded_multiplier": ("multiplier", "i4", -1),
    "version": ("version", "i2", 0),
    "recorded_how": ("how", "i2", 0),
}


def _recorded(asked: Mapping[str, Any], meter_ids: Int64) -> dict[str, NDArray[Any]]:
    kinds = {column: kind for column, kind, _ in _RECORDED.values()}
    found = copy_out(sql.text("metering", "recorded"), asked, {"meter_id": "i8", **kinds})
    at = np.searchsorted(found["meter_id"], meter_ids)
    at[at == len(found["meter_id"])] = 0
    is_there = np.zeros(len(meter_ids), np.bool_)
    if len(found["meter_id"]):
        is_there = found["meter_id"][at] == meter_ids
    recorded: dict[str, NDArray[Any]] = {}
    for name, (column, kind, absent) in _RECORDED.items():
        values = np.full(len(meter_ids), absent, kind)
        values[is_there] = found[column][at[is_there]]
        recorded[name] = values
    return recorded


def registers_of_meters(meter_ids: Sequence[int]) -> dict[int, dict[Register, int]]:
    """The further registers of meters as installed now, each with its initial value."""
    found: dict[int, dict[Register, int]] = {}
    for row in sql.rows("metering", "registers_of_meters", {"meters": list(meter_ids)}):
        registers = found.setdefault(row["meter_id"], {})
        registers[REGISTERS[row["register"]]] = row["initial_e4"]
    return found


def change_targets(numbers: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The latest installation of each meter number, [n] each, -1 for no such meter.

    meter_id, installation_id, metering_point_id, service_account_id, org_unit_id, multiplier,
    digits, policy (1 to 3), is_open, and the latest_on and latest_month of its readings in int32
    days.
    """
    kinds = {
        "meter_id": "i8", "installation_id": "i8", "metering_point_id": "i8",
        "service_account_id": "i8", "org_unit_id": "i8", "multiplier": "i4", "digits": "i2",
        "policy": "i2", "is_open": "i2", "latest_on": "date", "latest_month": "date",
    }  # fmt: skip
    return copy_out(sql.text("metering", "change_targets"), {"numbers": list(numbers)}, kinds)


def meter_numbers(meter_ids: Sequence[int]) -> dict[int, str]:
    """The numbers of meters."""
    return dict(Meter.objects.filter(pk__in=meter_ids).values_list("id", "number"))


def meters_of_accounts(service_account_ids: Sequence[int]) -> dict[int, str]:
    """The number of the meter that each account has now; accounts without one are left out."""
    found = sql.rows("metering", "meters_of_accounts", {"accounts": list(service_account_ids)})
    return {row["service_account_id"]: row["meter_number"] for row in found}


def resolve_meters(
    accounts: Sequence[str], meters: Sequence[str], months: Sequence[Any]
) -> tuple[Int64, Int64, Int64, NDArray[np.int16]]:
    """The meter of each row (by number, else the account's only one), how many fit, its unit and
    its digits.

    -1 for none. A row that names both an account and a meter of another account has none.
    """
    found = copy_out(
        sql.text("metering", "resolve_meters"),
        {"accounts": list(accounts), "meters": list(meters), "months": list(months)},
        {"ord": "i8", "meters": "i8", "meter_id": "i8", "org_unit_id": "i8", "digits": "i2"},
    )
    return found["meter_id"], found["meters"], found["org_unit_id"], found["digits"]


def file_taken_on(sha256: str) -> date | None:
    """The day on which a file of readings with this fingerprint was taken in first, or None."""
    found = ReadingFile.objects.filter(sha256=sha256).order_by("id")
    return found.values_list("recorded_on", flat=True).first()
