"""Reads an outside book's columns of text into typed rows, and a bank's receipts into theirs.

Each distinct text is read once; a row that cannot be read is a fault with its reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from onebook.finance.errors import BalanceTwice, KindNotKnown
from onebook.finance.rules.explain import (
    CLOSING,
    CONVERTED,
    OPENING,
    OTHER,
    PREPAID,
    PREPAYMENT,
    RECEIVABLE,
    TOTAL,
    UNSIGNED,
    kind_of,
    kind_of_counter_account,
    measure_of,
    plain_text,
)
from onebook.finance.rules.explain_columns import BANK_SCHEMA, KEY, SCHEMA
from onebook.kernel.cells import CellBlank, Faults
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import parse_yuan
from onebook.kernel.periods import Month, parse_date

_PLAIN_AMOUNT = r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"
_NUMBER_IN_TEXT = r"[0-9]{6,}"
_SUMS = r"^(?:本?[页月年期]?[小合总累]计)"
_ELSEWHERE = "elsewhere"
_BALANCES = (OPENING, CLOSING)


@dataclass
class BookRead:
    """A book's rows (SCHEMA), the rows refused by index, and what was left out on purpose.

    `rejected` are the accounts of refused rows. `taken`, `totals` and `elsewhere` count the file's
    rows: taken, of sums, of accounts that are neither receivables nor prepayments.
    """

    rows: pl.DataFrame
    faults: Faults
    rejected: list[str] = field(default_factory=list)
    taken: int = 0
    totals: int = 0
    elsewhere: int = 0


@dataclass
class _Texts:
    """The columns of text of one file under the fields' names, and the faults found so far."""

    columns: pl.DataFrame
    faults: Faults
    headings: Mapping[str, str]

    def has(self, name: str) -> bool:
        return name in self.columns.columns

    def text(self, name: str) -> pl.Series:
        if self.has(name):
            return self.columns[name]
        return pl.Series(name, [""]).new_from_index(0, self.columns.height)

    def read(self, name: str, read: Callable[[str], Any], dtype: Any) -> pl.Series:
        """The column's values, null for a blank or faulty text."""
        texts = self.text(name)
        return _read_distinct(texts, read, dtype, self.faults)

    def require(self, name: str, missing: pl.Series) -> None:
        """Refuse the rows where the field is missing."""
        for index in missing.arg_true().to_list():
            self.faults.setdefault(index, CellBlank(heading=self.headings.get(name, name)))


def read_book(
    columns: pl.DataFrame, headings: Mapping[str, str], words: Mapping[str, str] | None = None
) -> BookRead:
    """Read a book's columns of text; `headings` are the file's own, `words` the user's own kinds.

    Fields: row (numbers), account, month, and of kind, summary, counter, subject, day, debit,
    credit, amount, balance, direction, voucher those that the file has. With debit and credit the
    side tells the sign; a single amount is signed by its kind. A file of balances alone is read as
    balances brought in.
    """
    texts = _Texts(columns, {}, headings)
    kinds = _kinds(texts, words or {})
    measures = _measures(texts, kinds)
    read = columns.select("row", account="account").with_columns(
        kind=kinds,
        measure=measures,
        voucher=texts.text("voucher"),
        text=texts.text("summary") if texts.has("summary") else texts.text("kind"),
        day=texts.read("day", parse_date, pl.Date),
        month=texts.read("month", _month, pl.Int32),
        amount_fen=_amounts(texts, kinds, measures),
    )
    left_out = (kinds == TOTAL) | (measures == _ELSEWHERE)
    _require(texts, read, left_out)
    for index in [index for index in texts.faults if left_out[index]]:
        del texts.faults[index]
    good = ~left_out & ~_at(texts.faults, read.height)
    _refuse_doubles(texts, read, good)
    # A row of the file that gave several rows here is taken whole or not at all.
    refused = read["row"].gather(list(texts.faults)).implode()
    good &= ~read["row"].is_in(refused)
    rows = _typed(read.filter(good))
    if not texts.has("debit"):
        rows = _both_legs(rows)
    return BookRead(
        rows=rows,
        faults=texts.faults,
        rejected=sorted(set(read["account"].gather(list(texts.faults)).to_list()) - {""}),
        taken=read.filter(good)["row"].n_unique(),
        totals=read.filter(kinds == TOTAL)["row"].n_unique(),
        elsewhere=read.filter((measures == _ELSEWHERE) & (kinds != TOTAL))["row"].n_unique(),
    )


def _typed(read: pl.DataFrame) -> pl.DataFrame:
    """Rows as SCHEMA has them; a prepayment belongs to no month."""
    month = pl.when(pl.col("measure") == PREPAYMENT).then(0).otherwise(pl.col("month"))
    return read.with_columns(month=month.cast(pl.Int32)).select(SCHEMA.names()).cast(SCHEMA)


