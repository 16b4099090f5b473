"""A quote (电费试算): a scenario's points become portions, and these one explained bill."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from onebook.billing import errors
from onebook.billing.errors import ScenarioFault
from onebook.billing.rules.measuring import PointUsed, Share, Step, loss_of, measure, used
from onebook.billing.rules.portions import (
    charged_days,
    give_free,
    has_monthly_ladder,
    portion_label,
)
from onebook.billing.rules.scenario import Point, PowerFactorAsked, Scenario, Segment, edges
from onebook.kernel.energy import format_kwh
from onebook.kernel.errors import OnebookError
from onebook.metering.rules.capacity import (
    Running,
    capacity_days,
    interlocked_capacity_days,
    proration_days,
)
from onebook.metering.rules.intervals import Window
from onebook.metering.rules.losses import NO_LOSS
from onebook.metering.rules.measures import Measures, with_loss
from onebook.metering.rules.sharing import Remainder, allocate
from onebook.tariff.rules import (
    TOTAL,
    BillExplained,
    Portion,
    PowerFactor,
    Version,
    explain_bill,
    needs,
    split_by_days,
    version_on,
)

_EXAMPLES = {
    "contract_demand_e4": "contract_demand = 1000",
    "capacity_e4_days": "[[point.capacity]] kva = 800",
    "transformer_e4": "transformer_kva = 630",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """A scenario's bill, how its quantities came about, and what is due of it.

    ``corrected`` is the bill as it should have been, where the scenario has a correction; money
    of 退补 is the difference of the two, at the prices of the time and with the power factor anew.
    """

    scenario: Scenario
    bill: BillExplained
    steps: tuple[Step, ...]
    usage_e4: int
    corrected: BillExplained | None = None

    @property
    def due_fen(self) -> int:
        """What is left to pay after the month's interim bills."""
        return self.bill.total_fen - (self.scenario.billed_fen or 0)

    @property
    def correction_fen(self) -> int:
        """What is to be paid (below zero: given back) for the correction."""
        return 0 if self.corrected is None else self.corrected.total_fen - self.bill.total_fen


def quote(scenario: Scenario) -> Quote:
    """Calculate a scenario; ScenarioInvalid has every fault of every point."""
    bill, steps, usage_e4 = _bill(scenario)
    correction = scenario.correction
    if correction is None:
        return Quote(scenario, bill, steps, usage_e4)
    delta_e4 = {TOTAL: correction.usage_e4, "reactive": correction.reactive_e4}
    if correction.period:
        delta_e4[correction.period] = correction.usage_e4
    points = tuple(
        replace(one, correction_e4=delta_e4) if one.name == correction.point else one
        for one in scenario.points
    )
    corrected, _, _ = _bill(replace(scenario, points=points))
    step = Step(correction.point, "退补电量", "Correction", correction.written, correction.usage_e4)
    return Quote(scenario, bill, (*steps, step), usage_e4, corrected)


def _bill(scenario: Scenario) -> tuple[BillExplained, tuple[Step, ...], int]:
    faults: list[ScenarioFault] = []
    portions: list[Portion] = []
    steps: list[Step] = []
    active_e4 = reactive_e4 = 0
    for at, point in enumerate(scenario.points, 1):
        place = point.name or f"[[point]] {at}"
        try:
            found, point_used = _point(place, scenario, point)
        except OnebookError as refused:
            faults.append(_placed(place, refused))
            continue
        portions += found
        for one in (*_household_step(point), *point_used.steps, *_unused(point, found)):
            steps.append(replace(one, place=point.name))
        if point.in_pf:
            active_e4 += point_used.active_e4
            reactive_e4 += point_used.reactive_e4
    _refuse(faults)
    asked = _power_factor(scenario.power_factor, active_e4, reactive_e4)
    try:
        bill = explain_bill(portions, asked, year_amount_before_fen=scenario.year_amount_before_fen)
    except OnebookError as refused:
        _refuse([_placed(scenario.title or str(scenario.month), refused)])
        raise
    return bill, tuple(steps), sum(one.usage_e4[TOTAL] for one in portions)


def _household_step(point: Point) -> Iterator[Step]:
    home = point.household
    if home.persons is not None:
        written = f"{home.persons} → + {format_kwh(home.extra_e4_month)}"
        yield Step("", "一户多人口：每月各档上限", "Household: limits a month", written,
                   home.extra_e4_month)  # fmt: skip


def _unused(point: Point, portions: Sequence[Portion]) -> Iterator[Step]:
    """What the scenario gives and no tariff of the point is charged on."""
    asked = {fact.partition(" (")[0] for one in portions for fact in needs(one.version)}
    given = {
        "demand": bool(point.metered.demand_e4) and "demand_e4" not in asked,
        "contract_demand": point.contract_demand_e4 and "contract_demand_e4" not in asked,
        "capacity": bool(point.running) and "capacity_e4_days" not in asked,
        "free_kwh": point.household.free_e4 and "free_e4" not in asked,
    }
    if unused := ", ".join(key for key, is_unused in given.items() if is_unused):
        yield Step("", "已填而不计费", "Given and not charged", unused, 0, "")


