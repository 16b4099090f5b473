"""How a province lets prices float by period (峰谷浮动): factors, percentages, yuan, by months.

``[version.float]`` gives each period of the version one of

* a factor: ``peak = 1.6``
* a percentage: ``valley = "-65%"``
* a percentage on top of another period, named above: ``sharp = "peak +20%"``
* an amount: ``peak = "+0.03 yuan"``

Several ``[[version.float]]`` with ``months`` share the year; every month is in one of them. Which
components float is said by the components (``floats = true``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from onebook.kernel.rounding import half_up
from onebook.tariff import errors
from onebook.tariff.parsers.table import MONTHS, Table, is_table_list, scaled

PRICE_DECIMALS = 10
_CHANGE = re.compile(r"(?:([a-z][a-z0-9_]*) ?)?([+-][0-9]+(?:\.[0-9]+)?) ?(%|yuan|元)")
_EXPECTED = 'a factor like 1.6, or "+63%", "peak +20%", "+0.03 yuan"'


@dataclass(frozen=True, slots=True)
class Change:
    """price x times + added, exact until the price is rounded."""

    times: Fraction
    added_e10: Fraction = Fraction(0)

    def of(self, price_e10: int, decimals: int) -> int:
        """The floated price in 10^-10 yuan, half-up to so many decimals."""
        exact = price_e10 * self.times + self.added_e10
        step: int = 10 ** (PRICE_DECIMALS - decimals)
        return step * half_up(exact.numerator, exact.denominator * step)


@dataclass(frozen=True, slots=True)
class Float:
    """The changes by period, and the months in which they count; all year when empty."""

    months: tuple[int, ...]
    changes: Mapping[str, Change]


def read_floats(version: Table, periods: tuple[str, ...]) -> tuple[Float, ...]:
    """Read the version's floats; none where it has none."""
    written = version.content.get("float")
    if written is None:
        return ()
    tables = [written] if isinstance(written, dict) else written
    if not is_table_list(tables):
        version.unreadable("float", "a table [version.float]")
        return ()
    floats = tuple(_float(version, content, periods) for content in tables)
    _check_months(version, floats)
    return floats


def _float(version: Table, content: dict[str, Any], periods: tuple[str, ...]) -> Float:
    table = Table(content, version.where["tariff"], "float", version.problems)
    table.refuse_unknown({"months", *periods})
    changes: dict[str, Change] = {}
    for period in content:
        if period in periods:
            changes[period] = _change(table, period, changes)
    for period in periods:
        if period not in changes:
            table.missing(period)
            changes[period] = Change(Fraction(1))
    return Float(table.months("months"), {period: changes[period] for period in periods})


def _change(table: Table, period: str, above: Mapping[str, Change]) -> Change:
    value = table.content[period]
    factor_e10 = scaled(value, PRICE_DECIMALS)
    if factor_e10 is not None and factor_e10 >= 0 and not str(value).startswith("+"):
        return Change(Fraction(factor_e10, 10**PRICE_DECIMALS))
    found = _CHANGE.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[1] is not None and found[1] not in above):
        table.unreadable(period, _EXPECTED)
        return Change(Fraction(1))
    on = above[found[1]] if found[1] else Change(Fraction(1))
    if found[3] == "%":
        more = 1 + Fraction(found[2]) / 100
        return Change(on.times * more, on.added_e10 * more)
    return Change(on.times, on.added_e10 + Fraction(found[2]) * 10**PRICE_DECIMALS)


def _check_months(version: Table, floats: tuple[Float, ...]) -> None:
    """Each month has one float: where one names its months, all do, and none is left over."""
    named = [month for one in floats for month in (one.months or MONTHS)]
    for month in MONTHS:
        if named.count(month) != 1:
            version.problems.append(
                errors.FloatMonths(
                    tariff=version.where["tariff"], month=month, times=named.count(month)
                )
            )
