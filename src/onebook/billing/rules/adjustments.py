"""What a faulty measurement owes or is owed (退补): kWh by its case, money at prices of the time.

供电营业规则 (1996) 第八十条、第八十一条; (2024) 第八十一条、第八十二条. The kWh of each case are
metering's; here they are laid on the bill months, each priced again by its own versions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from onebook.billing.errors import AdjustmentWithoutBills, AdjustmentWithoutUsage
from onebook.kernel.energy import E4_PER_KWH, format_kwh
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.metering.rules import corrections
from onebook.metering.rules.corrections import Wiring
from onebook.tariff.rules import (
    RELIEF_ACCOUNT,
    TOTAL,
    BillExplained,
    Portion,
    PowerFactor,
    Unit,
    Version,
    explain_bill,
)


class Case(StrEnum):
    """Why the measurement was wrong."""

    METER_ERROR = "meter-error"
    VOLTAGE_DROP = "voltage-drop"
    NORMAL_MONTH = "normal-month"
    WIRING = "wiring"
    PT_FUSE = "pt-fuse"
    MULTIPLIER = "multiplier"


COUNTER = "counter"
"""The case of a document that takes another one back."""

CASE_WORDS: dict[str, tuple[str, str]] = {
    Case.METER_ERROR: ("计量装置误差超差", "Meter, CT or PT beyond its tolerance"),
    Case.VOLTAGE_DROP: ("二次导线压降超差", "Voltage drop of the secondary lead"),
    Case.NORMAL_MONTH: ("其他非人为原因(按正常月)", "Other cause, by a normal month"),
    Case.WIRING: ("计量接线错误", "Wrong wiring"),
    Case.PT_FUSE: ("电压互感器熔断或故障", "Fuse or fault of a voltage transformer"),
    Case.MULTIPLIER: ("倍率与实际不符", "Multiplier not the installed one"),
    COUNTER: ("冲回", "Taken back"),
}


class Charged(NamedTuple):
    """A portion of a bill with its version's id and its ladder: the point, 0 for the account."""

    portion: Portion
    version_id: int = 0
    ladder: int = 0


@dataclass(frozen=True)
class Billed:
    """A standing bill: its month, and the portions and energies that it was charged on."""

    bill_id: int
    month: Month
    charged: tuple[Charged, ...]
    power_factor: PowerFactor | None = None

    @property
    def usage_e4(self) -> int:
        """What it charged in all, in 10^-4 kWh."""
        return sum(one.portion.usage_e4[TOTAL] for one in self.charged)


def plain(
    bill_id: int, month: Month, version: Version, usage_e4: int, before_e4: int, quota_months: int
) -> Billed:
    """A bill of one version and its total kWh alone; `before_e4` is the year's before it."""
    usage = {TOTAL: usage_e4}
    portion = Portion(version, usage, year_usage_before_e4=before_e4, quota_months=quota_months)
    return Billed(bill_id, month, (Charged(portion),))


@dataclass(frozen=True)
class Facts:
    """What was found on site, each where its case asks for it.

    `right` and `wrong`: powers (wiring), multipliers (actual, used), drops in hundredths of a
    percent (actual, allowed), or days (of the fault, of the normal month). `error_bp`: hundredths
    of a percent, below zero for a slow meter. `normal_e4`: the kWh of a normal month.
    `reactive_e4`: the kvarh that were missed too, for the power factor; a wrong multiplier was
    wrong for reactive energy and demand as well, which then follow by themselves.
    """

    error_bp: int = 0
    right: int = 0
    wrong: int = 0
    normal_e4: int = 0
    full_period: bool = False
    reactive_e4: int = 0


class Missed(NamedTuple):
    """The kWh to add (below zero: to give back), and how they are reckoned, in one line."""

    usage_e4: int
    formula: str


