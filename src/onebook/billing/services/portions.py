"""What bills of several portions are charged on: measures, tariffs and contract terms.

An account is billed by portions where its total usage does not suffice: its tariff asks for
periods, demand, capacity or the power factor, its price or class changes inside the month, its
contract raises its tiers, or one of its metering points has terms (losses, a main meter, parts) or
a tariff of its own. Everything is asked for by columns; no account costs a question of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing import kernels
from onebook.billing.rules.portions import ENERGIES
from onebook.billing.services.lacking import missing
from onebook.billing.services.measured import Measured, keys, measured, measured_accounts
from onebook.infra import sql
from onebook.infra.copy import copy_out, dates
from onebook.kernel.periods import Month
from onebook.metering.kernels.capacity import capacity_days
from onebook.metering.rules.capacity import proration_days
from onebook.metering.rules.registers import rest_period
from onebook.tariff import reads as tariff
from onebook.tariff.rules import Version, is_plain, needs

Int64 = NDArray[np.int64]
Rows = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Portions:
    """Portions as `kernels.price` takes them, by account; those of accounts that lack a fact apart.

    `service_account_id` [n] of each portion; `missing` maps an account to what it lacks.
    `measured` is what the accounts' metering points measured.
    """

    columns: Rows
    service_account_id: Int64
    versions: dict[int, Version]
    missing: dict[int, str]
    measured: Measured

    def of(self, accounts: Int64) -> Rows:
        """The portions of these accounts (ascending), each with its account's place as `bill`."""
        kept = np.flatnonzero(np.isin(self.service_account_id, accounts))
        columns = {name: column[kept] for name, column in self.columns.items()}
        columns["bill"] = np.searchsorted(accounts, self.service_account_id[kept])
        return columns


def is_more(version: Version, month: Month) -> bool:
    """Whether a bill of the version asks for more than the total usage and the year's."""
    changes = any(one.earlier_limits_e4 is not None for one in version.components)
    return not is_plain(version) or (changes and version.valid_from.year == month.year)


def more_accounts(org_unit_id: int, month: Month) -> Int64:
    """Accounts of a unit that are billed by portions whatever their tariff, ascending."""
    params = {"org_unit": org_unit_id, "month": month.first, "next_month": month.next().first}
    query = sql.text("billing", "more_accounts")
    raised = copy_out(query, params, {"service_account_id": "i8"})["service_account_id"]
    return np.union1d(raised, measured_accounts(org_unit_id, month))


def gather(
    org_unit_id: int,
    month: Month,
    accounts: Int64,
    year_usage_before_e4: Int64,
    quota_months: NDArray[Any],
) -> Portions:
    """The portions of accounts (ascending), whose year so far and quota months are given."""
    asked = {
        "org_unit": org_unit_id,
        "month": month.first,
        "next_month": month.next().first,
        "january": date(month.year, 1, 1),
        "next_january": date(month.year + 1, 1, 1),
        "accounts": accounts.tolist(),
    }
    points = measured(org_unit_id, month, accounts)
    pieces = _pieces(asked)
    head = _heads(pieces)
    segments = {name: column[head] for name, column in pieces.items()}
    versions = {
        one: tariff.version_by_id(one) for one in np.unique(segments["version_id"]).tolist()
    }
    place = np.searchsorted(accounts, segments["service_account_id"])
    columns, seen = points.cut(segments)
    columns |= _contracted(pieces, head, month)
    number = _numbers(segments["service_account_id"])
    columns |= {
        "portion_no": number,
        "tariff_version_id": segments["version_id"],
        "metering_point_id": segments["metering_point_id"],
        "starts_on": segments["since"],
        "month": np.full(len(head), month.month),
        "quota_months": quota_months[place].astype(np.int64),
        "bill": place,
    }
    columns["extra_quota_months"] = np.minimum(
        columns["extra_quota_months"], columns["quota_months"]
    )
    columns["earlier_quota_months"] = _earlier(columns, versions, month)
    columns["free_e4"] = kernels.free_of(
        np.where(_asks(columns, versions, "free_e4"), columns["free_e4"], 0),
        columns["usage_e4"], place, number,
    )  # fmt: skip
    columns["year_usage_before_e4"] = _year_before(
        columns, segments, year_usage_before_e4[place], asked
    )
    _keep_head(columns)
    for version_id, version in versions.items():
        rows = np.flatnonzero(columns["tariff_version_id"] == version_id)
        _rest_period(columns, rows, version)
    found = missing(columns, segments["service_account_id"], seen, versions)
    del columns["bill"], columns["has_terms"]
    return Portions(columns, segments["service_account_id"], versions, found, points)


def _pieces(asked: Mapping[str, Any]) -> Rows:
    pieces: Rows = copy_out(
        sql.text("billing", "portion_segments"),
        asked,
        {
            "service_account_id": "i8", "metering_point_id": "i8", "version_id": "i8",
            "since": "date", "until": "date", "days": "i2", "has_terms": "i2",
            "terms_since": "date", "terms_until": "date", "running_e4": "i8", "contract_e4": "i8",
            "contract_demand_e4": "i8", "pf_standard_bp": "i4", "extra_quota_e4_month": "i8",
            "free_e4_month": "i8", "extra_months": "i2",
        },
    )  # fmt: skip
    for name in ("since", "until", "terms_since", "terms_until"):
        pieces[name] = dates(pieces[name])
    return pieces


