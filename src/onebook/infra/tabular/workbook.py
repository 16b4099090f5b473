"""Reads .xlsx and .xls in a child process with limited memory and time.

A workbook of 5 KB with one cell in the last row and column makes the reading library abort its
process, which no exception can catch; so it is never the program's own process.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from onebook.infra.tabular.errors import (
    FileKindUnknown,
    FileUnusable,
    WorkbookBroken,
    WorkbookProtected,
    WorkbookTooLarge,
)

CHILD = Path(__file__).with_name("workbook_child.py")
PATIENCE_SECONDS = 180


class Sheet(NamedTuple):
    """A visible sheet: rows of text from row 1, and the kinds of their cells (see Grid)."""

    name: str
    rows: list[list[str]]
    kinds: list[str]


def read_workbook(data: bytes, name: str) -> list[Sheet]:
    """Return the visible sheets; FileUnusable for a hostile, protected or broken workbook."""
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(CHILD)],
            input=data, capture_output=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        raise WorkbookTooLarge(name=name, figure=f"> {PATIENCE_SECONDS} s") from late
    if child.returncode != 0:  # killed by its own limits
        raise WorkbookTooLarge(name=name, figure=f"exit {child.returncode}")
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise _refusal(name, *answer["refused"])
    return [Sheet(sheet["name"], sheet["rows"], sheet["kinds"]) for sheet in answer["sheets"]]


def _refusal(name: str, code: str, detail: object = "") -> FileUnusable:
    """Turn the child's answer into the message for people."""
    if code == "protected" or "Password" in str(detail):
        return WorkbookProtected(name=name)
    if code == "archive":
        return FileKindUnknown(name=name, found="zip")
    if code in {"ratio", "unpacked", "cells", "memory"}:
        return WorkbookTooLarge(name=name, figure=f"{code} {detail}".strip())
    return WorkbookBroken(name=name, detail=detail or code)
