"""The dated terms of supply contracts: in from a file, kept apart by days, shown on the account."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from onebook.customer import errors, reads
from onebook.customer.rules import DemandMode
from onebook.customer.services import take_terms
from onebook.hub import jobs as hub
from onebook.infra.tabular import FileTaken
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

pytestmark = pytest.mark.django_db

HEAD = "户号,户名,单位,用电类别,开户日期,表号,电价,容量"
WORKS = "1,甲厂,3301,大工业,2024-01-01,M1,zj-business-two-part-10kv-capacity,630"
HOME = "2,乙,3301,居民生活,2024-01-01,M2,zj-residential-tiers,8"
TERMS = "运行容量,容需量方式,合同需量,功率因数标准,家庭人口,每月增加基数,免费电量,行业,条款生效日期"
ENGLISH = (
    "running capacity,demand mode,contract demand,power factor standard,persons,extra quota,"
    "free kwh,industry,terms since"
)
KVA = 10_000


@pytest.fixture
def unit(db: None) -> Any:
    found = org.create_unit("3301", "城东", by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    return found


def take(*rows: str, terms: str = TERMS) -> FileTaken:
    data = "\n".join([f"{HEAD},{terms}", *rows, ""]).encode("gb18030")
    return hub.import_master_data(data, "用户.csv", person_id=SYSTEM)


def terms(number: str) -> list[tuple[Any, ...]]:
    return [
        (
            str(one["since"]), one["until"] and str(one["until"]), one["running_e4"] // KVA,
            one["contract_e4"] // KVA, one["demand_mode"], one["contract_demand_e4"] // KVA,
            one["pf_standard_bp"], one["persons"], one["extra_quota_e4_month"] // KVA,
            one["free_e4_month"] // KVA, one["industry"],
        )
        for one in reads.terms_of(reads.account(number)["id"])
    ]  # fmt: skip


def reasons(taken: FileTaken) -> list[type]:
    return [type(reject.reason) for reject in taken.rejects]


@pytest.mark.parametrize("heading", [TERMS, ENGLISH])
def test_the_terms_of_a_factory_and_of_a_large_household(unit: Any, heading: str) -> None:
    mode = "按容量" if heading == TERMS else "capacity"
    taken = take(
        f"{WORKS},500kVA,{mode},,0.9,,,,金属制品业,", f"{HOME},,,,,5人,100,15,,", terms=heading
    )
    assert (taken.taken, taken.rejects) == (2, [])
    assert terms("1") == [
        ("2024-01-01", None, 500, 630, DemandMode.CAPACITY, 0, 9000, 0, 0, 0, "金属制品业")
    ]
    assert terms("2") == [("2024-01-01", None, 8, 8, DemandMode.NONE, 0, 0, 5, 100, 15, "")]


def test_an_account_without_terms_stays_without(unit: Any) -> None:
    # 运行容量 alone is the account's capacity
    taken = take(f"{HOME},8,,,,,,,,")
    assert (taken.taken, terms("2")) == (1, [])


def test_a_change_has_its_day_and_the_same_file_changes_nothing(unit: Any) -> None:
    row = f"{WORKS},630,容量,,0.90,,,,,"
    assert take(row).taken == 1
    assert take(row).unchanged == 1

    sealed = take(f"{WORKS},315,,,,,,,,2026-09-10")
    again = take(f"{WORKS},315,,,,,,,,2026-09-10")

    assert (sealed.taken, again.taken, again.unchanged) == (1, 0, 1)
    assert terms("1") == [
        ("2026-09-10", None, 315, 630, 1, 0, 9000, 0, 0, 0, ""),
        ("2024-01-01", "2026-09-10", 630, 630, 1, 0, 9000, 0, 0, 0, ""),
    ]


def test_terms_that_cannot_be_taken_are_said_and_nothing_is_written(unit: Any) -> None:
    take(f"{WORKS},630,容量,,0.90,,,,,")
    undated = take(f"{WORKS},315,合同需量,300,,,,,,")
    earlier = take(f"{WORKS},315,,,,,,,,2023-12-31")
    unread = [
        take(f"{HOME},{cells}")
        for cells in (
            "8,也许,,,,,,,", ",,-5,,,,,,", ",,,0.95,,,,,", ",,,,很多,,,,", ",,,,,,1e3,,",
        )
    ]  # fmt: skip

    assert reasons(undated) == [errors.TermsDiffer]
    assert str(undated.rejects[0].reason) == (
        "Other terms of the contract stand since 2024-01-01 (运行容量, 容需量方式, 合同需量). Write"
        " the day from which the new ones count, after that one."
    )
    assert reasons(earlier) == [errors.TermsEarlier]
    assert [reasons(one) for one in unread] == [[errors.TermUnreadable]] * 5
    assert str(unread[2].rejects[0].reason) == (
        "功率因数标准 '0.95' cannot be read. Write 0.90, 0.85, 0.80."
    )
    assert terms("1") == [("2024-01-01", None, 630, 630, 1, 0, 9000, 0, 0, 0, "")]
    assert reads.find_accounts("2", None) == []


def test_two_terms_on_one_day_are_refused_by_the_database(unit: Any) -> None:
    take(f"{WORKS},630,容量,,0.90,,,,,")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customer_terms SELECT id + 1, service_account_id, running_e4, contract_e4,"
            " demand_mode, contract_demand_e4, pf_standard_bp, persons, extra_quota_e4_month,"
            " free_e4_month, industry, '[2025-01-01,2025-02-01)' FROM customer_terms"
        )
    assert len(terms("1")) == 1


def test_terms_begin_by_a_person_who_may(unit: Any) -> None:
    take(WORKS + ",,,,,,,,,")
    account = reads.account("1")["id"]
    clerk = org.create_person("wang", "王强", "copper-kettle-19", by=SYSTEM)
    org.grant_role(clerk.pk, Role.CASHIER, unit.pk, by=SYSTEM)
    given = {"demand_mode": DemandMode.CONTRACT, "contract_demand_e4": 400 * KVA}

    with pytest.raises(NotAllowed):
        take_terms(account, date(2026, 9, 1), given, by=clerk.pk)
    assert terms("1") == []
    assert take_terms(account, date(2026, 9, 1), given, by=SYSTEM) is True
    assert take_terms(account, date(2026, 9, 1), given, by=SYSTEM) is False
    with pytest.raises(errors.TermsDiffer):
        take_terms(account, date(2026, 9, 1), {"contract_demand_e4": 1}, by=SYSTEM)
    assert terms("1") == [("2026-09-01", None, 630, 630, 2, 400, 0, 0, 0, 0, "")]


def test_the_account_s_page_shows_its_terms_with_their_days(unit: Any) -> None:
    take(f"{WORKS},630,容量,,0.90,,,,金属制品业,", f"{HOME},,,,,,,,,")
    take(f"{WORKS},315,,,,,,,,2026-09-10")
    service = org.create_person("li", "李娜", "copper-kettle-19", by=SYSTEM)
    org.grant_role(service.pk, Role.BILLER, unit.pk, by=SYSTEM)
    client = Client()
    client.force_login(Person.objects.get(pk=service.pk))

    page = client.get("/accounts/1").content.decode()
    section = re.search(r'<section class="report" id="terms">.*?</section>', page, re.DOTALL)
    assert section is not None
    rows = [
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", section[0], re.DOTALL)[1:]
    ]
    said = [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in rows]
    assert [row[4:] for row in said] == [["按容量", "", "0.90", "", "金属制品业"]] * 2
    assert [(row[2], row[3]) for row in said] == [("315", "630"), ("630", "630")]
    assert "2026-09-10" in said[0][0]
    assert "2026-09-10" in said[1][1]
    assert 'id="terms"' not in client.get("/accounts/2").content.decode()
