"""Questions to tariffs: versions as the kernel takes them, and who is on which tariff."""

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection

from onebook.infra import sql
from onebook.tariff import parsers
from onebook.tariff.models import Assignment, TariffComponent, TariffVersion
from onebook.tariff.rules import Version


def version_by_id(version_id: int) -> Version:
    """The version that a bill names, as the rules take it; cached, prices never change under an id.

    Its end can be moved: ask `versions` for the dates in force.
    """
    return _version(connection.settings_dict["NAME"], version_id)


@lru_cache(maxsize=1024)
def _version(database: str, version_id: int) -> Version:
    # The database's name keeps apart what a process reads of several.
    return version_of(TariffVersion.objects.get(pk=version_id))


def version_of(recorded: TariffVersion) -> Version:
    """The version of a recorded row, read from the text that it was recorded with."""
    for version in parse_catalogue(recorded.content):
        if version.code == recorded.code and version.valid_from == recorded.during.lower:
            return version
    raise TariffVersion.DoesNotExist(f"{recorded.code} in the content of version {recorded.pk}")


@lru_cache(maxsize=64)
def parse_catalogue(content: str) -> tuple[Version, ...]:
    """The versions of a catalogue's text; cached, since many versions come from one text."""
    return parsers.parse_tariffs(content)


def component_ids(version_id: int) -> list[int]:
    """The components of a version in the order of the bill."""
    found = TariffComponent.objects.filter(version_id=version_id).order_by("position")
    return list(found.values_list("id", flat=True))


def codes() -> set[str]:
    """The codes of every tariff that was loaded."""
    return set(TariffVersion.objects.values_list("code", flat=True))


def versions() -> list[TariffVersion]:
    """Every version by code and first day."""
    return list(TariffVersion.objects.order_by("code", "during"))


def codes_of(service_account_ids: Sequence[int]) -> dict[int, str]:
    """The tariff that each account was put on last; accounts on none are left out."""
    found = sql.rows("tariff", "codes_of", {"accounts": list(service_account_ids)})
    return {row["service_account_id"]: row["tariff_code"] for row in found}


def assignments_of(service_account_id: int) -> list[Assignment]:
    """The tariffs an account was and is on, oldest first."""
    found = Assignment.objects.filter(service_account_id=service_account_id)
    return list(found.order_by("during"))
