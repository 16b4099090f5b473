"""What the bills of a unit come to: plain ones by tariff version, the others by portions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onebook.billing import kernels
from onebook.billing.services.due import Due
from onebook.billing.services.measured import Measured
from onebook.billing.services.portions import Portions, Rows
from onebook.tariff import kernels as tariff_kernels
from onebook.tariff import reads as tariff
from onebook.tariff.rules import Version

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Portioned:
    """The bills of several portions: their places among all, their portions, what they cost, and
    what their metering points measured."""

    rows: NDArray[np.intp]
    columns: Rows
    versions: dict[int, Version]
    priced: kernels.PricedPortions
    measured: Measured


@dataclass(frozen=True)
class Priced:
    """What the bills come to, shape (n,) each, and the columns of each tariff version's rows."""

    total_fen: Int64
    net_fen: Int64
    vat_fen: Int64
    versions: list[tuple[int, NDArray[np.intp], tariff_kernels.Columns]]
    portioned: Portioned | None


def calculate(due: Due, portions: Portions | None) -> Priced:
    """Price the accounts that are due; ``portions`` are those of the accounts that have several."""
    total_fen, net_fen, vat_fen = np.zeros((3, len(due.reading_id)), np.int64)
    portioned = None if portions is None else _portioned(due, portions)
    priced = Priced(total_fen, net_fen, vat_fen, [], portioned)
    if portioned is not None:
        bills = portioned.priced.bills
        total_fen[portioned.rows], net_fen[portioned.rows] = bills.total_fen, bills.net_fen
        vat_fen[portioned.rows] = bills.vat_fen
    plain = np.where(due.by_portions, 0, due.version_id)
    for version_id in np.unique(plain[plain > 0]).tolist():
        rows = np.flatnonzero(plain == version_id)
        columns = tariff_kernels.calculate(
            tariff.version_by_id(version_id),
            due.usage_e4[rows],
            due.year_usage_before_e4[rows],
            due.quota_months[rows].astype(np.int64),
        )
        total_fen[rows] = columns.total_fen
        net_fen[rows] = columns.net_fen
        vat_fen[rows] = columns.vat_fen
        priced.versions.append((version_id, rows, columns))
    return priced


def _portioned(due: Due, portions: Portions) -> Portioned:
    rows = np.flatnonzero(due.by_portions)
    columns = portions.of(due.service_account_id[rows])
    priced = kernels.price(columns, len(rows), portions.versions)
    return Portioned(rows, columns, portions.versions, priced, portions.measured)
