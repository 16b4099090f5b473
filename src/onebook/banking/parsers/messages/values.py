"""Reads what the formats share: encodings, amounts with either decimal mark, short dates."""

import re
from calendar import monthrange
from datetime import date

from onebook.kernel.errors import AmountUnreadable, DateUnreadable
from onebook.kernel.money import parse_yuan

_AMOUNT = re.compile(r"([+-]?)([0-9][0-9.,' ]*|[.,][0-9]+)")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding=[\"']([A-Za-z0-9._-]+)[\"']")
_HIGH = re.compile(rb"[\x80-\xff]+")
_FAR_YEARS = 70


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the encoding's name.

    An XML declaration that holds is believed. Else UTF-8 is tried strictly, then GB18030 where
    nearly all that is not ASCII are pairs of the common characters (GB 2312), else Windows-1252:
    these formats come from banks of both worlds, and a European accent before a letter would
    otherwise become a rare Chinese character.
    """
    plain = data.removeprefix(b"\xef\xbb\xbf")
    if declared := _DECLARED.match(plain[:200]):
        name = declared[1].decode().casefold()
        name = "gb18030" if name in {"gbk", "gb2312"} else name
        try:
            return plain.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass
    for name in ("utf-8", "gb18030"):
        if name == "gb18030" and not _looks_chinese(plain):
            continue
        try:
            return plain.decode(name), name
        except UnicodeDecodeError:
            continue
    return plain.decode("cp1252", "replace"), "cp1252"


def _looks_chinese(data: bytes) -> bool:
    """Whether the bytes beyond ASCII come in runs of whole pairs."""
    runs = [len(run) for run in _HIGH.findall(data)]
    paired = sum(run for run in runs if run % 2 == 0)
    return paired * 10 >= sum(runs) * 9


def amount(text: str) -> int:
    """Read an amount into fen, whichever of point and comma is its decimal mark.

    The last mark is the decimal one when both occur. One kind alone is decimal when it occurs
    once and not before exactly three digits; 1,234 is thousands, 1.234 would be a third decimal
    and is refused, as is all that leaves doubt (AmountUnreadable).
    """
    plain = text.strip()
    found = _AMOUNT.fullmatch(plain)
    if not found:
        raise AmountUnreadable(text=text)
    digits = found[2].replace("'", "").replace(" ", "")
    point, comma = digits.rfind("."), digits.rfind(",")
    if comma > point and (point >= 0 or not _is_thousands(digits)):
        digits = digits.replace(".", "").replace(",", ".")
    elif point >= 0 and digits.count(".") > 1:
        digits = digits.replace(".", "")
    try:
        return parse_yuan(found[1] + digits.rstrip("."))
    except AmountUnreadable as error:
        raise AmountUnreadable(text=text) from error


def decimal_comma(text: str) -> int:
    """Read an amount whose only mark is the decimal comma (SWIFT: 1234,5 or 1234,)."""
    plain = text.replace(" ", "")
    if plain.count(",") > 1 or ("." in plain and "," in plain):
        raise AmountUnreadable(text=text)
    whole, _, rest = plain.replace(",", ".").partition(".")
    try:
        return parse_yuan(f"{whole.lstrip('0') or '0'}.{rest or '0'}")
    except AmountUnreadable as error:
        raise AmountUnreadable(text=text) from error


def _is_thousands(digits: str) -> bool:
    """Whether the commas stand as thousands do: 1,234 or 1,234,567."""
    return re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+", digits) is not None


def short_date(text: str) -> date:
    """Read YYMMDD; a day behind the month's end is its last (banks book interest on 30 February).

    Years up to 69 are of this century. DateUnreadable otherwise.
    """
    if not re.fullmatch(r"[0-9]{6}", text):
        raise DateUnreadable(text=text)
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    return day_of(2000 + year if year < _FAR_YEARS else 1900 + year, month, day, text)


def day_of(year: int, month: int, day: int, text: str) -> date:
    """Return the day; the month's last for a 30th or 31st that it lacks; DateUnreadable."""
    if not (1 <= month <= 12 and 1 <= day <= 31 and year >= 1):
        raise DateUnreadable(text=text)
    return date(year, month, min(day, monthrange(year, month)[1]))


def one_line(text: str) -> str:
    """Return a text with every run of blanks and line ends as one blank."""
    return " ".join(text.split())
