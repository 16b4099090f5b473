"""Bills as they are printed for customers, many at once: what a page of A4 says of each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onebook.billing.reads import invoices
from onebook.billing.reads import paper as billing
from onebook.billing.rules import bill_number
from onebook.billing.rules.measuring import Step
from onebook.customer.rules import CATEGORY_WORDS, Category
from onebook.infra import sql
from onebook.infra.web import words
from onebook.kernel.energy import E4_PER_KWH, format_kwh
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.metering import reads as metering
from onebook.org import reads as org
from onebook.tariff import reads as tariff
from onebook.tariff.rules import UNIT_WORDS, Component, Kind, TierBasis, Version, unit_of

MONTHS = 13
# The five parts of a price of 工商业 (发改价格〔2023〕526号 and the monthly notices).
PARTS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("①", "上网购电电费", "Electricity purchased", frozenset({"energy"})),
    ("②", "上网环节线损费用", "Losses of the grid", frozenset({"line_loss"})),
    (
        "③",
        "输配电费",
        "Transmission and distribution",
        frozenset({"transmission", "capacity", "demand"}),
    ),
    ("④", "系统运行费", "System operation", frozenset({"system_operation"})),
    ("⑤", "政府性基金及附加", "Government funds", frozenset()),
)
_POWER_FACTOR = ("", "功率因数调整电费", "Power factor adjustment")
_OTHER = ("", "其他", "Other")


@dataclass(frozen=True)
class Part:
    """Lines of a bill that are printed together, with their sum."""

    mark: str
    name_zh: str
    name_en: str
    lines: list[dict[str, Any]]

    @property
    def amount_fen(self) -> int:
        """The sum of its lines."""
        return sum(line["amount_fen"] for line in self.lines)


@dataclass(frozen=True)
class Bar:
    """A month's bar in tenths of a millimetre of the chart, with its label and kWh."""

    x: int
    y: int
    height: int
    label: str
    kwh: str
    is_this: bool


@dataclass(frozen=True)
class Paper:
    """One bill on paper. Amounts in fen; `parts` is empty where the price has no parts."""

    bill: dict[str, Any]
    number: str
    org_unit: str
    category: tuple[str, str]
    tariff: Version
    is_residential: bool
    parts: list[Part]
    lines: list[dict[str, Any]]
    tiers: list[dict[str, Any]]
    year_usage_e4: int
    readings: list[tuple[Any, str]]
    steps: list[Step]
    bars: list[Bar]
    before_e4: int | None
    year_before_e4: int | None
    average_e4: int
    this_fen: int
    arrears_fen: int
    prepaid_fen: int
    invoice: dict[str, Any]
    as_of: date

    @property
    def to_pay_fen(self) -> int:
        """What is to be paid in all, prepayment taken off, never below zero."""
        return max(self.this_fen + self.arrears_fen - self.prepaid_fen, 0)


def papers(bill_ids: Sequence[int], as_of: date) -> list[Paper]:
    """The bills of these ids in their order, with what is owed and prepaid at the end of a day.

    Made for some hundreds at a time; unknown ids are left out.
    """
    bills = billing.bills(bill_ids)
    accounts = {row["service_account_id"] for row in bills.values()}
    lines = billing.lines(bill_ids)
    counted = billing.readings(bill_ids)
    readings = {
        one.pk: one
        for one in metering.readings_by_id({id_ for ids in counted.values() for id_ in ids})
    }
    steps = billing.steps(bill_ids)
    meters = metering.meter_numbers(sorted({one.meter_id for one in readings.values()}))
    usage = _usage(bills.values(), accounts)
    owed = _owed(accounts, bill_ids, as_of)
    invoiced = invoices.shown_of_bills(bill_ids)
    names = org.unit_names()
    made = []
    for bill_id in bill_ids:
        if bill_id not in bills:
            continue
        bill = bills[bill_id]
        own = [_with_component(line) for line in lines[bill_id]]
        months = usage.get(bill["service_account_id"], {})
        month = Month.of(bill["bill_month"])
        version = tariff.version_by_id(bill["tariff_version_id"])
        made.append(
            Paper(
                bill=bill,
                number=bill_number(bill_id, bill["bill_month"]),
                org_unit=names.get(bill["org_unit_id"], ""),
                category=CATEGORY_WORDS[bill["category_id"]],
                tariff=version,
                is_residential=bill["category_id"]
                in (Category.RESIDENTIAL, Category.RESIDENTIAL_SHARED),
                parts=parts_of(own),
                lines=own,
                tiers=tiers_of(version, bill["quota_months"]),
                year_usage_e4=bill["year_usage_before_e4"] + bill["usage_e4"],
                readings=[
                    (readings[one], meters.get(readings[one].meter_id, ""))
                    for one in counted[bill_id]
                    if one in readings
                ],
                steps=steps.get(bill_id, []),
                bars=bars_of(months, month),
                before_e4=months.get(month.previous().first),
                year_before_e4=months.get(month.plus(-12).first),
                average_e4=_average(bill["total_fen"], bill["usage_e4"]),
                invoice=invoiced[bill_id],
                as_of=as_of,
                **owed.get(bill["service_account_id"], _NOTHING),
            )
        )
    return made


