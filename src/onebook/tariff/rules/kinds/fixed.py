"""A charge that knows no usage: by the month, or by the day."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import MONTHS_PER_YEAR, Portion, PortionColumns
from onebook.tariff.rules.model import Component, FixedBasis, Unit, Version
from onebook.tariff.rules.quantities import (
    E4_PER_UNIT,
    Quantity,
    QuantityColumn,
    prorated,
    prorated_column,
    whole,
)

USES = frozenset({"fixed_basis"})

_DAYS_PER_YEAR = 365


def unit(component: Component) -> Unit:
    """The unit of the quantity."""
    return Unit.MONTH if component.fixed_basis is FixedBasis.MONTH else Unit.DAY


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    return frozenset({"days", "proration_days"})


def quantity(component: Component, portion: Portion) -> Quantity:
    """One month or the days of it."""
    days, proration_days = portion.days, portion.proration_days
    if component.fixed_basis is FixedBasis.DAY:
        return Quantity(days * E4_PER_UNIT, str(days))
    if component.fixed_basis is FixedBasis.MONTH:
        return prorated(E4_PER_UNIT, "1", days, proration_days)
    written = f"{_DAYS_PER_YEAR} ÷ {MONTHS_PER_YEAR}"
    month = prorated(_DAYS_PER_YEAR * E4_PER_UNIT, written, days, proration_days)
    return replace(month, divisor=MONTHS_PER_YEAR * month.divisor)


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The same for columns."""
    days, proration_days = portions.days, portions.proration_days
    one = np.full(len(portions), E4_PER_UNIT, dtype=np.int64)
    if component.fixed_basis is FixedBasis.DAY:
        return whole(one * days)
    if component.fixed_basis is FixedBasis.MONTH:
        return prorated_column(one, days, proration_days)
    return prorated_column(_DAYS_PER_YEAR * one, days, proration_days, MONTHS_PER_YEAR)


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """Nothing beside what every kind is checked for."""
    return iter(())
