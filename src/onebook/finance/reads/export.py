"""The book as plain-text accounting programs read it."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from onebook.books import reads as books
from onebook.infra import sql

_KIND = {
    "asset": "assets",
    "liability": "liabilities",
    "equity": "equity",
    "income": "revenues",
    "expense": "expenses",
    "memorandum": "memorandum",
}


def hledger_lines(as_of: date) -> Iterator[str]:
    """The journal in hledger's format: declared accounts, then one transaction a journal.

    Amounts are yuan with two decimals written from integer fen; postings of one account in a
    journal are summed.
    """
    names = {}
    yield f"; onebook, as of {as_of}\ncommodity 1,000.00 CNY\n\n"
    for account in books.chart():
        names[account.code] = f"{_KIND[account.kind]}:{account.code} {account.name_en}"
        yield f"account {names[account.code]}\n"
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
