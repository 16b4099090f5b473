"""What an adjustment (退补) would come to: an account's standing bills, and the table of it."""

from datetime import date

from onebook.billing.errors import AdjustmentByHand
from onebook.billing.models import Bill, BillPortion
from onebook.billing.rules import bill_number
from onebook.billing.rules.adjustments import Adjustment, Billed
from onebook.infra.report import Column, Report
from onebook.kernel.periods import Month
from onebook.tariff import reads as tariff

_COLUMNS = (
    Column("month", "电费年月", "Bill month"),
    Column("number", "账单号", "Bill number"),
    Column("name", "项目", "Item"),
    Column("quantity_e4", "电量", "kWh", "e4"),
    Column("amount_fen", "金额", "Amount", "fen"),
    Column("net_fen", "不含税", "Without VAT", "fen"),
)


def standing_bills(account: int, first: Month, last: Month) -> list[Billed]:
    """An account's standing bills of the months, both included, as an adjustment takes them.

    AdjustmentByHand for a bill of several portions.
    """
    every = Bill.objects.filter(
        service_account_id=account, bill_month__gte=first.first, bill_month__lte=last.first
    )
    red = {one.reverses_bill_id for one in every}
    found = [one for one in every if one.reverses_bill_id is None and one.pk not in red]
    portioned = BillPortion.objects.filter(bill_id__in=[one.pk for one in found])
    for bill_id in portioned.order_by("bill_id").values_list("bill_id", flat=True)[:1]:
        month = next(one.bill_month for one in found if one.pk == bill_id)
        raise AdjustmentByHand(number=bill_number(bill_id, month))
    return [
        Billed(
            one.pk,
            Month.of(one.bill_month),
            tariff.version_by_id(one.tariff_version_id),
            one.usage_e4,
            one.year_usage_before_e4,
            one.quota_months,
        )
        for one in sorted(found, key=lambda one: one.bill_month)
    ]


def report(found: Adjustment, number: str, as_of: date) -> Report:
    """An adjustment line by line (退补试算)."""
    rows = [
        {
            "month": str(line.month),
            "number": bill_number(line.bill_id, line.month.first),
            "name": line.name_zh,
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
        org_unit="*",
        columns=_COLUMNS,
        rows=rows,
        totals={"amount_fen": found.total_fen, "net_fen": found.net_fen},
        basis_zh=f"退补电量 {found.missed.formula} kWh;按各月当时电价重算之差;供电营业规则",
        basis_en=f"kWh: {found.missed.formula}; each month priced again as it was then",
    )
