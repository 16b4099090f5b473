"""The price catalogue as a tariff clerk writes it (TOML) becomes tariff versions.

A catalogue is a list of ``[[version]]`` tables, each with its ``[[version.component]]`` tables in
the order of the bill. Prices are yuan per kWh, read digit by digit and never as a float. A
component gives its ``price``, or the line loss of another one by ``loss_of`` and
``loss_percent``: price x r / (1 - r), half-up to eight decimals.
"""

import re
import tomllib
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import TypeGuard, TypeVar

from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.errors import DateUnreadable
from onebook.kernel.periods import parse_date
from onebook.kernel.rounding import Rounding, half_up
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.rules import (
    Component,
    FundRounding,
    Kind,
    TierBasis,
    Version,
    validate_catalogue,
)

_Choice = TypeVar("_Choice", bound=StrEnum)

_FIXED = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?")
_PRICE_DECIMALS = 10
_E10_PER_EIGHTH_DECIMAL = 100
_HUNDRED_PERCENT_E4 = 100 * 10**4
_EPOCH = date(1970, 1, 1)

_VERSION_FIELDS = frozenset(
    [
        "code",
        "name",
        "name_en",
        "category",
        "valid_from",
        "valid_to",
        "vat_percent",
        "rounding",
        "fund_rounding",
        "quota_per_month",
        "component",
    ]
)
_COMPONENT_FIELDS = frozenset(
    [
        "code",
        "name",
        "name_en",
        "kind",
        "account",
        "price",
        "loss_of",
        "loss_percent",
        "from_kwh",
        "to_kwh",
        "basis",
        "vat_included",
        "source",
    ]
)


def parse_catalogue(text: str) -> tuple[Version, ...]:
    """Read and validate a catalogue.

    CatalogueUnreadable when it is not TOML; CatalogueInvalid with all its faults (as ``faults``
    among the parameters) when any version is incomplete or faulty: none is taken then.
    """
    try:
        content = tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as broken:
        raise errors.CatalogueUnreadable(detail=f"{broken}.") from broken
    tables = content.get("version")
    if not _is_table_list(tables):
        raise errors.CatalogueUnreadable(detail="it has no [[version]] table.")
    problems: list[TariffProblem] = []
    versions = tuple(_version(table, problems) for table in tables)
    problems = problems or validate_catalogue(versions)
    if problems:
        raise errors.CatalogueInvalid(
            count=len(problems), problems=" ".join(map(str, problems)), faults=tuple(problems)
        )
    return versions


class _Table:
    """A TOML table whose unreadable fields become problems and a harmless stand-in."""

    def __init__(
        self, content: dict[str, object], tariff: str, where: str, problems: list[TariffProblem]
    ) -> None:
        self.content = content
        self.where = {"tariff": tariff, "where": where}
        self.problems = problems

    def refuse_unknown(self, known: Collection[str]) -> None:
        for field in self.content.keys() - known:
            self.problems.append(errors.FieldUnknown(**self.where, field=field))

    def text(self, field: str) -> str:
        value = self.content.get(field)
        if value is None:
            self.problems.append(errors.FieldMissing(**self.where, field=field))
            return ""
        if not isinstance(value, str):
            self.unreadable(field, "a text in quotation marks")
            return ""
        return value

    def choice(self, field: str, default: _Choice) -> _Choice:
        value = self.content.get(field, default.value)
        kinds = type(default)
        if value in [kind.value for kind in kinds]:
            return kinds(value)
        self.unreadable(field, " or ".join(kind.value for kind in kinds))
        return default

    def limit_e4(self, field: str) -> int | None:
        value = self.content.get(field)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value * E4_PER_KWH
        self.unreadable(field, "a whole number of kWh")
        return None

    def flag(self, field: str) -> bool:
        value = self.content.get(field, True)
        if not isinstance(value, bool):
            self.unreadable(field, "true or false")
            return True
        return value

    def fixed(self, field: str, decimals: int) -> int:
        """Give a decimal number times 10^decimals."""
        value = self.content.get(field)
        if value is None:
            self.problems.append(errors.FieldMissing(**self.where, field=field))
            return 0
        scaled = None if isinstance(value, bool) else _scaled(str(value), decimals)
        if scaled is None:
            self.unreadable(field, f"a number with {decimals} decimals at most")
        return scaled or 0

    def day(self, field: str) -> date | None:
        value = self.content.get(field)
        if isinstance(value, str):
            try:
                return parse_date(value)
            except DateUnreadable:
                value = False
        if value is None or type(value) is date:
            return value
        self.unreadable(field, "a date like 2026-10-31")
        return None

    def unreadable(self, field: str, expected: str) -> None:
        text = str(self.content.get(field))
        self.problems.append(
            errors.FieldUnreadable(**self.where, field=field, text=text, expected=expected)
        )


