"""What a metering point uses in a month: its losses, what is split off a main meter, its P and Q.

A main meter and its parts (定比, 定量, sub-meters) are settled together: each one's kWh depend on
the others, so that one without usable readings leaves them all to a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from onebook.metering.rules.losses import (
    FULL_MONTH,
    NO_LOSS,
    Loss,
    Owner,
    Plate,
    RegionalLoss,
    Side,
    line_loss_share,
    loss_sign,
    simplified_loss,
    transformer_loss,
)
from onebook.metering.rules.measures import Measures, of_registers, with_loss
from onebook.metering.rules.readings import Status, Usage
from onebook.metering.rules.registers import PERIODS, Register
from onebook.metering.rules.sharing import (
    SPLIT_PERIODS,
    Part,
    fixed_quantity,
    ratio_quantity,
    split_main,
)


class Mode(IntEnum):
    """Where a point is supplied and where it is metered; the number is stored.

    LOW_LOW 低供低计: no transformer of its own. HIGH_HIGH 高供高计: metered before the transformer.
    HIGH_LOW 高供低计: metered behind it, so that its loss is not seen.
    """

    LOW_LOW = 0
    HIGH_HIGH = 1
    HIGH_LOW = 2


class Deduction(IntEnum):
    """How a part without a meter comes off its main meter; the number is stored.

    RATIO 定比: a share of the main meter's kWh. FIXED 定量: agreed kWh a month.
    """

    NONE = 0
    RATIO = 1
    FIXED = 2


# The numbers stored for who owns a line or transformer, and where a meter stands on its line.
OWNERS = (Owner.SUPPLIER, Owner.CUSTOMER)
SIDES = (Side.LOAD, Side.SOURCE)
MODE_WORDS = {
    Mode.LOW_LOW: ("低供低计", "low voltage, metered low"),
    Mode.HIGH_HIGH: ("高供高计", "high voltage, metered high"),
    Mode.HIGH_LOW: ("高供低计", "high voltage, metered low"),
}


@dataclass(frozen=True, slots=True)
class PointTerms:
    """What is agreed for a metering point.

    ``plate`` or ``region`` says how the transformer's loss is reckoned; neither: there is none.
    ``line_loss_bp`` in hundredths of a percent of the kWh that pass the line, ``ratio_bp`` of the
    main meter's; ``agreed_e4`` a month. Parts of a lower ``order`` come off first: a 定比 takes
    its share of what those leave. ``in_pf_calc``: its P and Q count for the power factor, those of
    a part inside its main meter's; ``in_pf_fee``: its charges are adjusted by it.
    """

    mode: Mode = Mode.LOW_LOW
    transformer_owner: Owner = Owner.CUSTOMER
    line_owner: Owner = Owner.CUSTOMER
    line_side: Side = Side.LOAD
    plate: Plate | None = None
    region: RegionalLoss | None = None
    shifts: int = 3
    line_loss_bp: int = 0
    deduction: Deduction = Deduction.NONE
    ratio_bp: int = 0
    agreed_e4: int = 0
    order: int = 0
    in_pf_calc: bool = True
    in_pf_fee: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """A metering point and its month's registers; without a meter or a reading there are none.

    ``days`` are 30 in a whole month, else the days in use.
    """

    terms: PointTerms = field(default_factory=PointTerms)
    registers: Mapping[str, Usage] = field(default_factory=dict)
    days: int = FULL_MONTH


@dataclass(frozen=True, slots=True)
class Settled:
    """What a point used, 10^-4 kWh, kvarh and kW.

    ``usage_e4``: total and, where the meter tells periods, those with flat; losses inside, parts
    off. ``loss`` is its own, signed, ``line_e4`` the line's share of it; ``shared_e4`` is what it
    bears of its own or its main meter's.
    ``active_e4`` and ``reactive_e4`` give the power factor that it stands under.
    """

    usage_e4: Mapping[str, int]
    demand_e4: int
    active_e4: int
    reactive_e4: int
    loss: Loss
    line_e4: int
    shared_e4: int
    status: Status


def own_loss(
    terms: PointTerms, active_e4: int, reactive_e4: int, days: int, *, has_reactive: bool = True
) -> Loss:
    """The signed losses of a point's own transformer and line for metered kWh and kvarh.

    The line's is a share of the kWh that pass it, the transformer's loss among them, and stands in
    the variable part. A point that does not measure Q gets none by its loss.
    """
    lost = _own_transformer_loss(terms, active_e4, reactive_e4, days, has_reactive=has_reactive)
    line_e4 = line_loss_share(active_e4 + lost.active_e4, terms.line_loss_bp)
    line_e4 *= loss_sign(terms.line_side, terms.line_owner)
    return lost._replace(active_variable_e4=lost.active_variable_e4 + line_e4)


def _own_transformer_loss(
    terms: PointTerms, active_e4: int, reactive_e4: int, days: int, *, has_reactive: bool
) -> Loss:
    sign = transformer_sign(terms.mode, terms.transformer_owner)
    lost = NO_LOSS
    if sign and terms.plate:
        lost = transformer_loss(terms.plate, active_e4, reactive_e4, shifts=terms.shifts, days=days)
    elif sign and terms.region:
        lost = simplified_loss(terms.region, active_e4, days=days)
    lost = Loss(*(sign * part for part in lost))
    if not has_reactive:
        lost = lost._replace(reactive_fixed_e4=0, reactive_variable_e4=0)
    return lost


def transformer_sign(mode: Mode, owner: Owner) -> int:
    """Give +1 where a transformer's loss is added to what the meter shows, -1 or 0 as for lines."""
    if mode is Mode.LOW_LOW:
        return 0
    return loss_sign(Side.LOAD if mode is Mode.HIGH_LOW else Side.SOURCE, owner)


