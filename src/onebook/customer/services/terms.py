"""The dated terms of supply contracts coming in: each change has a day of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from onebook.customer import errors, reads
from onebook.customer.parsers import TERM_HEADINGS
from onebook.customer.rules import NO_TERMS, TERMS
from onebook.infra import ids, sql
from onebook.kernel.cells import Faults
from onebook.kernel.dated import Begun, Row, begun
from onebook.org import services as org
from onebook.org.rules import Action


@dataclass(frozen=True)
class Terms:
    """n rows of terms as columns of length n; None says nothing and keeps what stands.

    `given` maps the names of `rules.TERMS` to columns; a row of Nones without a day has no terms.
    `since` is the first day of each row's terms: None for those that stand, else the account's
    first day. `capacity_kva` is the contract's capacity by the account, where the terms say none.
    """

    service_account_id: Sequence[int]
    opened_on: Sequence[date]
    since: Sequence[date | None]
    given: Mapping[str, Sequence[Any]]
    capacity_kva: Sequence[int | None]

    def row(self, at: int) -> Row:
        """What one row gives."""
        return {name: self.given[name][at] for name in TERMS if name in self.given}


def check_terms(rows: Terms, faults: Faults) -> Begun:
    """Hold rows of terms against those that stand; rows in `faults` are left out.

    TermsDiffer where other terms stand from the same day, or where the row names no day;
    TermsEarlier for a day before those that stand. Call it in the transaction that writes.
    """
    asked = [at for at in range(len(rows.since)) if at not in faults and _says(rows, at)]
    known = [rows.service_account_id[at] for at in asked if rows.service_account_id[at] >= 0]
    stands = reads.latest_terms(known)
    return begun(
        asked, lambda at: _begun(rows, at, stands.get(rows.service_account_id[at])), faults
    )


def write_terms(checked: Begun, service_account_id: Sequence[int]) -> list[int]:
    """End what stood and begin the checked terms, in the caller's transaction; the rows written.

    `service_account_id` are the accounts of all rows, -1 for those that are not taken.
    """
    kept = checked.of(service_account_id)
    if not kept.rows:
        return []
    if (ending := kept.ending)["ids"]:
        sql.execute("customer", "end_terms", ending)
    sql.execute(
        "customer",
        "begin_terms",
        {name: kept.column(name) for name in ("since", *TERMS)}
        | {
            "id": ids.allot("customer_terms", len(kept.rows)).tolist(),
            "account": [service_account_id[at] for at in kept.rows],
        },
    )
    return kept.rows


@transaction.atomic
def take_terms(
    service_account_id: int, since: date, given: Mapping[str, Any], *, by: int | None
) -> bool:
    """Begin an account's terms on a day; what is not given stays as it was. False: nothing new.

    Raises NotAllowed, TermsDiffer, TermsEarlier.
    """
    account = reads.account_by_id(service_account_id)
    org.require(by, Action.IMPORT_MASTER_DATA, account["org_unit_id"])
    columns = {name: [value] for name, value in given.items()}
    rows = Terms(
        [service_account_id], [account["opened_on"]], [since], columns, [account["capacity_kva"]]
    )
    faults: Faults = {}
    checked = check_terms(rows, faults)
    if faults:
        raise faults[0]
    return bool(write_terms(checked, [service_account_id]))


def _says(rows: Terms, at: int) -> bool:
    """Whether the row gives terms; a running capacity alone is the account's own capacity."""
    given = rows.row(at)
    return rows.since[at] is not None or any(
        value is not None for name, value in given.items() if name != "running_e4"
    )


def _begun(rows: Terms, at: int, stands: Row | None) -> Row | None:
    """The terms that begin by the row, None where they stand already."""
    given = {name: value for name, value in rows.row(at).items() if value is not None}
    if stands is None:
        since = rows.since[at] or rows.opened_on[at]
        capacity_e4 = given.get("contract_e4") or (rows.capacity_kva[at] or 0) * 10_000
        new = NO_TERMS | {"contract_e4": capacity_e4, "running_e4": capacity_e4} | given
        return new | {"since": since, "ends": None}
    before = {name: stands[name] for name in TERMS}
    after = before | given
    since = rows.since[at] or stands["since"]
    if after == before and since >= stands["since"]:
        return None
    shown = stands["since"].isoformat()
    if since < stands["since"]:
        raise errors.TermsEarlier(day=since.isoformat(), recorded=shown)
    if since == stands["since"]:
        changed = ", ".join(TERM_HEADINGS[name] for name in TERMS if after[name] != before[name])
        raise errors.TermsDiffer(recorded=shown, terms=changed)
    return after | {"since": since, "ends": stands["id"]}
