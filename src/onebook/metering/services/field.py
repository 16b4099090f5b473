"""What readers send from the field: each reading once, doubts confirmed, conflicts told."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

import numpy as np
from django.db import transaction

from onebook.infra import clock, sql
from onebook.infra.write import insert
from onebook.kernel.energy import format_kwh
from onebook.kernel.errors import OnebookError
from onebook.metering import errors
from onebook.metering.models import FieldEntry
from onebook.metering.parsers.photos import picture
from onebook.metering.reads import field as reads
from onebook.metering.reads.field import Place
from onebook.metering.rules import HOW_WORDS, Register, register_e4
from onebook.metering.rules import field as rules
from onebook.metering.rules.field import Doubt, Entry, Limits
from onebook.metering.rules.registers import NAMES_ZH
from onebook.metering.services.readings import Readings, open_file, take_readings
from onebook.org import reads as people
from onebook.org import services as org
from onebook.org.rules import Action


class Sent(StrEnum):
    """What became of an entry: taken in, or recorded already when it was sent before."""

    TAKEN = "taken"
    REPEATED = "repeated"


Outcome = Sent | OnebookError
Key = tuple[int, int]
"""A round and a metering point of it."""


@transaction.atomic
def take_entries(
    entries: Sequence[Entry],
    limits: Mapping[Key, Limits],
    refused: Mapping[Key, OnebookError],
    *,
    by: int,
) -> list[Outcome]:
    """Take what a reader entered at points of its own rounds in; what became of each.

    `limits` says from when on a point's usage is far from its mean; `refused` names points where
    nothing is taken any more, and why. An entry whose key is recorded is REPEATED and changes
    nothing. Refused entries leave nothing behind: NotAllowed, RoundNotYours, NotOnRound,
    ReadByOther, DoubtUnanswered, ValueMissing, HowNotYours, ReadingTooLong, ReadingNegative,
    RegisterBlank, ReadingOutOfWindow, DayInFuture.
    """
    if not entries:
        return []
    sql.rows("metering", "lock_rounds", {"rounds": sorted({one.round_id for one in entries})})
    known = reads.recorded([one.key for one in entries])
    found = reads.places(
        sorted({one.round_id for one in entries}), {one.metering_point_id for one in entries}
    )
    places = {(one.round_id, one.metering_point_id): one for one in found}
    outcomes: list[Outcome] = []
    taken: list[tuple[Entry, Place, Doubt]] = []
    for entry in entries:
        key = (entry.round_id, entry.metering_point_id)
        if entry.key in known:
            outcomes.append(Sent.REPEATED)
            continue
        try:
            place = _place(places.get(key), by)
            if key in refused:
                raise refused[key]
            if key not in limits:
                raise errors.NotOnRound
            doubts = _check(entry, place, limits[key], by)
        except OnebookError as fault:
            outcomes.append(fault)
            continue
        # A second entry of the same point in one message would race with the first.
        del places[key]
        known.add(entry.key)
        taken.append((entry, place, doubts))
        outcomes.append(Sent.TAKEN)
    _record(taken, by)
    return outcomes


def _place(place: Place | None, by: int) -> Place:
    if place is None:
        raise errors.NotOnRound
    org.require(by, Action.IMPORT_READINGS, place.org_unit_id)
    if place.reader_id != by:
        name = people.person_names([place.reader_id]).get(place.reader_id, "")
        raise errors.RoundNotYours(book=place.book, reader=name)
    return place


def _check(entry: Entry, place: Place, limits: Limits, by: int) -> Doubt:
    """What the entry's reason confirms; raises where it cannot be taken."""
    if entry.how not in rules.CHOICES:
        raise errors.HowNotYours(how=HOW_WORDS[entry.how][0])
    clock.refuse_future(entry.read_on)
    month = place.bill_month
    if not month.previous().first.replace(day=15) <= entry.read_on <= month.next().last:
        raise errors.ReadingOutOfWindow(read_on=entry.read_on.isoformat(), month=str(month))
    _refuse_conflict(entry, place, by)
    if entry.value_e4 is None:
        if entry.how not in rules.WITHOUT_VALUE:
            raise errors.ValueMissing(number=place.meter_number)
        return Doubt.NONE
    _refuse_unreadable(entry, place)
    doubts = rules.doubts(entry.value_e4, place.before, limits)
    if doubts and not entry.reason:
        shown = {"value": format_kwh(entry.value_e4), "number": place.meter_number}
        raise errors.DoubtUnanswered(**shown)
    return doubts


