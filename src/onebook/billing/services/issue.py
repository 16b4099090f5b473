"""Making a unit's bills of a month: its columns out, priced, bills and lines in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from onebook.billing import errors, kernels, reads, rules
from onebook.billing.rules.portions import PORTION_COLUMNS
from onebook.billing.services import history
from onebook.billing.services.calculation import Refused, calculate_unit
from onebook.billing.services.due import Due
from onebook.billing.services.pricing import Portioned, Priced
from onebook.billing.services.sums import Sums
from onebook.billing.services.verification import tell_billers, verify_unit
from onebook.infra import clock, ids, sql
from onebook.infra.copy import Block, copy_in
from onebook.infra.write import insert
from onebook.kernel.periods import Month, refuse_future
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.tariff import kernels as tariff_kernels
from onebook.tariff import reads as tariff
from onebook.tariff.rules import RELIEF_ACCOUNT

Int64 = NDArray[np.int64]
Credits = dict[tuple[str, int], int]


@dataclass(frozen=True)
class IssuedUnit:
    """A unit's new bills, shape (n,) each; `credits` adds up to their total.

    `credits` maps (posting component, category) to fen: `vat`, and net `revenue`, the classes of
    revenue posted apart (`capacity`, `demand`, `power_factor`), each `fund:…`, and `relief`.
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
    bill. Raises NotAllowed, DayInFuture, and IssuedBeforeRead where a meter of those due was read
    after the day of issue.
    """
    org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    _refuse_day(org_unit_id, month, issued_on, account)
    asked = {"org_unit": org_unit_id, "month": month.first}
    sql.one("billing", "lock_month", asked)
    if not sql.one("billing", "is_verified", asked)["is_verified"]:
        verify_unit(org_unit_id, month, person_id=person_id)
    found = calculate_unit(org_unit_id, month, account)
    if found.unpriced:
        # A tariff that ended after the verification: say so as an exception, bill the others.
        verify_unit(org_unit_id, month, person_id=person_id)
    for refused in found.refused:
        _refuse(org_unit_id, month, refused)
    if not len(found.due.reading_id):
        return None
    return _record(_Issue(org_unit_id, month, issued_on, person_id), found.due, found.priced)


def _refuse_day(org_unit_id: int, month: Month, issued_on: date, account: int | None) -> None:
    """Refuse a day to come, and one before the readings that would be billed.

    No reading is of a day to come, so that an issue of today needs no look at them.
    """
    today = clock.today()
    refuse_future(issued_on, today)
    if issued_on == today:
        return
    asked = {"org_unit": org_unit_id, "month": month.first, "account": account}
    late = sql.one("billing", "read_after", {**asked, "issued_on": issued_on})
    if late["accounts"]:
        raise errors.IssuedBeforeRead(
            issued_on=issued_on.isoformat(),
            accounts=late["accounts"],
            org_unit=org_reads.unit(org_unit_id).name,
            month=month,
            latest=late["latest"].isoformat(),
        )


@dataclass(frozen=True)
class _Issue:
    org_unit_id: int
    month: Month
    issued_on: date
    person_id: int | None


def _refuse(org_unit_id: int, month: Month, refused: Refused) -> None:
    """Keep bills back by a rule that only the calculation finds: what is missing, below zero."""
    due = refused.due
    sql.execute(
        "billing",
        "refuse",
        {
            "org_unit": org_unit_id,
            "month": month.first,
            "rule": refused.rule,
            "service_account_id": due.service_account_id.tolist(),
            "reading_id": due.reading_id.tolist(),
            "usage_e4": due.usage_e4.tolist(),
            "expected": list(refused.expected),
            "found": list(refused.found),
        },
    )
    tell_billers(org_unit_id, month, by=None)


def _record(issue: _Issue, due: Due, priced: Priced) -> IssuedUnit:
    count = len(due.reading_id)
    batch_id = ids.take("billing_batch")
    bill_id = ids.allot("billing_bill", count)
    due_on = rules.due_on(
        issue.issued_on, reads.threshold("issue", "payment_days", issue.issued_on)
    )
    credits: Credits = {}
    sums = Sums()
    sums.add_bills(due.category_id, due.usage_e4, priced.total_fen, priced.net_fen)
    lines: list[Block] = []
    for version_id, rows, columns in priced.versions:
        component_ids = tariff.component_ids(version_id)
        _add_credits(credits, columns, due.category_id[rows])
        sums.add_lines(columns, due.category_id[rows], component_ids)
        lines += _line_blocks(columns, bill_id[rows], component_ids)
    if priced.portioned is not None:
        lines += _record_portions(priced.portioned, bill_id, due, credits, sums)
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
        relief_net_fen=sum(
            amount for (component, _), amount in credits.items() if component == RELIEF_ACCOUNT
        ),
        person_id=issue.person_id,
    )
    bills = _bill_block(issue, due, priced, batch_id, bill_id, due_on)
    replaced = _replaced(issue)
    copy_in("billing_bill", *_with_replaced(replaced, due, bills))
    if lines:
        copy_in("billing_bill_line", *lines)
    if len(due.further_reading_id):
        place = np.searchsorted(due.service_account_id, due.further_account_id)
        copy_in(
            "billing_bill_reading",
            {"reading_id": due.further_reading_id, "bill_id": bill_id[place]},
        )
    source = (batch_id, issue.org_unit_id, issue.month)
    sums.keep(batch_id)
    history.keep_batch(source, due, priced.total_fen, list(replaced))
    return IssuedUnit(
        batch_id,
        bill_id,
        due.service_account_id,
        due.category_id,
        priced.total_fen,
        due_on,
        credits,
    )


def _record_portions(
    portioned: Portioned, bill_id: Int64, due: Due, credits: Credits, sums: Sums
) -> list[Block]:
    """Record what the portions are charged on and add their credits; their lines as blocks."""
    columns, bills = portioned.columns, bill_id[portioned.rows]
    first_line = kernels.first_lines(columns, portioned.versions)
    of_bill = bills[columns["bill"]]
    frozen = {name: columns[name].astype(kind) for name, kind in PORTION_COLUMNS.items()}
    copy_in("billing_bill_portion", {"bill_id": of_bill, "first_line_no": first_line, **frozen})
    place, points = portioned.measured.frozen(due.service_account_id[portioned.rows])
    copy_in("billing_bill_point", {"bill_id": bills[place], **points})
    category = due.category_id[portioned.rows]
    blocks: list[Block] = []
    for lines, rows in zip(portioned.priced.bills.lines, portioned.priced.rows, strict=True):
        component_ids = tariff.component_ids(int(columns["tariff_version_id"][rows[0]]))
        _add_nets(credits, lines, category[columns["bill"][rows]])
        sums.add_lines(lines, category[columns["bill"][rows]], component_ids)
        for one in kernels.line_rows(lines, rows):
            line_no = first_line[one.portion] + np.int16(one.position)
            blocks.append(
                {
                    "bill_id": of_bill[one.portion],
                    "line_no": line_no.astype(np.int16),
                    "component_id": component_ids[one.position],
                    "quantity_e4": one.quantity_e4,
                    "price_e10": one.price_e10,
                    "amount_fen": one.amount_fen,
                }
            )
    _add_vat(credits, portioned.priced.bills.vat_fen, category)
    return blocks


def _add_credits(
    credits: Credits, columns: tariff_kernels.Columns, category_id: NDArray[np.int16]
) -> None:
    """Add the nets by posting component and the VAT, each by category."""
    _add_nets(credits, columns, category_id)
    _add_vat(credits, columns.vat_fen, category_id)


def _add_nets(
    credits: Credits,
    columns: tariff_kernels.Columns | tariff_kernels.LineColumns,
    category_id: NDArray[np.int16],
) -> None:
    for category in np.unique(category_id).tolist():
        chosen = category_id == category
        for at, component in enumerate(columns.version.components):
            key = (component.posting_component, category)
            credits[key] = credits.get(key, 0) + int(columns.line_net_fen[at][chosen].sum())


def _add_vat(credits: Credits, vat_fen: Int64, category_id: NDArray[np.int16]) -> None:
    for category in np.unique(category_id).tolist():
        key = ("vat", category)
        credits[key] = credits.get(key, 0) + int(vat_fen[category_id == category].sum())


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
    issue: _Issue, due: Due, priced: Priced, batch_id: int, bill_id: Int64, due_on: date
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


def _replaced(issue: _Issue) -> dict[int, int]:
    """Account -> its reversed bill of the month that no bill stands in the place of yet."""
    asked = {"org_unit": issue.org_unit_id, "month": issue.month.first}
    found = sql.rows("billing", "replaced", asked)
    return {row["service_account_id"]: row["bill_id"] for row in found}


def _with_replaced(replaced: Mapping[int, int], due: Due, bills: Block) -> list[Block]:
    """The bills, those in the place of a reversed one naming it; almost always one block."""
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
