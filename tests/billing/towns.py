"""A small town for the billing tests: accounts on tariffs, meters, and readings month by month."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.db import connection

from onebook.customer.rules import Category
from onebook.customer.services import Customers, take_customers
from onebook.kernel.periods import Month
from onebook.metering import services as metering
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from onebook.tariff import services as tariff

OPENED_ON = date(2020, 1, 1)
TIERS = "zj-residential-tiers"
PASSWORD = "copper-kettle-19"


@dataclass
class Town:
    """One unit; `accounts` and `meters` map numbers to ids, `shown` keeps each meter's value."""

    unit_id: int
    biller_id: int
    cashier_id: int
    accounts: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    meters: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)

    def account(
        self,
        number: str,
        *,
        tariff_code: str | None = TIERS,
        category: Category = Category.RESIDENTIAL,
        opened_on: date = OPENED_ON,
        tariff_from: date | None = None,
    ) -> int:
        """An account with a meter of its own number, installed on the day it was opened."""
        _, written = take_customers(
            Customers([number], [f"用户{number}"], [self.unit_id], [category], [opened_on]),
            by=SYSTEM,
        )
        self.accounts[number] = int(written.service_account_id[0])
        self.points[number] = int(written.metering_point_id[0])
        self.meter(number, number, installed_on=opened_on)
        if tariff_code is not None:
            tariff.assign([self.accounts[number]], [tariff_code], [tariff_from or opened_on])
        return self.accounts[number]

    def meter(self, number: str, account: str, *, installed_on: date, digits: int = 6) -> None:
        """A meter of an account, showing 0."""
        metering.install(
            {
                "number": [number],
                "digits": [digits],
                "metering_point_id": [self.points[account]],
                "service_account_id": [self.accounts[account]],
                "org_unit_id": [self.unit_id],
                "multiplier": [1],
                "policy": ["carry"],
                "initial_e4": [0],
                "installed_on": [installed_on],
            }
        )
        self.meters[number] = ask("SELECT id FROM metering_meter WHERE number = %s", number)[0][0]
        self.shown[number] = 0

    def read(
        self, month: str, usages: dict[str, int], *, on: date | None = None, to: bool = False
    ) -> None:
        """Read meters so that they used so many kWh (with `to`: so that they show the value)."""
        for number, kwh in usages.items():
            self.shown[number] = kwh if to else self.shown[number] + kwh
        values = [self.shown[number] * 10_000 for number in usages]
        bill_month = Month.parse(month)
        days = np.datetime64(on or bill_month.first.replace(day=25), "D")
        file_id = metering.open_file("r.csv", month, rows=(0, 0, 0), person_id=SYSTEM)
        metering.take_readings(
            bill_month,
            metering.Readings(
                np.array([self.meters[number] for number in usages], np.int64),
                np.full(len(usages), days),
                np.array(values, np.int64),
            ),
            file_id=file_id,
        )


def found_town(code: str = "3301") -> Town:
    """A company with one district, its biller and its cashier, and the packaged catalogue."""
    root = org.create_unit(f"{code[:2]}", "省公司", by=SYSTEM)
    unit = org.create_unit(code, "城东", root.pk, by=SYSTEM)
    tariff.load_packaged(person_id=SYSTEM)
    biller = org.create_person("li.na", "李娜", PASSWORD, by=SYSTEM)
    cashier = org.create_person("wang", "王强", PASSWORD, by=SYSTEM)
    org.grant_role(biller.pk, Role.BILLER, root.pk, by=SYSTEM)
    org.grant_role(cashier.pk, Role.CASHIER, root.pk, by=SYSTEM)
    return Town(unit.pk, biller.pk, cashier.pk)


def ask(query: str, *params: object) -> list[tuple]:
    """Ask the book past every program."""
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
