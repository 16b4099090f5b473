"""Asking for approval with evidence, and deciding by other people, level by level."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from onebook.infra import clock, ids, sql
from onebook.infra.write import insert
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.work import reads
from onebook.work.errors import (
    AlreadyAsked,
    ApprovalOver,
    DecisionUnknown,
    EvidenceMissing,
    LevelsMissing,
    MakerIsChecker,
    NotThisLevel,
    ReasonMissing,
)
from onebook.work.models import ApprovalDecision
from onebook.work.rules import required
from onebook.work.services.tasks import close_task, open_task


@dataclass(frozen=True)
class File:
    """A file handed in as evidence."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Request:
    """What an app asks approval for.

    `title` is an English msgid (mark it with gettext_noop) with the places of `params`; `url` is
    the page of the document, `decide_url` where the app takes the decision and acts on the last.
    """

    kind: str
    app: str
    source_id: int
    title: str
    params: dict[str, Any]
    url: str
    decide_url: str
    org_unit_id: int
    amount_fen: int
    reason: str


@dataclass(frozen=True)
class Decided:
    """Where a request stands after a decision: open, approved (all levels did) or rejected."""

    state: str
    app: str
    kind: str
    source_id: int
    requested_by_id: int


@transaction.atomic
def ask(request: Request, files: Sequence[File], *, by: int) -> int:
    """Ask for approval; the levels are those in force today, fixed with it. Its id.

    A document is asked about once at a time: AlreadyAsked while a request waits or was approved.
    ReasonMissing, EvidenceMissing, LevelsMissing. The app that asks checks that `by` may.
    """
    if not request.reason.strip():
        raise ReasonMissing
    if not files:
        raise EvidenceMissing
    key = {"app": request.app, "kind": request.kind, "source": request.source_id}
    sql.one("work", "lock_source", key)
    before = reads.approval_of(request.app, request.kind, request.source_id)
    if before is not None and before["state"] != "rejected":
        raise AlreadyAsked(approval_id=before["id"])
    today = clock.today()
    levels = required(reads.levels_for(request.kind, today), request.amount_fen)
    if not levels:
        raise LevelsMissing(kind=request.kind, day=today.isoformat())
    approval_id = ids.take("work_approval")
    insert(
        "work_approval",
        id=approval_id,
        kind=request.kind,
        app=request.app,
        source_id=request.source_id,
        title=request.title,
        params=json.dumps(request.params, ensure_ascii=False),
        url=request.url,
        decide_url=request.decide_url.format(approval_id=approval_id),
        reason=request.reason.strip(),
        org_unit_id=request.org_unit_id,
        amount_fen=request.amount_fen,
        requested_by_id=by,
    )
    for one in levels:
        insert("work_approval_step", approval_id=approval_id, level=one.level, role=one.role)
    for file in files:
        _keep(approval_id, file)
    _wait_for(reads.approval(approval_id), levels[0].role)
    return approval_id


def _keep(approval_id: int, file: File) -> None:
    insert(
        "work_evidence",
        id=ids.take("work_evidence"),
        approval_id=approval_id,
        name=file.name,
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
    )


def _wait_for(approval: dict[str, Any], role: str) -> None:
    open_task(
        approval["title"],
        f"/approvals/{approval['id']}",
        Role(role),
        approval["org_unit_id"],
        "work",
        approval["id"],
        params=approval["params"],
    )


@transaction.atomic
def decide(approval_id: int, kind: str, reason: str, *, by: int) -> Decided:
    """Approve or reject at the level that the request waits for, in the caller's transaction.

    The caller acts when the state becomes `approved`. ApprovalUnknown, NotAllowed, MakerIsChecker
    (asked for it, or decided before), ApprovalOver, NotThisLevel, DecisionUnknown, ReasonMissing
    for a rejection; the database refuses the same.
    """
    found = reads.approval(approval_id)
    org.require(by, Action.APPROVE, found["org_unit_id"])
    if kind not in ApprovalDecision.Kind.values:
        raise DecisionUnknown(kind=kind)
    if kind == ApprovalDecision.Kind.REJECT and not reason.strip():
        raise ReasonMissing
    if found["state"] != "open":
        raise ApprovalOver(approval_id=approval_id)
    _refuse_maker(found, by)
    _require_level(found, by)
    insert(
        "work_approval_decision",
        approval_id=approval_id,
        level=found["level"],
        kind=kind,
        reason=reason.strip(),
        person_id=by,
    )
    close_task("work", approval_id, by)
    after = reads.approval(approval_id)
    if after["state"] == "open":
        _wait_for(after, after["role"])
    return Decided(
        after["state"], after["app"], after["kind"], after["source_id"], after["requested_by_id"]
    )


def _refuse_maker(found: dict[str, Any], by: int) -> None:
    decided = {one.person_id for one in reads.decisions_of(found["id"])}
    if by == found["requested_by_id"] or by in decided:
        raise MakerIsChecker(approval_id=found["id"])


def _require_level(found: dict[str, Any], by: int) -> None:
    role = Role(found["role"])
    if role not in org_reads.roles_in(by, found["org_unit_id"]):
        holders = org_reads.holders(role, found["org_unit_id"])
        raise NotThisLevel(
            approval_id=found["id"],
            level=found["level"],
            ask=", ".join(holders[:3]) or role.value,
        )
