"""Reading books with their dated terms and routes, and the rounds of a month."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from onebook.infra import clock, ids, sql
from onebook.infra.copy import copy_out, dates
from onebook.kernel.cells import Faults
from onebook.kernel.dated import Begun, Row, begun
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month
from onebook.metering import errors
from onebook.metering.models import ReadingBook
from onebook.metering.parsers import BOOK_HEADINGS
from onebook.metering.rules import rounds as rules
from onebook.org import reads as org_reads
from onebook.org import services as org
from onebook.org.errors import PersonUnknown
from onebook.org.rules import Action, Role

_TERMS = rules.BookTerms._fields
_NEEDED = ("name", "org_unit_id", "read_day", "reader")
_DEFAULTS: Row = {"cycle_months": 1, "rotate_months": rules.ROTATE_MONTHS}


@dataclass(frozen=True)
class Routed:
    """The rows of a route that change something, and how many stand so already."""

    rows: list[int]
    unchanged: int


@dataclass(frozen=True)
class Opened:
    """How many rounds were opened, and how many meters were added to the month's rounds."""

    rounds: int
    points: int


def put_books(columns: Mapping[str, Sequence[Any]], faults: Faults, *, by: int | None) -> int:
    """Make books and begin their terms, in the caller's transaction; how many.

    Columns number, name, org_unit_id, read_day, cycle_months, reader (a user name), rotate_months
    and since; None says nothing and keeps what stands. Faults of rows: BookIncomplete,
    BookElsewhere, BookTwice, BookTermsDiffer, ReaderUnknown, RolesClash, NotAllowed.
    """
    allowed = org.require_somewhere(by, Action.IMPORT_MASTER_DATA)
    numbers = [number or "" for number in columns["number"]]
    found = sql.rows("metering", "books_by_number", {"numbers": numbers})
    stands = {row["number"]: row for row in found}
    seen: set[str] = set()

    def begin(at: int) -> Row | None:
        if numbers[at] in seen:
            raise errors.BookTwice(number=numbers[at])
        seen.add(numbers[at])
        given = {name: column[at] for name, column in columns.items() if column[at] is not None}
        terms = _book_begun(given, stands.get(numbers[at]))
        unit = terms["org_unit_id"] if terms else stands[numbers[at]]["org_unit_id"]
        if unit not in allowed:
            raise org.not_allowed(by, Action.IMPORT_MASTER_DATA, unit)
        return terms

    asked = [at for at in range(len(numbers)) if at not in faults]
    checked = begun(asked, begin, faults)
    _write_books(checked, stands)
    return len(checked.rows)


def _book_begun(given: Row, stands: Row | None) -> Row | None:
    """The terms that begin by a row, None where they stand already."""
    number = given["number"]
    if stands is None:
        lacking = [
            name for name in ("name", "org_unit_id", "read_day", "reader") if name not in given
        ]
        if lacking:
            missing = ", ".join(BOOK_HEADINGS[name.removesuffix("_id")] for name in lacking)
            raise errors.BookIncomplete(number=number, missing=missing)
        since = given.get("since") or Month.of(clock.today()).first
        reader_id = _reader(given["reader"], given["org_unit_id"])
        return _DEFAULTS | given | {"reader_id": reader_id, "since": since, "ends": None}
    unit = stands["org_unit_id"]
    if given.get("org_unit_id", unit) != unit:
        raise errors.BookElsewhere(number=number, org_unit=org_reads.unit(unit).name)
    after = {name: given.get(name, stands[name]) for name in _TERMS}
    if "reader" in given:
        after["reader_id"] = _reader(given["reader"], unit)
    if all(after[name] == stands[name] for name in _TERMS):
        return None
    since = given.get("since")
    if since is None or since <= stands["since"]:
        raise errors.BookTermsDiffer(number=number, recorded=stands["since"].isoformat())
    begins = {"number": number, "org_unit_id": unit, "since": since, "ends": stands["terms_id"]}
    return after | begins


def _reader(username: str, org_unit_id: int) -> int:
    """The reader of this user name, who may do nothing in the unit that clashes with reading."""
    try:
        person = org_reads.person_by_username(username)
    except PersonUnknown:
        raise errors.ReaderUnknown(text=username) from None
    if Role.READER not in org_reads.roles_in(person.pk, org_unit_id):
        raise errors.ReaderUnknown(text=username)
    _refuse_clash({(person.pk, org_unit_id)})
    return person.pk


def _refuse_clash(readers: Collection[tuple[int, int]]) -> None:
    """Refuse readers of (person, unit) who hold a role there that is forbidden beside reading."""
    for grant, org_unit_id in org_reads.clashing(readers, Role.READER):
        unit = org_reads.unit(org_unit_id)
        held = Role(grant.role)
        raise org.roles_clash(grant.person_id, held, grant.org_unit, Role.READER, unit)


def _write_books(checked: Begun, stands: Mapping[str, Row]) -> None:
    if not checked.rows:
        return
    fresh = [terms for terms in checked.terms if terms["number"] not in stands]
    new_ids = ids.allot("metering_book", len(fresh)).tolist() if fresh else []
    book_id = {number: row["id"] for number, row in stands.items()}
    book_id |= {terms["number"]: one for terms, one in zip(fresh, new_ids, strict=True)}
    ReadingBook.objects.bulk_create(
        ReadingBook(
            id=book_id[terms["number"]],
            number=terms["number"],
            name=terms["name"],
            org_unit_id=terms["org_unit_id"],
        )
        for terms in fresh
    )
    if (ending := checked.ending)["ids"]:
        sql.execute("metering", "end_book_terms", ending)
    columns = {name: checked.column(name) for name in (*_TERMS, "since")}
    columns["id"] = ids.allot("metering_book_terms", len(checked.rows)).tolist()
    columns["book"] = [book_id[number] for number in checked.column("number")]
    sql.execute("metering", "begin_book_terms", columns)


