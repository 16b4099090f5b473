"""A quote as rows for a table, CSV and Excel, and as plain values for JSON."""

from collections.abc import Iterator
from typing import Any

from onebook.billing.rules.quote import Quote
from onebook.tariff.rules import BillExplained, Kind, Line, Unit, format_price

GROUPS = {
    "energy": ("电量电费", "Energy"),
    "capacity": ("容（需）量电费", "Capacity and demand"),
    "fixed": ("固定费用及最低电费", "Fixed and minimum charges"),
    "power_factor": ("功率因数调整电费", "Power-factor adjustment"),
    "fund": ("政府性基金及附加", "Government funds"),
    "relief": ("减免", "Relief"),
}
UNITS_ZH = {
    Unit.KWH: "千瓦时",
    Unit.KVA: "千伏安",
    Unit.KW: "千瓦",
    Unit.MONTH: "月",
    Unit.DAY: "天",
    Unit.YUAN: "元",
}
# Key, title in Chinese and in English, kind of `infra.report.Column`.
COLUMNS = (
    ("label", "计量点", "Point", "text"),
    ("name_zh", "项目", "Item", "text"),
    ("name_en", "项目", "Item", "text"),
    ("quantity_e4", "数量", "Quantity", "e4"),
    ("unit_zh", "单位", "Unit", "text"),
    ("unit_en", "单位", "Unit", "text"),
    ("price", "单价", "Price", "text"),
    ("amount_fen", "金额", "Amount", "fen"),
    ("formula", "计算式", "Formula", "text"),
    ("source", "依据", "Source", "text"),
)
# What is looked for under the lines.
_STRONG = frozenset({"Total", "Due now", "To pay or give back"})
_E4_PER_YUAN_FEN = 100 * 10**4


def line_rows(bill: BillExplained) -> list[dict[str, Any]]:
    """The bill's printed lines."""
    return [
        {
            "label": line.label_zh,
            "name_zh": line.component.name_zh,
            "name_en": line.component.name_en,
            "quantity_e4": line.quantity_e4,
            "unit_zh": UNITS_ZH[line.unit],
            "unit_en": str(line.unit),
            "price": price_written(line),
            "amount_fen": line.amount_fen,
            "formula": line.formula,
            "source": line.source,
        }
        for line in bill.printed
    ]


def sum_rows(quote: Quote) -> list[dict[str, Any]]:
    """What stands under the lines: subtotals, total, tax, average, what is due, the correction."""
    bill = quote.bill
    rows = [_sum(*GROUPS[group], amount_fen) for group, amount_fen in subtotals(bill)]
    rows.append(_sum("电费合计", "Total", bill.total_fen))
    rows.append(_sum("其中：不含税", "Of it: without VAT", bill.net_fen))
    rows.append(_sum("其中：税额", "Of it: VAT", bill.vat_fen))
    average_e4 = average_price_e4(bill.total_fen, quote.usage_e4)
    if average_e4 is not None:
        price = {"price": price_of(average_e4), "quantity_e4": quote.usage_e4}
        unit = {"unit_zh": UNITS_ZH[Unit.KWH], "unit_en": str(Unit.KWH)}
        rows.append({"name_zh": "平均电价", "name_en": "Average price", **price, **unit})
    if quote.scenario.billed_fen is not None:
        rows.append(_sum("已分次结算", "Billed in the month", -quote.scenario.billed_fen))
        rows.append(_sum("本次应收", "Due now", quote.due_fen))
    if quote.corrected is not None:
        rows.append(_sum("更正后电费", "Corrected total", quote.corrected.total_fen))
        rows.append(_sum("应退补电费", "To pay or give back", quote.correction_fen))
    return rows


def _sum(name_zh: str, name_en: str, amount_fen: int) -> dict[str, Any]:
    strong = name_en in _STRONG
    return {"name_zh": name_zh, "name_en": name_en, "amount_fen": amount_fen, "strong": strong}


def price_written(line: Line) -> str:
    """The price as the line prints it: yuan a unit, a percentage for the power factor."""
    if line.component.kind is Kind.POWER_FACTOR:
        return f"{format_price(line.price_e10 * 100)}%"
    return format_price(line.price_e10)


def price_of(price_e4: int) -> str:
    """Yuan with four decimals."""
    return f"{price_e4 // 10**4}.{price_e4 % 10**4:04d}"


def average_price_e4(total_fen: int, usage_e4: int) -> int | None:
    """Yuan a kWh in 10^-4, half-up; None where there is no usage or money to divide."""
    if usage_e4 <= 0 or total_fen < 0:
        return None
    return (2 * total_fen * _E4_PER_YUAN_FEN + usage_e4) // (2 * usage_e4)


def subtotals(bill: BillExplained) -> Iterator[tuple[str, int]]:
    """The bill's groups that have money, in the order of `GROUPS`."""
    sums = dict.fromkeys(GROUPS, 0)
    for line in bill.lines:
        sums[_group(line.component.kind, line.component.account)] += line.amount_fen
    return ((group, amount_fen) for group, amount_fen in sums.items() if amount_fen)


def _group(kind: Kind, account: str) -> str:
    if account.startswith("fund:"):
        return "fund"
    if kind in (Kind.CAPACITY, Kind.DEMAND):
        return "capacity"
    if kind in (Kind.FIXED, Kind.MINIMUM):
        return "fixed"
    return str(kind) if kind in (Kind.POWER_FACTOR, Kind.RELIEF) else "energy"


def as_json(quote: Quote) -> dict[str, Any]:
    """The quote as plain values: money as integer fen, quantities in 10^-4 of their unit."""
    scenario, bill = quote.scenario, quote.bill
    content: dict[str, Any] = {
        "quote": scenario.title,
        "month": str(scenario.month),
        "from": scenario.start.isoformat(),
        "to": scenario.end.isoformat(),
        "usage_e4": quote.usage_e4,
        "steps": [
            {
                "place": one.place,
                "name": one.name_zh,
                "formula": one.formula,
                "quantity_e4": one.quantity_e4,
                "unit": one.unit,
            }
            for one in quote.steps
        ],
        **_bill_json(bill),
        "average_price_e4": average_price_e4(bill.total_fen, quote.usage_e4),
    }
    if scenario.billed_fen is not None:
        content |= {"billed_fen": scenario.billed_fen, "due_fen": quote.due_fen}
    if quote.corrected is not None:
        content["corrected"] = _bill_json(quote.corrected)
        content["correction_fen"] = quote.correction_fen
    return content


def _bill_json(bill: BillExplained) -> dict[str, Any]:
    charged = bill.power_factor
    return {
        "lines": [_line_json(line) for line in bill.printed],
        "subtotals": dict(subtotals(bill)),
        "power_factor": None
        if charged is None
        else {"cosine": charged.cosine, "rate_bp": charged.rate_bp, "base_fen": charged.base_fen},
        "total_fen": bill.total_fen,
        "net_fen": bill.net_fen,
        "vat_fen": bill.vat_fen,
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "label": line.label_zh,
        "code": line.component.code,
        "name": line.component.name_zh,
        "quantity_e4": line.quantity_e4,
        "unit": str(line.unit),
        "price": price_written(line),
        "amount_fen": line.amount_fen,
        "net_fen": line.net_fen,
        "formula": line.formula,
        "source": line.source,
    }
