"""What was asked for approval, which levels it needs, and who decided what."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.infra import sql
from onebook.work.errors import ApprovalUnknown, EvidenceUnknown, LevelsMissing
from onebook.work.models import ApprovalDecision, ApprovalLevel, ApprovalStep, Evidence
from onebook.work.rules import Level


def approvals(
    units: Sequence[int] | None = None,
    state: str | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Requests that wait first, then the newest; `state` is open, approved, rejected or None.

    Each row: id, kind, app, source_id, title, params, url, decide_url, reason, org_unit_id,
    amount_fen, requested_by_id, recorded_on, recorded_at, state, decided_on, and the level and
    role that it waits for (None where it is decided).
    """
    return _approvals(
        units=None if units is None else list(units), state=state, limit=limit, offset=offset
    )


def _approvals(**asked: Any) -> list[dict[str, Any]]:
    every = dict.fromkeys(("ids", "app", "kind", "source", "units", "state", "limit"))
    rows = sql.rows("work", "approvals", {**every, "offset": 0, **asked})
    return [{**row, "params": json.loads(row["params"])} for row in rows]


def approval(approval_id: int) -> dict[str, Any]:
    """One request, a row as of `approvals`; ApprovalUnknown where there is none."""
    found = _approvals(ids=[approval_id])
    if not found:
        raise ApprovalUnknown(approval_id=approval_id)
    return found[0]


def approval_of(app: str, kind: str, source_id: int) -> dict[str, Any] | None:
    """The latest request of this kind about a document, one that waits first; None else."""
    found = _approvals(app=app, kind=kind, source=source_id, limit=1)
    return found[0] if found else None


def steps_of(approval_id: int) -> list[ApprovalStep]:
    """The levels that a request needs, in their order."""
    return list(ApprovalStep.objects.filter(approval_id=approval_id).order_by("level"))


def decisions_of(approval_id: int) -> list[ApprovalDecision]:
    """What was decided, level by level."""
    return list(ApprovalDecision.objects.filter(approval_id=approval_id).order_by("level"))


def deciders_of(approval_ids: Sequence[int]) -> dict[int, list[int]]:
    """Request -> who decided on it, level by level, for each of these requests."""
    found: dict[int, list[int]] = {one: [] for one in approval_ids}
    for one in ApprovalDecision.objects.filter(approval_id__in=list(found)).order_by("level"):
        found[one.approval_id].append(one.person_id)
    return found


def evidence_of(approval_id: int) -> list[Evidence]:
    """The files of a request without their contents."""
    found = Evidence.objects.filter(approval_id=approval_id).order_by("id")
    return list(found.defer("content"))


def evidence(approval_id: int, evidence_id: int) -> Evidence:
    """One file of a request with its content; EvidenceUnknown where there is none."""
    found = Evidence.objects.filter(pk=evidence_id, approval_id=approval_id).first()
    if found is None:
        raise EvidenceUnknown(approval_id=approval_id)
    return found


def levels_for(kind: str, on: date) -> list[Level]:
    """The levels of a kind of request in force on a day; LevelsMissing where there are none."""
    found = ApprovalLevel.objects.filter(kind=kind, valid_from__lte=on)
    latest = found.order_by("-valid_from").values_list("valid_from", flat=True).first()
    if latest is None:
        raise LevelsMissing(kind=kind, day=on.isoformat())
    return [
        Level(one.level, one.role, one.from_fen)
        for one in found.filter(valid_from=latest).order_by("level")
    ]
