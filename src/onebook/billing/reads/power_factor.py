"""What power factors changed on the month's bills (力调汇总), and the bills behind it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.billing.rules import bill_number
from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.money import BASIS_POINTS, format_yuan
from onebook.kernel.periods import Month
from onebook.org import reads as org

_BOUNDS = (60, 70, 80, 85, 90, 95)
"""cosφ in hundredths at which the bands begin, but for the first."""
BANDS = ("< 0.60", "0.60–0.69", "0.70–0.79", "0.80–0.84", "0.85–0.89", "0.90–0.94", ">= 0.95")
_COLUMNS = (
    Column("org_unit", "单位", "Org unit"),
    Column("standard", "考核标准", "Standard"),
    Column("band_shown", "实际功率因数", "cosφ"),
    Column("bills", "户数", "Bills", "count"),
    Column("active_e4", "有功电量", "kWh", "e4"),
    Column("reactive_e4", "无功电量", "kvarh", "e4"),
    Column("increase_fen", "力调增收", "Added", "fen"),
    Column("decrease_fen", "力调减收", "Taken off", "fen"),
    Column("amount_fen", "力调电费", "Power-factor fee", "fen"),
)
_BILL_COLUMNS = (
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("bill_number", "账单号", "Bill number"),
    Column("standard", "考核标准", "Standard"),
    Column("cosine_shown", "实际功率因数", "cosφ"),
    Column("active_e4", "有功电量", "kWh", "e4"),
    Column("reactive_e4", "无功电量", "kvarh", "e4"),
    Column("amount_fen", "力调电费", "Power-factor fee", "fen"),
)


def report(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """Bills issued in the month of a day up to it, by unit, standard and band of cosφ (力调汇总).

    Added and taken off are fees with VAT; a red bill takes back what its bill had. Adjustments are
    no band. Ties: the bills to the sums of their batches, the net to the book's account.
    """
    asked, known = _asked(as_of, known_at, units)
    names = org.unit_names()
    rows = [
        {
            **row,
            "org_unit": names[row["org_unit_id"]],
            "standard": _standard(row["pf_standard_bp"]),
            "band_shown": BANDS[row["band"]],
            "amount_fen": row["increase_fen"] + row["decrease_fen"],
        }
        for row in sql.rows("billing", "power_factors", asked)
    ]
    rows.sort(key=lambda row: row["org_unit"])
    keys = [one.key for one in _COLUMNS if one.kind != "text"]
    totals = {key: sum(row[key] for row in rows) for key in keys}
    sums = sql.one("billing", "power_factor_sums", asked)
    book = sql.rows("billing", "revenue_in_book", asked)
    in_book_fen = sum(row["power_factor_fen"] for row in book)
    month = Month.of(as_of)
    return Report(
        name="power-factor",
        title_zh=f"{month} 力调汇总",
        title_en=f"Power-factor adjustments of {month}",
        as_of=as_of,
        known_at=known["known_at"] or known["known_on"],
        org_unit=org_unit,
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        ties=(
            Tie("bills: power factor", totals["amount_fen"], sums["billed_fen"]),
            Tie("book: power factor", sums["net_fen"], in_book_fen),
        ),
        group="org_unit",
        basis_zh=f"{asked['since']} 至 {as_of} 发行、按功率因数考核的账单,减红冲;含税;退补另计"
        f" {format_yuan(sums['adjusted_fen'])} 元",
        basis_en=f"Bills issued {asked['since']} to {as_of} that are held to a power factor, less"
        f" red ones; with VAT; adjustments apart: {format_yuan(sums['adjusted_fen'])} yuan",
    )


def bills(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    *,
    band: int | None = None,
    standard_bp: int | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The bills behind the report's figures, the greatest change first."""
    asked, _ = _asked(as_of, known_at, units)
    paged = {"limit": limit, "offset": offset}
    found = sql.rows(
        "billing", "power_factor_bills", {**asked, "band": band, "standard": standard_bp, **paged}
    )
    return [
        {
            **row,
            "bill_number": bill_number(row["bill_id"], row["bill_month"]),
            "standard": _standard(row["pf_standard_bp"]),
            "cosine_shown": _hundredths(row["cosine"]),
        }
        for row in found
    ]


def bills_report(rows: list[dict[str, Any]], as_of: date, known_at: KnownAt, code: str) -> Report:
    """The bills as a list to show or to take away."""
    month = Month.of(as_of)
    return Report(
        name="power-factor-bills",
        title_zh=f"{month} 力调明细",
        title_en=f"Bills with power factors, {month}",
        as_of=as_of,
        known_at=known_at,
        org_unit=code,
        columns=_BILL_COLUMNS,
        rows=rows,
        totals={"amount_fen": sum(row["amount_fen"] for row in rows)},
        basis_zh=f"{month.first} 至 {as_of} 发行、按功率因数考核的账单",
        basis_en=f"Bills issued {month.first} to {as_of} that are held to a power factor",
    )


def _standard(standard_bp: int) -> str:
    return _hundredths(standard_bp * 100 // BASIS_POINTS)


def _hundredths(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


def _asked(
    as_of: date, known_at: KnownAt, units: Sequence[int] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    known = known_moment(known_at)
    asked = {
        "since": Month.of(as_of).first,
        "until": as_of,
        "units": None if units is None else list(units),
        "bounds": list(_BOUNDS),
        **known,
    }
    return asked, known
