"""What became of a file's rows: the answer of every job that takes a file in."""

from dataclasses import dataclass, field
from typing import Self

from onebook.infra.tabular.grid import Reject
from onebook.infra.tabular.table import Table


@dataclass
class FileTaken:
    """Rows in, taken, unchanged and rejected; `notes` are remarks on the file as a whole."""

    name: str
    encoding: str
    header: list[str]
    rows_in: int
    taken: int = 0
    unchanged: int = 0
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, table: Table) -> Self:
        """The answer for a table before any of its rows is taken."""
        return cls(table.name, table.encoding, table.header, len(table) + len(table.rejects))
