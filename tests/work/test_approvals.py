"""Approvals: levels by amount, another person at each, evidence kept; the database holds it too."""

import hashlib
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils.translation import gettext_noop

from onebook.infra import guards
from onebook.infra.write import insert
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.rules import Role
from onebook.work import errors, reads, services
from onebook.work.rules import Level, required
from onebook.work.services import File, Request
from tests.builders import Company, company, give_past_the_rule

pytestmark = pytest.mark.django_db

FILE = File("派工单.pdf", b"%PDF the work order")


@pytest.fixture
def people() -> Company:
    return company(*Role)


def asked(people: Company, amount_fen: int = 500_00, source_id: int = 7) -> int:
    request = Request(
        kind="adjustment",
        app="billing",
        source_id=source_id,
        title=gettext_noop("{role}"),
        params={"role": "x"},
        url="/",
        decide_url="/corrections/{approval_id}/decide",
        org_unit_id=people.east,
        amount_fen=amount_fen,
        reason="表计超差",
    )
    return services.ask(request, [FILE], by=people.person["biller"])


def waiting(people: Company) -> set[str]:
    return {
        role
        for role in ("team_leader", "marketing_manager", "finance_manager", "biller")
        if reads.waiting_for(people.person[role])
    }


def test_levels_go_by_the_amount_of_either_sign() -> None:
    levels = [Level(2, "b", 1_000_00), Level(1, "a", 0), Level(3, "c", 10_000_00)]

    def roles(amount_fen: int) -> list[str]:
        return [one.role for one in required(levels, amount_fen)]

    assert roles(0) == roles(999_99) == ["a"]
    assert roles(1_000_00) == roles(-9_999_99) == ["a", "b"]
    assert roles(-10_000_00) == ["a", "b", "c"]


def test_a_small_amount_takes_one_other_person(people: Company) -> None:
    one = asked(people)
    assert waiting(people) == {"team_leader"}

    decided = services.decide(one, "approve", "现场已核", by=people.person["team_leader"])

    assert (decided.state, decided.app, decided.source_id) == ("approved", "billing", 7)
    assert decided.requested_by_id == people.person["biller"]
    assert waiting(people) == set()
    found = reads.approval(one)
    assert (found["state"], found["level"], found["role"]) == ("approved", None, None)


def test_a_large_amount_goes_up_level_by_level(people: Company) -> None:
    one = asked(people, -12_000_00)
    assert [step.role for step in reads.steps_of(one)] == [
        "team_leader",
        "marketing_manager",
        "finance_manager",
    ]
    with pytest.raises(errors.NotThisLevel, match=r"level 1.*team_leader 某"):
        services.decide(one, "approve", "", by=people.person["finance_manager"])
    assert services.decide(one, "approve", "", by=people.person["team_leader"]).state == "open"
    assert waiting(people) == {"marketing_manager"}
    assert (
        services.decide(one, "approve", "", by=people.person["marketing_manager"]).state == "open"
    )
    assert waiting(people) == {"finance_manager"}
    last = services.decide(one, "approve", "", by=people.person["finance_manager"])
    assert last.state == "approved"
    with pytest.raises(errors.ApprovalOver):
        services.decide(one, "reject", "太晚", by=people.person["finance_manager"])


def test_a_rejection_ends_it_and_it_may_be_asked_again(people: Company) -> None:
    one = asked(people, 2_000_00)
    with pytest.raises(errors.AlreadyAsked, match=str(one)):
        asked(people, 2_000_00)
    with pytest.raises(errors.ReasonMissing):
        services.decide(one, "reject", " ", by=people.person["team_leader"])
    rejected = services.decide(one, "reject", "证据不足", by=people.person["team_leader"])
    assert rejected.state == "rejected"
    assert waiting(people) == set()
    with pytest.raises(errors.ApprovalOver):
        services.decide(one, "approve", "", by=people.person["marketing_manager"])

    again = asked(people, 2_000_00)

    assert again != one
    assert waiting(people) == {"team_leader"}


def test_nobody_decides_what_they_asked_for_or_twice(people: Company) -> None:
    for role in (Role.TEAM_LEADER, Role.MARKETING_MANAGER):
        give_past_the_rule(people.person["biller"], role, people.root)
    org.grant_role(people.person["team_leader"], Role.MARKETING_MANAGER, people.root, by=org.SYSTEM)
    one = asked(people, 2_000_00)
    with pytest.raises(errors.MakerIsChecker):
        services.decide(one, "approve", "", by=people.person["biller"])
    services.decide(one, "approve", "", by=people.person["team_leader"])
    with pytest.raises(errors.MakerIsChecker):
        services.decide(one, "approve", "", by=people.person["team_leader"])
    assert [one.person_id for one in reads.decisions_of(one)] == [people.person["team_leader"]]


@pytest.mark.parametrize(
    ("role", "level", "told"),
    [
        ("biller", 1, errors.DecidedByMaker),
        ("marketing_manager", 2, errors.DecidedOutOfTurn),
        ("marketing_manager", 5, errors.DecidedOutOfTurn),
    ],
)
def test_the_database_refuses_it_too(
    people: Company, role: str, level: int, told: type[Exception]
) -> None:
    one = asked(people, 2_000_00)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        insert(
            "work_approval_decision",
            approval_id=one,
            level=level,
            kind="approve",
            reason="",
            person_id=people.person[role],
        )
    assert isinstance(guards.refusal(refused.value), told)
    assert reads.decisions_of(one) == []


def test_the_database_refuses_the_same_person_at_two_levels(people: Company) -> None:
    one = asked(people, 2_000_00)
    services.decide(one, "approve", "", by=people.person["team_leader"])
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        insert(
            "work_approval_decision",
            approval_id=one,
            level=2,
            kind="approve",
            reason="",
            person_id=people.person["team_leader"],
        )
    assert isinstance(guards.refusal(refused.value), errors.DecidedByMaker)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM work_approval_decision")
    assert reads.approval(one)["state"] == "open"


def test_evidence_is_kept_as_handed_in(people: Company) -> None:
    one = asked(people)
    (file,) = reads.evidence_of(one)
    assert (file.name, file.sha256) == (FILE.name, hashlib.sha256(FILE.content).hexdigest())
    assert bytes(reads.evidence(one, file.pk).content) == FILE.content
    with pytest.raises(errors.EvidenceUnknown):
        reads.evidence(one + 1, file.pk)


def test_what_is_asked_wrongly_is_refused(people: Company) -> None:
    good = Request("adjustment", "billing", 9, "x", {}, "/", "/", people.east, 1, "为何")
    by = people.person["biller"]
    with pytest.raises(errors.EvidenceMissing):
        services.ask(good, [], by=by)
    with pytest.raises(errors.ReasonMissing):
        services.ask(replace(good, reason=" "), [FILE], by=by)
    with pytest.raises(errors.LevelsMissing, match="other"):
        services.ask(replace(good, kind="other"), [FILE], by=by)
    with pytest.raises(errors.ApprovalUnknown):
        reads.approval(1)
    one = asked(people)
    with pytest.raises(NotAllowed):
        services.decide(one, "approve", "", by=people.person["cashier"])
    with pytest.raises(errors.DecisionUnknown):
        services.decide(one, "perhaps", "", by=people.person["team_leader"])
