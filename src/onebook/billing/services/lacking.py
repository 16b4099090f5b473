"""What portions lack that their tariffs are charged on: registers, contract terms, energy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing import kernels
from onebook.billing.rules.portions import ENERGIES, has_monthly_ladder
from onebook.billing.services.measured import Seen, keys
from onebook.metering.rules import Status
from onebook.metering.rules.registers import rest_period
from onebook.tariff.rules import TOTAL, Version, faults, needs

Int64 = NDArray[np.int64]
Rows = dict[str, NDArray[Any]]

_DEMAND = f"demand_e4 ({TOTAL})"
_NOT_READ = (Status.REVERSED, Status.OUT_OF_RANGE, Status.GAPS)
_ENERGY_COLUMNS = ("usage_e4", *(f"{period}_e4" for period in ENERGIES))
# A ladder by the month is not cut inside it; the words of R23 stand as they are recorded.
_LADDER = "月阶梯不分段"
# What is said to be missing of a fact that the tariff asks for.
_SHOWN = {
    _DEMAND: "max kW",
    "capacity_e4_days": "kVA",
    "contract_demand_e4": "contract kW",
    "transformer_e4": "contract kVA",
}


def missing(
    columns: Rows, service_account_id: Int64, seen: Seen, versions: Mapping[int, Version]
) -> dict[int, str]:
    """What each account lacks that its tariffs are charged on; several are named together."""
    lacking: dict[int, set[str]] = {}

    def lack(rows: NDArray[np.intp], shown: str) -> None:
        for account in service_account_id[rows].tolist():
            lacking.setdefault(account, set()).add(shown)

    lack(_cut_ladders(columns, service_account_id, versions), _LADDER)
    lack(np.flatnonzero((seen.status < 0) | np.isin(seen.status, _NOT_READ)), "kWh")
    lack(np.flatnonzero(seen.status == Status.PARTS_EXCEED), ">= 0 kWh")
    for version_id, version in versions.items():
        rows = np.flatnonzero(columns["tariff_version_id"] == version_id)
        asked = needs(version)
        for period in _periods(version):
            lack(rows[~seen.told[period][rows]], f"{period} kWh")
        if _DEMAND in asked:
            lack(rows[~seen.demand[rows]], _SHOWN[_DEMAND])
        if "power_factor" in asked:
            lack(rows[~seen.reactive[rows] & (columns["pf_standard_bp"][rows] > 0)], "kvarh")
        if "capacity_e4_days" in asked:
            lack(rows[columns["has_terms"][rows] == 0], _SHOWN["capacity_e4_days"])
        energies = np.stack([columns[name][rows] for name in _ENERGY_COLUMNS])
        lack(rows[(energies < 0).any(axis=0)], ">= 0 kWh")
        asking = kernels.columns_of(columns, rows, version)
        for row, fault in faults(asking).items():
            fact = str(fault.params.get("fact", fault.code))
            lack(rows[row : row + 1], _SHOWN.get(fact, fact))
    return {account: ", ".join(sorted(shown)) for account, shown in lacking.items()}


def _cut_ladders(
    columns: Rows, service_account_id: Int64, versions: Mapping[int, Version]
) -> NDArray[np.intp]:
    """Portions that use energy on a monthly ladder and are not the only such one of their point."""
    monthly = [one for one, version in versions.items() if has_monthly_ladder(version)]
    used = np.flatnonzero(columns["usage_e4"] != 0)
    of = keys(service_account_id[used], columns["metering_point_id"][used])
    _, place, counts = np.unique(of, return_inverse=True, return_counts=True)
    on_ladder = np.isin(columns["tariff_version_id"][used], monthly)
    found: NDArray[np.intp] = used[on_ladder & (counts[place] > 1)]
    return found


def _periods(version: Version) -> Sequence[str]:
    """The periods that a version asks meters for: all but the one that takes the rest."""
    rest = rest_period(version.periods)
    return [one for one in version.periods if one in ENERGIES and one != rest]
