"""Metering's figures as they are written outside become values: files of readings, catalogues."""

from onebook.metering.parsers.calendars import parse_calendars, parse_holidays
from onebook.metering.parsers.cells import (
    DEFAULT_DIGITS,
    FURTHER,
    parse_changes,
    parse_installations,
    parse_readings,
)
from onebook.metering.parsers.points import (
    POINT_HEADINGS,
    REGIONAL,
    SINCE_HEADING,
    parse_points,
    split_transformer,
)
from onebook.metering.parsers.rounds import BOOK_HEADINGS, parse_books, parse_routes
from onebook.metering.parsers.transformers import parse_regional, parse_transformers

__all__ = [
    "BOOK_HEADINGS",
    "DEFAULT_DIGITS",
    "FURTHER",
    "POINT_HEADINGS",
    "REGIONAL",
    "SINCE_HEADING",
    "parse_books",
    "parse_calendars",
    "parse_changes",
    "parse_holidays",
    "parse_installations",
    "parse_points",
    "parse_readings",
    "parse_regional",
    "parse_routes",
    "parse_transformers",
    "split_transformer",
]
