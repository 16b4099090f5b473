"""The list of requests for approval, one request with its evidence and levels, and a file of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_noop

from onebook.infra.report import Column, Report
from onebook.infra.web import export, listing, scope
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.rules import Action, Role
from onebook.work import reads

_STATES = ("open", "approved", "rejected")
_COLUMNS = (
    Column("title_shown", "事项", "Request"),
    Column("org_unit", "单位", "Org unit"),
    Column("amount_fen", "金额", "Amount", "fen"),
    Column("requested_by", "申请人", "Asked by"),
    Column("recorded_on", "申请日期", "Asked on", "date"),
    Column("state_name", "状态", "State"),
    Column("reason", "原因", "Reason"),
)
# What the roles that approve are called as a level.
ROLE_WORDS = {
    Role.TEAM_LEADER: gettext_noop("Team leader's approval"),
    Role.MARKETING_MANAGER: gettext_noop("Marketing manager's approval"),
    Role.FINANCE_MANAGER: gettext_noop("Finance manager's approval"),
    Role.GENERAL_MANAGER: gettext_noop("General manager's approval"),
}


def approvals(request: HttpRequest) -> HttpResponse:
    """Requests for approval, those that wait first."""
    asked = scope.of(request)
    seen = rights.seen(scope.by(request), Action.READ_BOOK, asked.org_unit)
    state = request.GET.get("state", "")
    found = listing.of(
        request,
        lambda limit, offset: reads.approvals(
            seen.units, state if state in _STATES else None, limit, offset
        ),
    )
    shown = _shown(found.rows)
    report = Report(
        name="approvals",
        title_zh="审批事项",
        title_en="Requests for approval",
        as_of=asked.today,
        known_at=None,
        org_unit=seen.code,
        columns=_COLUMNS,
        rows=shown,
    )
    return export.answer(request, report) or render(
        request,
        "work/approvals.html",
        {
            "rows": shown,
            "state": state,
            "states": [(one, state_name(one)) for one in _STATES],
            "page": found.page,
            "more": found.more,
            "unit_shown": seen.name,
        },
    )


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = org.person_names({row["requested_by_id"] for row in rows})
    units = org.unit_names()
    return [
        {
            **row,
            "title_shown": _told(row["title"], row["params"]),
            "org_unit": units[row["org_unit_id"]],
            "requested_by": names[row["requested_by_id"]],
            "state_name": state_name(row["state"]),
        }
        for row in rows
    ]


def _told(title: str, params: dict[str, Any]) -> str:
    return gettext(title).format(**params)


def approval(request: HttpRequest, approval_id: int) -> HttpResponse:
    """One request: what, why, its evidence, who decided, and the buttons for who may now."""
    found = reads.approval(approval_id)
    person_id = scope.by(request)
    rights.require(person_id, Action.READ_BOOK, found["org_unit_id"])
    decisions = {one.level: one for one in reads.decisions_of(approval_id)}
    names = org.person_names([one.person_id for one in decisions.values()])
    (shown,) = _shown([found])
    steps = [
        {
            "role": gettext(ROLE_WORDS[Role(step.role)]),
            "decision": decisions.get(step.level),
            "person": names.get(getattr(decisions.get(step.level), "person_id", 0), ""),
            "waits": found["state"] == "open" and step.level == found["level"],
        }
        for step in reads.steps_of(approval_id)
    ]
    return render(
        request,
        "work/approval.html",
        {
            "one": shown,
            "steps": steps,
            "evidence": reads.evidence_of(approval_id),
            "may_decide": _may_decide(found, person_id),
            "is_maker": person_id == found["requested_by_id"],
        },
    )


def _may_decide(found: dict[str, Any], person_id: int) -> bool:
    if found["state"] != "open" or person_id == found["requested_by_id"]:
        return False
    if any(one.person_id == person_id for one in reads.decisions_of(found["id"])):
        return False
    return Role(found["role"]) in org.roles_in(person_id, found["org_unit_id"])


def evidence(request: HttpRequest, approval_id: int, evidence_id: int) -> HttpResponse:
    """A file of a request, as it was handed in; it is saved, never shown inside a page."""
    found = reads.approval(approval_id)
    rights.require(scope.by(request), Action.READ_BOOK, found["org_unit_id"])
    file = reads.evidence(approval_id, evidence_id)
    answer = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = export.attachment(file.name)
    return answer


def state_name(state: str) -> str:
    """What the state of a request is called on the pages."""
    return {
        "open": gettext("Waits for approval"),
        "approved": gettext("Approved"),
        "rejected": gettext("Turned down"),
    }[state]