def _heads(pieces: Rows) -> NDArray[np.intp]:
    """The first piece of each segment of an account or point."""
    of = (pieces["service_account_id"], pieces["metering_point_id"], pieces["since"])
    changes = np.zeros(len(of[0]), np.bool_)
    changes[:1] = True
    for key in of:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)


def _numbers(accounts: Int64) -> Int64:
    """Number each account's portions from 0 on."""
    first = np.flatnonzero(np.diff(accounts, prepend=-1))
    counts = np.diff(np.append(first, len(accounts)))
    return np.arange(len(accounts)) - np.repeat(first, counts)


def _contracted(pieces: Rows, head: NDArray[np.intp], month: Month) -> Rows:
    """The columns that come from contracts: running capacity by days, the terms last in force."""
    count = len(head)
    last = np.append(head[1:], len(pieces["since"])) - 1
    owner = np.repeat(np.arange(count), np.diff(np.append(head, len(pieces["since"]))))
    own = pieces["metering_point_id"][last] == 0
    kva_days = capacity_days(
        owner, count, np.where(pieces["has_terms"] > 0, pieces["running_e4"], 0),
        pieces["terms_since"], pieces["terms_until"], month,
    )  # fmt: skip
    full = proration_days(month)
    days = pieces["days"][head].astype(np.int64)
    return {
        "days": kernels.charged_days(days, _owners(pieces, head), month),
        "proration_days": np.full(count, full),
        "capacity_e4_days": np.where(own, kva_days, 0),
        "contract_demand_e4": pieces["contract_demand_e4"][last],
        "transformer_e4": pieces["contract_e4"][last],
        "pf_standard_bp": pieces["pf_standard_bp"][last].astype(np.int64),
        "extra_quota_e4_month": np.where(own, pieces["extra_quota_e4_month"][last], 0),
        "extra_quota_months": pieces["extra_months"][last].astype(np.int64),
        "free_e4": np.where(own, pieces["free_e4_month"][last], 0),
        "has_terms": pieces["has_terms"][last],
    }


def _owners(pieces: Rows, head: NDArray[np.intp]) -> Int64:
    """A number for the account or point of each segment: its segments have one number."""
    own = keys(pieces["service_account_id"][head], pieces["metering_point_id"][head])
    fresh = np.ones(len(own), np.int64)
    fresh[1:] = own[1:] != own[:-1]
    return np.cumsum(fresh)


def _earlier(columns: Rows, versions: Mapping[int, Version], month: Month) -> Int64:
    """Quota months that count by the limits before a change inside the year."""
    earlier = np.zeros(len(columns["quota_months"]), np.int64)
    for version_id, version in versions.items():
        if version.valid_from.year == month.year and any(
            one.earlier_limits_e4 is not None for one in version.components
        ):
            rows = columns["tariff_version_id"] == version_id
            opened_in = 13 - columns["quota_months"][rows]
            earlier[rows] = np.maximum(version.valid_from.month - opened_in, 0)
    return earlier


def _asks(columns: Rows, versions: Mapping[int, Version], fact: str) -> NDArray[np.bool_]:
    """The portions whose version is charged on the fact."""
    asking = [one for one, version in versions.items() if fact in needs(version)]
    return np.isin(columns["tariff_version_id"], asking)


def _year_before(
    columns: Rows, segments: Rows, before_e4: Int64, asked: Mapping[str, Any]
) -> Int64:
    """What the year's ladder counted before each portion; every point has a ladder of its own."""
    points = copy_out(
        sql.text("billing", "point_usage"),
        asked,
        {"service_account_id": "i8", "metering_point_id": "i8", "usage_e4": "i8"},
    )
    known = keys(points["service_account_id"], points["metering_point_id"])
    own_keys = keys(segments["service_account_id"], segments["metering_point_id"])
    at = np.searchsorted(known, own_keys)
    of_point = np.zeros(len(own_keys), np.int64)
    found = at < len(known)
    found[found] = known[at[found]] == own_keys[found]
    of_point[found] = points["usage_e4"][at[found]]
    taken = np.zeros(len(own_keys), np.int64)
    owner = np.searchsorted(segments["service_account_id"], points["service_account_id"])
    np.add.at(taken, owner, points["usage_e4"])
    heads = np.searchsorted(segments["service_account_id"], segments["service_account_id"])
    own = segments["metering_point_id"] == 0
    start: Int64 = np.where(own, before_e4 - taken[heads], of_point)
    running = np.cumsum(columns["usage_e4"]) - columns["usage_e4"]
    start += running - running[np.searchsorted(own_keys, own_keys)]
    return start


def _keep_head(columns: Rows) -> None:
    """Keep the bill's power factor in its first portion alone; its standard is the last one's."""
    bill = columns["bill"]
    standard = np.zeros(int(bill.max(initial=-1)) + 1, np.int64)
    own = np.flatnonzero(columns["metering_point_id"] == 0)
    standard[bill[own]] = columns["pf_standard_bp"][own]
    is_head = columns["portion_no"] == 0
    columns["pf_standard_bp"] = np.where(is_head, standard[bill], 0)


def _rest_period(columns: Rows, rows: NDArray[np.intp], version: Version) -> None:
    """Let the rest period have what the total leaves, and no other period anything."""
    rest = rest_period(version.periods)
    others = [one for one in version.periods if one in ENERGIES and one != rest]
    left = columns["usage_e4"][rows].copy()
    for one in others:
        left -= columns[f"{one}_e4"][rows]
    for period in ENERGIES:
        if period not in others:
            columns[f"{period}_e4"][rows] = left if period == rest else 0
