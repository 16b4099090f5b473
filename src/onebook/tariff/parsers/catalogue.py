"""The price catalogue as a tariff clerk writes it (TOML) becomes tariff versions.

A catalogue is a list of ``[[version]]`` tables, each with its ``[[version.component]]`` tables in
the order of the bill. Prices are yuan per unit, read digit by digit and never as a float. A
component gives its ``price``, its ``prices`` by period, or the line loss of another one by
``loss_of`` and ``loss_percent``: price x r / (1 - r), half-up to eight decimals.
"""

import tomllib
from datetime import date

from onebook.kernel.rounding import Rounding
from onebook.tariff import errors
from onebook.tariff.errors import TariffProblem
from onebook.tariff.parsers.components import Prices, read_components
from onebook.tariff.parsers.floats import PRICE_DECIMALS, read_floats
from onebook.tariff.parsers.table import Table, is_table_list
from onebook.tariff.parsers.versions import Content, label, written_out
from onebook.tariff.rules import FundRounding, RoundingStep, Version, validate_catalogue

_EPOCH = date(1970, 1, 1)

_VERSION_FIELDS = frozenset([
    "code", "name", "name_en", "category", "valid_from", "valid_to", "vat_percent",
    "rounding", "rounding_step", "fund_rounding", "quota_per_month",
    "periods", "float", "price_decimals", "component",
])  # fmt: skip


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
    if not is_table_list(tables):
        raise errors.CatalogueUnreadable(detail="it has no [[version]] table.")
    problems: list[TariffProblem] = []
    versions = tuple(_version(table, problems) for table in written_out(tables, problems))
    problems = problems or validate_catalogue(versions)
    if problems:
        raise errors.CatalogueInvalid(
            count=len(problems), problems=" ".join(map(str, problems)), faults=tuple(problems)
        )
    return versions


def _version(content: Content, problems: list[TariffProblem]) -> Version:
    table = Table(content, label(content), "version", problems)
    table.refuse_unknown(_VERSION_FIELDS)
    if "valid_from" not in content:
        table.missing("valid_from")
    periods = table.texts("periods")
    decimals = table.whole(
        "price_decimals", "a number of decimals from 0 to 10", range(PRICE_DECIMALS + 1)
    )
    prices = Prices(
        periods,
        read_floats(table, periods),
        PRICE_DECIMALS if decimals is None else decimals,
    )
    return Version(
        code=table.text("code"),
        name_zh=table.text("name"),
        name_en=table.text("name_en"),
        category=table.text("category"),
        valid_from=table.day("valid_from") or _EPOCH,
        valid_to=table.day("valid_to"),
        components=read_components(label(content), content.get("component"), prices, problems),
        vat_rate_bp=table.fixed("vat_percent", 2),
        rounding=table.choice("rounding", Rounding.HALF_UP),
        fund_rounding=table.choice("fund_rounding", FundRounding.LAST_ABSORBS),
        quota_per_month=table.flag("quota_per_month", default=True),
        periods=periods,
        rounding_step=table.choice("rounding_step", RoundingStep.LINE),
    )
