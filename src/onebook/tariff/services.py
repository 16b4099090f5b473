"""Every write to tariffs: loading the catalogue, and putting accounts on a tariff."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from onebook.infra import ids, sql
from onebook.kernel.cells import Faults
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.tariff import parsers, reads
from onebook.tariff.errors import TariffDiffers, VersionsOverlap, VersionUsed
from onebook.tariff.models import Assignment, TariffComponent, TariffVersion
from onebook.tariff.rules import Version

_PACKAGED = Path(__file__).parent / "catalogue"


def load_packaged(*, person_id: int | None) -> int:
    """Load the catalogues that come with onebook; how many versions are new or replaced."""
    return sum(
        load_catalogue(path.read_text("utf-8"), person_id=person_id)[0]
        for path in sorted(_PACKAGED.glob("*.toml"))
    )


@transaction.atomic
def load_catalogue(text: str, *, person_id: int | None) -> tuple[int, int]:
    """Load a catalogue's versions; how many are new or replaced, and how many were there.

    The same text again changes nothing. A version that no account is on is replaced by what the
    catalogue says now. One that accounts are on can only be ended (or its end moved): other
    content is refused (VersionUsed). VersionsOverlap refuses a version that would be in force
    together with a recorded one.
    """
    org.require(person_id, Action.IMPORT_MASTER_DATA, None)
    versions = parsers.parse_catalogue(text)
    fresh = [version for version in versions if not _stands(version, text)]
    for version in fresh:
        _refuse_overlap(version)
        _record(version, text)
    return len(fresh), len(versions) - len(fresh)


def _stands(version: Version, text: str) -> bool:
    """Whether the version is recorded so, after its end was moved; an unused other one goes."""
    recorded = TariffVersion.objects.filter(
        code=version.code, during__startswith=version.valid_from
    ).first()
    if recorded is None:
        return False
    before = reads.version_by_id(recorded.pk)
    if replace(before, valid_to=version.valid_to) == version:
        _end(recorded, version, text)
        return True
    if Assignment.objects.filter(
        tariff_code=version.code, during__overlap=recorded.during
    ).exists():
        raise VersionUsed(version=version.label)
    recorded.components.all().delete()
    recorded.delete()
    return False


def _end(recorded: TariffVersion, version: Version, text: str) -> None:
    """Move the recorded version's end to where the catalogue has it."""
    during = DateRange(version.valid_from, version.valid_to)
    if recorded.during == during:
        return
    _refuse_overlap(version)
    recorded.during, recorded.content = during, text
    recorded.save(update_fields=["during", "content"])


def _refuse_overlap(version: Version) -> None:
    during = DateRange(version.valid_from, version.valid_to)
    other = TariffVersion.objects.filter(code=version.code, during__overlap=during).exclude(
        during__startswith=version.valid_from
    )
    for found in other.order_by("during")[:1]:
        day = max(version.valid_from, found.during.lower)
        raise VersionsOverlap(tariff=version.code, day=day.isoformat())


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


def check_assignments(
    service_account_ids: Sequence[int], codes: Sequence[str], faults: Faults
) -> None:
    """Refuse rows whose account is on another tariff: a change of tariff has a day of its own.

    Ids are -1 for accounts that are new; rows in `faults` are left alone.
    """
    recorded = reads.codes_of([account for account in service_account_ids if account >= 0])
    for row, (account, code) in enumerate(zip(service_account_ids, codes, strict=True)):
        stands = recorded.get(account, code)
        if stands != code:
            faults.setdefault(row, TariffDiffers(recorded=stands, code=code))


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
