"""Sub-meters, 定量, 定比 and shared losses on columns: `rules.sharing`, exact."""

from dataclasses import dataclass

import numpy as np

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import Rounding
from onebook.metering.kernels._exact import BoolArray, IntArray, check_energy, column, scaled
from onebook.metering.rules import sharing as rules
from onebook.metering.rules.readings import Status
from onebook.metering.rules.sharing import Remainder

_SAFE = 2**62


def allocate(
    owner: IntArray,
    amount_e4: IntArray,
    weights_e4: IntArray,
    policy: Remainder,
    *,
    unit_e4: int = E4_PER_KWH,
) -> IntArray:
    """Apply `rules.sharing.allocate` to g amounts at once.

    Row i of ``weights_e4`` [n] is a part of amount ``owner[i]``; owners ascend, and the last row
    of an owner is its last part. Gives [n]. An amount without parts is not shared.
    """
    check_energy("amount_e4", amount_e4)
    check_energy("weights_e4", weights_e4)
    if not len(owner):
        return np.zeros(0, dtype=np.int64)
    weights = np.maximum(weights_e4, 0)
    starts, lasts = _edges(owner)
    group = np.cumsum(np.isin(np.arange(len(owner)), starts)) - 1
    amounts = amount_e4[owner[starts]]
    units = np.abs(amounts) // unit_e4
    whole = np.add.reduceat(weights, starts)
    great = units.astype(np.float64) * np.maximum.reduceat(weights, starts) >= _SAFE
    divisor = np.where(great | (whole == 0), 1, whole)[group]
    products = np.where(great | (whole == 0), 0, units)[group] * np.where(great[group], 0, weights)
    shares, cut_off = np.divmod(products, divisor)
    if policy is Remainder.LARGEST_REMAINDER:
        over = np.where(great | (whole == 0), 0, units - np.add.reduceat(shares, starts))
        # Stable order: by owner, then the greater cut-off part, then the earlier row.
        order = np.lexsort((-cut_off, group))
        rank = np.empty(len(owner), dtype=np.int64)
        rank[order] = np.arange(len(owner)) - starts[group[order]]
        shares += rank < over[group]
    result: IntArray = np.where(amounts < 0, -unit_e4, unit_e4)[group] * shares
    result[lasts] += amounts - np.add.reduceat(result, starts)
    for at in np.flatnonzero(great):
        rows = slice(starts[at], lasts[at] + 1)
        result[rows] = rules.allocate(
            int(amounts[at]), weights[rows].tolist(), policy, unit_e4=unit_e4
        )
    return result


def ratio_quantity(
    base_e4: IntArray, ratio_bp: IntArray | int, *, rounding: Rounding = Rounding.HALF_UP
) -> IntArray:
    """Apply `rules.sharing.ratio_quantity` to n rows."""
    rows = len(base_e4)
    check_energy("base_e4", base_e4)
    share = column("ratio_bp", ratio_bp, rows)
    divisor = np.full(rows, BASIS_POINTS * E4_PER_KWH)
    return scaled(base_e4, share, divisor, rounding) * E4_PER_KWH


@dataclass(frozen=True, slots=True)
class SplitColumns:
    """The own parts of g main meters and their n parts, losses inside; int64, 10^-4 kWh.

    ``main_e4`` [2 + k, g] and ``parts_e4`` [2 + k, n]: total, the k periods as given, flat.
    """

    main_e4: IntArray
    parts_e4: IntArray
    main_loss_e4: IntArray
    part_loss_e4: IntArray
    status: IntArray


def split_main(
    main_e4: IntArray,
    owner: IntArray,
    parts_e4: IntArray,
    bears_loss: BoolArray,
    *,
    loss_e4: IntArray | int = 0,
    policy: Remainder = Remainder.LARGEST_REMAINDER,
) -> SplitColumns:
    """Apply `rules.sharing.split_main` to g main meters with n parts, which ascend by owner.

    ``main_e4`` [1 + k, g] and ``parts_e4`` [1 + k, n]: the total, then k periods without flat. A
    part without period registers has zeros there, and so all its kWh in flat.
    """
    check_energy("main_e4", main_e4)
    check_energy("parts_e4", parts_e4)
    mains = main_e4.shape[1]
    own_e4 = main_e4.copy()
    for row, part_e4 in zip(own_e4, parts_e4, strict=True):
        np.subtract.at(row, owner, part_e4)
    ranks = np.concatenate([owner, np.arange(mains)])
    # A stable sort puts each main meter's own part behind its others.
    order = np.argsort(ranks, kind="stable")
    weights = np.concatenate([np.where(bears_loss, parts_e4[0], 0), own_e4[0]])
    losses = np.empty(len(order), dtype=np.int64)
    amounts = column("loss_e4", loss_e4, mains)
    losses[order] = allocate(ranks[order], amounts, weights[order], policy)
    part_loss_e4, main_loss_e4 = losses[: len(owner)], losses[len(owner) :]
    main, parts = _settled(own_e4, main_loss_e4), _settled(parts_e4, part_loss_e4)
    status = np.where((main < 0).any(axis=0), Status.PERIODS_EXCEED, Status.NORMAL)
    wrong = owner[(parts < 0).any(axis=0)]
    status[wrong] = np.maximum(status[wrong], Status.PERIODS_EXCEED)
    status[own_e4[0] < 0] = Status.PARTS_EXCEED
    return SplitColumns(main, parts, main_loss_e4, part_loss_e4, status.astype(np.int64))


def _settled(usage_e4: IntArray, loss_e4: IntArray) -> IntArray:
    """Put the loss into the total and append flat: [1 + k, n] gives [2 + k, n]."""
    total_e4 = usage_e4[0] + loss_e4
    flat_e4 = total_e4 - usage_e4[1:].sum(axis=0)
    return np.concatenate([total_e4[None], usage_e4[1:], flat_e4[None]])


def _edges(owner: IntArray) -> tuple[IntArray, IntArray]:
    """Give the first and the last row of each run of one owner."""
    changes = np.flatnonzero(owner[1:] != owner[:-1]) + 1
    starts = np.concatenate([[0], changes])
    return starts, np.concatenate([changes, [len(owner)]]) - 1
