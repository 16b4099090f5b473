"""The movable business clock: the day that counts as today, and the moment reads may ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from onebook.infra.errors import AsOfInFuture, ClockBack, ClockIsReal, ClockTooFar, KnownAtTooLate
from onebook.kernel import periods


def today() -> date:
    """The business day, as `infra_today()` in the database gives it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT infra_today()")
        day: date = cursor.fetchone()[0]
        return day


def refuse_future(day: date) -> None:
    """Refuse a fact of a day after the business day (DayInFuture), as `kernel.periods` says."""
    periods.refuse_future(day, today())


def asked_day(day: date | None) -> date:
    """The day a question is asked about, the business day unless given; AsOfInFuture after it."""
    now = today()
    if day is not None and day > now:
        raise AsOfInFuture(asked=day.isoformat(), today=now.isoformat())
    return day or now


def fixed() -> date | None:
    """The business day that `fix` has set for everybody; None where the wall clock is followed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(fixed_on) FROM infra_business_clock")
        day: date | None = cursor.fetchone()[0]
        return day


def fix(day: date | None) -> None:
    """Fix the business day for everybody (None: follow the wall clock in Asia/Shanghai)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO infra_business_clock (id, fixed_on) VALUES (1, %s)"
            " ON CONFLICT (id) DO UPDATE SET fixed_on = excluded.fixed_on",
            [day],
        )


def move(day: date, *, is_empty: bool) -> None:
    """Fix the business day of a demonstration or of a trial for everybody, never back nor far.

    A book is on trial once its day was fixed: then the day only goes forward, or facts would lie
    ahead (ClockBack). A book that follows the wall clock becomes a trial while it `is_empty`: no
    unit, no person and nothing recorded, so that any earlier day will do; else ClockIsReal. Either
    way at most a year ahead at a time, as there is no way back (ClockTooFar).
    """
    before = fixed()
    if before is None and not is_empty:
        raise ClockIsReal
    if before is not None and day < before:
        raise ClockBack(day=day.isoformat(), today=before.isoformat())
    if day > (now := before or today()) + timedelta(_FARTHEST_DAYS):
        raise ClockTooFar(day=day.isoformat(), today=now.isoformat())
    fix(day)


_FARTHEST_DAYS = 366


@contextmanager
def on(day: date) -> Iterator[None]:
    """Move this session's business day, as the demo and tests do; other sessions keep theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('onebook.today', true)")
        before = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config('onebook.today', %s, false)", [day.isoformat()])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('onebook.today', %s, false)", [before])


def watermark() -> datetime:
    """The latest moment of which every recorded row is already visible.

    `recorded_at` is the start of the writing transaction, so a transaction that is still open may
    yet bring rows of an earlier moment: the watermark lies before the oldest of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT infra_watermark()")
        moment: datetime = cursor.fetchone()[0]
    _complete[connections[DEFAULT_DB_ALIAS]] = (connection.settings_dict["NAME"], moment)
    return moment


# Connection -> its database and the latest watermark it saw. What is complete up to a moment stays
# so, and a page that asks ten questions of one moment need not wait for ten watermarks. Other
# connections do not count: theirs may leave out a transaction of their own that is still open.
_complete: WeakKeyDictionary[BaseDatabaseWrapper, tuple[str, datetime]] = WeakKeyDictionary()


def _is_complete(moment: datetime) -> bool:
    name, seen = _complete.get(connections[DEFAULT_DB_ALIAS], ("", moment))
    return name == connection.settings_dict["NAME"] and moment <= seen


def known_moment(known_at: date | datetime | None) -> dict[str, date | datetime | None]:
    """The parameters `known_at` and `known_on` of a two-clock query; one of them is set.

    None means the watermark. A moment after the watermark, or a business day that is not over,
    is refused: the same question could be answered twice differently.
    """
    if known_at is None:
        return {"known_at": watermark(), "known_on": None}
    if isinstance(known_at, datetime):
        if not _is_complete(known_at) and known_at > (limit := watermark()):
            raise KnownAtTooLate(asked=known_at.isoformat(), limit=limit.isoformat())
        return {"known_at": known_at, "known_on": None}
    day = today()
    if known_at >= day:
        raise KnownAtTooLate(asked=known_at.isoformat(), limit=(day - timedelta(1)).isoformat())
    return {"known_at": None, "known_on": known_at}
