"""Dated terms coming in by rows: which begin, and on which day those that stood before end."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from onebook.kernel.cells import Faults
from onebook.kernel.errors import OnebookError

Row = dict[str, Any]


@dataclass(frozen=True)
class Begun:
    """Terms that begin, each with the index of its row.

    The terms hold their first day as `since`, and as `ends` the identifier of those that stood
    before and end on that day: None for the first ones.
    """

    rows: list[int]
    terms: list[Row]

    def of(self, owner_id: Sequence[int]) -> "Begun":
        """Those whose row is taken: `owner_id`, of all rows, is -1 for one that is not."""
        kept = [place for place, at in enumerate(self.rows) if owner_id[at] >= 0]
        return Begun([self.rows[place] for place in kept], [self.terms[place] for place in kept])

    def column(self, name: str) -> list[Any]:
        """One of the terms' columns."""
        return [terms[name] for terms in self.terms]

    @property
    def ending(self) -> dict[str, list[Any]]:
        """The terms that end, as columns `ids` and `days`."""
        ending = [terms for terms in self.terms if terms["ends"] is not None]
        return {"ids": [one["ends"] for one in ending], "days": [one["since"] for one in ending]}


def begun(rows: Iterable[int], begin: Callable[[int], Row | None], faults: Faults) -> Begun:
    """Ask of each row which terms begin by it: None where they stand already.

    An OnebookError of `begin` becomes the row's fault, unless it has one.
    """
    found = Begun([], [])
    for at in rows:
        try:
            terms = begin(at)
        except OnebookError as refused:
            faults.setdefault(at, refused)
            continue
        if terms is not None:
            found.rows.append(at)
            found.terms.append(terms)
    return found
