"""A tariff clerk's catalogue coming in."""

from django.db import transaction

from onebook.infra.tabular import FileTaken
from onebook.tariff import services
from onebook.tariff.errors import CatalogueUnreadable


def import_catalogue(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> FileTaken:
    """Load a catalogue (TOML, UTF-8); a faulty one is refused whole."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise CatalogueUnreadable(detail=f"{name}: {broken}.") from broken
    with transaction.atomic():
        taken, known = services.load_catalogue(text, person_id=person_id)
        if dry_run:
            transaction.set_rollback(True)
    return FileTaken(name, "utf-8", [], taken + known, taken, known)
