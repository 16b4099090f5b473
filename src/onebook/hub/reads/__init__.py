"""Questions that need every app: what a text may mean, and what happened to an account."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onebook.billing import reads as billing
from onebook.cash import reads as cash
from onebook.customer import reads as customer
from onebook.kernel.errors import AmountUnreadable
from onebook.kernel.money import parse_yuan
from onebook.metering import reads as metering
from onebook.org import reads as org
from onebook.tariff import reads as tariff

_BILL_NUMBER = re.compile(r"(?:[0-9]{6}-)?([0-9]{1,18})")
_TIMELINE = 40
_RECENT = timedelta(92)


@dataclass(frozen=True)
class Found:
    """What a text may mean: accounts, bills by number, receipts by reference or amount."""

    accounts: list[dict[str, Any]]
    bills: list[Any]
    receipts: list[Any]


def find(text: str, units: Sequence[int] | None, today: date) -> Found:
    """Accounts, bills and receipts of the units (None: all) that the text may mean.

    Receipts are looked for by their amount among those of the last three months.
    """
    if not text:
        return Found([], [], [])
    accounts = customer.find_accounts(text, units)
    bills = []
    if (number := _BILL_NUMBER.fullmatch(text)) and "-" in text:
        bills = billing.bills_by_id([int(number.group(1))])
    inside = units if units is not None else [unit.pk for unit in org.units()]
    receipts = cash.find_receipts(text, _amount(text), today - _RECENT, inside)
    return Found(accounts, [one for one in bills if one.org_unit_id in inside], receipts)


def _amount(text: str) -> int | None:
    """An amount is looked for only where it is written like one: with its two decimals."""
    if not re.search(r"\.[0-9]{2}$", text):
        return None
    try:
        return parse_yuan(text)
    except AmountUnreadable:
        return None


def tariff_on(account_id: int, day: date) -> dict[str, str] | None:
    """The names of the tariff an account is on, on a day: name_zh and name_en."""
    for assigned in tariff.assignments_of(account_id):
        during = assigned.during
        if during.lower <= day and (during.upper is None or day < during.upper):
            versions = [one for one in tariff.versions() if one.code == assigned.tariff_code]
            if versions:
                return {"name_zh": versions[-1].name_zh, "name_en": versions[-1].name_en}
    return None


def meter_numbers(account_id: int) -> dict[int, str]:
    """Meter -> its number, for every meter an account has or had."""
    return {
        one["installation"].meter_id: one["meter_number"]
        for one in metering.installations_of_account(account_id)
    }


def readings(account_id: int, as_of: date) -> list[tuple[Any, str, bool]]:
    """An account's readings up to a day, newest month first, each with its meter's number and
    whether it is in force; a corrected one has a higher version before it."""
    numbers = meter_numbers(account_id)
    seen: set[tuple[int, date]] = set()
    found = []
    for one in metering.readings_of_account(account_id):
        key = (one.meter_id, one.bill_month)
        if one.read_on <= as_of:
            found.append((one, numbers.get(one.meter_id, ""), key not in seen))
        seen.add(key)
    return found


@dataclass(frozen=True)
class Happened:
    """Something that happened to an account: `kind` is bill, receipt or reversal."""

    on: date
    kind: str
    id: int
    amount_fen: int
    text: str


def timeline(
    bills: Sequence[Any],
    receipts: Sequence[Any],
    undone: Mapping[int, Any],
    as_of: date,
    moved: Sequence[tuple[Any, int, str]] = (),
) -> list[Happened]:
    """The last things that happened to an account by `as_of`, newest first.

    `moved`: moves of receipts from it (fen below zero) or to it, each with the other account.
    """
    happened = [
        Happened(one.issued_on, "bill", one.pk, one.total_fen, f"{one.bill_month:%Y-%m}")
        for one in bills
    ]
    happened += [
        Happened(one.effective_on, "receipt", one.pk, one.amount_fen, one.external_ref)
        for one in receipts
    ]
    happened += [
        Happened(undo.effective_on, "reversal", one.pk, -one.amount_fen, undo.reason)
        for one in receipts
        if (undo := undone.get(one.pk)) and undo.effective_on <= as_of
    ]
    happened += [
        Happened(move.effective_on, "move", move.receipt_id, fen, number)
        for move, fen, number in moved
        if move.effective_on <= as_of
    ]
    happened.sort(key=lambda one: (one.on, one.id), reverse=True)
    return happened[:_TIMELINE]
