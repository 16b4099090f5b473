"""Two outside books compared by their files: every fen of the difference by its cause.

Nothing of the database is read or written.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from onebook.finance.errors import MonthsApart
from onebook.finance.kernels.explain import Explained
from onebook.finance.kernels.explain import explain as explain_rows
from onebook.finance.parsers.explain import BookRead, read_bank, read_book
from onebook.finance.reads.explain_files import (
    BOOKS,
    Columns,
    Source,
    Texts,
    read_bank_texts,
    read_book_texts,
)
from onebook.finance.rules.explain import (
    PREPAYMENT,
    RECEIVABLE,
    ROUNDING_FEN,
    Asked,
)
from onebook.infra.tabular import Reject

SIDE_NAMES = {"finance": ("财务", "finance"), "marketing": ("营销", "marketing")}


@dataclass(frozen=True)
class FileRead:
    """What became of one file: rows taken and rejected, its columns, what was left out and why."""

    name: str
    encoding: str
    header: list[str]
    columns: dict[str, str]
    taken: int
    rejects: list[Reject] = field(default_factory=list)
    totals: int = 0
    elsewhere: int = 0

    @property
    def rows_in(self) -> int:
        """Every row of the file."""
        return self.taken + len(self.rejects) + self.totals + self.elsewhere


@dataclass(frozen=True)
class Comparison:
    """Two books explained, the files they came from, and remarks (Chinese, English) on them.

    `mapping` is book -> its columns as they were found, to be remembered.
    """

    explained: Explained
    finance: FileRead
    marketing: FileRead
    banks: list[FileRead]
    mapping: dict[str, Columns]
    notes: list[tuple[str, str]]

    @property
    def as_of(self) -> date:
        """The day of both books."""
        return self.explained.asked.as_of

    @property
    def files(self) -> list[FileRead]:
        """Every file read."""
        return [self.finance, self.marketing, *self.banks]


def compare(
    finance: Source,
    marketing: Source,
    *,
    as_of: date | None = None,
    banks: Sequence[Source] = (),
    mapping: Mapping[str, Columns] | None = None,
    rounding_fen: int = ROUNDING_FEN,
) -> Comparison:
    """Explain the difference of two outside books by their files, and by the bank's receipts.

    Without `as_of` the books are of the end of the month in which the shorter one ends. Raises
    FileUnusable and ColumnsMissing where a file cannot be read, MonthsApart where there is nothing
    to compare.
    """
    known = mapping or {}
    read = [
        _read_book(source, known.get(book, Columns()))
        for book, source in zip(BOOKS, (finance, marketing), strict=True)
    ]
    books = [one.rows for one, _ in read]
    notes = [*_months(books), *_set_prepayments_aside(books)]
    accounts = pl.concat([book["account"] for book in books]).unique()
    bank = [_read_bank(source, known.get("bank", Columns()), accounts) for source in banks]
    rejected = {account for one, _ in read for account in one.rejected}
    explained = explain_rows(
        books[0],
        books[1],
        Asked(as_of or _common_day(books), rounding_fen),
        bank=pl.concat([one.rows for one, _ in bank]) if bank else None,
        rejected=pl.Series(sorted(rejected), dtype=pl.String),
    )
    ours, theirs, *others = [file for _, file in (*read, *bank)]
    return Comparison(
        explained, ours, theirs, others, _found([ours, theirs, *others], known), notes
    )


def _read_book(source: Source, columns: Columns) -> tuple[BookRead, FileRead]:
    """A book's rows; its texts, which take most of the memory, end here."""
    texts = read_book_texts(source, columns)
    read = read_book(texts.columns, texts.headings, columns.kinds)
    return read, _file(texts, read)


def _read_bank(source: Source, columns: Columns, accounts: pl.Series) -> tuple[BookRead, FileRead]:
    texts = read_bank_texts(source, columns)
    read = read_bank(texts.columns, texts.headings, accounts)
    return read, _file(texts, read)


def _file(texts: Texts, read: BookRead) -> FileRead:
    refused = {
        texts.columns["row"][index]: Reject(texts.columns["row"][index], why, texts.cells(index))
        for index, why in reversed(read.faults.items())
    }
    rejects = sorted([*texts.rejects, *refused.values()], key=lambda reject: reject.row_number)
    return FileRead(
        texts.name, texts.encoding, texts.header, texts.headings, read.taken, rejects,
        read.totals, read.elsewhere,
    )  # fmt: skip


def _found(files: Sequence[FileRead], known: Mapping[str, Columns]) -> dict[str, Columns]:
    """The columns as they were found; of several bank files those of the first."""
    return {
        book: Columns(file.columns, known.get(book, Columns()).kinds)
        for book, file in zip((*BOOKS, "bank"), files, strict=False)
    }


def _months(books: Sequence[pl.DataFrame]) -> list[tuple[str, str]]:
    """Remarks on bill months that one book has alone; MonthsApart where they share none."""
    ours, theirs = (set(book["month"].unique()) - {0} for book in books)
    if ours and theirs and not ours & theirs:
        raise MonthsApart(finance=_span(ours), marketing=_span(theirs))
    notes = []
    for (zh, en), alone in zip(SIDE_NAMES.values(), (ours - theirs, theirs - ours), strict=True):
        if alone:
            notes.append(
                (f"只有{zh}有账期 {_span(alone)}", f"only {en} has bill months {_span(alone)}")
            )
    return notes


def _span(months: set[int]) -> str:
    return ", ".join(month_text(one) for one in sorted(months)) or "—"


def month_text(month: int | None) -> str:
    """202610 as 2026-10; nothing for no month."""
    return f"{month // 100:04d}-{month % 100:02d}" if month else ""


def _set_prepayments_aside(books: list[pl.DataFrame]) -> list[tuple[str, str]]:
    """Leave prepayments out of both books unless both have them, and say so."""
    carried = [bool((book["measure"] == PREPAYMENT).any()) for book in books]
    if carried[0] == carried[1]:
        return []
    index = carried.index(True)
    rows = int((books[index]["measure"] == PREPAYMENT).sum())
    books[index] = books[index].filter(pl.col("measure") == RECEIVABLE)
    zh, en = list(SIDE_NAMES.values())[index]
    return [
        (
            f"只有{zh}有预收明细,{rows:,} 行未参加比较",
            f"only {en} has prepayments: {rows:,} rows are not compared",
        )
    ]


def _common_day(books: Sequence[pl.DataFrame]) -> date:
    """The end of the month in which the book that ends first ends."""
    ends = [day for book in books if isinstance(day := book["day"].max(), date)]
    if not ends:
        last_month = max(pl.concat([book["month"] for book in books]).to_list(), default=0)
        ends = [date(last_month // 100 or 2000, last_month % 100 or 1, 1)]
    last = min(ends)
    return last.replace(day=calendar.monthrange(last.year, last.month)[1])
