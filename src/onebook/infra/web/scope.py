"""What a page is asked about: as of which day, as known when, for which unit; all in the URL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property

from onebook.infra import clock
from onebook.infra.web.errors import MomentUnreadable
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month, parse_date

_DIGITS = 10  # of a number that fits a column
PARAMETERS = ("as_of", "known_at", "org_unit")


@dataclass(frozen=True)
class Scope:
    """The question's frame. `org_unit` is the code asked for; empty means all that one may see."""

    today: date
    as_of: date
    known_at: date | datetime | None
    org_unit: str

    @cached_property
    def moment(self) -> date | datetime:
        """What `known_at` says, else the watermark, taken once: a page's figures agree."""
        return self.known_at or clock.watermark()

    @property
    def month_end(self) -> date:
        """The last month end up to the day asked about."""
        month = Month.of(self.as_of)
        return self.as_of if self.as_of == month.last else month.previous().last

    @property
    def moved(self) -> bool:
        """Whether the page shows another day or another moment of knowledge than now."""
        return self.as_of != self.today or self.known_at is not None

    def query(self, **more: object) -> str:
        """The scope as a query string with its `?`, empty where everything is the default.

        `more` adds parameters, or takes a scope's parameter out where it is None.
        """
        asked: dict[str, object] = {}
        if self.as_of != self.today:
            asked["as_of"] = self.as_of.isoformat()
        if self.known_at is not None:
            asked["known_at"] = self.known_at.isoformat()
        if self.org_unit:
            asked["org_unit"] = self.org_unit
        return query_of(**asked | more)


class Pair(NamedTuple):
    """A day and what was known then, each None where the page does not ask for it."""

    as_of: date | None
    known_at: date | datetime | None


def query_of(**asked: object) -> str:
    """The parameters as a query string with its `?`, without those that are None or empty."""
    kept = {key: value for key, value in asked.items() if value not in (None, "")}
    return f"?{urlencode(kept)}" if kept else ""


def read_pair(parameters: QueryDict, as_of: str, known_at: str) -> Pair:
    """A second question of a page by its parameters' names. Raises as `read` does."""
    day = parameters.get(as_of, "").strip()
    asked = clock.asked_day(parse_date(day)) if day else None
    return Pair(asked, _moment(parameters.get(known_at, "").strip()))


def read(parameters: QueryDict) -> Scope:
    """The scope that the URL asks for. DateUnreadable, AsOfInFuture, MomentUnreadable."""
    as_of = parameters.get("as_of", "").strip()
    asked = parse_date(as_of) if as_of else None
    return Scope(
        today=clock.today(),
        as_of=clock.asked_day(asked),
        known_at=_moment(parameters.get("known_at", "").strip()),
        org_unit=parameters.get("org_unit", "").strip(),
    )


def mend(request: HttpRequest) -> None:
    """Give a page that tells of a problem the default scope where the asked one is the problem."""
    try:
        _ = of(request).as_of
    except OnebookError:
        request.scope = read(QueryDict())  # type: ignore[attr-defined]


def _moment(text: str) -> date | datetime | None:
    """A day, or a moment with its zone: without one the same text would name two moments."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise MomentUnreadable(text=text) from wrong
    if moment.tzinfo is None:
        raise MomentUnreadable(text=text)
    return moment


def of(request: HttpRequest) -> Scope:
    """The request's scope."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def by(request: HttpRequest) -> int:
    """The id of the person who is logged in; every page but the login asks for one."""
    person_id = request.user.pk
    if person_id is None:
        raise PermissionDenied
    return int(person_id)


def month(request: HttpRequest) -> Month | None:
    """The month that the address asks for; None where it names none. Raises MonthUnreadable."""
    text = request.GET.get("month", "").strip()
    return Month.parse(text) if text else None


def page(request: HttpRequest) -> int:
    """The number of the page of a list, from 1."""
    text = request.GET.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdigit() else 1


def number(request: HttpRequest, name: str) -> int | None:
    """The whole number that the address gives under a name; None where it gives none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < _DIGITS else None


def url(request: HttpRequest, name: str, *args: object, **more: object) -> str:
    """The address of the page `name` that keeps the request's scope, with `more` parameters."""
    return reverse(name, args=args) + of(request).query(**more)


def go(request: HttpRequest, name: str, *args: object, **more: object) -> HttpResponseRedirect:
    """Send the browser to the page `name`, keeping the request's scope."""
    return HttpResponseRedirect(url(request, name, *args, **more))


def scoped(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware that lays `request.scope`; it is read at its first use."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.scope = SimpleLazyObject(lambda: read(request.GET))  # type: ignore[attr-defined]
        return get_response(request)

    return answer
