"""Charts as data for the page's script: colours and letters are the page's, not the chart's."""

from collections.abc import Sequence
from typing import Any

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import format_yuan

Figure = dict[str, Any]


def yuan(amount_fen: int) -> str:
    """An amount as the chart's axis takes it: exact text, which the script reads as a number."""
    return format_yuan(amount_fen, separators=False)


def kwh(energy_e4: int) -> str:
    """Energy as the chart's axis takes it."""
    whole, part = divmod(abs(energy_e4), E4_PER_KWH)
    return f"{'-' if energy_e4 < 0 else ''}{whole}.{part:04d}"


def bars(
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[str]]],
    *,
    unit: str,
    stacked: bool = True,
    ranked: bool = False,
) -> Figure:
    """Bars of one or more named series over the same labels; `ranked` lays them on their side.

    `series` pairs a name with its values, which are texts of `yuan` or `kwh`; `unit` is the
    word of the axis. The first series takes the calmest colour, the last the loudest.
    """
    along, across = ("y", "x") if ranked else ("x", "y")
    return {
        "kind": "bars",
        "unit": unit,
        "stacked": stacked,
        "ranked": ranked,
        "data": [
            {"type": "bar", "name": name, along: list(labels), across: list(values)}
            | ({"orientation": "h"} if ranked else {})
            for name, values in series
        ],
    }


def curve(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[str]]], *, unit: str
) -> Figure:
    """Lines of one or more named series over the same labels."""
    return {
        "kind": "curve",
        "unit": unit,
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": list(labels),
                "y": list(values),
            }
            for name, values in series
        ],
    }
