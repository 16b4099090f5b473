"""Bills of several portions on columns: usage cut by days, portions priced, lines numbered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing.rules.portions import ENERGIES, has_power_factor
from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.metering.rules.capacity import proration_days
from onebook.tariff.kernels import (
    BillColumns,
    LineColumns,
    PortionColumns,
    PowerFactorColumns,
    calculate_bills,
)
from onebook.tariff.rules import TOTAL, Version

Int64 = NDArray[np.int64]
Columns = Mapping[str, NDArray[Any]]
"""Portions as columns [n] by the names of `billing_bill_portion`, and the place of each one's
`bill`; by bill and portion_no. `month` is the calendar month of each."""


def split_by_days(usage_e4: Int64, days: Int64, of: Int64) -> Int64:
    """Cut usage over the segments of its reading, whole kWh each; the last takes what remains.

    Rows are pairs of reading and segment, those of one reading together: ``of`` is the reading's
    place, ``usage_e4`` its usage (0 to 10^15), ``days`` how many of its days lie in the segment.
    The rest goes to the last segment that has days, else to the last one.
    """
    if not len(of):
        return usage_e4
    first = np.flatnonzero(np.diff(of, prepend=-1))
    whole_days = np.add.reduceat(days, first)
    counts = np.diff(np.append(first, len(of)))
    divisor = np.repeat(np.maximum(whole_days, 1), counts) * E4_PER_KWH
    parts_e4: Int64 = usage_e4 * days // divisor * E4_PER_KWH
    rank = np.where(days > 0, np.arange(len(of)), -1)
    last = np.maximum.reduceat(rank, first)
    last = np.where(last < 0, first + counts - 1, last)
    parts_e4[last] = 0
    parts_e4[last] = usage_e4[last] - np.add.reduceat(parts_e4, first)
    return parts_e4


def charged_days(days: Int64, of: Int64, month: Month) -> Int64:
    """Apply `rules.portions.charged_days` to the segments of each ``of``, those of one together."""
    if not len(of):
        return days
    first = np.flatnonzero(np.diff(of, prepend=-1))
    last = np.append(first[1:], len(of)) - 1
    together = np.add.reduceat(days, first)
    full = proration_days(month)
    charged: Int64 = days.copy()
    whole = np.where(together == month.days, full, np.minimum(together, full))
    charged[last] += whole - together
    return charged


def free_of(free_e4: Int64, usage_e4: Int64, bill: Int64, portion_no: Int64) -> Int64:
    """Apply `rules.portions.give_free` to the portions of each bill."""
    given_e4 = np.zeros_like(usage_e4)
    left_e4 = np.zeros(int(bill.max(initial=-1)) + 1, np.int64)
    np.maximum.at(left_e4, bill, free_e4)
    for number in range(int(portion_no.max(initial=-1)) + 1):
        rows = np.flatnonzero((portion_no == number) & (free_e4 > 0))
        given_e4[rows] = np.maximum(np.minimum(left_e4[bill[rows]], usage_e4[rows]), 0)
        left_e4[bill[rows]] -= given_e4[rows]
    return given_e4


@dataclass(frozen=True, slots=True)
class PricedPortions:
    """n portions priced: the bills' sums, and for each set of lines the portions it is of.

    ``rows`` has, for each of ``bills.lines``, the places of its portions among the columns.
    """

    bills: BillColumns
    rows: list[NDArray[np.intp]]


def price(portions: Columns, bills: int, versions: Mapping[int, Version]) -> PricedPortions:
    """Price portions as columns; ``versions`` are those that they name.

    A bill's portions count in the order of their numbers, as `rules.explain_bill` takes them.
    """
    rows = list(_groups(portions))
    columns = [
        columns_of(portions, at, versions[int(portions["tariff_version_id"][at[0]])]) for at in rows
    ]
    factors = _power_factors(portions, bills, versions)
    return PricedPortions(calculate_bills(columns, factors, bills=bills), rows)


def _groups(portions: Columns) -> Iterator[NDArray[np.intp]]:
    """The places of the portions of one number and one version, number by number."""
    number, version = portions["portion_no"], portions["tariff_version_id"]
    for one in np.unique(number).tolist():
        for version_id in np.unique(version[number == one]).tolist():
            yield np.flatnonzero((number == one) & (version == version_id))


_SCALARS = (
    "days", "proration_days", "month", "year_usage_before_e4", "quota_months",
    "earlier_quota_months", "extra_quota_e4_month", "extra_quota_months", "free_e4",
    "contract_demand_e4", "capacity_e4_days", "transformer_e4",
)  # fmt: skip


def columns_of(portions: Columns, rows: NDArray[np.intp], version: Version) -> PortionColumns:
    """Some portions of one version as the tariff's kernel takes them."""
    known = [period for period in version.periods if period in ENERGIES]
    usage_e4 = {period: _int64(portions[f"{period}_e4"][rows]) for period in known}
    return PortionColumns(
        version,
        {TOTAL: _int64(portions["usage_e4"][rows]), **usage_e4},
        bill=_int64(portions["bill"][rows]),
        demand_e4={TOTAL: _int64(portions["demand_e4"][rows])},
        in_pf_fee=portions["in_pf_fee"][rows].astype(np.bool_),
        **{name: _int64(portions[name][rows]) for name in _SCALARS},
    )


