"""Small builders for tests: a company, accounts with meters and tariffs, readings, opened debts."""

from dataclasses import dataclass
from datetime import date

from onebook.customer import reads as customer
from onebook.hub import jobs as hub
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org import services as org
from onebook.org.models import RoleGrant
from onebook.org.rules import Role
from onebook.receivable import jobs as receivable
from onebook.tariff import services as tariff

INSTALLED_ON = date(2025, 8, 24)
PASSWORD = "correct-horse-battery"


@dataclass(frozen=True)
class Company:
    """The top unit, its unit `east`, and one person a role."""

    root: int
    east: int
    person: dict[str, int]


def company(*roles: Role) -> Company:
    """A company with one unit below it and a person for each role."""
    root = org.create_unit("company", "公司", by=org.SYSTEM).pk
    east = org.create_unit("east", "城东", root, by=org.SYSTEM).pk
    person = {}
    for role in roles:
        made = org.create_person(role.value, f"{role.value} 某", PASSWORD, by=org.SYSTEM)
        org.grant_role(made.pk, role, root, by=org.SYSTEM)
        person[role.value] = made.pk
    tariff.load_packaged(person_id=org.SYSTEM)
    return Company(root, east, person)


def give_past_the_rule(person_id: int, role: Role, org_unit_id: int) -> None:
    """Give a role that is forbidden beside another, as a book of before that rule may hold it."""
    RoleGrant.objects.create(person_id=person_id, role=role, org_unit_id=org_unit_id)


def accounts(*rows: str) -> list[int]:
    """Accounts from `number,category,multiplier,initial,tariff`; their ids in the same order."""
    head = "户号,户名,单位,用电类别,开户日期,表号,倍率,初始示数,装表日期,电价\n"
    lines = []
    for row in rows:
        number, category, multiplier, initial, code = row.split(",")
        lines.append(
            f"{number},用户{number},east,{category},2024-03-01,M{number},{multiplier},{initial},"
            f"{INSTALLED_ON},{code}\n"
        )
    with clock.on(INSTALLED_ON):
        taken = hub.import_master_data(
            (head + "".join(lines)).encode(), "c.csv", person_id=org.SYSTEM
        )
    assert [str(one.reason) for one in taken.rejects] == []
    return customer.ids_by_number([row.split(",")[0] for row in rows]).tolist()


def read(month: str, *rows: str) -> metering.ReadingsFile:
    """Readings from `number,value`, read on the 24th."""
    first = Month.parse(month).first
    head = "户号,抄表月份,抄表日期,示数\n"
    body = "".join(
        f"{row.split(',')[0]},{month},{first.replace(day=24)},{row.split(',')[1]}\n" for row in rows
    )
    return metering.import_readings((head + body).encode(), f"r{month}.csv", person_id=org.SYSTEM)


def owe(*rows: str, on: date = date(2025, 9, 1)) -> None:
    """Opening arrears from `number,bill month,due date,yuan`."""
    text = "户号,电费年月,应收日期,欠费金额\n" + "\n".join(rows) + "\n"
    taken = receivable.import_opening(text.encode(), "o.csv", effective_on=on, person_id=org.SYSTEM)
    assert taken.taken == len(rows), [str(one.reason) for one in taken.rejects]
