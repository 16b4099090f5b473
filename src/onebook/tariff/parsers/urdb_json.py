"""JSON of a rate record read digit by digit: numbers as they are written, faults as problems."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import NoReturn, TypeGuard

from onebook.kernel.rounding import half_up
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem

_SHOWN = 80
# A longer exponent is no price and no edge; it would only fill the memory.
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,60})?(?:[eE][+-]?[0-9]{1,2})?")


class Number(str):
    """A JSON number exactly as it is written."""

    __slots__ = ()


def read_object(text: str) -> dict[str, object]:
    """Read one object, or the one in ``items``, as the service answers; else UrdbUnreadable."""
    try:
        content = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Number,
            parse_int=Number,
            parse_constant=_no_constant,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError) as broken:
        raise errors.UrdbUnreadable(detail=f"{broken}.") from broken
    if isinstance(content, dict) and isinstance(content.get("items"), list):
        if len(content["items"]) != 1:
            raise errors.UrdbUnreadable(detail=f"it holds {len(content['items'])} records.")
        content = content["items"][0]
    if not isinstance(content, dict):
        raise errors.UrdbUnreadable(detail="it is no object.")
    return content


def is_nothing(value: object) -> bool:
    """Whether a field holds no amount: absent, empty, or zero wherever there is a number."""
    if isinstance(value, Number):
        return Fraction(value) == 0 if _NUMBER.fullmatch(value) else False
    if isinstance(value, dict):
        return all(is_nothing(one) for key, one in value.items() if key not in {"max", "unit"})
    if isinstance(value, list):
        return all(is_nothing(one) for one in value)
    return value is None or value is False or value == ""


def is_list_of_lists(value: object) -> TypeGuard[list[list[object]]]:
    """Whether the value is a list of lists."""
    return isinstance(value, list) and all(isinstance(one, list) for one in value)


def is_list_of_objects(value: object) -> TypeGuard[list[dict[str, object]]]:
    """Whether the value is a list of objects."""
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def plain(value: object) -> str:
    """Write a value as JSON, its numbers as they were written, cut where it is long."""
    text = _json(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def scaled(number: Fraction, scale: int) -> int:
    """Give number x scale as an integer, half-up."""
    return half_up(number.numerator * scale, number.denominator)


class Fields:
    """The fields of a record; what cannot be read becomes a problem and a harmless stand-in."""

    def __init__(self, content: dict[str, object], rate: str) -> None:
        self.content = content
        self.rate = rate
        self.problems: list[TariffProblem] = []

    def missing(self, field: str) -> None:
        self.problems.append(errors.FieldMissing(tariff=self.rate, where="record", field=field))

    def wrong(self, field: str, value: object, expected: str) -> None:
        self.problems.append(
            errors.FieldUnreadable(
                tariff=self.rate, where="record", field=field, text=plain(value), expected=expected
            )
        )

    def text(self, field: str) -> str:
        value = self.content.get(field)
        return value.strip() if isinstance(value, str) else ""

    def choice(self, field: str, value: object, known: Sequence[str]) -> str:
        written = value.strip().lower() if isinstance(value, str) else ""
        for one in known:
            if one.lower() == written:
                return one
        self.wrong(field, value, " or ".join(known))
        return known[0]

    def number(self, field: str, value: object) -> Fraction:
        if isinstance(value, Number) and _NUMBER.fullmatch(value):
            return Fraction(value)
        self.wrong(field, value, "a number")
        return Fraction(0)

    def position(self, field: str, value: object) -> int:
        number = self.number(field, value)
        if number.denominator == 1 and number >= 0:
            return int(number)
        self.wrong(field, value, "the position of a period, from 0")
        return 0

    def day(self, field: str) -> date | None:
        """Read seconds since 1970 or an ISO date; both are taken as days of UTC."""
        value = self.content.get(field)
        try:
            if isinstance(value, Number):
                return datetime.fromtimestamp(int(value), UTC).date()
            if isinstance(value, str):
                return datetime.fromisoformat(value).date()
        except (ValueError, OverflowError, OSError):
            pass
        if value is not None:
            self.wrong(field, value, "seconds since 1970 or a date like 2026-10-31")
        return None


def _json(value: object) -> str:
    if isinstance(value, Number):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(key)}: {_json(one)}' for key, one in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content: dict[str, object] = {}
    for field, value in pairs:
        if field in content:
            raise ValueError(f"the field {field} stands twice")
        content[field] = value
    return content
