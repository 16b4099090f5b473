"""Every write to customers, service accounts and metering points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from onebook.customer import errors
from onebook.infra import ids, sql
from onebook.infra.copy import copy_in, copy_out
from onebook.kernel.cells import Faults
from onebook.kernel.errors import OnebookError
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Optional = Sequence[Any] | None

_STAGED = [
    "account_number",
    "customer_name",
    "org_unit_id",
    "category_id",
    "opened_on",
    "customer_number",
    "metering_point",
    "phone",
    "address",
    "voltage",
    "capacity_kva",
]


@dataclass(frozen=True)
class Customers:
    """n rows of customer + service account + metering point, as columns of length n.

    In the optional columns None says nothing: it keeps what is recorded, and a new account takes
    its own number for the customer's and the metering point's. `row_numbers` are the file's.
    """

    account_number: Sequence[str]
    customer_name: Sequence[str]
    org_unit_id: Sequence[int]
    category_id: Sequence[int]
    opened_on: Sequence[date]
    customer_number: Optional = None
    metering_point: Optional = None
    phone: Optional = None
    address: Optional = None
    voltage: Optional = None
    capacity_kva: Optional = None
    simulated: bool = False
    row_numbers: Sequence[int] | None = None

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.account_number)

    def column(self, name: str) -> Sequence[Any]:
        """A column, of Nones where it is not given."""
        column: Optional = getattr(self, name)
        return list(repeat(None, len(self))) if column is None else column

    def row_number(self, index: int) -> int:
        """The file's number of a row."""
        return index + 1 if self.row_numbers is None else self.row_numbers[index]


@dataclass(frozen=True)
class Checked:
    """Rows held against the record, to be written in the same transaction.

    `faults` says of each row that cannot be written why. The ids are those of the record, int64
    [n], -1 where nothing is recorded yet (and in faulty rows).
    """

    rows: Customers
    faults: Faults
    customer_id: Int64
    service_account_id: Int64
    metering_point_id: Int64


class Written(NamedTuple):
    """The ids of the rows written, int64 [n], -1 in rows left out; and what happened to each."""

    service_account_id: Int64
    metering_point_id: Int64
    org_unit_id: Int64
    created: Bools
    changed: Bools


def check_customers(rows: Customers, *, by: int | None, faults: Faults | None = None) -> Checked:
    """Hold rows against each other and against the record; rows in `faults` are left out.

    Raises NotAllowed where `by` may import master data in no unit; a row of a unit that `by` may
    not write is a fault. Call it in the transaction that writes.
    """
    faults = {} if faults is None else faults
    _refuse_foreign_units(rows, by, faults)
    _refuse_repeated(rows, faults)
    _stage(rows, faults)
    _refuse_conflicts(rows, faults)
    checked = Checked(rows, faults, *_resolve(len(rows)))
    _refuse_two_names(checked)
    return checked


def write_customers(checked: Checked, keep: Bools | None = None) -> Written:
    """Write the rows of `keep` (None: all) that have no fault, in the caller's transaction.

    The same rows again change nothing; a new name, address, category … is an update.
    """
    kept = np.ones(len(checked.rows), np.bool_) if keep is None else keep.copy()
    kept[list(checked.faults)] = False
    at = np.flatnonzero(kept)
    customer_id, new_customer = _customer_ids(checked, at)
    account_id, new_account = _filled(checked.service_account_id[at], "customer_service_account")
    point_id, new_point = _filled(checked.metering_point_id[at], "customer_metering_point")
    changed = np.zeros(len(kept), np.bool_)
    if len(at):
        block = {
            "ord": at, "customer_id": customer_id, "account_id": account_id,
            "point_id": point_id, "new_customer": new_customer, "new_account": new_account,
            "new_point": new_point,
        }  # fmt: skip
        copy_in("customer_incoming_ids", block)
        changed[[row["ord"] for row in sql.rows("customer", "changed")]] = True
        sql.execute("customer", "write", {"simulated": checked.rows.simulated})
    units = np.asarray([unit or -1 for unit in checked.rows.org_unit_id], np.int64)
    return Written(
        _spread(account_id, at, len(kept)), _spread(point_id, at, len(kept)),
        np.where(kept, units, -1), _spread(new_account, at, len(kept), False), changed,
    )  # fmt: skip


def take_customers(rows: Customers, *, by: int | None) -> tuple[Checked, Written]:
    """Check and write in one transaction; the faults of rows left out are `checked.faults`."""
    with transaction.atomic():
        checked = check_customers(rows, by=by)
        return checked, write_customers(checked)


def _refuse_foreign_units(rows: Customers, by: int | None, faults: Faults) -> None:
    allowed = org.require_somewhere(by, Action.IMPORT_MASTER_DATA)
    refusals: dict[int, OnebookError] = {}
    for index, unit in enumerate(rows.org_unit_id):
        if unit not in allowed and index not in faults:
            if unit not in refusals:
                refusals[unit] = org.not_allowed(by, Action.IMPORT_MASTER_DATA, unit)
            faults[index] = refusals[unit]


