"""The kinds of components: one file each, holding its scalar rule and its column twin.

A new kind is its file here, its member of `Kind` and its line in `KINDS`.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np

from onebook.tariff.errors import FactMissing, TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns
from onebook.tariff.rules.kinds import flat, tier
from onebook.tariff.rules.model import Component, Kind, Unit, Version
from onebook.tariff.rules.quantities import BoolArray, Quantity, QuantityColumn


class PortionKind(Protocol):
    """A kind whose quantity is known from its portion.

    ``USES``: the fields of a component beside those that every kind has. ``problems`` lists what
    is wrong with one component; ``ladder_problems`` of `validation` compare several.
    """

    USES: frozenset[str]

    def unit(self, component: Component) -> Unit: ...

    def quantity(self, component: Component, portion: Portion) -> Quantity: ...

    def column(self, component: Component, portions: PortionColumns) -> QuantityColumn: ...

    def problems(self, version: Version, component: Component) -> Iterator[TariffProblem]: ...


KINDS: Mapping[Kind, PortionKind] = {Kind.FLAT: flat, Kind.TIER: tier}


def unit_of(component: Component) -> Unit:
    """The unit of the component's quantity."""
    return KINDS[component.kind].unit(component)


def applies(component: Component, portion: Portion) -> bool:
    """Whether the component is charged in the portion's month; FactMissing without a month."""
    if component.months and not portion.month:
        raise FactMissing(tariff=portion.version.label, fact="month")
    return not component.months or portion.month in component.months


def applying(component: Component, portions: PortionColumns) -> BoolArray | bool:
    """The same for columns: the rows in which it is charged, or True for all of them."""
    if not component.months:
        return True
    months = np.asarray(portions.month)
    if (months == 0).any():
        raise FactMissing(tariff=portions.version.label, fact="month")
    return np.broadcast_to(np.isin(months, component.months), len(portions))
