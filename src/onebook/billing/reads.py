"""Questions to billing: exceptions, bills explained, and a month's totals."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Max

from onebook.billing.errors import BatchUnknown, BillUnknown, ExceptionUnknown
from onebook.billing.models import Batch, Bill, BillException
from onebook.infra import sql
from onebook.kernel.periods import Month
from onebook.tariff import reads as tariff
from onebook.tariff.rules import BillExplained, explain


def units_to_bill(month: Month) -> list[int]:
    """Org units with readings of the month whose accounts are not billed yet, ascending."""
    found = sql.rows("billing", "units_to_bill", {"month": month.first})
    return [row["org_unit_id"] for row in found]


def exceptions(
    month: Month | None = None,
    units: Sequence[int] | None = None,
    state: str | None = None,
    rule: str | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Exceptions with their accounts; state is `open`, `release` or `hold`; by usage at risk."""
    return sql.rows(
        "billing",
        "exceptions",
        {
            "exception": None,
            "month": None if month is None else month.first,
            "units": None if units is None else list(units),
            "state": state,
            "rule": rule,
            "limit": limit,
            "offset": offset,
        },
    )


def exception(exception_id: int) -> dict[str, Any]:
    """One exception with its account and the decision in force."""
    params = dict.fromkeys(("month", "units", "state", "rule"))
    found = sql.rows(
        "billing", "exceptions", {**params, "exception": exception_id, "limit": 1, "offset": 0}
    )
    if not found:
        raise ExceptionUnknown(exception_id=exception_id)
    return found[0]


def exception_counts(month: Month, units: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """A month's exceptions by rule and state: rule, blocking, state, exceptions."""
    params = {"month": month.first, "units": None if units is None else list(units)}
    return sql.rows("billing", "exception_counts", params)


def bill(bill_id: int) -> Bill:
    """A bill; BillUnknown else."""
    found = Bill.objects.filter(pk=bill_id).first()
    if found is None:
        raise BillUnknown(bill_id=bill_id)
    return found


def bill_lines(bill_id: int) -> list[dict[str, Any]]:
    """A bill's stored lines with the names of their components, in the tariff's order."""
    return sql.rows("billing", "bill_lines", {"bill": bill_id})


def bill_explained(bill_id: int) -> BillExplained:
    """The bill calculated again by the scalar rule: formula and source line by line.

    It equals what is stored, or `onebook verify` says so.
    """
    found = bill(bill_id)
    version = tariff.version_by_id(found.tariff_version_id)
    return explain(version, found.usage_e4, found.year_usage_before_e4, found.quota_months)


def bills_of_account(account: int, limit: int = 200) -> list[Bill]:
    """A service account's bills, newest month first."""
    found = Bill.objects.filter(service_account_id=account).order_by("-bill_month", "-id")
    return list(found[:limit])


def bills_by_id(bill_ids: Collection[int]) -> list[Bill]:
    """The bills of these ids; unknown ids are left out."""
    return list(Bill.objects.filter(pk__in=list(bill_ids)).order_by("id"))


def bills_of_month(
    month: Month, units: Sequence[int] | None = None, limit: int | None = 200, offset: int = 0
) -> list[Bill]:
    """The bills of a month, by account."""
    found = Bill.objects.filter(bill_month=month.first)
    if units is not None:
        found = found.filter(org_unit_id__in=list(units))
    end = None if limit is None else offset + limit
    return list(found.order_by("service_account_id", "id")[offset:end])


def batch(batch_id: int) -> Batch:
    """An issue batch; BatchUnknown else."""
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise BatchUnknown(batch_id=batch_id)
    return found


def latest_bill_month(units: Sequence[int] | None = None) -> Month | None:
    """The last month of which anything is issued."""
    found = Batch.objects.all() if units is None else Batch.objects.filter(org_unit_id__in=units)
    last = found.aggregate(last=Max("bill_month"))["last"]
    return None if last is None else Month.of(last)


def latest_exception_month(units: Sequence[int] | None = None) -> Month | None:
    """The last month in which verification found anything."""
    found = BillException.objects.all()
    if units is not None:
        found = found.filter(org_unit_id__in=units)
    last = found.aggregate(last=Max("bill_month"))["last"]
    return None if last is None else Month.of(last)


def usage_months(account: int, months: int = 13) -> list[dict[str, Any]]:
    """Bill month, usage and amount of an account's last bills, oldest first."""
    return [
        {"bill_month": one.bill_month, "usage_e4": one.usage_e4, "total_fen": one.total_fen}
        for one in reversed(bills_of_account(account, months))
    ]


def month_totals(month: Month, units: Sequence[int] | None = None) -> dict[int, dict[str, int]]:
    """Org unit -> bills, usage_e4 and total_fen of a bill month."""
    params = {"month": month.first, "units": None if units is None else list(units)}
    return {row["org_unit_id"]: row for row in sql.rows("billing", "month_totals", params)}
