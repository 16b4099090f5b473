"""Tables on the terminal, for commands with Django and without."""

import sys
from collections.abc import Collection, Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table


def table(
    titles: Sequence[str], numbers: Collection[int], rows: Iterable[Sequence[str]], title: str = ""
) -> None:
    """Print rows under their titles; the columns at the places `numbers` are right-aligned."""
    shown = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for place, one in enumerate(titles):
        right = place in numbers
        shown.add_column(one, justify="right" if right else "left", no_wrap=right)
    for row in rows:
        shown.add_row(*row)
    console().print(shown, markup=False)


def console() -> Console:
    """The screen; a file or a pipe gets lines as wide as a report needs."""
    return Console(width=None if sys.stdout.isatty() else 220, highlight=False, markup=False)
