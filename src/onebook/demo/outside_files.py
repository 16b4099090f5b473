"""Writes two outside books and the bank's receipts as their programs export them."""

import io

import polars as pl
import xlsxwriter

from onebook.demo.outside_books import OutsideBooks
from onebook.finance.rules.explain import (
    ADJUSTMENT,
    BILL,
    CLOSING,
    CONVERTED,
    OPENING,
    OTHER,
    PREPAID,
    PREPAYMENT,
    RECEIPT,
    RECEIVABLE,
    WRITE_OFF,
)

FINANCE_NAME, MARKETING_NAME, BANK_NAME = (
    "财务辅助明细账.csv", "营销应收明细.xlsx", "银行到账明细.csv",
)  # fmt: skip

_SUMMARIES = {
    OPENING: "期初余额",
    CLOSING: "期末余额",
    BILL: "发行电费",
    RECEIPT: "收电费",
    PREPAID: "预收电费",
    CONVERTED: "预收转实收",
    WRITE_OFF: "核销坏账",
    ADJUSTMENT: "调整应收电费",
    OTHER: "往来结转",
}
_KINDS = {
    OPENING: "期初欠费",
    BILL: "应收",
    RECEIPT: "实收",
    PREPAID: "预收",
    CONVERTED: "预收转实收",
    WRITE_OFF: "核销",
    ADJUSTMENT: "退补",
}
_SUBJECTS = {RECEIVABLE: "112201", PREPAYMENT: "2203"}


def finance_csv(books: OutsideBooks, encoding: str = "gb18030") -> bytes:
    """Finance's auxiliary ledger by customer and bill month, with sides and balances."""
    fen = pl.col("amount_fen")
    is_balance = pl.col("kind").is_in([OPENING, CLOSING])
    lines = books.finance.select(
        pl.col("day").dt.strftime("%Y-%m-%d").fill_null("").alias("日期"),
        pl.col("voucher").alias("凭证字号"),
        pl.col("kind").replace_strict(_SUMMARIES).alias("摘要"),
        pl.col("measure").replace_strict(_SUBJECTS).alias("科目编码"),
        pl.col("account").alias("客户编码"),
        _month().alias("账期"),
        _yuan(pl.when(~is_balance & (_debit() > 0)).then(fen.abs())).alias("借方"),
        _yuan(pl.when(~is_balance & (_debit() < 0)).then(fen.abs())).alias("贷方"),
        pl.when(fen > 0).then(pl.lit("借")).otherwise(pl.lit("贷")).alias("方向"),
        _yuan(pl.when(is_balance).then(fen.abs())).alias("余额"),
    )
    title = "辅助明细账,,期间:2026-05 至 2026-10,,,,,,,\n"
    return (title + lines.write_csv(quote_style="never")).encode(encoding)


def _debit() -> pl.Expr:
    return pl.col("amount_fen").sign()


def marketing_table(books: OutsideBooks) -> pl.DataFrame:
    """Marketing's list: one amount a row, which its kind signs; documents as marketing has them."""
    fen = pl.col("amount_fen")
    stated = pl.col("kind").is_in([OPENING, BILL, ADJUSTMENT])
    return books.marketing.select(
        pl.col("account").alias("户号"),
        _month().alias("电费年月"),
        pl.col("kind").replace_strict(_KINDS).alias("业务类型"),
        pl.col("day").dt.strftime("%Y-%m-%d").fill_null("").alias("发生日期"),
        _yuan(pl.when(stated).then(fen).otherwise(-fen)).alias("金额"),
        pl.col("voucher").alias("单据号"),
    )


def marketing_xlsx(books: OutsideBooks) -> bytes:
    """Marketing's list as a workbook, numbers of accounts as text."""
    table = marketing_table(books)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("应收明细")
        sheet.write_row(0, 0, table.columns)
        for index, row in enumerate(table.iter_rows(), start=1):
            sheet.write_row(index, 0, row)
    return out.getvalue()


def bank_csv(books: OutsideBooks) -> bytes:
    """The bank's receipts, the account in the remark as payers write it."""
    lines = books.bank.select(
        pl.col("day").dt.strftime("%Y%m%d").alias("交易日期"),
        _yuan(pl.col("amount_fen")).alias("贷方发生额"),
        pl.format("电费 户号{}", "account").alias("附言"),
    )
    return lines.write_csv().encode()


def _month() -> pl.Expr:
    year, month = pl.col("month") // 100, pl.col("month") % 100
    text = pl.format("{}-{}", year, month.cast(pl.String).str.zfill(2))
    return pl.when(pl.col("month") == 0).then(pl.lit("")).otherwise(text)


def _yuan(fen: pl.Expr) -> pl.Expr:
    """Fen as yuan with two decimals; null as nothing."""
    part = (fen.abs() % 100).cast(pl.String).str.zfill(2)
    sign = pl.when(fen < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.format("{}{}.{}", sign, fen.abs() // 100, part).fill_null("")
