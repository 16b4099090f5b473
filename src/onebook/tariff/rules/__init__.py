"""The tariff's decisions on plain values: the model, its validation, one explained bill."""

from onebook.tariff.rules.explain import (
    BillExplained,
    Line,
    check_range,
    explain,
    format_price,
    tier_limit_e4,
)
from onebook.tariff.rules.model import (
    PRICE_LIMIT_E10,
    USAGE_LIMIT_E4,
    Component,
    FundRounding,
    Kind,
    TierBasis,
    Version,
    version_on,
)
from onebook.tariff.rules.validation import require_usable, validate, validate_catalogue

__all__ = [
    "PRICE_LIMIT_E10",
    "USAGE_LIMIT_E4",
    "BillExplained",
    "Component",
    "FundRounding",
    "Kind",
    "Line",
    "TierBasis",
    "Version",
    "check_range",
    "explain",
    "format_price",
    "require_usable",
    "tier_limit_e4",
    "validate",
    "validate_catalogue",
    "version_on",
]
