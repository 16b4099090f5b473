"""A comparison of two outside books as reports: causes, documents, files, rejected rows."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from onebook.finance.reads.explain import SIDE_NAMES, Comparison, month_text
from onebook.finance.reads.explain_files import BOOKS, FIELD_NAMES, write_mapping
from onebook.finance.rules.explain import (
    GAP,
    HINT_NAMES,
    KIND_NAMES,
    NAMES,
    PREPAYMENT,
    RECEIVABLE,
    Cause,
)
from onebook.infra import report as reports
from onebook.infra.report import Column, Report, Tie
from onebook.infra.web import problems
from onebook.infra.web.words import chinese, pick
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import format_yuan

_MEASURE_NAMES = {RECEIVABLE: ("应收", "receivables"), PREPAYMENT: ("预收", "prepayments")}
_BANK_SAYS: Mapping[str, tuple[str, str]] = {
    "found": ("{side}此款银行已到账", "{side}'s receipt is at the bank"),
    "absent": ("{side}此款银行无记录", "{side}'s receipt is not at the bank"),
}


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
            Column("cause_zh", "原因", "Cause"),
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
        of_book=False,
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
    Column("cause", "原因代码", "Code"),
    Column("cause_zh", "原因", "Cause"),
    Column("cause_en", "原因(英)", "Cause"),
    Column("account_finance", "户号(财务)", "Account (fin.)"),
    Column("month_finance", "账期(财务)", "Month (fin.)"),
    Column("kind_finance_zh", "业务(财务)", "Kind (fin.)"),
    Column("kind_finance_en", "业务(财务,英)", "Kind (fin.)"),
    Column("day_finance", "日期(财务)", "Date (fin.)", "date"),
    Column("voucher_finance", "凭证号(财务)", "Voucher (fin.)"),
    Column("amount_fen_finance", "金额(财务)", "Amount (fin.)", "fen"),
    Column("account_marketing", "户号(营销)", "Account (mkt.)"),
    Column("month_marketing", "账期(营销)", "Month (mkt.)"),
    Column("kind_marketing_zh", "业务(营销)", "Kind (mkt.)"),
    Column("kind_marketing_en", "业务(营销,英)", "Kind (mkt.)"),
    Column("day_marketing", "日期(营销)", "Date (mkt.)", "date"),
    Column("voucher_marketing", "单据号(营销)", "Document (mkt.)"),
    Column("amount_fen_marketing", "金额(营销)", "Amount (mkt.)", "fen"),
    Column("difference_fen", "差额", "Difference", "fen"),
    Column("balance_finance_fen", "该户该期余额(财务)", "Balance there (fin.)", "fen"),
    Column("balance_marketing_fen", "该户该期余额(营销)", "Balance there (mkt.)", "fen"),
    Column("row_finance", "行号(财务)", "Row (fin.)", "count"),
    Column("row_marketing", "行号(营销)", "Row (mkt.)", "count"),
    Column("note_zh", "说明", "Note"),
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


_PLACE = (Column("account", "户号", "Account"), Column("month", "账期", "Month"))
_SHORT = (
    "account", "month", "difference_fen", "day_finance", "voucher_finance", "amount_fen_finance",
    "account_marketing", "month_marketing", "day_marketing", "voucher_marketing",
    "amount_fen_marketing", "note_zh", "note_en",
)  # fmt: skip
_ELSEWHERE = ("account_marketing", "month_marketing")


def short_report(comparison: Comparison, cause: Cause, limit: int) -> Report:
    """The first documents of a cause in the columns that a screen holds.

    Marketing's own account and month are shown where they are another than finance's.
    """
    whole = document_report(comparison, cause, limit)
    known = {one.key: one for one in (*_PLACE, *_DOCUMENT_COLUMNS)}
    hidden = () if cause is Cause.WRONG_PLACE else _ELSEWHERE
    columns = tuple(known[key] for key in _SHORT if key not in hidden)
    return replace(whole, columns=columns, ties=(), basis_zh="", basis_en="")


def _document(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the kernel's documents in words."""
    shown = dict(row)
    for position, language in enumerate(("zh", "en")):
        shown[f"cause_{language}"] = NAMES[Cause(row["cause"])][position]
        shown[f"note_{language}"] = _note(row, position)
        for side in BOOKS:
            kind = row[f"kind_{side}"]
            shown[f"kind_{side}_{language}"] = KIND_NAMES[kind][position] if kind else ""
    for key in ("month", *(f"month_{side}" for side in BOOKS)):
        shown[key] = month_text(row[key])
    return shown


def _note(row: dict[str, Any], position: int) -> str:
    """Why a row is unexplained and what may belong to it; what the bank says of a receipt."""
    parts = []
    if GAP in (row["kind_finance"], row["kind_marketing"]):
        parts.append(KIND_NAMES[GAP][position])
    if row["cause"] == Cause.PREPAYMENT:
        parts += [_held_as(row, side, position) for side in BOOKS if row[f"kind_{side}"]]
    if row["hint"]:
        parts.append(HINT_NAMES[row["hint"]][position])
    for one in (row["candidates"] or [])[:5]:
        side = SIDE_NAMES[BOOKS[0] if one["side"] > 0 else BOOKS[1]][position]
        text = f"{side} {one['account']} {month_text(one['month'])} {one['voucher']}"
        parts.append(f"{' '.join(text.split())} {format_yuan(one['amount_fen'])} #{one['row']}")
    for side in BOOKS:
        if said := row[f"bank_{side}"]:
            text = _BANK_SAYS[said][position].format(side=SIDE_NAMES[side][position])
            parts.append(f"{text} {row[f'bank_day_{side}'] or ''}".strip())
    return "; ".join(parts)


