"""Metering points settled on columns: `rules.points.settle`, exact."""

from dataclasses import dataclass

import numpy as np

from onebook.kernel.rounding import Rounding
from onebook.metering.kernels import losses, sharing
from onebook.metering.kernels._exact import BoolArray, IntArray, scaled
from onebook.metering.rules.losses import FULL_MONTH, Owner, Side, loss_sign
from onebook.metering.rules.points import OWNERS, SIDES, Deduction, Mode, transformer_sign
from onebook.metering.rules.readings import Status

# By [mode or side, owner] as stored.
_TRANSFORMER_SIGN = np.array([[transformer_sign(mode, one) for one in OWNERS] for mode in Mode])
_LINE_SIGN = np.array([[loss_sign(side, one) for one in OWNERS] for side in SIDES])


def owner_code(owner: Owner) -> int:
    """The number stored for an owner."""
    return OWNERS.index(owner)


def side_code(side: Side) -> int:
    """The number stored for where a meter stands on its line."""
    return SIDES.index(side)


@dataclass(frozen=True, slots=True)
class TermColumns:
    """`rules.points.PointTerms` of n points as they are stored, [n] each.

    ``rated_va`` 0: no plate; ``iron_kwh`` and ``region_copper_bp`` 0: no regional rule.
    """

    mode: IntArray
    transformer_owner: IntArray
    line_owner: IntArray
    line_side: IntArray
    rated_va: IntArray
    iron_w: IntArray
    copper_w: IntArray
    no_load_bp: IntArray
    impedance_bp: IntArray
    iron_kwh: IntArray
    region_copper_bp: IntArray
    iron_k_e4: IntArray
    copper_k_e4: IntArray
    shifts: IntArray
    line_loss_bp: IntArray
    deduction: IntArray
    ratio_bp: IntArray
    agreed_e4: IntArray
    take_order: IntArray
    in_pf_calc: BoolArray
    in_pf_fee: BoolArray


@dataclass(frozen=True, slots=True)
class PointColumns:
    """n points with their month's registers, int64.

    ``main`` [n] is the row of a part's main meter, the row itself for a main meter or a point
    alone. ``usage_e4`` [1 + k, n]: total, then the periods of `sharing.SPLIT_PERIODS`, 0 where
    ``has`` [1 + k, n] is false. ``status`` GAPS: a meter without a reading.
    """

    terms: TermColumns
    main: IntArray
    usage_e4: IntArray
    has: BoolArray
    reactive_e4: IntArray
    has_reactive: BoolArray
    demand_e4: IntArray
    status: IntArray
    days: IntArray


@dataclass(frozen=True, slots=True)
class SettledColumns:
    """`rules.points.Settled` of n points, int64; ``usage_e4`` [2 + k, n] ends with flat.

    ``pf_row`` [n] is the row whose P and Q a point's power factor has; ``line_e4`` [n] is the
    line's share of ``loss``.
    """

    usage_e4: IntArray
    demand_e4: IntArray
    active_e4: IntArray
    reactive_e4: IntArray
    loss: losses.LossColumns
    line_e4: IntArray
    shared_e4: IntArray
    pf_row: IntArray
    status: IntArray


