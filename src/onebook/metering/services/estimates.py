"""A month without a reading: the previous period's kWh, for which a person answers by name."""

from datetime import date
from typing import Any

import numpy as np
from django.db import transaction

from onebook.customer import reads as customer
from onebook.infra import sql
from onebook.kernel.periods import Month
from onebook.metering.errors import (
    EstimateOfReadMonth,
    EstimateOfRegisters,
    EstimateUnanswered,
    EstimateWithoutBasis,
    MeterNotUnique,
    MeterUnknown,
)
from onebook.metering.rules import How, Status
from onebook.metering.rules.estimates import estimated_reading
from onebook.metering.services.readings import Readings, open_file, take_readings
from onebook.org import services as org
from onebook.org.rules import Action


@transaction.atomic
def estimate_reading(
    account: str, month: Month, read_on: date, *, reason: str, by: int | None, meter: str = ""
) -> int:
    """Put the previous period's kWh in the place of a missing reading (估抄); these kWh in 10^-4.

    Who may decide exceptions answers for it by name, never the reader; the next reading settles
    the rest. Raises EstimateUnanswered without a reason, EstimateOfReadMonth, EstimateOfRegisters
    for a meter with further ones, EstimateWithoutBasis; MeterUnknown, MeterNotUnique, NotAllowed.
    """
    found = customer.account(account)
    org.require(by, Action.DECIDE_EXCEPTION, found["org_unit_id"])
    asked = {"account": found["id"], "meter": meter, "month": month.first}
    meters = sql.rows("metering", "estimate_basis", asked)
    if not meters:
        raise MeterUnknown(number=meter or account)
    if len(meters) > 1:
        raise MeterNotUnique(number=account, month=str(month))
    (basis,) = meters
    _refuse(basis, month, reason)
    value_e4 = estimated_reading(
        basis["billed_e4"], basis["usage_e4"], basis["multiplier"], basis["digits"]
    )
    file_id = open_file("估抄", "", rows=(1, 1, 0), person_id=by)
    readings = Readings(
        np.array([basis["meter_id"]], np.int64),
        np.array([read_on], "datetime64[D]"),
        np.array([value_e4], np.int64),
        how=np.array([How.ESTIMATED], np.int16),
        person_id=by,
        reason=reason.strip(),
    )
    take_readings(month, readings, file_id=file_id)
    usage_e4: int = basis["usage_e4"]
    return usage_e4


def _refuse(basis: dict[str, Any], month: Month, reason: str) -> None:
    shown = {"number": basis["meter_number"], "month": str(month)}
    if not reason.strip():
        raise EstimateUnanswered(**shown)
    if basis["is_read"]:
        raise EstimateOfReadMonth(**shown)
    if basis["registers"]:
        raise EstimateOfRegisters(**shown)
    if basis["status"] not in (Status.NORMAL, Status.ROLLED_OVER):
        raise EstimateWithoutBasis(**shown)
