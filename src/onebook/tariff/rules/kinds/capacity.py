"""Running transformer capacity by days (容量电费): Σ kVA x days, a price a month.

A month's price is divided by its calendar days since 2024-06-01 (供电营业规则 2024), by 30 before.
"""

from collections.abc import Iterator

import numpy as np

from onebook.kernel.energy import format_e4
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns
from onebook.tariff.rules.model import Component, Unit, Version
from onebook.tariff.rules.quantities import Quantity, QuantityColumn, fraction

USES: frozenset[str] = frozenset()


def unit(component: Component) -> Unit:
    """The unit of the quantity."""
    return Unit.KVA


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    return frozenset({"capacity_e4_days", "proration_days"})


def quantity(component: Component, portion: Portion) -> Quantity:
    """The kVA x days, divided by the days of the month."""
    kva_days_e4, days = portion.capacity_e4_days, portion.proration_days
    if kva_days_e4 % days == 0:
        return Quantity(kva_days_e4 // days, format_e4(kva_days_e4 // days))
    return Quantity(kva_days_e4, f"{format_e4(kva_days_e4)} ÷ {days}", days)


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The same for columns."""
    kva_days_e4 = np.broadcast_to(portions.capacity_e4_days, len(portions))
    return fraction(kva_days_e4, portions.proration_days)


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """Nothing beside what every kind is checked for."""
    return iter(())
