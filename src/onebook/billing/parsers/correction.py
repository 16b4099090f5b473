"""``[correction]`` of a scenario (退补): the kWh that a faulty measurement missed, by its rule."""

from collections.abc import Callable, Sequence

from onebook.billing import errors
from onebook.billing.parsers.table import Table
from onebook.billing.rules.scenario import Correction, Point
from onebook.kernel.energy import format_kwh
from onebook.kernel.errors import OnebookError
from onebook.metering.rules import corrections

_COMMON = ("kind", "point", "period", "reactive")
_KEYS: dict[str, tuple[str, ...]] = {
    "meter_error": ("recorded", "error_percent", "half"),
    "wiring": ("recorded", "right", "wrong"),
    "multiplier": ("recorded", "actual", "used"),
    "voltage_drop": ("recorded", "actual_percent", "allowed_percent"),
    "normal_month": ("recorded", "normal", "days", "normal_days"),
    "kwh": ("kwh",),
}
_OPTIONAL = frozenset({"half"})
_EXAMPLES = {
    "recorded": "12000", "error_percent": "-3.5", "right": "3", "wrong": "1", "actual": "80",
    "used": "60", "actual_percent": "1.2", "allowed_percent": "0.5", "normal": "15000",
    "days": "20", "normal_days": "30", "kwh": "450",
}  # fmt: skip
_EXAMPLE = '[correction] kind = "meter_error", recorded = 12000, error_percent = -3.5'


def read_correction(table: Table, points: Sequence[Point]) -> Correction | None:
    """Read the correction; None where there is none."""
    inner = table.table("correction", _EXAMPLE)
    if inner is None:
        return None
    kind = inner.text("kind")
    if kind not in _KEYS:
        inner.unreadable("kind", " / ".join(f'kind = "{one}"' for one in _KEYS))
        return None
    inner.only((*_COMMON, *_KEYS[kind]))
    for key in _KEYS[kind]:
        if key not in inner and key not in _OPTIONAL:
            inner.missing(key, f"{key} = {_EXAMPLES[key]}")
            return None
    try:
        usage_e4, written = _RULES[kind](inner)
    except OnebookError as impossible:
        inner.refused(impossible)
        return None
    names = [one.name for one in points]
    name = inner.text("point") or (names[0] if names else "")
    if name not in names:
        known = ", ".join(names)
        inner.fault(errors.NameUnknown, "point", key="point", name=name, known=known)
    return Correction(name, usage_e4, written, inner.number("reactive") or 0, inner.text("period"))


def _number(table: Table, key: str, decimals: int = 4) -> int:
    return table.number(key, decimals, example=_EXAMPLES[key]) or 0


def _whole(table: Table, key: str) -> int:
    return table.whole(key, range(-(10**9), 10**9), 0)


def _meter_error(table: Table) -> tuple[int, str]:
    recorded, error_bp = _number(table, "recorded"), _number(table, "error_percent", 2)
    half = table.flag("half", default=True)
    percent = f"{format_kwh(error_bp * 100)}%"
    written = f"({_kwh(recorded)} ÷ (1 + ({percent})) − {_kwh(recorded)}){' ÷ 2' if half else ''}"
    return corrections.of_meter_error(recorded, error_bp, half_period=half), written


def _wiring(table: Table) -> tuple[int, str]:
    recorded = _number(table, "recorded")
    wiring = corrections.Wiring(_number(table, "right"), _number(table, "wrong"))
    written = f"({_kwh(wiring.right)} ÷ {_kwh(wiring.wrong)} − 1) × {_kwh(recorded)}"
    return corrections.of_wiring(recorded, wiring), written


def _multiplier(table: Table) -> tuple[int, str]:
    recorded = _number(table, "recorded")
    actual, used = _whole(table, "actual"), _whole(table, "used")
    written = f"{_kwh(recorded)} × ({actual} − {used}) ÷ {used}"
    return corrections.of_multiplier(recorded, actual, used), written


def _voltage_drop(table: Table) -> tuple[int, str]:
    recorded = _number(table, "recorded")
    actual, allowed = _number(table, "actual_percent", 2), _number(table, "allowed_percent", 2)
    above, below = format_kwh(actual * 100), format_kwh(allowed * 100)
    written = f"{_kwh(recorded)} × ({above}% − {below}%)"
    return corrections.of_voltage_drop(recorded, actual, allowed), written


def _normal_month(table: Table) -> tuple[int, str]:
    recorded, normal = _number(table, "recorded"), _number(table, "normal")
    days, normal_days = _whole(table, "days"), _whole(table, "normal_days")
    written = f"{_kwh(normal)} × {days} ÷ {normal_days} − {_kwh(recorded)}"
    return corrections.of_normal_month(recorded, normal, days, normal_days), written


def _plain(table: Table) -> tuple[int, str]:
    usage_e4 = _number(table, "kwh")
    return usage_e4, _kwh(usage_e4)


_kwh = format_kwh
_RULES: dict[str, Callable[[Table], tuple[int, str]]] = {
    "meter_error": _meter_error,
    "wiring": _wiring,
    "multiplier": _multiplier,
    "voltage_drop": _voltage_drop,
    "normal_month": _normal_month,
    "kwh": _plain,
}
