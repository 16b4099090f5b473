"""The losses of a metering point as a scenario gives them: plate or table, line, who bears them."""

from datetime import date

from onebook.billing.parsers.table import Table
from onebook.billing.rules.scenario import LossFacts
from onebook.kernel.errors import OnebookError
from onebook.kernel.rounding import Rounding
from onebook.metering.parsers import packaged
from onebook.metering.rules.losses import (
    FULL_MONTH,
    SHIFTS,
    Line,
    Owner,
    Plate,
    RegionalLoss,
    Side,
    facts_on,
    loss_sign,
)

_PLATE = {"iron_kw": 3, "copper_kw": 3, "no_load_percent": 2, "impedance_percent": 2}
_KEYS = (
    "series", "kva", *_PLATE, "simplified", "shifts", "days", "meter", "owner",
    "line_percent", "line", "on_demand", "rounding",
)  # fmt: skip
_SERIES = "S9"
_MILLI = 3


def read_losses(table: Table, start: date) -> LossFacts | None:
    """Read ``[point.loss]``; None where the meter sees everything."""
    inner = table.table("loss", '[point.loss] series = "S9", kva = 315, shifts = 2')
    if inner is None:
        return None
    inner.only(_KEYS)
    return LossFacts(
        sign=loss_sign(inner.choice("meter", Side.LOAD), inner.choice("owner", Owner.CUSTOMER)),
        transformer=_transformer(inner, start),
        shifts=inner.whole("shifts", range(SHIFTS[0], SHIFTS[-1] + 1), SHIFTS[-1]),
        days=inner.whole("days", range(1, FULL_MONTH + 1), FULL_MONTH),
        line_share_bp=inner.amount("line_percent", 2, example="4.5") or 0,
        line=_line(inner),
        on_demand=inner.flag("on_demand", default=False),
        rounding=inner.choice("rounding", Rounding.HALF_UP),
    )


def _transformer(table: Table, start: date) -> Plate | RegionalLoss | None:
    written = [key for key in _PLATE if key in table]
    if "kva" not in table:
        if written or "series" in table:
            table.missing("kva", "kva = 315")
        return None
    rated_va = table.amount("kva", _MILLI, example="315") or 0
    if written:
        table.exclusive("series", written[0])
        return _plate(table, rated_va)
    series = table.text("series", _SERIES)
    try:
        if table.flag("simplified", default=False):
            return facts_on(packaged.regional_losses(), series, rated_va, start)
        return facts_on(packaged.transformers(), series, rated_va, start)
    except OnebookError as unknown:
        table.refused(unknown)
        return None


def _plate(table: Table, rated_va: int) -> Plate | None:
    values = []
    for key, decimals in _PLATE.items():
        if key not in table:
            table.missing(key, f"{key} = 1.20")
        values.append(table.amount(key, decimals, example="1.20") or 0)
    return Plate(rated_va, *values)


def _line(table: Table) -> Line | None:
    inner = table.table("line", "line = { resistance_ohm = 0.35, voltage_v = 10000, hours = 720 }")
    if inner is None:
        return None
    keys = ("resistance_ohm", "voltage_v", "hours")
    inner.only(keys)
    for key in keys:
        if key not in inner:
            inner.missing(key, "line = { resistance_ohm = 0.35, voltage_v = 10000, hours = 720 }")
    return Line(
        inner.amount("resistance_ohm", _MILLI, example="0.35") or 0,
        inner.whole("voltage_v", range(1, 10**6), 1),
        inner.whole("hours", range(1, 745), 1),
    )
