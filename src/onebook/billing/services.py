"""Every write to billing: verifying, deciding exceptions, and making a unit's bills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from onebook.billing import reads, rules
from onebook.billing.errors import NotReleasable, ReasonMissing
from onebook.billing.models import Decision
from onebook.infra import ids, sql
from onebook.infra.copy import Block, copy_in, copy_out
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.tariff import kernels as tariff_kernels
from onebook.tariff import reads as tariff
from onebook.work import services as work

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
    org_unit_id: int, month: Month, issued_on: date, *, person_id: int | None
) -> IssuedUnit | None:
    """Calculate and record the bills of a unit's verified, unbilled accounts of a month.

    Runs in the caller's transaction, which makes the open items and the journal of the batch.
    """
    due = _to_bill(org_unit_id, month)
    count = len(due["reading_id"])
    if not count:
        return None
    batch_id = ids.take("billing_batch")
    bill_id = ids.allot("billing_bill", count)
    totals = {name: np.empty(count, np.int64) for name in ("total_fen", "net_fen", "vat_fen")}
    credits: Credits = {}
    lines: list[Block] = []
    for version_id in np.unique(due["version_id"]).tolist():
        rows = np.flatnonzero(due["version_id"] == version_id)
        columns = tariff_kernels.calculate(
            tariff.version_by_id(version_id),
            due["usage_e4"][rows],
            due["year_usage_before_e4"][rows],
            due["quota_months"][rows].astype(np.int64),
        )
        for name, column in totals.items():
            column[rows] = getattr(columns, name)
        _add_credits(credits, columns, due["category_id"][rows])
        lines += _line_blocks(columns, bill_id[rows], tariff.component_ids(version_id))
    due_on = rules.due_on(issued_on)
    fund_net = sum(amount for (component, _), amount in credits.items() if component[:5] == "fund:")
    insert(
        "billing_batch",
        id=batch_id,
        org_unit_id=org_unit_id,
        bill_month=month.first,
        issued_on=issued_on,
        bills=count,
        usage_e4=int(due["usage_e4"].sum()),
        **{name: int(column.sum()) for name, column in totals.items()},
        fund_net_fen=fund_net,
        person_id=person_id,
    )
    copy_in(
        "billing_bill", _bill_block(due, batch_id, bill_id, totals, org_unit_id, month, issued_on)
    )
    if lines:
        copy_in("billing_bill_line", *lines)
    return IssuedUnit(
        batch_id,
        bill_id,
        due["service_account_id"],
        due["category_id"],
        totals["total_fen"],
        due_on,
        credits,
    )


def _to_bill(org_unit_id: int, month: Month) -> dict[str, NDArray[Any]]:
    return copy_out(
        sql.text("billing", "to_bill"),
        {"org_unit": org_unit_id, "month": month.first, "january": date(month.year, 1, 1)},
        {
            "service_account_id": "i8",
            "category_id": "i2",
            "reading_id": "i8",
            "usage_e4": "i8",
            "version_id": "i8",
            "year_usage_before_e4": "i8",
            "quota_months": "i2",
        },
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
    due: dict[str, NDArray[Any]],
    batch_id: int,
    bill_id: Int64,
    totals: dict[str, Int64],
    org_unit_id: int,
    month: Month,
    issued_on: date,
) -> Block:
    return {
        "id": bill_id,
        "batch_id": batch_id,
        "service_account_id": due["service_account_id"],
        "org_unit_id": org_unit_id,
        "category_id": due["category_id"],
        "bill_month": month.first,
        "tariff_version_id": due["version_id"],
        "reading_id": due["reading_id"],
        "usage_e4": due["usage_e4"],
        "year_usage_before_e4": due["year_usage_before_e4"],
        "quota_months": due["quota_months"],
        **totals,
        "issued_on": issued_on,
        "due_on": rules.due_on(issued_on),
    }


def verify_unit(org_unit_id: int, month: Month) -> dict[str, int]:
    """Run the rules on a unit's readings of a month, in the caller's transaction.

    Returns rule -> new hits. Verified again, only what was not found before is added.
    """
    params = {"org_unit": org_unit_id, "month": month.first}
    hits = sql.rows("billing", "verify", params)
    if not hits:
        return {}
    columns = {
        name: [hit[name] for hit in hits]
        for name in ("service_account_id", "reading_id", "rule", "expected", "found", "usage_e4")
    }
    sql.execute(
        "billing",
        "insert_exceptions",
        {
            **params,
            **columns,
            "id": ids.allot("billing_exception", len(hits)).tolist(),
            "blocking": [rules.BY_CODE[rule].blocking for rule in columns["rule"]],
        },
    )
    _tell_billers(org_unit_id, month, by=None)
    return {rule: columns["rule"].count(rule) for rule in sorted(set(columns["rule"]))}


@transaction.atomic
def decide(exception_ids: Sequence[int], kind: str, reason: str, *, person_id: int | None) -> None:
    """Release exceptions, or hold their bills, with a reason; a person who may, in each unit.

    An exception that leaves nothing right to bill cannot be released (NotReleasable).
    """
    if not reason.strip():
        raise ReasonMissing
    kind = Decision.Kind(kind).value
    decided = set()
    for exception_id in exception_ids:
        found = reads.exception(exception_id)
        decided.add((found["org_unit_id"], Month.of(found["bill_month"])))
        org.require(person_id, Action.DECIDE_EXCEPTION, found["org_unit_id"])
        if kind == Decision.Kind.RELEASE and not rules.BY_CODE[found["rule"]].releasable:
            raise NotReleasable(rule=found["rule"], account=found["number"])
        insert(
            "billing_decision",
            exception_id=exception_id,
            kind=kind,
            reason=reason.strip(),
            person_id=person_id,
        )
    for org_unit_id, month in sorted(decided):
        _tell_billers(org_unit_id, month, by=person_id)


def _tell_billers(org_unit_id: int, month: Month, *, by: int | None) -> None:
    """Keep a task for the unit's billers while exceptions keep bills of the month back."""
    source_id = org_unit_id * 1_000_000 + month.year * 100 + month.month
    counts = reads.exception_counts(month, [org_unit_id])
    if not any(row["blocking"] and row["state"] == "open" for row in counts):
        work.close_task("billing", source_id, by)
        return
    unit = org_reads.unit(org_unit_id)
    work.open_task(
        gettext_noop("Exceptions of {month} in {org_unit} wait for a decision"),
        f"/billing/exceptions?month={month}&org_unit={unit.code}",
        Role.BILLER,
        org_unit_id,
        "billing",
        source_id,
        params={"month": str(month), "org_unit": unit.name},
    )
