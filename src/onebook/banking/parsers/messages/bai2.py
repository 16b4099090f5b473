"""BAI2 (Cash Management Balance Reporting): records 02, 03, 16, 88 and the control totals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from onebook.banking.errors import LineUnreadable
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.messages.values import one_line, short_date
from onebook.banking.parsers.types import StatementLine
from onebook.kernel.errors import AmountUnreadable, DateUnreadable, OnebookError

_WHOLE = re.compile(r"[+-]?[0-9]+")
_OPENING_LEDGER, _CLOSING_LEDGER = "010", "015"
_CREDIT_TYPES, _DEBIT_TYPES = range(100, 400), range(400, 700)
_HUNDREDTHS = {"JPY": 100, "KRW": 100, "VND": 100}
_AVAILABILITY = {"V": 2, "S": 3}
_GROUP_DAY, _GROUP_CURRENCY = 4, 6
_TYPE, _AMOUNT, _FUNDS = 1, 2, 3


class _Record(NamedTuple):
    row_number: int
    code: str
    fields: list[str]


@dataclass(slots=True)
class _Account:
    """One 03 … 49 part while it is read."""

    message: Message
    day: date | None
    total_minor: int = 0
    summaries: list[str] = field(default_factory=list)


def read(text: str) -> list[Message]:
    """Return a statement for every account record.

    A detail that cannot be read, or whose type code tells no side, is rejected with its line; an
    account whose details and balances do not add up to its control total is a finding.
    """
    accounts: list[_Account] = []
    day: date | None = None
    group_currency = ""
    for record in _records(text):
        if record.code == "02":
            day, group_currency = _group(record)
        elif record.code == "03":
            accounts.append(_begin(record, day, group_currency))
        elif record.code == "16" and accounts:
            _take_detail(accounts[-1], record)
        elif record.code == "49" and accounts:
            _check_total(accounts[-1], record)
    return [account.message for account in accounts]


def _records(text: str) -> Iterator[_Record]:
    """Yield logical records: a line 88 goes on with the one before it."""
    number, joined = 0, ""
    for row_number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if plain.startswith("88,"):
            joined = joined.removesuffix("/") + "," + plain[3:]
        elif plain:
            if joined:
                yield _split(number, joined)
            number, joined = row_number, plain
    if joined:
        yield _split(number, joined)


def _split(row_number: int, joined: str) -> _Record:
    fields = joined.removesuffix("/").split(",")
    return _Record(row_number, fields[0], fields)


def _group(record: _Record) -> tuple[date | None, str]:
    """Return the day and the currency that a group states for its accounts."""
    fields = [*record.fields, *[""] * _GROUP_CURRENCY]
    try:
        return short_date(fields[_GROUP_DAY]), fields[_GROUP_CURRENCY]
    except DateUnreadable:
        return None, fields[_GROUP_CURRENCY]


def _begin(record: _Record, day: date | None, group_currency: str) -> _Account:
    """Read an account's number, currency and balances: type, amount, item count, funds type."""
    fields = [*record.fields, "", ""]
    message = Message("bai2", fields[1] or None, fields[2] or group_currency or "USD")
    account = _Account(message, day)
    at = 3
    while at + 1 < len(record.fields):
        kind, stated = record.fields[at], record.fields[at + 1]
        if not kind:  # a comma that ends the line before a continuation
            at += 1
            continue
        if stated:
            try:
                minor = _minor(stated)
            except AmountUnreadable as error:
                message.reject(record.row_number, error, record.fields)
                break
            account.total_minor += minor
            if kind == _OPENING_LEDGER:
                message.opening_fen = _fen(minor, message.currency)
            elif kind == _CLOSING_LEDGER:
                message.closing_fen = _fen(minor, message.currency)
        at += 4 + _extra(record.fields, at + 3)
    return account


def _extra(fields: list[str], at: int) -> int:
    """How many fields the availability of funds takes behind the funds type at `at`."""
    kind = fields[at] if at < len(fields) else ""
    if kind == "D":
        count = fields[at + 1] if at + 1 < len(fields) else ""
        return 1 + 2 * int(count) if count.isdecimal() else 1
    return _AVAILABILITY.get(kind, 0)


def _take_detail(account: _Account, record: _Record) -> None:
    message = account.message
    try:
        message.lines.append(_line(account, record))
    except OnebookError as error:
        message.reject(record.row_number, error, record.fields)


def _line(account: _Account, record: _Record) -> StatementLine:
    """Read a detail; its control total counts the amount whichever side it is on."""
    fields = [*record.fields, "", "", ""]
    minor = _minor(fields[_AMOUNT])
    account.total_minor += minor
    sign = _side(fields[_TYPE])
    if not sign:
        raise LineUnreadable(text=",".join(record.fields))
    if account.day is None:
        raise DateUnreadable(text="")
    rest = fields[_FUNDS + 1 + _extra(fields, _FUNDS) :]
    serial, own, text = rest[0], rest[1] if len(rest) > 1 else "", ",".join(rest[2:])
    return StatementLine(
        row_number=record.row_number,
        booked_on=account.day,
        booked_time=None,
        amount_fen=sign * _fen(minor, account.message.currency),
        balance_fen=None,
        currency=account.message.currency,
        counterparty_name="",
        counterparty_account="",
        summary=fields[_TYPE],
        remark=one_line(" ".join((own, text.strip(", ")))),
        serial=serial.strip() or None,
    )


def _side(kind: str) -> int:
    """+1 for the codes of credits, -1 for those of debits, 0 for one that tells no side."""
    number = int(kind) if kind.isdecimal() else 0
    return (number in _CREDIT_TYPES) - (number in _DEBIT_TYPES)


def _minor(text: str) -> int:
    if not _WHOLE.fullmatch(text.strip()):
        raise AmountUnreadable(text=text)
    return int(text)


def _fen(minor: int, currency: str) -> int:
    """Return hundredths: amounts have no mark and are in the currency's own minor unit."""
    return minor * _HUNDREDTHS.get(currency, 1)


def _check_total(account: _Account, record: _Record) -> None:
    """Hold the control total of the account against the sum of its balances and details."""
    stated = record.fields[1] if len(record.fields) > 1 else ""
    message = account.message
    if not _WHOLE.fullmatch(stated):
        message.reject(record.row_number, AmountUnreadable(text=stated), record.fields)
    elif int(stated) != account.total_minor:
        figure_fen = _fen(int(stated) - account.total_minor, message.currency)
        text = f"The account's control total {stated} is not the sum {account.total_minor}."
        message.find("footer_total", record.row_number, text, figure_fen)
