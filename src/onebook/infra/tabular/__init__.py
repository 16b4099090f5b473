"""Reads any table file a clerk has: CSV, TSV, .xlsx, .xls, and HTML that is called .xls.

Owns: the kind of file, its encoding and delimiter, the row of headings, and rows that do not fit.
Does not own: what the cells mean.

`read_table` finds columns by name; `read_grids` gives the bare rows for readers that recognise a
layout themselves. Every cell is text.
"""

from onebook.infra.tabular.errors import FileUnusable, RowUnusable
from onebook.infra.tabular.grid import Grid, Reject, read_grids
from onebook.infra.tabular.table import Field, Table, header_key, read_table, write_rejects
from onebook.infra.tabular.taken import FileTaken

__all__ = [
    "Field",
    "FileTaken",
    "FileUnusable",
    "Grid",
    "Reject",
    "RowUnusable",
    "Table",
    "header_key",
    "read_grids",
    "read_table",
    "write_rejects",
]