def _int64(column: NDArray[Any]) -> Int64:
    return np.ascontiguousarray(column, dtype=np.int64)


def _power_factors(
    portions: Columns, bills: int, versions: Mapping[int, Version]
) -> PowerFactorColumns | None:
    """The power factors of the bills that have a standard and a line to charge it in."""
    charging = [one for one, version in versions.items() if has_power_factor(version)]
    can = np.zeros(bills, np.bool_)
    can[portions["bill"][np.isin(portions["tariff_version_id"], charging)]] = True
    head = np.flatnonzero(portions["portion_no"] == 0)
    bill = portions["bill"][head]
    if not portions["pf_standard_bp"][head].any():
        return None
    active_e4, reactive_e4, standard_bp = np.zeros((3, bills), np.int64)
    active_e4[bill] = portions["active_e4"][head]
    reactive_e4[bill] = portions["reactive_e4"][head]
    standard_bp[bill] = portions["pf_standard_bp"][head]
    return PowerFactorColumns(active_e4, reactive_e4, np.where(can, standard_bp, 0))


def first_lines(portions: Columns, versions: Mapping[int, Version]) -> NDArray[np.int16]:
    """The number of each portion's first line: lines run over the portions of a bill."""
    ids = portions["tariff_version_id"]
    lengths = np.zeros(len(ids), np.int64)
    for version_id, version in versions.items():
        lengths[ids == version_id] = len(version.components)
    before = np.cumsum(lengths) - lengths
    first = np.flatnonzero(portions["portion_no"] == 0)
    counts = np.diff(np.append(first, len(ids)))
    return (before - np.repeat(before[first], counts)).astype(np.int16)


@dataclass(frozen=True, slots=True)
class LineRows:
    """The lines [m] of one component that charge anything, each with the place of its portion."""

    position: int
    portion: NDArray[np.intp]
    quantity_e4: Int64
    price_e10: Int64
    amount_fen: Int64


def line_rows(lines: LineColumns, rows: NDArray[np.intp]) -> Iterator[LineRows]:
    """The lines of one version's portions; ``rows`` are the portions' places."""
    for at in range(len(lines.version.components)):
        quantity_e4, amount_fen = lines.quantity_e4[at], lines.amount_fen[at]
        charged = np.flatnonzero((quantity_e4 != 0) | (amount_fen != 0))
        if not len(charged):
            continue
        varying = lines.varying_price_e10.get(at)
        prices = np.full(len(charged), lines.price_e10[at]) if varying is None else varying[charged]
        yield LineRows(at, rows[charged], quantity_e4[charged], prices, amount_fen[charged])


# Why a month's bills come to more or less than those of the month before, in the order of reports.
CAUSES = (
    "new_fen", "usage_fen", "price_fen", "closed_fen", "kept_back_fen", "unread_fen", "moved_fen",
)  # fmt: skip
_GONE = {1: "closed_fen", 3: "unread_fen"}


