"""Every write to tariffs: loading the catalogue, and putting accounts on a tariff."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import pgettext_lazy

from onebook.infra import ids, sql
from onebook.kernel.cells import Faults
from onebook.org import services as org
from onebook.org.rules import Action
from onebook.tariff import reads
from onebook.tariff.errors import TariffDiffers, VersionsOverlap, VersionUsed
from onebook.tariff.models import Assignment, TariffComponent, TariffVersion
from onebook.tariff.parsers import packaged as catalogues
from onebook.tariff.rules import Version

# What a catalogue's faults say is expected: `infra.web.problems` puts it into the reader's words.
WORDS = (
    pgettext_lazy("word", "a text in quotation marks"),
    pgettext_lazy("word", "true or false"),
    pgettext_lazy("word", "a date like 2026-10-31"),
    pgettext_lazy("word", "months like [5, 6, 7, 8, 9, 10], each once and in order"),
    pgettext_lazy("word", 'texts like ["peak", "valley"], each once'),
    pgettext_lazy("word", "nothing here: prices gives each period its own"),
    pgettext_lazy("word", "it only where the version has [version.float]"),
    pgettext_lazy("word", "the code of a component that stands above"),
    pgettext_lazy("word", "a percentage from 0 to below 100"),
    pgettext_lazy("word", "a table [version.float]"),
    pgettext_lazy("word", 'a factor like 1.6, or "+63%", "peak +20%", "+0.03 yuan"'),
    pgettext_lazy("word", "prices only beside copy_of"),
    pgettext_lazy("word", "no component beside copy_of, but prices"),
    pgettext_lazy("word", "no price: the line loss follows what it is the loss of"),
    pgettext_lazy("word", 'names like capacity = ["按容量", "by capacity"]'),
    pgettext_lazy("word", "a number of decimals from 0 to 10"),
    pgettext_lazy("word", "a whole number of kWh"),
)


def packaged_provinces() -> list[str]:
    """The provinces whose catalogues come with onebook."""
    return catalogues.provinces()


def packaged(province: str = "zhejiang") -> tuple[Version, ...]:
    """The versions of a catalogue that comes with onebook, whatever the database holds."""
    return catalogues.versions_in(province)


def load_packaged(*, person_id: int | None, province: str = "zhejiang") -> int:
    """Load a catalogue that comes with onebook; how many versions are new or replaced."""
    return load_catalogue(catalogues.text_of(province), person_id=person_id)[0]


@transaction.atomic
def load_catalogue(text: str, *, person_id: int | None) -> tuple[int, int]:
    """Load a catalogue's versions; how many are new or replaced, and how many were there.

    The same text again changes nothing. A version that no account is on is replaced by what the
    catalogue says now. One that accounts are on can only be ended (or its end moved): other
    content is refused (VersionUsed). VersionsOverlap refuses a version that would be in force
    together with a recorded one.
    """
    org.require(person_id, Action.IMPORT_MASTER_DATA, None)
    versions = reads.parse_catalogue(text)
    found = TariffVersion.objects.filter(code__in={version.code for version in versions})
    recorded = {(one.code, one.during.lower): one for one in found}
    fresh, ended, replaced = [], [], []
    for version in versions:
        before = recorded.get((version.code, version.valid_from))
        if before is None:
            fresh.append(version)
        elif replace(reads.version_of(before), valid_to=version.valid_to) != version:
            _refuse_used(version, before)
            replaced.append(before.pk)
            fresh.append(version)
        elif before.during.upper != version.valid_to:
            ended.append((before, version))
    changed = [*fresh, *(version for _, version in ended)]
    _refuse_overlaps(changed, recorded.values())
    _remove(replaced)
    for before, version in ended:
        before.during, before.content = DateRange(version.valid_from, version.valid_to), text
        before.save(update_fields=["during", "content"])
    _record(fresh, text)
    return len(fresh), len(versions) - len(fresh)


def _refuse_used(version: Version, recorded: TariffVersion) -> None:
    used = Assignment.objects.filter(tariff_code=version.code, during__overlap=recorded.during)
    if used.exists():
        raise VersionUsed(version=version.label)


def _refuse_overlaps(changed: Sequence[Version], recorded: Iterable[TariffVersion]) -> None:
    """Compare what changes with the recorded versions that stay as they are."""
    named = {(version.code, version.valid_from) for version in changed}
    stays = [one for one in recorded if (one.code, one.during.lower) not in named]
    for version in changed:
        for other in stays:
            day = max(version.valid_from, other.during.lower)
            if (
                other.code == version.code
                and day < (other.during.upper or date.max)
                and day < (version.valid_to or date.max)
            ):
                raise VersionsOverlap(tariff=version.code, day=day.isoformat())


def _remove(version_ids: Sequence[int]) -> None:
    if version_ids:
        TariffComponent.objects.filter(version_id__in=version_ids).delete()
        TariffVersion.objects.filter(pk__in=version_ids).delete()


def _record(versions: Sequence[Version], text: str) -> None:
    recorded = TariffVersion.objects.bulk_create(
        TariffVersion(
            code=version.code,
            name_zh=version.name_zh,
            name_en=version.name_en,
            category=version.category,
            during=DateRange(version.valid_from, version.valid_to),
            content=text,
        )
        for version in versions
    )
    TariffComponent.objects.bulk_create(
        TariffComponent(
            version=one,
            position=position,
            code=component.code,
            name_zh=component.name_zh,
            name_en=component.name_en,
            account=component.account,
            posting_component=component.posting_component,
        )
        for one, version in zip(recorded, versions, strict=True)
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


def assign_points(
    metering_point_ids: Sequence[int],
    service_account_ids: Sequence[int],
    codes: Sequence[str],
    since: Sequence[date],
) -> int:
    """Put metering points on a tariff of their own from a day, in the caller's transaction.

    Whether it lies behind a main meter is told by its terms (metering). A tariff that the point is
    on already ends on that day; one that it is on from the day on stands.
    """
    return sql.execute(
        "tariff",
        "assign_points",
        {
            "id": ids.allot("tariff_point_assignment", len(codes)).tolist(),
            "point": list(metering_point_ids),
            "account": list(service_account_ids),
            "code": list(codes),
            "since": list(since),
        },
    )


def reassign(
    service_account_ids: Sequence[int], codes: Sequence[str], since: Sequence[date]
) -> int:
    """Change the tariff of accounts from a day (改类), in the caller's transaction.

    The tariff that an account is on ends on that day, and the new one begins. Accounts that are
    on the tariff already stay as they are; a day before the tariff that stands is refused by the
    database.
    """
    return sql.execute(
        "tariff",
        "reassign",
        {
            "id": ids.allot("tariff_assignment", len(codes)).tolist(),
            "account": list(service_account_ids),
            "code": list(codes),
            "since": list(since),
        },
    )