def _both_legs(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a conversion its second leg where a book of single amounts carries prepayments."""
    prepaid = rows.filter(pl.col("measure") == PREPAYMENT)
    if prepaid.is_empty():
        return rows
    used = rows.filter((pl.col("kind") == CONVERTED) & (pl.col("measure") == RECEIVABLE))
    legs = used.with_columns(
        measure=pl.lit(PREPAYMENT, SCHEMA["measure"]),
        month=pl.lit(0, pl.Int32),
        amount_fen=-pl.col("amount_fen"),
    )
    return pl.concat([rows, legs])


def _month(text: str) -> int:
    month = Month.parse(text)
    return month.year * 100 + month.month


def _kinds(texts: _Texts, words: Mapping[str, str]) -> pl.Series:
    """The kind of each row by its kind, its summary, then the account on the other side.

    A row that says nothing is of kind other, and a fault where its sign depends on the kind.
    """
    height = texts.columns.height
    sums = texts.text("account").str.contains(_SUMS)
    if not any(texts.has(one) for one in ("debit", "amount")):
        return _either(sums, TOTAL, pl.Series([OPENING]).new_from_index(0, height))
    found = pl.Series("kind", [None], dtype=pl.String).new_from_index(0, height)
    asks: tuple[tuple[str, Callable[[str], str | None]], ...] = (
        ("kind", lambda text: kind_of(text, words)),
        ("summary", lambda text: kind_of(text, words)),
        ("counter", kind_of_counter_account),
    )
    for name, ask in asks:
        if texts.has(name) and found.null_count():
            said = _read_distinct(texts.text(name), ask, pl.String, {})
            found = pl.select(pl.coalesce(found, said)).to_series()
    found = _either(sums, TOTAL, found)
    if not texts.has("debit"):
        name = "kind" if texts.has("kind") else "summary"
        for index in found.is_null().arg_true().to_list():
            error = KindNotKnown(
                heading=texts.headings.get(name, name), text=texts.text(name)[index]
            )
            texts.faults.setdefault(index, error)
    return found.fill_null(OTHER)


def _either(where: pl.Series, value: str, other: pl.Series) -> pl.Series:
    return pl.select(pl.when(where).then(pl.lit(value)).otherwise(other)).to_series()


def _measures(texts: _Texts, kinds: pl.Series) -> pl.Series:
    """Receivable or prepayment, by the row's account where the file has it, else by its kind."""
    if texts.has("subject"):
        asked = _read_distinct(
            texts.text("subject"), lambda text: measure_of(text) or _ELSEWHERE, pl.String, {}
        )
        return asked.fill_null(_ELSEWHERE)
    name = "kind" if texts.has("kind") else "summary"
    said = _read_distinct(texts.text(name), measure_of, pl.String, {})
    prepaid = (kinds == PREPAID) | (kinds.is_in(list(_BALANCES)) & (said == PREPAYMENT))
    return pl.select(
        pl.when(prepaid).then(pl.lit(PREPAYMENT)).otherwise(pl.lit(RECEIVABLE))
    ).to_series()


def _amounts(texts: _Texts, kinds: pl.Series, measures: pl.Series) -> pl.Series:
    """Signed fen, debit above zero; a balance row takes its balance where the file has one."""
    parts = {name: _fen(texts, name) for name in ("debit", "credit", "amount", "balance")}
    frame = pl.DataFrame(parts).with_columns(
        kind=kinds,
        measure=measures,
        is_balance=kinds.is_in(list(_BALANCES)),
        direction=_read_distinct(texts.text("direction"), _direction, pl.Int64, {}),
    )
    debit, credit = pl.col("debit"), pl.col("credit")
    moved = pl.when(debit.is_not_null() | credit.is_not_null()).then(
        debit.fill_null(0) - credit.fill_null(0)
    )
    sign = pl.col("kind").replace_strict(dict(UNSIGNED), default=1, return_dtype=pl.Int64)
    single = pl.coalesce(moved, pl.col("amount") * sign)
    # A prepayment is a liability: without a side its balance is written without its minus.
    side = pl.when(pl.col("measure") == PREPAYMENT).then(-1).otherwise(1)
    stated = pl.coalesce("balance", "amount") * pl.coalesce("direction", side)
    return frame.select(
        amount_fen=pl.when("is_balance").then(pl.coalesce(stated, moved)).otherwise(single)
    ).to_series()


def _direction(text: str) -> int | None:
    """The sign that a balance's side gives it; None where it has none (平)."""
    plain = plain_text(text)
    if plain.startswith(("贷", "c")):
        return -1
    return 1 if plain.startswith(("借", "d")) else None


def _fen(texts: _Texts, name: str) -> pl.Series:
    """Amounts as fen: plain ones on columns, others as people write them, one by one."""
    written = texts.text(name)
    plain = written.str.contains(_PLAIN_AMOUNT)
    pieces = written.str.strip_prefix("-").str.split_exact(".", 1).struct.unnest()
    whole, part = pieces.to_series(0), pieces.to_series(1).fill_null("")
    fen = whole.cast(pl.Int64, strict=False) * 100 + part.str.pad_end(2, "0").cast(
        pl.Int64, strict=False
    )
    signed = pl.select(pl.when(written.str.starts_with("-")).then(-fen).otherwise(fen)).to_series()
    if bool((plain | (written == "")).all()):
        return signed.alias(name)
    odd = pl.select(pl.when(plain).then(pl.lit("")).otherwise(written)).to_series()
    read = _read_distinct(odd, parse_yuan, pl.Int64, texts.faults)
    return pl.select(pl.when(plain).then(signed).otherwise(read).alias(name)).to_series()


def _require(texts: _Texts, read: pl.DataFrame, left_out: pl.Series) -> None:
    """Refuse rows that lack what every row must have."""
    is_moved = ~read["kind"].is_in(list(_BALANCES))
    texts.require("account", read["account"] == "")
    texts.require("month", read["month"].is_null() & (read["measure"] == RECEIVABLE) & ~left_out)
    if texts.has("day"):
        texts.require("day", read["day"].is_null() & is_moved & ~left_out)
    name = next(one for one in ("amount", "debit", "balance") if texts.has(one))
    texts.require(name, read["amount_fen"].is_null() & ~left_out)


def _refuse_doubles(texts: _Texts, read: pl.DataFrame, good: pl.Series) -> None:
    """Refuse every row of a balance that stands more than once: none of them is to be trusted."""
    month = pl.when(pl.col("measure") == PREPAYMENT).then(0).otherwise(pl.col("month"))
    doubles = (
        read.with_row_index("index")
        .filter(good & read["kind"].is_in(list(_BALANCES)))
        .with_columns(month=month)
        .with_columns(
            first=pl.col("row").min().over(*KEY, "kind"),
            last=pl.col("row").max().over(*KEY, "kind"),
        )
        .filter(pl.col("first") != pl.col("last"))
    )
    for index, row, account, first, last in doubles.select(
        "index", "row", "account", "first", "last"
    ).iter_rows():
        other = last if row == first else first
        texts.faults[index] = BalanceTwice(account=account, row_number=other)


def _at(faults: Faults, height: int) -> pl.Series:
    """Which rows are at fault."""
    hit = pl.Series(list(faults), dtype=pl.UInt32)
    return (
        pl.int_range(height, eager=True).is_in(hit.implode())
        if faults
        else pl.Series([False]).new_from_index(0, height)
    )


def _read_distinct(
    texts: pl.Series, read: Callable[[str], Any], dtype: Any, faults: Faults
) -> pl.Series:
    """Read each distinct text once; blanks and what cannot be read give null."""
    values: dict[str, Any] = {"": None}
    wrong: dict[str, OnebookError] = {}
    for text in texts.unique().to_list():
        if text == "":
            continue
        try:
            values[text] = read(text)
        except OnebookError as unreadable:
            values[text] = None
            wrong[text] = unreadable
    if wrong:
        for index in texts.is_in(list(wrong)).arg_true().to_list():
            faults.setdefault(index, wrong[texts[index]])
    return texts.replace_strict(
        pl.Series(list(values), dtype=pl.String),
        pl.Series(list(values.values()), dtype=dtype),
        return_dtype=dtype,
    )


def read_bank(columns: pl.DataFrame, headings: Mapping[str, str], accounts: pl.Series) -> BookRead:
    """Read a bank's receipts: the account of each is its own column, or a number in its text.

    Money out is left out, a line that names none or several of `accounts` has no account; both are
    counted in `elsewhere`.
    """
    texts = _Texts(columns, {}, headings)
    read = columns.select("row").with_columns(
        day=texts.read("day", parse_date, pl.Date), amount_fen=_fen(texts, "amount")
    )
    texts.require("day", read["day"].is_null() & (texts.text("day") == ""))
    texts.require("amount", read["amount_fen"].is_null() & (texts.text("amount") == ""))
    good = read.with_columns(
        said=texts.text("account"), text=texts.text("summary"), index=pl.int_range(pl.len())
    ).filter(~_at(texts.faults, read.height) & (pl.col("amount_fen") > 0))
    numbers = (
        pl.when(pl.col("said") != "")
        .then(pl.concat_list("said"))
        .otherwise(pl.col("text").str.extract_all(_NUMBER_IN_TEXT))
    )
    known = accounts.unique().to_frame("account")
    named = (
        good.with_columns(account=numbers.list.unique())
        .explode("account", empty_as_null=False)
        .join(known, on="account", how="semi")
        .filter(pl.len().over("index") == 1)
        .sort("row")
    )
    # A line of no known account still tells which days the bank's file covers.
    others = good.join(named, on="index", how="anti").with_columns(account=pl.lit(""))
    rows = pl.concat([one.select(BANK_SCHEMA.names()) for one in (named, others)]).cast(BANK_SCHEMA)
    return BookRead(
        rows,
        texts.faults,
        taken=named.height,
        elsewhere=read.height - len(texts.faults) - named.height,
    )
