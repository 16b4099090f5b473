"""A month without a reading: the previous period's kWh, for which a person answers by name."""

from datetime import date
from typing import Any

import numpy as np
from django.db import transaction

from onebook.customer import reads as customer
from onebook.infra import sql
from onebook.kernel.periods import Month
from onebook.metering.errors import (
    AccountMeterless,
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
    account: str,
    month: Month,
    read_on: date,
    *,
    reason: str,
    by: int | None,
    meter: str = "",
    replace: bool = False,
) -> int:
    """Put the previous period's kWh in the place of a missing reading (估抄); these kWh in 10^-4.

    Who may decide exceptions answers for it by name, never the reader; the next reading settles
    the rest. `replace`: in the place of one that cannot be right, as a further version of it.
    Raises EstimateUnanswered without a reason, and what `estimated_usage` raises.
    """
    basis = _basis(account, month, by=by, meter=meter, replace=replace)
    if not reason.strip():
        raise EstimateUnanswered(number=basis["meter_number"], month=str(month))
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


def estimated_usage(
    account: str, month: Month, *, by: int | None, meter: str = "", replace: bool = False
) -> int:
    """The kWh in 10^-4 that an estimate would bill; nothing is recorded.

    EstimateOfReadMonth (unless `replace`), EstimateOfRegisters for a meter with further ones,
    EstimateWithoutBasis; MeterUnknown, AccountMeterless, MeterNotUnique, NotAllowed.
    """
    usage_e4: int = _basis(account, month, by=by, meter=meter, replace=replace)["usage_e4"]
    return usage_e4


def _basis(
    account: str, month: Month, *, by: int | None, meter: str, replace: bool
) -> dict[str, Any]:
    """The meter and the period before that an estimate rests on."""
    found = customer.account(account)
    org.require(by, Action.DECIDE_EXCEPTION, found["org_unit_id"])
    asked = {"account": found["id"], "meter": meter, "month": month.first}
    meters = sql.rows("metering", "estimate_basis", asked)
    if not meters:
        if meter:
            raise MeterUnknown(number=meter)
        raise AccountMeterless(account=account, month=str(month))
    if len(meters) > 1:
        raise MeterNotUnique(number=account, month=str(month))
    (basis,) = meters
    shown = {"number": basis["meter_number"], "month": str(month)}
    if basis["is_read"] and not replace:
        raise EstimateOfReadMonth(**shown)
    if basis["registers"]:
        raise EstimateOfRegisters(**shown)
    if basis["status"] not in (Status.NORMAL, Status.ROLLED_OVER):
        raise EstimateWithoutBasis(**shown)
    return basis
