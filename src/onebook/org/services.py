"""Every write to units, people and roles, and the check that each service makes first."""

import re
from dataclasses import dataclass
from typing import Final

from django.contrib.auth import authenticate as check_credentials
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from onebook.infra.write import insert
from onebook.org import reads
from onebook.org.errors import (
    AdministratorNeeded,
    LoginRefused,
    NotAllowed,
    PasswordTooWeak,
    PersonExists,
    RolesClash,
    RoleToOneself,
    UnitExists,
    UnitNameEmpty,
    UsernameUnusable,
)
from onebook.org.models import Change, OrgUnit, Person, RoleGrant
from onebook.org.rules import NAMES, Action, Role, is_forbidden

SYSTEM: Final = None
"""The person of a job that no person started: it may do what follows rules, never decide, sign or
take money.

A page passes `request.user.pk` of somebody who is logged in, and never this.
"""

# A decision, a signature and money in the hand are a person's, by their meaning.
PERSONAL: Final = frozenset(
    {
        Action.DECIDE_EXCEPTION,
        Action.REQUEST_ADJUSTMENT,
        Action.APPROVE,
        Action.TAKE_RECEIPT,
        Action.REMIT,
        Action.CLOSE_MONTH,
        Action.SIGN_FOR_MARKETING,
        Action.SIGN_FOR_FINANCE,
    }
)

_VALIDATION = "django.contrib.auth.password_validation."
_PASSWORD_RULES = get_password_validators(
    [
        {
            "NAME": f"{_VALIDATION}UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ("username", "name")},
        },
        {"NAME": f"{_VALIDATION}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        {"NAME": f"{_VALIDATION}CommonPasswordValidator"},
        {"NAME": f"{_VALIDATION}NumericPasswordValidator"},
    ]
)
_USERNAME = re.compile(r"[\w.@+-]{1,150}")
_NAMED = 3


def require(person_id: int | None, action: Action, org_unit_id: int | None) -> None:
    """Return if the person may take the action in the unit; NotAllowed else.

    A role granted over a unit covers everything below it. `org_unit_id` None asks for the whole
    company. `person_id` is SYSTEM (None) only where a job acts by itself; see there.
    """
    if person_id is SYSTEM:
        allowed = action not in PERSONAL
    else:
        allowed = reads.may(person_id, action, org_unit_id)
    if not allowed:
        raise not_allowed(person_id, action, org_unit_id)


def require_somewhere(person_id: int | None, action: Action) -> frozenset[int]:
    """The ids of the units in which the person may take the action; NotAllowed if there is none.

    For files whose rows name their units: a row of another unit is rejected by `not_allowed`.
    """
    if person_id is SYSTEM:
        require(SYSTEM, action, None)
        return frozenset(unit.pk for unit in reads.units())
    allowed = reads.units_of(person_id, action)
    if not allowed:
        raise not_allowed(person_id, action, None)
    return allowed


@dataclass(frozen=True)
class Seen:
    """The units whose rows a page shows: their ids (None: the whole company), and their name."""

    units: list[int] | None
    name: str
    code: str


def seen(person_id: int, action: Action, code: str = "") -> Seen:
    """What a person sees who asks for the unit `code` and everything below it.

    Without a code: every unit in which the person may take the action. UnitUnknown, NotAllowed.
    """
    allowed = require_somewhere(person_id, action)
    if code:
        asked = reads.unit_by_code(code)
        require(person_id, action, asked.pk)
        return Seen(reads.subtree_ids(asked.pk), asked.name, asked.code)
    every = reads.units()
    if len(allowed) == len(every):
        return Seen(None, gettext("the whole company"), "*")
    held = [unit for unit in every if unit.pk in allowed]
    tops = [unit for unit in held if unit.parent_id not in allowed]
    return Seen(
        [unit.pk for unit in held],
        ", ".join(unit.name for unit in tops),
        ",".join(unit.code for unit in tops),
    )


def not_allowed(person_id: int | None, action: Action, org_unit_id: int | None) -> NotAllowed:
    """The error that says who may not do what in which unit, and whom to ask."""
    able = reads.who_may(action, org_unit_id) or reads.who_may(Action.MANAGE_PEOPLE, org_unit_id)
    return NotAllowed(
        person=gettext("the system") if person_id is SYSTEM else reads.person(person_id).name,
        action=action.value,
        org_unit=gettext("the whole company") if org_unit_id is None else reads.unit(org_unit_id),
        ask=", ".join(able[:_NAMED]) or gettext("an administrator"),
    )


@transaction.atomic
def create_unit(code: str, name: str, parent_id: int | None = None, *, by: int | None) -> OrgUnit:
    """Add a unit below its parent (None: at the top). UnitNameEmpty, UnitExists, UnitUnknown."""
    require(by, Action.MANAGE_PEOPLE, parent_id)
    code, name = code.strip(), name.strip()
    if not code or not name:
        raise UnitNameEmpty
    if OrgUnit.objects.filter(code=code).exists():
        raise UnitExists(code=code)
    above = "/" if parent_id is None else reads.unit(parent_id).path
    # The path ends with the id, which the database gives; the code is unique meanwhile.
    unit = OrgUnit.objects.create(code=code, name=name, parent_id=parent_id, path=f"{above}{code}/")
    unit.path = f"{above}{unit.pk}/"
    unit.save(update_fields=["path"])
    _record(Change.Act.UNIT_ADDED, by, org_unit_id=unit.pk)
    return unit


def founder(by: int | None) -> int | None:
    """`by` itself; AdministratorNeeded for the system once somebody administers the book.

    Commands ask it: the first administrator is the last person that nobody made.
    """
    if by is SYSTEM and reads.has_administrator():
        raise AdministratorNeeded
    return by


@transaction.atomic
def create_person(username: str, name: str, password: str, *, by: int | None) -> Person:
    """Add somebody without any role. UsernameUnusable, PersonExists, PasswordTooWeak."""
    require(by, Action.MANAGE_PEOPLE, None)
    username = Person.normalize_username(username.strip())
    if not _USERNAME.fullmatch(username):
        raise UsernameUnusable(username=username)
    if Person.objects.filter(username=username).exists():
        raise PersonExists(username=username)
    person = Person(username=username, name=name.strip() or username)
    _give_password(person, password)
    person.save()
    _record(Change.Act.PERSON_ADDED, by, person_id=person.pk)
    return person


@transaction.atomic
def join(
    username: str, name: str, password: str, role: Role, org_unit_id: int, *, by: int | None
) -> Person:
    """Add somebody with a first role in a unit, or neither; the errors of both."""
    person = create_person(username, name, password, by=by)
    grant_role(person.pk, role, org_unit_id, by=by)
    return person


@transaction.atomic
def set_password(person_id: int, password: str, *, by: int | None) -> None:
    """Give somebody a new password; one's own needs no right. PasswordTooWeak."""
    if by is SYSTEM or by != person_id:
        require(by, Action.MANAGE_PEOPLE, None)
    person = reads.person(person_id)
    _give_password(person, password)
    person.save(update_fields=["password"])
    _record(Change.Act.PASSWORD_SET, by, person_id=person_id)


def _give_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person, _PASSWORD_RULES)
    except ValidationError as weak:
        raise PasswordTooWeak(problems=" ".join(weak.messages)) from weak
    person.set_password(password)


