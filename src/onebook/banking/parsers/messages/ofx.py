"""OFX 1 (SGML) and 2 (XML): bank and card statements by their tags, closed or not.

Investment statements are read for their money movements alone (INVBANKTRAN).
"""

import html
import re
from collections.abc import Iterator
from datetime import date

from onebook.banking.errors import LineUnreadable
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.messages.values import amount, day_of, one_line
from onebook.banking.parsers.types import StatementLine
from onebook.kernel.errors import DateUnreadable, OnebookError

_TAG = re.compile(r"<(/?)([A-Za-z0-9.]+)\s*/?>([^<]*)")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_STATEMENTS = {"STMTRS": "ofx", "CCSTMTRS": "ofx_card", "INVSTMTRS": "ofx_investment"}
_OWN_ACCOUNT = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
_BALANCE = "LEDGERBAL"


def read(text: str) -> list[Message]:
    """Return the statements. A transaction that the file's end cuts off is rejected."""
    messages: list[Message] = []
    within: list[str] = []
    fields: dict[str, str] | None = None
    started = 0
    row_number = 1
    for is_end, tag, value, row_number in _tags(text):
        if tag in _STATEMENTS:
            if not is_end:
                messages.append(Message(_STATEMENTS[tag]))
        elif not messages:
            continue
        elif tag == "STMTTRN":
            # A new one, or the list's end, closes one whose own end tag is left out.
            _close(messages[-1], fields, started)
            fields, started = (None, 0) if is_end else ({}, row_number)
        elif tag == "BANKTRANLIST" and is_end:
            _close(messages[-1], fields, started)
            fields = None
        elif fields is not None and value:
            fields.setdefault(tag, value)
        elif not value:
            _enter(within, tag, is_end)
        else:
            _head(messages[-1], within[-1] if within else "", tag, value)
    if fields is not None and messages:
        messages[-1].reject(started, LineUnreadable(text=_shown(fields)), [_shown(fields)])
    if messages and "</OFX>" not in text.upper():
        text = "The file ends before its closing tag </OFX>: it may have been cut off."
        messages[-1].find("cut_off", row_number, text)
    return messages


def _tags(text: str) -> Iterator[tuple[bool, str, str, int]]:
    """Yield (is an end tag, tag, the value behind it, line number) in the file's order."""
    row_number, counted = 1, 0
    for found in _TAG.finditer(text):
        row_number += text.count("\n", counted, found.start())
        counted = found.start()
        value = one_line(html.unescape(found[3]))
        yield bool(found[1]), found[2].upper(), value, row_number


def _enter(within: list[str], tag: str, is_end: bool) -> None:
    """Keep the open groups; an end tag closes all that was left open in its group."""
    if not is_end:
        within.append(tag)
    elif tag in within:
        del within[len(within) - 1 - within[::-1].index(tag) :]


def _head(message: Message, group: str, tag: str, value: str) -> None:
    if tag == "CURDEF":
        message.currency = value
    elif tag == "ACCTID" and group in _OWN_ACCOUNT and message.account_number is None:
        message.account_number = value
    elif tag == "BALAMT" and group == _BALANCE:
        try:
            message.closing_fen = amount(value)
        except OnebookError as error:
            text = f"The balance {value!r} cannot be read and proves nothing: {error}"
            message.find("balance_unreadable", 0, text)


def _close(message: Message, fields: dict[str, str] | None, row_number: int) -> None:
    if not fields:
        return
    try:
        message.lines.append(_line(fields, message.currency, row_number))
    except OnebookError as error:
        message.reject(row_number, error, [_shown(fields)])


def _shown(fields: dict[str, str]) -> str:
    return " ".join(f"{tag}={value}" for tag, value in fields.items())


def _line(fields: dict[str, str], currency: str, row_number: int) -> StatementLine:
    if "TRNAMT" not in fields:
        raise LineUnreadable(text=_shown(fields))
    memo = fields.get("MEMO", "")
    return StatementLine(
        row_number=row_number,
        booked_on=_day(fields.get("DTPOSTED", "")),
        booked_time=None,
        amount_fen=amount(fields["TRNAMT"]),
        balance_fen=None,
        currency=fields.get("CURSYM", currency),
        counterparty_name=fields.get("NAME", ""),
        counterparty_account=fields.get("ACCTID", ""),
        summary=fields.get("TRNTYPE", ""),
        remark=" ".join(filter(None, (memo, fields.get("CHECKNUM") or fields.get("REFNUM")))),
        serial=fields.get("FITID") or None,
    )


def _day(text: str) -> date:
    """Read the day of YYYYMMDD[HHMMSS…], which is the bank's own day whatever its zone."""
    found = _DAY.match(text)
    if not found:
        raise DateUnreadable(text=text)
    return day_of(int(found[1]), int(found[2]), int(found[3]), text)
