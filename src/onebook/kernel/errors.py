"""The base of every onebook error: the class docstring is the message.

OnebookError
├── AmountUnreadable
├── EnergyUnreadable
├── MonthUnreadable
├── DateUnreadable
├── DayInFuture · MonthInFuture
└── (each app's errors.py)
"""

import re
from typing import ClassVar

GUARDED: dict[str, type["OnebookError"]] = {}
"""The error of each guard of the database, by the SQLSTATE that the guard raises."""

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class OnebookError(Exception):
    """The work could not be done. Read the lines above this one and try again."""

    code: ClassVar[str] = "onebook_error"
    template: ClassVar[str] = (
        "The work could not be done. Read the lines above this one and try again."
    )

    def __init_subclass__(cls, *, guard: str | None = None, **kwargs: object) -> None:
        """Take the message template from the docstring and the code from the class name.

        `guard` is the SQLSTATE of the database's guard whose refusal this error tells.
        """
        super().__init_subclass__(**kwargs)
        if guard is not None:
            GUARDED[guard] = cls
        cls.code = _WORD_START.sub("_", cls.__name__).lower()
        if cls.__doc__:
            cls.template = " ".join(cls.__doc__.split())

    def __init__(self, **params: object) -> None:
        """Fill the template; a placeholder without its parameter is a KeyError at once.

        ``template`` (an English msgid) and ``params`` stay apart so that an upper layer can
        translate the first and then fill in the second.
        """
        self.params = params
        super().__init__(self.template.format(**params))

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling between processes although the parameters are keyword-only."""
        return _rebuild, (type(self), self.params)


def _rebuild(cls: type[OnebookError], params: dict[str, object]) -> OnebookError:
    return cls(**params)


class AmountUnreadable(OnebookError):
    """The amount {text!r} cannot be read. Write it like 1234.56 and import the row again."""


class EnergyUnreadable(OnebookError):
    """The energy {text!r} cannot be read as kWh. Write it like 1234.5678, with four decimals
    at most, and import the row again."""


class MonthUnreadable(OnebookError):
    """The month {text!r} cannot be read. Write it like 2026-10 and try again."""


class DateUnreadable(OnebookError):
    """The date {text!r} cannot be read. Write it like 2026-10-31 and try again."""


class DayInFuture(OnebookError, guard="OB051"):
    """{day} lies after the business day, {today}: nothing has happened on it yet. Correct the
    date, or record it when the day has come."""


class MonthInFuture(OnebookError):
    """{month} has not begun: the business day is {today}. Give an earlier month."""
