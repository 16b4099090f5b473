"""The catalogue of transformers (TOML): nameplates, and the simplified rules of regions.

``[[transformer]]``: series, kva, iron_kw, copper_kw, no_load_percent, impedance_percent.
``[[regional]]``: series, kva, iron_kwh a month, copper_percent, iron_k, copper_k. Both with
valid_from, valid_to where ended, and source. Decimal numbers stand in quotes.
"""

from datetime import date

from onebook.metering.parsers.table import Table, tables
from onebook.metering.rules.losses import Entry, Plate, RegionalLoss

_ENTRY = ("series", "kva", "valid_from", "valid_to", "source")
_PLATE = ("iron_kw", "copper_kw", "no_load_percent", "impedance_percent")
_REGIONAL = ("iron_kwh", "copper_percent", "iron_k", "copper_k")


def parse_transformers(text: str) -> tuple[Entry[Plate], ...]:
    """Read the nameplates; CatalogueUnreadable names the table and field that cannot be read."""
    entries = []
    for table in tables(text, "transformer"):
        table.only(_ENTRY + _PLATE)
        plate = Plate(
            table.scaled("kva", 1000),
            table.scaled("iron_kw", 1000),
            table.scaled("copper_kw", 1000),
            table.scaled("no_load_percent", 100),
            table.scaled("impedance_percent", 100),
        )
        entries.append(Entry(table.text("series"), plate.rated_va, plate, *_dates(table)))
    return tuple(entries)


def parse_regional(text: str) -> tuple[Entry[RegionalLoss], ...]:
    """Read the simplified rules; CatalogueUnreadable as for nameplates."""
    entries = []
    for table in tables(text, "regional"):
        table.only(_ENTRY + _REGIONAL)
        rule = RegionalLoss(
            table.whole("iron_kwh"),
            table.scaled("copper_percent", 100),
            table.scaled("iron_k", 10_000) if "iron_k" in table.content else 0,
            table.scaled("copper_k", 10_000) if "copper_k" in table.content else 0,
        )
        entries.append(Entry(table.text("series"), table.scaled("kva", 1000), rule, *_dates(table)))
    return tuple(entries)


def _dates(table: Table) -> tuple[date, date | None, str]:
    first, end = table.first_day("valid_from"), table.day("valid_to")
    if end is not None and end <= first:
        table.refuse("valid_to must be after valid_from")
    return first, end, table.text("source")
