"""What a metering point of a scenario used, step by step: readings, losses, correction, parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onebook.billing import errors
from onebook.billing.rules.scenario import Intervals, LossFacts, Meter, Metered, Part, Point
from onebook.kernel.energy import format_kwh
from onebook.metering.rules import Register, Segment, Status, Usage, segments_usage
from onebook.metering.rules.intervals import Window, cut
from onebook.metering.rules.losses import (
    NO_LOSS,
    Loss,
    RegionalLoss,
    line_loss,
    line_loss_share,
    simplified_loss,
    transformer_loss,
)
from onebook.metering.rules.measures import Measures, of_intervals, of_registers, with_loss
from onebook.metering.rules.registers import NAMES_ZH, DemandSegment, demand, rest_period
from onebook.metering.rules.sharing import (
    Part as SplitPart,
)
from onebook.metering.rules.sharing import (
    Remainder,
    allocate,
    fixed_quantity,
    ratio_quantity,
    split_main,
)
from onebook.tariff.rules import TOTAL

_REACTIVE = "reactive"


@dataclass(frozen=True, slots=True)
class Step:
    """How a quantity came about: what it is, its formula, the result in 10^-4 of its unit."""

    place: str
    name_zh: str
    name_en: str
    formula: str
    quantity_e4: int
    unit: str = "kWh"


@dataclass(frozen=True, slots=True)
class Share:
    """What one tariff prices of a point: its own usage or a part's, with periods."""

    usage_e4: Mapping[str, int]
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class PointUsed:
    """A point's shares, P and Q for the power factor, demand, and the steps that led there."""

    shares: tuple[Share, ...]
    active_e4: int
    reactive_e4: int
    demand_e4: Mapping[str, int]
    steps: tuple[Step, ...]


def measure(place: str, metered: Metered, periods: Sequence[str], window: Window) -> Measures:
    """Give what was measured on the days of a window; ScenarioFault where it is not to be billed.

    ``periods`` are the tariff's.
    """
    if metered.intervals is not None:
        return _of_intervals(place, metered, metered.intervals, periods, window)
    if metered.usage_e4 is not None:
        return _given(place, metered, periods)
    registers = {register: _register(place, metered, register) for register in _read(metered)}
    if Register.TOTAL not in registers:
        whole = sum(registers[one].usage_e4 for one in registers if one in periods)
        registers[Register.TOTAL] = Usage(whole, Status.NORMAL)
    kw_e4 = demand(
        DemandSegment(one.demand_e4, one.multiplier)
        for one in metered.meters
        if one.demand_e4 is not None
    )
    measures = of_registers(registers, demand_e4=kw_e4, periods=periods)
    if not measures.status.billable:
        raise _beyond(place, {name: one.usage_e4 for name, one in registers.items()}, periods)
    # A demand that is written beside the meters counts instead of theirs.
    return replace(
        measures,
        demand_e4=metered.demand_e4 or measures.demand_e4,
        reactive_e4=measures.reactive_e4 + metered.reactive_e4,
    )


def used(place: str, point: Point, window: Window) -> PointUsed:
    """Measure a point whose registers were not frozen inside the window, and split its parts."""
    periods = point.versions[0].periods
    measures = measure(place, point.metered, periods, window)
    steps = [*_reading_steps(place, point.metered, measures), *_correction_step(place, point)]
    measures = _corrected(measures, point.correction_e4)
    loss = loss_of(point.losses, measures)
    steps += _loss_steps(place, point.losses, measures)
    sign = point.losses.sign if point.losses else 1
    whole = with_loss(
        measures, loss, sign=sign, on_demand=bool(point.losses and point.losses.on_demand)
    )
    shares: tuple[Share, ...] = (Share(whole.usage_e4),)
    if point.parts:
        shares = _split(place, point, measures, sign * loss.active_e4, window)
        steps += _part_steps(place, shares, whole)
    return PointUsed(shares, whole.active_e4, whole.reactive_e4, whole.demand_e4, tuple(steps))


