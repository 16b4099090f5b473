"""Verification of random towns finds exactly what a plain reading of the rules finds."""

import random
from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from onebook.billing import jobs
from onebook.customer.rules import Category
from onebook.kernel.periods import Month
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests.billing.towns import TIERS, Town, ask, found_town

MONTHS = [Month(2026, number) for number in (1, 2, 3, 4)]
APRIL = MONTHS[-1]
FLOOR_E4 = {
    Category.RESIDENTIAL: 300_0000,
    Category.COMMERCIAL: 1_000_0000,
    Category.LARGE_INDUSTRY: 10_000_0000,
}
Row = dict[str, Any]


def table(name: str, columns: str) -> list[Row]:
    """A table's rows as they stand."""
    found = ask(f"SELECT {columns} FROM {name}")
    names = [column.split()[-1] for column in columns.split(", ")]
    return [dict(zip(names, row, strict=True)) for row in found]


def readings_in_force() -> list[Row]:
    """The highest version of each meter's month, picked one by one."""
    latest: dict[tuple[int, date], Row] = {}
    for row in table(
        "metering_reading",
        "id, meter_id, service_account_id, bill_month, read_on, previous_on, multiplier, usage_e4,"
        " status, version",
    ):
        key = (row["meter_id"], row["bill_month"])
        if key not in latest or latest[key]["version"] < row["version"]:
            latest[key] = row
    return list(latest.values())


def meets(row: Row, first: date, after: date) -> bool:
    """Whether the row's dates and [first, after) have a day in common."""
    return (row["since"] or date.min) < after and (row["until"] or date.max) > first


class Reference:
    """The rules of verification, account by account and reading by reading."""

    def __init__(self, month: Month) -> None:
        self.month = month
        self.readings = readings_in_force()
        self.bills = table("billing_bill", "id, service_account_id, bill_month, reading_id")
        self.billed = {row["reading_id"] for row in self.bills} | {
            row["reading_id"] for row in table("billing_bill_reading", "reading_id")
        }
        self.accounts = {
            row["id"]: row
            for row in table("customer_service_account", "id, category_id, opened_on, closed_on")
        }
        dated = "lower(during) since, upper(during) until"
        self.installed = table(
            "metering_installation", f"service_account_id, meter_id, multiplier, {dated}"
        )
        self.assigned = table("tariff_assignment", f"service_account_id, tariff_code, {dated}")
        self.versions = table("tariff_version", f"code, {dated}")
        self.has_billed_before = any(
            row["bill_month"] < month.first for row in table("billing_batch", "bill_month")
        )

    def hits(self) -> set[tuple[int, str]]:
        """(reading, rule) of everything there is to find."""
        found: set[tuple[int, str]] = set()
        accounts: dict[int, list[Row]] = defaultdict(list)
        for row in self.readings:
            if row["bill_month"] == self.month.first and row["id"] not in self.billed:
                accounts[row["service_account_id"]].append(row)
                found |= {(row["id"], rule) for rule in self.of_reading(row)}
        for account, rows in accounts.items():
            last = max(row["id"] for row in rows)
            found |= {(last, rule) for rule in self.of_account(account, rows)}
        return found

    def of_reading(self, row: Row) -> list[str]:
        """The rules that look at one reading."""
        found = []
        if row["status"] == 2:
            found.append("R01")
        if row["status"] == 3 or (row["status"] < 2 and not 0 <= row["usage_e4"] <= 10**15):
            found.append("R02")
        first = min(row["previous_on"], row["read_on"])
        after = date.fromordinal(row["read_on"].toordinal() + 1)
        names = ("service_account_id", "meter_id", "multiplier")
        if not any(
            all(one[name] == row[name] for name in names) and meets(one, first, after)
            for one in self.installed
        ):
            found.append("R09")
        return found

    def of_account(self, account: int, rows: list[Row]) -> list[str]:
        """The rules that look at an account's month over all its meters."""
        own = [bill for bill in self.bills if bill["service_account_id"] == account]
        if any(bill["bill_month"] == self.month.first for bill in own):
            return ["R21"]
        facts = self.accounts[account]
        used_e4 = sum(row["usage_e4"] for row in rows)
        mean_e4, months, span = self.before(account)
        found = []
        if self.has_open_correction(account, {bill["bill_month"] for bill in own}):
            found.append("R20")
        if mean_e4 is not None and max(row["status"] for row in rows) < 2:
            away_e4 = abs(used_e4 - mean_e4)
            if used_e4 == 0 and mean_e4 > 0:
                found.append("R03")
            floor_e4 = FLOOR_E4[Category(facts["category_id"])]
            if used_e4 and away_e4 > floor_e4 and away_e4 * 100 > mean_e4 * 50:
                found.append("R04")
        if months:
            ends = max(row["read_on"] for row in rows)
            days = (ends - min(row["previous_on"] for row in rows)).days
            closes = (facts["closed_on"] or date.max) < self.month.next().first
            if days > 35 * span or (days < 25 * span and not closes):
                found.append("R17")
        is_late = (self.month.first - facts["opened_on"]).days < 92
        has_earlier = any(bill["bill_month"] < self.month.first for bill in own)
        if (is_late or (not months and self.has_billed_before)) and not has_earlier:
            found.append("R19")
        if not self.has_tariff(account):
            found.append("R22")
        return found

    def before(self, account: int) -> tuple[int | None, int, int]:
        """Mean usage and number of the months with readings of the last three; months since."""
        window = {self.month.plus(-back).first: back for back in (1, 2, 3)}
        rows = [
            row
            for row in self.readings
            if row["service_account_id"] == account
            and row["bill_month"] in window
            and row["status"] < 2
        ]
        months = {row["bill_month"] for row in rows}
        if not months:
            return None, 0, 0
        mean = Fraction(sum(row["usage_e4"] for row in rows), len(months)) + Fraction(1, 2)
        return mean.__floor__(), len(months), min(window[first] for first in months)

    def has_open_correction(self, account: int, billed_months: set[date]) -> bool:
        """Whether an earlier billed month was read anew after its bill."""
        return any(
            row["service_account_id"] == account
            and row["version"] > 1
            and row["bill_month"] < self.month.first
            and row["bill_month"] in billed_months
            and row["id"] not in self.billed
            for row in self.readings
        )

    def has_tariff(self, account: int) -> bool:
        """Whether some day of the month has an assignment and a version of its tariff."""
        days = [
            date.fromordinal(day)
            for day in range(self.month.first.toordinal(), self.month.next().first.toordinal())
        ]
        codes = [row for row in self.assigned if row["service_account_id"] == account]
        return any(
            one["tariff_code"] == version["code"]
            and any(
                meets(one, day, date.fromordinal(day.toordinal() + 1))
                and meets(version, day, date.fromordinal(day.toordinal() + 1))
                for day in days
            )
            for one in codes
            for version in self.versions
        )


