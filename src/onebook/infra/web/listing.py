"""The rows of a list: a hundred a page, and all of them where a file is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest

from onebook.infra.web import export, scope

T = TypeVar("T")
ROWS = 100


@dataclass(frozen=True)
class Listing(Generic[T]):
    """The rows to show, the number of the page from 1, and whether another page follows."""

    rows: list[T]
    page: int
    more: bool


def of(request: HttpRequest, read: Callable[[int, int], list[T]]) -> Listing[T]:
    """The page that the request asks for; `read` gives the rows for a limit and an offset."""
    if export.wanted(request):
        return Listing(read(export.ROWS_MAX + 1, 0), 1, more=False)
    page = scope.page(request)
    found = read(ROWS + 1, (page - 1) * ROWS)
    return Listing(found[:ROWS], page, more=len(found) > ROWS)