@transaction.atomic
def grant_role(person_id: int, role: Role, org_unit_id: int, *, by: int | None) -> RoleGrant:
    """Let another hold a role over a unit and all below it; once is enough.

    RoleToOneself; RolesClash where the person holds one there, above or below, that is forbidden
    beside it (`org.rules.FORBIDDEN`).
    """
    require(by, Action.MANAGE_PEOPLE, org_unit_id)
    if by is not SYSTEM and by == person_id:
        raise RoleToOneself(username=reads.person(person_id).username, role=role.value)
    _refuse_pair(person_id, role, org_unit_id)
    grant, is_new = RoleGrant.objects.get_or_create(
        person=reads.person(person_id), role=role, org_unit=reads.unit(org_unit_id)
    )
    if is_new:
        _record(
            Change.Act.ROLE_GRANTED, by, person_id=person_id, org_unit_id=org_unit_id, role=role
        )
    return grant


def _refuse_pair(person_id: int, role: Role, org_unit_id: int) -> None:
    Person.objects.select_for_update().filter(pk=person_id).first()  # one grant at a time
    unit = reads.unit(org_unit_id)
    for grant in reads.roles_of(person_id):
        held = grant.org_unit
        over = held.path.startswith(unit.path) or unit.path.startswith(held.path)
        if over and is_forbidden(Role(grant.role), role):
            raise roles_clash(person_id, Role(grant.role), held, role, unit)


def roles_clash(
    person_id: int, held: Role, held_in: OrgUnit, role: Role, org_unit: OrgUnit
) -> RolesClash:
    """The error that names both roles of a forbidden pair and where they are held or asked for."""
    return RolesClash(
        person=reads.person(person_id).name,
        held=NAMES[held],
        held_in=held_in.name,
        role=NAMES[role],
        org_unit=org_unit.name,
    )


@transaction.atomic
def revoke_role(person_id: int, role: Role, org_unit_id: int, *, by: int | None) -> None:
    """Take a role back; nothing happens where it was not held."""
    require(by, Action.MANAGE_PEOPLE, org_unit_id)
    held = RoleGrant.objects.filter(person_id=person_id, role=role, org_unit_id=org_unit_id)
    if held.delete()[0]:
        _record(
            Change.Act.ROLE_REVOKED, by, person_id=person_id, org_unit_id=org_unit_id, role=role
        )


@transaction.atomic
def set_active(person_id: int, is_active: bool, *, by: int | None) -> None:
    """Close somebody's account, or open it again."""
    require(by, Action.MANAGE_PEOPLE, None)
    person = reads.person(person_id)
    if person.is_active == is_active:
        return
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    act = Change.Act.ACCOUNT_OPENED if is_active else Change.Act.ACCOUNT_CLOSED
    _record(act, by, person_id=person_id)


def _record(
    act: Change.Act,
    by: int | None,
    *,
    person_id: int | None = None,
    org_unit_id: int | None = None,
    role: str = "",
) -> None:
    """Keep who changed what; the database says when."""
    insert(
        "org_change",
        act=act.value,
        person_id=person_id,
        org_unit_id=org_unit_id,
        role=str(role),
        by_id=by,
    )


def authenticate(username: str, password: str) -> Person:
    """The active person with this user name and password; LoginRefused says no more than that."""
    person = check_credentials(request=None, username=username, password=password)
    if not isinstance(person, Person):
        raise LoginRefused
    return person


def lock_unit(org_unit_id: int) -> None:
    """Let one transaction at a time move a unit's money; held to the end of the caller's."""
    OrgUnit.objects.select_for_update().get(pk=org_unit_id)
