"""Reading books, their routes and the rounds of a month, from files to the rates of the report."""

from datetime import date

import pytest

from onebook.infra import clock
from onebook.infra.tabular import FileTaken, Reject
from onebook.kernel.periods import Month
from onebook.metering import errors, jobs, services
from onebook.metering.models import BookPoint, BookTerms, Round, RoundPoint
from onebook.metering.reads.rounds import round_report
from onebook.metering.rules.rounds import is_due, planned_on, rotation_due_on
from onebook.org import errors as org_errors
from onebook.org.rules import Role
from onebook.org.services import SYSTEM
from tests import builders

pytestmark = pytest.mark.django_db

SEPTEMBER = Month(2025, 9)
BOOKS = "抄表册,册名,单位,抄表例日,抄表周期,抄表员,轮换月数,生效日期\n"
ROUTES = "抄表册,抄表顺序,户号,表号,生效日期\n"


@pytest.fixture
def town(db: None) -> builders.Company:
    """Three accounts in the east; a reader, a biller and a cashier."""
    found = builders.company(Role.READER, Role.BILLER, Role.CASHIER)
    builders.accounts(*(f"{n},居民生活,1,100,zj-residential-tiers" for n in (1, 2, 3)))
    return found


def books(*rows: str, by: int | None = SYSTEM) -> FileTaken:
    return jobs.import_books((BOOKS + "\n".join(rows)).encode(), "册.csv", person_id=by)


def routes(*rows: str, by: int | None = SYSTEM) -> FileTaken:
    return jobs.import_routes((ROUTES + "\n".join(rows)).encode(), "路线.csv", person_id=by)


def kinds(rejects: list[Reject]) -> dict[int, type]:
    return {reject.row_number: type(reject.reason) for reject in rejects}


def walk(*numbers: int) -> FileTaken:
    return routes(*(f"B1,{n * 10},{n},,2025-09-01" for n in numbers))


def test_a_book_is_read_on_its_day_by_its_cycle() -> None:
    assert planned_on(Month(2026, 2), 31) == date(2026, 2, 28)
    assert planned_on(SEPTEMBER, 24) == date(2025, 9, 24)
    assert [is_due(SEPTEMBER, 2, SEPTEMBER.plus(n)) for n in range(-1, 3)] == [
        False, True, False, True,
    ]  # fmt: skip
    assert rotation_due_on(date(2025, 8, 31), 6) == date(2026, 2, 28)


def test_a_book_comes_in_once_and_its_new_terms_have_a_day(town: builders.Company) -> None:
    row = "B1,一册,east,24,,reader,,2025-09-01"
    assert (books(row).taken, books(row).unchanged) == (1, 1)

    refused = books("B1,,,25,,,,")
    moved = books("B1,,,25,2,,,2025-11-01")

    assert kinds(refused.rejects) == {2: errors.BookTermsDiffer}
    assert (moved.taken, moved.rejects) == (1, [])
    old, new = BookTerms.objects.order_by("id")
    assert (old.read_day, old.during.upper) == (24, date(2025, 11, 1))
    assert (new.read_day, new.cycle_months, new.rotate_months) == (25, 2, 12)
    assert (new.reader_id, new.during.lower) == (town.person["reader"], date(2025, 11, 1))


def test_books_that_do_not_fit_come_back(town: builders.Company) -> None:
    builders.give_past_the_rule(town.person["cashier"], Role.READER, town.root)

    taken = books(
        "B1,一册,east,24,,nobody,,",
        "B2,二册,east,32,,reader,,",
        "B3,,east,24,,reader,,",
        "B4,四册,west,24,,reader,,",
        "B5,五册,east,24,,biller,,",
        "B6,六册,east,24,,cashier,,",
        "B7,七册,east,24,,reader,,",
        "B7,七册,east,25,,reader,,",
    )

    assert taken.taken == 1
    assert kinds(taken.rejects) == {
        2: errors.ReaderUnknown,
        3: errors.BookTermUnreadable,
        4: errors.BookIncomplete,
        5: org_errors.UnitUnknown,
        6: errors.ReaderUnknown,
        7: org_errors.RolesClash,
        9: errors.BookTwice,
    }
    assert kinds(books("B7,,company,,,,,").rejects) == {2: errors.BookElsewhere}
    with pytest.raises(org_errors.NotAllowed):
        books("B8,八册,east,24,,reader,,", by=town.person["reader"])