def missed(case: Case, recorded_e4: int, facts: Facts) -> Missed:
    """The kWh that a faulty measurement missed in a period in which it recorded `recorded_e4`.

    CorrectionImpossible where the facts allow no reckoning.
    """
    recorded = format_kwh(recorded_e4)
    if case is Case.METER_ERROR:
        half = not facts.full_period
        usage_e4 = corrections.of_meter_error(recorded_e4, facts.error_bp, half_period=half)
        share = " / 2" if half else ""
        rate = f"{facts.error_bp / 100:+g} %"
        formula = f"({recorded} / (1 {rate}) - {recorded}){share}"
    elif case is Case.WIRING:
        usage_e4 = corrections.of_wiring(recorded_e4, Wiring(facts.right, facts.wrong))
        formula = f"({facts.right} / {facts.wrong} - 1) x {recorded}"
    elif case is Case.MULTIPLIER:
        usage_e4 = corrections.of_multiplier(recorded_e4, facts.right, facts.wrong)
        formula = f"{recorded} x ({facts.right} - {facts.wrong}) / {facts.wrong}"
    elif case is Case.VOLTAGE_DROP:
        usage_e4 = corrections.of_voltage_drop(recorded_e4, facts.right, facts.wrong)
        formula = f"{recorded} x ({facts.right / 100:g} % - {facts.wrong / 100:g} %)"
    else:
        usage_e4 = corrections.of_normal_month(
            recorded_e4, facts.normal_e4, facts.right, facts.wrong
        )
        normal = format_kwh(facts.normal_e4)
        formula = f"{normal} x {facts.right} / {facts.wrong} - {recorded}"
    return Missed(usage_e4, f"{formula} = {format_kwh(usage_e4)}")


