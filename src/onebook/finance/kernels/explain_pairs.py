"""Rows left over in one book paired with rows of the other that may be the same fact.

A pair counts only where each of its rows stands in no other pair; the rest goes to a person.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from onebook.finance.kernels.explain_rows import GROUP
from onebook.finance.rules.explain import BILL, BILL_LAG_DAYS, GAP, LAG_DAYS, Asked

MOST_PAIRS = 2500
"""Of more equal rows than this (finance's times marketing's) no two prove anything."""

_DIGITS = 18


def facing(left: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Every pair of a finance row and a marketing row that agree in `on`.

    Columns of marketing's row have the suffix `_m`. Combinations with more than MOST_PAIRS pairs
    are left out, and so is what no movement makes up.
    """
    left = left.filter(pl.col("kind") != GAP)
    sides = [left.filter(pl.col("side") > 0), left.filter(pl.col("side") < 0)]
    counts = [side.group_by(on).agg(pl.len().alias("n")) for side in sides]
    few = (
        counts[0]
        .join(counts[1], on=on, suffix="_m", nulls_equal=True)
        .filter(pl.col("n").cast(pl.Int64) * pl.col("n_m") <= MOST_PAIRS)
    )
    sides = [side.join(few, on=on, how="semi", nulls_equal=True) for side in sides]
    return sides[0].join(sides[1], on=on, suffix="_m", nulls_equal=True).sort("id", "id_m")


def one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs whose two rows stand in no other pair of the list."""
    alone = (pl.len().over("id") == 1) & (pl.len().over("id_m") == 1)
    return pairs.filter(alone)


def close_in_amount(left: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """Pairs of one account, month and kind whose amounts differ by no more than rounding."""
    gap = (pl.col("amount_fen") - pl.col("amount_fen_m")).abs()
    same_sign = pl.col("amount_fen").sign() == pl.col("amount_fen_m").sign()
    return facing(left, GROUP).filter((gap <= asked.rounding_fen) & same_sign)


def digits_swapped(left: pl.DataFrame) -> pl.DataFrame:
    """Pairs of one account, month and kind whose amounts differ by two neighbouring digits."""
    pairs = facing(left, GROUP)
    same_sign = pairs["amount_fen"].sign() == pairs["amount_fen_m"].sign()
    swapped = amounts_swapped(
        pairs["amount_fen"].abs().to_numpy(), pairs["amount_fen_m"].abs().to_numpy()
    )
    return pairs.filter(same_sign & pl.Series(swapped))


def amounts_swapped(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each amount [n] is the other [n] with two neighbouring digits exchanged.

    Both non-negative, in fen. 1234 and 1324 are; 100 and 10 are not: their lengths differ.
    """
    found = np.zeros(len(ours), dtype=bool)
    same_length = _lengths(ours) == _lengths(theirs)
    for place in range(_DIGITS - 1):
        low = np.int64(10**place)
        last, before = ours // low % 10, ours // (low * 10) % 10
        exchanged = ours + (before - last) * low + (last - before) * low * 10
        found |= (last != before) & (exchanged == theirs)
    result: NDArray[np.bool_] = found & same_length
    return result


def _lengths(amounts: NDArray[np.int64]) -> NDArray[np.int64]:
    powers = np.array([10**place for place in range(1, _DIGITS + 1)], dtype=np.int64)
    lengths: NDArray[np.int64] = np.searchsorted(powers, amounts, side="right")
    return lengths


def other_month(left: pl.DataFrame) -> pl.DataFrame:
    """Pairs of one account, kind and amount in different months, no further apart than bills."""
    pairs = facing(left, ["measure", "account", "kind", "amount_fen"])
    return pairs.filter((pl.col("month") != pl.col("month_m")) & within(BILL_LAG_DAYS))


def other_account(left: pl.DataFrame) -> pl.DataFrame:
    """Pairs of one month, kind, amount and time in different accounts, with what makes it a slip.

    `near`: the numbers differ by one digit or by two neighbouring ones; `mutual`: another pair
    goes the other way between the same two accounts; `same_day`: both are of one day.
    """
    pairs = facing(left, ["measure", "month", "kind", "amount_fen"])
    pairs = pairs.filter((pl.col("account") != pl.col("account_m")) & dated_alike())
    way = ["measure", "month", "kind", "account", "account_m"]
    back = ["measure", "month", "kind", "account_m", "account"]
    mutual = pairs.select(way).join(pairs.select(way), left_on=way, right_on=back, how="semi")
    return (
        pairs.join(mutual.unique().with_columns(mutual=True), on=way, how="left")
        .with_columns(
            mutual=pl.col("mutual").fill_null(value=False),
            near=pl.Series(numbers_near(pairs["account"], pairs["account_m"]), dtype=pl.Boolean),
            same_day=pl.col("day") == pl.col("day_m"),
        )
        .sort("id", "id_m")
    )


def numbers_near(ours: pl.Series, theirs: pl.Series) -> NDArray[np.bool_]:
    """Whether two numbers [n] differ in one digit, or in two neighbouring ones exchanged."""
    if ours.is_empty():
        return np.zeros(0, dtype=bool)
    same_length = (ours.str.len_bytes() == theirs.str.len_bytes()).to_numpy()
    left, right = _letters(ours, theirs)
    differs = left != right
    count = differs.sum(axis=1)
    crossed = (
        differs[:, :-1]
        & differs[:, 1:]
        & (left[:, :-1] == right[:, 1:])
        & (left[:, 1:] == right[:, :-1])
    )
    exchanged = (count == 2) & crossed.any(axis=1)
    result: NDArray[np.bool_] = same_length & ((count == 1) | exchanged)
    return result


def _letters(*texts: pl.Series) -> list[NDArray[np.uint8]]:
    """Each column of texts as bytes [n, width of the longest]."""
    width = max(int(text.str.len_bytes().max() or 1) for text in texts)  # type: ignore[arg-type]
    return [
        np.array([one.encode() for one in text], dtype=f"S{width}")
        .view(np.uint8)
        .reshape(len(text), width)
        for text in texts
    ]


def within(days: int) -> pl.Expr:
    """Whether a pair's days are so close; a row without a day (an opening balance) is."""
    apart = (pl.col("day") - pl.col("day_m")).dt.total_days().abs()
    return apart.is_null() | (apart <= days)


def dated_alike() -> pl.Expr:
    """Whether two departments may have dated one fact by the days of the pair."""
    return within(LAG_DAYS) | ((pl.col("kind") == BILL) & within(BILL_LAG_DAYS))


def astride(asked: Asked) -> pl.Expr:
    """Whether just one row of the pair lies after the day of the books: it may be of cut-off."""
    after = [pl.col(name).fill_null(asked.as_of) > asked.as_of for name in ("day", "day_m")]
    return after[0] != after[1]