def _refuse_repeated(rows: Customers, faults: Faults) -> None:
    """Refuse an account or a metering point that an earlier row gives already."""
    accounts: dict[str, int] = {}
    points: dict[str, int] = {}
    for index, (account, own_point) in enumerate(
        zip(rows.account_number, rows.column("metering_point"), strict=True)
    ):
        if index in faults:
            continue
        point = own_point or account
        if account in accounts:
            first = rows.row_number(accounts[account])
            faults[index] = errors.AccountTwice(account=account, row_number=first)
        elif point in points:
            first = rows.row_number(points[point])
            faults[index] = errors.PointTwice(point=point, row_number=first)
        else:
            accounts[account] = points[point] = index


def _stage(rows: Customers, faults: Faults) -> None:
    """COPY the rows without a fault into customer_incoming; text has no fixed width."""
    sql.execute("customer", "stage")
    columns = [rows.column(name) for name in _STAGED]
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY customer_incoming (ord, {', '.join(_STAGED)}) FROM STDIN") as copy,
    ):
        for index, row in enumerate(zip(*columns, strict=True)):
            if index not in faults:
                copy.write_row((index, *row))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customer_incoming")


def _refuse_conflicts(rows: Customers, faults: Faults) -> None:
    found = sql.rows("customer", "conflicts")
    names = org_reads.unit_names() if found else {}
    for row in found:
        account = rows.account_number[row["ord"]]
        faults[row["ord"]] = _CONFLICTS[row["kind"]](account, row, names)


_Conflict = Callable[[str, dict[str, Any], dict[int, str]], OnebookError]

_CONFLICTS: dict[str, _Conflict] = {
    "unit": lambda account, row, names: errors.AccountInOtherUnit(
        account=account, recorded=names[row["org_unit_id"]]
    ),
    "opened": lambda account, row, _: errors.OpenedOnDiffers(
        account=account, recorded=row["opened_on"].isoformat()
    ),
    "customer": lambda account, row, _: errors.AccountOfOtherCustomer(
        account=account, recorded=row["customer_number"]
    ),
    "customer_taken": lambda account, row, _: errors.CustomerNumberTaken(
        account=account, recorded=row["taken_number"]
    ),
    "point_taken": lambda account, row, _: errors.PointTaken(
        account=account, recorded=row["point_account"]
    ),
    "second_point": lambda account, row, _: errors.SecondPoint(
        account=account, recorded=row["own_point"]
    ),
}


def _resolve(count: int) -> tuple[Int64, Int64, Int64]:
    """The recorded ids of customer, account and metering point, [n] each, -1 for none."""
    names = ("customer_id", "account_id", "point_id")
    found = copy_out(
        sql.text("customer", "resolve"), {}, {"ord": "i8"} | dict.fromkeys(names, "i8")
    )
    customer_id, account_id, point_id = (_spread(found[n], found["ord"], count) for n in names)
    return customer_id, account_id, point_id


def _refuse_two_names(checked: Checked) -> None:
    """Refuse a row whose customer has another name or telephone in an earlier row."""
    rows = checked.rows
    first: dict[object, tuple[int, str, str | None]] = {}
    keys = _customer_keys(checked, range(len(rows)))
    phones = rows.column("phone")
    for index, key in enumerate(keys):
        if index in checked.faults:
            continue
        name, phone = rows.customer_name[index], phones[index]
        at, name_before, phone_before = first.setdefault(key, (index, name, phone))
        if name != name_before or phone != phone_before:
            checked.faults[index] = errors.CustomerTwoNames(
                customer=rows.column("customer_number")[index] or rows.account_number[index],
                row_number=rows.row_number(at),
            )


def _customer_keys(checked: Checked, at: Sequence[int] | Int64) -> list[object]:
    """What says that two rows are of one customer: the recorded id, else the number."""
    numbers = checked.rows.column("customer_number")
    accounts = checked.rows.account_number
    recorded = checked.customer_id.tolist()
    return [
        recorded[index] if recorded[index] >= 0 else numbers[index] or accounts[index]
        for index in at
    ]


def _customer_ids(checked: Checked, at: Int64) -> tuple[Int64, Bools]:
    """The customer of each kept row, and whether this row is the first of a new one."""
    customer_id = checked.customer_id[at]
    keys = _customer_keys(checked, at.tolist())
    new = [key for key in dict.fromkeys(keys) if isinstance(key, str)]
    fresh = dict(zip(new, ids.allot("customer_customer", len(new)).tolist(), strict=True))
    is_first = np.zeros(len(at), np.bool_)
    seen: set[object] = set()
    for index, key in enumerate(keys):
        if isinstance(key, str):
            customer_id[index] = fresh[key]
            is_first[index] = key not in seen
            seen.add(key)
    return customer_id, is_first


def _filled(recorded: Int64, table: str) -> tuple[Int64, Bools]:
    """The ids with fresh ones of `table` in place of -1, and where these are."""
    is_new = recorded < 0
    filled = recorded.copy()
    filled[is_new] = ids.allot(table, int(is_new.sum()))
    return filled, is_new


def _spread(values: NDArray[Any], at: Int64, count: int, default: Any = -1) -> NDArray[Any]:
    """The values at their rows, shape (count,); the default in the other rows."""
    column = np.full(count, default, values.dtype)
    column[at] = values
    return column
