"""Lists behind the shared figures: open items, the month's receipts, prepayment by account."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.receivable import reads as receivable

CHANNELS = {"counter_cash": "柜台现金", "bank_collection": "银行代收", "bank_transfer": "银行转账"}
Units = Sequence[int] | None


def arrears(
    as_of: date, known_at: KnownAt = None, units: Units = None, org_unit: str = "*"
) -> Report:
    """Every open item with its customer, oldest due first (欠费明细表), tied to 112201."""
    asked = _asked(as_of, known_at, units) | receivable.as_known(as_of, known_at)
    moment = asked["known_at"] or asked["known_on"]
    rows = _with_unit_names(sql.rows("finance", "arrears", asked))
    for row in rows:
        row["category"] = CATEGORY_WORDS[row["category_id"]][0]
    total_fen = sum(row["remaining_fen"] for row in rows)
    control_fen = books.control_balance("receivable", as_of, moment, units)
    return Report(
        name="arrears",
        title_zh="欠费明细表",
        title_en="Arrears",
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=(
            Column("number", "户号", "Account"),
            Column("customer_name", "户名", "Customer"),
            Column("org_unit", "单位", "Org unit"),
            Column("category", "用电类别", "Category"),
            Column("bill_month", "电费年月", "Bill month"),
            Column("due_on", "应收日期", "Due on", "date"),
            Column("days_past_due", "逾期天数", "Days past due", "count"),
            Column("principal_fen", "应收", "Principal", "fen"),
            Column("remaining_fen", "欠费", "Remaining", "fen"),
        ),
        rows=rows,
        totals={"remaining_fen": total_fen},
        ties=(Tie("control-account-112201", total_fen, control_fen),),
        basis_zh=f"截至 {as_of};按到期日由早到晚",
        basis_en=f"As of {as_of}; oldest due first",
    )


def receipts_month(
    as_of: date, known_at: KnownAt = None, units: Units = None, org_unit: str = "*"
) -> Report:
    """The month's receipts by unit and channel (实收月报), and which debts they settled.

    Receipts less those taken back, by the day they count for; tied to the book's cash and transit.
    """
    month = Month.of(as_of)
    asked = _asked(as_of, known_at, units) | {
        "since": month.first,
        "until": month.next().first,
        "month": month.first,
        "year": date(month.year, 1, 1),
    }
    rows = _with_unit_names(sql.rows("finance", "receipts_month", asked))
    for row in rows:
        row["channel_zh"] = CHANNELS[row["channel"]]
    columns = (
        Column("org_unit", "收费单位", "Org unit"),
        Column("channel_zh", "缴费方式", "Channel"),
        Column("receipts", "笔数", "Receipts", "count"),
        Column("month_fen", "当月电费", "Of the month", "fen"),
        Column("year_fen", "当年往月", "Of the year", "fen"),
        Column("prior_years_fen", "往年陈欠", "Prior years", "fen"),
        Column("prepaid_fen", "预收", "Prepaid", "fen"),
        Column("amount_fen", "合计", "Total", "fen"),
    )
    totals = {one.key: sum(row[one.key] for row in rows) for one in columns[2:]}
    parts = ("month_fen", "year_fen", "prior_years_fen", "prepaid_fen")
    in_book = [
        row["amount_fen"]
        for row in sql.rows("finance", "received_in_book", asked)
        if units is None or row["org_unit_id"] in units
    ]
    return Report(
        name="receipts-month",
        title_zh="实收月报",
        title_en="Receipts of the month",
        as_of=as_of,
        known_at=asked["known_at"] or asked["known_on"],
        org_unit=org_unit,
        columns=columns,
        rows=rows,
        totals=totals,
        ties=(
            Tie("received-in-book", totals["amount_fen"], sum(in_book)),
            Tie("settled-and-prepaid", totals["amount_fen"], sum(totals[part] for part in parts)),
        ),
        basis_zh=f"{month} 收费日实收,已减冲正",
        basis_en=f"Receipts of {month} by day of payment, less reversals",
    )


def prepayment(
    as_of: date, known_at: KnownAt = None, units: Units = None, org_unit: str = "*"
) -> Report:
    """Prepayment by account with the month's movements (预收余额表), tied to 2203."""
    asked = _asked(as_of, known_at, units) | {"since": Month.of(as_of).first}
    moment = asked["known_at"] or asked["known_on"]
    rows = _with_unit_names(sql.rows("finance", "prepayment", asked))
    columns = (
        Column("number", "户号", "Account"),
        Column("customer_name", "户名", "Customer"),
        Column("org_unit", "单位", "Org unit"),
        Column("brought_fen", "月初", "Brought forward", "fen"),
        Column("paid_in_fen", "本月预存", "Paid in", "fen"),
        Column("offset_fen", "转实收", "Offset", "fen"),
        Column("taken_back_fen", "冲正", "Taken back", "fen"),
        Column("balance_fen", "余额", "Balance", "fen"),
        Column("moved_on", "最近变动日", "Last moved", "date"),
    )
    totals = {one.key: sum(row[one.key] for row in rows) for one in columns if one.kind == "fen"}
    control_fen = -books.control_balance("prepayment", as_of, moment, units)
    return Report(
        name="prepayment",
        title_zh="预收余额表",
        title_en="Prepayments",
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=columns,
        rows=rows,
        totals=totals,
        ties=(Tie("control-account-2203", totals["balance_fen"], control_fen),),
        basis_zh=f"{Month.of(as_of)} 月初至 {as_of}",
        basis_en=f"From the first of {Month.of(as_of)} to {as_of}",
    )


def _asked(as_of: date, known_at: KnownAt, units: Units) -> dict[str, Any]:
    shown = None if units is None else list(units)
    return {"as_of": as_of, "units": shown, **known_moment(known_at)}


def _with_unit_names(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = org.unit_names()
    for row in rows:
        row["org_unit"] = names[row["org_unit_id"]]
    return rows
