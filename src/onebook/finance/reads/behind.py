"""The rows behind the figures of the month's form: what was received, what is in transit."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.finance.reads.lists import CHANNELS, Units
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month
from onebook.org import reads as org

_KINDS = {
    "receipt_file": ("代收文件", "Receipt file"),
    "remittance": ("解款单", "Remittance slip"),
    "receipt": ("银行转账", "Bank transfer"),
}


def received_rows(
    month: Month,
    known_at: KnownAt = None,
    units: Units = None,
    org_unit: str = "*",
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Report:
    """The month's receipts and those taken back in it, a row each; its total is of all of them.

    Tied to what the book took in by receipts, as the month's form is.
    """
    known = known_moment(known_at)
    asked = {"since": month.first, "until": month.next().first, **known}
    rows = _named(
        sql.rows(
            "finance",
            "received_rows",
            {**asked, "units": _listed(units), "limit": limit, "offset": offset},
        )
    )
    for row in rows:
        row["channel_zh"] = CHANNELS.get(row["channel"], row["channel"])
    in_book = [
        row["amount_fen"]
        for row in sql.rows("finance", "received_in_book", asked)
        if units is None or row["org_unit_id"] in units
    ]
    total_fen = rows[0]["total_fen"] if rows else 0
    return Report(
        name="received",
        title_zh=f"{month} 实收明细",
        title_en=f"Received in {month}",
        as_of=month.last,
        known_at=known["known_at"] or known["known_on"],
        org_unit=org_unit,
        columns=(
            Column("effective_on", "收费日期", "Counts for", "date"),
            Column("receipt_id", "收款编号", "Receipt"),
            Column("external_ref", "收据号/流水号", "Reference"),
            Column("number", "户号", "Account"),
            Column("customer_name", "户名", "Customer"),
            Column("channel_zh", "缴费方式", "Channel"),
            Column("org_unit", "单位", "Org unit"),
            Column("amount_fen", "金额(冲正为负)", "Amount (taken back: below zero)", "fen"),
        ),
        rows=rows,
        totals={"amount_fen": total_fen},
        ties=(Tie("received-in-book", total_fen, sum(in_book)),) if rows else (),
        basis_zh=f"{month} 按收费日期,冲正按冲正日期为负",
        basis_en=f"{month} by the day receipts count for; taken back below zero on its own day",
    )


def transit_rows(
    as_of: date,
    known_at: KnownAt = None,
    units: Units = None,
    org_unit: str = "*",
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Report:
    """What is in transit on a day, a row an item and unit, oldest first, tied to 1012."""
    known = known_moment(known_at)
    moment = known["known_at"] or known["known_on"]
    asked = {"as_of": as_of, "units": _listed(units), "limit": limit, "offset": offset, **known}
    rows = _named(sql.rows("finance", "transit_rows", asked))
    for row in rows:
        row["kind_zh"], row["kind_en"] = _KINDS.get(row["kind"], (row["kind"], row["kind"]))
    total_fen = rows[0]["total_fen"] if rows else 0
    control_fen = books.control_balance("transit", as_of, moment, units)
    return Report(
        name="transit",
        title_zh="在途资金明细",
        title_en="Money in transit",
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=(
            Column("effective_on", "日期", "Since", "date"),
            Column("kind_zh", "来源", "Kind"),
            Column("reference", "凭据号", "Reference"),
            Column("org_unit", "单位", "Org unit"),
            Column("days", "在途天数", "Days", "count"),
            Column("journal_id", "凭证", "Journal"),
            Column("amount_fen", "金额", "Amount", "fen"),
        ),
        rows=rows,
        totals={"amount_fen": total_fen},
        ties=(Tie("transit-control-account", total_fen, control_fen),) if not offset else (),
        basis_zh=f"截至 {as_of} 银行未到账",
        basis_en=f"Not credited by the bank as of {as_of}",
    )


def _listed(units: Sequence[int] | None) -> list[int] | None:
    return None if units is None else list(units)


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = org.unit_names()
    for row in rows:
        row["org_unit"] = names[row["org_unit_id"]]
    return rows
