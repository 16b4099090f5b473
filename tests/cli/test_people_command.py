"""An empty book gets its units, people and bank account by commands, and keeps who did it."""

import re

import pytest
from click.testing import CliRunner, Result
from django.db import DatabaseError, connection, transaction

from onebook.banking import reads as banking
from onebook.banking.errors import BankAccountExists
from onebook.books import reads as books
from onebook.cli.commands_org import bank_accounts, units, users
from onebook.kernel.errors import DayInFuture
from onebook.org import reads, services
from onebook.org.errors import (
    AdministratorNeeded,
    LoginRefused,
    NotAllowed,
    PersonExists,
    RoleToOneself,
    UnitExists,
)
from onebook.org.models import Change
from onebook.org.rules import Action, Role
from onebook.org.services import SYSTEM

pytestmark = pytest.mark.django_db


def run(command: object, *words: str, password: str = "") -> Result:
    """Run a command's words; an error that it raises is the test's."""
    done = CliRunner().invoke(command, list(words), env={"ONEBOOK_PASSWORD": password})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


def password_in(shown: Result) -> str:
    (found,) = re.findall(r": (\S{12,})$", shown.stdout, re.MULTILINE)
    return str(found)


@pytest.fixture
def admin() -> str:
    """A company `co` with its unit `east` and an administrator `root`; the password."""
    run(units, "add", "co", "公司")
    run(units, "add", "east", "城东", "--under", "co")
    shown = run(users, "add", "root", "管某", "--role", "administrator", "--org-unit", "co")
    return password_in(shown)


def acts() -> list[tuple[str, int | None]]:
    return [(one.act, one.by_id) for one in reversed(reads.changes())]


def test_from_an_empty_book_to_somebody_who_takes_money(admin: str) -> None:
    by = ("--as", "root")
    shown = run(
        users, "add", "wang", "王收", "--role", "cashier", "--org-unit", "east", *by, password=admin
    )

    person = services.authenticate("wang", password_in(shown))
    root = reads.person_by_username("root").pk
    east = reads.unit_by_code("east").pk
    assert person.name == "王收"
    assert reads.units_of(person.pk, Action.TAKE_RECEIPT) == {east}
    assert password_in(shown) not in run(users, "list").stdout
    assert acts() == [
        ("unit_added", None),
        ("unit_added", None),
        ("person_added", None),
        ("role_granted", None),
        ("person_added", root),
        ("role_granted", root),
    ]


def test_roles_are_given_and_taken_back_and_each_is_kept_once(admin: str) -> None:
    by = ("--as", "root")
    new = ("li", "李某", "--role", "biller", "--org-unit", "east")
    run(users, "add", *new, *by, password=admin)
    role = ("li", "--role", "customer_service", "--org-unit", "east", *by)
    run(users, "grant", *role, password=admin)
    run(users, "grant", *role, password=admin)
    li, east = reads.person_by_username("li").pk, reads.unit_by_code("east").pk
    assert Role.CUSTOMER_SERVICE in reads.roles_in(li, east)
    run(users, "revoke", *role, password=admin)
    run(users, "revoke", *role, password=admin)
    assert Role.CUSTOMER_SERVICE not in reads.roles_in(li, east)
    assert [act for act, _ in acts()][6:] == ["role_granted", "role_revoked"]
    assert "customer_service" in run(users, "history").stdout


def test_a_closed_account_and_an_old_password_open_nothing(admin: str) -> None:
    fresh = password_in(run(users, "password", "root", "--as", "root", password=admin))
    with pytest.raises(LoginRefused):
        services.authenticate("root", admin)
    assert services.authenticate("root", fresh).username == "root"
    by = ("--as", "root")
    run(users, "disable", "root", *by, password=fresh)
    run(users, "disable", "root")  # nobody administers the book now: the system may found it anew
    with pytest.raises(LoginRefused):
        services.authenticate("root", fresh)
    run(users, "enable", "root")
    assert services.authenticate("root", fresh).username == "root"
    assert [act for act, _ in acts()][4:] == ["password_set", "account_closed", "account_opened"]


