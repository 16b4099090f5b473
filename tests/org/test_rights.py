"""Who may do what in which unit, and who gets in."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from onebook.infra.web import problems
from onebook.org import errors, reads, services
from onebook.org.rules import FORBIDDEN, Action, Role, is_forbidden
from onebook.org.services import SYSTEM

pytestmark = pytest.mark.django_db

PASSWORD = "copper-kettle-19"


@pytest.fixture
def company(db: None) -> SimpleNamespace:
    """A company with two districts, one of which has a station, and a biller of that district."""
    root = services.create_unit("33", "省公司", by=SYSTEM)
    east = services.create_unit("3301", "城东", root.pk, by=SYSTEM)
    west = services.create_unit("3302", "城西", root.pk, by=SYSTEM)
    station = services.create_unit("330101", "城东一所", east.pk, by=SYSTEM)
    biller = services.create_person("li.na", "李娜", PASSWORD, by=SYSTEM)
    services.grant_role(biller.pk, Role.BILLER, east.pk, by=SYSTEM)
    return SimpleNamespace(root=root, east=east, west=west, station=station, biller=biller)


@pytest.mark.parametrize("action", Action)
def test_the_system_follows_rules_and_does_nothing_that_is_a_person_s(
    company: SimpleNamespace, action: Action
) -> None:
    personal = {
        Action.DECIDE_EXCEPTION,
        Action.REQUEST_ADJUSTMENT,
        Action.APPROVE,
        Action.TAKE_RECEIPT,
        Action.REMIT,
        Action.CLOSE_MONTH,
        Action.SIGN_FOR_MARKETING,
        Action.SIGN_FOR_FINANCE,
    }
    if action not in personal:
        services.require(SYSTEM, action, company.root.pk)
        return
    with pytest.raises(errors.NotAllowed):
        services.require(SYSTEM, action, company.root.pk)


def test_a_role_covers_the_subtree_and_nothing_beside_or_above_it(
    company: SimpleNamespace,
) -> None:
    biller = company.biller.pk
    assert reads.units_of(biller, Action.ISSUE_BILLS) == {company.east.pk, company.station.pk}
    services.require(biller, Action.ISSUE_BILLS, company.east.pk)
    services.require(biller, Action.ISSUE_BILLS, company.station.pk)
    for org_unit_id in (company.west.pk, company.root.pk, None):
        with pytest.raises(errors.NotAllowed):
            services.require(biller, Action.ISSUE_BILLS, org_unit_id)
    assert reads.units_of(biller, Action.TAKE_RECEIPT) == frozenset()
    assert reads.roles_in(biller, company.station.pk) == {Role.BILLER}
    assert reads.roles_in(biller, company.west.pk) == frozenset()


def test_paths_are_compared_step_by_step(company: SimpleNamespace) -> None:
    """A unit whose id begins with another's id is not below it."""
    assert company.station.path == f"/{company.root.pk}/{company.east.pk}/{company.station.pk}/"
    assert reads.subtree_ids(company.east.pk) == [company.east.pk, company.station.pk]
    assert [unit.code for unit in reads.units()] == ["33", "3301", "330101", "3302"]


def test_the_refusal_names_who_what_where_and_whom_to_ask(company: SimpleNamespace) -> None:
    cashier = services.create_person("wang", "王强", PASSWORD, by=SYSTEM)
    with pytest.raises(errors.NotAllowed) as refused:
        services.require(cashier.pk, Action.ISSUE_BILLS, company.station.pk)
    assert refused.value.params == {
        "person": "王强",
        "action": "issue_bills",
        "org_unit": company.station,
        "ask": "李娜",
    }
    assert str(refused.value) == "王强 may not do this (issue_bills) in 城东一所. Ask 李娜."


def test_the_system_follows_rules_and_never_decides_or_signs(company: SimpleNamespace) -> None:
    services.require(SYSTEM, Action.ISSUE_BILLS, None)
    assert services.require_somewhere(SYSTEM, Action.IMPORT_READINGS) == {
        company.root.pk, company.east.pk, company.west.pk, company.station.pk,
    }  # fmt: skip
    for action in (
        Action.DECIDE_EXCEPTION,
        Action.SIGN_FOR_FINANCE,
        Action.SIGN_FOR_MARKETING,
    ):
        with pytest.raises(errors.NotAllowed):
            services.require(SYSTEM, action, company.east.pk)


def test_somebody_without_any_unit_is_refused_at_once(company: SimpleNamespace) -> None:
    with pytest.raises(errors.NotAllowed):
        services.require_somewhere(company.biller.pk, Action.TAKE_RECEIPT)
    assert services.require_somewhere(company.biller.pk, Action.ISSUE_BILLS) == {
        company.east.pk, company.station.pk,
    }  # fmt: skip


def test_a_closed_account_has_no_rights_and_does_not_get_in(company: SimpleNamespace) -> None:
    assert services.authenticate("li.na", PASSWORD) == company.biller
    services.set_active(company.biller.pk, False, by=SYSTEM)
    with pytest.raises(errors.LoginRefused):
        services.authenticate("li.na", PASSWORD)
    assert reads.units_of(company.biller.pk, Action.ISSUE_BILLS) == frozenset()


@pytest.mark.parametrize(("username", "password"), [("li.na", "wrong"), ("nobody", PASSWORD)])
def test_a_refused_login_does_not_say_which_half_was_wrong(
    company: SimpleNamespace, username: str, password: str
) -> None:
    with pytest.raises(errors.LoginRefused) as refused:
        services.authenticate(username, password)
    assert refused.value.params == {}