def compared(after: Columns, before: Columns) -> list[dict[str, int]]:
    """Compare a month's calculated bills with those of the month before, by category.

    Both are columns by ascending ``service_account_id``: ``category_id``, ``usage_e4``,
    ``total_fen``; ``before`` has ``gone`` too: why an account may not be billed now (1 closed, 2
    kept back, 3 not read). Each row: category_id, accounts, usage_e4 and total_fen of both
    (`…_before`), and their difference in fen by cause, which adds up. Usage counts at the
    account's average price of the month before, half up; price is what remains. `moved_fen` is
    what accounts took with them that changed their category.
    """
    now, then = after["service_account_id"], before["service_account_id"]
    _, of_now, of_then = np.intersect1d(now, then, assume_unique=True, return_indices=True)
    causes: dict[str, Int64] = {name: np.zeros(len(now), np.int64) for name in CAUSES}
    new = np.ones(len(now), np.bool_)
    new[of_now] = False
    causes["new_fen"][new] = after["total_fen"][new]
    whole = after["total_fen"][of_now] - before["total_fen"][of_then]
    by_usage = _by_usage(
        whole,
        before["total_fen"][of_then],
        before["usage_e4"][of_then],
        after["usage_e4"][of_now] - before["usage_e4"][of_then],
    )
    causes["usage_fen"][of_now] = by_usage
    causes["price_fen"][of_now] = whole - by_usage
    left = np.setdiff1d(np.arange(len(then)), of_then, assume_unique=True)
    rows = []
    for category in np.union1d(after["category_id"], before["category_id"]).tolist():
        mine, theirs = after["category_id"] == category, before["category_id"] == category
        row = {"category_id": category, "accounts": int(mine.sum())}
        row["accounts_before"] = int(theirs.sum())
        for name in ("usage_e4", "total_fen"):
            row[name] = int(after[name][mine].sum())
            row[f"{name}_before"] = int(before[name][theirs].sum())
        row |= {name: int(causes[name][mine].sum()) for name in CAUSES}
        for at in left[theirs[left]].tolist():
            row[_GONE.get(int(before["gone"][at]), "kept_back_fen")] -= int(before["total_fen"][at])
        # An account that changed its category leaves one row and enters the other.
        moved = before["category_id"][of_then] != after["category_id"][of_now]
        out = moved & (before["category_id"][of_then] == category)
        came = moved & (after["category_id"][of_now] == category)
        row["moved_fen"] += int(before["total_fen"][of_then][came].sum())
        row["moved_fen"] -= int(before["total_fen"][of_then][out].sum())
        rows.append(row)
    return rows


def _by_usage(whole_fen: Int64, total_fen: Int64, usage_e4: Int64, more_e4: Int64) -> Int64:
    """What more usage is worth at the average price before; the whole difference without one.

    In whole numbers of any size: the product of usage and amount has no bound in 64 bits.
    """
    columns = (whole_fen, total_fen, usage_e4, more_e4)
    worth = [
        half_up(total * more, usage) if usage > 0 else whole
        for whole, total, usage, more in zip(*(one.tolist() for one in columns), strict=True)
    ]
    return np.array(worth, np.int64)


def numbered_lines(
    priced: PricedPortions, bill_id: Int64, first_line_no: NDArray[np.int16]
) -> dict[str, Int64]:
    """Every line of the portions with its bill and its number; both are given by portion [n]."""
    parts: list[dict[str, Int64]] = [
        {
            "bill_id": bill_id[one.portion],
            "line_no": first_line_no[one.portion].astype(np.int64) + one.position,
            "quantity_e4": one.quantity_e4,
            "price_e10": one.price_e10,
            "amount_fen": one.amount_fen,
        }
        for lines, rows in zip(priced.bills.lines, priced.rows, strict=True)
        for one in line_rows(lines, rows)
    ]
    none = np.empty(0, np.int64)
    return {name: np.concatenate([none, *(one[name] for one in parts)]) for name in LINE_COLUMNS}


LINE_COLUMNS = ("bill_id", "line_no", "quantity_e4", "price_e10", "amount_fen")


def differing_bills(ours: Mapping[str, Int64], theirs: Mapping[str, Int64]) -> list[int]:
    """The bills whose lines are not the same on both sides, ascending."""
    rows = [
        np.stack([one[name].astype(np.int64) for name in LINE_COLUMNS], axis=1)
        for one in (ours, theirs)
    ]
    found, counts = np.unique(np.concatenate(rows), axis=0, return_counts=True)
    return [int(bill) for bill in np.unique(found[counts != len(rows)][:, 0])]
