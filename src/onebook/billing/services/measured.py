"""What the metering points of accounts measured, cut over the prices of the month.

The quantities are `metering.reads.measures`: losses inside, parts off. Nothing is reckoned here but
which price a kWh has: what a point used is shared over its readings as they showed it, and each
reading's share is cut by days where its price changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing import kernels
from onebook.billing.rules.portions import ENERGIES
from onebook.infra import sql
from onebook.infra.copy import copy_out
from onebook.kernel.periods import Month
from onebook.metering import reads as metering
from onebook.metering.kernels.sharing import allocate
from onebook.metering.rules import Register
from onebook.metering.rules.sharing import SPLIT_PERIODS, Remainder

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Rows = dict[str, NDArray[Any]]

# What is frozen of a metering point at the issue: columns of `billing_bill_point` beside the bill.
POINT_COLUMNS = (
    "metering_point_id", "master_point_id", "deduction", "ratio_bp", "agreed_e4", "metered_e4",
    "transformer_e4", "line_e4", "shared_e4", "parts_e4", "usage_e4", "reactive_e4",
    "reactive_loss_e4", "latest_reading_id",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What the meters of n segments tell: the gravest `Status`, -1 where there is no meter.

    ``told`` maps a period to whether every meter has its register; ``demand``: one has a demand
    register; ``reactive``: one of the account's measures Q.
    """

    status: Int64
    told: Mapping[str, Bools]
    demand: Bools
    reactive: Bools


@dataclass(frozen=True)
class Measured:
    """Metering points of accounts, [n]; ``own`` is the point where it has a tariff of its own,
    else 0."""

    points: metering.PointMeasures
    own: Int64

    @property
    def is_parallel(self) -> Bools:
        """Points on tariffs of their own beside the main meter: they share no power factor."""
        return (self.own > 0) & (self.points.master_point_id < 0)

    def power_factor(self, accounts: Int64) -> tuple[Int64, Int64, Bools]:
        """P, Q and whether Q is measured, [a] by account."""
        inside = self.points.in_pf_calc & ~self.is_parallel
        return replace(self.points, in_pf_calc=inside).power_factor(accounts)

    def cut(self, segments: Rows) -> tuple[Rows, Seen]:
        """The columns of portions that come from meters, and what the meters tell.

        Segments are by account, point (0 for the account) and day. The demand of a segment is that
        of its points together, of parts inside another of them none (国家电网财〔2016〕633号).
        """
        points, count = self.points, len(segments["since"])
        usage_e4 = self._usage(segments)
        columns: Rows = {f"{period}_e4": np.zeros(count, np.int64) for period in ENERGIES}
        columns |= {
            f"{period}_e4": line for period, line in zip(SPLIT_PERIODS, usage_e4[1:], strict=True)
        }
        point, segment = pairs(points.service_account_id, self.own, segments)
        demand_e4 = np.zeros(count, np.int64)
        alone = ~self._is_inner()
        np.add.at(demand_e4, segment, (points.demand_e4 * alone)[point])
        shares_pf = points.in_pf_fee & ~self.is_parallel
        in_pf_fee = segments["metering_point_id"] == 0
        counted = np.unique(segment)
        in_pf_fee[counted] = False
        np.logical_or.at(in_pf_fee, segment, shares_pf[point])
        active_e4, reactive_e4, has_reactive = self.power_factor(segments["service_account_id"])
        columns |= {
            "usage_e4": usage_e4[0], "demand_e4": demand_e4, "in_pf_fee": in_pf_fee,
            "active_e4": active_e4, "reactive_e4": reactive_e4,
        }  # fmt: skip
        status = np.full(count, -1, np.int64)
        np.maximum.at(status, segment, points.status[point])
        told = {}
        for period in SPLIT_PERIODS:
            told[str(period)] = np.ones(count, np.bool_)
            np.logical_and.at(told[str(period)], segment, points.has[period][point])
        has_demand = np.zeros(count, np.bool_)
        np.logical_or.at(has_demand, segment, points.has_demand[point])
        return columns, Seen(status, told, has_demand, has_reactive)

    def _usage(self, segments: Rows) -> Int64:
        """The usage of each segment [1 + k, s]: the total, then the periods.

        The total is cut as the sum of its periods and the rest, so that they add up in every one.
        """
        rows, points = self.points.readings, self.points
        row, segment = pairs(points.service_account_id[rows.point], self.own[rows.point], segments)
        days = _days(rows, segments, row, segment)
        settled = np.stack([points.usage_e4[one] for one in (Register.TOTAL, *SPLIT_PERIODS)])
        lines = [
            (_rest(settled), _rest(rows.usage_e4)),
            *zip(settled[1:], rows.usage_e4[1:], strict=True),
        ]
        usage_e4 = np.zeros((len(lines), len(segments["since"])), np.int64)
        for at, (amount_e4, shown_e4) in enumerate(lines):
            of_row = _over_readings(rows.point, amount_e4, shown_e4, rows.usage_e4[0])
            np.add.at(usage_e4[at], segment, kernels.split_by_days(of_row[row], days, row))
        usage_e4[0] += usage_e4[1:].sum(axis=0)
        return usage_e4

    def _is_inner(self) -> Bools:
        """Parts whose main meter is charged with them."""
        points = self.points
        main = _place(points.metering_point_id, points.master_point_id)
        inner = main < len(self.own)
        ours = (points.service_account_id, self.own)
        for one in ours:
            inner[inner] &= one[main[inner]] == one[inner]
        return inner

    def frozen(self, accounts: Int64) -> tuple[Int64, Rows]:
        """Of these accounts (ascending): each point's account's place, and `POINT_COLUMNS`.

        metered + transformer + line + shared + parts = usage: ``shared_e4`` is what comes of a main
        meter's loss, or what of the own loss goes to parts; ``parts_e4`` what they take off.
        """
        points = self.points
        kept = np.flatnonzero(np.isin(points.service_account_id, accounts))
        alone = points.master_point_id < 0
        total_e4 = points.usage_e4[Register.TOTAL]
        columns: Rows = {
            "metering_point_id": points.metering_point_id,
            "master_point_id": np.maximum(points.master_point_id, 0),
            "deduction": points.deduction.astype(np.int16),
            "ratio_bp": points.ratio_bp,
            "agreed_e4": points.agreed_e4,
            "metered_e4": points.metered_e4,
            "transformer_e4": points.loss_e4 - points.line_loss_e4,
            "line_e4": points.line_loss_e4,
            "shared_e4": points.shared_e4 - np.where(alone, points.loss_e4, 0),
            "parts_e4": np.where(alone, total_e4 - points.metered_e4 - points.shared_e4, 0),
            "usage_e4": total_e4,
            "reactive_e4": points.metered_reactive_e4,
            "reactive_loss_e4": points.reactive_loss_e4,
            "latest_reading_id": points.latest_reading_id,
        }
        place = np.searchsorted(accounts, points.service_account_id[kept])
        return place, {name: columns[name][kept] for name in POINT_COLUMNS}


