"""Org units, people, and the roles that people hold in a unit's subtree."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from onebook.infra.fields import recorded_at, recorded_on
from onebook.org.rules import Role


class OrgUnit(models.Model):
    """A unit of the company; `path` is `/1/4/` style, so that a subtree is a prefix."""

    code = models.TextField(unique=True)
    name = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    path = models.TextField(unique=True)

    class Meta:
        db_table = "org_unit"

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """People are found by user name."""


class Person(AbstractBaseUser):
    """Somebody who works with the book; rights come from role grants alone."""

    username = models.TextField(unique=True)
    name = models.TextField()
    is_active = models.BooleanField(default=True)

    objects = PersonManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "org_person"

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A person holds a role over a unit and everything below it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.TextField(choices=[(role.value, role.name) for role in Role])
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")

    class Meta:
        db_table = "org_role_grant"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "org_unit"], name="org_role_grant_once"
            )
        ]


class Change(models.Model):
    """Who changed what of units, people and rights, and when; only added to."""

    class Act(models.TextChoices):
        UNIT_ADDED = "unit_added"
        PERSON_ADDED = "person_added"
        PASSWORD_SET = "password_set"
        ROLE_GRANTED = "role_granted"
        ROLE_REVOKED = "role_revoked"
        ACCOUNT_CLOSED = "account_closed"
        ACCOUNT_OPENED = "account_opened"

    act = models.TextField(choices=Act)
    person_id = models.BigIntegerField(null=True)
    org_unit_id = models.BigIntegerField(null=True)
    role = models.TextField(default="")
    by_id = models.BigIntegerField(null=True, help_text="Null where the system did it.")
    recorded_on = recorded_on()
    recorded_at = recorded_at()

    class Meta:
        db_table = "org_change"