_NOTHING = {"this_fen": 0, "arrears_fen": 0, "prepaid_fen": 0}


def _usage(
    bills: Collection[Mapping[str, Any]], accounts: Collection[int]
) -> dict[int, dict[date, int]]:
    if not bills:
        return {}
    months = [Month.of(row["bill_month"]) for row in bills]
    return billing.usage(accounts, min(months).plus(1 - MONTHS), max(months))


def _owed(
    accounts: Collection[int], bill_ids: Collection[int], as_of: date
) -> dict[int, dict[str, int]]:
    params = {"accounts": list(accounts), "bills": list(bill_ids), "as_of": as_of}
    return {row.pop("service_account_id"): row for row in sql.rows("hub", "paper_owed", params)}


def _with_component(line: dict[str, Any]) -> dict[str, Any]:
    component = tariff.version_by_id(line["version_id"]).components[line["position"]]
    return {**line, "component": component, "unit": words.pick(UNIT_WORDS[unit_of(component)])}


def parts_of(lines: Sequence[dict[str, Any]]) -> list[Part]:
    """The lines by the five parts of a price; nothing where the price is not made of them."""
    if not any(line["component"].account in ("line_loss", "transmission") for line in lines):
        return []
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for mark, name_zh, name_en, _ in PARTS:
        found[mark, name_zh, name_en] = []
    for line in lines:
        found.setdefault(_part(line["component"]), []).append(line)
    return [Part(*key, own) for key, own in found.items() if own or key[0]]


def _part(component: Component) -> tuple[str, str, str]:
    if component.is_fund:
        return PARTS[-1][:3]
    for mark, name_zh, name_en, accounts in PARTS:
        if component.account in accounts:
            return mark, name_zh, name_en
    return _POWER_FACTOR if component.account == "power_factor" else _OTHER


def tiers_of(version: Version, quota_months: int) -> list[dict[str, Any]]:
    """The yearly ladder of a version as it counts for so many months: limits and surcharges."""
    months = quota_months if version.quota_per_month else 12
    return [
        {
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "lower_e4": one.lower_e4 * months // 12,
            "upper_e4": None if one.upper_e4 is None else one.upper_e4 * months // 12,
            "price_e10": one.price_e10,
        }
        for one in version.components
        if one.kind is Kind.TIER and one.tier_basis is TierBasis.YEAR
    ]


_WIDTH, _HEIGHT, _STEP = 100, 260, 140


def bars_of(usage: Mapping[date, int], month: Month) -> list[Bar]:
    """Thirteen bars up to the bill's month; a month without a bill has none."""
    months = [month.plus(back - MONTHS + 1) for back in range(MONTHS)]
    highest = max([usage.get(one.first, 0) for one in months] + [1])
    bars = []
    for place, one in enumerate(months):
        value = max(usage.get(one.first, 0), 0)
        height = value * _HEIGHT // highest
        shown = format_kwh(half_up(value, E4_PER_KWH) * E4_PER_KWH) if one.first in usage else ""
        bars.append(
            Bar(
                x=place * _STEP + (_STEP - _WIDTH) // 2,
                y=_HEIGHT - height + 40,
                height=height,
                label=f"{one.year % 100:02d}-{one.month:02d}",
                kwh=shown,
                is_this=one == month,
            )
        )
    return bars


def _average(total_fen: int, usage_e4: int) -> int:
    """Yuan a kWh in 10^-4, half-up; 0 without usage."""
    return half_up(total_fen * 10**6, usage_e4) if usage_e4 > 0 else 0
