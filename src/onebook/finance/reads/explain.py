"""Two outside books compared by their files: every fen of the difference by cause, as reports.

Nothing of the database is read or written.
"""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

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
    HINT_NAMES,
    KIND_NAMES,
    NAMES,
    PREPAYMENT,
    RECEIVABLE,
    ROUNDING_FEN,
    Asked,
    Cause,
)
from onebook.infra.report import Column, Report, Tie
from onebook.infra.tabular import Reject
from onebook.kernel.money import format_yuan

BANK_SAYS: Mapping[str, tuple[str, str]] = {
    "found": ("{side}此款银行已到账", "{side}'s receipt is at the bank"),
    "absent": ("{side}此款银行无记录", "{side}'s receipt is not at the bank"),
}
_SIDE_NAMES = {"finance": ("财务", "finance"), "marketing": ("营销", "marketing")}


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
    texts = [
        read_book_texts(source, known.get(book, Columns()))
        for book, source in zip(BOOKS, (finance, marketing), strict=True)
    ]
    read = [
        read_book(one.columns, one.headings, known.get(book, Columns()).kinds)
        for book, one in zip(BOOKS, texts, strict=True)
    ]
    books = [one.rows for one in read]
    notes = [*_months(books), *_set_prepayments_aside(books)]
    day = as_of or _common_day(books)
    bank_texts = [read_bank_texts(one, known.get("bank", Columns())) for one in banks]
    accounts = pl.concat([book["account"] for book in books]).unique()
    bank_read = [read_bank(one.columns, one.headings, accounts) for one in bank_texts]
    explained = explain_rows(
        books[0],
        books[1],
        Asked(day, rounding_fen),
        bank=pl.concat([one.rows for one in bank_read]) if bank_read else None,
        rejected=pl.Series(sorted({*read[0].rejected, *read[1].rejected}), dtype=pl.String),
    )
    files = [_file(*pair) for pair in zip([*texts, *bank_texts], [*read, *bank_read], strict=True)]
    return Comparison(
        explained, files[0], files[1], files[2:], _remembered(texts, bank_texts, known), notes
    )


def _file(texts: Texts, read: BookRead) -> FileRead:
    refused = [
        Reject(texts.columns["row"][index], why, texts.cells(index))
        for index, why in read.faults.items()
    ]
    rejects = sorted([*texts.rejects, *refused], key=lambda reject: reject.row_number)
    taken = texts.columns.height - len(read.faults) - read.totals - read.elsewhere
    return FileRead(
        texts.name, texts.encoding, texts.header, texts.headings, taken, rejects, read.totals,
        read.elsewhere,
    )  # fmt: skip


def _remembered(
    texts: Sequence[Texts], banks: Sequence[Texts], known: Mapping[str, Columns]
) -> dict[str, Columns]:
    found = dict(zip(BOOKS, texts, strict=True))
    if banks:
        found["bank"] = banks[0]
    return {
        book: Columns(one.headings, known.get(book, Columns()).kinds) for book, one in found.items()
    }


def _months(books: Sequence[pl.DataFrame]) -> list[tuple[str, str]]:
    """Remarks on bill months that one book has alone; MonthsApart where they share none."""
    ours, theirs = (set(book["month"].unique()) - {0} for book in books)
    if ours and theirs and not ours & theirs:
        raise MonthsApart(finance=_span(ours), marketing=_span(theirs))
    notes = []
    for (zh, en), alone in zip(_SIDE_NAMES.values(), (ours - theirs, theirs - ours), strict=True):
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
    zh, en = list(_SIDE_NAMES.values())[index]
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


def cause_report(comparison: Comparison) -> Report:
    """The table of causes: what each adds to finance minus marketing, in fen."""
    rows = [
        row
        | {
            "cause_zh": NAMES[Cause(row["cause"])][0],
            "cause_en": NAMES[Cause(row["cause"])][1],
        }
        for row in comparison.explained.causes.to_dicts()
    ]
    summed = ("receivable_fen", "prepayment_fen", "difference_fen", "findings", "rows")
    return _report(
        comparison,
        title=("差异原因表", "Causes of the difference"),
        columns=(
            Column("cause", "原因代码", "Code"),
            Column("cause_zh", "原因", "Cause (zh)"),
            Column("cause_en", "原因(英)", "Cause"),
            Column("receivable_fen", "应收差额", "Receivables", "fen"),
            Column("prepayment_fen", "预收差额", "Prepayments", "fen"),
            Column("difference_fen", "差额合计", "Difference", "fen"),
            Column("gross_fen", "发生额(不抵销)", "Gross", "fen"),
            Column("findings", "项数", "Findings", "count"),
            Column("rows", "涉及行数", "Rows", "count"),
        ),
        rows=rows,
        totals={key: sum(row[key] for row in rows) for key in (*summed, "gross_fen")},
    )