def measured(org_unit_id: int, month: Month, accounts: Int64) -> Measured:
    """What the metering points of accounts measured in a month, and which have tariffs."""
    points = metering.measures(org_unit_id, month, accounts)
    asked = {
        "accounts": accounts.tolist(), "month": month.first, "next_month": month.next().first,
    }  # fmt: skip
    priced = copy_out(sql.text("billing", "priced_points"), asked, {"metering_point_id": "i8"})[
        "metering_point_id"
    ]
    has_own = np.isin(points.metering_point_id, priced)
    return Measured(points, np.where(has_own, points.metering_point_id, 0))


def measured_accounts(org_unit_id: int, month: Month) -> Int64:
    """Accounts of a unit whose metering points have terms or tariffs of their own, ascending."""
    asked = {"org_unit": org_unit_id, "month": month.first, "next_month": month.next().first}
    query = sql.text("billing", "measured_accounts")
    return copy_out(query, asked, {"service_account_id": "i8"})["service_account_id"]


def pairs(account: Int64, point: Int64, segments: Rows) -> tuple[Int64, Int64]:
    """Each row with each segment of its account and ``point``: places of both, in order."""
    wanted = keys(account, point)
    known = keys(segments["service_account_id"], segments["metering_point_id"])
    low, high = np.searchsorted(known, wanted), np.searchsorted(known, wanted, "right")
    counts = high - low
    row = np.repeat(np.arange(len(wanted)), counts)
    begin = np.repeat(np.cumsum(counts) - counts, counts)
    return row, np.repeat(low, counts) + np.arange(len(row)) - begin


def keys(account: Int64, point: Int64) -> NDArray[Any]:
    """Account and point as one sortable key."""
    found = np.empty(len(account), [("account", "i8"), ("point", "i8")])
    found["account"], found["point"] = account, point
    return found


def _days(rows: metering.ReadColumns, segments: Rows, row: Int64, segment: Int64) -> Int64:
    """How many days of each reading lie in a segment; the first and the last have its rest."""
    previous, read = rows.previous_on[row], rows.read_on[row]
    same = np.diff(row, prepend=-1) == 0
    since = np.where(same, np.maximum(segments["since"][segment], previous), previous)
    goes_on = np.diff(row, append=-1) == 0
    until = np.where(goes_on, np.minimum(segments["until"][segment], read), read)
    return np.maximum((until - since).astype(np.int64), 0)


def _over_readings(
    point: NDArray[np.intp], settled_e4: Int64, shown_e4: Int64, total_e4: Int64
) -> Int64:
    """Share what each point used over its readings: what they showed, and of losses and parts a
    share in proportion, whole kWh, as `rules.quote` does where registers were frozen.

    A loss goes by each reading's ``total_e4``, what parts take off by what it showed of the kind.
    """
    more_e4 = settled_e4.copy()
    np.subtract.at(more_e4, point, shown_e4)
    found = shown_e4.copy()
    differs = np.flatnonzero(more_e4[point] != 0)
    if len(differs):
        weights = np.where(more_e4[point] > 0, total_e4, shown_e4)[differs]
        shares = allocate(point[differs], more_e4, weights, Remainder.LARGEST_REMAINDER)
        found[differs] += shares
    return found


def _rest(usage_e4: Int64) -> Int64:
    """What the total leaves of the periods, [1 + k, n] gives [n]."""
    rest: Int64 = usage_e4[0] - usage_e4[1:].sum(axis=0)
    return rest


def _place(of: Int64, wanted: Int64) -> Int64:
    """The place of each wanted value among ``of``, its length where it is not there."""
    order = np.argsort(of, kind="stable")
    if not len(of):
        return np.zeros(len(wanted), np.int64)
    at = np.minimum(np.searchsorted(of[order], wanted), len(of) - 1)
    return np.where(of[order[at]] == wanted, order[at], len(of))
