"""A quote's scenario as it is written (TOML, interval values as CSV) becomes plain values."""

from onebook.billing.parsers.scenario import Reader, parse_scenario

__all__ = ["Reader", "parse_scenario"]
