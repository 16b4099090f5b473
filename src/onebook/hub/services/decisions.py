"""Decisions that carry something out: the last approval and what was approved, together or not."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from onebook.banking import reads as bank_lines
from onebook.banking import services as banking
from onebook.billing import services as billing
from onebook.billing.services import CANCEL, ESTIMATE, TICKET
from onebook.billing.services.adjustments import ADJUST
from onebook.books import services as books
from onebook.cash import services as cash
from onebook.hub.errors import NothingToCarryOut
from onebook.infra import clock
from onebook.receivable import services as receivable
from onebook.work import services as work


@dataclass(frozen=True)
class Done:
    """Where the request stands; whether a bill was reversed and the new one is kept back."""

    state: str
    kept_back: bool = False


@transaction.atomic
def decide(
    approval_id: int, kind: str, reason: str, *, by: int, checked: Collection[str] = ()
) -> Done:
    """Decide on a request; the last approval carries it out in the same transaction.

    What is carried out counts as done by who asked for it. `checked`: what a ticket was held
    against (`billing.rules.tickets.CHECKS`). The errors of `work.services.decide`
    and of what is carried out: then nothing is recorded, the decision neither.
    """
    decided = work.decide(approval_id, kind, reason, by=by)
    of = (decided.app, decided.kind)
    if decided.state == "rejected" and of == ESTIMATE:
        billing.refuse_estimate(decided.source_id, reason, person_id=by)
    if decided.state == "rejected" and of == TICKET:
        billing.refuse_ticket(decided.source_id, reason, by=by)
    if decided.state != "approved":
        return Done(decided.state)
    return _carry_out(approval_id, decided, by, checked)


def _carry_out(approval_id: int, decided: work.Decided, by: int, checked: Collection[str]) -> Done:
    of = (decided.app, decided.kind)
    if of == TICKET:
        effect = billing.take_effect(decided.source_id, checked, by=by)
        billed = _final_bills(effect, person_id=decided.requested_by_id)
        return Done(decided.state, kept_back=not billed)
    if of == CANCEL:
        made = cash.cancel_and_reissue(decided.source_id, person_id=decided.requested_by_id)
        return Done(decided.state, kept_back=made.bill_id is None)
    if of == ESTIMATE:
        billing.estimate(decided.source_id, person_id=decided.requested_by_id)
    elif of in cash.APPROVED:
        cash.APPROVED[of](approval_id, person_id=decided.requested_by_id)
    elif of == ADJUST:
        cash.adjust(decided.source_id, person_id=decided.requested_by_id)
    elif of == bank_lines.PLAN:
        banking.carry_out(approval_id, person_id=decided.requested_by_id)
    else:
        raise NothingToCarryOut(approval_id=approval_id)
    return Done(decided.state)


def _final_bills(effect: billing.InEffect, *, person_id: int) -> bool:
    """Issue what a closed account is still to be billed; whether nothing of it was kept back."""
    day = books.first_open_day(clock.today())
    account, unit = effect.service_account_id, effect.org_unit_id
    billed = True
    for month in effect.final_months:
        issued = receivable.issue_account(account, unit, month, day, person_id=person_id)
        billed = billed and issued is not None
        cash.offset_unit(unit, month, day, person_id=person_id, account=account)
    return billed
