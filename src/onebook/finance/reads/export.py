"""The book as plain-text accounting programs read it."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from onebook.books import reads as books
from onebook.infra import sql

_KIND = {
    "asset": ("资产", "assets", "A"),
    "liability": ("负债", "liabilities", "L"),
    "equity": ("权益", "equity", "E"),
    "income": ("收入", "revenues", "R"),
    "expense": ("费用", "expenses", "X"),
    "memorandum": ("备查", "memorandum", ""),
}
"""Kind of account -> its name in Chinese and English, and hledger's type of it."""


def hledger_lines(as_of: date, *, chinese: bool = True) -> Iterator[str]:
    """The journal in hledger's format: declared accounts, then one transaction a journal.

    Accounts are named by their code and their name, in Chinese or English, and declare their type,
    since hledger knows only English names by themselves. Amounts are yuan with two decimals written
    from integer fen; postings of one account in a journal are summed.
    """
    names = {}
    yield f"; onebook, as of {as_of}\ncommodity 1,000.00 CNY\n\n"
    for account in books.chart():
        kind_zh, kind_en, code = _KIND[account.kind]
        kind, name = (kind_zh, account.name_zh) if chinese else (kind_en, account.name_en)
        names[account.code] = f"{kind}:{account.code} {name}"
        declared = f"  ; type: {code}" if code else ""
        yield f"account {names[account.code]}{declared}\n"
    postings = sql.rows("finance", "export_postings", {"as_of": as_of})
    for journal_id, rows in groupby(postings, key=lambda row: row["journal_id"]):
        lines = list(rows)
        head = lines[0]
        yield (
            f"\n{head['effective_on']} {head['event']}"
            f"  ; journal:{journal_id}, source:{head['source_kind']} {head['source_id']}\n"
        )
        for row in lines:
            yield f"    {names[row['account_code']]}  {_yuan(row['amount_fen'])} CNY\n"


def _yuan(amount_fen: int) -> str:
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"
