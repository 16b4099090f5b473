"""How the billed quantities of a month came about, point by point: losses, shares and parts."""

from collections.abc import Sequence
from datetime import date, datetime

from onebook.billing.rules import bill_number
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report
from onebook.kernel.periods import Month

_COLUMNS = (
    Column("number", "户号", "Account"),
    Column("customer_name", "户名", "Customer"),
    Column("bill", "账单号", "Bill number"),
    Column("point", "计量点", "Metering point"),
    Column("main_point", "主计量点", "Main meter"),
    Column("metered_e4", "抄见电量", "Metered, kWh", "e4"),
    Column("transformer_e4", "变压器损耗", "Transformer loss", "e4"),
    Column("line_e4", "线路损耗", "Line loss", "e4"),
    Column("shared_e4", "分摊损耗", "Shared loss", "e4"),
    Column("parts_e4", "扣减", "Parts taken off", "e4"),
    Column("usage_e4", "计费电量", "Billed, kWh", "e4"),
    Column("reactive_e4", "无功电量", "Metered, kvarh", "e4"),
    Column("reactive_loss_e4", "无功损耗", "Reactive loss", "e4"),
)


def report(
    as_of: date,
    known_at: date | datetime | None = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """The month's bills that are more than a plain meter, a row a metering point (电量计算明细表).

    Metered and the four columns beside it add up to billed, in 10^-4 kWh; so do the totals.
    """
    month, known = Month.of(as_of), known_moment(known_at)
    asked = {"month": month.first, "units": None if units is None else list(units), **known}
    rows = [
        {**row, "bill": bill_number(row["bill_id"], row["bill_month"])}
        for row in sql.rows("billing", "quantities", asked)
    ]
    return Report(
        name="quantities",
        title_zh="电量计算明细表",
        title_en="How quantities came about",
        as_of=as_of,
        known_at=known["known_at"] or known["known_on"],
        org_unit=org_unit,
        columns=_COLUMNS,
        rows=rows,
        totals={one.key: sum(row[one.key] for row in rows) for one in _COLUMNS if one.kind == "e4"},
        basis_zh=f"电费年月 {month},分时、两部制或有损耗、分表的户",
        basis_en=f"Bill month {month}, accounts on periods, two-part or with losses or parts",
    )
