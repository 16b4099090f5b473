"""Adjustments (退补): the bills that one is reckoned on, its document, the approvals' report."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.billing import reads as bills
from onebook.billing.errors import AdjustmentUnknown
from onebook.billing.models import Bill, BillPortion
from onebook.billing.rules import bill_number
from onebook.billing.rules import portions as frozen
from onebook.billing.rules.adjustments import (
    CASE_WORDS,
    Adjustment,
    Billed,
    Charged,
    adjustment_number,
)
from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.infra.web import words
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.tariff import reads as tariff
from onebook.tariff.rules import TOTAL, Portion, PowerFactor
from onebook.work import reads as work

Row = dict[str, Any]
"""An adjustment keyed by the columns of billing_v_adjustment, with number and customer_name (of its
account), invoice_kind, invoice_number, invoice_reason, invoice_on, adjustment_number, and in both
languages case_shown and state_shown."""

STATE_WORDS = {
    "open": ("待审批", "Waits for approval"),
    "rejected": ("已驳回", "Turned down"),
    "issued": ("已生效", "Issued"),
}
INVOICE_WORDS = {
    "special": ("专票", "Special invoice"),
    "general": ("普票", "General invoice"),
    "none": ("无需开票", "None needed"),
}
_ALL = 1_000_000
_COLUMNS = (
    Column("month", "电费年月", "Bill month"),
    Column("number", "账单号", "Bill number"),
    Column("name", "项目", "Item"),
    Column("quantity_e4", "数量", "Quantity", "e4"),
    Column("amount_fen", "金额", "Amount", "fen"),
    Column("net_fen", "不含税", "Without VAT", "fen"),
)
_APPROVED_COLUMNS = (
    Column("adjustment_number", "退补单号", "Number"),
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("case_name", "退补原因", "Case"),
    Column("months", "退补年月", "Bill months"),
    Column("usage_e4", "退补电量", "kWh", "e4"),
    Column("total_fen", "退补金额", "Amount", "fen"),
    Column("net_fen", "不含税", "Without VAT", "fen"),
    Column("vat_fen", "税额", "VAT", "fen"),
    Column("prior_year_net_fen", "其中以前年度", "Of earlier years", "fen"),
    Column("asked_by", "申请人", "Asked by"),
    Column("levels", "审批级次", "Levels", "count"),
    Column("approved_by", "审批人", "Approved by"),
    Column("issued_on", "生效日期", "Issued on", "date"),
    Column("reason", "原因", "Reason"),
)


def standing_bills(account: int, first: Month, last: Month) -> list[Billed]:
    """An account's standing bills of the months, both included, as an adjustment takes them."""
    every = Bill.objects.filter(
        service_account_id=account, bill_month__gte=first.first, bill_month__lte=last.first
    )
    red = {one.reverses_bill_id for one in every}
    found = [one for one in every if one.reverses_bill_id is None and one.pk not in red]
    return [_billed(one) for one in sorted(found, key=lambda one: one.bill_month)]


def _billed(one: Bill) -> Billed:
    month = Month.of(one.bill_month)
    portions = bills.portions_of_bill(one.pk)
    if portions:
        return _billed_by_portions(one.pk, month, portions)
    portion = Portion(
        tariff.version_by_id(one.tariff_version_id),
        {TOTAL: one.usage_e4},
        year_usage_before_e4=one.year_usage_before_e4,
        quota_months=one.quota_months,
    )
    return Billed(one.pk, month, (Charged(portion, one.tariff_version_id),))


def _billed_by_portions(bill_id: int, month: Month, portions: Sequence[BillPortion]) -> Billed:
    head = portions[0]
    charged = tuple(
        Charged(
            frozen.portion(vars(one), tariff.version_by_id(one.tariff_version_id), month, label),
            one.tariff_version_id,
            one.metering_point_id,
        )
        for one, label in zip(portions, bills.portion_labels(portions), strict=True)
    )
    factor = None
    asked = any(frozen.has_power_factor(each.portion.version) for each in charged)
    if asked and head.pf_standard_bp:
        factor = PowerFactor(head.active_e4, head.reactive_e4, head.pf_standard_bp)
    return Billed(bill_id, month, charged, factor)


