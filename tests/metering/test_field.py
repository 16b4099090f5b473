"""What readers send from the field: once, with doubts confirmed and conflicts told."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from onebook.infra import clock
from onebook.kernel.errors import DayInFuture, OnebookError
from onebook.kernel.periods import Month
from onebook.metering import errors, jobs, services
from onebook.metering.models import FieldEntry, FieldPhoto, Photo, Reading, Round, RoundPoint
from onebook.metering.parsers.photos import picture
from onebook.metering.reads import field as reads
from onebook.metering.rules import How, Register, UsagePolicy
from onebook.metering.rules.field import Before, Doubt, Entry, Limits, doubts
from onebook.metering.services import Sent
from onebook.org import errors as org_errors
from onebook.org import services as org
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from tests import builders
from tests.pictures import jpeg, png

SEPTEMBER = Month(2025, 9)
KWH = 10_000
LIMITS = Limits(50, 300 * KWH)
AT = datetime(2025, 9, 24, 8, tzinfo=UTC)


@pytest.fixture
def town(db: None) -> builders.Company:
    """A round of September with three residential meters, read by the reader."""
    found = builders.company(Role.READER, Role.BILLER)
    builders.accounts(*(f"{n},居民生活,1,100,zj-residential-tiers" for n in (1, 2, 3)))
    books = "抄表册,册名,单位,抄表例日,抄表员,生效日期\nB1,一册,east,24,reader,2025-09-01\n"
    routes = "抄表册,抄表顺序,户号,生效日期\n" + "".join(
        f"B1,{n * 10},{n},2025-09-01\n" for n in (1, 2, 3)
    )
    jobs.import_books(books.encode(), "册.csv", person_id=SYSTEM)
    jobs.import_routes(routes.encode(), "路线.csv", person_id=SYSTEM)
    services.open_rounds(SEPTEMBER, by=SYSTEM)
    return found


def entry(place: int, value: int | None, **changes: object) -> Entry:
    """What is entered at the n-th point of the round, in kWh."""
    point = RoundPoint.objects.order_by("sequence")[place]
    plain = Entry(
        uuid4(), point.round_id, point.metering_point_id, 0, date(2025, 9, 24),
        None if value is None else value * KWH, {}, How.NORMAL, "", AT,
    )  # fmt: skip
    return plain._replace(**changes)


def send(by: int, *entries: Entry) -> Sequence[services.Outcome]:
    limits = {(one.round_id, one.metering_point_id): LIMITS for one in entries}
    return services.take_entries(entries, limits, {}, by=by)


def values() -> list[tuple[int, int]]:
    return list(Reading.objects.order_by("id").values_list("current_e4", "version"))


def test_doubts_are_told_by_what_stands_before() -> None:
    before = Before(1_000 * KWH, 1_000 * KWH, 1, 6, UsagePolicy.CARRY, 200 * KWH)

    def doubted(value: int, **changes: object) -> Doubt:
        return doubts(value * KWH, before._replace(**changes), LIMITS)

    assert doubted(1_200) is Doubt.NONE
    assert doubted(1_500) is Doubt.NONE  # no more than 300 kWh beyond the mean
    assert doubted(1_501) is Doubt.FAR
    assert doubted(1_000) is Doubt.ZERO
    assert doubted(1_000, mean_e4=None) is Doubt.NONE
    assert doubted(999) is Doubt.BELOW
    assert doubted(100, previous_e4=999_900 * KWH, last_read_e4=999_900 * KWH) is Doubt.ROLLED_OVER
    # After an estimate up to 1,000 the meter shows 950: the rest is credit, and no doubt.
    assert doubted(950, last_read_e4=900 * KWH) is Doubt.NONE


@pytest.mark.django_db
def test_a_reading_counts_once_however_often_it_is_sent(town: builders.Company) -> None:
    reader = town.person["reader"]
    first, second = entry(0, 220), entry(1, None, how=How.UNREACHABLE, reason="门锁")

    assert send(reader, first, second) == [Sent.TAKEN, Sent.TAKEN]
    assert send(reader, first, second) == [Sent.REPEATED, Sent.REPEATED]

    assert values() == [(220 * KWH, 1)]
    assert FieldEntry.objects.count() == 2
    one, two, three = reads.places([Round.objects.get().pk])
    assert one.standing is not None
    assert (one.standing.person_id, one.standing.version) == (reader, 1)
    assert (two.standing, two.said) == (None, (How.UNREACHABLE, "门锁"))
    assert (three.standing, three.said) == (None, None)


@pytest.mark.django_db
def test_doubtful_readings_want_a_reason(town: builders.Company) -> None:
    reader = town.person["reader"]
    below = entry(0, 90)

    (refused,) = send(reader, below)
    assert isinstance(refused, errors.DoubtUnanswered)
    assert values() == []

    assert send(reader, below._replace(reason="表计倒走,已复看")) == [Sent.TAKEN]
    (kept,) = FieldEntry.objects.all()
    assert (kept.doubts, kept.reason) == (Doubt.BELOW, "表计倒走,已复看")


@pytest.mark.django_db
def test_somebody_else_read_it_meanwhile(town: builders.Company) -> None:
    reader = town.person["reader"]
    builders.read("2025-09", "1,210")
    mine = entry(0, 220)

    (conflict,) = send(reader, mine)
    assert isinstance(conflict, errors.ReadByOther)
    assert conflict.params["value"] == "210"
    (silent,) = send(reader, mine._replace(seen_version=1))
    assert isinstance(silent, errors.ReadByOther)
    assert send(reader, mine._replace(seen_version=1, reason="以现场为准")) == [Sent.TAKEN]
    # The same value as the one recorded is no conflict.
    assert send(reader, entry(0, 220)) == [Sent.TAKEN]
    assert values() == [(210 * KWH, 1), (220 * KWH, 2)]


def _refusals() -> list[tuple[Entry, type[OnebookError]]]:
    return [
        (entry(0, 220, round_id=1), errors.NotOnRound),
        (entry(0, 220, how=How.ESTIMATED), errors.HowNotYours),
        (entry(0, None), errors.ValueMissing),
        (entry(0, 1_000_000), errors.ReadingTooLong),
        (entry(0, 220, registers={Register.PEAK: 1}), errors.RegisterNotInstalled),
        (entry(0, 220, read_on=date(2025, 8, 1)), errors.ReadingOutOfWindow),
    ]


@pytest.mark.django_db
def test_what_is_refused_leaves_nothing_behind(town: builders.Company) -> None:
    reader = town.person["reader"]
    for sent, fault in _refusals():
        (outcome,) = send(reader, sent)
        assert type(outcome) is fault
    with clock.on(date(2025, 9, 23)):
        (early,) = send(reader, entry(0, 220))
    assert isinstance(early, DayInFuture)
    (foreign,) = send(town.person["biller"], entry(0, 220))
    assert isinstance(foreign, org_errors.NotAllowed)
    other = org.create_person("second", "另一", builders.PASSWORD, by=SYSTEM)
    org.grant_role(other.pk, Role.READER, town.east, by=SYSTEM)
    (another,) = send(other.pk, entry(0, 220))
    assert isinstance(another, errors.RoundNotYours)
    # Of two entries of one point in one message the first counts.
    twice = send(reader, entry(0, 220), entry(0, 230))
    assert twice[0] == Sent.TAKEN
    assert isinstance(twice[1], errors.NotOnRound)
    assert values() == [(220 * KWH, 1)]
    assert FieldEntry.objects.count() == 1


def test_only_whole_pictures_are_photographs() -> None:
    assert picture(png(3, 2)) == ("png", 3, 2)
    assert picture(jpeg(16, 8)) == ("jpeg", 16, 8)
    broken = png()[:-13] + b"\0" + png()[-12:]
    for data in (b"", b"<svg/>", png()[:-1], png() + b"x", broken, jpeg()[:-2], jpeg() + b"PK",
                 jpeg(0, 8), b"\xff\xd8\xff\xd9"):  # fmt: skip
        with pytest.raises(errors.PhotoUnusable):
            picture(data)
    with pytest.raises(errors.PhotoTooLarge):
        picture(png(6_000, 6_000)[:33] + png()[33:])
    with pytest.raises(errors.PhotoTooLarge):
        picture(b"\xff\xd8" + bytes(2 << 20))


@pytest.mark.django_db
def test_a_photograph_belongs_to_an_entry_of_ones_own(town: builders.Company) -> None:
    reader = town.person["reader"]
    mine = entry(0, 220)
    with pytest.raises(errors.EntryUnknown):
        services.keep_photo(mine.key, png(), by=reader)
    send(reader, mine)

    sha256 = services.keep_photo(mine.key, png(), by=reader)
    assert services.keep_photo(mine.key, png(), by=reader) == sha256
    with pytest.raises(errors.EntryUnknown):
        services.keep_photo(mine.key, png(), by=town.person["biller"])
    with pytest.raises(errors.PhotoUnusable):
        services.keep_photo(mine.key, b"GIF89a", by=reader)
    for size in (3, 4):
        services.keep_photo(mine.key, png(size), by=reader)
    with pytest.raises(errors.PhotosTooMany):
        services.keep_photo(mine.key, png(5), by=reader)

    assert (Photo.objects.count(), FieldPhoto.objects.count()) == (3, 3)
    assert bytes(reads.photo(sha256).content) == png()
    assert reads.photo_units(sha256) == [town.east]
    (shown,) = reads.entered(Reading.objects.get().meter_id, SEPTEMBER)
    assert (shown["key"], len(shown["photos"])) == (mine.key, 3)
    assert isinstance(shown["key"], UUID)
