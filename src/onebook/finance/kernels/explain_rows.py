"""The rows of two books laid together, and those left over once equal ones are set off.

A row has the columns of its book, an `id` (counted from 1, negative for marketing), `side` (+1
finance, -1 marketing) and `delta_fen` = side x amount, what it adds to finance minus marketing.
"""

import polars as pl

from onebook.finance.rules.explain import (
    BILL,
    CLOSING,
    CONVERTED,
    GAP,
    OPENING,
    OTHER,
    PREPAID,
    RECEIPT,
    WRITE_OFF,
)
from onebook.finance.rules.explain_columns import KEY, SCHEMA

GROUP = [*KEY, "kind"]
_PLAIN = (OPENING, BILL, RECEIPT, PREPAID, CONVERTED, WRITE_OFF)
ORDER = (pl.col("day"), pl.col("voucher") == "", pl.col("voucher"), pl.col("id"))
"""Which of several equal rows comes first: by day, those with a document before those without."""


def lay_together(finance: pl.DataFrame, marketing: pl.DataFrame) -> pl.DataFrame:
    """Every row that makes up the two balances, with a row where a stated one is not made up.

    Both frames have SCHEMA. Rows after the day of a key's stated closing balance are left out:
    they are not in it.
    """
    sides = [(1, finance), (-1, marketing)]
    return pl.concat(
        [
            _balance_rows(book)
            .filter(pl.col("amount_fen") != 0)
            .with_columns(
                side=pl.lit(side, pl.Int8),
                id=pl.int_range(1, pl.len() + 1, dtype=pl.Int64) * side,
                delta_fen=pl.col("amount_fen") * side,
            )
            for side, book in sides
        ]
    )


def _balance_rows(book: pl.DataFrame) -> pl.DataFrame:
    """The movements up to the stated closing, and what is missing to it as rows of kind `gap`."""
    closing = book.filter(pl.col("kind") == CLOSING)
    moved = book.filter(pl.col("kind") != CLOSING)
    if closing.is_empty():
        return moved
    until = closing.select(*KEY, until="day")
    moved = (
        moved.join(until, on=KEY, how="left", maintain_order="left")
        .filter(pl.col("until").is_null() | pl.col("day").is_null() | _in_time())
        .drop("until")
    )
    made_up = moved.group_by(KEY).agg(pl.col("amount_fen").sum().alias("made_up_fen"))
    gaps = (
        closing.join(made_up, on=KEY, how="left", maintain_order="left")
        .with_columns(
            kind=pl.lit(GAP, SCHEMA["kind"]),
            voucher=pl.lit(""),
            amount_fen=pl.col("amount_fen") - pl.col("made_up_fen").fill_null(0),
        )
        .select(SCHEMA.names())
    )
    return pl.concat([moved, gaps])


def _in_time() -> pl.Expr:
    return pl.col("day") <= pl.col("until")


def left_over(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without an equal in the other book, in the order of their ids.

    Groups (account, month, kind) that add up to the same on both sides are set off whole, which
    covers a sum that one side books in parts; then equal amounts of one day; then of any day; then
    equal amounts of which one book does not say the kind.
    """
    sums = rows.group_by(GROUP).agg(pl.col("delta_fen").sum().alias("net"))
    left = rows.join(sums.filter(pl.col("net") != 0), on=GROUP, how="semi")
    left = _set_off(left, [*GROUP, "amount_fen", "day"])
    left = _set_off(left, [*GROUP, "amount_fen"])
    return _set_off_unnamed(left).sort("id")


def _set_off(left: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Set off as many rows as both sides have of each combination of `on`, the earliest first."""
    return (
        left.sort(*ORDER)
        .with_columns(at=pl.int_range(pl.len()).over("side", *on), both=_fewer_of_both().over(on))
        .filter(pl.col("at") >= pl.col("both"))
        .drop("at", "both")
    )


def _fewer_of_both() -> pl.Expr:
    return pl.min_horizontal((pl.col("side") > 0).sum(), (pl.col("side") < 0).sum())


def _set_off_unnamed(left: pl.DataFrame) -> pl.DataFrame:
    """Set off rows of unknown kind against rows of any kind of the same key and amount."""
    on = [*KEY, "amount_fen"]
    unnamed = pl.col("kind") == OTHER
    fixed = pl.col("kind").is_in([GAP, OPENING])
    kept = left.filter(fixed)
    return pl.concat(
        [
            kept,
            left.filter(~fixed)
            .sort(~unnamed, *ORDER)
            .with_columns(
                at=pl.int_range(pl.len()).over("side", *on),
                both=pl.min_horizontal(_fewer_of_both(), unnamed.sum()).over(on),
            )
            .filter(pl.col("at") >= pl.col("both"))
            .drop("at", "both"),
        ]
    )


def without_settled(left: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """Leave out accounts and months that are no difference although their rows differ.

    One book lacks them and in the other they are settled, or an opening balance of one book is what
    the other shows by its movements: exports of different spans look so. Or one book does not say
    what its movements were, and they come to the same.
    """
    kinds = pl.col("kind")
    keys = left.group_by(KEY).agg(
        net=pl.col("delta_fen").sum(),
        summed=kinds.is_in([OPENING, OTHER]).any(),
        told=kinds.is_in(_PLAIN).all(),
        plain=kinds.is_in([*_PLAIN, OTHER]).all(),
    )
    sides = around.group_by(KEY).agg(sides=pl.col("side").n_unique())
    alone = (pl.col("sides") == 1) & pl.col("told")
    both = (pl.col("sides") == 2) & pl.col("summed") & pl.col("plain")
    settled = keys.join(sides, on=KEY).filter((pl.col("net") == 0) & (alone | both))
    return left.join(settled, on=KEY, how="anti").sort("id")
