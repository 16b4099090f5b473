"""Bytes of a bank's export, split into cells by the caller, to statement lines; pure.

`parse_statement` recognises the layout of a table by its headings, never by the positions of
columns. Each family of layouts is a module of declarations: `ccb`, `icbc`, `abc`, `cards`,
`platforms`, `others`. The international formats, which are no tables, are in `messages`.
"""

from onebook.banking.parsers.statement import LAYOUTS, parse_statement
from onebook.banking.parsers.types import (
    Finding,
    Reject,
    SheetOfText,
    Statement,
    StatementLine,
)

__all__ = [
    "LAYOUTS",
    "Finding",
    "Reject",
    "SheetOfText",
    "Statement",
    "StatementLine",
    "parse_statement",
]
