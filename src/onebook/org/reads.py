"""Questions about units, people and rights."""

from collections.abc import Collection
from functools import reduce

from django.db.models import Q

from onebook.org import rules
from onebook.org.errors import PersonUnknown, UnitUnknown
from onebook.org.models import Change, OrgUnit, Person, RoleGrant
from onebook.org.rules import Action, Role


def units() -> list[OrgUnit]:
    """Every unit, each before the units below it."""
    return sorted(OrgUnit.objects.all(), key=_steps)


def _steps(unit: OrgUnit) -> list[int]:
    return [int(step) for step in unit.path.split("/") if step]


def people() -> list[Person]:
    """Everybody who has ever had an account, by user name."""
    return list(Person.objects.order_by("username"))


def root() -> OrgUnit:
    """The unit at the top: the company."""
    return units()[0]


def unit(org_unit_id: int) -> OrgUnit:
    """The unit with this id; UnitUnknown else."""
    found = OrgUnit.objects.filter(pk=org_unit_id).first()
    if found is None:
        raise UnitUnknown(org_unit=str(org_unit_id))
    return found


def unit_by_code(code: str) -> OrgUnit:
    """The unit with this code; UnitUnknown else."""
    found = OrgUnit.objects.filter(code=code).first()
    if found is None:
        raise UnitUnknown(org_unit=code)
    return found


def unit_ids_by_label() -> dict[str, int]:
    """What a file may call a unit: every code, and every name that only one unit has."""
    every = list(OrgUnit.objects.all())
    names = [one.name for one in every]
    labels = {one.name: one.pk for one in every if names.count(one.name) == 1}
    return labels | {one.code: one.pk for one in every}


def is_founded() -> bool:
    """Whether the book has a unit or a person."""
    return OrgUnit.objects.exists() or Person.objects.exists()


def has_administrator() -> bool:
    """Whether somebody whose account is open administers the book."""
    return RoleGrant.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True).exists()


def unit_names() -> dict[int, str]:
    """The name of every unit, by id."""
    return dict(OrgUnit.objects.values_list("id", "name"))


def subtree_ids(org_unit_id: int) -> list[int]:
    """The ids of a unit and of everything below it, ascending; UnitUnknown else."""
    path = unit(org_unit_id).path
    return list(
        OrgUnit.objects.filter(path__startswith=path).order_by("id").values_list("id", flat=True)
    )


def covering(org_unit_ids: Collection[int]) -> OrgUnit:
    """The smallest unit that has all of these units below it or is one of them."""
    paths = [_steps(unit(one)) for one in org_unit_ids]
    shared = [steps[0] for steps in zip(*paths, strict=False) if len(set(steps)) == 1]
    return unit(shared[-1])


def person(person_id: int) -> Person:
    """The person with this id; PersonUnknown else."""
    found = Person.objects.filter(pk=person_id).first()
    if found is None:
        raise PersonUnknown(username=str(person_id))
    return found


def changes(limit: int = 200) -> list[Change]:
    """Who changed units, people and roles, newest first."""
    return list(Change.objects.order_by("-id")[:limit])


def person_by_username(username: str) -> Person:
    """The person with this user name; PersonUnknown else."""
    found = Person.objects.filter(username=username).first()
    if found is None:
        raise PersonUnknown(username=username)
    return found


def person_names(person_ids: Collection[int]) -> dict[int, str]:
    """The names of people, by id; unknown ids are left out."""
    return dict(Person.objects.filter(pk__in=person_ids).values_list("id", "name"))


def roles_of(person_id: int) -> list[RoleGrant]:
    """The roles a person holds, each with its unit."""
    return list(
        RoleGrant.objects.filter(person_id=person_id).select_related("org_unit").order_by("id")
    )


def roles_in(person_id: int, org_unit_id: int) -> frozenset[Role]:
    """The roles that an active person holds in a unit, whether granted there or above."""
    path = unit(org_unit_id).path
    grants = RoleGrant.objects.filter(person_id=person_id, person__is_active=True)
    held = grants.values_list("role", "org_unit__path")
    return frozenset(Role(role) for role, above in held if path.startswith(above))


def clashing(readers: Collection[tuple[int, int]], role: Role) -> list[tuple[RoleGrant, int]]:
    """Of (person, unit): the grants that hold there and are forbidden beside `role`, with the unit.

    A grant holds in a unit where it was given there or above.
    """
    paths = dict(OrgUnit.objects.values_list("id", "path"))
    grants = RoleGrant.objects.filter(person_id__in={person for person, _ in readers})
    held: dict[int, list[RoleGrant]] = {}
    for grant in grants.select_related("org_unit").order_by("id"):
        held.setdefault(grant.person_id, []).append(grant)
    return [
        (grant, org_unit_id)
        for person_id, org_unit_id in sorted(readers)
        for grant in held.get(person_id, [])
        if rules.is_forbidden(Role(grant.role), role)
        and paths[org_unit_id].startswith(grant.org_unit.path)
    ]


def may(person_id: int, action: Action, org_unit_id: int | None) -> bool:
    """Whether a person may take the action in a unit; None asks for the whole company."""
    allowed = units_of(person_id, action)
    if org_unit_id is not None:
        return org_unit_id in allowed
    roots = set(OrgUnit.objects.filter(parent=None).values_list("id", flat=True))
    return bool(allowed) and roots <= allowed


def units_of(person_id: int, action: Action) -> frozenset[int]:
    """The ids of the units in which an active person may take the action."""
    grants = RoleGrant.objects.filter(
        person_id=person_id, person__is_active=True, role__in=_roles_for(action)
    )
    return _below(set(grants.values_list("org_unit__path", flat=True)))


def who_may(action: Action, org_unit_id: int | None) -> list[str]:
    """The names of the active people who may take the action in a unit (None: anywhere)."""
    return _names(_roles_for(action), org_unit_id)


def holders(role: Role, org_unit_id: int) -> list[str]:
    """The names of the active people who hold a role in a unit, whether granted there or above."""
    return _names([role], org_unit_id)


def _names(roles: Collection[Role], org_unit_id: int | None) -> list[str]:
    grants = RoleGrant.objects.filter(role__in=roles, person__is_active=True)
    held = grants.order_by("person_id").values_list("person__name", "org_unit__path")
    path = None if org_unit_id is None else unit(org_unit_id).path
    return list(
        dict.fromkeys(name for name, above in held if path is None or path.startswith(above))
    )


def _roles_for(action: Action) -> list[Role]:
    return [role for role in Role if rules.may(frozenset({role}), action)]


def _below(paths: Collection[str]) -> frozenset[int]:
    """The ids of the units at or below any of the paths."""
    if not paths:
        return frozenset()
    prefixes = reduce(Q.__or__, (Q(path__startswith=path) for path in paths))
    return frozenset(OrgUnit.objects.filter(prefixes).values_list("id", flat=True))
