"""What a bill on paper says, for many bills at once: accounts, lines, readings, months of usage."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from onebook.billing.rules.chain import steps_of
from onebook.billing.rules.measuring import Step
from onebook.infra import sql
from onebook.kernel.periods import Month

Row = dict[str, Any]


def ids_of_month(month: Month, units: Sequence[int] | None = None) -> list[int]:
    """The standing bills of a month by org unit and account number: the order of the envelopes."""
    params = {"month": month.first, "units": None if units is None else list(units)}
    return [row["id"] for row in sql.rows("billing", "paper_ids", params)]


def bills(bill_ids: Collection[int]) -> dict[int, Row]:
    """Bill -> its columns with number, customer_name, address, voltage, capacity_kva."""
    return {row["id"]: row for row in _rows("paper_bills", bill_ids)}


def lines(bill_ids: Collection[int]) -> dict[int, list[Row]]:
    """Bill -> its lines in their order, each with its component's version_id and position."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in _rows("paper_lines", bill_ids):
        found[row["bill_id"]].append(row)
    return found


def readings(bill_ids: Collection[int]) -> dict[int, list[int]]:
    """Bill -> the ids of the readings that it counts."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in _rows("paper_readings", bill_ids):
        found[row["bill_id"]].append(row["reading_id"])
    return found


def steps(bill_ids: Collection[int]) -> dict[int, list[Step]]:
    """Bill -> how its quantities came about, of bills with losses, main meters or parts."""
    points: dict[int, list[Row]] = defaultdict(list)
    for row in _rows("bill_points", bill_ids):
        points[row["bill_id"]].append(row)
    return {bill_id: steps_of(rows) for bill_id, rows in points.items()}


def usage(
    service_account_ids: Collection[int], since: Month, until: Month
) -> dict[int, dict[date, int]]:
    """Service account -> first of bill month -> billed 10^-4 kWh, of the months with a bill."""
    params = {
        "accounts": list(service_account_ids),
        "since": since.first,
        "until": until.first,
    }
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for row in sql.rows("billing", "paper_usage", params):
        found[row["service_account_id"]][row["bill_month"]] = row["usage_e4"]
    return found


def _rows(name: str, bill_ids: Collection[int]) -> list[Row]:
    return sql.rows("billing", name, {"bills": list(bill_ids)})
