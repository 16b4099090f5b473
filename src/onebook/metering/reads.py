"""Questions to metering: an account's readings and meters."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.infra import sql
from onebook.infra.copy import copy_out
from onebook.metering import parsers
from onebook.metering.models import Installation, Meter, Reading, ReadingFile
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.losses import Entry, Plate, RegionalLoss

Int64 = NDArray[np.int64]

_PACKAGED = Path(__file__).parent / "catalogue"


def packaged_calendars() -> tuple[Calendar, ...]:
    """The period calendars that come with onebook, with the named days of the years it knows."""
    holidays = parsers.parse_holidays(_packaged("holidays"))
    return parsers.parse_calendars(_packaged("calendars"), holidays)


def packaged_transformers() -> tuple[Entry[Plate], ...]:
    """The nameplates that come with onebook, for `rules.losses.facts_on`."""
    return parsers.parse_transformers(_packaged("transformers"))


def packaged_regional_losses() -> tuple[Entry[RegionalLoss], ...]:
    """The regions' simplified loss rules that come with onebook."""
    return parsers.parse_regional(_packaged("transformers"))


def _packaged(name: str) -> str:
    return (_PACKAGED / f"{name}.toml").read_text("utf-8")


def reading(reading_id: int) -> Reading:
    """A reading by its identifier, whatever its version."""
    return Reading.objects.get(pk=reading_id)


def readings_of_account(service_account_id: int, limit: int = 60) -> list[Reading]:
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
    numbers = dict(
        Meter.objects.filter(pk__in=[one.meter_id for one in found]).values_list("id", "number")
    )
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


def meters_of_accounts(service_account_ids: Sequence[int]) -> dict[int, str]:
    """The number of the meter that each account has now; accounts without one are left out."""
    found = sql.rows("metering", "meters_of_accounts", {"accounts": list(service_account_ids)})
    return {row["service_account_id"]: row["meter_number"] for row in found}


def resolve_meters(
    accounts: Sequence[str], meters: Sequence[str], months: Sequence[Any]
) -> tuple[Int64, Int64, Int64]:
    """The meter of each row (by number, else the account's only one), how many fit, and its unit.

    -1 for none. A row that names both an account and a meter of another account has none.
    """
    found = copy_out(
        sql.text("metering", "resolve_meters"),
        {"accounts": list(accounts), "meters": list(meters), "months": list(months)},
        {"ord": "i8", "meters": "i8", "meter_id": "i8", "org_unit_id": "i8"},
    )
    return found["meter_id"], found["meters"], found["org_unit_id"]


def file_taken_on(sha256: str) -> date | None:
    """The day on which a file of readings with this fingerprint was taken in first, or None."""
    found = ReadingFile.objects.filter(sha256=sha256).order_by("id")
    return found.values_list("recorded_on", flat=True).first()
