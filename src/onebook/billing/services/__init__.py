"""Every write to billing: verifying, deciding exceptions, and making a unit's bills."""

from onebook.billing.services.issue import IssuedUnit, issue_unit
from onebook.billing.services.verification import VerifiedUnit, decide, verify_unit

__all__ = ["IssuedUnit", "VerifiedUnit", "decide", "issue_unit", "verify_unit"]
