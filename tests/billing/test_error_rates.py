"""Error rates by person and cause: what was corrected in time, what was billed wrongly and why."""

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from onebook.billing import reads as bills
from onebook.billing.reads import error_rates
from onebook.cash import services as corrections
from onebook.cli.commands_report import report as report_command
from onebook.customer import reads as customer
from onebook.customer.services import change_category
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.metering import jobs as metering
from onebook.org.models import Person
from onebook.org.rules import Role
from onebook.tariff import services as tariff
from tests.journeys.supplier import Supplier

pytestmark = pytest.mark.django_db

NOVEMBER = Month(2025, 11)
LATER = date(2025, 11, 28)


@pytest.fixture
def supplier() -> Supplier:
    """Four accounts read and billed for November: 3001 and 3002 use 1,000 and 20,000 kWh."""
    supplier = Supplier()
    with clock.on(date(2025, 10, 24)):
        supplier.connect(
            "1001,east,居民生活,zj-residential-tiers",
            "1002,east,居民生活,zj-residential-tiers",
            "3001,east,工商业,zj-business-single-lv",
            "3002,east,工商业,zj-business-single-lv",
        )
    supplier.read_meters(NOVEMBER, "1001,300", "1002,100", "3001,1000", "3002,20000")
    read_again(supplier, "1002", 110)  # before the issue
    supplier.issue(NOVEMBER)
    return supplier


def read_again(supplier: Supplier, number: str, register: int) -> None:
    text = f"户号,抄表月份,抄表日期,示数\n{number},{NOVEMBER},{NOVEMBER}-24,{register}\n"
    with clock.on(date(2025, 11, 24)):
        taken = metering.import_readings(
            text.encode(), f"{number}.csv", person_id=supplier.person[Role.READER]
        )
    assert (taken.taken, taken.rejects) == (1, [])


def correct(supplier: Supplier, number: str) -> None:
    (account,) = customer.ids_by_number([number]).tolist()
    bill = bills.bills_of_account(account)[0]
    with clock.on(LATER):
        corrections.cancel_and_reissue(bill.pk, person_id=supplier.person[Role.BILLER])


def rates(day: date) -> list[tuple[Any, ...]]:
    names = ("role", "person", "accounts", "caught", "errors", "rate", "serious", "error_fen")
    rows = error_rates.report(day, None, None, "*").rows
    return [tuple(row[name] for name in names) for row in rows]


def test_a_wrong_reading_is_the_readers_a_wrong_price_the_billers(supplier: Supplier) -> None:
    assert rates(LATER) == [
        ("reader", "reader", 4, 1, 0, 0, 0, 0),
        ("biller", "biller", 4, 0, 0, 0, 0, 0),
    ]
    read_again(supplier, "3002", 2000)
    correct(supplier, "3002")  # 18,000 kWh too many: serious
    (account,) = customer.ids_by_number(["3001"]).tolist()
    change_category(account, 2, by=supplier.person[Role.BILLER])
    tariff.reassign([account], ["zj-residential-shared"], [NOVEMBER.first])
    correct(supplier, "3001")
    assert rates(date(2025, 11, 27)) == [
        ("reader", "reader", 4, 1, 0, 0, 0, 0),
        ("biller", "biller", 4, 0, 0, 0, 0, 0),
    ]
    found = error_rates.report(LATER, None, None, "*")
    reader, biller = found.rows
    assert (reader["by_reading"], reader["errors"], reader["rate"]) == (1, 1, 25_00)
    (account,) = customer.ids_by_number(["3002"]).tolist()
    totals = sorted(one.total_fen for one in bills.bills_of_account(account))
    assert totals == [-15_355_77, 1_535_58, 15_355_77]
    assert (reader["serious"], reader["error_fen"]) == (1, 13_820_19)
    assert (biller["by_price"], biller["errors"], biller["serious"]) == (1, 1, 0)
    assert found.totals["errors"] == 2


def test_the_report_by_name_and_the_page(supplier: Supplier) -> None:
    shown = CliRunner().invoke(
        report_command, ["error-rates", "--as-of", "2025-11-30", "--format", "json"]
    )
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)["totals"]["errors"] == 0
    with clock.on(LATER):
        page = Client()
        page.force_login(Person.objects.get(pk=supplier.person[Role.MARKETING_MANAGER]))
        told = page.get("/billing/error-rates").content.decode()
    assert "抄表与电费差错率" in told
