"""The catalogues that come with onebook, by province or by the code of one of their tariffs."""

import re
from functools import lru_cache
from pathlib import Path

from onebook.tariff.parsers.catalogue import parse_catalogue
from onebook.tariff.rules import Version

_FOLDER = Path(__file__).parents[1] / "catalogue"
_CODE = re.compile(r'^code = "([^"]+)"$', re.MULTILINE)


def provinces() -> list[str]:
    """The provinces whose catalogues come with onebook."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def text_of(province: str) -> str:
    """A province's catalogue as it was written."""
    return (_FOLDER / f"{province}.toml").read_text("utf-8")


@lru_cache(maxsize=16)
def versions_in(province: str) -> tuple[Version, ...]:
    """A province's versions; read once a process."""
    return parse_catalogue(text_of(province))


def versions_of(code: str) -> tuple[Version, ...]:
    """The versions of a packaged tariff, none where there is no such code.

    Only a catalogue that may have the code is read: those of eleven provinces take a second.
    """
    for province in provinces():
        # A variant's code is the written one with more behind it.
        written = _CODE.findall(text_of(province))
        if any(code == one or code.startswith(f"{one}-") for one in written):
            found = tuple(one for one in versions_in(province) if one.code == code)
            if found:
                return found
    return ()
