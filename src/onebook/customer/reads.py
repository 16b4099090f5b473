"""Questions about customers, service accounts and metering points."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.customer.errors import AccountUnknown
from onebook.customer.models import ServiceAccount
from onebook.infra import sql
from onebook.infra.copy import copy_out

Int64 = NDArray[np.int64]
Row = dict[str, Any]
"""A service account with its customer, keyed by the columns of customer_v_service_account."""

SEARCH_LIMIT = 50


def account(number: str) -> Row:
    """The account of this number (户号) with its customer; AccountUnknown else."""
    return _one({"id": None, "number": number}, number)


def account_by_id(service_account_id: int) -> Row:
    """The account of this id with its customer; AccountUnknown else."""
    return _one({"id": service_account_id, "number": None}, str(service_account_id))


def _one(params: Row, shown: str) -> Row:
    found = sql.rows("customer", "account", params)
    if not found:
        raise AccountUnknown(account=shown)
    return found[0]


def account_by_number(number: str) -> ServiceAccount:
    """The account of this number, for a service that needs its ids; AccountUnknown else."""
    found = ServiceAccount.objects.filter(number=number).first()
    if found is None:
        raise AccountUnknown(account=number)
    return found


def accounts_by_id(service_account_ids: Collection[int]) -> dict[int, Row]:
    """Accounts with their customers by id, for the rows of a page; unknown ids are left out."""
    found = sql.rows("customer", "accounts_by_id", {"accounts": list(service_account_ids)})
    return {row["id"]: row for row in found}


def accounts_of_customer(customer_id: int) -> list[Row]:
    """Every account of a customer, by number."""
    return sql.rows("customer", "accounts_of_customer", {"customer": customer_id})


def find_accounts(
    text: str, org_unit_ids: Sequence[int] | None, limit: int = SEARCH_LIMIT
) -> list[Row]:
    """Accounts that the text may mean, by number; units None looks in the whole company.

    First those whose number, or whose customer's number or name, begins with it; only if there
    are none, those whose name, telephone, address or number holds it somewhere.
    """
    text = text.strip()
    if not text:
        return []
    escaped = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    params = {
        "units": None if org_unit_ids is None else list(org_unit_ids),
        "limit": limit,
    }
    begins = sql.rows("customer", "find_accounts", params | {"pattern": f"{escaped}%"})
    return begins or sql.rows("customer", "scan_accounts", params | {"pattern": f"%{escaped}%"})


def accounts_page(
    org_unit_ids: Sequence[int] | None,
    *,
    category: int | None = None,
    after: str = "",
    limit: int = SEARCH_LIMIT,
) -> list[Row]:
    """The accounts of the units (None: of all) and category, by number, after a number."""
    params = {
        "units": None if org_unit_ids is None else list(org_unit_ids),
        "category": category,
        "after": after,
        "limit": limit,
    }
    return sql.rows("customer", "accounts_page", params)


def ids_by_number(numbers: Sequence[str]) -> Int64:
    """The account of each number, int64 [n], -1 for an unknown number."""
    query = sql.text("customer", "ids_by_number")
    return copy_out(query, {"numbers": list(numbers)}, {"id": "i8"})["id"]


def units_of_accounts(service_account_ids: Int64) -> Int64:
    """The org unit of each account, int64 [n], -1 for an unknown account."""
    query = sql.text("customer", "units_of_accounts")
    asked = {"accounts": service_account_ids.tolist()}
    return copy_out(query, asked, {"org_unit_id": "i8"})["org_unit_id"]


def accounts_of_units(org_unit_ids: Sequence[int]) -> dict[str, NDArray[Any]]:
    """Every account of the units as columns, ascending by id.

    `id` i8, `org_unit_id` i8, `category_id` i2, `capacity_kva` i4, `opened_on` int32 days and
    `closed_on` int32 days (2**31 - 1 while open), see `infra.copy.dates`.
    """
    kinds = {
        "id": "i8", "org_unit_id": "i8", "category_id": "i2", "capacity_kva": "i4",
        "opened_on": "date", "closed_on": "date",
    }  # fmt: skip
    query = sql.text("customer", "accounts_of_units")
    return copy_out(query, {"org_units": list(org_unit_ids)}, kinds)


def latest_terms(service_account_ids: Sequence[int]) -> dict[int, Row]:
    """The terms that each account's contract has last, keyed by the columns of customer_v_terms."""
    found = sql.rows("customer", "latest_terms", {"accounts": list(service_account_ids)})
    return {row["service_account_id"]: row for row in found}


def terms_of(service_account_id: int) -> list[Row]:
    """An account's dated terms, the latest first: `since`, `until` (None: open) and the terms."""
    return sql.rows("customer", "terms_of", {"account": service_account_id})


def counts() -> tuple[int, int]:
    """How many service accounts there are, and how many of them belong to simulated customers."""
    row = sql.one("customer", "counts")
    return row["accounts"], row["simulated"]
