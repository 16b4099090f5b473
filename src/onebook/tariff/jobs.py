"""A tariff clerk's catalogue coming in."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from onebook.tariff import services
from onebook.tariff.errors import CatalogueUnreadable


@dataclass
class CatalogueTaken:
    """How many versions a catalogue brought; a faulty catalogue is refused whole."""

    name: str
    encoding: str
    rows_in: int
    taken: int
    unchanged: int
    header: list[str] = field(default_factory=list)
    rejects: list[Any] = field(default_factory=list)


def import_catalogue(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> CatalogueTaken:
    """Load a catalogue (TOML, UTF-8)."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise CatalogueUnreadable(detail=f"{name}: {broken}.") from broken
    with transaction.atomic():
        taken, known = services.load_catalogue(text, person_id=person_id)
        if dry_run:
            transaction.set_rollback(True)
    return CatalogueTaken(name, "utf-8", taken + known, taken, known)
