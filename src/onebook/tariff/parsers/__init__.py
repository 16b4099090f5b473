"""Tariffs as they are written outside become dated versions: the clerk's catalogue, URDB JSON."""

from onebook.tariff.parsers.catalogue import parse_catalogue
from onebook.tariff.parsers.urdb_record import UrdbRecord, read_record

__all__ = ["UrdbRecord", "parse_catalogue", "read_record"]
