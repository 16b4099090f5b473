"""Metering on columns: exact integers, each equal to its scalar rule row by row.

The submodules are entered by name (`kernels.losses.transformer_loss`); what every caller of
readings needs stands here.
"""

from onebook.metering.kernels.readings import (
    POLICIES,
    UsageColumns,
    beyond_register,
    policy_codes,
    segments_usage,
    usage,
)

__all__ = [
    "POLICIES",
    "UsageColumns",
    "beyond_register",
    "policy_codes",
    "segments_usage",
    "usage",
]