def test_a_route_places_each_point_once(town: builders.Company) -> None:
    books("B1,一册,east,24,,reader,,2025-09-01", "B2,二册,company,24,,reader,,2025-09-01")

    taken = routes(
        "B1,10,1,,2025-09-01",
        "B1,20,,M2,2025-09-01",
        "B1,30,2,,2025-09-01",
        "B9,40,3,,",
        "B1,50,,M9,",
        "B2,60,3,,",
        "B1,x,3,,",
    )

    assert taken.taken == 2
    assert kinds(taken.rejects) == {
        4: errors.RoutePointTwice,
        5: errors.BookUnknown,
        6: errors.MeterUnknown,
        7: errors.RouteElsewhere,
        8: errors.BookTermUnreadable,
    }
    assert (walk(1).unchanged, walk(1).taken) == (1, 0)
    assert kinds(routes("B1,11,1,,2025-09-01").rejects) == {2: errors.RouteDiffers}
    assert routes("B1,11,1,,2025-10-01").taken == 1
    first = BookPoint.objects.order_by("id").first()
    assert first is not None
    assert (first.sequence, first.during.upper) == (10, date(2025, 10, 1))


def test_rounds_open_once_and_take_later_points(town: builders.Company) -> None:
    books("B1,一册,east,24,,reader,6,2025-09-01", "B2,二册,east,10,2,reader,,2025-08-01")
    walk(1, 2)

    opened = services.open_rounds(SEPTEMBER, by=town.person["biller"])
    again = services.open_rounds(SEPTEMBER, by=SYSTEM)
    walk(3)
    later = services.open_rounds(SEPTEMBER, by=SYSTEM)

    assert (opened, again, later) == (
        services.Opened(1, 2), services.Opened(0, 0), services.Opened(0, 1),
    )  # fmt: skip
    (one,) = Round.objects.all()
    assert (one.planned_on, one.rotation_due_on) == (date(2025, 9, 24), date(2026, 3, 1))
    assert (one.reader_id, one.person_id) == (town.person["reader"], town.person["biller"])
    assert list(RoundPoint.objects.order_by("sequence").values_list("sequence", flat=True)) == [
        10, 20, 30,
    ]  # fmt: skip
    with pytest.raises(org_errors.NotAllowed):
        services.open_rounds(SEPTEMBER, by=town.person["reader"])


def test_no_round_is_opened_for_a_reader_who_came_to_collect(town: builders.Company) -> None:
    books("B1,一册,east,24,,reader,,2025-09-01")
    builders.give_past_the_rule(town.person["reader"], Role.CASHIER, town.root)
    with pytest.raises(org_errors.RolesClash) as refused:
        services.open_rounds(SEPTEMBER, by=SYSTEM)
    assert str(refused.value).startswith(
        "reader 某 is the cashier in 公司 and cannot be the meter reader in 城东:"
    )
    assert Round.objects.count() == 0


def test_the_report_counts_read_on_time_and_wrong(town: builders.Company) -> None:
    books("B1,一册,east,24,,reader,,2025-09-01")
    walk(1, 2, 3)
    with clock.on(date(2025, 9, 25)):
        services.open_rounds(SEPTEMBER, by=SYSTEM)
        builders.read("2025-09", "1,200")
    with clock.on(date(2025, 9, 27)):
        builders.read("2025-09", "2,300")
    with clock.on(date(2025, 9, 28)):
        builders.read("2025-09", "1,210")

    now = round_report(SEPTEMBER, None, None, "*")
    then = round_report(SEPTEMBER, date(2025, 9, 25), [town.east], "east")

    (row,) = now.rows
    assert (row["reader"], row["planned_on"]) == ("reader 某", date(2025, 9, 24))
    assert [row[key] for key in ("points", "read", "to_read", "on_time", "wrong")] == [
        3, 2, 1, 1, 1,
    ]  # fmt: skip
    assert (now.totals["read_share"], now.totals["on_time_share"]) == (6_667, 3_333)
    assert now.totals["wrong_share"] == 5_000
    assert [then.totals[key] for key in ("points", "read", "on_time", "wrong")] == [3, 1, 1, 0]
    assert round_report(SEPTEMBER, None, [town.root], "company").rows == []
