"""`onebook units`, `users` and `bank-accounts`: what an empty book needs before its first file."""

import secrets
from gettext import gettext as _

import click

from onebook.banking import reads as banking_reads
from onebook.banking import services as banking
from onebook.cli.people import as_option, person_of
from onebook.cli.screen import table
from onebook.cli.setup import with_database
from onebook.kernel.money import format_yuan, parse_yuan
from onebook.kernel.periods import parse_date
from onebook.org import reads, services
from onebook.org.rules import Role

_PASSWORD_BYTES = 12
_unit = click.option(
    "--org-unit", "code", required=True, metavar="CODE", help="The unit, with all below it."
)
_roles = click.Choice([role.value for role in Role])


def _by(username: str | None) -> int | None:
    """Who changes units and people: the system founds the book, until somebody administers it."""
    return services.founder(person_of(username))


@click.group()
def units() -> None:
    """List the company's units, or add one."""


@units.command("list")
@with_database
def list_units() -> None:
    """List every unit, each before those below it."""
    every = reads.units()
    codes = {unit.pk: unit.code for unit in every}
    rows = [(unit.code, unit.name, codes.get(unit.parent_id or 0, "")) for unit in every]
    table((_("Code"), _("Name"), _("Under")), (), rows)


@units.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--under", metavar="CODE", help="The unit above; the company alone has none.")
@as_option
@with_database
def add_unit(code: str, name: str, under: str | None, username: str | None) -> None:
    """Add a unit under another one; the first is the company."""
    parent_id = None if under is None else reads.unit_by_code(under).pk
    made = services.create_unit(code, name, parent_id, by=_by(username))
    click.echo(_("Added the unit {code} {name}").format(code=made.code, name=made.name))


@click.group()
def users() -> None:
    """List people and what they may do, add them, give and take roles, passwords, accounts."""


@users.command("list")
@with_database
def list_users() -> None:
    """List everybody with their roles."""
    rows = []
    for person in reads.people():
        held = [f"{one.role}@{one.org_unit.code}" for one in reads.roles_of(person.pk)]
        state = "" if person.is_active else _("account closed")
        rows.append((person.username, person.name, " ".join(held), state))
    table((_("User name"), _("Name"), _("Roles"), _("State")), (), rows)


@users.command("add")
@click.argument("login", metavar="USERNAME")
@click.argument("name")
@click.option("--role", type=_roles, required=True, help="What the person does.")
@_unit
@as_option
@with_database
def add_user(login: str, name: str, role: str, code: str, username: str | None) -> None:
    """Add a person with a role in a unit; the password is printed once and kept nowhere."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    made = services.join(
        login, name, password, Role(role), reads.unit_by_code(code).pk, by=_by(username)
    )
    click.echo(_("Added {username} {name}").format(username=made.username, name=made.name))
    _print_once(password)


@users.command("grant")
@click.argument("login", metavar="USERNAME")
@click.option("--role", type=_roles, required=True, help="The role to give.")
@_unit
@as_option
@with_database
def grant(login: str, role: str, code: str, username: str | None) -> None:
    """Give somebody a role in a unit and everything below it."""
    person, unit = reads.person_by_username(login), reads.unit_by_code(code)
    services.grant_role(person.pk, Role(role), unit.pk, by=_by(username))
    said = _("{username} holds {role} in {code}")
    click.echo(said.format(username=login, role=role, code=code))


@users.command("revoke")
@click.argument("login", metavar="USERNAME")
@click.option("--role", type=_roles, required=True, help="The role to take back.")
@_unit
@as_option
@with_database
def revoke(login: str, role: str, code: str, username: str | None) -> None:
    """Take a role back from somebody."""
    person, unit = reads.person_by_username(login), reads.unit_by_code(code)
    services.revoke_role(person.pk, Role(role), unit.pk, by=_by(username))
    said = _("{username} no longer holds {role} in {code}")
    click.echo(said.format(username=login, role=role, code=code))


@users.command("password")
@click.argument("login", metavar="USERNAME")
@as_option
@with_database
def reset_password(login: str, username: str | None) -> None:
    """Give somebody a new password, which is printed once and kept nowhere.

    Without --as that is an administrator's alone, for a book whose only one has lost his.
    """
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    person = reads.person_by_username(login)
    administers = any(one.role == Role.ADMINISTRATOR for one in reads.roles_of(person.pk))
    by = person_of(username) if administers else _by(username)
    services.set_password(person.pk, password, by=by)
    _print_once(password)


@users.command("disable")
@click.argument("login", metavar="USERNAME")
@as_option
@with_database
def disable(login: str, username: str | None) -> None:
    """Close somebody's account; what they did stays under their name."""
    services.set_active(reads.person_by_username(login).pk, False, by=_by(username))
    click.echo(_("The account of {username} is closed").format(username=login))


