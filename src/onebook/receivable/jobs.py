"""The issue run (发行): one org unit after the other, each in a transaction of its own."""

from datetime import date

from onebook.billing import reads as billing
from onebook.infra import runs
from onebook.infra.runs import Chunk, Summary, Watcher
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.receivable import services


def issue(
    month: Month,
    issued_on: date,
    *,
    person_id: int | None,
    watch: Watcher | None = None,
) -> Summary:
    """Issue every unit's verified, unbilled accounts of a month; safe to stop and to run again."""
    org.require(person_id, Action.ISSUE_BILLS, None)

    def work(chunk: Chunk) -> None:
        services.issue_unit(int(chunk.key), month, issued_on, person_id=person_id, chunk=chunk)

    units = [str(unit) for unit in billing.units_to_bill(month)]
    return runs.perform("issue", str(month), units, work, person_id=person_id, watch=watch)