def loss_of(facts: LossFacts | None, measures: Measures) -> Loss:
    """The losses of the transformer and the line at a point; the line's are active alone."""
    if facts is None:
        return NO_LOSS
    loss = _transformer_loss(facts, measures)
    line_e4 = _line_loss(facts, measures)
    return loss._replace(active_variable_e4=loss.active_variable_e4 + line_e4)


def _transformer_loss(facts: LossFacts, measures: Measures) -> Loss:
    rounding, active_e4 = facts.rounding, measures.active_e4
    if facts.transformer is None:
        return NO_LOSS
    if isinstance(facts.transformer, RegionalLoss):
        return simplified_loss(facts.transformer, active_e4, days=facts.days, rounding=rounding)
    return transformer_loss(
        facts.transformer,
        active_e4,
        measures.reactive_e4,
        shifts=facts.shifts,
        days=facts.days,
        rounding=rounding,
    )


def _line_loss(facts: LossFacts, measures: Measures) -> int:
    """An agreed share of the kWh, and 3 I² R of the line."""
    active_e4, rounding = measures.active_e4, facts.rounding
    line_e4 = line_loss_share(active_e4, facts.line_share_bp, rounding=rounding)
    if facts.line is not None:
        line_e4 += line_loss(facts.line, active_e4, measures.reactive_e4, rounding=rounding)
    return line_e4


# --- what was measured ---


def _read(metered: Metered) -> list[str]:
    """The registers that every meter has: a register of one meter alone is no whole usage."""
    named = [one.readings_e4.keys() for one in metered.meters]
    return [register for register in Register if all(register in one for one in named)]


def _register(place: str, metered: Metered, register: str) -> Usage:
    segments = [
        Segment(*one.readings_e4[register], one.multiplier, one.digits) for one in metered.meters
    ]
    found = segments_usage(segments, metered.policy, max_usage_e4=metered.max_usage_e4)
    if found.status.billable:
        return found
    previous, current = segments[-1].previous_e4, segments[-1].current_e4
    for one in segments:
        if one.current_e4 < one.previous_e4:
            previous, current = one.previous_e4, one.current_e4
    raise errors.ReadingsUnbillable(
        place=place,
        register=register,
        previous=format_kwh(previous, separators=False),
        current=format_kwh(current, separators=False),
    )


def _given(place: str, metered: Metered, periods: Sequence[str]) -> Measures:
    """Usage as it is written: the total, or one of the periods, may be left out."""
    given = dict(metered.usage_e4 or {})
    rest = rest_period(periods)
    parts_e4 = {period: given[period] for period in periods if period in given}
    total_e4 = given.get(TOTAL, sum(parts_e4.values()))
    if rest is not None and rest not in parts_e4 and parts_e4:
        parts_e4[rest] = total_e4 - sum(parts_e4.values())
    if parts_e4 and (sum(parts_e4.values()) != total_e4 or _mixed_signs(total_e4, parts_e4)):
        raise _beyond(place, {TOTAL: total_e4, **parts_e4}, periods)
    for period in periods:
        if period not in parts_e4:
            example = f"usage = {{ {', '.join(f'{one} = …' for one in periods)} }}"
            raise errors.FactNotGiven(place=place, tariff=" + ".join(periods), example=example)
    return Measures(
        {TOTAL: total_e4, **parts_e4},
        metered.demand_e4,
        total_e4,
        metered.reactive_e4,
        Status.NORMAL,
    )


def _mixed_signs(total_e4: int, parts_e4: Mapping[str, int]) -> bool:
    return total_e4 >= 0 and min(parts_e4.values()) < 0


