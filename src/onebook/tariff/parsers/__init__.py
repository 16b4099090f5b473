"""Tariffs as they are written outside become dated versions: the clerk's catalogue, URDB JSON."""

from onebook.tariff.parsers.catalogue import parse_catalogue
from onebook.tariff.parsers.urdb import UrdbRate, parse_urdb
from onebook.tariff.rules import Version

__all__ = ["UrdbRate", "parse_catalogue", "parse_tariffs", "parse_urdb"]


def parse_tariffs(text: str) -> tuple[Version, ...]:
    """The versions of a catalogue (TOML), or that of one URDB rate (JSON, told by its brace)."""
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return (parse_urdb(text).version,)
    return parse_catalogue(text)
