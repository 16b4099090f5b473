"""Errors of billing."""

from onebook.kernel.errors import OnebookError


class ReasonMissing(OnebookError):
    """A decision on an exception needs a reason. Write what was checked and found."""


class NotReleasable(OnebookError):
    """The exception {rule} of account {account} cannot be released: there is nothing right to
    bill. Correct the reading or the archive, then verify again."""


class ExceptionUnknown(OnebookError):
    """There is no exception {exception_id}."""


class BillUnknown(OnebookError):
    """There is no bill {bill_id}."""


class BatchUnknown(OnebookError):
    """There is no issue batch {batch_id}."""
