"""Loads a town of any size by the batch doors: units, accounts, meters, tariffs, readings."""

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


def load_town(accounts: int, month: Month, units: int, *, months: int = 1) -> list[int]:
    """Load accounts (nine tenths households) with readings of `month` and of `months` before it.

    Usage is within a tenth of the first month's, so that verification finds nothing to hold.
    Gives the units' ids.
    """
    root = org.create_unit("bench", "bench", by=org.SYSTEM)
    unit_ids = [
        org.create_unit(f"u{place}", f"unit {place}", root.pk, by=org.SYSTEM).pk
        for place in range(units)
    ]
    tariff.load_packaged(person_id=org.SYSTEM)
    random = np.random.default_rng(SEED)
    business = random.random(accounts) < 0.1
    numbers = [f"{place:010d}" for place in range(accounts)]
    with transaction.atomic():
        rows = customer.Customers(
            account_number=numbers,
            customer_name=[f"c{place}" for place in range(accounts)],
            org_unit_id=[unit_ids[place * units // accounts] for place in range(accounts)],
            category_id=np.where(business, Category.COMMERCIAL, Category.RESIDENTIAL).tolist(),
            opened_on=[OPENED_ON] * accounts,
            simulated=True,
        )
        _, written = customer.take_customers(rows, by=org.SYSTEM)
        metering.install(
            {
                "number": numbers,
                "digits": [6] * accounts,
                "metering_point_id": written.metering_point_id.tolist(),
                "service_account_id": written.service_account_id.tolist(),
                "org_unit_id": written.org_unit_id.tolist(),
                "multiplier": [1] * accounts,
                "policy": ["carry"] * accounts,
                "initial_e4": [0] * accounts,
                "installed_on": [month.plus(-months - 1).first] * accounts,
            }
        )
        codes = np.where(business, "zj-business-single-lv", "zj-residential-tiers").tolist()
        tariff.assign(written.service_account_id.tolist(), codes, [OPENED_ON] * accounts)
    sql.analyze(
        "customer_service_account", "customer_customer", "metering_installation",
        "metering_meter", "tariff_assignment", "tariff_version",
    )  # fmt: skip
    meters = sql.rows("bench", "meters", {"numbers": numbers})
    meter_id = np.array([row["id"] for row in meters], np.int64)
    usual_kwh = np.rint(random.lognormal(5.2, 0.7, accounts)).astype(np.int64) + 1
    register_kwh = usual_kwh.copy()
    _read(month.plus(-months), meter_id, register_kwh)
    for before in range(months - 1, -1, -1):
        register_kwh += usual_kwh + usual_kwh * random.integers(-10, 11, accounts) // 100
        _read(month.plus(-before), meter_id, register_kwh)
    sql.analyze("metering_reading")
    return unit_ids


def _read(month: Month, meter_id: NDArray[np.int64], register_kwh: NDArray[np.int64]) -> None:
    with transaction.atomic():
        file_id = metering.open_file(
            f"bench {month}", f"bench {month}", rows=(0, 0, 0), person_id=org.SYSTEM
        )
        read_on = np.full(len(meter_id), np.datetime64(month.first, "D"))
        readings = metering.Readings(meter_id, read_on, register_kwh * E4_PER_KWH)
        metering.take_readings(month, readings, file_id=file_id)
