"""The columns of an outside book and of a bank's receipts once they are read."""

from typing import Final

import polars as pl

from onebook.finance.rules.explain import KINDS, MEASURES

KEY = ["measure", "account", "month"]
SCHEMA: Final = pl.Schema(
    {
        "row": pl.Int64(),
        "account": pl.String(),
        "month": pl.Int32(),
        "measure": pl.Enum(MEASURES),
        "kind": pl.Enum(KINDS),
        "day": pl.Date(),
        "amount_fen": pl.Int64(),
        "voucher": pl.String(),
        "text": pl.String(),
    }
)
"""One row a movement or a balance: `row` is the file's own number, `month` yyyymm (0 for none),
`amount_fen` debit above zero, `voucher` empty where there is none."""

BANK_SCHEMA = pl.Schema(
    {"row": pl.Int64, "account": pl.String, "day": pl.Date, "amount_fen": pl.Int64}
)
"""A bank's receipts: money in above zero, of the service account it was paid for (empty where it
names none)."""