def _report(
    comparison: Comparison,
    *,
    title: tuple[str, str],
    columns: tuple[Column, ...],
    rows: list[dict[str, Any]],
    totals: dict[str, Any],
) -> Report:
    explained, day = comparison.explained, comparison.as_of
    ours = {measure: pair[0] - pair[1] for measure, pair in explained.books_fen.items()}
    shown = [one for one in ours if any(explained.books_fen[one]) or one == RECEIVABLE]
    return Report(
        name="explain",
        title_zh=title[0],
        title_en=title[1],
        as_of=day,
        known_at=None,
        org_unit="*",
        columns=columns,
        rows=rows,
        totals=totals,
        ties=tuple(
            Tie(f"difference-{one}", int(explained.documents[f"{one}_fen"].sum()), ours[one])
            for one in shown
        ),
        basis_zh=f"截至 {day};差额 = 财务 {comparison.finance.name} − "
        f"营销 {comparison.marketing.name}",
        basis_en=f"As of {day}; finance {comparison.finance.name} minus marketing "
        f"{comparison.marketing.name}",
    )


_DOCUMENT_COLUMNS = (
    Column("cause_zh", "原因", "Cause (zh)"),
    Column("cause_en", "原因(英)", "Cause"),
    Column("account_finance", "户号(财务)", "Account (finance)"),
    Column("month_finance", "账期(财务)", "Month (finance)"),
    Column("kind_finance_zh", "业务(财务)", "Kind (finance, zh)"),
    Column("kind_finance_en", "业务(财务,英)", "Kind (finance)"),
    Column("day_finance", "日期(财务)", "Date (finance)", "date"),
    Column("voucher_finance", "凭证号(财务)", "Voucher (finance)"),
    Column("amount_fen_finance", "金额(财务)", "Amount (finance)", "fen"),
    Column("account_marketing", "户号(营销)", "Account (marketing)"),
    Column("month_marketing", "账期(营销)", "Month (marketing)"),
    Column("kind_marketing_zh", "业务(营销)", "Kind (marketing, zh)"),
    Column("kind_marketing_en", "业务(营销,英)", "Kind (marketing)"),
    Column("day_marketing", "日期(营销)", "Date (marketing)", "date"),
    Column("voucher_marketing", "单据号(营销)", "Document (marketing)"),
    Column("amount_fen_marketing", "金额(营销)", "Amount (marketing)", "fen"),
    Column("difference_fen", "差额", "Difference", "fen"),
    Column("balance_finance_fen", "该户该期余额(财务)", "Balance there (finance)", "fen"),
    Column("balance_marketing_fen", "该户该期余额(营销)", "Balance there (marketing)", "fen"),
    Column("row_finance", "行号(财务)", "Row (finance)", "count"),
    Column("row_marketing", "行号(营销)", "Row (marketing)", "count"),
    Column("note_zh", "说明", "Note (zh)"),
    Column("note_en", "说明(英)", "Note"),
)


def document_report(
    comparison: Comparison, cause: Cause | None = None, limit: int | None = None
) -> Report:
    """The documents behind a cause (all causes: None): both sides next to each other.

    `limit` takes the first so many; the totals are of all of them.
    """
    documents = comparison.explained.documents
    if cause is not None:
        documents = documents.filter(pl.col("cause") == cause.value)
    rows = [_document(row) for row in documents.head(limit or documents.height).to_dicts()]
    return _report(
        comparison,
        title=NAMES[cause] if cause else ("差异明细表", "Documents of the difference"),
        columns=_DOCUMENT_COLUMNS,
        rows=rows,
        totals={"difference_fen": int(documents["difference_fen"].sum())},
    )


def _document(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the kernel's documents in words."""
    shown = dict(row)
    for position, language in enumerate(("zh", "en")):
        shown[f"cause_{language}"] = NAMES[Cause(row["cause"])][position]
        shown[f"note_{language}"] = _note(row, position)
        for side in BOOKS:
            kind = row[f"kind_{side}"]
            shown[f"kind_{side}_{language}"] = KIND_NAMES[kind][position] if kind else ""
    for side in BOOKS:
        shown[f"month_{side}"] = month_text(row[f"month_{side}"])
    return shown


def _note(row: dict[str, Any], position: int) -> str:
    """Why a row is unexplained and what may belong to it; what the bank says of a receipt."""
    parts = []
    if row["hint"]:
        parts.append(HINT_NAMES[row["hint"]][position])
    for one in (row["candidates"] or [])[:5]:
        side = _SIDE_NAMES[BOOKS[0] if one["side"] > 0 else BOOKS[1]][position]
        text = f"{side} {one['account']} {month_text(one['month'])} {one['voucher']}"
        parts.append(f"{' '.join(text.split())} {format_yuan(one['amount_fen'])} #{one['row']}")
    for side in BOOKS:
        if said := row[f"bank_{side}"]:
            text = BANK_SAYS[said][position].format(side=_SIDE_NAMES[side][position])
            parts.append(f"{text} {row[f'bank_day_{side}'] or ''}".strip())
    return "; ".join(parts)