def spread(usage_e4: int, recorded_e4: Sequence[int]) -> list[int]:
    """Lay kWh on months in proportion to what each recorded; whole kWh, the rest on the last.

    Months of one weight each where nothing was recorded at all.
    """
    weights = list(recorded_e4) if any(recorded_e4) else [1] * len(recorded_e4)
    sign = -1 if usage_e4 < 0 else 1
    whole = abs(usage_e4) // E4_PER_KWH
    parts = [sign * (whole * one // sum(weights)) * E4_PER_KWH for one in weights]
    parts[-1] += usage_e4 - sum(parts)
    return parts


class Line(NamedTuple):
    """The difference in one component of one month's bill: what the bill has, what is right.

    Quantities in 10^-4 of the component's unit; `portion` and `position` name the component,
    `posting` is what the posting rules call it.
    """

    month: Month
    bill_id: int
    version_id: int
    portion: int
    position: int
    component: str
    name_zh: str
    name_en: str
    label_zh: str
    unit: Unit
    quantity_e4: int
    price_e10: int
    amount_fen: int
    net_fen: int
    posting: str
    formula: str


class Part(NamedTuple):
    """What falls on one bill: kWh to add or give back, and its total before and after."""

    month: Month
    bill_id: int
    recorded_e4: int
    usage_e4: int
    before_fen: int
    after_fen: int


@dataclass(frozen=True)
class Adjustment:
    """What is to be paid (below zero: given back): lines add up to total = net + VAT."""

    missed: Missed
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    total_fen: int
    net_fen: int
    vat_fen: int

    @property
    def recorded_e4(self) -> int:
        """What the bills of the period charged, in 10^-4 kWh."""
        return sum(part.recorded_e4 for part in self.parts)


def adjust(case: Case, billed: Sequence[Billed], facts: Facts) -> Adjustment:
    """Reckon an adjustment over the standing bills of its months, at each month's own prices.

    A month's bill is calculated again with its part of the kWh, by period as they were recorded,
    with the power factor of the energies that result; tiers count on from the parts of the year's
    earlier months, and not of months after the last one. AdjustmentWithoutBills where there is no
    month, AdjustmentWithoutUsage where nothing was missed, CorrectionImpossible.
    """
    if not billed:
        raise AdjustmentWithoutBills
    months = sorted(billed, key=lambda one: one.month)
    recorded = [one.usage_e4 for one in months]
    found = missed(case, sum(recorded), facts)
    if not found.usage_e4:
        raise AdjustmentWithoutUsage(formula=found.formula)
    shares = spread(found.usage_e4, recorded)
    reactive = spread(facts.reactive_e4, recorded)
    parts: list[Part] = []
    lines: list[Line] = []
    total_fen = net_fen = 0
    for at, (one, share_e4) in enumerate(zip(months, shares, strict=True)):
        before_e4 = sum(
            share
            for share, other in zip(shares[:at], months[:at], strict=True)
            if other.month.year == one.month.year
        )
        right = _grown(one, share_e4, before_e4)
        if case is Case.MULTIPLIER:
            right = _multiplied(right, facts)
        elif right.power_factor is not None:
            right = _reactive(right, right.power_factor.reactive_e4 + reactive[at])
        old, new = _priced(one), _priced(right)
        lines += _difference(one, old, new)
        parts.append(
            Part(one.month, one.bill_id, one.usage_e4, share_e4, old.total_fen, new.total_fen)
        )
        total_fen += new.total_fen - old.total_fen
        net_fen += new.net_fen - old.net_fen
    return Adjustment(found, tuple(parts), tuple(lines), total_fen, net_fen, total_fen - net_fen)


def _grown(one: Billed, share_e4: int, before_e4: int) -> Billed:
    """A bill with its part of the kWh, by portion and period as they were recorded."""
    usages = [each.portion.usage_e4 for each in one.charged]
    shares = spread(share_e4, [usage[TOTAL] for usage in usages])
    earlier: dict[int, int] = {}
    charged = []
    for each, share in zip(one.charged, shares, strict=True):
        on_ladder_e4 = before_e4 + earlier.get(each.ladder, 0)
        earlier[each.ladder] = earlier.get(each.ladder, 0) + share
        portion = replace(
            each.portion,
            usage_e4=_with(each.portion.usage_e4, share),
            year_usage_before_e4=each.portion.year_usage_before_e4 + on_ladder_e4,
        )
        charged.append(each._replace(portion=portion))
    factor = one.power_factor
    if factor is not None:
        factor = replace(factor, active_e4=factor.active_e4 + share_e4)
    return replace(one, charged=tuple(charged), power_factor=factor)


def _with(usage_e4: Mapping[str, int], share_e4: int) -> dict[str, int]:
    periods = [name for name in usage_e4 if name != TOTAL]
    grown = {TOTAL: usage_e4[TOTAL] + share_e4}
    shares = spread(share_e4, [usage_e4[name] for name in periods]) if periods else []
    return grown | {
        name: usage_e4[name] + share for name, share in zip(periods, shares, strict=True)
    }


def _multiplied(one: Billed, facts: Facts) -> Billed:
    """A bill whose demand and reactive energy were read with the same wrong multiplier."""
    charged = tuple(
        each._replace(
            portion=replace(
                each.portion,
                demand_e4={
                    name: half_up(demand * facts.right, facts.wrong)
                    for name, demand in each.portion.demand_e4.items()
                },
            )
        )
        for each in one.charged
    )
    grown = replace(one, charged=charged)
    if grown.power_factor is None:
        return grown
    return _reactive(grown, half_up(grown.power_factor.reactive_e4 * facts.right, facts.wrong))


def _reactive(one: Billed, reactive_e4: int) -> Billed:
    assert one.power_factor is not None
    return replace(one, power_factor=replace(one.power_factor, reactive_e4=max(reactive_e4, 0)))


def _priced(one: Billed) -> BillExplained:
    return explain_bill([each.portion for each in one.charged], one.power_factor)


def _difference(one: Billed, old: BillExplained, new: BillExplained) -> list[Line]:
    return [
        Line(
            month=one.month,
            bill_id=one.bill_id,
            version_id=one.charged[after.portion].version_id,
            portion=after.portion,
            position=after.position,
            component=after.component.code,
            name_zh=after.component.name_zh,
            name_en=after.component.name_en,
            label_zh=after.label_zh,
            unit=after.unit,
            quantity_e4=after.quantity_e4 - before.quantity_e4,
            price_e10=after.price_e10,
            amount_fen=after.amount_fen - before.amount_fen,
            net_fen=after.net_fen - before.net_fen,
            posting=after.component.posting_component,
            formula=f"{after.formula} - ({before.formula})",
        )
        for before, after in zip(old.lines, new.lines, strict=True)
        if (after.quantity_e4, after.amount_fen, after.net_fen)
        != (before.quantity_e4, before.amount_fen, before.net_fen)
    ]


def adjustment_number(adjustment_id: int, recorded_on: date) -> str:
    """The number of an adjustment (退补单号), such as TB202511-12."""
    return f"TB{recorded_on:%Y%m}-{adjustment_id}"


def earlier_years(lines: Sequence[tuple[date, str, int]], day: date) -> int:
    """The net revenue in fen of years before the day's, from (bill month, posting, net fen)."""
    return sum(fen for month, posting, fen in lines if _is_earlier(month, posting, day))


def _is_earlier(month: date, posting: str, day: date) -> bool:
    """Whether it is revenue of an earlier year; funds and free energy's relief are none."""
    is_revenue = not posting.startswith("fund:") and posting != RELIEF_ACCOUNT
    return is_revenue and month.year < day.year


def credits_of(
    lines: Sequence[tuple[date, str, int]], vat_fen: int, category_id: int, day: date, prior: bool
) -> dict[tuple[str, int], int]:
    """(posting component, category) -> fen of an adjustment's nets and VAT.

    With `prior` the revenue of earlier years goes to `prior_year` (以前年度损益调整).
    """
    credits = {("vat", category_id): vat_fen}
    for month, posting, net_fen in lines:
        moved = prior and _is_earlier(month, posting, day)
        key = ("prior_year" if moved else posting, category_id)
        credits[key] = credits.get(key, 0) + net_fen
    return {key: fen for key, fen in credits.items() if fen}
