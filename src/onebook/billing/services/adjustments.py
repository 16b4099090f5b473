"""Adjustments (退补): asking for one or to take one back, issuing what is approved, invoices."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from onebook.billing import reads as bills
from onebook.billing import rules
from onebook.billing.errors import (
    AdjustmentInvoiceDone,
    AdjustmentInvoiceUnsaid,
    AdjustmentNotIssued,
    AdjustmentStands,
)
from onebook.billing.reads import adjustments as reads
from onebook.billing.rules.adjustments import (
    COUNTER,
    Adjustment,
    Case,
    Facts,
    adjust,
    adjustment_number,
    credits_of,
    earlier_years,
)
from onebook.billing.services import history
from onebook.customer import reads as customer
from onebook.infra import clock, ids, sql
from onebook.infra.write import insert
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Action, Role
from onebook.tariff import reads as tariff
from onebook.work import services as work

ADJUST = ("billing", "adjustment")
"""App and kind of a request that an adjustment be charged or refunded."""

_LINE_COLUMNS = (
    "bill_id", "label_zh", "quantity_e4", "price_e10", "amount_fen", "net_fen", "posting",
    "formula",
)  # fmt: skip
_DECIDE_URL = "/corrections/{approval_id}/decide"


@dataclass(frozen=True)
class Wanted:
    """What is to be adjusted: an account, the case, the bill months, and what was found."""

    account: str
    case: Case
    first: Month
    last: Month
    facts: Facts


@dataclass(frozen=True)
class IssuedAdjustment:
    """A charge (追补, above zero) or a refund (退费), as the receivables and the book take it.

    `credits` maps (posting component, category) to fen and adds up to `total_fen`; `counters_id` is
    the adjustment that it takes back; `settles_items`: a refund settles what is owed first.
    """

    adjustment_id: int
    counters_id: int | None
    service_account_id: int
    org_unit_id: int
    category_id: int
    bill_month: date
    issued_on: date
    due_on: date
    total_fen: int
    settles_items: bool
    credits: dict[tuple[str, int], int]


def calculate(wanted: Wanted) -> Adjustment:
    """What an adjustment would come to (退补试算); nothing is recorded. As `rules.adjust`."""
    account = customer.account(wanted.account)
    return adjust(
        wanted.case, reads.standing_bills(account["id"], wanted.first, wanted.last), wanted.facts
    )


@transaction.atomic
def request_adjustment(
    wanted: Wanted, reason: str, files: Sequence[work.File], *, by: int
) -> tuple[int, int]:
    """Ask that an adjustment be charged or refunded: its id and that of the request.

    It is frozen as calculated now; the levels of approval follow from its amount. The errors of
    `calculate`, AdjustmentStands, NotAllowed, and the errors of `work.services.ask`.
    """
    account = customer.account(wanted.account)
    org.require(by, Action.REQUEST_ADJUSTMENT, account["org_unit_id"])
    found = calculate(wanted)
    _refuse_rivals([part.bill_id for part in found.parts])
    adjustment_id = ids.take("billing_adjustment")
    insert(
        "billing_adjustment",
        id=adjustment_id,
        service_account_id=account["id"],
        org_unit_id=account["org_unit_id"],
        category_id=account["category_id"],
        case=wanted.case,
        facts=json.dumps(asdict(wanted.facts)),
        first_month=found.parts[0].month.first,
        last_month=found.parts[-1].month.first,
        recorded_e4=found.recorded_e4,
        usage_e4=found.missed.usage_e4,
        formula=found.missed.formula,
        total_fen=found.total_fen,
        net_fen=found.net_fen,
        vat_fen=found.vat_fen,
        reason=reason.strip(),
        person_id=by,
    )
    _record(adjustment_id, found)
    return adjustment_id, _ask(adjustment_id, reason, files, by)


def _refuse_rivals(bill_ids: Sequence[int]) -> None:
    for row in sql.rows("billing", "adjustment_rivals", {"bills": list(bill_ids)}):
        account = customer.account_by_id(row["service_account_id"])
        number = adjustment_number(row["id"], row["recorded_on"])
        raise AdjustmentStands(number=number, account=account["number"])


def _record(adjustment_id: int, found: Adjustment) -> None:
    columns: dict[str, Any] = {
        name: [getattr(part, name) for part in found.parts]
        for name in ("bill_id", "recorded_e4", "usage_e4", "before_fen", "after_fen")
    }
    columns["bill_month"] = [part.month.first for part in found.parts]
    sql.execute("billing", "adjustment_parts", {"adjustment": adjustment_id, **columns})
    components = {
        version: tariff.component_ids(version)
        for version in sorted({one.version_id for one in found.lines})
    }
    columns = {name: [getattr(line, name) for line in found.lines] for name in _LINE_COLUMNS}
    columns["unit"] = [str(line.unit) for line in found.lines]
    columns["bill_month"] = [line.month.first for line in found.lines]
    columns["component_id"] = [components[one.version_id][one.position] for one in found.lines]
    sql.execute("billing", "adjustment_lines", {"adjustment": adjustment_id, **columns})


def _ask(adjustment_id: int, reason: str, files: Sequence[work.File], by: int) -> int:
    one = reads.adjustment(adjustment_id)
    request = work.Request(
        kind=ADJUST[1],
        app=ADJUST[0],
        source_id=adjustment_id,
        title=gettext_noop("Adjustment {number} of {account} {name}"),
        params={
            "number": one["adjustment_number"],
            "account": one["number"],
            "name": one["customer_name"],
        },
        url=f"/billing/adjustments/{adjustment_id}",
        decide_url=_DECIDE_URL,
        org_unit_id=one["org_unit_id"],
        amount_fen=one["total_fen"],
        reason=reason,
    )
    return work.ask(request, files, by=by)


@transaction.atomic
def request_counter(
    adjustment_id: int, reason: str, files: Sequence[work.File], *, by: int
) -> tuple[int, int]:
    """Ask that an issued adjustment be taken back whole by a counter document; both ids.

    AdjustmentUnknown, AdjustmentNotIssued, AdjustmentStands, NotAllowed, the errors of `work.ask`.
    """
    one = reads.adjustment(adjustment_id)
    org.require(by, Action.REQUEST_ADJUSTMENT, one["org_unit_id"])
    if one["state"] != "issued" or one["counters_id"] or one["countered_by_id"]:
        raise AdjustmentNotIssued(number=one["adjustment_number"])
    for other in reads.adjustments(account=one["service_account_id"], state="open"):
        raise AdjustmentStands(number=other["adjustment_number"], account=one["number"])
    counter_id = ids.take("billing_adjustment")
    kept = ("service_account_id", "org_unit_id", "category_id", "first_month", "last_month")
    insert(
        "billing_adjustment",
        id=counter_id,
        **{name: one[name] for name in kept},
        case=COUNTER,
        facts=json.dumps({}),
        recorded_e4=one["recorded_e4"] + one["usage_e4"],
        usage_e4=-one["usage_e4"],
        formula=f"-({one['formula']})",
        total_fen=-one["total_fen"],
        net_fen=-one["net_fen"],
        vat_fen=-one["vat_fen"],
        counters_id=adjustment_id,
        reason=reason.strip(),
        person_id=by,
    )
    asked = {"original": adjustment_id, "counter": counter_id}
    sql.execute("billing", "adjustment_counter", asked)
    sql.execute("billing", "adjustment_counter_lines", asked)
    return counter_id, _ask(counter_id, reason, files, by)


def issue_adjustment(adjustment_id: int, day: date, *, person_id: int) -> IssuedAdjustment:
    """Issue an approved adjustment for a day, in the caller's transaction, which makes the journal.

    Net revenue of earlier years is adjusted apart from a dated amount on. Its invoice becomes an
    accountant's task. AdjustmentUnknown, NotAllowed; the database refuses what is not approved by
    another person, and bills that do not stand or are adjusted already.
    """
    one = reads.adjustment(adjustment_id)
    org.require(person_id, Action.REQUEST_ADJUSTMENT, one["org_unit_id"])
    lines = [
        (line["bill_month"], line["posting"], line["net_fen"])
        for line in reads.lines(adjustment_id)
    ]
    earlier_fen = earlier_years(lines, day)
    prior = abs(earlier_fen) >= bills.threshold("adjustment", "prior_year_from_fen", day)
    due_on = rules.due_on(day, bills.threshold("issue", "payment_days", day))
    insert(
        "billing_adjustment_issue",
        adjustment_id=adjustment_id,
        approval_id=one["approval_id"],
        issued_on=day,
        due_on=due_on,
        prior_year_net_fen=earlier_fen if prior else 0,
    )
    history.keep_adjustment(one)
    work.open_task(
        gettext_noop("Invoice of the adjustment {number}, account {account}"),
        f"/billing/adjustments/{adjustment_id}",
        Role.ACCOUNTANT,
        one["org_unit_id"],
        "adjustment",
        adjustment_id,
        params={"number": one["adjustment_number"], "account": one["number"]},
    )
    return IssuedAdjustment(
        adjustment_id,
        one["counters_id"],
        one["service_account_id"],
        one["org_unit_id"],
        one["category_id"],
        one["last_month"],
        day,
        due_on,
        one["total_fen"],
        bool(bills.threshold("adjustment", "refund_settles", day)),
        credits_of(lines, one["vat_fen"], one["category_id"], day, prior),
    )


@transaction.atomic
def settle_invoice(
    adjustment_id: int, kind: str, number: str, reason: str, *, person_id: int
) -> None:
    """Record the invoice of an issued adjustment, or with the kind `none` why it needs none.

    Closes the accountant's task. NotAllowed, AdjustmentInvoiceDone, AdjustmentInvoiceUnsaid.
    """
    one = reads.adjustment(adjustment_id)
    org.require(person_id, Action.RECONCILE, one["org_unit_id"])
    if one["state"] != "issued" or one["invoice_kind"]:
        raise AdjustmentInvoiceDone(number=one["adjustment_number"])
    said = reason.strip() if kind == "none" else number.strip()
    if kind not in reads.INVOICE_WORDS or not said:
        raise AdjustmentInvoiceUnsaid(number=one["adjustment_number"])
    insert(
        "billing_adjustment_invoice",
        adjustment_id=adjustment_id,
        kind=kind,
        number="" if kind == "none" else number.strip(),
        reason=reason.strip(),
        effective_on=max(clock.today(), one["issued_on"]),
        person_id=person_id,
    )
    work.close_task("adjustment", adjustment_id, person_id)
