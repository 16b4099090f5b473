"""Corrected readings of months whose bills are issued: what they touch, and the billers' task."""

from collections.abc import Sequence

from django.db import transaction

from onebook.billing import reads
from onebook.billing.reads import CorrectedBill
from onebook.billing.services.verification import verify_unit
from onebook.kernel.periods import Month
from onebook.org.services import SYSTEM


def tell_of_corrections(
    corrections: Sequence[tuple[int, int, Month]], *, dry_run: bool = False
) -> list[CorrectedBill]:
    """Verify anew, as the system, the issued months that corrected readings belong to.

    `corrections`: the file's line, the meter and the month of each. Their bills come back; they
    stand as R21 in the billers' task until reversed and issued again. `dry_run` does nothing.
    """
    touched = reads.bills_corrected_by(corrections)
    if not dry_run:
        for org_unit_id, month in sorted({(one.org_unit_id, one.month) for one in touched}):
            with transaction.atomic():
                verify_unit(org_unit_id, month, person_id=SYSTEM)
    return touched
