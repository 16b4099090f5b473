"""The look through a unit's month that finds which accounts verification must look at closely.

Most accounts are read once, near what they used in the three months before, by the meter and the
tariff of the archive: no rule has anything to say of them, and columns show that for all of them at
once. Whoever is not clearly such an account is left to the rules themselves (sql/verify.sql), so
that a doubt here costs time and never an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing.rules import BilledHow
from onebook.customer.rules import Category
from onebook.infra import sql
from onebook.infra.copy import arrays_out, copy_out, near
from onebook.infra.copy import days as copy_days
from onebook.kernel.periods import Month
from onebook.metering.rules import Status

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Rows = dict[str, NDArray[Any]]

_MONTHS = 3
# Beyond it no step of the calculation would be exact: rule R02.
_USAGE_MOST_E4 = 10**15
# The category of a tariff (screen_tariffs.sql) that each category of accounts should be on: R10.
_TARIFFS = {
    Category.RESIDENTIAL: 1,
    Category.RESIDENTIAL_SHARED: 1,
    Category.COMMERCIAL: 2,
    Category.LARGE_INDUSTRY: 2,
    Category.AGRICULTURE: 3,
}
# Where more than one account in so many is left, the rules had better look at all of them.
_LEFT_MOST = 4


@dataclass(frozen=True)
class Screened:
    """How many readings are in force in the unit's month, the sum of their identifiers, and the
    accounts that are left to the rules (None: all of them)."""

    readings: int
    reading_sum: int
    accounts: list[int] | None


def screen(org_unit_id: int, month: Month, measured: Int64) -> Screened:
    """Look through a unit's month; `measured` are its accounts of several or special points."""
    asked = {
        "org_unit": org_unit_id,
        "month": month.first,
        "next_month": month.next().first,
        "first_month": month.plus(-_MONTHS).first,
        "since": month.plus(-_MONTHS - 2).first,
    }
    read = _readings(asked)
    account = read["service_account_id"]
    screened = Screened(len(account), int(read["id"].sum()), None)
    mean_e4, is_usual = _means(org_unit_id, month, account)
    if not is_usual.any():
        return screened
    asked |= near(account)
    is_usual &= _once(account) & (read["status"] <= Status.ROLLED_OVER)
    is_usual &= (read["usage_e4"] >= 0) & (read["usage_e4"] <= _USAGE_MOST_E4)
    is_usual &= _as_installed(asked, read) & _within_limits(asked, read, mean_e4)
    is_done = _done(asked, read, is_usual)
    others = np.union1d(_others(asked), _of_registers(read))
    left = np.union1d(account[~is_usual & ~is_done], np.union1d(others, measured))
    if len(left) * _LEFT_MOST > len(account):
        return screened
    return Screened(screened.readings, screened.reading_sum, left.tolist())


def _ask(name: str, asked: Mapping[str, Any], dtypes: Mapping[str, str]) -> Rows:
    return copy_out(sql.text("billing", f"screen_{name}"), asked, dtypes)


def _readings(asked: Mapping[str, Any]) -> Rows:
    """The readings in force, by account."""
    found = _ask(
        "readings",
        asked,
        {
            "id": "i8", "service_account_id": "i8", "meter_id": "i8", "usage_e4": "i8",
            "previous_on": "date", "read_on": "date", "multiplier": "i4", "status": "i2",
            "version": "i2",
        },
    )  # fmt: skip
    order = np.argsort(found["service_account_id"], kind="stable")
    return {name: column[order] for name, column in found.items()}


def _place(keys: Int64, wanted: Int64) -> tuple[NDArray[np.intp], Bools]:
    """Where each wanted key first stands among sorted ones, and whether it is there."""
    at = np.searchsorted(keys, wanted)
    at[at == len(keys)] = 0
    return at, keys[at] == wanted if len(keys) else np.zeros(len(wanted), np.bool_)


def _once(account: Int64) -> Bools:
    """Which accounts have one reading."""
    same = account[1:] == account[:-1]
    again: Bools = np.append(same, False) | np.insert(same, 0, False)
    return ~again


def _means(org_unit_id: int, month: Month, account: Int64) -> tuple[Int64, Bools]:
    """What accounts used a month on average in the three before, in 10^-4 kWh, and whether they
    were billed in each of them by one reading that nobody corrected."""
    used_e4 = np.zeros(len(account), np.int64)
    is_plain = np.ones(len(account), np.bool_)
    for back in range(1, _MONTHS + 1):
        asked = {"org_unit": org_unit_id, "month": month.plus(-back).first}
        query = sql.text("billing", "screen_history")
        billed = arrays_out(
            query, asked, {"service_account_id": "i8", "usage_e4": "i8", "state": "i2"}
        )
        at, found = _place(account, billed["service_account_id"])
        np.add.at(used_e4, at[found], billed["usage_e4"][found])
        is_plain &= np.bincount(at[found], minlength=len(account)) == 1
        plain = BilledHow.PLAIN, BilledHow.ROLLED_OVER
        is_plain[at[found & ~np.isin(billed["state"], plain)]] = False
    return (2 * used_e4 + _MONTHS) // (2 * _MONTHS), is_plain


