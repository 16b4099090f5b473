"""Metering's decisions on plain values: readings, registers, losses, sharing, calendar, measures.

The submodules are entered by name (`rules.losses.transformer_loss`); what every caller of readings
needs stands here.
"""

from onebook.metering.rules.readings import (
    DIGITS_MAX,
    HOW_WORDS,
    USAGE_MAX_E4,
    How,
    Segment,
    Status,
    Usage,
    UsagePolicy,
    register_e4,
    segments_usage,
    usage,
)
from onebook.metering.rules.registers import ENERGY_LIMIT_E4, PERIODS, REGISTERS, Register

__all__ = [
    "DIGITS_MAX",
    "ENERGY_LIMIT_E4",
    "HOW_WORDS",
    "PERIODS",
    "REGISTERS",
    "USAGE_MAX_E4",
    "How",
    "Register",
    "Segment",
    "Status",
    "Usage",
    "UsagePolicy",
    "register_e4",
    "segments_usage",
    "usage",
]
