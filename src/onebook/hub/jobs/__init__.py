"""A file of master data: each row a customer, its account, meter and tariff, in whole or not."""

from typing import Any

import numpy as np
from django.db import transaction

from onebook.customer import jobs as customer
from onebook.customer.rules import Category
from onebook.customer.services import Checked, Written
from onebook.hub.errors import TariffUnknown
from onebook.infra import sql
from onebook.infra.tabular import Field, FileTaken, Table, read_table
from onebook.kernel.cells import Faults
from onebook.metering import jobs as metering
from onebook.metering import services as metering_services
from onebook.metering.rules import UsagePolicy
from onebook.tariff import reads as tariff
from onebook.tariff import services as tariff_services

FIELDS = (
    *customer.FIELDS,
    *customer.TERM_FIELDS,
    *metering.INSTALLATION_FIELDS,
    *metering.POINT_FIELDS,
    Field("tariff", ("电价", "电价代码", "电价编码", "tariff"), required=True),
)
_RESIDENTIAL = {Category.RESIDENTIAL, Category.RESIDENTIAL_SHARED}


def import_master_data(
    data: bytes,
    name: str,
    *,
    person_id: int | None,
    dry_run: bool = False,
    simulated: bool = False,
) -> FileTaken:
    """Take customers, contract terms, meters and tariffs in from one file, in one transaction.

    A row that one of them refuses is refused by all and comes back with its reason. The same file
    again changes nothing; a changed name or address is an update.
    """
    table = read_table(data, name, FIELDS)
    faults: Faults = {}
    _check_tariffs(table.columns["tariff"], faults)
    with transaction.atomic():
        checked = customer.check_file(table, by=person_id, faults=faults, simulated=simulated)
        terms = customer.check_file_terms(table, checked, faults)
        meters = metering.check_installations(
            table.columns, checked.service_account_id.tolist(), faults
        )
        points = metering.check_point_terms(
            table.columns, checked.metering_point_id.tolist(), checked.rows.opened_on, faults
        )
        tariff_services.check_assignments(
            checked.service_account_id.tolist(), table.columns["tariff"], faults
        )
        written = customer.write_customers(checked)
        _write(table, checked, written, meters)
        begun = customer.write_terms(terms, written.service_account_id.tolist())
        begun += metering_services.write_points(points, written.metering_point_id.tolist())
        if dry_run:
            transaction.set_rollback(True)
    sql.analyze(
        "customer_service_account", "customer_customer", "customer_metering_point",
        "metering_installation", "metering_meter", "tariff_assignment", "tariff_version",
        "customer_terms", "metering_point_terms",
    )  # fmt: skip
    is_taken = written.created | written.changed
    is_taken[begun] = True
    taken = int(is_taken.sum())
    result = FileTaken.of(table)
    result.taken = taken
    result.unchanged = len(table) - len(faults) - taken
    result.rejects = table.rejected(faults)
    return result


def _check_tariffs(codes: list[str], faults: Faults) -> None:
    known = tariff.codes()
    for row, code in enumerate(codes):
        if code not in known:
            faults.setdefault(row, TariffUnknown(code=code, known=", ".join(sorted(known))))


def _write(table: Table, checked: Checked, written: Written, meters: dict[str, list[Any]]) -> None:
    """Install the meters that are new, and put the accounts on their tariffs."""
    rows = np.flatnonzero(written.service_account_id >= 0).tolist()
    opened = checked.rows.opened_on
    fresh = [row for row in rows if not meters["known"][row]]
    metering_services.install(
        {
            "number": [meters["meter_number"][row] for row in fresh],
            "digits": [meters["digits"][row] or 6 for row in fresh],
            "multiplier": [meters["multiplier"][row] or 1 for row in fresh],
            "initial_e4": [meters["initial_e4"][row] or 0 for row in fresh],
            "installed_on": [meters["installed_on"][row] or opened[row] for row in fresh],
            "policy": [_policy(checked, meters, row) for row in fresh],
            "registers": [meters["registers"][row] for row in fresh],
            "metering_point_id": written.metering_point_id[fresh].tolist(),
            "service_account_id": written.service_account_id[fresh].tolist(),
            "org_unit_id": written.org_unit_id[fresh].tolist(),
        }
    )
    tariff_services.assign(
        written.service_account_id[rows].tolist(),
        [table.columns["tariff"][row] for row in rows],
        [opened[row] for row in rows],
    )


def _policy(checked: Checked, meters: dict[str, list[Any]], row: int) -> str:
    """Decimals of a household's own register carry; behind a transformer whole kWh are billed."""
    residential = checked.rows.category_id[row] in _RESIDENTIAL
    carries = residential and (meters["multiplier"][row] or 1) == 1
    return (UsagePolicy.CARRY if carries else UsagePolicy.HALF_UP).value
