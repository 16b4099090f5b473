"""The catalogues of calendars and transformers that come with onebook."""

from pathlib import Path

from onebook.metering.parsers.calendars import parse_calendars, parse_holidays
from onebook.metering.parsers.transformers import parse_regional, parse_transformers
from onebook.metering.rules.calendar import Calendar
from onebook.metering.rules.losses import Entry, Plate, RegionalLoss

_FOLDER = Path(__file__).parents[1] / "catalogue"


def calendars() -> tuple[Calendar, ...]:
    """The period calendars, with the named days of the years that are known."""
    holidays = parse_holidays(_text_of("holidays"))
    return parse_calendars(_text_of("calendars"), holidays)


def calendars_in(text: str) -> tuple[Calendar, ...]:
    """The calendars that a text holds; its own holidays count instead of the packaged ones."""
    holidays = parse_holidays(text) or parse_holidays(_text_of("holidays"))
    return parse_calendars(text, holidays)


def transformers() -> tuple[Entry[Plate], ...]:
    """The nameplates, for `rules.losses.facts_on`."""
    return parse_transformers(_text_of("transformers"))


def regional_losses() -> tuple[Entry[RegionalLoss], ...]:
    """The regions' simplified loss rules."""
    return parse_regional(_text_of("transformers"))


def _text_of(name: str) -> str:
    return (_FOLDER / f"{name}.toml").read_text("utf-8")
