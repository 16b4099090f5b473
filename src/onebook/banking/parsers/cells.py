"""Reads single cells of a statement: dates with times, amounts, sides, currencies, names."""

import re
import unicodedata
from datetime import date, time
from functools import lru_cache

from onebook.banking.errors import DirectionUnreadable, TimeUnreadable
from onebook.kernel.errors import DateUnreadable
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import parse_date

_ODD_STARTS = frozenset("-–—=`")
_BLANK = re.compile(r"[-–—\s]*")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{8})"
    r"(?:[T\s-]*(?P<time>[0-9].*))?"
)
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?:\.[0-9]+)?|([0-9]{6})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MONTH_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")
_CURRENCY_AMOUNT = re.compile(r"([A-Z]{3})\s*([-+0-9(].*)")
_PLAIN_AMOUNT = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)\.[0-9]{2}")
_NO_MARKS = str.maketrans("", "", ",.")
_GLUED_ACCOUNT = re.compile(r"(?P<name>.*?)\s*(?P<account>[0-9*]{6,})")
_CURRENCIES = {
    "": "CNY", "人民币": "CNY", "人民币元": "CNY", "RMB": "CNY", "CNY": "CNY", "CNH": "CNY",
    "156": "CNY", "01": "CNY", "¥": "CNY", "美元": "USD", "港币": "HKD", "港元": "HKD",
    "欧元": "EUR", "日元": "JPY", "英镑": "GBP",
}  # fmt: skip
_IN = ("贷", "收", "来", "存", "转入")
_OUT = ("借", "支", "付", "往", "取", "转出")


def filled(text: str) -> str:
    """Return the cell without blanks around it; a cell of dashes is empty.

    What keeps a spreadsheet from reading a number is taken off: ="…", and the ` of 微信支付.
    """
    stripped = text.strip()
    if not stripped or stripped[0] not in _ODD_STARTS:
        return stripped
    if stripped[0] == "`":
        return stripped[1:].strip()
    if stripped[:2] == '="' and stripped[-1] == '"':
        stripped = stripped[2:-1].strip()
    return "" if _BLANK.fullmatch(stripped) else stripped


@lru_cache(maxsize=4096)
def moment(text: str) -> tuple[date, time | None]:
    """Read a day with or without its time; DateUnreadable or TimeUnreadable otherwise.

    2026-01-05, 2026/1/5, 20260105, 2026年1月5日, each also with 18:22:21, 18.22.21.123456 or 182221
    behind blanks, a T or a dash.
    """
    found = _MOMENT.fullmatch(_narrow(text))
    if not found:
        raise DateUnreadable(text=text)
    day, time_of_day = found.groups()
    if time_of_day is None:
        return _day(day), None
    if (read := clock(time_of_day)) is None:
        raise TimeUnreadable(text=time_of_day)
    return _day(day), read


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return parse_date(text.replace(".", "-"))


def _narrow(text: str) -> str:
    """Return full-width digits and signs in half width."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def clock(text: str) -> time | None:
    """Read a time of day; None where there is none to read."""
    found = _TIME.fullmatch(_narrow(text))
    if not found:
        return None
    if six := found[4]:
        parts = int(six[:2]), int(six[2:4]), int(six[4:])
    else:
        parts = int(found[1]), int(found[2]), int(found[3] or 0)
    try:
        return time(parts[0], parts[1], parts[2])
    except ValueError:
        return None


def day_first(text: str) -> date:
    """Read 31/12/2026."""
    found = _DAY_FIRST.fullmatch(text.strip())
    if not found:
        raise DateUnreadable(text=text)
    return parse_date(f"{found[3]}-{found[2]}-{found[1]}")


def month_day(text: str, year: int, month: int) -> date:
    """Read 12/29 of a bill of the given year and month; a later month is of the year before."""
    found = _MONTH_DAY.fullmatch(text.strip())
    if not found:
        raise DateUnreadable(text=text)
    return parse_date(f"{year - (int(found[1]) > month)}-{found[1]}-{found[2]}")


def amount(text: str) -> int:
    """Read yuan into fen, with or without a currency in front; AmountUnreadable otherwise."""
    # What nearly every cell holds; the digits are the fen.
    if text.isascii() and _PLAIN_AMOUNT.fullmatch(text):
        return int(text.translate(_NO_MARKS))
    found = _CURRENCY_AMOUNT.fullmatch(text)
    return parse_yuan(found[2] if found else text)


@lru_cache(maxsize=1024)
def currency(text: str) -> str:
    """Return the three letters of a currency, CNY for none; an unknown name stays as it is."""
    found = _CURRENCY_AMOUNT.fullmatch(text)
    name = found[1] if found else text.upper()
    return _CURRENCIES.get(name, name)


@lru_cache(maxsize=1024)
def side(text: str) -> int:
    """Return +1 for money in (贷, 收, Cr), -1 for money out (借, 支, Dr); DirectionUnreadable."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if plain.startswith(_IN) or plain in {"c", "cr", "credit", "in"}:
        return 1
    if plain.startswith(_OUT) or plain in {"d", "dr", "debit", "out"}:
        return -1
    raise DirectionUnreadable(text=text)


def name_and_account(text: str) -> tuple[str, str]:
    """Part a name with an account number behind it, with or without a blank between."""
    found = _GLUED_ACCOUNT.fullmatch(text)
    return (found["name"], found["account"]) if found else (text, "")
