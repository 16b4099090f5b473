"""Reading of plain decimal numbers as people and their programs write them."""

import re
import unicodedata
from typing import NamedTuple

# Fifteen whole digits keep every later product of money inside a PostgreSQL bigint.
_NUMBER = re.compile(r"(?P<whole>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}|)(?:\.(?P<part>[0-9]+))?")
_WRAPPER = re.compile(r'="(.*)"')
_MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2012": "-", "\u2013": "-"})


class Digits(NamedTuple):
    """A number as its sign (+1 or -1) and its digits before and after the decimal point."""

    sign: int
    whole: str
    part: str


def read_digits(text: str, *, currency: str = "") -> Digits | None:
    """Read one decimal number, or give None where a person has to look.

    Understands full-width characters, the spreadsheet wrapper ``="…"``, thousands commas in
    their proper places, one sign before or after one of the ``currency`` signs, and brackets
    for minus. Exponents, letters, inner spaces and doubled signs are not a number.
    """
    rest = unicodedata.normalize("NFKC", text).translate(_MINUS_SIGNS).strip()
    if wrapped := _WRAPPER.fullmatch(rest):
        rest = wrapped[1].strip()
    bracketed = rest.startswith("(") and rest.endswith(")")
    if bracketed:
        rest = rest[1:-1].strip()
    sign, rest = _take_sign(rest, currency)
    number = _NUMBER.fullmatch(rest)
    if number is None or not rest or (bracketed and sign is not None):
        return None
    whole, part = number["whole"].replace(",", ""), number["part"] or ""
    return Digits(-1 if bracketed else sign or 1, whole or "0", part)


def to_scaled(digits: Digits, decimals: int) -> int | None:
    """Give the number times 10^decimals, or None when it has more decimals than that."""
    if digits.part[decimals:].strip("0"):
        return None
    return digits.sign * int(digits.whole + digits.part[:decimals].ljust(decimals, "0"))


def _take_sign(text: str, currency: str) -> tuple[int | None, str]:
    """Strip at most one sign and at most one currency sign, in either order."""
    sign: int | None = None
    seen_currency = False
    while text:
        if text[0] in "+-" and sign is None:
            sign = -1 if text[0] == "-" else 1
        elif text[0] in currency and not seen_currency:
            seen_currency = True
        else:
            break
        text = text[1:].lstrip()
    return sign, text
