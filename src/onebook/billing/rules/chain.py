"""How the quantity of a metering point came about, in steps, from the facts frozen at the issue."""

from collections.abc import Iterable, Mapping
from typing import Any

from onebook.billing.rules.measuring import Step
from onebook.kernel.energy import format_kwh
from onebook.metering.rules.points import Deduction

# Field of `billing_bill_point`, its name in Chinese and English.
_LOSSES = (
    ("transformer_e4", "变压器损耗", "Transformer loss"),
    ("line_e4", "线路损耗", "Line loss"),
)


def is_more(facts: Mapping[str, Any]) -> bool:
    """Whether anything but the meter's own kWh was billed at the point."""
    return bool(facts["deduction"] or facts["usage_e4"] != facts["metered_e4"])


def steps_of(points: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The steps of a bill's points, each with `number` and `master_number` (blank for none).

    None where every point was billed what its meter showed and no loss counts for its kvarh.
    """
    rows = list(points)
    if not any(is_more(one) or one["reactive_loss_e4"] for one in rows):
        return []
    return [step for one in rows for step in _point_steps(one)]


def _point_steps(facts: Mapping[str, Any]) -> list[Step]:
    place = str(facts["number"])
    steps = [_metered(facts)]
    steps += [
        Step(place, zh, en, "", facts[name]) for name, zh, en in (*_LOSSES, _shared(facts))
        if facts[name]
    ]  # fmt: skip
    if facts["parts_e4"]:
        zh, en = "扣减分表与定比定量", "Sub-meters and fixed parts taken off"
        steps.append(Step(place, zh, en, "", facts["parts_e4"]))
    written = " ".join(_signed(step.quantity_e4) for step in steps).removeprefix("+ ")
    steps.append(Step(place, "计费电量", "Billed quantity", written, facts["usage_e4"]))
    if facts["reactive_loss_e4"]:
        written = f"{format_kwh(facts['reactive_e4'])} {_signed(facts['reactive_loss_e4'])}"
        found_e4 = facts["reactive_e4"] + facts["reactive_loss_e4"]
        zh, en = "无功电量(含变损)", "Reactive, with losses"
        steps.append(Step(place, zh, en, written, found_e4, "kvarh"))
    return steps


def _metered(facts: Mapping[str, Any]) -> Step:
    place, metered_e4 = str(facts["number"]), facts["metered_e4"]
    if facts["deduction"] == Deduction.RATIO:
        # Hundredths of a percent as 10^-4 of one.
        share = f"{format_kwh(facts['ratio_bp'] * 100, separators=False)} %"
        return Step(place, "定比电量", "Share of the main meter", share, metered_e4)
    if facts["deduction"] == Deduction.FIXED:
        agreed = format_kwh(facts["agreed_e4"])
        return Step(place, "定量电量", "Agreed quantity", agreed, metered_e4)
    return Step(place, "抄见电量", "Metered", "", metered_e4)


def _shared(facts: Mapping[str, Any]) -> tuple[str, str, str]:
    if facts["master_point_id"]:
        main = facts["master_number"]
        return "shared_e4", f"分摊主计量点 {main} 损耗", f"Share of the loss at {main}"
    return "shared_e4", "分表分摊的损耗", "Loss borne by sub-meters"


def _signed(value_e4: int) -> str:
    return f"{'−' if value_e4 < 0 else '+'} {format_kwh(abs(value_e4))}"
