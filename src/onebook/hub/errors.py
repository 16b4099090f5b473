"""Errors of the hub."""

from onebook.kernel.errors import OnebookError


class TariffUnknown(OnebookError):
    """There is no tariff {code}. Load its catalogue first, or correct the code and import the row
    again. Known: {known}."""