def _held_as(row: dict[str, Any], side: str, position: int) -> str:
    """What a book has the sum as, and on which of its accounts: a conversion stands on both."""
    kind = KIND_NAMES[row[f"kind_{side}"]][position]
    account = _MEASURE_NAMES[row[f"measure_{side}"]][position]
    return f"{SIDE_NAMES[side][position]}: {kind} ({account})"


def file_report(comparison: Comparison) -> Report:
    """What became of each file's rows, and which heading serves which field."""
    rows = [
        {
            "file": one.name,
            "encoding": one.encoding,
            "rows_in": one.rows_in,
            "taken": one.taken,
            "rejected": len(one.rejects),
            "totals": one.totals,
            "elsewhere": one.elsewhere,
            "columns": ", ".join(
                f"{pick((FIELD_NAMES[name], name))} = {said}" for name, said in one.columns.items()
            ),
        }
        for one in comparison.files
    ]
    return _report(
        comparison,
        title=("文件与列", "Files and columns"),
        columns=(
            Column("file", "文件", "File"),
            Column("encoding", "编码", "Encoding"),
            Column("rows_in", "行数", "Rows", "count"),
            Column("taken", "采用", "Taken", "count"),
            Column("rejected", "退回", "Rejected", "count"),
            Column("totals", "合计行(不计)", "Rows of sums", "count"),
            Column("elsewhere", "无关行(不计)", "Of other accounts", "count"),
            Column("columns", "列的对应", "Columns"),
        ),
        rows=rows,
        totals={},
    )


def reject_report(comparison: Comparison) -> Report:
    """Every row that could not be read, with its reason in the reader's language."""
    rows = [
        {
            "file": one.name,
            "row_number": reject.row_number,
            "reason": problems.text(reject.reason)
            if isinstance(reject.reason, OnebookError)
            else reject.reason,
            "cells": " | ".join(reject.cells),
        }
        for one in comparison.files
        for reject in one.rejects
    ]
    return _report(
        comparison,
        title=("退回的行", "Rejected rows"),
        columns=(
            Column("file", "文件", "File"),
            Column("row_number", "行号", "Row", "count"),
            Column("reason", "原因", "Reason"),
            Column("cells", "内容", "Cells"),
        ),
        rows=rows,
        totals={},
    )


def without_codes(report: Report) -> Report:
    """The report as people read it: the cause by its name alone."""
    return replace(report, columns=tuple(one for one in report.columns if one.key != "cause"))


def to_xlsx(comparison: Comparison) -> bytes:
    """The comparison as a workbook: each cause leads to the sheet of its documents."""
    found = comparison.explained.causes.filter(pl.col("findings") > 0)["cause"].to_list()
    sheets = [
        cause_report(comparison),
        *(document_report(comparison, Cause(one)) for one in found),
        file_report(comparison),
        reject_report(comparison),
    ]
    return reports.to_workbook([without_codes(one) for one in sheets], chinese=chinese())


def to_json(comparison: Comparison) -> str:
    """The comparison as JSON: the report of causes, then documents, files and rejected rows."""
    content = json.loads(reports.to_json(cause_report(comparison)))
    content["books"] = {
        measure: {"finance": ours, "marketing": theirs, "difference": ours - theirs}
        for measure, (ours, theirs) in comparison.explained.books_fen.items()
    }
    parts = {"documents": document_report, "files": file_report, "rejected": reject_report}
    for name, make in parts.items():
        part = json.loads(reports.to_json(make(comparison)))
        content[name] = {"columns": part["columns"], "rows": part["rows"]}
    content["notes"] = [pick(note) for note in comparison.notes]
    return json.dumps(content, ensure_ascii=False, indent=1)


def to_mapping(comparison: Comparison) -> str:
    """The columns as they were found, as the mapping file that remembers them."""
    return write_mapping(comparison.mapping)


KINDS: Mapping[str, tuple[str, Callable[[Comparison], str | bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
    "json": ("application/json; charset=utf-8", to_json),
    "columns.json": ("application/json; charset=utf-8", to_mapping),
}
"""The files a comparison is given as: ending -> content type and maker."""


def book_totals(comparison: Comparison) -> dict[str, int]:
    """Both books' totals and their difference, in fen."""
    ours, theirs = (
        sum(pair) for pair in zip(*comparison.explained.books_fen.values(), strict=True)
    )
    return {"finance_fen": ours, "marketing_fen": theirs, "difference_fen": ours - theirs}


def cause_column() -> str:
    """The key of the cause's name in the reader's language."""
    return pick(("cause_zh", "cause_en"))
