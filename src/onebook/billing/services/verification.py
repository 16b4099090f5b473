"""Verification (核算) of a unit's readings, and what people decide of what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from onebook.billing import reads, rules
from onebook.billing.errors import (
    BilledAlready,
    DecisionUnknown,
    ExceptionOver,
    NotReadable,
    NotReleasable,
    ReasonMissing,
)
from onebook.billing.models import Decision
from onebook.billing.services.measured import measured, measured_accounts
from onebook.billing.services.screening import screen
from onebook.infra import sql
from onebook.infra.write import insert
from onebook.kernel.money import BASIS_POINTS
from onebook.kernel.periods import Month
from onebook.metering.rules import Status
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.work import services as work

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class VerifiedUnit:
    """What a verification found anew, by rule; how many exceptions it cleared and reopened."""

    readings: int
    found: dict[str, int]
    cleared: int
    reopened: int


def verify_unit(org_unit_id: int, month: Month, *, person_id: int | None) -> VerifiedUnit:
    """Run the rules on a unit's unbilled readings in force, in the caller's transaction.

    Run again, only what was not found before is added. An exception whose cause is gone (the
    reading was read again, the archive or the tariff put right) is cleared. Raises NotAllowed.
    """
    org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    asked = {"org_unit": org_unit_id, "month": month.first}
    sql.one("billing", "lock_month", asked)
    # Before anything is looked at: a change while the rules run makes the next basis another.
    basis = sql.one("billing", "basis", asked)["basis"]
    accounts = measured_accounts(org_unit_id, month)
    seen = screen(org_unit_id, month, accounts)
    answer: dict[str, dict[str, int]] = {}
    for row in sql.rows(
        "billing",
        "verify",
        {
            **asked,
            **_measured(org_unit_id, month, accounts),
            "accounts": seen.accounts,
            "person": person_id,
            "not_releasable": list(rules.NOT_RELEASABLE),
        },
    ):
        answer.setdefault(row["what"], {})[row["rule"]] = row["n"]
    verified = VerifiedUnit(
        readings=seen.readings,
        found=dict(sorted(answer.get("found", {}).items())),
        cleared=sum(answer.get("cleared", {}).values()),
        reopened=sum(answer.get("reopened", {}).values()),
    )
    insert(
        "billing_verification",
        org_unit_id=org_unit_id,
        bill_month=month.first,
        readings=verified.readings,
        reading_sum=seen.reading_sum,
        basis=basis,
        found=sum(verified.found.values()),
        cleared=verified.cleared,
        person_id=person_id,
    )
    for row in sql.rows("billing", "rereads_over", asked):
        work.close_task("billing", row["id"], None, Role.READER)
    tell_billers(org_unit_id, month, by=None)
    return verified


_MEASURED = ("measured", "active_e4", "reactive_e4", "loss_bp", "exceeded", "main_e4", "parts_e4")


def _measured(org_unit_id: int, month: Month, accounts: Int64) -> dict[str, list[Any]]:
    """What the rules on losses, parts and the power factor compare, by account."""
    if not len(accounts):
        return {name: [] for name in _MEASURED}
    found = measured(org_unit_id, month, accounts)
    points = found.points
    place = np.searchsorted(accounts, points.service_account_id)
    active_e4, reactive_e4, has_reactive = found.power_factor(accounts)
    loss_bp, main_e4, parts_e4 = np.full(len(accounts), -1), *np.zeros((2, len(accounts)), np.int64)
    exceeded = np.zeros(len(accounts), np.bool_)
    lossy = np.flatnonzero((points.loss_e4 != 0) & (points.metered_e4 > 0))
    shares = np.abs(points.loss_e4[lossy]) * BASIS_POINTS // points.metered_e4[lossy]
    np.maximum.at(loss_bp, place[lossy], shares)
    total_e4 = points.usage_e4["total"]
    taken_e4 = points.metered_e4 + points.shared_e4 - total_e4
    mains = np.flatnonzero((points.master_point_id < 0) & (taken_e4 != 0))
    np.add.at(main_e4, place[mains], points.metered_e4[mains])
    np.add.at(parts_e4, place[mains], taken_e4[mains])
    exceeded[place[mains]] |= points.status[mains] == Status.PARTS_EXCEED
    return {
        "measured": accounts.tolist(),
        "active_e4": active_e4.tolist(),
        "reactive_e4": np.where(has_reactive, reactive_e4, -1).tolist(),
        "loss_bp": loss_bp.tolist(),
        "exceeded": exceeded.tolist(),
        "main_e4": main_e4.tolist(),
        "parts_e4": parts_e4.tolist(),
    }


@transaction.atomic
def decide(
    exception_ids: int | Sequence[int], kind: str, reason: str, *, person_id: int | None
) -> None:
    """Release exceptions, hold their bills, or have the meters read again, with a reason.

    `person_id` may decide in each unit; who reads there gets a task a meter to read again. All of
    them or none: ReasonMissing, DecisionUnknown, ExceptionUnknown, NotAllowed, NotReleasable
    (nothing right to bill), NotReadable, ExceptionOver, BilledAlready (too late to hold).
    """
    if not reason.strip():
        raise ReasonMissing
    if kind not in (Decision.Kind.RELEASE, Decision.Kind.HOLD, Decision.Kind.REREAD):
        raise DecisionUnknown(kind=kind)
    asked = [exception_ids] if isinstance(exception_ids, int) else list(exception_ids)
    found = reads.exceptions_by_id(asked)
    for org_unit_id in sorted({one["org_unit_id"] for one in found}):
        org.require(person_id, Action.DECIDE_EXCEPTION, org_unit_id)
    for one in found:
        refuse_decision(one, kind)
    record(found, kind, reason, person_id=person_id)
    for one in found:
        if kind == Decision.Kind.REREAD:
            _ask_reader(one)
    for org_unit_id, first in sorted({(one["org_unit_id"], one["bill_month"]) for one in found}):
        tell_billers(org_unit_id, Month.of(first), by=person_id)


def record(
    found: Sequence[dict[str, Any]], kind: str, reason: str, *, person_id: int | None
) -> None:
    """Record one decision on each exception, in the caller's transaction, which checked it.

    A reader who was to read the meter again need not any more.
    """
    decided = {"ids": [one["id"] for one in found], "kind": kind, "person": person_id}
    sql.execute("billing", "decide", {**decided, "reason": reason.strip()})
    for one in found:
        if one["decision"] == Decision.Kind.REREAD and kind != Decision.Kind.REREAD:
            work.close_task("billing", one["id"], person_id, Role.READER)


def _ask_reader(one: dict[str, Any]) -> None:
    work.open_task(
        gettext_noop("Read {account} {name} again for {month}"),
        f"/billing/rereads/{one['id']}",
        Role.READER,
        one["org_unit_id"],
        "billing",
        one["id"],
        params={
            "account": one["number"],
            "name": one["customer_name"],
            "month": str(Month.of(one["bill_month"])),
        },
    )


def refuse_decision(one: dict[str, Any], kind: str) -> None:
    """Raise what stands against deciding so on an exception, as it stands: see `decide`."""
    named = {"rule": one["rule"], "account": one["number"]}
    if one["state"] == Decision.Kind.CLEAR:
        raise ExceptionOver(**named)
    if kind == Decision.Kind.RELEASE and not rules.BY_CODE[one["rule"]].releasable:
        raise NotReleasable(**named)
    if kind in (Decision.Kind.REREAD, Decision.Kind.ESTIMATE) and one["rule"] not in rules.READABLE:
        raise NotReadable(**named)
    if kind != Decision.Kind.RELEASE and one["bill_id"] is not None and one["rule"] != "R21":
        raise BilledAlready(account=one["number"], month=str(Month.of(one["bill_month"])))


def tell_billers(org_unit_id: int, month: Month, *, by: int | None) -> None:
    """Keep a task for the unit's billers while exceptions keep bills of the month back."""
    source_id = org_unit_id * 1_000_000 + month.year * 100 + month.month
    counts = reads.exception_counts(month, [org_unit_id])
    if not any(row["blocking"] and row["state"] == "open" for row in counts):
        work.close_task("billing", source_id, by, Role.BILLER)
        return
    unit = org_reads.unit(org_unit_id)
    work.open_task(
        gettext_noop("Exceptions of {month} in {org_unit} wait for a decision"),
        f"/billing/exceptions?month={month}&org_unit={unit.code}",
        Role.BILLER,
        org_unit_id,
        "billing",
        source_id,
        params={"month": str(month), "org_unit": unit.name},
    )
