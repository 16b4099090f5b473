"""The accounts of a unit that are due a bill of a month, out of the database as columns."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing.services import portions
from onebook.infra import sql
from onebook.infra.copy import arrays_out, copy_out, near
from onebook.kernel.periods import Month
from onebook.metering.rules import Status
from onebook.tariff import reads as tariff

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Due:
    """Accounts to bill, shape (n,) each; the further readings of accounts with several, (m,)."""

    service_account_id: Int64
    category_id: NDArray[np.int16]
    reading_id: Int64
    usage_e4: Int64
    version_id: Int64
    year_usage_before_e4: Int64
    quota_months: NDArray[np.int16]
    by_portions: NDArray[np.bool_]
    status: NDArray[np.int16]
    further_reading_id: Int64
    further_account_id: Int64

    def at(self, rows: NDArray[np.intp]) -> "Due":
        """The accounts at these positions, in their order."""
        further = np.isin(self.further_account_id, self.service_account_id[rows])
        return Due(
            **{name: getattr(self, name)[rows] for name in _ACCOUNT_COLUMNS},
            further_reading_id=self.further_reading_id[further],
            further_account_id=self.further_account_id[further],
        )


_ACCOUNT_COLUMNS = (
    "service_account_id",
    "category_id",
    "reading_id",
    "usage_e4",
    "version_id",
    "year_usage_before_e4",
    "quota_months",
    "by_portions",
    "status",
)


def to_bill(org_unit_id: int, month: Month, account: int | None) -> Due:
    """The accounts to bill, their readings added up; accounts with an unusable one are left out."""
    rows = copy_out(
        sql.text("billing", "to_bill"),
        {
            "org_unit": org_unit_id,
            "account": account,
            "month": month.first,
            "january": date(month.year, 1, 1),
            "next_january": date(month.year + 1, 1, 1),
        },
        {
            "service_account_id": "i8",
            "category_id": "i2",
            "reading_id": "i8",
            "usage_e4": "i8",
            "status": "i2",
            "quota_months": "i2",
        },
    )
    rows["year_usage_before_e4"] = _year_usage(org_unit_id, month, rows["service_account_id"])
    rows |= _versions(rows["service_account_id"], month, portions.more_accounts(org_unit_id, month))
    accounts = rows["service_account_id"]
    if not len(accounts):
        return _due(rows, np.empty(0, np.intp), rows["usage_e4"], np.empty(0, np.intp))
    first = np.flatnonzero(np.diff(accounts, prepend=accounts[0] - 1))
    last = np.append(first[1:], len(accounts)) - 1
    billable = np.maximum.reduceat(rows["status"], first) <= Status.ROLLED_OVER
    further = np.setdiff1d(np.arange(len(accounts)), last, assume_unique=True)
    further = further[np.isin(accounts[further], accounts[last[billable]])]
    usage_e4 = np.add.reduceat(rows["usage_e4"], first)
    rows["by_portions"] |= _of_versions(rows["version_id"], month)
    return _due(rows, last[billable], usage_e4[billable], further)


def _year_usage(org_unit_id: int, month: Month, accounts: Int64) -> Int64:
    """What each account was billed in the months of the year, in 10^-4 kWh.

    From the history of columns: it costs with the unit's accounts and hardly with the months.
    """
    if not len(accounts):
        return np.empty(0, np.int64)
    billed = arrays_out(
        sql.text("billing", "year_usage"),
        {
            "org_unit": org_unit_id,
            "january": date(month.year, 1, 1),
            "next_january": date(month.year + 1, 1, 1),
        },
        {"service_account_id": "i8", "usage_e4": "i8"},
    )
    own, place = np.unique(accounts, return_inverse=True)
    of_own: Int64 = np.zeros(len(own), np.int64)
    at = np.searchsorted(own, billed["service_account_id"])
    at[at == len(own)] = 0
    found = own[at] == billed["service_account_id"]
    np.add.at(of_own, at[found], billed["usage_e4"][found])
    return of_own[place]


def _versions(accounts: Int64, month: Month, more: Int64) -> dict[str, NDArray[Any]]:
    """The version in force last of each account (0: none); several are billed by portions, and
    so are the accounts in `more`."""
    by_portions = np.isin(accounts, more)
    if not len(accounts):
        return {"version_id": accounts, "by_portions": by_portions}
    found = copy_out(
        sql.text("billing", "versions_due"),
        {
            **near(accounts),
            "month": month.first,
            "next_month": month.next().first,
        },
        {"service_account_id": "i8", "version_id": "i8"},
    )
    ends = np.searchsorted(found["service_account_id"], accounts, side="right")
    counts = ends - np.searchsorted(found["service_account_id"], accounts)
    version_id = np.zeros(len(accounts), np.int64)
    version_id[counts > 0] = found["version_id"][ends[counts > 0] - 1]
    return {"version_id": version_id, "by_portions": by_portions | (counts > 1)}


def _of_versions(version_id: Int64, month: Month) -> NDArray[np.bool_]:
    """The rows whose tariff version asks for more than the total usage."""
    more = [
        one
        for one in np.unique(version_id).tolist()
        if one and portions.is_more(tariff.version_by_id(one), month)
    ]
    return np.isin(version_id, more) if more else np.zeros(len(version_id), np.bool_)


def _due(
    rows: dict[str, NDArray[Any]],
    main: NDArray[np.intp],
    usage_e4: Int64,
    further: NDArray[np.intp],
) -> Due:
    columns = {name: rows[name][main] for name in _ACCOUNT_COLUMNS if name != "usage_e4"}
    return Due(
        **columns,
        usage_e4=usage_e4,
        further_reading_id=rows["reading_id"][further],
        further_account_id=rows["service_account_id"][further],
    )
