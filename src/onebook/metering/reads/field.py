"""What a reader takes along on a round, and what readers entered at a meter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from onebook.infra import sql
from onebook.infra.copy import dates
from onebook.kernel.periods import Month
from onebook.metering.errors import PhotoUnusable
from onebook.metering.models import FieldEntry, FieldPhoto, Photo
from onebook.metering.reads.meters import readings_before, registers_before
from onebook.metering.rules import REGISTERS, How, Register, UsagePolicy
from onebook.metering.rules.field import Before

_POLICIES = tuple(UsagePolicy)


@dataclass(frozen=True)
class Standing:
    """The reading in force of a meter's month: its value, day, how, version and who recorded it."""

    value_e4: int
    read_on: date
    how: How
    version: int
    person_id: int | None


@dataclass(frozen=True)
class Place:
    """A metering point of a round with all that its reader is to know on the spot.

    `registers` are the further ones with their values before; `said` is how and why it could not
    be read, as its reader said last, None where nothing was said or it is read.
    """

    round_id: int
    book: str
    bill_month: Month
    planned_on: date
    reader_id: int
    org_unit_id: int
    metering_point_id: int
    sequence: int
    meter_id: int
    meter_number: str
    service_account_id: int
    before: Before
    previous_on: date
    highest_e4: int | None
    registers: dict[Register, int]
    standing: Standing | None
    said: tuple[How, str] | None


def rounds_of(reader_id: int, since: Month) -> list[dict[str, Any]]:
    """A reader's rounds from a month on: id, bill_month, planned_on, book, name, points, read."""
    return sql.rows("metering", "field_rounds", {"reader": reader_id, "since": since.first})


def places(round_ids: Sequence[int], points: Collection[int] | None = None) -> list[Place]:
    """The metering points of rounds (of `points` alone where given), by round and order."""
    asked = {"rounds": list(round_ids), "points": None if points is None else list(points)}
    found = sql.rows("metering", "field_points", asked)
    months: dict[date, list[dict[str, Any]]] = {}
    for row in found:
        months.setdefault(row["bill_month"], []).append(row)
    return [place for first, rows in months.items() for place in _places(Month.of(first), rows)]


def _places(month: Month, rows: list[dict[str, Any]]) -> list[Place]:
    """The places of one bill month's rows."""
    meters = np.array([row["meter_id"] for row in rows], np.int64)
    before = readings_before(month, meters)
    before["previous_on"] = dates(before["previous_on"]).astype(object)
    further: list[dict[Register, int]] = [{} for _ in rows]
    registers = registers_before(month, meters)
    for at, code, value_e4 in zip(
        registers.place.tolist(),
        registers.register.tolist(),
        registers.previous_e4.tolist(),
        strict=True,
    ):
        further[at][REGISTERS[code]] = value_e4
    columns = {name: column.tolist() for name, column in before.items()}
    return [
        _place(month, row, {name: column[at] for name, column in columns.items()}, further[at])
        for at, row in enumerate(rows)
    ]


def _place(
    month: Month, row: dict[str, Any], before: dict[str, Any], registers: dict[Register, int]
) -> Place:
    standing = None
    if row["version"]:
        standing = Standing(
            row["current_e4"], row["read_on"], How(row["how"]), row["version"], row["read_by"]
        )
    kept = (
        "round_id", "book", "planned_on", "reader_id", "org_unit_id", "metering_point_id",
        "sequence", "meter_id", "meter_number", "service_account_id", "highest_e4",
    )  # fmt: skip
    return Place(
        **{name: row[name] for name in kept},
        bill_month=month,
        before=Before(
            before["previous_e4"],
            before["last_read_e4"],
            before["multiplier"],
            before["digits"],
            _POLICIES[before["policy"] - 1],
            row["mean_e4"],
        ),
        previous_on=before["previous_on"],
        registers=registers,
        standing=standing,
        said=None if row["said_how"] is None else (How(row["said_how"]), row["said_reason"]),
    )


def recorded(keys: Collection[UUID]) -> set[UUID]:
    """Which of the keys are recorded already."""
    return set(FieldEntry.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def entered(meter_id: int, month: Month) -> list[dict[str, Any]]:
    """What readers entered at a meter for a month, the latest first.

    Each with key, value_e4 (None: not read), read_on, how, doubts, reason, person_id, entered_at
    and the fingerprints of its photographs (`photos`).
    """
    return sql.rows("metering", "field_of_meter", {"meter": meter_id, "month": month.first})


def photo(sha256: str) -> Photo:
    """A photograph by its fingerprint; PhotoUnusable where there is none."""
    found = Photo.objects.filter(pk=sha256).first()
    if found is None:
        raise PhotoUnusable
    return found


def photo_units(sha256: str) -> list[int]:
    """The units in which a photograph was taken."""
    return [row["org_unit_id"] for row in sql.rows("metering", "photo_units", {"sha256": sha256})]


def photos_of(key: UUID) -> list[str]:
    """The fingerprints of an entry's photographs."""
    return list(FieldPhoto.objects.filter(key=key).values_list("sha256", flat=True))
