"""Every write to tariffs: loading the catalogue, and putting accounts on a tariff."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from onebook.infra import ids, sql
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.tariff import parsers, reads
from onebook.tariff.errors import VersionUsed
from onebook.tariff.models import TariffComponent, TariffVersion
from onebook.tariff.rules import Version

_PACKAGED = Path(__file__).parent / "catalogue"


def load_packaged(*, person_id: int | None) -> int:
    """Load the catalogues that come with onebook; how many versions are new."""
    return sum(
        load_catalogue(path.read_text("utf-8"), person_id=person_id)[0]
        for path in sorted(_PACKAGED.glob("*.toml"))
    )


@transaction.atomic
def load_catalogue(text: str, *, person_id: int | None) -> tuple[int, int]:
    """Load a catalogue's versions; how many are new, and how many were there. The same text again
    changes nothing.

    A version that was loaded before with other content is refused (VersionUsed): end it and add
    another one.
    """
    org.require(person_id, Action.IMPORT_MASTER_DATA, None)
    fresh = known = 0
    for version in parsers.parse_catalogue(text):
        recorded = TariffVersion.objects.filter(
            code=version.code, during__startswith=version.valid_from
        ).first()
        if recorded is None:
            _record(version, text)
            fresh += 1
        elif reads.version_by_id(recorded.pk) != version:
            raise VersionUsed(version=version.label)
        else:
            known += 1
    return fresh, known


def _record(version: Version, text: str) -> None:
    recorded = TariffVersion.objects.create(
        code=version.code,
        name_zh=version.name_zh,
        name_en=version.name_en,
        category=version.category,
        during=DateRange(version.valid_from, version.valid_to),
        content=text,
    )
    TariffComponent.objects.bulk_create(
        TariffComponent(
            version=recorded,
            position=position,
            code=component.code,
            name_zh=component.name_zh,
            name_en=component.name_en,
            posting_component=component.account if component.is_fund else "revenue",
        )
        for position, component in enumerate(version.components)
    )


def assign(service_account_ids: Sequence[int], codes: Sequence[str], since: Sequence[date]) -> int:
    """Put accounts that are on no tariff yet on one, from a day, in the caller's transaction."""
    return sql.execute(
        "tariff",
        "assign",
        {
            "id": ids.allot("tariff_assignment", len(codes)).tolist(),
            "service_account_id": list(service_account_ids),
            "code": list(codes),
            "since": list(since),
        },
    )
