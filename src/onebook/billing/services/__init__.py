"""Every write to billing: verifying, deciding exceptions, bills, corrections."""

from onebook.billing.services.cancel import CANCEL, Cancelled, cancel, request_cancel
from onebook.billing.services.corrected import tell_of_corrections
from onebook.billing.services.issue import IssuedUnit, issue_unit
from onebook.billing.services.verification import VerifiedUnit, decide, verify_unit

__all__ = [
    "CANCEL",
    "Cancelled",
    "IssuedUnit",
    "VerifiedUnit",
    "cancel",
    "decide",
    "issue_unit",
    "request_cancel",
    "tell_of_corrections",
    "verify_unit",
]
