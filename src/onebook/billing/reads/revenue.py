"""What was sold: kWh, fee and its parts by category, held against the book (分类汇总)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.books.reads import KnownAt
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.infra.web.words import pick
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up
from onebook.org import reads as org

Row = dict[str, Any]

_PRICES = (
    Column("energy_fen", "电度(购电)电费", "Energy", "fen"),
    Column("line_loss_fen", "上网环节线损", "Line loss", "fen"),
    Column("transmission_fen", "输配电费", "Transmission", "fen"),
    Column("system_fen", "系统运行费", "System operation", "fen"),
    Column("fund_fen", "政府性基金", "Funds", "fen"),
    Column("capacity_fen", "容(需)量电费", "Capacity and demand", "fen"),
    Column("power_factor_fen", "力调电费", "Power factor", "fen"),
    Column("other_fen", "减免及其他", "Relief and others", "fen"),
    Column("adjusted_fen", "退补", "Adjusted", "fen"),
)
_SALES = (
    Column("org_unit", "单位", "Org unit"),
    Column("category", "用电类别", "Category"),
    Column("bills", "户数", "Bills", "count"),
    Column("usage_e4", "电量(千瓦时)", "kWh", "e4"),
    Column("average_e4", "均价(元/千瓦时)", "Average price", "price"),
    Column("total_fen", "电费", "Fee", "fen"),
    *_PRICES,
    Column("net_fen", "不含税", "Without VAT", "fen"),
    Column("vat_fen", "税额", "VAT", "fen"),
)
_REVENUE = (
    Column("category", "用电类别", "Category"),
    Column("usage_e4", "电量(千瓦时)", "kWh", "e4"),
    Column("priced_fen", "电量×电价", "kWh × price", "fen"),
    Column("rounding_fen", "逐户取整", "Rounding by bill", "fen"),
    Column("unpriced_fen", "力调、退补及逐户价", "Power factor, adjusted, others", "fen"),
    Column("total_fen", "电费合计", "Fee", "fen"),
    Column("vat_fen", "减:税额", "Less VAT", "fen"),
    Column("fund_net_fen", "减:代征基金", "Less funds", "fen"),
    Column("relief_net_fen", "减:减免", "Less relief", "fen"),
    Column("revenue_fen", "营销收入", "Revenue by bills", "fen"),
    Column("book_fen", "账面收入", "Revenue in the book", "fen"),
    Column("difference_fen", "差异", "Difference", "fen", is_difference=True),
)


def sales(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """What was issued in the month of a day up to it, by unit and category (电费分类汇总).

    The fee is that of bills, less red ones, and of adjustments; the parts of the price and what
    adjustments moved add up to it. The average is fee ÷ kWh, VAT and funds included. Ties: the
    whole fee to what the book credits by the same documents, and each of its classes.
    """
    asked, moment = _asked(as_of, known_at, units)
    names = org.unit_names()
    found = [
        {
            **row,
            "org_unit": names[row["org_unit_id"]],
            "category": pick(CATEGORY_WORDS[row["category_id"]]),
            "vat_fen": row["total_fen"] - row["net_fen"],
            "average_e4": _average(row),
        }
        for row in sql.rows("billing", "revenue", asked)
    ]
    rows = sorted(found, key=lambda row: (row["org_unit"], row["category_id"]))
    keys = [one.key for one in _SALES if one.kind in ("fen", "e4", "count")]
    totals: Row = {key: sum(row[key] for row in rows) for key in keys}
    totals["average_e4"] = _average(totals)
    book = _added(sql.rows("billing", "revenue_in_book", asked))
    ours = _added(rows)
    month = Month.of(as_of)
    return Report(
        name="sales",
        title_zh=f"{month} 电费分类汇总",
        title_en=f"Fees of {month} by category",
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=_SALES,
        rows=rows,
        totals=totals,
        ties=tuple(Tie(f"book: {part}", ours[key], book[key]) for part, key in _CLASSES),
        basis_zh=f"{asked['since']} 至 {as_of} 发行的电费,减红冲,含退补;均价=电费÷电量,含税含基金;"
        "户数为账单数减红冲数",
        basis_en=f"Issued {asked['since']} to {as_of}, less red bills, with adjustments; average:"
        " fee ÷ kWh with VAT and funds; bills less red ones",
    )


_CLASSES = (
    ("revenue", "revenue_fen"),
    ("funds", "fund_net_fen"),
    ("relief", "relief_net_fen"),
    ("VAT", "vat_fen"),
)


def revenue(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """KWh × price = revenue in the book, by category (电量电价与账面收入核对表).

    Of what was issued in the month of a day up to it. kWh × price counts the components that have
    one price for all bills of a batch and category (also capacity and demand, but for discounts);
    rounding is what each bill's own rounding makes of it. Revenue is the fee less VAT, funds and
    relief, of every year. A tie a category.
    """
    asked, moment = _asked(as_of, known_at, units)
    rows: dict[int, Row] = {}
    for row in sql.rows("billing", "revenue", asked):
        _add(rows, row["category_id"], row | {"vat_fen": row["total_fen"] - row["net_fen"]})
    for row in sql.rows("billing", "revenue_in_book", asked):
        if row["revenue_fen"]:
            _add(rows, row["category_id"], {"book_fen": row["revenue_fen"]})
    for category, row in rows.items():
        row["category"] = pick(CATEGORY_WORDS.get(category, ("未分类", "Without category")))
        row["rounding_fen"] = row["total_fen"] - row["priced_fen"] - row["unpriced_fen"]
        row["difference_fen"] = row["revenue_fen"] - row["book_fen"]
    ordered = [rows[category] for category in sorted(rows)]
    keys = [one.key for one in _REVENUE if one.kind in ("fen", "e4")]
    month = Month.of(as_of)
    return Report(
        name="revenue",
        title_zh=f"{month} 电量电价与账面收入核对表",
        title_en=f"kWh × price = revenue in the book, {month}",
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=_REVENUE,
        rows=ordered,
        totals={key: sum(row[key] for row in ordered) for key in keys},
        ties=tuple(
            Tie(f"revenue: {row['category']}", row["revenue_fen"], row["book_fen"])
            for row in ordered
        ),
        basis_zh=f"{asked['since']} 至 {as_of} 发行的电费,减红冲,含退补;账面收入为记账规则中"
        "电费收入各科目同期发生额",
        basis_en=f"Issued {asked['since']} to {as_of}, less red bills, with adjustments; the book:"
        " movements of the accounts to which the posting rules credit revenue",
    )


def _asked(
    as_of: date, known_at: KnownAt, units: Sequence[int] | None
) -> tuple[Row, date | Any | None]:
    known = known_moment(known_at)
    asked = {
        "since": Month.of(as_of).first,
        "until": as_of,
        "units": None if units is None else list(units),
        **known,
    }
    return asked, known["known_at"] or known["known_on"]


def _average(row: Row) -> int | None:
    """Fee ÷ kWh in 10^-4 yuan; None where no kWh were sold."""
    if row["usage_e4"] <= 0:
        return None
    return half_up(row["total_fen"] * 1_000_000, row["usage_e4"])


def _added(rows: Sequence[Row]) -> Row:
    return {key: sum(row[key] for row in rows) for _, key in _CLASSES}


def _add(rows: dict[int, Row], category: int, more: Row) -> None:
    keys = [one.key for one in _REVENUE if one.kind in ("fen", "e4")]
    row = rows.setdefault(category, {"category_id": category, **dict.fromkeys(keys, 0)})
    for key in keys:
        row[key] += more.get(key, 0)
