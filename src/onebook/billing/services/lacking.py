"""What portions lack that their tariffs are charged on: registers, contract terms, energy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing import kernels
from onebook.billing.rules.portions import ENERGIES
from onebook.metering.rules import REGISTERS, Register, Status
from onebook.metering.rules.registers import rest_period
from onebook.tariff.rules import TOTAL, Version, faults, needs

Int64 = NDArray[np.int64]
Rows = dict[str, NDArray[Any]]

_DEMAND = f"demand_e4 ({TOTAL})"
_REACTIVE = (Register.REACTIVE_FORWARD, Register.REACTIVE_REVERSE)
_REACTIVE_AT = np.array([REGISTERS.index(one) for one in _REACTIVE])
_ENERGY_COLUMNS = ("usage_e4", *(f"{period}_e4" for period in ENERGIES))
# What is said to be missing of a fact that the tariff asks for.
_SHOWN = {
    _DEMAND: "max kW",
    "capacity_e4_days": "kVA",
    "contract_demand_e4": "contract kW",
    "transformer_e4": "contract kVA",
}


def missing(
    columns: Rows, service_account_id: Int64, seen: Int64, versions: Mapping[int, Version]
) -> dict[int, str]:
    """What each account lacks that its tariffs are charged on; several are named together."""
    lacking: dict[int, set[str]] = {}

    def lack(rows: NDArray[np.intp], shown: str) -> None:
        for account in service_account_id[rows].tolist():
            lacking.setdefault(account, set()).add(shown)

    lack(np.flatnonzero((seen < 0).all(axis=1)), "kWh")
    for version_id, version in versions.items():
        rows = np.flatnonzero(columns["tariff_version_id"] == version_id)
        asked = needs(version)
        for register in _registers(version, asked):
            status = seen[rows, REGISTERS.index(register)]
            lack(rows[status > Status.ROLLED_OVER], _shown(register))
        if "power_factor" in asked:
            for register in _REACTIVE:
                status = seen[rows, REGISTERS.index(register)]
                unread = (status > Status.ROLLED_OVER) & (status < Status.GAPS)
                lack(rows[unread], "kvarh")
            unmetered = (seen[np.ix_(rows, _REACTIVE_AT)] == Status.GAPS).all(axis=1)
            lack(rows[unmetered & (columns["pf_standard_bp"][rows] > 0)], "kvarh")
        if "capacity_e4_days" in asked:
            lack(rows[columns["has_terms"][rows] == 0], _SHOWN["capacity_e4_days"])
        energies = np.stack([columns[name][rows] for name in _ENERGY_COLUMNS])
        lack(rows[(energies < 0).any(axis=0)], ">= 0 kWh")
        asking = kernels.columns_of(columns, rows, version)
        for row, fault in faults(asking).items():
            fact = str(fault.params.get("fact", fault.code))
            lack(rows[row : row + 1], _SHOWN.get(fact, fact))
    return {account: ", ".join(sorted(shown)) for account, shown in lacking.items()}


def _registers(version: Version, asked: frozenset[str]) -> Sequence[Register]:
    """The registers that a version's usage and demand are read from, the total aside."""
    rest = rest_period(version.periods)
    periods = [Register(one) for one in version.periods if one in ENERGIES and one != rest]
    return [*periods, Register.DEMAND] if _DEMAND in asked else periods


def _shown(register: Register) -> str:
    return _SHOWN[_DEMAND] if register is Register.DEMAND else f"{register} kWh"