def _refuse_conflict(entry: Entry, place: Place, by: int) -> None:
    """Refuse another value than one that the reader did not see, or that is another person's and
    is to be replaced without a reason."""
    standing = place.standing
    if standing is None or standing.value_e4 == entry.value_e4:
        return
    is_seen = standing.version == entry.seen_version
    if is_seen and (entry.reason or standing.person_id == by):
        return
    name = people.person_names([standing.person_id]) if standing.person_id else {}
    raise errors.ReadByOther(
        number=place.meter_number,
        value=format_kwh(standing.value_e4),
        read_on=standing.read_on.isoformat(),
        person=name.get(standing.person_id or 0, "—"),
    )


def _refuse_unreadable(entry: Entry, place: Place) -> None:
    """Refuse values that the meter's registers cannot show, and registers that are left out."""
    values = {Register.TOTAL: entry.value_e4, **entry.registers}
    for register in place.registers:
        if values.get(register) is None:
            raise errors.RegisterBlank(number=place.meter_number, register=NAMES_ZH[register])
    for register, value_e4 in values.items():
        if register is not Register.TOTAL and register not in place.registers:
            raise errors.RegisterNotInstalled(
                number=place.meter_number, register=NAMES_ZH[register]
            )
        if value_e4 is not None and not 0 <= value_e4 < register_e4(place.before.digits):
            raise errors.ReadingTooLong(
                number=place.meter_number, value=format_kwh(value_e4), digits=place.before.digits
            )


def _record(taken: Sequence[tuple[Entry, Place, Doubt]], by: int) -> None:
    """Write the entries, and the readings of those that have a value, month by month."""
    for entry, place, doubts in taken:
        insert(
            "metering_field_entry",
            key=entry.key,
            round_id=entry.round_id,
            metering_point_id=entry.metering_point_id,
            meter_id=place.meter_id,
            service_account_id=place.service_account_id,
            org_unit_id=place.org_unit_id,
            bill_month=place.bill_month.first,
            read_on=entry.read_on,
            value_e4=entry.value_e4,
            how=entry.how,
            doubts=doubts,
            reason=entry.reason,
            entered_at=entry.entered_at,
            person_id=by,
        )
    read = [(entry, place) for entry, place, _ in taken if entry.value_e4 is not None]
    if not read:
        return
    file_id = open_file("现场抄表", "", rows=(len(taken), len(read), 0), person_id=by)
    for month in sorted({place.bill_month for _, place in read}):
        rows = [(entry, place) for entry, place in read if place.bill_month == month]
        take_readings(month, _readings(rows, by), file_id=file_id)


def _readings(rows: Sequence[tuple[Entry, Place]], by: int) -> Readings:
    """The columns of one bill month's readings."""
    further = {register for _, place in rows for register in place.registers}
    return Readings(
        np.array([place.meter_id for _, place in rows], np.int64),
        np.array([entry.read_on for entry, _ in rows], "datetime64[D]"),
        np.array([entry.value_e4 for entry, _ in rows], np.int64),
        {
            register: np.array([entry.registers.get(register, -1) for entry, _ in rows], np.int64)
            for register in further
        },
        how=np.array([entry.how for entry, _ in rows], np.int16),
        person_id=by,
    )


@transaction.atomic
def keep_photo(key: UUID, content: bytes, *, by: int) -> str:
    """Keep a photograph of an entry of one's own, once by its fingerprint, which is given back.

    EntryUnknown, PhotoUnusable, PhotoTooLarge, PhotosTooMany.
    """
    entry = FieldEntry.objects.filter(key=key, person_id=by).first()
    if entry is None:
        raise errors.EntryUnknown
    found = picture(content)
    sha256 = hashlib.sha256(content).hexdigest()
    sql.rows("metering", "lock_rounds", {"rounds": [entry.round_id]})
    kept = reads.photos_of(key)
    if sha256 not in kept and len(kept) >= rules.PHOTOS_MAX:
        raise errors.PhotosTooMany(most=rules.PHOTOS_MAX)
    photo = {"sha256": sha256, **found._asdict(), "content": content, "person": by}
    sql.execute("metering", "insert_photo", photo)
    sql.execute("metering", "insert_field_photo", {"key": key, "sha256": sha256})
    return sha256