def put_routes(
    columns: Mapping[str, Sequence[Any]],
    named: Mapping[str, Sequence[str]],
    faults: Faults,
    *,
    by: int | None,
) -> Routed:
    """Place metering points in books, in the caller's transaction.

    Columns book (its number), sequence and since (None: today); `named` has account, meter and
    point, one of which names the row's metering point. Faults of rows: BookUnknown, MeterUnknown,
    MeterNotUnique, RouteElsewhere, RoutePointTwice, RouteDiffers, NotAllowed.
    """
    allowed = org.require_somewhere(by, Action.IMPORT_MASTER_DATA)
    kinds = dict.fromkeys(
        ("book_id", "book_unit_id", "points", "point_id", "unit_id", "place_id", "stands_in_id",
         "stands_at"), "i8",
    ) | {"stands_since": "date"}  # fmt: skip
    asked = {"books": [book or "" for book in columns["book"]], "accounts": named["account"],
             "meters": named["meter"], "points": named["point"]}  # fmt: skip
    target = copy_out(sql.text("metering", "route_targets"), asked, kinds)
    found: dict[str, list[Any]] = {name: column.tolist() for name, column in target.items()}
    found["stands_since"] = dates(target["stands_since"]).astype(object).tolist()
    found["since"] = [day or clock.today() for day in columns["since"]]
    rows, unchanged, seen = [], 0, set()
    for at in range(len(found["book_id"])):
        if at in faults:
            continue
        one = {name: column[at] for name, column in found.items()}
        shown = named["meter"][at] or named["account"][at] or named["point"][at]
        same = one["stands_in_id"] == one["book_id"] and one["stands_at"] == columns["sequence"][at]
        fault = _route_fault(one, columns["book"][at], shown, same=same)
        if fault is None and one["point_id"] in seen:
            fault = errors.RoutePointTwice(number=shown)
        if fault is None and one["book_unit_id"] not in allowed:
            fault = org.not_allowed(by, Action.IMPORT_MASTER_DATA, one["book_unit_id"])
        if fault is not None:
            faults[at] = fault
            continue
        seen.add(one["point_id"])
        unchanged += same
        if not same:
            rows.append(at)
    _write_routes(rows, found, columns["sequence"])
    return Routed(rows, unchanged)


def _route_fault(one: Row, book: str, shown: str, *, same: bool) -> OnebookError | None:
    """Why a row of a route is not taken, or None."""
    if one["book_id"] < 0:
        return errors.BookUnknown(number=book)
    if one["points"] == 0:
        return errors.MeterUnknown(number=shown)
    if one["points"] > 1:
        return errors.MeterNotUnique(number=shown, month=str(Month.of(one["since"])))
    if one["unit_id"] != one["book_unit_id"]:
        return errors.RouteElsewhere(number=shown, book=book)
    if not same and one["place_id"] >= 0 and one["since"] <= one["stands_since"]:
        recorded = one["stands_since"].isoformat()
        return errors.RouteDiffers(number=shown, book=book, recorded=recorded)
    return None


def _write_routes(
    rows: Sequence[int], found: Mapping[str, Sequence[Any]], sequence: Sequence[Any]
) -> None:
    if not rows:
        return
    moved = [at for at in rows if found["place_id"][at] >= 0]
    if moved:
        ends = {"ids": [found["place_id"][at] for at in moved],
                "days": [found["since"][at] for at in moved]}  # fmt: skip
        sql.execute("metering", "end_book_points", ends)
    begins = {
        "id": ids.allot("metering_book_point", len(rows)).tolist(),
        "book": [found["book_id"][at] for at in rows],
        "point": [found["point_id"][at] for at in rows],
        "sequence": [sequence[at] for at in rows],
        "since": [found["since"][at] for at in rows],
    }
    sql.execute("metering", "begin_book_points", begins)


@transaction.atomic
def open_rounds(month: Month, *, by: int | None) -> Opened:
    """Open the month's rounds of the books that are due, in the units where the person may.

    A round that is open keeps its reader and day; metering points that joined its book since are
    added. Opening again without any changes nothing. RolesClash where a reader holds a role in the
    book's unit that is forbidden beside reading: then no round is opened.
    """
    units = sorted(org.require_somewhere(by, Action.IMPORT_MASTER_DATA))
    asked = {"units": units, "month": month.first, "last": month.last}
    due = [
        book
        for book in sql.rows("metering", "books_to_open", asked)
        if rules.is_due(Month.of(book["since"]), book["cycle_months"], month)
    ]
    opened = 0
    _refuse_clash({(book["reader_id"], book["org_unit_id"]) for book in due})
    if due:
        rotation = [
            rules.rotation_due_on(book["reads_since"], book["rotate_months"]) for book in due
        ]
        columns = {
            "id": ids.allot("metering_round", len(due)).tolist(),
            "book": [book["id"] for book in due],
            "org_unit": [book["org_unit_id"] for book in due],
            "planned_on": [rules.planned_on(month, book["read_day"]) for book in due],
            "reader": [book["reader_id"] for book in due],
            "rotation_due_on": rotation,
        }
        opened = sql.execute(
            "metering", "insert_rounds", columns | {"month": month.first, "person": by}
        )
    points = sql.execute("metering", "insert_round_points", asked)
    return Opened(opened, points)
