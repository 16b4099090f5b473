"""The kinds of components: one file each, holding its scalar rule and its column twin.

A new kind is its file here, its member of `Kind` and its line in `KINDS`.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns
from onebook.tariff.rules.kinds import (
    capacity,
    demand,
    fixed,
    flat,
    minimum,
    power_factor,
    relief,
    tier,
)
from onebook.tariff.rules.model import Component, Kind, Unit, Version
from onebook.tariff.rules.quantities import Quantity, QuantityColumn


class KindRules(Protocol):
    """What a kind has to say.

    ``USES``: the fields of a component beside those that every kind has. ``needs``: the facts of
    a portion that it is charged on, by name. ``quantity`` and ``column`` are twins: how much it is
    charged on, for one portion and for columns. ``problems`` lists what is wrong with one
    component of a version.
    """

    USES: frozenset[str]

    def unit(self, component: Component) -> Unit: ...

    def needs(self, component: Component) -> frozenset[str]: ...

    def quantity(self, component: Component, portion: Portion) -> Quantity: ...

    def column(self, component: Component, portions: PortionColumns) -> QuantityColumn: ...

    def problems(self, version: Version, component: Component) -> Iterator[TariffProblem]: ...


KINDS: Mapping[Kind, KindRules] = {
    Kind.FLAT: flat,
    Kind.TIER: tier,
    Kind.CAPACITY: capacity,
    Kind.DEMAND: demand,
    Kind.FIXED: fixed,
    Kind.RELIEF: relief,
    Kind.POWER_FACTOR: power_factor,
    Kind.MINIMUM: minimum,
}

# Their amounts are known when all other lines of the bill are: see `settle`.
BILL_KINDS = frozenset({Kind.POWER_FACTOR, Kind.MINIMUM})


def unit_of(component: Component) -> Unit:
    """The unit of the component's quantity."""
    return KINDS[component.kind].unit(component)
