"""Reads one bank statement: recognises its layout, its lines, its order and its balances."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from onebook.banking.errors import AccountsMixed, LayoutUnknown, LineTooLong
from onebook.banking.parsers import abc, cards, ccb, icbc, others, platforms
from onebook.banking.parsers.balance import break_findings, oldest_first, prove, unproved
from onebook.banking.parsers.cells import amount, filled
from onebook.banking.parsers.layout import Layout, Places, Role, recognise
from onebook.banking.parsers.lines import LineReader
from onebook.banking.parsers.types import (
    Finding,
    Reject,
    SheetOfText,
    Statement,
    StatementLine,
)
from onebook.kernel.errors import AmountUnreadable, OnebookError
from onebook.kernel.money import format_yuan

LAYOUTS: tuple[Layout, ...] = (
    *ccb.LAYOUTS, *icbc.LAYOUTS, *abc.LAYOUTS, *cards.LAYOUTS, *platforms.LAYOUTS,
    *others.LAYOUTS,
)  # fmt: skip
SEARCHED_ROWS = 60

_FOOTER = re.compile(
    r"合计|总计|小计|汇总|总笔数|总金额|以上数据|列表结束|仅供参考|^\*+|^#|^-{4,}|^第?\d+页|打印|制表"
)
_ACCOUNT_LABEL = re.compile(
    r"#?(?:本方|银行|客户|查询)?(?:账号|卡号|账户号码|账户(?=:))[::]?\[?(.*)"
)
_ACCOUNT = re.compile(r"[0-9*xX-]{4,}")


class _Recognised(NamedTuple):
    sheet: SheetOfText
    top: int
    layout: Layout
    places: Places


class _Taken(NamedTuple):
    """What the rows below the headings became; long rows and footers by their index."""

    lines: list[StatementLine]
    rejects: list[Reject]
    findings: list[Finding]
    long_rows: dict[int, int]
    footers: list[int]


def parse_statement(sheets: Sequence[SheetOfText]) -> Statement:
    """Read the statement in the first of a file's sheets that holds one.

    Lines that cannot be read are rejected with their reason and the rest is taken. A running
    balance that does not add up is a finding with its figure, never an error: a missing line is
    for a person to find. Raises LayoutUnknown and AccountsMixed, where nothing can be taken.
    """
    found = _find(sheets)
    sheet = found.sheet
    reader = LineReader(found.layout, found.places, sheet, found.top)
    taken = _take_rows(sheet, reader, found.top)
    ordered, is_descending = oldest_first(taken.lines)
    lines = _settle_long_rows(ordered, taken, sheet, reader.width)
    findings = [
        *taken.findings,
        *break_findings(prove(lines)),
        *_footer_findings(found, taken.footers, lines),
        *_other_sheets(sheets, sheet),
    ]
    return Statement(
        name=sheet.name,
        sheet=sheet.sheet,
        layout=found.layout.name,
        encoding=sheet.encoding,
        account_number=_account_number(found, reader.own_accounts),
        is_descending=is_descending,
        header=[cell.strip() for cell in sheet.rows[found.top]],
        lines=lines,
        rejects=sorted(taken.rejects, key=lambda reject: reject.row_number),
        findings=sorted(findings, key=lambda finding: finding.row_number),
    )


def _find(sheets: Sequence[SheetOfText]) -> _Recognised:
    """Return the first sheet with a known row of headings; LayoutUnknown when none has one."""
    for sheet in sheets:
        if found := _recognise_sheet(sheet):
            return found
    sheet = sheets[0]
    texts = [[cell.strip() for cell in row if cell.strip()] for row in sheet.rows[:SEARCHED_ROWS]]
    nearest = max(range(len(texts)), key=lambda index: len(texts[index]), default=0)
    raise LayoutUnknown(
        name=sheet.name,
        row_number=sheet.row_numbers[nearest] if texts else 1,
        found=", ".join(texts[nearest])[:200] if texts else "",
    )


def _recognise_sheet(sheet: SheetOfText) -> _Recognised | None:
    for top, row in enumerate(sheet.rows[:SEARCHED_ROWS]):
        if known := recognise(row, LAYOUTS):
            return _Recognised(sheet, top, *known)
    return None


def _take_rows(sheet: SheetOfText, reader: LineReader, top: int) -> _Taken:
    """Read every row below the headings as a line, a footer or a reject."""
    heading_number = sheet.row_numbers[top]
    unsplit = [
        Reject(reject.row_number, reject.reason, reject.cells)
        for reject in sheet.rejects
        if reject.row_number > heading_number
    ]
    taken = _Taken([], unsplit, [], {}, [])
    for index in range(top + 1, len(sheet.rows)):
        row, row_number = sheet.rows[index], sheet.row_numbers[index]
        try:
            line = reader.read(index)
        except OnebookError as error:
            if _is_footer(row):
                taken.footers.append(index)
            else:
                taken.rejects.append(Reject(row_number, error, row))
            continue
        taken.lines.append(line)
        if reader.is_long(row):
            taken.long_rows[row_number] = index
        else:
            taken.findings.extend(reader.findings(index, line))
    return taken


def _is_footer(row: Sequence[str]) -> bool:
    """Whether a row that is no line is the bank's own note or total."""
    first = next((cell.strip() for cell in row if cell.strip()), "")
    return bool(_FOOTER.search("".join(unicodedata.normalize("NFKC", first).split())))


