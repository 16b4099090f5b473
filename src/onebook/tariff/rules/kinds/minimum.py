"""A floor under what a bill, or some accounts of it, comes to: what is missing is charged.

Its quantity is the part of the month that it stands for; `settle` turns the floor into the
amount that is missing once all other lines of the bill are known.
"""

from collections.abc import Iterator

import numpy as np

from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns
from onebook.tariff.rules.model import Component, Unit, Version
from onebook.tariff.rules.quantities import (
    E4_PER_UNIT,
    Quantity,
    QuantityColumn,
    prorated,
    prorated_column,
)

USES = frozenset({"minimum_basis", "of_accounts"})


def unit(component: Component) -> Unit:
    """The unit of the quantity: the money that is missing."""
    return Unit.YUAN


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    return frozenset({"days", "proration_days"})


def quantity(component: Component, portion: Portion) -> Quantity:
    """The part of the month that the floor stands for."""
    return prorated(E4_PER_UNIT, "", portion.days, portion.proration_days)


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The same for columns."""
    months = np.full(len(portions), E4_PER_UNIT, dtype=np.int64)
    return prorated_column(months, portions.days, portions.proration_days)


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """The floor is above zero, and the accounts that it names are charged."""
    where = {"tariff": version.label, "component": component.code}
    if component.price_e10 <= 0:
        yield errors.MinimumNotPositive(**where)
    others = {one.account for one in version.components if one is not component}
    if unknown := set(component.of_accounts) - others:
        yield errors.AccountsUnknown(**where, accounts=", ".join(sorted(unknown)))