def _placed(place: str, refused: OnebookError) -> ScenarioFault:
    if isinstance(refused, ScenarioFault):
        return refused
    return errors.PlaceFault(place=place, problems=str(refused), faults=(refused,))


def _refuse(faults: Sequence[ScenarioFault]) -> None:
    if faults:
        said = " ".join(map(str, faults))
        raise errors.ScenarioInvalid(count=len(faults), problems=said, faults=tuple(faults))


def _power_factor(
    asked: PowerFactorAsked | None, active_e4: int, reactive_e4: int
) -> PowerFactor | None:
    """P and Q are those written, else the points' sums with losses inside."""
    if asked is None:
        return None
    return PowerFactor(
        active_e4 if asked.active_e4 is None else asked.active_e4,
        reactive_e4 if asked.reactive_e4 is None else asked.reactive_e4,
        asked.standard_bp,
    )


# --- a point's portions ---


@dataclass(frozen=True, slots=True)
class _Piece:
    """The days [start, end) on which one version prices a share."""

    start: date
    end: date
    version: Version

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def _point(place: str, scenario: Scenario, point: Point) -> tuple[list[Portion], PointUsed]:
    if any(one.metered.given for one in point.segments):
        return _frozen(place, scenario, point)
    whole = Window(scenario.start, scenario.end)
    segments = point.segments or (Segment(scenario.start, point.versions),)
    first = version_on(segments[0].versions, segments[0].versions[0].code, scenario.start)
    in_force = replace(point, versions=(first,))
    found = used(place, in_force, whole)
    portions: list[Portion] = []
    for share in found.shares:
        own = segments if share.part is None else (Segment(scenario.start, share.part.versions),)
        pieces = _pieces(scenario, own)
        usages = _by_days(place, share, pieces)
        portions += _portions(place, scenario, point, (share, pieces, usages), found.demand_e4)
    return portions, found


def _frozen(place: str, scenario: Scenario, point: Point) -> tuple[list[Portion], PointUsed]:
    """A point whose registers were read on each segment's first day."""
    pieces: list[_Piece] = []
    measured: list[Measures] = []
    for segment, end in zip(
        point.segments, [*(one.start for one in point.segments[1:]), scenario.end], strict=True
    ):
        version = version_on(segment.versions, segment.versions[0].code, segment.start)
        pieces.append(_Piece(segment.start, end, version))
        window = Window(segment.start, end)
        measured.append(measure(place, segment.metered, version.periods, window))
    active_e4, reactive_e4 = (
        sum(one.active_e4 for one in measured), sum(one.reactive_e4 for one in measured)
    )  # fmt: skip
    demand_e4 = _highest([one.demand_e4 for one in measured])
    together = replace(measured[0], active_e4=active_e4, reactive_e4=reactive_e4)
    loss, sign = loss_of(point.losses, together), point.losses.sign if point.losses else 1
    weights = [one.active_e4 for one in measured]
    shares = allocate(sign * loss.active_e4, weights, Remainder.LARGEST_REMAINDER)
    usages = [
        with_loss(one, NO_LOSS._replace(active_variable_e4=share_e4)).usage_e4
        for one, share_e4 in zip(measured, shares, strict=True)
    ]
    found = PointUsed(
        (Share({TOTAL: sum(one[TOTAL] for one in usages)}),),
        active_e4 + sign * loss.active_e4,
        reactive_e4 + sign * loss.reactive_e4,
        demand_e4,
        (),
    )
    taken = (found.shares[0], pieces, usages)
    return _portions(place, scenario, point, taken, demand_e4), found


