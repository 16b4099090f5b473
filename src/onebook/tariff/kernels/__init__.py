"""The bill calculation on columns: exact integers, equal to the scalar rule row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onebook.tariff.kernels.bills import price_lines
from onebook.tariff.kernels.blocks import LineColumns, blocks, count_bills
from onebook.tariff.kernels.nets import split_nets
from onebook.tariff.rules import TOTAL, PortionColumns, Version, check_columns, require_usable
from onebook.tariff.rules.quantities import IntArray

__all__ = [
    "BillColumns",
    "Columns",
    "LineColumns",
    "PortionColumns",
    "calculate",
    "calculate_bills",
]


@dataclass(frozen=True, slots=True)
class BillColumns:
    """n bills: the lines of their portions, version by version, and their sums [n] in fen.

    Amounts add up to the total, line nets to the net, net + VAT = total.
    """

    lines: tuple[LineColumns, ...]
    total_fen: IntArray
    net_fen: IntArray
    vat_fen: IntArray


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
    """Calculate n bills of one meter each on a version without periods; see `calculate_bills`.

    The two last columns may be one value for all of them.
    """
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


def calculate_bills(portions: Sequence[PortionColumns], *, bills: int | None = None) -> BillColumns:
    """Calculate ``bills`` bills at once, whose portions lie in columns, a version each.

    A bill's portions count in the order of the columns, as in `rules.explain_bill`. Without
    ``bills`` there are as many as rows, or as the places of ``bill`` say. TariffUnusable refuses
    a faulty version; UsageOutOfRange, QuotaMonthsOutOfRange, FactOutOfRange and PeriodsDiffer
    name the first row beyond the bounds in which every step is exact; FactMissing a fact that a
    component needs; ColumnLengthsDiffer and BillsOutOfOrder columns that do not fit.
    """
    for one in portions:
        require_usable(one.version)
        check_columns(one)
    count = count_bills(portions, bills)
    lines = tuple(_empty(one) for one in portions)
    total_fen, vat_fen = np.zeros((2, count), dtype=np.int64)
    for start, end, parts in blocks(portions, lines, count):
        for part in parts:
            price_lines(part)
        split_nets(parts, vat_fen[start:end])
        for part in parts:
            part.add(total_fen[start:end], part.amount_fen.sum(axis=0))
    return BillColumns(lines, total_fen, total_fen - vat_fen, vat_fen)


def _empty(portions: PortionColumns) -> LineColumns:
    components, count = portions.version.components, len(portions)
    prices = np.array([component.price_e10 for component in components], dtype=np.int64)
    quantity_e4, amount_fen, line_net_fen = np.empty((3, len(components), count), dtype=np.int64)
    return LineColumns(
        portions.version, portions.bill, prices, quantity_e4, amount_fen, line_net_fen
    )