def _beyond(
    place: str, usage_e4: Mapping[str, int], periods: Sequence[str]
) -> errors.ScenarioFault:
    """The periods and the total do not fit."""
    rest = rest_period(periods)
    parts_e4 = sum(
        usage_e4[one] for one in periods if one in usage_e4 and (one != rest or usage_e4[one] >= 0)
    )
    return errors.PeriodsMissTotal(
        place=place,
        periods_kwh=format_kwh(parts_e4),
        total_kwh=format_kwh(usage_e4[TOTAL]),
    )


def _of_intervals(
    place: str, metered: Metered, taken: Intervals, periods: Sequence[str], window: Window
) -> Measures:
    at = (taken.active_e4, taken.energy, taken.first_day, taken.minutes, [window])
    found = cut(*at)[0]
    reactive = cut(taken.reactive_e4, *at[1:])[0] if taken.reactive_e4 else None
    measures = of_intervals(
        found, taken.energy.periods, multiplier=taken.multiplier, reactive=reactive
    )
    if measures.status is Status.GAPS:
        gaps = found.gaps + (reactive.gaps if reactive else 0)
        raise errors.GapsInIntervals(place=place, gaps=gaps)
    demand_e4 = dict(measures.demand_e4)
    if taken.demand is not None:
        highest = cut(taken.active_e4, taken.demand, *at[2:])[0].demand
        for period, value_e4 in zip(taken.demand.periods, highest, strict=True):
            demand_e4[period] = value_e4 * taken.multiplier
    usage_e4 = {TOTAL: measures.usage_e4[TOTAL]}
    usage_e4 |= {period: measures.usage_e4.get(period, 0) for period in periods}
    if periods and sum(usage_e4[one] for one in periods) != usage_e4[TOTAL]:
        raise _beyond(place, usage_e4, periods)
    return replace(
        measures, usage_e4=usage_e4, demand_e4={**demand_e4, **metered.demand_e4},
        reactive_e4=measures.reactive_e4 + metered.reactive_e4,
    )  # fmt: skip


# --- correction, losses, parts ---


def _corrected(measures: Measures, correction_e4: Mapping[str, int]) -> Measures:
    """Add what a correction found: to one period, or shared as the usage was, whole kWh each."""
    if not correction_e4:
        return measures
    usage_e4, delta_e4 = dict(measures.usage_e4), correction_e4.get(TOTAL, 0)
    named = {one: value for one, value in correction_e4.items() if one in usage_e4 and one != TOTAL}
    periods = [one for one in usage_e4 if one != TOTAL]
    if not named and periods:
        weights = [usage_e4[one] for one in periods]
        shares = allocate(delta_e4, weights, Remainder.LARGEST_REMAINDER)
        named = dict(zip(periods, shares, strict=True))
    for one, value_e4 in named.items():
        usage_e4[one] += value_e4
    usage_e4[TOTAL] += delta_e4
    return replace(
        measures,
        usage_e4=usage_e4,
        active_e4=measures.active_e4 + delta_e4,
        reactive_e4=measures.reactive_e4 + correction_e4.get(_REACTIVE, 0),
    )


def _split(
    place: str, point: Point, measures: Measures, loss_e4: int, window: Window
) -> tuple[Share, ...]:
    """Take the parts off the main meter; it and they bear the loss pro rata."""
    version = point.versions[0]
    if version.periods and "flat" not in version.periods:
        raise errors.PartsNeedFlat(place=place, tariff=version.code)
    main_e4 = {one: value for one, value in measures.usage_e4.items() if one != "flat"}
    parts = [
        SplitPart(str(at), _part_usage(place, part, main_e4[TOTAL], window), part.bears_loss)
        for at, part in enumerate(point.parts)
    ]
    split = split_main(main_e4, parts, loss_e4=loss_e4)
    if not split.status.billable:
        raise errors.PartsExceedMain(place=place)
    shares = [Share(split.parts_e4[str(at)], part) for at, part in enumerate(point.parts)]
    return (Share(split.main_e4), *shares)