def _as_installed(asked: Mapping[str, Any], read: Rows) -> Bools:
    """Which readings are of the account's only meter, with its multiplier, in the unit (R09).

    Another meter of the last months may have readings that no bill counts yet, and another unit's
    may be in a bill of that unit.
    """
    installed = _ask(
        "installations",
        asked,
        {
            "service_account_id": "i8", "meter_id": "i8", "org_unit_id": "i8", "multiplier": "i4",
            "since": "date", "until": "date",
        },
    )  # fmt: skip
    at, found = _place(read["service_account_id"], installed["service_account_id"])
    fits = found & (installed["org_unit_id"] == asked["org_unit"])
    for name in ("meter_id", "multiplier"):
        fits &= installed[name] == read[name][at]
    fits &= installed["since"] <= read["read_on"][at]
    fits &= installed["until"] > np.minimum(read["previous_on"], read["read_on"])[at]
    count = len(read["id"])
    is_fit: Bools = np.bincount(at[found], minlength=count) == 1
    is_fit &= np.bincount(at[fits], minlength=count) == 1
    return is_fit


def _within_limits(asked: Mapping[str, Any], read: Rows, mean_e4: Int64) -> Bools:
    """Which accounts are of the unit, on a tariff of their category, with usual usage and days.

    Usage against the months before (R03, R04) and the capacity (R05), tariff (R10, R22), days
    (R17), and not opened of late (R19).
    """
    dtypes = {"id": "i8", "category_id": "i2", "opened_on": "date", "capacity_kva": "i4"}
    facts = _ask("accounts", asked, dtypes)
    at, fits = _place(facts["id"], read["service_account_id"])
    if not fits.any():
        return fits
    category = facts["category_id"][at]
    fits &= _on_tariff(asked, read["service_account_id"], category)
    limits = _limits(asked["month"], category)
    usage_e4 = read["usage_e4"]
    away_e4 = np.abs(usage_e4 - mean_e4)
    # As floats, which are a little off: what is near the limit is left to the rule.
    is_far = away_e4 * 100.001 > mean_e4 * limits["change_percent"].astype(np.float64)
    fits &= ~((away_e4 > limits["floor_e4"]) & is_far) & ~((usage_e4 == 0) & (mean_e4 > 0))
    most_kwh = facts["capacity_kva"][at].astype(np.float64) * limits["hours"]
    fits &= (most_kwh == 0) | (usage_e4 < most_kwh * 9_999)
    days = read["read_on"] - read["previous_on"]
    fits &= (days >= limits["days_lowest"]) & (days <= limits["days_highest"])
    fits &= facts["opened_on"][at] <= copy_days(asked["month"]) - limits["opened_days"]
    return fits


def _on_tariff(asked: Mapping[str, Any], account: Int64, category: NDArray[np.int16]) -> Bools:
    tariffs = _ask("tariffs", asked, {"service_account_id": "i8", "category": "i2"})
    at, found = _place(account, tariffs["service_account_id"])
    wanted = np.zeros(int(category.max()) + 1, np.int16)
    for one, tariff in _TARIFFS.items():
        if one < len(wanted):
            wanted[one] = tariff
    asked_of = wanted[category][at]
    is_other = (tariffs["category"] > 0) & (asked_of > 0) & (tariffs["category"] != asked_of)
    fits = np.zeros(len(account), np.bool_)
    fits[at[found]] = True
    fits[at[found & is_other]] = False
    return fits


def _limits(month: date, category: NDArray[np.int16]) -> dict[str, Int64]:
    """Each account's limits, those of its category."""
    categories, place = np.unique(category, return_inverse=True)
    asked = {"month": month, "categories": categories.tolist()}
    found = {row["category_id"]: row for row in sql.rows("billing", "screen_limits", asked)}
    rows = [found[one] for one in categories.tolist()]
    return {name: np.array([row[name] for row in rows], np.int64)[place] for name in rows[0]}


def _done(asked: Mapping[str, Any], read: Rows, is_usual: Bools) -> Bools:
    """Which readings their account's only bill of the month is made of; nothing is left to verify.

    Accounts with other bills are no usual ones (R21).
    """
    dtypes = {"service_account_id": "i8", "reading_id": "i8", "corrected": "i2"}
    bills = _ask("bills", asked, dtypes)
    at, found = _place(read["service_account_id"], bills["service_account_id"])
    count = len(read["id"])
    is_its = found & (bills["corrected"] == 0) & (bills["reading_id"] == read["id"][at])
    is_done: Bools = np.bincount(at[is_its], minlength=count) == 1
    is_done &= (np.bincount(at[found], minlength=count) == 1) & _once(read["service_account_id"])
    is_usual[at[found]] = False
    return is_done


def _others(asked: Mapping[str, Any]) -> Int64:
    """Accounts of whom more than usage, tariff and days is asked, or something was found."""
    return _ask("others", asked, {"service_account_id": "i8"})["service_account_id"]


def _of_registers(read: Rows) -> Int64:
    """Accounts whose readings have further registers; corrected readings are left in any case."""
    first = read["id"][read["version"] == 1]
    if not len(first):
        return np.empty(0, np.int64)
    found = copy_out(
        "SELECT DISTINCT reading_id FROM metering_v_register"
        " WHERE reading_id BETWEEN %(least)s AND %(greatest)s",
        {"least": int(first.min()), "greatest": int(first.max())},
        {"reading_id": "i8"},
    )
    return read["service_account_id"][np.isin(read["id"], found["reading_id"])]
