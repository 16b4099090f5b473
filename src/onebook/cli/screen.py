"""Tables on the terminal, for commands with Django and without."""

import sys
from collections.abc import Collection, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

_ENDLESS = 10_000


def table(
    titles: Sequence[str], numbers: Collection[int], rows: Iterable[Sequence[str]], title: str = ""
) -> None:
    """Print rows under their titles; the columns at the places `numbers` are right-aligned.

    Nothing is ever cut: a file or a pipe gets lines as long as the table needs; on a terminal long
    texts fold, and where that is not enough each row is a block of lines, a title and its value on
    each.
    """
    kept = list(rows)
    shown = _beside(titles, numbers, kept, title)
    needed = Console(width=_ENDLESS).measure(shown)
    if not sys.stdout.isatty():
        console(needed.maximum).print(shown, markup=False)
        return
    if needed.minimum > console().width:
        shown = _below(titles, kept, title)
    console().print(shown, markup=False)


def _beside(
    titles: Sequence[str], numbers: Collection[int], rows: list[Sequence[str]], title: str
) -> Table:
    shown = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for place, one in enumerate(titles):
        right = place in numbers
        shown.add_column(one, justify="right" if right else "left", no_wrap=right)
    for row in rows:
        shown.add_row(*row)
    return shown


def _below(titles: Sequence[str], rows: list[Sequence[str]], title: str) -> Table:
    shown = Table(title=title or None, box=box.SIMPLE, title_justify="left", show_header=False)
    shown.add_column(overflow="fold")
    shown.add_column(overflow="fold")
    for row in rows:
        for one, value in zip(titles, row, strict=True):
            shown.add_row(one, value)
        shown.add_section()
    return shown


def console(width: int | None = None) -> Console:
    """The screen, or with a width lines as long as that, on a terminal or in a file."""
    return Console(width=width, highlight=False, markup=False)