def open_hits(month: Month) -> set[tuple[int, str]]:
    """(reading, rule) of the open exceptions on readings that are not billed."""
    return set(
        ask(
            "SELECT e.reading_id, e.rule FROM billing_v_exception e"
            " WHERE e.bill_month = %s AND e.state = 'open'"
            " AND e.reading_id NOT IN (SELECT reading_id FROM billing_bill"
            " UNION SELECT reading_id FROM billing_bill_reading)",
            month.first,
        )
    )


def settle_in(town: Town, dice: random.Random) -> None:
    """Eight accounts: of three categories, old and new, some with a late or no tariff."""
    for place in range(8):
        number = f"{place:04d}"
        category, code = dice.choice(
            [(Category.RESIDENTIAL, TIERS), (Category.COMMERCIAL, "zj-business-single-lv")]
        )
        opened_on = dice.choice([date(2020, 1, 1), date(2025, 12, 20), date(2026, 1, 29)])
        tariff_from = dice.choice([opened_on, opened_on, date(2026, 4, 15), date(2026, 5, 1)])
        town.account(
            number,
            category=category,
            tariff_code=dice.choice([code, code, code, None]),
            opened_on=opened_on,
            tariff_from=tariff_from,
        )
        if dice.random() < 0.3:
            town.meter(f"{number}-2", number, installed_on=opened_on)


def read(town: Town, month: Month, dice: random.Random) -> None:
    """Read most meters: as usual, not at all used, far more, backward; early, late, on the day."""
    by_day: dict[int, dict[str, int]] = defaultdict(dict)
    for number in town.meters:
        if dice.random() < 0.85:
            kwh = dice.choice([100, 120, 2000, 2100, 0, 450, 1300, 9000, -50])
            by_day[dice.choice([25, 25, 25, 25, 3, 28])][number] = kwh
    for day, usages in by_day.items():
        shown = {number: max(0, town.shown[number] + kwh) for number, kwh in usages.items()}
        town.read(str(month), shown, on=date(month.year, month.month, day), to=True)


def disturb(town: Town, dice: random.Random) -> None:
    """Correct readings of any month, change an archive, end a tariff in the month."""
    for number in dice.sample(sorted(town.meters), 3):
        town.read(str(dice.choice(MONTHS)), {number: dice.choice([90, 2500, 7000])}, to=True)
    account = dice.choice(sorted(town.accounts.values()))
    ask(
        "UPDATE metering_installation SET multiplier = 3 - multiplier"
        " WHERE service_account_id = %s RETURNING id",
        account,
    )
    ask(
        "UPDATE tariff_assignment SET during = during * '(,2026-04-10)'::daterange"
        " WHERE service_account_id = %s AND lower(during) < '2026-04-10' RETURNING id",
        dice.choice(sorted(town.accounts.values())),
    )
    ask(
        "UPDATE customer_service_account SET closed_on = '2026-04-12' WHERE id = %s RETURNING id",
        dice.choice(sorted(town.accounts.values())),
    )


@pytest.mark.parametrize("seed", range(12))
def test_verification_finds_what_a_plain_reading_of_the_rules_finds(db: None, seed: int) -> None:
    dice = random.Random(seed)
    town = found_town()
    settle_in(town, dice)
    for month in MONTHS[:-1]:
        read(town, month, dice)
        if dice.random() < 0.7:
            receivable.issue(month, date(2026, month.month, 28), person_id=SYSTEM)
    read(town, APRIL, dice)

    jobs.verify(APRIL, person_id=SYSTEM)
    expected = Reference(APRIL).hits()
    assert open_hits(APRIL) == expected
    assert len(expected) >= 3

    if dice.random() < 0.5:
        receivable.issue(APRIL, date(2026, 4, 28), person_id=SYSTEM)
    for _ in range(2):
        disturb(town, dice)
        jobs.verify(APRIL, person_id=SYSTEM)
        assert open_hits(APRIL) == Reference(APRIL).hits()
