"""What needs more than one app to be done: invoices of bills that payment makes taxable."""

from collections.abc import Sequence
from datetime import date

from onebook.billing.reads import invoices as reads
from onebook.billing.services import invoices as billing
from onebook.billing.services.invoices import Requested
from onebook.infra import sql
from onebook.kernel.periods import Month


def request_invoices(
    month: Month,
    units: Sequence[int] | None = None,
    *,
    person_id: int | None,
    everybody: bool = False,
) -> Requested:
    """Ask for the invoices of a month's bills; where payment makes them taxable, of the paid ones.

    As `billing.services.invoices.request_month`. Raises NotAllowed.
    """
    return billing.request_month(
        month, units, person_id=person_id, everybody=everybody, paid_on=paid_on(month)
    )


def paid_on(month: Month) -> dict[int, date]:
    """Bill -> the day on which it was paid in full; nothing where no bill is taxed by payment."""
    if not reads.taxable_when_paid():
        return {}
    found = sql.rows("hub", "paid_bills", {"month": month.first})
    return {row["bill_id"]: row["paid_on"] for row in found}
