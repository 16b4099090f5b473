"""Metering's figures as they are written outside become values: files of readings, catalogues."""

from onebook.metering.parsers.calendars import parse_calendars, parse_holidays
from onebook.metering.parsers.cells import (
    DEFAULT_DIGITS,
    FURTHER,
    parse_changes,
    parse_installations,
    parse_readings,
)
from onebook.metering.parsers.transformers import parse_regional, parse_transformers

__all__ = [
    "DEFAULT_DIGITS",
    "FURTHER",
    "parse_calendars",
    "parse_changes",
    "parse_holidays",
    "parse_installations",
    "parse_readings",
    "parse_regional",
    "parse_transformers",
]