def settle(points: PointColumns) -> SettledColumns:
    """Apply `rules.points.settle` to n points in groups of a main meter and its parts."""
    rows = np.arange(len(points.main))
    is_main = points.main == rows
    mains = np.flatnonzero(is_main)
    parts = np.flatnonzero(~is_main)
    # By owner; of one owner in the order given.
    parts = parts[np.argsort(points.main[parts], kind="stable")]
    owner = np.searchsorted(mains, points.main[parts])
    metered_e4 = _with_quantities(points)
    loss, line_e4 = _own_losses(points, metered_e4)
    usage_e4 = metered_e4.copy()
    usage_e4[0, parts] += loss.active_e4[parts]
    status = np.maximum(points.status, _lacking(usage_e4))
    lacking = parts[(points.reactive_e4 + loss.reactive_e4)[parts] < 0]
    status[lacking] = np.maximum(status[lacking], Status.PARTS_EXCEED)
    # A period that the main meter does not tell comes off its total alone.
    told = points.has[:, mains][:, owner]
    told[0] = True
    split = sharing.split_main(
        usage_e4[:, mains],
        owner,
        np.where(told, usage_e4[:, parts], 0),
        np.ones(len(parts), np.bool_),
        loss_e4=loss.active_e4[mains],
    )
    shared_e4 = np.zeros(len(rows), np.int64)
    shared_e4[mains], shared_e4[parts] = split.main_loss_e4, split.part_loss_e4
    usage_e4[0, parts] += split.part_loss_e4
    usage_e4[:, mains] = split.main_e4[:-1]
    flat_e4 = usage_e4[0] - usage_e4[1:].sum(axis=0)
    status[mains] = np.maximum(status[mains], split.status)
    below = (usage_e4[:, parts] < 0).any(axis=0) | (flat_e4[parts] < 0)
    status[parts[below]] = np.maximum(status[parts[below]], Status.PERIODS_EXCEED)
    active_e4, reactive_e4, pf_row = _power_factor(points, metered_e4, loss, shared_e4, parts)
    status[(active_e4 < 0) | (reactive_e4 < 0)] = np.maximum(
        status[(active_e4 < 0) | (reactive_e4 < 0)], Status.PARTS_EXCEED
    )
    return SettledColumns(
        np.concatenate([usage_e4, flat_e4[None]]),
        _demand(points, metered_e4[0], loss.active_e4),
        active_e4,
        reactive_e4,
        loss,
        line_e4,
        shared_e4,
        pf_row,
        _of_group(points.main, status),
    )


def _with_quantities(points: PointColumns) -> IntArray:
    """The usage before losses, 定比 and 定量 quantities in the totals of their rows."""
    terms = points.terms
    usage_e4 = points.usage_e4.copy()
    is_part = points.main != np.arange(len(points.main))
    lost_e4 = _own_losses(points, usage_e4)[0].active_e4
    taken_e4 = np.zeros(len(points.main), np.int64)
    for order in np.unique(terms.take_order[is_part]):
        at = np.flatnonzero(is_part & (terms.take_order == order))
        base_e4 = np.maximum(usage_e4[0, points.main[at]] - taken_e4[points.main[at]], 0)
        agreed_e4 = _fixed(terms.agreed_e4[at], points.days[at])
        ratio_e4 = sharing.ratio_quantity(base_e4, terms.ratio_bp[at])
        kinds = terms.deduction[at]
        quantity_e4 = np.where(kinds == Deduction.RATIO, ratio_e4, agreed_e4)
        deducted = kinds != Deduction.NONE
        usage_e4[0, at[deducted]] = quantity_e4[deducted]
        own_e4 = usage_e4[0, at] + np.where(deducted, 0, lost_e4[at])
        np.add.at(taken_e4, points.main[at], own_e4)
    return usage_e4


def _fixed(agreed_e4: IntArray, days: IntArray) -> IntArray:
    """Apply `rules.sharing.fixed_quantity` to n rows."""
    divisor = np.full(len(days), FULL_MONTH * 10_000)
    broken = scaled(agreed_e4, days, divisor, Rounding.HALF_UP) * 10_000
    return np.where(days == FULL_MONTH, agreed_e4, broken)


