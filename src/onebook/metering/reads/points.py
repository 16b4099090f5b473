"""What metering points used in a month: registers, losses, parts of main meters, P and Q."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.infra import sql
from onebook.infra.copy import copy_out, dates
from onebook.kernel.periods import Month
from onebook.metering.kernels.points import PointColumns, TermColumns, settle
from onebook.metering.rules import REGISTERS, Register, Status
from onebook.metering.rules.losses import FULL_MONTH
from onebook.metering.rules.points import Deduction
from onebook.metering.rules.registers import rest_period
from onebook.metering.rules.sharing import SPLIT_PERIODS

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

_TERMS = {
    "mode": "i2", "transformer_owner": "i2", "line_owner": "i2", "line_side": "i2",
    "rated_va": "i8", "iron_w": "i8", "copper_w": "i8", "no_load_bp": "i8", "impedance_bp": "i8",
    "iron_kwh": "i8", "region_copper_bp": "i8", "iron_k_e4": "i8", "copper_k_e4": "i8",
    "shifts": "i2", "line_loss_bp": "i8", "deduction": "i2", "ratio_bp": "i8", "agreed_e4": "i8",
    "take_order": "i2", "in_pf_calc": "i2", "in_pf_fee": "i2",
}  # fmt: skip
_FLAGS = ("in_pf_calc", "in_pf_fee")
_SPLIT = (Register.TOTAL, *SPLIT_PERIODS)
_REACTIVE = (Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE)


@dataclass(frozen=True, slots=True)
class ReadColumns:
    """What m readings show, one row each, by ``point`` (its row in the measures) and day.

    ``usage_e4`` [1 + k, m]: total, then sharp, peak, valley, deep_valley, from ``previous_on`` to
    ``read_on``. A 定比 or 定量 has one row of nothing over its main meter's days.
    """

    point: NDArray[np.intp]
    previous_on: NDArray[np.datetime64]
    read_on: NDArray[np.datetime64]
    usage_e4: Int64


@dataclass(frozen=True, slots=True)
class PointMeasures:
    """What n metering points used in a month, [n] each, by account and point; 10^-4 kWh, kvarh, kW.

    ``usage_e4`` and ``has`` map "total", sharp, peak, valley, deep_valley and flat to columns: what
    is billed, losses inside and parts off, and whether the point's meters tell it. The periods
    add up to the total: flat is what the others leave of it.

    ``metered_e4`` is what the meters showed (of a 定比 or 定量 what came off the main meter);
    ``loss_e4`` the signed loss of the point's own transformer and line, ``line_loss_e4`` the line's
    share of it, ``reactive_loss_e4`` the kvarh; ``shared_e4`` what the point bears of its own or
    its main meter's loss. ``deduction`` is `rules.points.Deduction` with its ``ratio_bp`` and
    ``agreed_e4``. ``readings`` are the rows that ``metered_e4`` adds up.
    ``active_e4`` and ``reactive_e4`` are the P and Q of the factor that the point stands under,
    which is that of ``pf_point_id``: of a part inside its main meter's factor the main's. Add them
    once a ``pf_point_id`` (`power_factor`). ``has_reactive``: its meters tell Q.

    ``reading_id`` is the point's last reading, -1 for none, ``latest_reading_id`` that of its main
    meter and all of its parts; ``master_point_id`` -1 for none.
    ``status`` is `rules.Status`; only NORMAL and ROLLED_OVER may be billed. GAPS: a meter of the
    point, of its main meter or of a part of that is not read.
    """

    service_account_id: Int64
    metering_point_id: Int64
    master_point_id: Int64
    reading_id: Int64
    latest_reading_id: Int64
    usage_e4: Mapping[str, Int64]
    has: Mapping[str, Bools]
    metered_e4: Int64
    metered_reactive_e4: Int64
    loss_e4: Int64
    line_loss_e4: Int64
    reactive_loss_e4: Int64
    shared_e4: Int64
    deduction: Int64
    ratio_bp: Int64
    agreed_e4: Int64
    demand_e4: Int64
    has_demand: Bools
    active_e4: Int64
    reactive_e4: Int64
    has_reactive: Bools
    pf_point_id: Int64
    in_pf_calc: Bools
    in_pf_fee: Bools
    status: Int64
    readings: ReadColumns

    def of_periods(self, periods: Sequence[str]) -> tuple[dict[str, Int64], Int64]:
        """The usage by a tariff's periods, which add up to the total, and the status.

        Flat, without it the first period, takes what the others leave; GAPS where a point's meters
        do not tell one of the others.
        """
        rest = rest_period(periods)
        others = [period for period in periods if period != rest]
        usage_e4 = {period: self.usage_e4[period] for period in others}
        status = self.status.copy()
        for period in others:
            status[~self.has[period]] = np.maximum(status[~self.has[period]], Status.GAPS)
        if rest is not None:
            total_e4 = self.usage_e4[Register.TOTAL]
            usage_e4[rest] = total_e4 - sum(usage_e4.values(), np.zeros_like(total_e4))
            below = usage_e4[rest] < 0
            status[below] = np.maximum(status[below], Status.PERIODS_EXCEED)
        return usage_e4, status

    def power_factor(self, service_account_ids: Int64) -> tuple[Int64, Int64, Bools]:
        """P, Q and whether Q is measured, [a] by account: each power factor's energies once."""
        order = np.lexsort((self.pf_point_id, self.service_account_id))
        order = order[self.in_pf_calc[order]]
        keys = np.stack([self.service_account_id[order], self.pf_point_id[order]])
        fresh = np.ones(len(order), np.bool_)
        fresh[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
        rows = order[fresh]
        sorter = np.argsort(service_account_ids, kind="stable")
        accounts = service_account_ids[sorter]
        found = np.searchsorted(accounts, self.service_account_id[rows])
        known = found < len(accounts)
        known[known] = accounts[found[known]] == self.service_account_id[rows][known]
        place, rows = sorter[found[known]], rows[known]
        sums = np.zeros((2, len(accounts)), np.int64)
        np.add.at(sums[0], place, self.active_e4[rows])
        np.add.at(sums[1], place, self.reactive_e4[rows])
        measured = np.zeros(len(accounts), np.bool_)
        measured[place] |= self.has_reactive[rows]
        return sums[0], sums[1], measured


@dataclass(frozen=True, slots=True)
class _Read:
    """The readings of n points: sums over the meters of each, the greatest demand."""

    reading_id: Int64
    first_on: NDArray[np.datetime64]
    read_on: NDArray[np.datetime64]
    usage_e4: Int64
    has: Bools
    status: Int64
    reactive_e4: Int64
    has_reactive: Bools
    demand_e4: Int64
    has_demand: Bools
    rows: ReadColumns


def measures(
    org_unit_id: int, month: Month, service_account_ids: Int64 | Sequence[int]
) -> PointMeasures:
    """What the metering points of a unit's accounts used in a bill month: `rules.points.settle`.

    Main meters and parts of other accounts, of whatever unit, are read where the asked ones hang
    on them, and left out of the answer. The terms in force on the day before the reading count for
    the whole month; a month in which a point's first meter was installed or its last one taken
    down counts its days. A point whose meter hung there throughout the month and was not read has
    status GAPS; one without a meter is left out, unless it is a 定比 or 定量.
    """
    accounts = np.asarray(service_account_ids, np.int64)
    points = _points(month, accounts)
    point_ids = points["point_id"]
    read = _readings(month, point_ids, points["service_account_id"])
    deduction = points["deduction"]
    counts = (read.reading_id >= 0) | (deduction != Deduction.NONE) | (points["expected"] == 1)
    main = _mains(points, counts)
    settled_of = np.flatnonzero(counts)
    place = np.full(len(point_ids), -1, np.int64)
    place[settled_of] = np.arange(len(settled_of))
    stored: dict[str, Any] = {
        name: points[name][settled_of].astype(np.bool_ if name in _FLAGS else np.int64)
        for name in _TERMS
    }
    deducted = deduction != Deduction.NONE
    # A quantity without its main meter is no quantity.
    unread = np.where(deducted, main == np.arange(len(main)), read.reading_id < 0)
    status = np.where(unread, np.maximum(read.status, Status.GAPS), read.status)[settled_of]
    columns = PointColumns(
        TermColumns(**stored),
        place[main[settled_of]],
        read.usage_e4[:, settled_of],
        read.has[:, settled_of],
        read.reactive_e4[settled_of],
        read.has_reactive[settled_of],
        read.demand_e4[settled_of],
        status,
        _days(points, read, main)[settled_of],
    )
    return _answer(points, read, columns, settled_of, main)


def _points(month: Month, accounts: Int64) -> dict[str, NDArray[Any]]:
    kinds = {
        "point_id": "i8", "service_account_id": "i8", "is_asked": "i2", "began": "date",
        "ended": "date", "expected": "i2", "master_point_id": "i8",
    }  # fmt: skip
    asked = {"accounts": accounts.tolist(), "month": month.first, "next_month": month.next().first}
    return copy_out(sql.text("metering", "month_points"), asked, kinds | _TERMS)


def _readings(month: Month, point_ids: Int64, account_ids: Int64) -> _Read:
    """The month's readings in force of points, added up by point."""
    rows = copy_out(
        sql.text("metering", "month_readings"),
        {"accounts": np.unique(account_ids).tolist(), "month": month.first},
        {
            "point_id": "i8", "reading_id": "i8", "previous_on": "date", "read_on": "date",
            "usage_e4": "i8", "status": "i2",
        },
    )  # fmt: skip
    order = np.argsort(point_ids, kind="stable")
    found = np.searchsorted(point_ids[order], rows["point_id"])
    found = np.minimum(found, max(len(order) - 1, 0))
    known = np.flatnonzero(point_ids[order][found] == rows["point_id"]) if len(order) else found
    place = order[found[known]] if len(order) else found
    kept = {name: column[known] for name, column in rows.items()}
    count = len(point_ids)
    reading_id = np.full(count, -1, np.int64)
    np.maximum.at(reading_id, place, kept["reading_id"])
    first_on = np.full(count, np.datetime64("9999-01-01"))
    np.minimum.at(first_on, place, dates(kept["previous_on"]))
    read_on = np.full(count, np.datetime64("1900-01-01"))
    np.maximum.at(read_on, place, dates(kept["read_on"]))
    meters = np.bincount(place, minlength=count)
    further = _registers(kept["reading_id"])
    usage_e4 = np.zeros((len(_SPLIT), count), np.int64)
    has = np.zeros((len(_SPLIT), count), np.bool_)
    status = np.zeros(count, np.int64)
    np.add.at(usage_e4[0], place, kept["usage_e4"])
    np.maximum.at(status, place, kept["status"])
    has[0] = meters > 0
    reactive_e4, demand_e4 = np.zeros(count, np.int64), np.zeros(count, np.int64)
    has_reactive, has_demand = np.zeros((2, count), np.bool_)
    shown_e4 = np.zeros((len(_SPLIT), len(place)), np.int64)
    shown_e4[0] = kept["usage_e4"]
    at = place[further["place"]]
    for register in REGISTERS[1:]:
        chosen = further["register"] == REGISTERS.index(register)
        if register is Register.FLAT or not chosen.any():
            continue
        rows_of, used_e4 = at[chosen], further["usage_e4"][chosen]
        np.maximum.at(status, rows_of, further["status"][chosen])
        if register in SPLIT_PERIODS:
            line = _SPLIT.index(register)
            np.add.at(usage_e4[line], rows_of, used_e4)
            shown_e4[line, further["place"][chosen]] = used_e4
            # A period that one of the point's meters does not tell is not told.
            has[line] = (np.bincount(rows_of, minlength=count) == meters) & (meters > 0)
        elif register in _REACTIVE:
            np.add.at(reactive_e4, rows_of, np.abs(used_e4))
            has_reactive[rows_of] = True
        else:
            np.maximum.at(demand_e4, rows_of, used_e4)
            has_demand[rows_of] = True
    usage_e4[~has] = 0
    rows_read = ReadColumns(place, dates(kept["previous_on"]), dates(kept["read_on"]), shown_e4)
    return _Read(
        reading_id, first_on, read_on, usage_e4, has, status, reactive_e4, has_reactive, demand_e4,
        has_demand, rows_read,
    )  # fmt: skip


def _registers(reading_ids: Int64) -> dict[str, NDArray[np.int64]]:
    return copy_out(
        sql.text("metering", "registers_of_readings"),
        {"readings": reading_ids.tolist()},
        {"place": "i8", "register": "i2", "usage_e4": "i8", "status": "i2"},
    )


def _mains(points: Mapping[str, NDArray[Any]], counts: Bools) -> Int64:
    """The row of each point's main meter, its own for a point alone; a main that is not metered
    in the month counts nothing, and its parts stand alone."""
    rows = np.arange(len(counts))
    order = np.argsort(points["point_id"], kind="stable")
    masters = points["master_point_id"]
    if not len(rows):
        return rows
    found = np.minimum(np.searchsorted(points["point_id"][order], masters), len(rows) - 1)
    main = order[found]
    hangs = (points["point_id"][main] == masters) & counts[main] & counts
    # There is one level: services refuse a part of a part, which here would stand alone.
    return np.where(hangs & ~hangs[main], main, rows)


def _days(points: Mapping[str, NDArray[Any]], read: _Read, main: Int64) -> Int64:
    """The days in use, 30 for a whole month; those of a part without a meter are its main's."""
    began = dates(points["began"]) == read.first_on
    ended = dates(points["ended"]) <= read.read_on
    days = (read.read_on - read.first_on).astype(np.int64)
    broken = (read.reading_id >= 0) & (began | ended)
    own = np.where(broken, np.clip(days, 1, FULL_MONTH), FULL_MONTH)
    return np.where(points["deduction"] != Deduction.NONE, own[main], own)


def _answer(
    points: Mapping[str, NDArray[Any]],
    read: _Read,
    columns: PointColumns,
    rows: Int64,
    main: Int64,
) -> PointMeasures:
    """Settle, and give the rows of the accounts that were asked for."""
    settled = settle(columns)
    deducted = columns.terms.deduction.astype(np.bool_)
    asked = points["is_asked"][rows].astype(np.bool_)
    order = np.lexsort((points["point_id"][rows], points["service_account_id"][rows]))
    chosen = order[asked[order]]
    at = rows[chosen]
    latest = np.full(len(main), -1, np.int64)
    np.maximum.at(latest, main, read.reading_id)
    names = (*_SPLIT, Register.FLAT)
    has = columns.has[:, chosen]
    told = np.concatenate([has, has[1:].max(axis=0)[None]])
    told[0] |= deducted[chosen]
    alone = columns.main[chosen] == chosen
    quantity_e4 = settled.usage_e4[0] - settled.shared_e4
    metered_e4 = np.where(deducted, quantity_e4, columns.usage_e4[0])
    main_ids = points["point_id"][rows][columns.main[chosen]]
    return PointMeasures(
        points["service_account_id"][at],
        points["point_id"][at],
        np.where(alone, -1, main_ids),
        read.reading_id[at],
        latest[main[at]],
        {str(name): settled.usage_e4[line][chosen] for line, name in enumerate(names)},
        {str(name): told[line] for line, name in enumerate(names)},
        metered_e4[chosen],
        columns.reactive_e4[chosen],
        settled.loss.active_e4[chosen],
        settled.line_e4[chosen],
        settled.loss.reactive_e4[chosen],
        settled.shared_e4[chosen],
        columns.terms.deduction[chosen],
        columns.terms.ratio_bp[chosen],
        columns.terms.agreed_e4[chosen],
        settled.demand_e4[chosen],
        read.has_demand[at],
        settled.active_e4[chosen],
        settled.reactive_e4[chosen],
        read.has_reactive[rows][settled.pf_row][chosen],
        points["point_id"][rows][settled.pf_row][chosen],
        columns.terms.in_pf_calc[chosen],
        columns.terms.in_pf_fee[chosen],
        settled.status[chosen],
        _rows_of(read, at, deducted[chosen], main),
    )


def _rows_of(read: _Read, at: Int64, deducted: Bools, main: Int64) -> ReadColumns:
    """The rows of the points at these places, by point and day; one of nothing for quantities."""
    answer = np.full(len(main), -1, np.int64)
    answer[at[~deducted]] = np.flatnonzero(~deducted)
    kept = np.flatnonzero(answer[read.rows.point] >= 0)
    quantities = np.flatnonzero(deducted)
    their_main = main[at[quantities]]
    point = np.concatenate([answer[read.rows.point[kept]], quantities])
    previous_on = np.concatenate([read.rows.previous_on[kept], read.first_on[their_main]])
    read_on = np.concatenate([read.rows.read_on[kept], read.read_on[their_main]])
    nothing = np.zeros((len(_SPLIT), len(quantities)), np.int64)
    usage_e4 = np.concatenate([read.rows.usage_e4[:, kept], nothing], axis=1)
    order = np.lexsort((read_on, previous_on, point))
    return ReadColumns(point[order], previous_on[order], read_on[order], usage_e4[:, order])
