"""What a faulty measurement owes or is owed (退补): kWh by its case, money at prices of the time.

供电营业规则 (1996) 第八十条、第八十一条; (2024) 第八十一条、第八十二条. The kWh of each case are
metering's; here they are laid on the bill months, each priced again by its own version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from onebook.billing.errors import AdjustmentWithoutBills, AdjustmentWithoutUsage
from onebook.kernel.energy import E4_PER_KWH, format_kwh
from onebook.kernel.periods import Month
from onebook.metering.rules import corrections
from onebook.metering.rules.corrections import Wiring
from onebook.tariff.rules import BillExplained, Version, explain


class Case(StrEnum):
    """Why the measurement was wrong."""

    METER_ERROR = "meter-error"
    VOLTAGE_DROP = "voltage-drop"
    NORMAL_MONTH = "normal-month"
    WIRING = "wiring"
    PT_FUSE = "pt-fuse"
    MULTIPLIER = "multiplier"


class Billed(NamedTuple):
    """A standing bill of one meter: its month, its version, and what it was charged on."""

    bill_id: int
    month: Month
    version: Version
    usage_e4: int
    year_usage_before_e4: int
    quota_months: int


@dataclass(frozen=True)
class Facts:
    """What was found on site, each where its case asks for it.

    `right` and `wrong`: powers (wiring), multipliers (actual, used), drops in hundredths of a
    percent (actual, allowed), or days (of the fault, of the normal month). `error_bp`: hundredths
    of a percent, below zero for a slow meter. `normal_e4`: the kWh of a normal month.
    """

    error_bp: int = 0
    right: int = 0
    wrong: int = 0
    normal_e4: int = 0
    full_period: bool = False


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
    """The difference in one component of one month's bill, in 10^-4 kWh and fen."""

    month: Month
    bill_id: int
    component: str
    name_zh: str
    quantity_e4: int
    price_e10: int
    amount_fen: int
    net_fen: int
    account: str


@dataclass(frozen=True)
class Adjustment:
    """What is to be paid (below zero: given back): lines add up to total = net + VAT."""

    missed: Missed
    by_month_e4: tuple[int, ...]
    lines: tuple[Line, ...]
    total_fen: int
    net_fen: int
    vat_fen: int


def adjust(case: Case, billed: Sequence[Billed], facts: Facts) -> Adjustment:
    """Reckon an adjustment over the standing bills of its months, at each month's own prices.

    A month's bill is calculated again with its part of the kWh; tiers count on from the parts of
    the year's earlier months, and not of months after the last one. AdjustmentWithoutBills where
    there is no month, AdjustmentWithoutUsage where nothing was missed, CorrectionImpossible, and
    FactMissing where a version is charged on more than the total kWh.
    """
    if not billed:
        raise AdjustmentWithoutBills
    months = sorted(billed, key=lambda one: one.month)
    recorded = [one.usage_e4 for one in months]
    found = missed(case, sum(recorded), facts)
    if not found.usage_e4:
        raise AdjustmentWithoutUsage(formula=found.formula)
    parts = spread(found.usage_e4, recorded)
    lines: list[Line] = []
    total_fen = net_fen = 0
    for at, (one, part_e4) in enumerate(zip(months, parts, strict=True)):
        before_e4 = sum(
            part
            for part, other in zip(parts[:at], months[:at], strict=True)
            if other.month.year == one.month.year
        )
        old, new = _priced(one, 0, 0), _priced(one, part_e4, before_e4)
        lines += _difference(one, old, new)
        total_fen += new.total_fen - old.total_fen
        net_fen += new.net_fen - old.net_fen
    return Adjustment(found, tuple(parts), tuple(lines), total_fen, net_fen, total_fen - net_fen)


def _priced(one: Billed, part_e4: int, before_e4: int) -> BillExplained:
    before = one.year_usage_before_e4 + before_e4
    return explain(one.version, one.usage_e4 + part_e4, before, one.quota_months)


def _difference(one: Billed, old: BillExplained, new: BillExplained) -> list[Line]:
    return [
        Line(
            one.month,
            one.bill_id,
            after.component.code,
            after.component.name_zh,
            after.quantity_e4 - before.quantity_e4,
            after.price_e10,
            after.amount_fen - before.amount_fen,
            after.net_fen - before.net_fen,
            after.component.account if after.component.is_fund else "revenue",
        )
        for before, after in zip(old.lines, new.lines, strict=True)
        if (after.quantity_e4, after.amount_fen) != (before.quantity_e4, before.amount_fen)
    ]
