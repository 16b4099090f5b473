"""The bill calculation on columns: exact integers, equal to the scalar rule row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onebook.tariff.kernels.bills import price_lines
from onebook.tariff.kernels.blocks import LineColumns, blocks, count_bills
from onebook.tariff.kernels.nets import split_nets
from onebook.tariff.kernels.settle import (
    PowerFactorsCharged,
    settle_minimums,
    settle_power_factors,
)
from onebook.tariff.rules import (
    TOTAL,
    Kind,
    PortionColumns,
    PowerFactorColumns,
    Version,
    check_columns,
    require_usable,
)
from onebook.tariff.rules.bounds import require_no_more
from onebook.tariff.rules.kinds import power_factor
from onebook.tariff.rules.quantities import IntArray
from onebook.tariff.rules.settle import ONE_E10

__all__ = [
    "BillColumns",
    "Columns",
    "LineColumns",
    "PortionColumns",
    "PowerFactorColumns",
    "PowerFactorsCharged",
    "calculate",
    "calculate_bills",
]


@dataclass(frozen=True, slots=True)
class BillColumns:
    """n bills: the lines of their portions, version by version, and their sums [n] in fen.

    Amounts add up to the total, line nets to the net, net + VAT = total. ``power_factors`` is
    None where none were given.
    """

    lines: tuple[LineColumns, ...]
    total_fen: IntArray
    net_fen: IntArray
    vat_fen: IntArray
    power_factors: PowerFactorsCharged | None


@dataclass(frozen=True, slots=True)
class Columns:
    """Bills of one tariff version: c components by n bills, all int64, money in fen.

    ``quantity_e4``, ``amount_fen`` and ``line_net_fen`` are [c, n] in the order of
    ``version.components``; ``price_e10`` is [c]; the others are [n]. Amounts add up to the
    total, line nets to the net, net + VAT = total.
    """

    version: Version
    price_e10: IntArray
    quantity_e4: IntArray
    amount_fen: IntArray
    line_net_fen: IntArray
    total_fen: IntArray
    net_fen: IntArray
    vat_fen: IntArray

    @property
    def fund_net_fen(self) -> IntArray:
        """The nets of the government funds, [f, n] in the order of ``version.fund_positions``."""
        return self.line_net_fen[list(self.version.fund_positions)]


def calculate(
    version: Version,
    usage_e4: IntArray,
    year_usage_before_e4: IntArray | int = 0,
    quota_months: IntArray | int = 12,
) -> Columns:
    """Calculate n bills of one meter each on a version that asks for no more.

    The two last columns may be one value for all of them. FactMissing names what else the version
    is charged on; see `calculate_bills`.
    """
    require_no_more(version)
    portions = PortionColumns(
        version,
        {TOTAL: np.ascontiguousarray(usage_e4, dtype=np.int64)},
        year_usage_before_e4=year_usage_before_e4,
        quota_months=quota_months,
    )
    bills = calculate_bills([portions])
    (lines,) = bills.lines
    return Columns(
        version,
        lines.price_e10,
        lines.quantity_e4,
        lines.amount_fen,
        lines.line_net_fen,
        bills.total_fen,
        bills.net_fen,
        bills.vat_fen,
    )


def calculate_bills(
    portions: Sequence[PortionColumns],
    power_factors: PowerFactorColumns | None = None,
    *,
    bills: int | None = None,
    year_amount_before_fen: IntArray | None = None,
) -> BillColumns:
    """Calculate ``bills`` bills at once, whose portions lie in columns, a version each.

    A bill's portions count in the order of the columns, as in `rules.explain_bill`. Without
    ``bills`` there are as many as rows, or as the places of ``bill`` say. TariffUnusable refuses
    a faulty version; UsageOutOfRange, QuotaMonthsOutOfRange, FactOutOfRange, FactMissing and
    PeriodsDiffer name the first row that cannot be calculated (`rules.faults` lists them all);
    PercentTableMissing, PowerFactorOutOfRange and PowerFactorUnpriced the first bill whose power
    factor cannot be charged; ColumnLengthsDiffer and BillsOutOfOrder columns that do not fit.
    """
    for one in portions:
        require_usable(one.version)
        check_columns(one)
    count = count_bills(portions, bills)
    if power_factors is not None:
        power_factor.check_columns(power_factors, count)
    lines = tuple(_empty(one) for one in portions)
    total_fen, vat_fen, *charged = np.zeros((5, count), dtype=np.int64)
    charges = PowerFactorsCharged(*charged)
    for start, end, parts in blocks(portions, lines, count):
        chosen = slice(start, end)
        usage_e4 = np.zeros(end - start, dtype=np.int64)
        for part in parts:
            part.add(usage_e4, part.portions.usage_e4[TOTAL])
        for part in parts:
            price_lines(part, usage_e4)
        if power_factors is not None:
            settle_power_factors(parts, power_factors.rows(chosen), charges.rows(chosen), start)
        before_fen = year_amount_before_fen
        settle_minimums(parts, end - start, None if before_fen is None else before_fen[chosen])
        split_nets(parts, vat_fen[chosen])
        for part in parts:
            part.add(total_fen[chosen], part.amount_fen.sum(axis=0))
    return BillColumns(
        lines, total_fen, total_fen - vat_fen, vat_fen, charges if power_factors else None
    )


def _empty(portions: PortionColumns) -> LineColumns:
    components, count = portions.version.components, len(portions)
    prices = np.array([one.price_e10 for one in components], dtype=np.int64)
    prices[[one.kind is Kind.MINIMUM for one in components]] = ONE_E10
    quantity_e4, amount_fen, line_net_fen = np.empty((3, len(components), count), dtype=np.int64)
    varying = {
        at: np.zeros(count, dtype=np.int64)
        for at, one in enumerate(components)
        if one.kind is Kind.POWER_FACTOR or one.load_discount is not None
    }
    return LineColumns(
        portions.version, portions.bill, prices, quantity_e4, amount_fen, line_net_fen, varying
    )
