"""Trial calculation (试算) of a unit's month before its issue, and the sample that people check."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from onebook.billing import kernels
from onebook.billing.errors import TickedAlready, TickUnexplained
from onebook.billing.reads import trials
from onebook.billing.rules.portions import PORTION_COLUMNS
from onebook.billing.services.calculation import Calculated, calculate_unit
from onebook.billing.services.verification import verify_unit
from onebook.infra import ids, sql
from onebook.infra.copy import copy_out
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Action

_BEFORE = {
    "service_account_id": "i8",
    "category_id": "i2",
    "usage_e4": "i8",
    "total_fen": "i8",
    "gone": "i2",
}


@dataclass(frozen=True)
class Tried:
    """A recorded trial: its id, the accounts calculated, and how many were drawn to be checked."""

    trial_id: int
    accounts: int
    sampled: int


def try_unit(
    org_unit_id: int, month: Month, *, person_id: int | None, sample: int = 0
) -> Tried | None:
    """Calculate a unit's unbilled month as its issue would, in the caller's transaction.

    Readings that came after the last verification are verified first. What it comes to is kept as
    a `Trial` with the difference to the month before; no bill is made and nothing is posted.
    `sample` accounts are drawn by strata to be checked. None where nothing is due. NotAllowed.
    """
    org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    asked = {"org_unit": org_unit_id, "month": month.first}
    sql.one("billing", "lock_month", asked)
    if not sql.one("billing", "is_verified", asked)["is_verified"]:
        verify_unit(org_unit_id, month, person_id=person_id)
    found = calculate_unit(org_unit_id, month)
    due = found.due
    before = copy_out(
        sql.text("billing", "trial_before"), {**asked, "before": month.previous().first}, _BEFORE
    )
    after: dict[str, NDArray[Any]] = {
        "service_account_id": due.service_account_id,
        "category_id": due.category_id,
        "usage_e4": due.usage_e4,
        "total_fen": found.priced.total_fen,
    }
    if not len(due.service_account_id) and not len(before["gone"]):
        return None
    trial_id = ids.take("billing_trial")
    insert(
        "billing_trial",
        id=trial_id,
        org_unit_id=org_unit_id,
        bill_month=month.first,
        rows=json.dumps(kernels.compared(after, before)),
        person_id=person_id,
    )
    drawn = _drawn(found, month, sample)
    for at, stratum in drawn:
        _keep(trial_id, found, at, stratum)
    return Tried(trial_id, len(due.service_account_id), len(drawn))


def _drawn(found: Calculated, month: Month, sample: int) -> list[tuple[int, str]]:
    """The places of the accounts to check with their strata: of each in turn, as long as asked.

    Strata are tariff versions, and within them the amount: the highest tenth, and the rest. Which
    accounts come first follows from month and account alone, so that nobody chooses them.
    """
    due, total_fen = found.due, found.priced.total_fen
    strata: dict[str, list[int]] = {}
    for version_id in np.unique(due.version_id).tolist():
        rows = np.flatnonzero(due.version_id == version_id)
        bound = np.quantile(total_fen[rows], 0.9, method="higher")
        top = total_fen[rows] >= bound
        for name, chosen in (("high", rows[top]), ("other", rows[~top])):
            if len(chosen):
                strata[f"{version_id}:{name}"] = _shuffled(chosen, due.service_account_id, month)
    drawn: list[tuple[int, str]] = []
    while len(drawn) < sample and any(strata.values()):
        for stratum, rows_left in strata.items():
            if rows_left and len(drawn) < sample:
                drawn.append((rows_left.pop(0), stratum))
    return drawn


def _shuffled(rows: NDArray[np.intp], accounts: NDArray[np.int64], month: Month) -> list[int]:
    def key(at: int) -> bytes:
        return hashlib.sha256(f"{month} {accounts[at]}".encode()).digest()

    return sorted(rows.tolist(), key=key)


def _keep(trial_id: int, found: Calculated, at: int, stratum: str) -> None:
    due = found.due
    insert(
        "billing_trial_sample",
        trial_id=trial_id,
        service_account_id=int(due.service_account_id[at]),
        stratum=stratum,
        tariff_version_id=int(due.version_id[at]),
        usage_e4=int(due.usage_e4[at]),
        year_usage_before_e4=int(due.year_usage_before_e4[at]),
        quota_months=int(due.quota_months[at]),
        total_fen=int(found.priced.total_fen[at]),
        portions=json.dumps(_portions(found, at)),
    )


def _portions(found: Calculated, at: int) -> list[dict[str, Any]]:
    """What an account of several portions is charged on, as it would be frozen."""
    portioned = found.priced.portioned
    if portioned is None or not found.due.by_portions[at]:
        return []
    place = int(np.searchsorted(portioned.rows, at))
    rows = np.flatnonzero(portioned.columns["bill"] == place).tolist()
    return [
        {
            name: str(value) if kind == "M8[D]" else value.item()
            for name, kind in PORTION_COLUMNS.items()
            for value in (portioned.columns[name][row],)
        }
        for row in rows
    ]


@transaction.atomic
def tick(trial_id: int, service_account_id: int, *, is_right: bool, note: str, by: int) -> None:
    """Say of a sampled account that its calculation was checked and is right, or what is wrong.

    Once an account; TrialUnknown, SampleUnknown, TickedAlready, TickUnexplained (wrong without a
    note), NotAllowed.
    """
    trial = trials.trial(trial_id)
    org.require(by, Action.ISSUE_BILLS, trial.org_unit_id)
    sample = trials.required_sample(trial_id, service_account_id)
    if sample["ticked_by_id"] is not None:
        raise TickedAlready(account=sample["number"])
    if not is_right and not note.strip():
        raise TickUnexplained(account=sample["number"])
    insert(
        "billing_trial_tick",
        trial_id=trial_id,
        service_account_id=service_account_id,
        is_right=is_right,
        note=note.strip(),
        person_id=by,
    )
