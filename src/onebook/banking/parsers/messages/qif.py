"""QIF (Quicken Interchange Format): dates, amounts and texts, without numbers or balances."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from onebook.banking.errors import LineUnreadable
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.messages.values import amount, day_of
from onebook.banking.parsers.types import StatementLine
from onebook.kernel.errors import DateUnreadable, OnebookError

_MONEY_TYPES = {"bank", "cash", "ccard", "oth a", "oth l"}
_DATE = re.compile(r"([0-9]{1,4})[-/.]\s*([0-9]{1,2})(?:[-/.]|(')|[-/.]')\s*([0-9]{1,4})")
_MONTHS = 12
_YEAR_DIGITS = 4


class _Record(NamedTuple):
    row_number: int
    fields: dict[str, str]


def read(text: str) -> list[Message]:
    """Return a statement for every account in the file.

    The format does not say whether the month or the day comes first. A date that can only be
    read one way decides for the file; where none does, the month comes first and a finding says so.
    """
    parts = list(_sections(text))
    dates = [record.fields.get("D", "") for _, records in parts for record in records]
    month_first, is_certain = _order(dates)
    messages = []
    for account, records in parts:
        message = Message("qif", account or None)
        for record in records:
            try:
                message.lines.append(_line(record, month_first))
            except OnebookError as error:
                message.reject(record.row_number, error, [_shown(record)])
        if message.lines and not is_certain:
            told = "Whether month or day comes first cannot be told: the month is taken to."
            message.find("date_order", message.lines[0].row_number, told)
        messages.append(message)
    return messages


def _sections(text: str) -> Iterator[tuple[str, list[_Record]]]:
    """Yield the records of every section that moves money, with the account named before it."""
    account, kind = "", ""
    records: list[_Record] = []
    for number, head, record in _records(text):
        if head:
            if records and kind in _MONEY_TYPES:
                yield account, records
            records = []
            kind = head.casefold().removeprefix("type:").strip()
            continue
        if record is None:
            continue
        if kind == "account":
            account = record.get("N", "")
        else:
            records.append(_Record(number, record))
    if records and kind in _MONEY_TYPES:
        yield account, records


def _records(text: str) -> Iterator[tuple[int, str, dict[str, str] | None]]:
    """Yield (line number, head without its mark, or else the fields of a record)."""
    fields: dict[str, str] = {}
    started = 0
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.rstrip()
        if plain.startswith("!"):
            if not plain.casefold().startswith(("!option", "!clear")):
                yield number, plain[1:], None
            fields = {}
        elif plain.startswith("^"):
            if fields:
                yield started, "", fields
            fields = {}
        elif plain and not plain.startswith("#"):
            started = started if fields else number
            fields.setdefault(plain[0], plain[1:].strip())
    if fields:
        yield started, "", fields


def _shown(record: _Record) -> str:
    return " ".join(f"{letter}{value}" for letter, value in record.fields.items())


def _line(record: _Record, month_first: bool) -> StatementLine:
    stated = record.fields.get("T") or record.fields.get("U")
    if stated is None:
        raise LineUnreadable(text=_shown(record))
    return StatementLine(
        row_number=record.row_number,
        booked_on=_day(record.fields.get("D", ""), month_first),
        booked_time=None,
        amount_fen=amount(stated),
        balance_fen=None,
        currency="",
        counterparty_name=record.fields.get("P", ""),
        counterparty_account="",
        summary=record.fields.get("L", ""),
        remark=record.fields.get("M", ""),
        serial=None,
    )


def _day(text: str, month_first: bool) -> date:
    """Read 8/12/13, 8/12'2013, 2013-08-12; years of two digits are of this century to 69."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise DateUnreadable(text=text)
    first, second, third = found[1], found[2], found[4]
    if len(first) == _YEAR_DIGITS:
        return day_of(int(first), int(second), int(third), text)
    month, day = (first, second) if month_first else (second, first)
    year = int(third) + (0 if len(third) == _YEAR_DIGITS else 2000 if int(third) < 70 else 1900)
    return day_of(year, int(month), int(day), text)


def _order(dates: list[str]) -> tuple[bool, bool]:
    """Return whether the month comes first, and whether a date proves it."""
    found = [match for text in dates if (match := _DATE.fullmatch(text.strip()))]
    pairs = [(int(one[1]), int(one[2])) for one in found if len(one[1]) < _YEAR_DIGITS]
    if any(first > _MONTHS for first, _ in pairs):
        return False, True
    return True, not pairs or any(second > _MONTHS for _, second in pairs)