def settle(main: Point, parts: Sequence[Point] = ()) -> list[Settled]:
    """Settle a main meter with its parts, the main meter first; a point by itself has no parts.

    Every one has the gravest status of all. Rounding: each loss, 定比 and shared loss is rounded to
    the whole kWh once, half-up, shares by the greatest cut-off parts.
    """
    metered = _metered(main)
    lost = _own_loss(main, metered)
    used = _used(metered.usage_e4[Register.TOTAL], parts)
    split = split_main(
        _without_flat(metered),
        [Part(str(at), _without_flat(one)) for at, (one, _) in enumerate(used)],
        loss_e4=lost.active_e4,
    )
    whole = with_loss(metered, lost, on_demand=True)
    shares = [split.part_losses_e4[str(at)] for at in range(len(parts))]
    settled = [
        Settled(
            split.parts_e4[str(at)],
            one.demand_e4[Register.TOTAL],
            one.active_e4 + shares[at],
            one.reactive_e4,
            loss,
            _line_of(parts[at], loss),
            shares[at],
            one.status,
        )
        for at, (one, loss) in enumerate(used)
    ]
    apart = [one for one, part in zip(settled, parts, strict=True) if not part.terms.in_pf_calc]
    active_e4 = whole.active_e4 - sum(one.active_e4 for one in apart)
    reactive_e4 = whole.reactive_e4 - sum(one.reactive_e4 for one in apart)
    first = Settled(
        split.main_e4,
        whole.demand_e4[Register.TOTAL],
        active_e4,
        reactive_e4,
        lost,
        _line_of(main, lost),
        split.main_loss_e4,
        metered.status,
    )
    inside = [
        replace(one, active_e4=active_e4, reactive_e4=reactive_e4) if part.terms.in_pf_calc else one
        for one, part in zip(settled, parts, strict=True)
    ]
    everyone = [first, *inside]
    grave = max(split.status, *(one.status for one in everyone))
    if any(one.active_e4 < 0 or one.reactive_e4 < 0 for one in everyone):
        grave = max(grave, Status.PARTS_EXCEED)
    return [replace(one, status=grave) for one in everyone]


def _metered(point: Point) -> Measures:
    """A point's registers, without losses; GAPS where it has no reading."""
    if Register.TOTAL not in point.registers:
        return Measures({Register.TOTAL: 0}, {Register.TOTAL: 0}, 0, 0, Status.GAPS)
    periods = [one for one in SPLIT_PERIODS if one in point.registers]
    demand = point.registers.get(Register.DEMAND)
    found = of_registers(
        {name: usage for name, usage in point.registers.items() if name in _ENERGY},
        demand_e4=demand.usage_e4 if demand else 0,
        periods=[*periods, Register.FLAT] if periods else [],
    )
    return replace(found, status=max(found.status, demand.status)) if demand else found


_REACTIVE = {Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE}
_ENERGY = {Register.TOTAL, *PERIODS, *_REACTIVE} - {Register.FLAT}


def _own_loss(point: Point, metered: Measures) -> Loss:
    return own_loss(
        point.terms,
        metered.active_e4,
        metered.reactive_e4,
        point.days,
        has_reactive=any(register in point.registers for register in _REACTIVE),
    )


def _line_of(point: Point, lost: Loss) -> int:
    """The line's share of a point's own loss: what its transformer does not lose."""
    if point.terms.deduction is not Deduction.NONE:
        return 0
    behind = _own_loss(replace(point, terms=replace(point.terms, line_loss_bp=0)), _metered(point))
    return lost.active_e4 - behind.active_e4


def _used(main_e4: int, parts: Sequence[Point]) -> list[tuple[Measures, Loss]]:
    """What each part takes off the main meter: sub-meters with their own losses, quantities."""
    found: dict[int, tuple[Measures, Loss]] = {}
    taken_e4 = 0
    for order in sorted({part.terms.order for part in parts}):
        base_e4 = max(main_e4 - taken_e4, 0)
        for at, part in enumerate(parts):
            if part.terms.order == order:
                found[at] = _part(part, base_e4)
                taken_e4 += found[at][0].usage_e4[Register.TOTAL]
    return [found[at] for at in range(len(parts))]


def _part(part: Point, base_e4: int) -> tuple[Measures, Loss]:
    terms = part.terms
    if terms.deduction is Deduction.NONE:
        metered = _metered(part)
        lost = _own_loss(part, metered)
        return with_loss(metered, lost, on_demand=True), lost
    if terms.deduction is Deduction.RATIO:
        taken_e4 = ratio_quantity(base_e4, terms.ratio_bp)
    else:
        taken_e4 = fixed_quantity(terms.agreed_e4, days=part.days, month_days=FULL_MONTH)
    total: dict[str, int] = {Register.TOTAL: taken_e4}
    return Measures(total, {Register.TOTAL: 0}, taken_e4, 0, Status.NORMAL), NO_LOSS


def _without_flat(measures: Measures) -> dict[str, int]:
    return {name: value for name, value in measures.usage_e4.items() if name != Register.FLAT}
