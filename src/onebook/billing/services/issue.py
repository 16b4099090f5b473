"""Making a unit's bills of a month: its columns out, priced by version, bills and lines in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing import reads, rules
from onebook.billing.services.verification import tell_billers, verify_unit
from onebook.infra import ids, sql
from onebook.infra.copy import Block, copy_in, copy_out
from onebook.infra.write import insert
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.metering.rules import Status
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.tariff import kernels as tariff_kernels
from onebook.tariff import reads as tariff

Int64 = NDArray[np.int64]
Credits = dict[tuple[str, int], int]


@dataclass(frozen=True)
class IssuedUnit:
    """A unit's new bills, shape (n,) each; `credits` adds up to their total.

    `credits` maps (posting component, category) to fen: `revenue` and each `fund:…` net, `vat`.
    """

    batch_id: int
    bill_id: Int64
    service_account_id: Int64
    category_id: NDArray[np.int16]
    total_fen: Int64
    due_on: date
    credits: Credits


def issue_unit(
    org_unit_id: int,
    month: Month,
    issued_on: date,
    *,
    person_id: int | None,
    account: int | None = None,
) -> IssuedUnit | None:
    """Calculate and record the bills of a unit's verified, unbilled accounts of a month.

    Runs in the caller's transaction, which makes the open items and the journal of the batch.
    Readings that came after the last verification are verified first. An account has one bill a
    month over all its meters; `account` names the only one to bill. None when there is nothing to
    bill. Raises NotAllowed.
    """
    org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    asked = {"org_unit": org_unit_id, "month": month.first}
    sql.one("billing", "lock_month", asked)
    if not sql.one("billing", "is_verified", asked)["is_verified"]:
        verify_unit(org_unit_id, month, person_id=person_id)
    due = _to_bill(org_unit_id, month, account)
    if not due.version_id.all():
        # A tariff that ended after the verification: say so as an exception, bill the others.
        verify_unit(org_unit_id, month, person_id=person_id)
        due = due.at(np.flatnonzero(due.version_id))
    priced = _calculate(due)
    if (priced.total_fen < 0).any():
        _refuse_negative(org_unit_id, month, due, priced.total_fen)
        due = due.at(np.flatnonzero(priced.total_fen >= 0))
        priced = _calculate(due)
    if not len(due.reading_id):
        return None
    return _record(_Issue(org_unit_id, month, issued_on, person_id), due, priced)


@dataclass(frozen=True)
class _Issue:
    org_unit_id: int
    month: Month
    issued_on: date
    person_id: int | None


@dataclass(frozen=True)
class _Due:
    """Accounts to bill, shape (n,) each; the further readings of accounts with several, (m,)."""

    service_account_id: Int64
    category_id: NDArray[np.int16]
    reading_id: Int64
    usage_e4: Int64
    version_id: Int64
    year_usage_before_e4: Int64
    quota_months: NDArray[np.int16]
    further_reading_id: Int64
    further_account_id: Int64

    def at(self, rows: NDArray[np.intp]) -> "_Due":
        """The accounts at these positions, in their order."""
        further = np.isin(self.further_account_id, self.service_account_id[rows])
        return _Due(
            **{name: getattr(self, name)[rows] for name in _ACCOUNT_COLUMNS},
            further_reading_id=self.further_reading_id[further],
            further_account_id=self.further_account_id[further],
        )


_ACCOUNT_COLUMNS = (
    "service_account_id",
    "category_id",
    "reading_id",
    "usage_e4",
    "version_id",
    "year_usage_before_e4",
    "quota_months",
)


def _to_bill(org_unit_id: int, month: Month, account: int | None) -> _Due:
    """The accounts to bill, their readings added up; accounts with an unusable one are left out."""
    rows = copy_out(
        sql.text("billing", "to_bill"),
        {
            "org_unit": org_unit_id,
            "account": account,
            "month": month.first,
            "next_month": month.next().first,
            "january": date(month.year, 1, 1),
            "next_january": date(month.year + 1, 1, 1),
        },
        {
            "service_account_id": "i8",
            "category_id": "i2",
            "reading_id": "i8",
            "usage_e4": "i8",
            "status": "i2",
            "version_id": "i8",
            "year_usage_before_e4": "i8",
            "quota_months": "i2",
        },
    )
    accounts = rows["service_account_id"]
    if not len(accounts):
        return _due(rows, np.empty(0, np.intp), rows["usage_e4"], np.empty(0, np.intp))
    first = np.flatnonzero(np.diff(accounts, prepend=accounts[0] - 1))
    last = np.append(first[1:], len(accounts)) - 1
    billable = np.maximum.reduceat(rows["status"], first) <= Status.ROLLED_OVER
    further = np.setdiff1d(np.arange(len(accounts)), last, assume_unique=True)
    further = further[np.isin(accounts[further], accounts[last[billable]])]
    usage_e4 = np.add.reduceat(rows["usage_e4"], first)
    return _due(rows, last[billable], usage_e4[billable], further)


def _due(
    rows: dict[str, NDArray[Any]],
    main: NDArray[np.intp],
    usage_e4: Int64,
    further: NDArray[np.intp],
) -> _Due:
    columns = {name: rows[name][main] for name in _ACCOUNT_COLUMNS if name != "usage_e4"}
    return _Due(
        **columns,
        usage_e4=usage_e4,
        further_reading_id=rows["reading_id"][further],
        further_account_id=rows["service_account_id"][further],
    )


@dataclass(frozen=True)
class _Priced:
    """What the bills come to, shape (n,) each, and the columns of each tariff version's rows."""

    total_fen: Int64
    net_fen: Int64
    vat_fen: Int64
    versions: list[tuple[int, NDArray[np.intp], tariff_kernels.Columns]]


