"""A main meter and what is split off it: 定量, 定比, sub-meters, each one's part of the loss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.rounding import Rounding, apply, half_up
from onebook.metering.errors import RegisterNotPeriod
from onebook.metering.rules.readings import Status
from onebook.metering.rules.registers import PERIODS, Register

# Flat is what the total leaves, so a part counts it only by its total.
SPLIT_PERIODS = tuple(period for period in PERIODS if period is not Register.FLAT)


class Remainder(StrEnum):
    """Who takes the kWh that whole shares leave over.

    LARGEST_REMAINDER: one kWh each to the greatest cut-off parts, the earlier of equal ones first.
    LAST_ABSORBS: every share is cut to the whole kWh, the last part takes what the others leave;
    it is the main meter's own part.
    """

    LARGEST_REMAINDER = "largest_remainder"
    LAST_ABSORBS = "last_absorbs"


def allocate(
    amount_e4: int, weights_e4: Sequence[int], policy: Remainder, *, unit_e4: int = E4_PER_KWH
) -> list[int]:
    """Split an amount pro rata into whole units (kWh by default) that add up to it exactly.

    A part of the amount below one unit, and everything where no weight is above zero, goes to the
    last part. A negative amount is split as its mirror. Weights below zero count as zero.
    """
    if not weights_e4:
        return []
    weights = [max(weight, 0) for weight in weights_e4]
    sign, units = (1 if amount_e4 >= 0 else -1), abs(amount_e4) // unit_e4
    shares = _shares(units, weights, policy)
    result = [sign * share * unit_e4 for share in shares]
    result[-1] += amount_e4 - sum(result)
    return result


def _shares(units: int, weights: list[int], policy: Remainder) -> list[int]:
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [units * weight // whole for weight in weights]
    if policy is Remainder.LAST_ABSORBS:
        return [*shares[:-1], units - sum(shares[:-1])]
    cut_off = [units * weight % whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: (-cut_off[at], at))
    for at in by_rest[: units - sum(shares)]:
        shares[at] += 1
    return shares


def ratio_quantity(base_e4: int, ratio_bp: int, *, rounding: Rounding = Rounding.HALF_UP) -> int:
    """Give the 定比 quantity: a share in hundredths of a percent of the main meter's kWh, whole."""
    return apply(rounding, base_e4 * ratio_bp, BASIS_POINTS * E4_PER_KWH) * E4_PER_KWH


def fixed_quantity(agreed_e4: int, *, days: int, month_days: int) -> int:
    """Give the 定量 quantity: the agreed kWh of a month, whole kWh half-up in a broken month."""
    if days == month_days:
        return agreed_e4
    return half_up(agreed_e4 * days, month_days * E4_PER_KWH) * E4_PER_KWH


@dataclass(frozen=True, slots=True)
class Part:
    """What is split off a main meter: a sub-meter, a 定比 or a 定量 quantity.

    ``usage_e4`` has "total" and, for a sub-meter with period registers, any of sharp, peak, valley
    and deep valley. A quantity without periods comes off the main meter's flat period.
    """

    code: str
    usage_e4: Mapping[str, int]
    bears_loss: bool = True


@dataclass(frozen=True, slots=True)
class Split:
    """The main meter's own part and the parts, in 10^-4 kWh, with each one's loss inside.

    ``main_e4`` and each of ``parts_e4`` have "total" and, where the meter tells periods, every
    period with flat; the loss stands in flat. PARTS_EXCEED: the main meter is less than what is
    split off it; PERIODS_EXCEED: a single period is. Both are for a person.
    """

    main_e4: Mapping[str, int]
    parts_e4: Mapping[str, Mapping[str, int]]
    main_loss_e4: int
    part_losses_e4: Mapping[str, int]
    status: Status


def split_main(
    main_e4: Mapping[str, int],
    parts: Sequence[Part],
    *,
    loss_e4: int = 0,
    policy: Remainder = Remainder.LARGEST_REMAINDER,
) -> Split:
    """Take the parts off the main meter, then share its loss over all kWh pro rata.

    ``main_e4``: "total" and its metered periods without flat, before losses. ``parts`` stand with
    定比 and 定量 first: their quantities do not depend on the losses. The main meter's own part is
    the last in the sharing of ``loss_e4``; a part with ``bears_loss`` false takes none.
    """
    _check_registers(main_e4)
    for part in parts:
        _check_registers(part.usage_e4)
    own_e4 = {
        register: usage_e4 - sum(part.usage_e4.get(register, 0) for part in parts)
        for register, usage_e4 in main_e4.items()
    }
    weights = [part.usage_e4[Register.TOTAL] if part.bears_loss else 0 for part in parts]
    losses = allocate(loss_e4, [*weights, own_e4[Register.TOTAL]], policy)
    main, part_usages = (
        settle_periods(own_e4, losses[-1]),
        [settle_periods(part.usage_e4, loss) for part, loss in zip(parts, losses, strict=False)],
    )
    return Split(
        main,
        {part.code: usage for part, usage in zip(parts, part_usages, strict=True)},
        losses[-1],
        {part.code: loss for part, loss in zip(parts, losses, strict=False)},
        _status(own_e4, [main, *part_usages]),
    )


def settle_periods(usage_e4: Mapping[str, int], loss_e4: int = 0) -> dict[str, int]:
    """Add a loss to the total and give the flat period what the others leave of it.

    A meter without period registers keeps its total alone.
    """
    settled = {**usage_e4, Register.TOTAL: usage_e4[Register.TOTAL] + loss_e4}
    others = [settled[period] for period in SPLIT_PERIODS if period in settled]
    if others:
        settled[Register.FLAT] = settled[Register.TOTAL] - sum(others)
    return settled


def _status(own_e4: Mapping[str, int], settled: Sequence[Mapping[str, int]]) -> Status:
    if own_e4[Register.TOTAL] < 0:
        return Status.PARTS_EXCEED
    if any(energy_e4 < 0 for usage_e4 in settled for energy_e4 in usage_e4.values()):
        return Status.PERIODS_EXCEED
    return Status.NORMAL


def _check_registers(usage_e4: Mapping[str, int]) -> None:
    unknown = set(usage_e4) - {Register.TOTAL, *SPLIT_PERIODS}
    if unknown or Register.TOTAL not in usage_e4:
        raise RegisterNotPeriod(found=", ".join(sorted(usage_e4)) or "-")
