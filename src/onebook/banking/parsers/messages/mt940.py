"""SWIFT MT940 and MT942 (customer statement and interim report), read field by field.

A field that cannot be read is rejected with its line, the rest of the block still goes in. What
banks do beyond the standard is taken: names behind the reference of field 61, numbers broken over
a line, blanks for the entry date, days that the month lacks, reversals (RC, RD).
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from onebook.banking.errors import LineUnreadable
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.messages.values import (
    day_of,
    decimal_comma,
    one_line,
    short_date,
)
from onebook.banking.parsers.types import StatementLine
from onebook.kernel.errors import DateUnreadable, OnebookError

_TAG = re.compile(r":([0-9]{2}[A-Z]?|NS):")
_BLOCK = re.compile(r"\{4:\r?\n?")
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})?\s*([0-9 .,]+)")
_ENTRY = re.compile(
    r"(?P<value_day>[0-9]{6})(?P<entry_day>[0-9]{4}|\s{4})?(?P<mark>R?[CD]|E[CD])"
    r"(?P<funds>[A-Z])?\s?(?P<amount>[0-9][0-9.,]*)(?P<kind>[A-Z][A-Z0-9 ]{3})?"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_ACCOUNT_CURRENCY = re.compile(r"(.*[0-9])([A-Z]{3})")
_SUBFIELD = re.compile(r"[?>]([0-9]{2})")
_LABEL = re.compile(r"/(NAME|IBAN|REMI|BENM|ORDP|EREF|CNTP|TRTP|BIC|PREF|MARF|CSID|USTD|SUM)/")
_NO_REFERENCE = {"NONREF", ""}
_OPENING, _CLOSING = ("60F", "60M"), ("62F", "62M")
_DAYS_OF_HALF_A_YEAR = 183


class _Field(NamedTuple):
    tag: str
    row_number: int
    text: str


class _Details(NamedTuple):
    """What field 86 tells of the other side."""

    name: str
    account: str
    summary: str
    remark: str


def read(text: str) -> list[Message]:
    """Return the statements; a block begins with field 20, or with the file's first field."""
    messages: list[Message] = []
    currency = ""
    for field in _fields(text):
        if field.tag == "20" or not messages:
            messages.append(Message("mt940"))
            currency = ""
        message = messages[-1]
        try:
            currency = _take(message, field, currency)
        except OnebookError as error:
            message.reject(field.row_number, error, [f":{field.tag}:{field.text}"])
    return messages


def _fields(text: str) -> Iterator[_Field]:
    """Part the text at lines that begin with a tag; a dash alone or the trailer ends a block.

    A line that begins with a colon but no tag goes on with the field before it.
    """
    tag, row_number, lines = "", 0, list[str]()
    for number, line in enumerate(_BLOCK.sub("\n", text, count=0).splitlines(), 1):
        found = _TAG.match(line)
        if found or line.strip() == "-" or line.startswith("-}"):
            if tag:
                yield _Field(tag, row_number, "\n".join(lines).strip())
            tag, row_number = (found[1], number) if found else ("", number)
            lines = [line[found.end() :]] if found else []
        elif tag:
            lines.append(line)
    if tag:
        yield _Field(tag, row_number, "\n".join(lines).strip())


def _take(message: Message, field: _Field, currency: str) -> str:
    """Put a field in its place and return the currency known from now on."""
    if field.tag == "25":
        message.account_number, stated = _account(field.text)
        return currency or stated
    if field.tag == "34F":
        message.layout = "mt942"
        return currency or field.text[:3]
    if field.tag in (*_OPENING, *_CLOSING):
        balance_fen, stated = _balance(field.text)
        if field.tag in _CLOSING:
            message.closing_fen = balance_fen
        elif message.opening_fen is None:
            message.opening_fen = balance_fen
        message.currency = currency or stated
        return currency or stated
    if field.tag == "61":
        message.lines.append(_entry(field, currency))
    # Behind the closing balance field 86 speaks of the statement, not of the last line.
    elif field.tag == "86" and message.lines and message.closing_fen is None:
        message.lines[-1] = _described(message.lines[-1], _details(field.text))
    return currency


