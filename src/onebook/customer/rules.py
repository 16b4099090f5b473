"""The categories of users by which prices and reports are kept (用电类别), and contract terms."""

from enum import IntEnum


class Category(IntEnum):
    """Stored as `category_id` on accounts, bills, open items and postings."""

    RESIDENTIAL = 1
    RESIDENTIAL_SHARED = 2
    COMMERCIAL = 3
    LARGE_INDUSTRY = 4
    AGRICULTURE = 5


# What the pages and reports call a category, in Chinese and in English.
CATEGORY_WORDS: dict[int, tuple[str, str]] = {
    Category.RESIDENTIAL: ("居民生活", "Residential"),
    Category.RESIDENTIAL_SHARED: ("居民合表", "Residential, shared meter"),
    Category.COMMERCIAL: ("工商业", "Commercial and industry"),
    Category.LARGE_INDUSTRY: ("大工业", "Large industry"),
    Category.AGRICULTURE: ("农业生产", "Agriculture"),
}


class DemandMode(IntEnum):
    """What 基本电费 is charged on (发改办价格〔2016〕1583号): the user's choice by contract."""

    NONE = 0
    CAPACITY = 1
    CONTRACT = 2
    MEASURED = 3


DEMAND_MODE_WORDS: dict[int, tuple[str, str]] = {
    DemandMode.NONE: ("单一制", "Single-rate"),
    DemandMode.CAPACITY: ("按容量", "By capacity"),
    DemandMode.CONTRACT: ("按合同需量", "By contracted demand"),
    DemandMode.MEASURED: ("按实际需量", "By measured demand"),
}

# The dated terms of a contract and what stands where a contract says nothing. Running and
# contracted capacity in 10^-4 kVA, demand in 10^-4 kW, the standard of the power factor in basis
# points (9000 is 0.90, 0: not assessed), persons of a household, 10^-4 kWh a month that raise its
# tiers and that are free.
NO_TERMS: dict[str, int | str] = {
    "running_e4": 0,
    "contract_e4": 0,
    "demand_mode": DemandMode.NONE,
    "contract_demand_e4": 0,
    "pf_standard_bp": 0,
    "persons": 0,
    "extra_quota_e4_month": 0,
    "free_e4_month": 0,
    "industry": "",
}
TERMS = tuple(NO_TERMS)
PF_STANDARDS_BP = (9000, 8500, 8000)
