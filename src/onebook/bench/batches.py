"""Bills calculated from one table of columns to another, so that batches of rows can be spread."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from onebook.tariff import kernels
from onebook.tariff.kernels import PortionColumns, PowerFactorColumns
from onebook.tariff.rules import Version
from onebook.tariff.rules.quantities import IntArray

Table = Mapping[str, IntArray]

ROW = "row"
_FACTS = ("year_usage_before_e4", "quota_months", "transformer_e4")
_POWER_FACTOR = ("active_e4", "reactive_e4", "standard_bp")
_SUMS = ("total_fen", "net_fen", "vat_fen")
_LINES = ("quantity_e4", "amount_fen", "line_net_fen")


@dataclass(frozen=True)
class Charged:
    """What every row of a table is charged by, which no column tells."""

    version: Version
    days: int
    proration_days: int
    has_power_factor: bool

    @property
    def columns(self) -> list[str]:
        """The columns of the bills, all int64, in their order."""
        places = range(len(self.version.components))
        return [ROW, *_SUMS, *(f"{name}_{at}" for name in _LINES for at in places)]

    def bills(self, table: Table) -> dict[str, IntArray]:
        """The bills of a table's rows, a column each: sums, then what each line is made of."""
        power_factors = None
        if self.has_power_factor:
            power_factors = PowerFactorColumns(*(table[name] for name in _POWER_FACTOR))
        found = kernels.calculate_bills([self._portions(table)], power_factors)
        (lines,) = found.lines
        columns = [table[ROW], *(getattr(found, name) for name in _SUMS)]
        columns += [row for name in _LINES for row in getattr(lines, name)]
        return dict(zip(self.columns, columns, strict=True))

    def _portions(self, table: Table) -> PortionColumns:
        blank = PortionColumns(self.version, {}, days=self.days, proration_days=self.proration_days)
        facts: dict[str, Any] = {name: table[name] for name in _FACTS if name in table}
        return replace(
            blank, usage_e4=_measured(table, "usage_e4"), demand_e4=_measured(table, "demand_e4"),
            **facts,
        )  # fmt: skip


def spread(
    portions: PortionColumns, power_factors: PowerFactorColumns | None
) -> tuple[Charged, dict[str, IntArray]]:
    """Portions, a bill each, as a table of int64 columns and what its rows are charged by."""
    table: dict[str, IntArray] = {ROW: np.arange(len(portions), dtype=np.int64)}
    for name in ("usage_e4", "demand_e4"):
        table |= {f"{name}_{key}": one for key, one in getattr(portions, name).items()}
    facts = {name: getattr(portions, name) for name in _FACTS}
    table |= {name: one for name, one in facts.items() if isinstance(one, np.ndarray)}
    if power_factors is not None:
        table |= {name: getattr(power_factors, name) for name in _POWER_FACTOR}
    charged = Charged(
        portions.version,
        int(portions.days),
        int(portions.proration_days),
        power_factors is not None,
    )
    return charged, table


def _measured(table: Table, name: str) -> dict[str, IntArray]:
    start = f"{name}_"
    return {key.removeprefix(start): one for key, one in table.items() if key.startswith(start)}
