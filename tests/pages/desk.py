"""A site with a demonstration's book, and a browser in which somebody is logged in."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect


@dataclass(frozen=True)
class Site:
    """The pages of a demonstration of 60 accounts and 3 months."""

    url: str
    passwords: dict[str, str]
    database: Any

    def ask(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """Ask the book behind the pages, past every program."""
        with self.database.connect() as connection:
            return connection.execute(query, params).fetchall()

    def tell(self, statement: str, *params: object) -> None:
        """Write to the book behind the pages as the app's login."""
        with self.database.connect() as connection:
            connection.execute(statement, params)


@dataclass
class Desk:
    """A browser in which somebody is logged in; what goes wrong in it is kept."""

    page: Page
    site: Site
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page, expect it to answer with 200, and await what it fetches afterwards."""
        answer = self.page.goto(self.site.url + path)
        assert answer is not None and answer.status == 200, (path, answer and answer.status)
        expect(self.page.locator(".awaited > .note")).to_have_count(0, timeout=15_000)
        return self.page

    def overflow_px(self) -> int:
        """How far the page sticks out to the right of its window."""
        return int(
            self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
        )