def _part_usage(place: str, part: Part, main_e4: int, window: Window) -> Mapping[str, int]:
    days = (window.end - window.start).days
    if part.ratio_bp is not None:
        return {TOTAL: ratio_quantity(main_e4, part.ratio_bp)}
    if part.fixed_e4 is not None:
        month_days = _month_days(window.start)
        return {TOTAL: fixed_quantity(part.fixed_e4, days=days, month_days=month_days)}
    periods = part.versions[0].periods
    found = measure(f"{place}, {part.name}", part.metered, periods, window).usage_e4
    return {one: value for one, value in found.items() if one != "flat"}


def _month_days(day: date) -> int:
    following = day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1)
    return (following - day.replace(day=1)).days


# --- how it came about, in words ---


def _reading_steps(place: str, metered: Metered, measures: Measures) -> Iterator[Step]:
    for register in _read(metered) if metered.meters else ():
        found = _register(place, metered, register)
        zh = NAMES_ZH[Register(register)]
        unit = "kvarh" if str(register).startswith(_REACTIVE) else "kWh"
        written = " + ".join(_segment_written(one, register) for one in metered.meters)
        yield Step(place, f"{zh}示数", f"Register {register}", written, found.usage_e4, unit)
    rest = rest_period([one for one in measures.usage_e4 if one != TOTAL])
    if metered.meters and rest is not None:
        others = [value for one, value in measures.usage_e4.items() if one not in (TOTAL, rest)]
        written = " − ".join(format_kwh(one) for one in (measures.usage_e4[TOTAL], *others))
        zh = f"{NAMES_ZH[Register(rest)]} = 总 − 其余时段" if rest in list(Register) else rest
        yield Step(place, zh, f"{rest} = total − others", written, measures.usage_e4[rest])
    if metered.intervals is not None:
        for period, value_e4 in measures.usage_e4.items():
            zh = NAMES_ZH[Register(period)] if period in list(Register) else period
            written = metered.intervals.energy.code
            yield Step(place, f"区间电量：{zh}", f"Intervals: {period}", written, value_e4)


def _segment_written(meter: Meter, register: str) -> str:
    previous, current = meter.readings_e4[register]
    end = format_kwh(current, separators=False)
    if current < previous:
        end = f"{10**meter.digits} + {end}"
    written = f"({end} − {format_kwh(previous, separators=False)})"
    factor = f"{meter.multiplier:,}"
    source = f" [{meter.written}]" if meter.written else ""
    return f"{written} × {factor}{source}" if meter.multiplier != 1 else written


def _correction_step(place: str, point: Point) -> Iterator[Step]:
    if total_e4 := point.correction_e4.get(TOTAL, 0):
        yield Step(place, "退补电量", "Correction", format_kwh(total_e4), total_e4)


def _loss_steps(place: str, facts: LossFacts | None, measures: Measures) -> Iterator[Step]:
    if facts is None:
        return
    sign = {1: "+ ", -1: "− ", 0: "0 × "}[facts.sign]
    loss = _transformer_loss(facts, measures)
    for zh, en, fixed_e4, variable_e4, unit in (
        ("变压器有功损耗", "Transformer, active", *loss[:2], "kWh"),
        ("变压器无功损耗", "Transformer, reactive", *loss[2:], "kvarh"),
    ):
        if fixed_e4 or variable_e4:
            written = f"{sign}({format_kwh(fixed_e4)} + {format_kwh(variable_e4)})"
            yield Step(place, zh, en, written, facts.sign * (fixed_e4 + variable_e4), unit)
    if line_e4 := _line_loss(facts, measures):
        written = sign + format_kwh(line_e4)
        yield Step(place, "线路损耗", "Line loss", written, facts.sign * line_e4)


def _part_steps(place: str, shares: Sequence[Share], whole: Measures) -> Iterator[Step]:
    for share in shares:
        name = share.part.name if share.part else place
        written = f"{format_kwh(whole.usage_e4[TOTAL])} ⊃"
        yield Step(place, f"分摊：{name}", f"Share: {name}", written, share.usage_e4[TOTAL])
