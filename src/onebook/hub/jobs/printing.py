"""Printing a month's bills for the customers: pages of A4 in PDF files, some hundreds a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from time import perf_counter

from django.template.loader import render_to_string

from onebook.billing.reads import paper as billing
from onebook.hub.errors import NothingToPrint
from onebook.hub.reads import paper
from onebook.infra import pdf
from onebook.infra.runs import Progress, Watcher
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.rules import Action

# Bills laid out at once, and bills in a file: Chromium holds a file's pages in memory.
CHUNK, FILE = 250, 2000
_STYLE = Path(__file__).parents[1] / "static" / "hub" / "paper.css"


@dataclass(frozen=True)
class Printed:
    """The files written, the bills on them, and seconds of reading, laying out and printing."""

    files: list[Path]
    bills: int
    seconds: dict[str, float]


def print_bills(
    month: Month,
    path: Path,
    units: Sequence[int] | None = None,
    *,
    as_of: date,
    person_id: int | None,
    watch: Watcher | None = None,
) -> Printed:
    """Print the standing bills of a month and units (None: all), by unit and account number.

    More than `FILE` bills go to several files, numbered before the name's end. NotAllowed where the
    person may not read the book of a unit; NothingToPrint, ChromiumMissing, ChromiumFailed.
    """
    pdf.program()
    org.require_somewhere(person_id, Action.READ_BOOK)
    for org_unit_id in units if units is not None else (None,):
        org.require(person_id, Action.READ_BOOK, org_unit_id)
    bill_ids = billing.ids_of_month(month, units)
    if not bill_ids:
        raise NothingToPrint(month=str(month))
    seconds = {"read": 0.0, "lay out": 0.0, "print": 0.0}
    files = []
    for start in range(0, len(bill_ids), FILE):
        chosen = bill_ids[start : start + FILE]
        target = _numbered(path, start // FILE + 1, len(bill_ids) > FILE)
        pages = [
            _laid_out(chosen[at : at + CHUNK], as_of, seconds)
            for at in range(0, len(chosen), CHUNK)
        ]
        began = perf_counter()
        pdf.write(_document(f"{month}", pages), target)
        seconds["print"] += perf_counter() - began
        files.append(target)
        if watch is not None:
            done = start + len(chosen)
            watch(Progress(0, target.name, done, len(bill_ids), done))
    return Printed(files, len(bill_ids), seconds)


def _numbered(path: Path, number: int, several: bool) -> Path:
    return path.with_stem(f"{path.stem}-{number:02d}") if several else path


def _laid_out(bill_ids: Sequence[int], as_of: date, seconds: dict[str, float]) -> str:
    began = perf_counter()
    found = paper.papers(bill_ids, as_of)
    read = perf_counter()
    made = "".join(render_to_string("hub/paper_bill.html", {"paper": one}) for one in found)
    seconds["read"] += read - began
    seconds["lay out"] += perf_counter() - read
    return made


def _document(title: str, pages: Sequence[str]) -> str:
    context = {"title": title, "style": _style(), "pages": pages}
    return render_to_string("hub/papers.html", context)


@cache
def _style() -> str:
    return _STYLE.read_text("utf-8")
