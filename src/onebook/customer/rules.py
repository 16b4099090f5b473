"""The categories of users by which prices and reports are kept (用电类别)."""

from enum import IntEnum


class Category(IntEnum):
    """Stored as `category_id` on accounts, bills, open items and postings."""

    RESIDENTIAL = 1
    RESIDENTIAL_SHARED = 2
    COMMERCIAL = 3
    LARGE_INDUSTRY = 4
    AGRICULTURE = 5