def report(found: Adjustment, number: str, as_of: date) -> Report:
    """An adjustment line by line (退补试算)."""
    rows = [
        {
            "month": str(line.month),
            "number": bill_number(line.bill_id, line.month.first),
            "name": f"{line.name_zh} {line.label_zh}".strip(),
            "quantity_e4": line.quantity_e4,
            "amount_fen": line.amount_fen,
            "net_fen": line.net_fen,
        }
        for line in found.lines
    ]
    return Report(
        name="adjustment",
        title_zh=f"退补试算 {number}",
        title_en=f"Adjustment of {number}, calculated",
        as_of=as_of,
        known_at=None,
        of_book=False,
        org_unit="*",
        columns=_COLUMNS,
        rows=rows,
        totals={"amount_fen": found.total_fen, "net_fen": found.net_fen},
        basis_zh=f"退补电量 {found.missed.formula} kWh;按各月当时电价重算之差;供电营业规则",
        basis_en=f"kWh: {found.missed.formula}; each month priced again as it was then",
    )


def adjustments(
    *,
    account: int | None = None,
    bill: int | None = None,
    units: Sequence[int] | None = None,
    state: str | None = None,
    since: date | None = None,
    until: date | None = None,
    known_at: KnownAt = None,
    limit: int = _ALL,
    offset: int = 0,
) -> list[Row]:
    """Adjustments, the newest first; `state` is open, rejected, issued or None.

    With `since` or `until` those that were issued on these days, both included: the day's list of
    finance is both on one day.
    """
    return _adjustments(
        account=account,
        bill=bill,
        units=None if units is None else list(units),
        state=state,
        since=since,
        until=until,
        limit=limit,
        offset=offset,
        **known_moment(known_at),
    )


def _adjustments(**asked: Any) -> list[Row]:
    every = dict.fromkeys(
        ("ids", "account", "bill", "units", "state", "since", "until", "known_at", "known_on")
    )
    found = sql.rows("billing", "adjustments", {**every, "limit": _ALL, "offset": 0, **asked})
    return [
        {
            **row,
            "facts": json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"],
            "adjustment_number": adjustment_number(row["id"], row["recorded_on"]),
            "case_shown": CASE_WORDS[row["case"]],
            "state_shown": STATE_WORDS[row["state"]],
        }
        for row in found
    ]


def adjustment(adjustment_id: int) -> Row:
    """One adjustment; AdjustmentUnknown else."""
    found = _adjustments(ids=[adjustment_id])
    if not found:
        raise AdjustmentUnknown(adjustment_id=adjustment_id)
    return found[0]


def lines(adjustment_id: int) -> list[Row]:
    """The lines of an adjustment with the names of their components, in their order."""
    return sql.rows("billing", "adjustment_lines_of", {"adjustment": adjustment_id})


def parts(adjustment_id: int) -> list[Row]:
    """What falls on each bill, by month, keyed by the columns of billing_adjustment_part."""
    return sql.rows("billing", "adjustment_parts_of", {"adjustment": adjustment_id})


def approved(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """The year's issued adjustments with who asked and who approved (退补审批表), against the book.

    Ties: what they charge and refund to the receivables and prepayments that their journals moved,
    and their VAT to output VAT.
    """
    known = known_moment(known_at)
    since = date(as_of.year, 1, 1)
    found = adjustments(units=units, since=since, until=as_of, known_at=known_at)[::-1]
    deciders = work.deciders_of([row["approval_id"] for row in found])
    people = {row["person_id"] for row in found}
    names = org.person_names(people.union(*deciders.values()))
    rows = [
        {
            **row,
            "case_name": words.pick(row["case_shown"]),
            "months": _months(row),
            "asked_by": names[row["person_id"]],
            "levels": len(deciders[row["approval_id"]]),
            "approved_by": ", ".join(names[one] for one in deciders[row["approval_id"]]),
        }
        for row in found
    ]
    keys = [column.key for column in _APPROVED_COLUMNS if column.kind in ("e4", "fen")]
    totals = {key: sum(row[key] for row in rows) for key in keys}
    params = {"since": since, "until": as_of, "units": None if units is None else list(units)}
    book = sql.one("billing", "adjustments_in_book", {**params, **known})
    return Report(
        name="adjustments",
        title_zh="退补审批表",
        title_en="Adjustments and their approvals",
        as_of=as_of,
        known_at=known["known_at"] or known["known_on"],
        org_unit=org_unit,
        columns=_APPROVED_COLUMNS,
        rows=rows,
        totals=totals,
        ties=(
            Tie("adjustments: receivable", totals["total_fen"], book["owed_fen"]),
            Tie("adjustments: vat", totals["vat_fen"], book["vat_fen"]),
        ),
        basis_zh=f"生效日期 {since} 至 {as_of};追补为正、退费为负;冲回单列",
        basis_en=f"Issued {since} to {as_of}; charges above zero, refunds below; each by itself",
    )


def _months(row: Row) -> str:
    first, last = Month.of(row["first_month"]), Month.of(row["last_month"])
    return str(first) if first == last else f"{first} – {last}"
