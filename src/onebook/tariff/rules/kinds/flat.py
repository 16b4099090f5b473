"""Energy at one price: all of it, or that of one period (电度电费, 峰谷分时)."""

from collections.abc import Iterator

from onebook.kernel.energy import format_kwh
from onebook.tariff.errors import FlatHasLimits, TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns, usage_name
from onebook.tariff.rules.model import Component, Unit, Version
from onebook.tariff.rules.quantities import Quantity, QuantityColumn, whole

# Limits have a problem of their own.
USES = frozenset({"period", "lower_e4", "upper_e4"})


def unit(component: Component) -> Unit:
    """The unit of the quantity."""
    return Unit.KWH


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    return frozenset({usage_name(component.measure)})


def quantity(component: Component, portion: Portion) -> Quantity:
    """The energy of the period, or of all hours."""
    energy_e4 = portion.usage_e4[component.measure]
    return Quantity(energy_e4, format_kwh(energy_e4))


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The energies of the period, or of all hours."""
    return whole(portions.usage_e4[component.measure])


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """A flat price has no limits."""
    if component.lower_e4 != 0 or component.upper_e4 is not None:
        yield FlatHasLimits(tariff=version.label, component=component.code)
