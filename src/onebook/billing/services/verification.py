"""Verification (核算) of a unit's readings, and what people decide of what it finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from onebook.billing import reads, rules
from onebook.billing.errors import (
    BilledAlready,
    DecisionUnknown,
    ExceptionOver,
    NotReleasable,
    ReasonMissing,
)
from onebook.billing.models import Decision
from onebook.infra import sql
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.work import services as work


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
    answer: dict[str, dict[str, int]] = {}
    for row in sql.rows(
        "billing",
        "verify",
        {**asked, "person": person_id, "not_releasable": list(rules.NOT_RELEASABLE)},
    ):
        answer.setdefault(row["what"], {})[row["rule"]] = row["n"]
    verified = VerifiedUnit(
        readings=answer["readings"][""],
        found=dict(sorted(answer.get("found", {}).items())),
        cleared=sum(answer.get("cleared", {}).values()),
        reopened=sum(answer.get("reopened", {}).values()),
    )
    insert(
        "billing_verification",
        org_unit_id=org_unit_id,
        bill_month=month.first,
        readings=verified.readings,
        reading_sum=answer["reading_sum"][""],
        found=sum(verified.found.values()),
        cleared=verified.cleared,
        person_id=person_id,
    )
    tell_billers(org_unit_id, month, by=None)
    return verified


@transaction.atomic
def decide(
    exception_ids: int | Sequence[int], kind: str, reason: str, *, person_id: int | None
) -> None:
    """Release exceptions, or hold their bills, with a reason; a person who may, in each unit.

    All of them or none: ReasonMissing, DecisionUnknown, ExceptionUnknown, NotAllowed,
    NotReleasable (nothing right to bill), ExceptionOver, BilledAlready (too late to hold).
    """
    if not reason.strip():
        raise ReasonMissing
    if kind not in (Decision.Kind.RELEASE, Decision.Kind.HOLD):
        raise DecisionUnknown(kind=kind)
    asked = [exception_ids] if isinstance(exception_ids, int) else list(exception_ids)
    found = reads.exceptions_by_id(asked)
    for org_unit_id in sorted({one["org_unit_id"] for one in found}):
        org.require(person_id, Action.DECIDE_EXCEPTION, org_unit_id)
    for one in found:
        _refuse_decision(one, kind)
    sql.execute(
        "billing",
        "decide",
        {"ids": asked, "kind": kind, "reason": reason.strip(), "person": person_id},
    )
    for org_unit_id, first in sorted({(one["org_unit_id"], one["bill_month"]) for one in found}):
        tell_billers(org_unit_id, Month.of(first), by=person_id)


def _refuse_decision(one: dict[str, Any], kind: str) -> None:
    named = {"rule": one["rule"], "account": one["number"]}
    if one["state"] == Decision.Kind.CLEAR:
        raise ExceptionOver(**named)
    if kind == Decision.Kind.RELEASE and not rules.BY_CODE[one["rule"]].releasable:
        raise NotReleasable(**named)
    if kind == Decision.Kind.HOLD and one["bill_id"] is not None and one["rule"] != "R21":
        raise BilledAlready(account=one["number"], month=str(Month.of(one["bill_month"])))


def tell_billers(org_unit_id: int, month: Month, *, by: int | None) -> None:
    """Keep a task for the unit's billers while exceptions keep bills of the month back."""
    source_id = org_unit_id * 1_000_000 + month.year * 100 + month.month
    counts = reads.exception_counts(month, [org_unit_id])
    if not any(row["blocking"] and row["state"] == "open" for row in counts):
        work.close_task("billing", source_id, by)
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
