"""What can be wrong with people, units and rights.

OnebookError
└── OrgError
    ├── NotAllowed · LoginRefused
    ├── UnitUnknown · UnitExists · UnitNameEmpty
    ├── PersonUnknown · PersonExists · UsernameUnusable · PasswordTooWeak
    └── RoleToOneself · RolesClash · AdministratorNeeded
"""

from onebook.kernel.errors import OnebookError


class OrgError(OnebookError):
    """The person or unit could not be used. Check both on the people page and try again."""


class NotAllowed(OrgError):
    """{person} may not do this ({action}) in {org_unit}. Ask {ask}."""


class LoginRefused(OrgError):
    """The user name or the password is wrong, or the account is closed. Try again, or ask an
    administrator for a new password."""


class UnitUnknown(OrgError):
    """There is no org unit {org_unit!r}. Write a unit's code or its full name."""


class UnitExists(OrgError):
    """The org unit {code} exists already. Choose another code."""


class UnitNameEmpty(OrgError):
    """An org unit needs a code and a name. Give both."""


class PersonUnknown(OrgError):
    """There is no person with the user name {username!r}. Check the spelling."""


class PersonExists(OrgError):
    """The user name {username} is taken. Choose another one."""


class UsernameUnusable(OrgError):
    """{username!r} is no user name. Write one word of letters, digits, dots and hyphens."""


class PasswordTooWeak(OrgError):
    """The password is not accepted: {problems} Choose another one."""


class RoleToOneself(OrgError):
    """Nobody gives a role to himself: {username} asked for {role}. Ask another administrator.
    Nothing was changed."""


class RolesClash(OrgError):
    """{person} is {held} in {held_in} and cannot be {role} in {org_unit}: one person does not hold
    both where one unit is the other or lies below it. Name somebody else, or take the other role
    back first. Nothing was changed."""


class AdministratorNeeded(OrgError):
    """The book has an administrator, so that the system changes no people and units any more. Say
    who does, by --as USER. Nothing was changed."""
