"""Customers from a file: what goes in, what is refused and why, and what a second import does."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from onebook.customer import errors, jobs, reads
from onebook.customer.models import Customer, MeteringPoint, ServiceAccount
from onebook.customer.rules import Category
from onebook.customer.services import Checked, Customers, Written, take_customers
from onebook.infra.tabular import read_table
from onebook.kernel.cells import CellBlank, CellUnclean
from onebook.kernel.errors import DateUnreadable
from onebook.org import errors as org_errors
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM

pytestmark = pytest.mark.django_db

HEAD = "户号,户名,单位,用电类别,地址,电压等级,容量,开户日期,计量点,电话,客户编号"


@pytest.fixture
def units(db: None) -> SimpleNamespace:
    """A company with two districts."""
    root = org.create_unit("33", "省公司", by=SYSTEM)
    east = org.create_unit("3301", "城东", root.pk, by=SYSTEM)
    west = org.create_unit("3302", "城西", root.pk, by=SYSTEM)
    return SimpleNamespace(root=root, east=east, west=west)


def take(*rows: str, by: int | None = SYSTEM, head: str = HEAD) -> tuple[Checked, Written]:
    """Import the rows as a GB18030 file would bring them."""
    data = "\n".join([head, *rows, ""]).encode("gb18030")
    table = read_table(data, "用户.csv", jobs.FIELDS)
    checked = jobs.check_file(table, by=by)
    return checked, jobs.write_customers(checked)


def reasons(checked: Checked) -> dict[int, Any]:
    """Row index -> the kind of fault."""
    return {index: type(fault) for index, fault in sorted(checked.faults.items())}


def counts() -> tuple[int, int, int]:
    return Customer.objects.count(), ServiceAccount.objects.count(), MeteringPoint.objects.count()


def test_a_row_becomes_a_customer_an_account_and_a_metering_point(units: SimpleNamespace) -> None:
    checked, written = take(
        '00123,王强,城东,居民生活,"和平路1号, 3幢",220V,8,2024年3月15日,,13800000000,'
    )

    assert checked.faults == {}
    assert (written.created.tolist(), written.changed.tolist()) == ([True], [False])
    found = reads.account("00123")
    assert found == {
        "id": int(written.service_account_id[0]),
        "number": "00123",
        "customer_id": found["customer_id"],
        "customer_number": "00123",
        "customer_name": "王强",
        "phone": "13800000000",
        "org_unit_id": units.east.pk,
        "category_id": Category.RESIDENTIAL,
        "address": "和平路1号, 3幢",
        "voltage": "220V",
        "capacity_kva": 8,
        "opened_on": date(2024, 3, 15),
        "closed_on": None,
        "simulated": False,
    }
    points = MeteringPoint.objects.filter(service_account_id=found["id"]).values("id", "number")
    assert list(points) == [{"id": int(written.metering_point_id[0]), "number": "00123"}]


def test_the_same_file_again_changes_nothing(units: SimpleNamespace) -> None:
    rows = ("1,甲,城东,工商业,,10kV,315,2024-01-01,P1,,C1", "2,甲,城西,大工业,,,,2024-01-01,P2,,C1")
    _, first = take(*rows)
    before = [list(model.objects.order_by("id").values()) for model in (Customer, ServiceAccount)]

    checked, again = take(*rows)

    assert checked.faults == {}
    assert (again.created.any(), again.changed.any()) == (False, False)
    assert again.service_account_id.tolist() == first.service_account_id.tolist()
    assert before == [
        list(model.objects.order_by("id").values()) for model in (Customer, ServiceAccount)
    ]
    assert counts() == (1, 2, 2)


def test_a_new_name_and_address_update_and_a_blank_cell_says_nothing(
    units: SimpleNamespace,
) -> None:
    take(
        "1,甲,城东,工商业,东街1号,10kV,315,2024-01-01,P1,0571-1,C1",
        "2,乙,城东,居民,,,,2024-01-01,,,",
    )

    checked, written = take(
        "1,甲公司,城东,工商业,,,,2024-01-01,,0571-2,", "2,乙,城东,居民,,,,2024-01-01,,,"
    )

    assert checked.faults == {}
    assert (written.created.tolist(), written.changed.tolist()) == ([False, False], [True, False])
    found = reads.account("1")
    assert (found["customer_name"], found["phone"], found["address"], found["capacity_kva"]) == (
        "甲公司", "0571-2", "东街1号", 315,
    )  # fmt: skip
    assert counts() == (2, 2, 2)


def test_rows_that_cannot_be_read_are_refused_and_the_rest_goes_in(units: SimpleNamespace) -> None:
    checked, written = take(
        "1,甲,城东,工商业,,,315kVA,2024-01-01,,,",
        "2,,城东,工商业,,,,2024-01-01,,,",
        "3,丙,城南,工商业,,,,2024-01-01,,,",
        "4,丁,城东,路灯,,,,2024-01-01,,,",
        "5,戊,城东,居民,,,八千,2024-01-01,,,",
        "6,己,城东,居民,,,,2024-02-30,,,",
        '7,"庚\n辛",城东,居民,,,,2024-01-01,,,',
    )

    assert reasons(checked) == {
        1: CellBlank,
        2: org_errors.UnitUnknown,
        3: errors.CategoryUnknown,
        4: errors.CapacityUnreadable,
        5: DateUnreadable,
        6: CellUnclean,
    }
    assert written.service_account_id[1:].tolist() == [-1] * 6
    assert list(ServiceAccount.objects.values_list("number", flat=True)) == ["1"]
    assert counts() == (1, 1, 1)


def test_rows_of_one_file_that_contradict_each_other_are_refused(units: SimpleNamespace) -> None:
    checked, _ = take(
        "1,甲,城东,居民,,,,2024-01-01,P1,,C1",
        "1,甲,城东,居民,,,,2024-01-01,P9,,C1",
        "2,乙,城东,居民,,,,2024-01-01,P1,,",
        "3,丙,城东,居民,,,,2024-01-01,,,C1",
    )

    assert reasons(checked) == {
        1: errors.AccountTwice,
        2: errors.PointTwice,
        3: errors.CustomerTwoNames,
    }
    assert checked.faults[1].params == {"account": "1", "row_number": 2}
    assert counts() == (1, 1, 1)


def test_rows_that_contradict_the_record_are_refused_and_change_nothing(
    units: SimpleNamespace,
) -> None:
    take("1,甲,城东,居民,,,,2024-01-01,P1,,C1", "2,乙,城东,居民,,,,2024-01-01,P2,,C2")
    before = list(ServiceAccount.objects.order_by("id").values())

    checked, written = take(
        "1,甲,城西,居民,,,,2024-01-01,P1,,C1",
        "2,乙,城东,居民,,,,2024-02-01,P2,,C2",
        "3,丙,城东,居民,,,,2024-01-01,P1,,C3",
        "C2,丁,城东,居民,,,,2024-01-01,,,",
    )
    second, _ = take("1,甲,城东,居民,,,,2024-01-01,P1,,C2", "2,乙,城东,居民,,,,2024-01-01,P7,,C2")

    assert reasons(checked) == {
        0: errors.AccountInOtherUnit,
        1: errors.OpenedOnDiffers,
        2: errors.PointTwice,
        3: errors.CustomerNumberTaken,
    }
    assert checked.faults[0].params == {"account": "1", "recorded": "城东"}
    assert reasons(second) == {0: errors.AccountOfOtherCustomer, 1: errors.SecondPoint}
    assert (written.created.any(), written.changed.any()) == (False, False)
    assert list(ServiceAccount.objects.order_by("id").values()) == before
    assert counts() == (2, 2, 2)


def test_two_names_for_one_recorded_customer_are_seen_although_only_one_row_gives_its_number(
    units: SimpleNamespace,
) -> None:
    take("1,甲,城东,居民,,,,2024-01-01,,,C1", "2,甲,城东,居民,,,,2024-01-01,,,C1")

    checked, written = take("1,乙,城东,居民,,,,2024-01-01,,,", "2,丙,城东,居民,,,,2024-01-01,,,C1")

    assert reasons(checked) == {1: errors.CustomerTwoNames}
    assert written.changed.tolist() == [True, False]
    assert reads.account("2")["customer_name"] == "乙"


def test_somebody_writes_only_the_units_of_their_role(units: SimpleNamespace) -> None:
    biller = org.create_person("li.na", "李娜", "copper-kettle-19", by=SYSTEM)
    rows = ("1,甲,城东,居民,,,,2024-01-01,,,", "2,乙,城西,居民,,,,2024-01-01,,,")
    with pytest.raises(org_errors.NotAllowed):
        take(*rows, by=biller.pk)
    org.grant_role(biller.pk, Role.BILLER, units.east.pk, by=SYSTEM)

    checked, _ = take(*rows, by=biller.pk)

    assert reasons(checked) == {1: org_errors.NotAllowed}
    assert list(ServiceAccount.objects.values_list("number", flat=True)) == ["1"]


def test_columns_go_in_without_a_file_and_are_labelled_as_simulated(
    units: SimpleNamespace,
) -> None:
    rows = Customers(
        account_number=["1", "2"],
        customer_name=["甲", "乙"],
        org_unit_id=[units.east.pk, units.west.pk],
        category_id=[Category.RESIDENTIAL, Category.COMMERCIAL],
        opened_on=[date(2024, 1, 1)] * 2,
        simulated=True,
    )

    checked, written = take_customers(rows, by=SYSTEM)

    assert checked.faults == {}
    assert written.org_unit_id.tolist() == [units.east.pk, units.west.pk]
    assert set(Customer.objects.values_list("simulated", flat=True)) == {True}
    ids = reads.ids_by_number(["2", "9", "1"]).tolist()
    assert ids == [written.service_account_id[1], -1, written.service_account_id[0]]
    columns = reads.accounts_of_units([units.east.pk])
    assert columns["id"].tolist() == [written.service_account_id[0]]
    assert columns["closed_on"].tolist() == [2**31 - 1]


def test_accounts_are_found_by_what_a_clerk_types(units: SimpleNamespace) -> None:
    take(
        "100,王强,城东,居民,和平路1号,,,2024-01-01,,13800000000,",
        "101,强盛公司,城西,工商业,和平路2号,,,2024-01-01,,,",
    )

    def numbers(text: str, org_units: list[int] | None = None) -> list[str]:
        return [row["number"] for row in reads.find_accounts(text, org_units)]

    assert numbers("10") == ["100", "101"]
    assert numbers("10", [units.west.pk]) == ["101"]
    assert numbers("强") == ["101"]
    assert numbers("和平") == ["100", "101"]
    assert numbers("13800000000") == ["100"]
    assert (numbers("%"), numbers(" ")) == ([], [])
    assert [row["number"] for row in reads.accounts_page(None, after="100")] == ["101"]
    with pytest.raises(errors.AccountUnknown):
        reads.account("999")
    with pytest.raises(errors.AccountUnknown):
        reads.account_by_number("999")
    assert reads.account_by_number("101").org_unit_id == units.west.pk
