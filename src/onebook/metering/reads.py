"""Questions to metering: an account's readings and meters."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.infra import sql
from onebook.infra.copy import copy_out
from onebook.metering.models import Installation, Meter, Reading

Int64 = NDArray[np.int64]


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


def meters_at(numbers: Sequence[str]) -> dict[str, Int64]:
    """meter_id and service_account_id of each meter number, [n] each, -1 for none."""
    kinds = {"meter_id": "i8", "service_account_id": "i8"}
    return copy_out(sql.text("metering", "meters_at"), {"numbers": list(numbers)}, kinds)


def resolve_meters(
    accounts: Sequence[str], meters: Sequence[str], months: Sequence[Any]
) -> tuple[Int64, Int64]:
    """The meter of each row (by number, else the account's only one), -1 for none; how many fit.

    A row that names both an account and a meter of another account has none.
    """
    found = copy_out(
        sql.text("metering", "resolve_meters"),
        {"accounts": list(accounts), "meters": list(meters), "months": list(months)},
        {"ord": "i8", "meters": "i8", "meter_id": "i8"},
    )
    return found["meter_id"], found["meters"]
