"""Errors of the hub."""

from onebook.kernel.errors import OnebookError


class TariffUnknown(OnebookError):
    """There is no tariff {code}. Load its catalogue first, or correct the code and import the row
    again. Known: {known}."""


class NothingToCarryOut(OnebookError):
    """Nothing is known to be carried out for request {approval_id}. Nothing was recorded. This is
    a fault of the program; report it with this message."""


class NothingToPrint(OnebookError):
    """No bill of {month} is issued in these units, so there is nothing to print."""
