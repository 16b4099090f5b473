"""The sums of a batch's bills by category and component, kept beside it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from onebook.infra.copy import copy_in
from onebook.tariff.kernels import Columns, LineColumns

Int64 = NDArray[np.int64]

BILLS = 0
"""The component under which the bills themselves are added up."""


class Sums:
    """Sums that grow line by line or by columns, and are kept at the end."""

    def __init__(self) -> None:
        self._sums: dict[tuple[int, int], list[int]] = {}

    def add(self, key: tuple[int, int], bills: int, price_e10: int, sums: Sequence[int]) -> None:
        """Add quantity, amount and net to a category's component; a second price makes it none."""
        found = self._sums.setdefault(key, [0, price_e10, 0, 0, 0])
        found[0] += bills
        if found[1] != price_e10:
            found[1] = 0
        for at, one in enumerate(sums, 2):
            found[at] += one

    def add_bills(
        self, category_id: NDArray[np.int16], usage_e4: Int64, total_fen: Int64, net_fen: Int64
    ) -> None:
        """Add bills, a value each."""
        for category in np.unique(category_id).tolist():
            rows = category_id == category
            sums = [int(one[rows].sum()) for one in (usage_e4, total_fen, net_fen)]
            self.add((category, BILLS), int(rows.sum()), 0, sums)

    def add_lines(
        self,
        columns: Columns | LineColumns,
        category_id: NDArray[np.int16],
        component_ids: Sequence[int],
    ) -> None:
        """Add the lines of bills or portions of one version, whose components have these ids."""
        varying = getattr(columns, "varying_price_e10", {})
        for category in np.unique(category_id).tolist():
            rows = category_id == category
            for at, component_id in enumerate(component_ids):
                quantity_e4, amount_fen = (
                    columns.quantity_e4[at][rows],
                    columns.amount_fen[at][rows],
                )
                charged = (quantity_e4 != 0) | (amount_fen != 0)
                net_fen = int(columns.line_net_fen[at][rows].sum())
                if not charged.any() and not net_fen:
                    continue
                price_e10 = int(columns.price_e10[at])
                if at in varying:
                    prices = np.unique(varying[at][rows][charged])
                    price_e10 = int(prices[0]) if len(prices) == 1 else 0
                sums = [int(quantity_e4.sum()), int(amount_fen.sum()), net_fen]
                self.add((category, component_id), int(charged.sum()), price_e10, sums)

    def keep(self, batch_id: int) -> None:
        """Record the sums of a batch, in the caller's transaction."""
        keys = sorted(self._sums)
        values = np.array([self._sums[key] for key in keys], np.int64).T
        names = ("bills", "price_e10", "quantity_e4", "amount_fen", "net_fen")
        copy_in(
            "billing_batch_sum",
            {
                "batch_id": np.full(len(keys), batch_id, np.int64),
                "category_id": np.array([key[0] for key in keys], np.int16),
                "component_id": np.array([key[1] for key in keys], np.int64),
                **dict(zip(names, values, strict=True)),
            },
        )
