"""The prepayment offset after an issue run (预收转实收), one org unit after the other."""

from datetime import date

from onebook.cash import services
from onebook.infra import runs
from onebook.infra.runs import Chunk, Summary, Watcher
from onebook.kernel.periods import Month
from onebook.org import reads as org


def offset_prepayment(
    month: Month, effective_on: date, *, person_id: int | None, watch: Watcher | None = None
) -> Summary:
    """Offset every unit's prepayment against its open items; safe to stop and to run again."""

    def work(chunk: Chunk) -> None:
        with chunk.stage("offset"):
            offset = services.offset_unit(int(chunk.key), month, effective_on, person_id=person_id)
        chunk.rows_out += int(offset > 0)

    units = [str(unit) for unit in org.leaf_units()]
    key = f"{month} {effective_on}"
    return runs.perform("offset", key, units, work, person_id=person_id, watch=watch)
