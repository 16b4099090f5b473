"""The tariff's decisions on plain values: the model, its validation, one explained bill."""

from onebook.tariff.rules.bounds import check, check_columns, faults, is_plain, needs
from onebook.tariff.rules.drafts import format_price
from onebook.tariff.rules.explain import BillExplained, Line, explain, explain_bill
from onebook.tariff.rules.facts import Portion, PortionColumns, PowerFactor, PowerFactorColumns
from onebook.tariff.rules.kinds import BILL_KINDS, KINDS, unit_of
from onebook.tariff.rules.model import (
    POWER_LIMIT_E4,
    PRICE_LIMITS_E10,
    RELIEF_ACCOUNT,
    TOTAL,
    UNIT_WORDS,
    USAGE_LIMIT_E4,
    Component,
    DemandPolicy,
    FixedBasis,
    FundRounding,
    Kind,
    LoadDiscount,
    MinimumBasis,
    ReliefPolicy,
    RoundingStep,
    TierBasis,
    TierPolicy,
    Unit,
    Version,
    version_on,
)
from onebook.tariff.rules.segments import split_by_days
from onebook.tariff.rules.settle import PowerFactorCharged
from onebook.tariff.rules.validation import require_usable, validate, validate_catalogue

__all__ = [
    "BILL_KINDS",
    "KINDS",
    "POWER_LIMIT_E4",
    "PRICE_LIMITS_E10",
    "RELIEF_ACCOUNT",
    "TOTAL",
    "UNIT_WORDS",
    "USAGE_LIMIT_E4",
    "BillExplained",
    "Component",
    "DemandPolicy",
    "FixedBasis",
    "FundRounding",
    "Kind",
    "Line",
    "LoadDiscount",
    "MinimumBasis",
    "Portion",
    "PortionColumns",
    "PowerFactor",
    "PowerFactorCharged",
    "PowerFactorColumns",
    "ReliefPolicy",
    "RoundingStep",
    "TierBasis",
    "TierPolicy",
    "Unit",
    "Version",
    "check",
    "check_columns",
    "explain",
    "explain_bill",
    "faults",
    "format_price",
    "is_plain",
    "needs",
    "require_usable",
    "split_by_days",
    "unit_of",
    "validate",
    "validate_catalogue",
    "version_on",
]