@pytest.mark.parametrize("password", ["short-1", "1234567890", "password123", "wangqiang1"])
def test_weak_passwords_are_refused_and_nobody_is_made(db: None, password: str) -> None:
    services.create_unit("33", "省公司", by=SYSTEM)
    with pytest.raises(errors.PasswordTooWeak):
        services.create_person("wangqiang", "王强", password, by=SYSTEM)
    with pytest.raises(errors.PersonUnknown):
        reads.person_by_username("wangqiang")


def test_a_password_may_be_changed_by_its_owner_and_by_an_administrator_only(
    company: SimpleNamespace,
) -> None:
    other = services.create_person("wang", "王强", PASSWORD, by=SYSTEM)
    services.set_password(company.biller.pk, "amber-lantern-7", by=company.biller.pk)
    with pytest.raises(errors.NotAllowed):
        services.set_password(company.biller.pk, "green-meadow-11", by=other.pk)
    assert services.authenticate("li.na", "amber-lantern-7") == company.biller


def test_units_and_people_are_made_once_and_by_administrators(company: SimpleNamespace) -> None:
    with pytest.raises(errors.UnitExists):
        services.create_unit("3301", "另一个", by=SYSTEM)
    with pytest.raises(errors.UnitNameEmpty):
        services.create_unit(" ", "无编码", by=SYSTEM)
    with pytest.raises(errors.UnitUnknown):
        reads.unit_by_code("9999")
    with pytest.raises(errors.PersonExists):
        services.create_person("li.na", "李娜", PASSWORD, by=SYSTEM)
    with pytest.raises(errors.UsernameUnusable):
        services.create_person("li na", "李娜", PASSWORD, by=SYSTEM)
    with pytest.raises(errors.NotAllowed):
        services.create_unit("3303", "城北", company.east.pk, by=company.biller.pk)
    services.grant_role(company.biller.pk, Role.BILLER, company.east.pk, by=SYSTEM)
    assert len(reads.roles_of(company.biller.pk)) == 1
    services.revoke_role(company.biller.pk, Role.BILLER, company.east.pk, by=SYSTEM)
    assert reads.roles_of(company.biller.pk) == []


def test_a_file_may_name_a_unit_by_code_or_by_a_name_that_is_its_own(
    company: SimpleNamespace,
) -> None:
    services.create_unit("3303", "城东", company.root.pk, by=SYSTEM)
    labels = reads.unit_ids_by_label()
    assert labels["3301"] == company.east.pk
    assert labels["城西"] == company.west.pk
    assert "城东" not in labels


# ------------------------------------------------------------ forbidden pairs


_R = Role
# What each role may be held beside, in one unit: everything else is two people's.
_BESIDE = {
    _R.READER: {_R.CUSTOMER_SERVICE, _R.ACCOUNTANT},
    _R.BILLER: {_R.CUSTOMER_SERVICE},
    _R.CASHIER: {_R.CUSTOMER_SERVICE},
    _R.CUSTOMER_SERVICE: {_R.READER, _R.BILLER, _R.CASHIER, _R.ACCOUNTANT},
    _R.TEAM_LEADER: {_R.MARKETING_MANAGER, _R.FINANCE_MANAGER, _R.GENERAL_MANAGER},
    _R.MARKETING_MANAGER: {_R.TEAM_LEADER, _R.GENERAL_MANAGER},
    _R.ACCOUNTANT: {_R.CUSTOMER_SERVICE, _R.READER},
    _R.FINANCE_MANAGER: {_R.TEAM_LEADER, _R.GENERAL_MANAGER},
    _R.GENERAL_MANAGER: {_R.TEAM_LEADER, _R.MARKETING_MANAGER, _R.FINANCE_MANAGER},
    _R.AUDITOR: set(),
    _R.ADMINISTRATOR: set(),
}


def test_the_table_says_of_every_two_roles_whether_one_person_holds_both() -> None:
    assert {
        one: {other for other in Role if other != one and not is_forbidden(one, other)}
        for one in Role
    } == _BESIDE
    assert not any(len(pair) == 1 for pair in FORBIDDEN)


@pytest.mark.parametrize("pair", sorted(tuple(sorted(pair)) for pair in FORBIDDEN))
def test_every_forbidden_pair_is_refused_in_the_unit_above_and_below(
    company: SimpleNamespace, pair: tuple[str, str]
) -> None:
    held, asked = map(Role, pair)
    person = services.create_person("wang", "王强", PASSWORD, by=SYSTEM).pk
    services.grant_role(person, held, company.east.pk, by=SYSTEM)
    before = reads.changes()
    for where in (company.root, company.east, company.station):
        with pytest.raises(errors.RolesClash, match=f"in 城东 and cannot be .* in {where.name}:"):
            services.grant_role(person, asked, where.pk, by=SYSTEM)
    assert [(one.role, one.org_unit_id) for one in reads.roles_of(person)] == [
        (held, company.east.pk)
    ]
    assert reads.changes() == before
    services.grant_role(person, asked, company.west.pk, by=SYSTEM)
    services.revoke_role(person, held, company.east.pk, by=SYSTEM)
    services.grant_role(person, asked, company.station.pk, by=SYSTEM)


def test_the_refusal_names_both_roles_and_where(company: SimpleNamespace) -> None:
    with pytest.raises(errors.RolesClash) as refused:
        services.grant_role(company.biller.pk, Role.CASHIER, company.station.pk, by=SYSTEM)
    assert str(refused.value).startswith(
        "李娜 is the biller in 城东 and cannot be the cashier in 城东一所: one person does not"
    )
    with translation.override("zh-hans"):
        said = problems.text(refused.value)
    assert said.startswith("李娜在城东已是核算员,不能再任城东一所的收费员")
