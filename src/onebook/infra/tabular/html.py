"""Reads the tables of an HTML page as rows of text: banks name such pages .xls."""

from html.parser import HTMLParser

WIDEST_SPAN = 256


class _TableReader(HTMLParser):
    """Collects the cells of every table row, in the order of the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row or a cell; a cell left open ends where the next one starts."""
        if tag == "tr":
            self._close_cell()
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._close_cell()
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), WIDEST_SPAN) if span.isdecimal() else 1
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell at its own end, its row's or its table's."""
        if tag in {"td", "th", "tr", "table"}:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        """Take the text of the open cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        if not self.rows:
            self.rows.append([])
        self.rows[-1].extend(["".join(self._cell), *[""] * (self._span - 1)])
        self._cell = None


def html_rows(text: str) -> list[list[str]]:
    """Return the rows of all tables of a page; a spanned cell is followed by empty ones."""
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    return reader.rows