def _highest(demands_e4: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The greatest demand by period, over all segments."""
    highest: dict[str, int] = {}
    for one in demands_e4:
        for measure_name, value_e4 in one.items():
            highest[measure_name] = max(value_e4, highest.get(measure_name, 0))
    return highest


def _pieces(scenario: Scenario, segments: Sequence[Segment]) -> list[_Piece]:
    """Cut the bill's days where a segment begins, and where a version does."""
    pieces: list[_Piece] = []
    ends = [*(one.start for one in segments[1:]), scenario.end]
    for segment, end in zip(segments, ends, strict=True):
        starts = [segment.start, *edges(segment.start, end, segment.versions)]
        for start, following in zip(starts, [*starts[1:], end], strict=True):
            version = version_on(segment.versions, segment.versions[0].code, start)
            pieces.append(_Piece(start, following, version))
    return pieces


def _by_days(place: str, share: Share, pieces: Sequence[_Piece]) -> list[dict[str, int]]:
    """Share the usage out by days, each period by itself; whole kWh, the last takes the rest."""
    if len(pieces) == 1:
        return [_fitting(place, dict(share.usage_e4), pieces[0].version)]
    days = [one.days for one in pieces]
    periods = [one for one in share.usage_e4 if one != TOTAL] or [TOTAL]
    split = {one: split_by_days(share.usage_e4[one], days) for one in periods}
    usages = []
    for at, piece in enumerate(pieces):
        usage_e4 = {one: split[one][at] for one in periods}
        usage_e4[TOTAL] = sum(usage_e4.values())
        usages.append(_fitting(place, usage_e4, piece.version))
    return usages


def _fitting(place: str, usage_e4: dict[str, int], version: Version) -> dict[str, int]:
    """The usage as a version's periods ask for it."""
    for period in version.periods:
        if period not in usage_e4:
            example = f"usage = {{ {', '.join(f'{one} = …' for one in version.periods)} }}"
            raise errors.FactNotGiven(place=place, tariff=version.code, example=example)
    return {one: usage_e4[one] for one in (TOTAL, *version.periods)}


def _portions(
    place: str,
    scenario: Scenario,
    point: Point,
    taken: tuple[Share, Sequence[_Piece], Sequence[Mapping[str, int]]],
    demand_e4: Mapping[str, int],
) -> list[Portion]:
    share, pieces, usages = taken
    home, part = point.household, share.part
    before_e4 = home.year_before_e4 if part is None else part.year_before_e4
    free_e4 = home.free_e4 if part is None else 0
    capacity = _capacity(scenario, point, pieces) if part is None else [0] * len(pieces)
    days = charged_days([one.days for one in pieces], scenario.month)
    given_e4 = give_free(free_e4, [one[TOTAL] for one in usages])
    portions = []
    for at, (piece, usage_e4) in enumerate(zip(pieces, usages, strict=True)):
        _check_ladder(place, piece, at)
        total_e4 = usage_e4[TOTAL]
        portion = Portion(
            piece.version,
            usage_e4,
            days=days[at],
            proration_days=proration_days(scenario.month),
            month=scenario.month.month,
            year_usage_before_e4=before_e4,
            quota_months=home.quota_months,
            earlier_quota_months=home.earlier_quota_months,
            bill_months=home.bill_months,
            extra_quota_e4_month=home.extra_e4_month if part is None else 0,
            extra_quota_months=home.extra_months,
            free_e4=given_e4[at],
            demand_e4=demand_e4 if part is None else {},
            contract_demand_e4=point.contract_demand_e4 if part is None else 0,
            capacity_e4_days=capacity[at],
            transformer_e4=point.transformer_e4,
            in_pf_fee=point.in_pf_fee if part is None else part.in_pf_fee,
            label_zh=_label(point, share, pieces, at),
        )
        _check_needs(place, point, portion)
        portions.append(portion)
        before_e4 += total_e4
    return portions


def _label(point: Point, share: Share, pieces: Sequence[_Piece], at: int) -> str:
    """The name printed on the lines: the part's or the point's, with the first day of a piece."""
    name = share.part.name if share.part else point.name
    return portion_label(name, pieces[at].start if len(pieces) > 1 else None)


def _capacity(scenario: Scenario, point: Point, pieces: Sequence[_Piece]) -> list[int]:
    """Σ running kVA x days of each piece; the last takes what the month has beyond the others."""
    found = [_capacity_until(scenario, point, one.end) for one in pieces]
    return [until - earlier for until, earlier in zip(found, [0, *found[:-1]], strict=True)]


def _capacity_until(scenario: Scenario, point: Point, end: date) -> int:
    """Capacity x charged days from the bill's first day up to a day."""
    month_end = scenario.month.next().first
    running: dict[Hashable, tuple[Running, ...]] = {
        name: tuple(
            one._replace(
                start=max(one.start, scenario.start),
                end=min(one.end or month_end, end),
            )
            for one in ones
        )
        for name, ones in point.running.items()
    }
    if point.together:
        return interlocked_capacity_days(running, point.together, scenario.month)
    return capacity_days([one for ones in running.values() for one in ones], scenario.month)


def _check_ladder(place: str, piece: _Piece, at: int) -> None:
    """A monthly ladder counts one bill's usage: pieces would each start it anew."""
    if at and has_monthly_ladder(piece.version):
        day = piece.start.isoformat()
        raise errors.LadderCut(place=place, tariff=piece.version.code, day=day)


def _check_needs(place: str, point: Point, portion: Portion) -> None:
    """Name what the tariff is charged on and the scenario does not give."""
    version = portion.version
    for fact in sorted(needs(version)):
        name, _, measure_name = fact.rstrip(")").partition(" (")
        lacking = name == "demand_e4" and measure_name not in portion.demand_e4
        lacking |= name == "capacity_e4_days" and not point.running
        lacking |= name in ("contract_demand_e4", "transformer_e4") and not getattr(portion, name)
        if lacking:
            example = _EXAMPLES.get(name, _demand_example(measure_name))
            raise errors.FactNotGiven(place=place, tariff=version.code, example=example)


def _demand_example(measure_name: str) -> str:
    return "demand = 620" if measure_name == TOTAL else f"demand = {{ {measure_name} = 620 }}"
