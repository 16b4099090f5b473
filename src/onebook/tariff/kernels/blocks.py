"""Bills are worked through in blocks of rows that stay in the processor's cache."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onebook.tariff.errors import BillsOutOfOrder, ColumnLengthsDiffer
from onebook.tariff.rules import PortionColumns, Version
from onebook.tariff.rules.quantities import IntArray

BILLS_PER_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class LineColumns:
    """The lines of n portions of one version, all int64, money in fen.

    ``quantity_e4``, ``amount_fen`` and ``line_net_fen`` are [c, n] in the order of
    ``version.components``; ``price_e10`` is [c], and ``varying_price_e10`` has, by position, the
    [n] prices where they differ from row to row: discounts, and the rates of power factors.
    ``bill`` is as in the portions.
    """

    version: Version
    bill: IntArray | None
    price_e10: IntArray
    quantity_e4: IntArray
    amount_fen: IntArray
    line_net_fen: IntArray
    varying_price_e10: dict[int, IntArray]


@dataclass(slots=True)
class Part:
    """The portions of one version in one block: facts in, views of the lines out.

    ``place`` is the place of each row's bill in the block, None where row i is bill i.
    """

    portions: PortionColumns
    place: NDArray[np.intp] | None
    quantity_e4: IntArray
    amount_fen: IntArray
    line_net_fen: IntArray
    varying_price_e10: dict[int, IntArray]

    @property
    def version(self) -> Version:
        return self.portions.version

    def add(self, sums: IntArray, values: IntArray) -> None:
        """Add a value of each row to its bill."""
        if self.place is None:
            sums += values
        else:
            np.add.at(sums, self.place, values)

    def sum_of(self, lines: IntArray, positions: Iterable[int]) -> IntArray:
        """Add up some components' lines [c, n], row by row."""
        total = np.zeros(lines.shape[1], dtype=np.int64)
        for at in positions:
            total += lines[at]
        return total

    def of_bills(self, values: IntArray) -> IntArray:
        """Give each row its bill's value."""
        return values if self.place is None else values[self.place]

    def firsts(self) -> slice | NDArray[np.intp]:
        """The first row of each bill."""
        if self.place is None:
            return slice(None)
        return np.flatnonzero(np.diff(self.place, prepend=-1))

    def lasts(self) -> slice | NDArray[np.intp]:
        """The last row of each bill."""
        if self.place is None:
            return slice(None)
        return np.flatnonzero(np.diff(self.place, append=-1))


def count_bills(portions: Sequence[PortionColumns], bills: int | None) -> int:
    """The number of bills: as said, else that of the rows or one more than the last place."""
    found = [
        len(one) if one.bill is None else int(one.bill[-1]) + 1 if len(one.bill) else 0
        for one in portions
    ]
    count = max(found, default=0) if bills is None else bills
    for one, last in zip(portions, found, strict=True):
        if one.bill is None:
            if len(one) != count:
                raise ColumnLengthsDiffer(column="usage_e4", found=len(one), expected=count)
            continue
        if len(one.bill) != len(one):
            raise ColumnLengthsDiffer(column="bill", found=len(one.bill), expected=len(one))
        if last > count or (len(one) and int(one.bill[0]) < 0) or (np.diff(one.bill) < 0).any():
            raise BillsOutOfOrder(tariff=one.version.label, bills=count)
    return count


def blocks(
    portions: Sequence[PortionColumns], lines: Sequence[LineColumns], bills: int
) -> Iterator[tuple[int, int, list[Part]]]:
    """Cut all columns into blocks: the first bill, the one past the last, and their parts."""
    for start in range(0, bills, BILLS_PER_BLOCK):
        end = min(start + BILLS_PER_BLOCK, bills)
        yield (
            start,
            end,
            [_part(one, out, start, end) for one, out in zip(portions, lines, strict=True)],
        )


def _part(portions: PortionColumns, lines: LineColumns, start: int, end: int) -> Part:
    chosen, place = slice(start, end), None
    if portions.bill is not None:
        first, last = np.searchsorted(portions.bill, [start, end])
        chosen = slice(int(first), int(last))
        place = (portions.bill[chosen] - start).astype(np.intp)
    return Part(
        portions.rows(chosen),
        place,
        lines.quantity_e4[:, chosen],
        lines.amount_fen[:, chosen],
        lines.line_net_fen[:, chosen],
        {at: prices[chosen] for at, prices in lines.varying_price_e10.items()},
    )
