"""Tickets (传票) that change accounts' archives: what is asked, what became of it."""

import json
from collections.abc import Sequence
from typing import Any

from onebook.billing.errors import TicketUnknown
from onebook.infra import sql
from onebook.kernel.periods import Month


def tickets(
    units: Sequence[int] | None = None,
    state: str | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Tickets that wait first, then the newest; `state` is open, approved, rejected or None.

    Each row: id, kind, org_unit_id, service_account_id, effective_on, facts, exception_id, reason,
    person_id, recorded_at, state, approval_id, number, customer_name, checked_by_id, checked_at.
    """
    given = None if units is None else list(units)
    return _tickets(units=given, state=state, limit=limit, offset=offset)


def ticket(ticket_id: int) -> dict[str, Any]:
    """One ticket, a row as of `tickets`; TicketUnknown else."""
    found = _tickets(ids=[ticket_id])
    if not found:
        raise TicketUnknown(ticket_id=ticket_id)
    return found[0]


def tickets_of_account(service_account_id: int) -> list[dict[str, Any]]:
    """The tickets of an account, those that wait first."""
    return _tickets(account=service_account_id)


def _tickets(**asked: Any) -> list[dict[str, Any]]:
    every = dict.fromkeys(("ids", "account", "units", "state", "limit"))
    rows = sql.rows("billing", "tickets", {**every, "offset": 0, **asked})
    return [{**row, "facts": json.loads(row["facts"])} for row in rows]


def unbilled_periods(service_account_id: int) -> list[tuple[Month, int, Any]]:
    """Month, meter and first day of an account's readings that have no standing bill."""
    rows = sql.rows("billing", "unbilled_periods", {"account": service_account_id})
    return [(Month.of(row["bill_month"]), row["meter_id"], row["previous_on"]) for row in rows]
