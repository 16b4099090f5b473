"""Every write to billing: verifying, deciding exceptions, bills, corrections."""

from onebook.billing.services.cancel import CANCEL, Cancelled, cancel, request_cancel
from onebook.billing.services.corrected import tell_of_corrections
from onebook.billing.services.issue import IssuedUnit, issue_unit
from onebook.billing.services.remedies import (
    ESTIMATE,
    estimate,
    read_again,
    refuse_estimate,
    request_estimate,
)
from onebook.billing.services.tickets import (
    TICKET,
    InEffect,
    NewTicket,
    open_ticket,
    refuse_ticket,
    take_effect,
)
from onebook.billing.services.trial import Tried, tick, try_unit
from onebook.billing.services.verification import VerifiedUnit, decide, verify_unit

__all__ = [
    "CANCEL",
    "ESTIMATE",
    "TICKET",
    "Cancelled",
    "InEffect",
    "IssuedUnit",
    "NewTicket",
    "Tried",
    "VerifiedUnit",
    "cancel",
    "decide",
    "estimate",
    "issue_unit",
    "open_ticket",
    "read_again",
    "refuse_estimate",
    "refuse_ticket",
    "request_cancel",
    "request_estimate",
    "take_effect",
    "tell_of_corrections",
    "tick",
    "try_unit",
    "verify_unit",
]
