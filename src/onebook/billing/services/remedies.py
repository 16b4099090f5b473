"""What is done about an exception besides deciding: another reading, or an estimate for it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_noop

from onebook.billing import reads
from onebook.billing.errors import EstimateOver, RereadNotAsked
from onebook.billing.models import Decision
from onebook.billing.services.cancel import DECIDE_URL
from onebook.billing.services.verification import (
    record,
    refuse_decision,
    tell_billers,
    verify_unit,
)
from onebook.kernel.energy import format_kwh
from onebook.kernel.periods import Month
from onebook.metering import reads as metering_reads
from onebook.metering import services as metering
from onebook.metering.rules import Register
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.work import services as work

ESTIMATE = ("billing", "estimate")
"""App and kind of a request that an unbillable reading be billed on the previous period's kWh."""


@transaction.atomic
def read_again(
    exception_id: int,
    current_e4: int,
    read_on: date,
    note: str,
    *,
    by: int,
    registers: Mapping[Register, int] | None = None,
) -> bool:
    """Take in what a reader saw at a meter that was to be read again; whether it is another value.

    Another value is a further version of the reading, and the unit's month is verified anew: the
    exceptions of the old one are over. The same value leaves the exception to a decision, with the
    reader's note. RereadNotAsked, NotAllowed, and what `metering.services.take_readings` raises.
    """
    found = reads.exception(exception_id)
    org.require(by, Action.IMPORT_READINGS, found["org_unit_id"])
    month = Month.of(found["bill_month"])
    if found["decision"] != Decision.Kind.REREAD:
        raise RereadNotAsked(account=found["number"], month=str(month))
    reading = metering_reads.reading(found["reading_id"])
    values = {name: np.array([value], np.int64) for name, value in (registers or {}).items()}
    taken = metering.take_readings(
        month,
        metering.Readings(
            np.array([reading.meter_id], np.int64),
            np.array([read_on], "datetime64[D]"),
            np.array([current_e4], np.int64),
            values,
        ),
        file_id=metering.open_file("复抄", "", rows=(1, 1, 0), person_id=by),
    )
    if taken.corrected:
        verify_unit(found["org_unit_id"], month, person_id=org.SYSTEM)
        return True
    record([found], Decision.Kind.REOPEN, note, person_id=by)
    tell_billers(found["org_unit_id"], month, by=by)
    return False


@transaction.atomic
def request_estimate(exception_id: int, reason: str, files: Sequence[work.File], *, by: int) -> int:
    """Ask that the previous period's kWh be billed in the place of a reading (估抄); its id.

    Until it is decided the bill is held. NotAllowed, NotReadable, ExceptionOver, BilledAlready, the
    errors of `metering.services.estimated_usage` and of `work.services.ask`.
    """
    found = reads.exception(exception_id)
    org.require(by, Action.DECIDE_EXCEPTION, found["org_unit_id"])
    refuse_decision(found, Decision.Kind.ESTIMATE)
    month = Month.of(found["bill_month"])
    usage_e4 = metering.estimated_usage(
        found["number"], month, by=by, meter=_meter_of(found), replace=True
    )
    approval_id = work.ask(
        work.Request(
            kind=ESTIMATE[1],
            app=ESTIMATE[0],
            source_id=exception_id,
            title=gettext_noop("Bill {account} {name} for {month} on the last {kwh} kWh"),
            params={
                "account": found["number"],
                "name": found["customer_name"],
                "month": str(month),
                "kwh": format_kwh(usage_e4),
            },
            url=f"/billing/exceptions/{exception_id}",
            decide_url=DECIDE_URL,
            org_unit_id=found["org_unit_id"],
            amount_fen=found["risk_fen"] or 0,
            reason=reason,
        ),
        files,
        by=by,
    )
    record([found], Decision.Kind.ESTIMATE, reason, person_id=by)
    tell_billers(found["org_unit_id"], month, by=by)
    return approval_id


def estimate(exception_id: int, *, person_id: int) -> None:
    """Carry out an approved estimate, in the caller's transaction, and verify the month anew.

    `person_id` asked for it and answers for it. EstimateOver where something else was decided
    meanwhile, and the errors of `metering.services.estimate_reading`.
    """
    found = reads.exception(exception_id)
    month = Month.of(found["bill_month"])
    if found["decision"] != Decision.Kind.ESTIMATE:
        raise EstimateOver(account=found["number"], month=str(month))
    reading = metering_reads.reading(found["reading_id"])
    metering.estimate_reading(
        found["number"],
        month,
        reading.read_on,
        reason=found["reason"],
        by=person_id,
        meter=_meter_of(found),
        replace=True,
    )
    verify_unit(found["org_unit_id"], month, person_id=org.SYSTEM)


def refuse_estimate(exception_id: int, reason: str, *, person_id: int) -> None:
    """Leave the exception of an estimate that was turned down to another decision."""
    found = reads.exception(exception_id)
    if found["decision"] != Decision.Kind.ESTIMATE:
        return
    record([found], Decision.Kind.REOPEN, reason, person_id=person_id)
    tell_billers(found["org_unit_id"], Month.of(found["bill_month"]), by=person_id)


def _meter_of(found: Mapping[str, Any]) -> str:
    meter_id = metering_reads.reading(found["reading_id"]).meter_id
    return metering_reads.meter_numbers([meter_id])[meter_id]
