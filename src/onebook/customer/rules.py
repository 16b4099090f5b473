"""The categories of users by which prices and reports are kept (用电类别)."""

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