def _own_losses(points: PointColumns, usage_e4: IntArray) -> tuple[losses.LossColumns, IntArray]:
    """The signed losses of each point's own transformer and line, and the line's share of them;
    quantities have none."""
    terms = points.terms
    total_e4 = usage_e4[0]
    metered = terms.deduction == Deduction.NONE
    sign = _TRANSFORMER_SIGN[terms.mode, terms.transformer_owner] * metered
    parts = np.zeros((4, len(total_e4)), np.int64)
    plated = np.flatnonzero((sign != 0) & (terms.rated_va > 0))
    if len(plated):
        plates = losses.PlateColumns(
            terms.rated_va[plated],
            terms.iron_w[plated],
            terms.copper_w[plated],
            terms.no_load_bp[plated],
            terms.impedance_bp[plated],
        )
        found = losses.transformer_loss(
            plates, total_e4[plated], points.reactive_e4[plated],
            shifts=terms.shifts[plated], days=points.days[plated],
        )  # fmt: skip
        parts[:, plated] = _four(found)
    regional = np.flatnonzero(
        (sign != 0) & (terms.rated_va == 0) & ((terms.iron_kwh > 0) | (terms.region_copper_bp > 0))
    )
    if len(regional):
        found = losses.simplified_loss(
            terms.iron_kwh[regional], terms.region_copper_bp[regional],
            terms.iron_k_e4[regional], terms.copper_k_e4[regional],
            total_e4[regional], days=points.days[regional],
        )  # fmt: skip
        parts[:, regional] = _four(found)
    parts *= sign
    parts[2:] *= points.has_reactive
    line_sign = _LINE_SIGN[terms.line_side, terms.line_owner] * metered
    passing_e4 = total_e4 + parts[0] + parts[1]
    line_e4 = line_sign * losses.line_loss_share(passing_e4, terms.line_loss_bp)
    parts[1] += line_e4
    return losses.LossColumns(*parts), line_e4


def _four(loss: losses.LossColumns) -> IntArray:
    return np.stack(
        [
            loss.active_fixed_e4,
            loss.active_variable_e4,
            loss.reactive_fixed_e4,
            loss.reactive_variable_e4,
        ]
    )


def _lacking(usage_e4: IntArray) -> IntArray:
    """PERIODS_EXCEED where a meter's own periods, its loss included for a part, leave less than
    nothing; PARTS_EXCEED where its total does."""
    found = np.zeros(usage_e4.shape[1], np.int64)
    flat_e4 = usage_e4[0] - usage_e4[1:].sum(axis=0)
    found[(usage_e4 < 0).any(axis=0) | (flat_e4 < 0)] = Status.PERIODS_EXCEED
    found[usage_e4[0] < 0] = Status.PARTS_EXCEED
    return found


def _power_factor(
    points: PointColumns,
    metered_e4: IntArray,
    loss: losses.LossColumns,
    shared_e4: IntArray,
    parts: IntArray,
) -> tuple[IntArray, IntArray, IntArray]:
    """P, Q and the row they are of: a part inside its main meter's factor has the main's."""
    active_e4 = metered_e4[0] + loss.active_e4
    active_e4[parts] += shared_e4[parts]
    reactive_e4 = points.reactive_e4 + loss.reactive_e4
    inside = points.terms.in_pf_calc[parts]
    apart = parts[~inside]
    np.subtract.at(active_e4, points.main[apart], active_e4[apart])
    np.subtract.at(reactive_e4, points.main[apart], reactive_e4[apart])
    pf_row = np.arange(len(points.main))
    pf_row[parts[inside]] = points.main[parts[inside]]
    return active_e4[pf_row], reactive_e4[pf_row], pf_row


def _demand(points: PointColumns, metered_e4: IntArray, loss_e4: IntArray) -> IntArray:
    """The demand, grown in the proportion of the kWh that the point's own losses add."""
    grows = (metered_e4 > 0) & (loss_e4 != 0)
    factor = np.where(grows, np.maximum(metered_e4 + loss_e4, 0), 1)
    divisor = np.where(grows, metered_e4, 1)
    return scaled(points.demand_e4, factor, divisor, Rounding.HALF_UP)


def _of_group(main: IntArray, status: IntArray) -> IntArray:
    """The gravest status of each row's group."""
    gravest = np.zeros(len(main), np.int64)
    np.maximum.at(gravest, main, status)
    return gravest[main]
