"""Tells the format of a statement by its content, and reads it."""

import re
from collections.abc import Callable

from onebook.banking.parsers.messages import bai2, camt, mt940, ofx, qif
from onebook.banking.parsers.messages.message import Message
from onebook.banking.parsers.messages.values import decode

_MT940 = re.compile(r":(?:20|25|28C?|34F|60[FM]|61|62[FM]|64|86):")
_MT940_ANY = re.compile(r"^\{1:F01|^:20:", re.MULTILINE)
_CAMT = re.compile(r"camt\.05[234]|<(?:\w+:)?BkToCstmr(?:Stmt|AcctRpt|DbtCdtNtfctn)\b")
_OFX = re.compile(r"^OFXHEADER:|<\?OFX |<OFX>", re.MULTILINE | re.IGNORECASE)
_BAI2 = re.compile(r"\s*01,[^,]*,[^,]*,[0-9]{6},")
_QIF = re.compile(r"(?:\s*#[^\n]*\n|\s)*!(?:type|account|option|clear)\b", re.IGNORECASE)
_SEEN_CHARACTERS = 4096


def read_messages(data: bytes, name: str) -> tuple[list[Message], str] | None:
    """Return the statements of a file in an international format, and the encoding.

    None when it is in none of them (a table, a workbook). StatementUnusable when it is, but
    cannot be used.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        return None
    reader = _reader(decode(data[:_SEEN_CHARACTERS])[0], name)
    if reader is None:
        return None
    text, encoding = decode(data)
    return reader(text), encoding


def _reader(start: str, name: str) -> Callable[[str], list[Message]] | None:
    if _CAMT.search(start):
        return lambda text: camt.read(text, name)
    if _OFX.search(start):
        return ofx.read
    if _BAI2.match(start):
        return bai2.read
    if _QIF.match(start):
        return qif.read
    if _MT940_ANY.search(start) or _MT940.match(start.lstrip()):
        return mt940.read
    return None