def _account(text: str) -> tuple[str, str]:
    """Return the account without its bank, and the currency that some banks write behind it."""
    plain = text.split("\n", maxsplit=1)[0].strip().replace(".", "")
    found = _ACCOUNT_CURRENCY.fullmatch(plain)
    return (found[1], found[2]) if found else (plain, "")


def _balance(text: str) -> tuple[int, str]:
    found = _BALANCE.match(text)
    if not found:
        raise LineUnreadable(text=text)
    balance_fen = decimal_comma(found[4])
    return (balance_fen if found[1] == "C" else -balance_fen), found[3] or ""


def _entry(field: _Field, currency: str) -> StatementLine:
    """Read field 61. C is money in; RC takes a credit back and RD a debit."""
    found = _ENTRY.match(field.text)
    if not found:
        raise LineUnreadable(text=field.text)
    mark = found["mark"].removeprefix("E")
    is_in = "C" in mark if "R" not in mark else "D" in mark
    amount_fen = decimal_comma(found["amount"])
    first, _, further = found["rest"].partition("\n")
    own, _, banks = first.partition("//")
    serial = banks.strip() if banks.strip() not in _NO_REFERENCE else ""
    reference = own.strip() if own.strip() not in _NO_REFERENCE else ""
    return StatementLine(
        row_number=field.row_number,
        booked_on=_booked_on(found["value_day"], (found["entry_day"] or "").strip()),
        booked_time=None,
        amount_fen=amount_fen if is_in else -amount_fen,
        balance_fen=None,
        currency=currency,
        counterparty_name="",
        counterparty_account="",
        summary=one_line(further),
        remark=reference,
        serial=serial or None,
    )


def _booked_on(value_day: str, entry_day: str) -> date:
    """Return the entry date, whose year is the one nearest to the value date; else that."""
    value = short_date(value_day)
    if not entry_day:
        return value
    month, day = int(entry_day[:2]), int(entry_day[2:])
    try:
        booked = day_of(value.year, month, day, entry_day)
    except DateUnreadable:
        return value
    if (booked - value).days > _DAYS_OF_HALF_A_YEAR:
        return day_of(value.year - 1, month, day, entry_day)
    if (value - booked).days > _DAYS_OF_HALF_A_YEAR:
        return day_of(value.year + 1, month, day, entry_day)
    return booked


def _details(text: str) -> _Details:
    """Part field 86 by its subfields (?20…?63) or its labels (/NAME/…); else it is all remark."""
    parts = _SUBFIELD.split(text.replace("\n", ""))
    if len(parts) > 1:
        return _subfields(dict(zip(parts[1::2], parts[2::2], strict=True)))
    labelled = _LABEL.split(text.replace("\n", ""))
    if len(labelled) > 1:
        told = dict(zip(labelled[1::2], labelled[2::2], strict=True))
        remark = one_line(" ".join(told.get(label, "") for label in ("REMI", "USTD", "EREF")))
        name = one_line(told.get("NAME", ""))
        return _Details(name, told.get("IBAN", "").strip(), one_line(told.get("TRTP", "")), remark)
    return _Details("", "", "", one_line(text))


def _subfields(told: dict[str, str]) -> _Details:
    remark = [told.get(f"{number}", "") for number in (*range(20, 30), *range(60, 64))]
    return _Details(
        name=one_line(told.get("32", "") + told.get("33", "")),
        account=(told.get("38") or told.get("31") or "").strip(),
        summary=one_line(told.get("00", "")),
        remark=one_line("".join(remark)),
    )


def _described(line: StatementLine, details: _Details) -> StatementLine:
    return line._replace(
        counterparty_name=line.counterparty_name or details.name,
        counterparty_account=line.counterparty_account or details.account,
        summary=" ".join(dict.fromkeys(filter(None, (details.summary, line.summary)))),
        remark=" ".join(dict.fromkeys(filter(None, (line.remark, details.remark)))),
    )