def _version(content: dict[str, object], problems: list[TariffProblem]) -> Version:
    label = f"{content.get('code', '?')} ({content.get('valid_from', '?')})"
    table = _Table(content, label, "version", problems)
    table.refuse_unknown(_VERSION_FIELDS)
    if "valid_from" not in content:
        problems.append(errors.FieldMissing(**table.where, field="valid_from"))
    return Version(
        code=table.text("code"),
        name_zh=table.text("name"),
        name_en=table.text("name_en"),
        category=table.text("category"),
        valid_from=table.day("valid_from") or _EPOCH,
        valid_to=table.day("valid_to"),
        components=_components(label, content.get("component"), problems),
        vat_rate_bp=table.fixed("vat_percent", 2),
        rounding=table.choice("rounding", Rounding.HALF_UP),
        fund_rounding=table.choice("fund_rounding", FundRounding.LAST_ABSORBS),
        quota_per_month=table.flag("quota_per_month"),
    )


def _components(
    tariff: str, tables: object, problems: list[TariffProblem]
) -> tuple[Component, ...]:
    if not _is_table_list(tables):
        problems.append(errors.FieldMissing(tariff=tariff, where="version", field="component"))
        return ()
    prices_e10: dict[str, int] = {}
    components = []
    for content in tables:
        component = _component(tariff, content, prices_e10, problems)
        prices_e10[component.code] = component.price_e10
        components.append(component)
    return tuple(components)


def _component(
    tariff: str,
    content: dict[str, object],
    prices_e10: dict[str, int],
    problems: list[TariffProblem],
) -> Component:
    table = _Table(content, tariff, f"component {content.get('code', '?')}", problems)
    table.refuse_unknown(_COMPONENT_FIELDS)
    return Component(
        code=table.text("code"),
        name_zh=table.text("name"),
        name_en=table.text("name_en"),
        kind=table.choice("kind", Kind.FLAT),
        account=table.text("account"),
        price_e10=_price_e10(table, tariff, prices_e10),
        source=table.text("source"),
        lower_e4=table.limit_e4("from_kwh") or 0,
        upper_e4=table.limit_e4("to_kwh"),
        tier_basis=table.choice("basis", TierBasis.YEAR),
        vat_included=table.flag("vat_included"),
    )


def _price_e10(table: _Table, tariff: str, prices_e10: dict[str, int]) -> int:
    """Read the price, or take it from the line loss of a component that stands above."""
    component = str(table.content.get("code", "?"))
    value = table.content.get("price")
    if value is None and "loss_of" in table.content:
        return _loss_price_e10(table, prices_e10)
    if value is None:
        table.problems.append(errors.PriceMissing(tariff=tariff, component=component))
        return 0
    price_e10 = None if isinstance(value, bool) else _scaled(str(value), _PRICE_DECIMALS)
    if price_e10 is None:
        table.problems.append(
            errors.PriceUnreadable(tariff=tariff, component=component, text=str(value))
        )
    return price_e10 or 0


def _loss_price_e10(table: _Table, prices_e10: dict[str, int]) -> int:
    """Price the line loss (上网环节线损): purchase x r / (1 - r), half-up to eight decimals."""
    lost_e4 = table.fixed("loss_percent", 4)
    of_e10 = prices_e10.get(table.text("loss_of"))
    if of_e10 is None:
        table.unreadable("loss_of", "the code of a component that stands above")
        return 0
    if not 0 <= lost_e4 < _HUNDRED_PERCENT_E4:
        table.unreadable("loss_percent", "a percentage from 0 to below 100")
        return 0
    kept_e4 = _HUNDRED_PERCENT_E4 - lost_e4
    return _E10_PER_EIGHTH_DECIMAL * half_up(of_e10 * lost_e4, kept_e4 * _E10_PER_EIGHTH_DECIMAL)


def _scaled(text: str, decimals: int) -> int | None:
    found = _FIXED.fullmatch(text)
    if found is None or (found[3] or "")[decimals:].strip("0"):
        return None
    magnitude = int(found[2] + (found[3] or "")[:decimals].ljust(decimals, "0"))
    return -magnitude if found[1] == "-" else magnitude


def _is_table_list(value: object) -> TypeGuard[list[dict[str, object]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
