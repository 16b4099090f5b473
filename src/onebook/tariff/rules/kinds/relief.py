"""Free kWh of poor households (低保, 五保): a first block at no price, or money given back."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from onebook.kernel.energy import format_kwh
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns
from onebook.tariff.rules.model import (
    TOTAL,
    Component,
    Kind,
    ReliefPolicy,
    Unit,
    Version,
)
from onebook.tariff.rules.quantities import IntArray, Quantity, QuantityColumn, whole

USES = frozenset({"relief_policy"})


def unit(component: Component) -> Unit:
    """The unit of the quantity."""
    return Unit.KWH


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    return frozenset({"free_e4"})


def quantity(component: Component, portion: Portion) -> Quantity:
    """The free energy: as a block with its own sign, as money with the other one."""
    free_e4 = portion.free_e4
    if component.relief_policy is ReliefPolicy.CASH:
        free_e4 = -_used(portion.usage_e4[TOTAL], free_e4)
    return Quantity(free_e4, format_kwh(free_e4))


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The same for columns."""
    free_e4 = np.broadcast_to(np.asarray(portions.free_e4, dtype=np.int64), len(portions))
    if component.relief_policy is ReliefPolicy.CASH:
        free_e4 = -_used_column(portions.usage_e4[TOTAL], free_e4)
    return whole(free_e4)


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """A block costs nothing, and is not told apart by periods."""
    where = {"tariff": version.label, "component": component.code}
    if component.months:
        yield errors.FieldUnfit(**where, kind=component.kind, field="months")
    if component.relief_policy is ReliefPolicy.BLOCK:
        if component.price_e10:
            yield errors.PriceNotOwn(**where)
        if version.periods:
            yield errors.ReliefOnPeriods(**where)


def after_block(portion: Portion) -> Portion:
    """The portion as it is priced: without its free block, where its version gives one."""
    if not _gives_block(portion.version):
        return portion
    usage_e4 = portion.usage_e4[TOTAL]
    free_e4 = _used(usage_e4, portion.free_e4)
    return replace(portion, usage_e4={TOTAL: usage_e4 - free_e4}, free_e4=free_e4)


def after_block_columns(portions: PortionColumns) -> PortionColumns:
    """The same for columns."""
    if not _gives_block(portions.version):
        return portions
    usage_e4 = portions.usage_e4[TOTAL]
    free_e4 = _used_column(usage_e4, np.asarray(portions.free_e4, dtype=np.int64))
    return replace(portions, usage_e4={TOTAL: usage_e4 - free_e4}, free_e4=free_e4)


def _gives_block(version: Version) -> bool:
    return any(
        one.kind is Kind.RELIEF and one.relief_policy is ReliefPolicy.BLOCK
        for one in version.components
    )


def _used(usage_e4: int, free_e4: int) -> int:
    """The free energy that was used: no more than the usage, and on its side of zero."""
    return max(0, min(usage_e4, free_e4)) + min(0, max(usage_e4, free_e4))


def _used_column(usage_e4: IntArray, free_e4: IntArray) -> IntArray:
    given = np.maximum(0, np.minimum(usage_e4, free_e4))
    back = np.minimum(0, np.maximum(usage_e4, free_e4))
    return np.asarray(given + back)
