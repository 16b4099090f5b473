"""Loads a town of any size by the batch doors: units, accounts, meters, tariffs, readings."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from onebook.customer import services as customer
from onebook.customer.rules import Category
from onebook.infra import sql
from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.periods import Month
from onebook.metering import services as metering
from onebook.org import services as org
from onebook.tariff import services as tariff

OPENED_ON = date(2024, 1, 1)
SEED = 7
# Of odd readings each hundredth account used nothing, and each hundredth far more than before.
_ODD_EVERY = 100
_ODD_KWH = 20_000
_FILLED = (
    "customer_customer", "customer_service_account", "customer_metering_point",
    "metering_installation", "metering_meter", "metering_reading", "tariff_assignment",
    "tariff_version",
)  # fmt: skip


@dataclass
class Street:
    """One org unit's meters, what they usually use in a month, and where they stand now."""

    org_unit_id: int
    meter_id: NDArray[np.int64]
    usual_kwh: NDArray[np.int64]
    register_kwh: NDArray[np.int64]


@dataclass
class Town:
    """Accounts with one meter each, nine tenths of them households, in streets."""

    random: np.random.Generator
    streets: list[Street] = field(default_factory=list)

    @property
    def unit_ids(self) -> list[int]:
        return [street.org_unit_id for street in self.streets]

    def read(self, month: Month, *, odd: bool = False) -> int:
        """Take a month's readings in, a file and a transaction a unit; how many are new.

        Usage is within a tenth of the usual, so that verification finds nothing to hold, except
        where the readings are to be odd. Ends as the import of files does, with statistics.
        """
        new = sum(self._read(street, month, odd) for street in self.streets)
        sql.analyze("metering_reading")
        return new

    def _read(self, street: Street, month: Month, odd: bool) -> int:
        usual_kwh = street.usual_kwh
        used_kwh = usual_kwh + usual_kwh * self.random.integers(-10, 11, len(usual_kwh)) // 100
        if odd:
            used_kwh[::_ODD_EVERY] = 0
            used_kwh[1::_ODD_EVERY] += _ODD_KWH
        street.register_kwh += used_kwh
        return _take(street, month)


def load_town(accounts: int, first_month: Month, units: int) -> Town:
    """Load accounts whose meters stand at their usual month's kWh, read in `first_month`."""
    root = org.create_unit("bench", "bench", by=org.SYSTEM)
    tariff.load_packaged(person_id=org.SYSTEM)
    town = Town(np.random.default_rng(SEED))
    for place in range(units):
        unit = org.create_unit(f"u{place}", f"unit {place}", root.pk, by=org.SYSTEM)
        start, end = (at * accounts // units for at in (place, place + 1))
        street = _street(town.random, unit.pk, range(start, end), first_month)
        _take(street, first_month)
        town.streets.append(street)
        # A power of two: often enough for the next unit's statements to plan for what is there.
        if place & (place + 1) == 0 or place == units - 1:
            sql.analyze(*_FILLED)
    return town


def _street(
    random: np.random.Generator, org_unit_id: int, places: range, first_month: Month
) -> Street:
    count = len(places)
    business = random.random(count) < 0.1
    usual_kwh = np.rint(random.lognormal(5.2, 0.7, count)).astype(np.int64) + 1
    numbers = [f"{place:010d}" for place in places]
    with transaction.atomic():
        rows = customer.Customers(
            account_number=numbers,
            customer_name=[f"c{place}" for place in places],
            org_unit_id=[org_unit_id] * count,
            category_id=np.where(business, Category.COMMERCIAL, Category.RESIDENTIAL).tolist(),
            opened_on=[OPENED_ON] * count,
            simulated=True,
        )
        _, written = customer.take_customers(rows, by=org.SYSTEM)
        metering.install(
            {
                "number": numbers,
                "digits": [6] * count,
                "metering_point_id": written.metering_point_id.tolist(),
                "service_account_id": written.service_account_id.tolist(),
                "org_unit_id": written.org_unit_id.tolist(),
                "multiplier": [1] * count,
                "policy": ["carry"] * count,
                "initial_e4": [0] * count,
                "installed_on": [first_month.plus(-1).first] * count,
            }
        )
        codes = np.where(business, "zj-business-single-lv", "zj-residential-tiers").tolist()
        tariff.assign(written.service_account_id.tolist(), codes, [OPENED_ON] * count)
    meters = sql.rows("bench", "meters", {"numbers": numbers})
    meter_id = np.array([row["id"] for row in meters], np.int64)
    return Street(org_unit_id, meter_id, usual_kwh, usual_kwh.copy())


def _take(street: Street, month: Month) -> int:
    """Take the street's registers in as they stand, read on the month's first day."""
    count = len(street.meter_id)
    name = f"bench {month} {street.org_unit_id}"
    with transaction.atomic():
        file_id = metering.open_file(name, name, rows=(count, count, 0), person_id=org.SYSTEM)
        read_on = np.full(count, np.datetime64(month.first, "D"))
        readings = metering.Readings(street.meter_id, read_on, street.register_kwh * E4_PER_KWH)
        return metering.take_readings(month, readings, file_id=file_id).new
