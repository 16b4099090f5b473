"""Verification (核算) and trial (试算): one org unit after the other, each in its transaction."""

from collections.abc import Collection

from django.db import transaction

from onebook.billing import reads, services
from onebook.infra import clock, runs
from onebook.infra.runs import Chunk, Summary, Watcher
from onebook.kernel.periods import Month, refuse_future_month
from onebook.org import services as org
from onebook.org.rules import Action


def verify(month: Month, *, person_id: int | None, watch: Watcher | None = None) -> Summary:
    """Verify every unit's unbilled readings of a month; safe to stop and to run again.

    Rows in are the readings in force, rows out the exceptions found anew. MonthInFuture for a
    month that has not begun.
    """
    org.require(person_id, Action.ISSUE_BILLS, None)
    refuse_future_month(month, clock.today())

    def work(chunk: Chunk) -> None:
        with chunk.stage("verify"):
            verified = services.verify_unit(int(chunk.key), month, person_id=person_id)
        chunk.rows_in += verified.readings
        chunk.rows_out += sum(verified.found.values())

    units = [str(unit) for unit in reads.units_to_bill(month)]
    return runs.perform("verify", str(month), units, work, person_id=person_id, watch=watch)


def try_month(
    month: Month,
    units: Collection[int] | None = None,
    *,
    person_id: int | None,
    sample: int = 0,
) -> list[services.Tried]:
    """Calculate what is not billed yet of a month as its issue would, unit by unit (None: every).

    Nothing is issued; see `services.try_unit`. `sample`: how many accounts to draw in each unit.
    MonthInFuture for a month that has not begun.
    """
    refuse_future_month(month, clock.today())
    due = [one for one in reads.units_to_bill(month) if units is None or one in units]
    tried = []
    for org_unit_id in due:
        with transaction.atomic():
            done = services.try_unit(org_unit_id, month, person_id=person_id, sample=sample)
        if done is not None:
            tried.append(done)
    return tried