def _settle_long_rows(
    lines: list[StatementLine], taken: _Taken, sheet: SheetOfText, width: int
) -> list[StatementLine]:
    """Keep rows with too many cells where the running balance proves them; reject the others."""
    if not taken.long_rows:
        return lines
    wrong = unproved(prove(lines), set(taken.long_rows))
    for row_number, index in taken.long_rows.items():
        row = sheet.rows[index]
        if row_number in wrong:
            error = LineTooLong(found=len(row), expected=width)
            taken.rejects.append(Reject(row_number, error, row))
        else:
            text = (
                f"Row {row_number} has {len(row)} cells where the headings have {width}. The "
                "balance proves its amount; its texts are kept together in the remark."
            )
            taken.findings.append(Finding("ragged", row_number, text, None))
    return [line for line in lines if line.row_number not in wrong]


def _footer_findings(
    found: _Recognised, footers: Sequence[int], lines: Sequence[StatementLine]
) -> list[Finding]:
    """Compare the totals that the bank's footer states with the sums of the lines taken."""
    findings = []
    sides: tuple[tuple[Role, int], ...] = (("money_in", 1), ("money_out", -1))
    for role, sign in sides:
        sum_fen = sum(line.amount_fen * sign for line in lines if line.amount_fen * sign > 0)
        for index in footers:
            stated_fen = _stated_total(found, index, role)
            if stated_fen is not None and stated_fen != sum_fen:
                text = (
                    f"The footer states {format_yuan(stated_fen)} as the total of {role}; "
                    f"the lines add up to {format_yuan(sum_fen)}."
                )
                row_number = found.sheet.row_numbers[index]
                findings.append(Finding("footer_total", row_number, text, stated_fen - sum_fen))
    return findings


def _stated_total(found: _Recognised, index: int, role: Role) -> int | None:
    row = found.sheet.rows[index]
    for place in found.places.get(role, ())[:1]:
        if place < len(row) and filled(row[place]):
            try:
                return amount(filled(row[place]))
            except AmountUnreadable:
                return None
    return None


def _other_sheets(sheets: Sequence[SheetOfText], read: SheetOfText) -> list[Finding]:
    """Name the file's further statements, which were not read."""
    return [
        Finding(
            "other_sheet",
            sheet.row_numbers[0],
            f"Sheet {sheet.sheet!r} holds a statement too and was not read. "
            "Save it as a file of its own and import that.",
            None,
        )
        for sheet in sheets
        if sheet is not read and _recognise_sheet(sheet)
    ]


def _account_number(found: _Recognised, own_accounts: set[str]) -> str | None:
    """Return the account from its own column, else from the rows above the headings."""
    if len(own_accounts) > 1:
        raise AccountsMixed(name=found.sheet.name, accounts=", ".join(sorted(own_accounts)))
    if own_accounts:
        return next(iter(own_accounts))
    for row in found.sheet.rows[: found.top]:
        for place, cell in enumerate(row):
            label = _ACCOUNT_LABEL.fullmatch(
                "".join(unicodedata.normalize("NFKC", filled(cell)).split())
            )
            if label:
                following = filled(row[place + 1]) if place + 1 < len(row) else ""
                number = _ACCOUNT.match(label[1] or following)
                if number:
                    return number[0]
    return None
