"""Demand in kW (需量电费): as measured, in all hours or a period, in tiers; or by contract.

Contract (发改办价格〔2016〕1583号): up to 105 % of the contract C the contract is charged; of a
measured A above that, A + (A − 1.05 C).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from onebook.kernel.energy import format_e4
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules.facts import Portion, PortionColumns, demand_name
from onebook.tariff.rules.model import (
    TOTAL,
    Component,
    DemandPolicy,
    Unit,
    Version,
)
from onebook.tariff.rules.quantities import (
    Quantity,
    QuantityColumn,
    prorated,
    prorated_column,
)

USES = frozenset({"lower_e4", "upper_e4", "period", "demand_policy", "load_discount"})

# A + (A − 1.05 C) is (40 A − 21 C) / 20.
_TWENTIETHS = 20


def unit(component: Component) -> Unit:
    """The unit of the quantity."""
    return Unit.KW


def needs(component: Component) -> frozenset[str]:
    """The facts that it is charged on."""
    needed = {demand_name(component.measure), "days", "proration_days"}
    if component.demand_policy is DemandPolicy.CONTRACT:
        needed.add("contract_demand_e4")
    return frozenset(needed)


def quantity(component: Component, portion: Portion) -> Quantity:
    """The kW charged, for the days of supply."""
    if component.demand_policy is DemandPolicy.CONTRACT:
        return _by_contract(portion)
    measured_e4 = portion.demand_e4[component.measure]
    lower_e4, upper_e4 = component.lower_e4, component.upper_e4
    end_e4 = measured_e4 if upper_e4 is None else min(measured_e4, upper_e4)
    charged_e4 = max(end_e4 - lower_e4, 0)
    written = format_e4(charged_e4)
    if lower_e4 and charged_e4:
        written = f"({format_e4(end_e4)} − {format_e4(lower_e4)})"
    return prorated(charged_e4, written, portion.days, portion.proration_days)


def column(component: Component, portions: PortionColumns) -> QuantityColumn:
    """The same for columns."""
    days, proration_days = portions.days, portions.proration_days
    if component.demand_policy is DemandPolicy.CONTRACT:
        contract_e4 = np.asarray(portions.contract_demand_e4, dtype=np.int64)
        measured_e4 = portions.demand_e4[TOTAL]
        over = 20 * measured_e4 > 21 * contract_e4
        charged = np.where(over, 40 * measured_e4 - 21 * contract_e4, 20 * contract_e4)
        return prorated_column(charged, days, proration_days, _TWENTIETHS)
    charged_e4 = portions.demand_e4[component.measure]
    if component.upper_e4 is not None:
        charged_e4 = np.minimum(charged_e4, component.upper_e4)
    if component.lower_e4:
        charged_e4 = np.maximum(charged_e4 - component.lower_e4, 0)
    return prorated_column(charged_e4, days, proration_days)


def problems(version: Version, component: Component) -> Iterator[TariffProblem]:
    """Limits in order; a contract has neither period nor limits."""
    where = {"tariff": version.label, "component": component.code}
    lower_e4, upper_e4 = component.lower_e4, component.upper_e4
    limited = lower_e4 != 0 or upper_e4 is not None
    if component.demand_policy is DemandPolicy.CONTRACT and (component.period or limited):
        yield errors.DemandPeriodUnfit(**where)
    if lower_e4 < 0 or (upper_e4 is not None and upper_e4 <= lower_e4):
        upper = None if upper_e4 is None else format_e4(upper_e4, separators=False)
        lower = format_e4(lower_e4, separators=False)
        yield errors.TierReversed(**where, lower=lower, upper=upper, unit=unit(component))


def _by_contract(portion: Portion) -> Quantity:
    contract_e4, measured_e4 = portion.contract_demand_e4, portion.demand_e4[TOTAL]
    contract, measured = format_e4(contract_e4), format_e4(measured_e4)
    days, proration_days = portion.days, portion.proration_days
    if 20 * measured_e4 <= 21 * contract_e4:
        charged = prorated(contract_e4, contract, days, proration_days)
        return replace(charged, note=f"{measured} ≤ 1.05 × {contract}")
    written = f"({measured} + ({measured} − 1.05 × {contract}))"
    charged = prorated(40 * measured_e4 - 21 * contract_e4, written, days, proration_days)
    return replace(charged, divisor=_TWENTIETHS * charged.divisor)