def _calculate(due: _Due) -> _Priced:
    count = len(due.reading_id)
    total_fen, net_fen, vat_fen = np.zeros((3, count), np.int64)
    priced = _Priced(total_fen, net_fen, vat_fen, [])
    for version_id in np.unique(due.version_id).tolist():
        rows = np.flatnonzero(due.version_id == version_id)
        columns = tariff_kernels.calculate(
            tariff.version_by_id(version_id),
            due.usage_e4[rows],
            due.year_usage_before_e4[rows],
            due.quota_months[rows].astype(np.int64),
        )
        priced.total_fen[rows] = columns.total_fen
        priced.net_fen[rows] = columns.net_fen
        priced.vat_fen[rows] = columns.vat_fen
        priced.versions.append((version_id, rows, columns))
    return priced


def _refuse_negative(org_unit_id: int, month: Month, due: _Due, total_fen: Int64) -> None:
    """Keep back what a price below zero brings under zero: an open item is what is owed."""
    wrong = np.flatnonzero(total_fen < 0)
    sql.execute(
        "billing",
        "refuse",
        {
            "org_unit": org_unit_id,
            "month": month.first,
            "rule": "R18",
            "service_account_id": due.service_account_id[wrong].tolist(),
            "reading_id": due.reading_id[wrong].tolist(),
            "usage_e4": due.usage_e4[wrong].tolist(),
            "expected": [">= 0.00"] * len(wrong),
            "found": [format_yuan(fen) for fen in total_fen[wrong].tolist()],
        },
    )
    tell_billers(org_unit_id, month, by=None)