@users.command("enable")
@click.argument("login", metavar="USERNAME")
@as_option
@with_database
def enable(login: str, username: str | None) -> None:
    """Open somebody's account again."""
    services.set_active(reads.person_by_username(login).pk, True, by=_by(username))
    click.echo(_("The account of {username} is open").format(username=login))


@users.command("history")
@with_database
def history() -> None:
    """List who changed units, people and roles, and when, newest first."""
    changes = reads.changes()
    names = reads.person_names(
        {one for row in changes for one in (row.person_id, row.by_id) if one}
    )
    codes = {unit.pk: unit.code for unit in reads.units()}
    rows = [
        (
            f"{row.recorded_at.astimezone():%Y-%m-%d %H:%M:%S}",
            _act_name(row.act),
            names.get(row.person_id or 0, ""),
            row.role,
            codes.get(row.org_unit_id or 0, ""),
            names.get(row.by_id or 0, _("the system")),
        )
        for row in changes
    ]
    titles = (_("When"), _("What"), _("Whose"), _("Role"), _("Org unit"), _("By"))
    table(titles, (), rows)


def _act_name(act: str) -> str:
    return {
        "unit_added": _("unit added"),
        "person_added": _("person added"),
        "password_set": _("password set"),
        "role_granted": _("role given"),
        "role_revoked": _("role taken back"),
        "account_closed": _("account closed"),
        "account_opened": _("account opened"),
    }[act]


def _print_once(password: str) -> None:
    said = _("Password, shown this once: {password}")
    click.echo(said.format(password=password))


@click.group("bank-accounts")
def bank_accounts() -> None:
    """List our accounts at banks, or register one."""


@bank_accounts.command("list")
@with_database
def list_accounts() -> None:
    """List our bank accounts with what they opened with in the book."""
    rows = [
        (one.number, one.bank, one.name, f"{one.opening_on}", format_yuan(one.opening_fen))
        for one in banking_reads.accounts()
    ]
    titles = (
        _("Number of the bank account"),
        _("Bank"),
        _("Name"),
        _("Opened on"),
        _("Opening, yuan"),
    )
    table(titles, {4}, rows)


@bank_accounts.command("add")
@click.argument("number")
@click.argument("bank")
@click.argument("name")
@click.option("--opening", default="0", help="The balance it opens with in the book, in yuan.")
@click.option("--on", "day", required=True, metavar="DAY", help="The day of that balance.")
@_unit
@as_option
@with_database
def add_account(
    number: str, bank: str, name: str, opening: str, day: str, code: str, username: str | None
) -> None:
    """Register one of our bank accounts, with the balance it opens with."""
    unit = reads.unit_by_code(code)
    amount_fen = parse_yuan(opening)
    banking.open_account(
        number, bank, name, unit.pk, amount_fen, parse_date(day), person_id=person_of(username)
    )
    said = _("Registered the account {number} with {amount} yuan on {day}")
    click.echo(said.format(number=number, amount=format_yuan(amount_fen), day=day))
