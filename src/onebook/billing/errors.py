"""Errors of billing."""

from onebook.kernel.errors import OnebookError


class ReasonMissing(OnebookError):
    """A decision on an exception needs a reason. Write what was checked and found."""


class DecisionUnknown(OnebookError):
    """A person may release an exception or hold its bill, not {kind}. Choose one of the two."""


class NotReleasable(OnebookError):
    """The exception {rule} of account {account} cannot be released: there is nothing right to
    bill. Correct the reading or the archive, then verify again."""


class ExceptionOver(OnebookError):
    """The exception {rule} of account {account} is over: its cause is gone, and nothing is left
    to decide."""


class BilledAlready(OnebookError):
    """The bill of account {account} for {month} is issued, so it cannot be held any more."""


class ExceptionUnknown(OnebookError):
    """There is no exception {exception_id}."""


class BillUnknown(OnebookError):
    """There is no bill {bill_id}."""


class BillDiffers(OnebookError):
    """The stored lines of bill {bill_id} differ from what its tariff gives: stored {stored},
    calculated {calculated}, in line {line_no}. Run onebook verify and call the vendor."""


class BatchUnknown(OnebookError):
    """There is no issue batch {batch_id}."""


class ThresholdMissing(OnebookError, guard="OB009"):
    """The verification rule {rule} has no value of {name} on {day}, so that nothing was verified.
    Give it one that is in force on this day, then verify again."""


class RedBillWrong(OnebookError, guard="OB011"):
    """The book refused bill {bill_id}: it neither mirrors the bill that it reverses nor replaces a
    reversed one. Nothing was recorded. This is a fault of the program; report it with this
    message."""


class BillNotStanding(OnebookError):
    """The bill {number} is reversed already, or is itself a red bill. Open the account and choose
    the bill that stands."""