def _record(issue: _Issue, due: _Due, priced: _Priced) -> IssuedUnit:
    count = len(due.reading_id)
    batch_id = ids.take("billing_batch")
    bill_id = ids.allot("billing_bill", count)
    due_on = rules.due_on(
        issue.issued_on, reads.threshold("issue", "payment_days", issue.issued_on)
    )
    credits: Credits = {}
    lines: list[Block] = []
    for version_id, rows, columns in priced.versions:
        _add_credits(credits, columns, due.category_id[rows])
        lines += _line_blocks(columns, bill_id[rows], tariff.component_ids(version_id))
    insert(
        "billing_batch",
        id=batch_id,
        org_unit_id=issue.org_unit_id,
        bill_month=issue.month.first,
        issued_on=issue.issued_on,
        bills=count,
        usage_e4=int(due.usage_e4.sum()),
        total_fen=int(priced.total_fen.sum()),
        net_fen=int(priced.net_fen.sum()),
        vat_fen=int(priced.vat_fen.sum()),
        fund_net_fen=sum(
            amount for (component, _), amount in credits.items() if component.startswith("fund:")
        ),
        person_id=issue.person_id,
    )
    bills = _bill_block(issue, due, priced, batch_id, bill_id, due_on)
    copy_in("billing_bill", *_with_replaced(issue, due, bills))
    if lines:
        copy_in("billing_bill_line", *lines)
    if len(due.further_reading_id):
        place = np.searchsorted(due.service_account_id, due.further_account_id)
        copy_in(
            "billing_bill_reading",
            {"reading_id": due.further_reading_id, "bill_id": bill_id[place]},
        )
    return IssuedUnit(
        batch_id,
        bill_id,
        due.service_account_id,
        due.category_id,
        priced.total_fen,
        due_on,
        credits,
    )


def _add_credits(
    credits: Credits, columns: tariff_kernels.Columns, category_id: NDArray[np.int16]
) -> None:
    """Add the nets by posting component and the VAT, each by category."""
    for category in np.unique(category_id).tolist():
        chosen = category_id == category
        for at, component in enumerate(columns.version.components):
            key = (component.account if component.is_fund else "revenue", category)
            credits[key] = credits.get(key, 0) + int(columns.line_net_fen[at][chosen].sum())
        key = ("vat", category)
        credits[key] = credits.get(key, 0) + int(columns.vat_fen[chosen].sum())


def _line_blocks(
    columns: tariff_kernels.Columns, bill_id: Int64, component_ids: Sequence[int]
) -> list[Block]:
    """The lines that carry a quantity; a tier that was not reached leaves no line."""
    blocks: list[Block] = []
    for at, component_id in enumerate(component_ids):
        rows = np.flatnonzero(columns.quantity_e4[at])
        if len(rows):
            blocks.append(
                {
                    "bill_id": bill_id[rows],
                    "line_no": np.full(len(rows), at, np.int16),
                    "component_id": component_id,
                    "quantity_e4": columns.quantity_e4[at][rows],
                    "price_e10": int(columns.price_e10[at]),
                    "amount_fen": columns.amount_fen[at][rows],
                }
            )
    return blocks


def _bill_block(
    issue: _Issue, due: _Due, priced: _Priced, batch_id: int, bill_id: Int64, due_on: date
) -> Block:
    return {
        "id": bill_id,
        "batch_id": batch_id,
        "service_account_id": due.service_account_id,
        "org_unit_id": issue.org_unit_id,
        "category_id": due.category_id,
        "bill_month": issue.month.first,
        "tariff_version_id": due.version_id,
        "reading_id": due.reading_id,
        "usage_e4": due.usage_e4,
        "year_usage_before_e4": due.year_usage_before_e4,
        "quota_months": due.quota_months,
        "total_fen": priced.total_fen,
        "net_fen": priced.net_fen,
        "vat_fen": priced.vat_fen,
        "issued_on": issue.issued_on,
        "due_on": due_on,
    }


def _with_replaced(issue: _Issue, due: _Due, bills: Block) -> list[Block]:
    """The bills, those in the place of a reversed one naming it; almost always one block."""
    asked = {"org_unit": issue.org_unit_id, "month": issue.month.first}
    replaced = {
        row["service_account_id"]: row["bill_id"] for row in sql.rows("billing", "replaced", asked)
    }
    rows = np.flatnonzero(np.isin(due.service_account_id, list(replaced)))
    if not len(rows):
        return [bills]
    blocks: list[Block] = []
    kept = np.setdiff1d(np.arange(len(due.service_account_id)), rows, assume_unique=True)
    names = np.array([replaced[one] for one in due.service_account_id[rows].tolist()], np.int64)
    for chosen, other in ((kept, None), (rows, names)):
        if len(chosen):
            part = {
                name: column[chosen] if isinstance(column, np.ndarray) else column
                for name, column in bills.items()
            }
            blocks.append({**part, "replaces_bill_id": other})
    return blocks