def test_what_is_taken_or_not_allowed_changes_nothing(admin: str) -> None:
    by = ("--as", "root")
    biller = ("--role", "biller", "--org-unit", "co", *by)
    shown = run(users, "add", "li", "李核", *biller, password=admin)
    before = acts()
    with pytest.raises(UnitExists):
        run(units, "add", "east", "又一个", *by, password=admin)
    with pytest.raises(PersonExists):
        run(users, "add", "li", "李某", *biller, password=admin)
    with pytest.raises(NotAllowed):
        run(
            units, "add", "west", "城西", "--under", "co", "--as", "li", password=password_in(shown)
        )
    assert acts() == before
    assert [unit.code for unit in reads.units()] == ["co", "east"]


def test_nobody_gives_himself_a_role_and_the_system_none_once_somebody_administers(
    admin: str,
) -> None:
    before = acts()
    finance = ("--role", "finance_manager", "--org-unit", "co")
    with pytest.raises(RoleToOneself):
        run(users, "grant", "root", *finance, "--as", "root", password=admin)
    for words in (
        ("grant", "root", *finance), ("add", "qian", "钱某", *finance), ("disable", "root"),
    ):  # fmt: skip
        with pytest.raises(AdministratorNeeded):
            run(users, *words)
    with pytest.raises(AdministratorNeeded):
        run(units, "add", "west", "城西", "--under", "co")
    assert acts() == before
    assert [one.username for one in reads.people()] == ["root"]


def test_without_a_person_only_an_administrator_gets_a_new_password(admin: str) -> None:
    new = ("li", "李核", "--role", "finance_manager", "--org-unit", "co", "--as", "root")
    run(users, "add", *new, password=admin)
    with pytest.raises(AdministratorNeeded):
        run(users, "password", "li")
    fresh = password_in(run(users, "password", "root"))
    assert services.authenticate("root", fresh).username == "root"


def test_nobody_joins_without_the_role(admin: str) -> None:
    leader = services.join(
        "zhao", "赵某", "copper-kettle-19", Role.ADMINISTRATOR, reads.unit_by_code("east").pk,
        by=SYSTEM,
    )  # fmt: skip
    before = len(acts())
    with pytest.raises(NotAllowed):
        services.join(
            "qian", "钱某", "copper-kettle-20", Role.READER, reads.root().pk, by=leader.pk
        )
    assert len(acts()) == before
    assert "qian" not in [one.username for one in reads.people()]


def test_what_was_recorded_cannot_be_changed(admin: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Change.objects.all().delete()
    assert len(acts()) == 4


def test_a_bank_account_is_registered_once_and_not_ahead(admin: str) -> None:
    asked = ("3305", "建设银行", "电费专户", "--org-unit", "co")
    with pytest.raises(DayInFuture):
        run(bank_accounts, "add", *asked, "--on", "2090-01-01")
    run(bank_accounts, "add", *asked, "--on", "2025-09-01")
    with pytest.raises(BankAccountExists):
        run(bank_accounts, "add", *asked, "--on", "2025-09-02", "--opening", "5.00")
    assert [one.opening_fen for one in banking.accounts()] == [0]


def test_a_bank_account_opens_with_one_journal(admin: str) -> None:
    asked = ("3305", "建设银行", "电费专户", "--on", "2025-09-01", "--org-unit", "co")
    run(bank_accounts, "add", *asked, "--opening", "1000.00")
    (account,) = banking.accounts()
    assert (account.number, account.opening_fen) == ("3305", 1000_00)
    assert len(books.journal_ids("bank_opening", account.pk)) == 1
    assert books.account_balance("1002", account.opening_on) == 1000_00
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM books_journal")
        assert cursor.fetchone() == (1,)
    assert "1,000.00" in run(bank_accounts, "list").stdout
