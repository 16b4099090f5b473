"""The rules that give every row left over its one cause, asked in a fixed order.

A rule takes the rows that no rule before it took. What it takes is settled: with the cause, or as
unexplained with the rows that may belong to it where more than one answer fits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from onebook.finance.kernels import explain_pairs as pair
from onebook.finance.kernels.explain_rows import GROUP, ORDER
from onebook.finance.rules.explain import (
    ADJUSTMENT,
    AMOUNTS_DIFFER,
    BILL,
    BILL_LAG_DAYS,
    CONVERTED,
    GAP,
    KIND_UNKNOWN,
    LAG_DAYS,
    OPENING,
    OPENING_DIFFERS,
    OTHER,
    PREPAID,
    RECEIPT,
    RECEIVABLE,
    REJECTED,
    SEVERAL,
    TWICE_OR_MISSING,
    WRITE_OFF,
    Asked,
    Cause,
)
from onebook.finance.rules.explain_columns import KEY

FOUND, ABSENT, UNSETTLED = "found", "absent", ""
"""What the bank says of a receipt: it has it, it has no more than the other book, nothing."""

ALIKE = ["measure", "account", "kind", "amount_fen"]
_SAME = [*GROUP, "amount_fen"]
_FACTS = (OPENING, BILL, RECEIPT, PREPAID)
_SETTLED = pl.Schema(
    {
        "id": pl.Int64(),
        "cause": pl.String(),
        "finding": pl.Int64(),
        "hint": pl.String(),
        "candidates": pl.List(pl.Int64),
    }
)


@dataclass
class Case:
    """The rows still open, what was settled, and the evidence beside them.

    `around` are all rows of the accounts and months concerned, of both books; `alike` counts the
    rows of both books with the kind and amount of an open row, by account; `carries` says of each
    book and kind whether its rows have document numbers as a rule (side, kind, documented).
    `rejected` are accounts with a row that could not be read.
    """

    open: pl.DataFrame
    around: pl.DataFrame
    alike: pl.DataFrame
    carries: pl.DataFrame
    rejected: pl.Series
    asked: Asked
    settled: list[pl.DataFrame] = field(default_factory=list)

    def settle(self, rows: pl.DataFrame, cause: Cause, hint: str = "") -> None:
        """Give each of the rows the cause by itself."""
        self._close(rows.select("id", finding="id"), cause, hint)

    def settle_pairs(self, pairs: pl.DataFrame, cause: Cause, hint: str = "") -> None:
        """Give both rows of each pair the cause as one finding."""
        ours = pairs.select("id", finding="id")
        theirs = pairs.select(id="id_m", finding="id")
        self._close(pl.concat([ours, theirs]), cause, hint)

    def settle_together(self, rows: pl.DataFrame, cause: Cause) -> None:
        """Give the rows the cause, as one finding those of the same `finding`."""
        self._close(rows.select("id", "finding"), cause, "")

    def set_aside(self, pairs: pl.DataFrame, hint: str = SEVERAL) -> None:
        """Leave the rows of the pairs unexplained, each with those it was paired with."""
        both = pl.concat([pairs.select("id", other="id_m"), pairs.select(id="id_m", other="id")])
        rows = both.group_by("id").agg(candidates=pl.col("other").unique().sort())
        self._close(rows.with_columns(finding="id"), Cause.UNEXPLAINED, hint)

    def _close(self, rows: pl.DataFrame, cause: Cause, hint: str) -> None:
        if rows.is_empty():
            return
        if "candidates" not in rows.columns:
            rows = rows.with_columns(candidates=pl.lit([], pl.List(pl.Int64)))
        rows = rows.with_columns(cause=pl.lit(cause.value), hint=pl.lit(hint))
        self.settled.append(rows.select(_SETTLED.names()).cast(_SETTLED))
        self.open = self.open.join(rows, on="id", how="anti").sort("id")

    def all_settled(self) -> pl.DataFrame:
        """Every row settled, in the order of ids: id, cause, finding, hint, candidates."""
        return pl.concat([_SETTLED.to_frame(), *self.settled]).sort("id")


def unreadable(case: Case) -> None:
    """A row of an account of which a row could not be read proves nothing."""
    hit = case.open.filter(pl.col("account").is_in(case.rejected.implode()))
    case.settle(hit, Cause.UNEXPLAINED, REJECTED)


def rounding(case: Case) -> None:
    """One fact on both sides, with amounts no further apart than rounding."""
    _by_pairs(case, pair.close_in_amount(case.open, case.asked), Cause.ROUNDING)


def wrong_digits(case: Case) -> None:
    """One fact on both sides, two neighbouring digits of its amount exchanged on one."""
    _by_pairs(case, pair.digits_swapped(case.open), Cause.WRONG_DIGITS)


def _by_pairs(case: Case, pairs: pl.DataFrame, cause: Cause) -> None:
    sure = pair.one_to_one(pairs)
    case.settle_pairs(sure, cause)
    case.set_aside(pairs.join(sure, on=["id", "id_m"], how="anti"))


def wrong_month(case: Case) -> None:
    """One fact in different months of one account; or receipts spread over months otherwise.

    Where the account has more rows of that amount, as with a fixed bill, it may be two facts.
    """
    pairs = pair.other_month(case.open).join(case.alike, on=ALIKE, how="left").sort("id", "id_m")
    only = pl.col("alike") == 2
    strong = pairs.filter(pair.dated_alike() & ~pair.astride(case.asked) & only)
    case.settle_pairs(pair.one_to_one(strong), Cause.WRONG_PLACE)
    _spread_otherwise(case)
    case.set_aside(_still_open(case, pairs))


def _still_open(case: Case, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of which no row is settled."""
    still = case.open.select("id")
    left = pairs.join(still, on="id", how="semi")
    return left.join(still, left_on="id_m", right_on="id", how="semi")


def _spread_otherwise(case: Case) -> None:
    """Receipts of an account that add up on both sides and lie on other months.

    Those of one day; or all that are left over of the account, where they are of a few days.
    """
    account = ["measure", "account", "kind"]
    for on in ([*account, "day"], account):
        days = pl.col("day").max().over(on) - pl.col("day").min().over(on)
        groups = (
            case.open.filter((pl.col("kind") == RECEIPT) & pl.col("day").is_not_null())
            .with_columns(
                net=pl.col("delta_fen").sum().over(on),
                months=pl.col("month").n_unique().over(on),
                days=days.dt.total_days(),
                finding=pl.col("id").max().over(on),
            )
            .filter((pl.col("net") == 0) & (pl.col("months") > 1) & (pl.col("days") <= LAG_DAYS))
        )
        case.settle_together(groups, Cause.WRONG_PLACE)


def wrong_account(case: Case) -> None:
    """One fact in two accounts whose numbers a slip confuses, or exchanged between two accounts."""
    pairs = pair.other_account(case.open).filter(~pair.astride(case.asked))
    strong = pairs.filter(pl.col("near") | pl.col("mutual"))
    sure = pair.one_to_one(strong)
    case.settle_pairs(sure, Cause.WRONG_PLACE)
    case.set_aside(strong.join(sure, on=["id", "id_m"], how="anti"))
    case.set_aside(_still_open(case, pairs.filter("same_day")))


def kind_unknown(case: Case) -> None:
    """Rows of an account and month of which the other side has one that does not say its kind."""
    pairs = pair.facing(case.open, KEY)
    unnamed = (pl.col("kind") == OTHER) != (pl.col("kind_m") == OTHER)
    case.set_aside(pairs.filter(unnamed), KIND_UNKNOWN)


def no_document(case: Case) -> None:
    """A balance that its movements do not make up, or a row without a document number.

    Of a kind that its book never numbers, a missing number says nothing; a receipt that the bank
    has is real without one.
    """
    rows = case.open.join(case.carries, on=["side", "kind"], how="left")
    bare = (pl.col("voucher") == "") & pl.col("documented").fill_null(value=False)
    hit = bare & (pl.col("kind") != OPENING) & (pl.col("bank") != FOUND)
    case.settle(rows.filter(hit | (pl.col("kind") == GAP)), Cause.NO_DOCUMENT)


def entered_twice(case: Case) -> None:
    """A second equal bill of the month; a second equal payment of the day that overpays the bill.

    A payment that does not overpay may be a second real one: the bank tells, or a person. An equal
    document number says nothing: ledgers count them anew each month.
    """
    bill = (pl.col("kind") == BILL) & (pl.col("amount_fen") > 0)
    case.settle(_beyond_the_first(case, _SAME, bill), Cause.ENTERED_TWICE)
    paid = pl.col("kind").is_in([RECEIPT, CONVERTED, WRITE_OFF]) & (pl.col("amount_fen") < 0)
    again = _beyond_the_first(case, [*_SAME, "day"], paid & (pl.col("bank") != FOUND))
    case.settle(again.join(_overpaid(case), on=["side", *KEY], how="semi"), Cause.ENTERED_TWICE)
    receipt = pl.col("kind").is_in([RECEIPT, PREPAID]) & (pl.col("day") <= case.asked.as_of)
    again = _beyond_the_first(case, _SAME, receipt & (pl.col("bank") != FOUND))
    case.settle(again.filter(pl.col("bank") == ABSENT), Cause.ENTERED_TWICE)
    case.settle(again.filter(pl.col("bank") != ABSENT), Cause.UNEXPLAINED, TWICE_OR_MISSING)


def _overpaid(case: Case) -> pl.DataFrame:
    """The accounts and months of which a book has less than nothing left to pay."""
    balances = case.around.group_by("side", *KEY).agg(pl.col("amount_fen").sum())
    return balances.filter((pl.col("amount_fen") < 0) & (pl.col("measure") == RECEIVABLE))


def _beyond_the_first(case: Case, on: list[str], which: pl.Expr) -> pl.DataFrame:
    """The open rows of which their own book has an equal one in `on`, the first one left out.

    Rows that were set off against the other book count as first ones.
    """
    on = ["side", *on]
    counted = case.around.group_by(on).agg(pl.len().alias("n"))
    return (
        case.open.filter(which)
        .join(counted, on=on, how="left", nulls_equal=True)
        .sort(*ORDER)
        .with_columns(at=pl.int_range(pl.len()).over(on), still=pl.len().over(on))
        .filter((pl.col("n") > pl.col("still")) | (pl.col("at") > 0))
        .select(case.open.columns)
        .sort("id")
    )


def prepayment(case: Case) -> None:
    """Prepayment converted on one side alone, or a receipt that one side holds as prepayment."""
    used = case.open.filter(pl.col("kind").is_in([RECEIPT, PREPAID, CONVERTED]))
    pairs = pair.facing(used, ["account", "amount_fen"]).filter(pair.dated_alike())
    ours, theirs = pl.col("kind"), pl.col("kind_m")
    fits = _received_or_not(ours, theirs) | _received_or_not(theirs, ours)
    _by_pairs(case, pairs.filter(fits), Cause.PREPAYMENT)
    case.settle(case.open.filter(pl.col("kind") == CONVERTED), Cause.PREPAYMENT)


def _received_or_not(one: pl.Expr, two: pl.Expr) -> pl.Expr:
    """Whether the one side has a receipt where the other took or used prepayment of that sum."""
    same_month = pl.col("month") == pl.col("month_m")
    return (one == RECEIPT) & ((two == PREPAID) | ((two == CONVERTED) & same_month))


def cut_off(case: Case) -> None:
    """A bill or receipt after the day of the books, or one that the bank credited after it."""
    late = pl.max_horizontal("day", "bank_day") > case.asked.as_of
    facts = pl.col("kind").is_in([BILL, RECEIPT, PREPAID])
    case.settle(case.open.filter(late & facts), Cause.CUT_OFF)


def written_off(case: Case) -> None:
    """A write-off that the other side has not."""
    case.settle(case.open.filter(pl.col("kind") == WRITE_OFF), Cause.WRITTEN_OFF)


def adjusted(case: Case) -> None:
    """An adjustment, or a bill or receipt in red, that the other side has not."""
    red_bill = (pl.col("kind") == BILL) & (pl.col("amount_fen") < 0)
    red_receipt = pl.col("kind").is_in([RECEIPT, PREPAID]) & (pl.col("amount_fen") > 0)
    hit = (pl.col("kind") == ADJUSTMENT) | red_bill | red_receipt
    case.settle(case.open.filter(hit), Cause.ADJUSTED)


def missing(case: Case) -> None:
    """A documented fact of which the other side has nothing that could be it.

    An opening balance may be made of the other side's movements, and a receipt may be one of its
    receipts on another month of the account. A row of unknown kind is missing where the other side
    has nothing at all of the account and month.
    """
    facts = case.open.filter(pl.col("kind").is_in(list(_FACTS)))
    mixed = (pl.col("kind") == OPENING) != (pl.col("kind_m") == OPENING)
    case.set_aside(pair.facing(facts, KEY).filter(mixed), OPENING_DIFFERS)
    case.set_aside(_receipts_elsewhere(case))
    for kind in _FACTS:
        facing = pair.facing(case.open.filter(pl.col("kind") == kind), GROUP)
        hint = OPENING_DIFFERS if kind == OPENING else AMOUNTS_DIFFER
        alone = pair.one_to_one(facing)
        case.settle_pairs(alone, Cause.UNEXPLAINED, hint)
        case.set_aside(facing.join(alone, on=["id", "id_m"], how="anti"), hint)
    crowded = _both_sides(case.open)
    facts = case.open.filter(pl.col("kind").is_in(list(_FACTS)))
    case.settle(facts.join(crowded, on="id", how="anti"), Cause.MISSING)
    sides = case.around.group_by(KEY).agg(sides=pl.col("side").n_unique())
    unknown_there = sides.filter(pl.col("sides") == 1)
    unnamed = case.open.filter(pl.col("kind") == OTHER)
    case.settle(unnamed.join(unknown_there, on=KEY, how="semi"), Cause.MISSING)


def _receipts_elsewhere(case: Case) -> pl.DataFrame:
    """Receipts of one account on both sides, unless they are just one and one of the same month."""
    receipts = case.open.filter(pl.col("kind") == RECEIPT)
    pairs = pair.facing(receipts, ["measure", "account"]).filter(pair.within(BILL_LAG_DAYS))
    plain = pair.one_to_one(pairs).filter(pl.col("month") == pl.col("month_m"))
    return pairs.join(plain, on=["id", "id_m"], how="anti")


def _both_sides(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of groups that stand on both sides."""
    return rows.filter(pl.col("side").n_unique().over(GROUP) > 1)


def unexplained(case: Case) -> None:
    """What no rule took."""
    unnamed = case.open.filter(pl.col("kind") == OTHER)
    same = pair.one_to_one(pair.facing(unnamed, GROUP))
    case.settle_pairs(same, Cause.UNEXPLAINED, AMOUNTS_DIFFER)
    case.settle(case.open.filter(pl.col("kind") == OTHER), Cause.UNEXPLAINED, KIND_UNKNOWN)
    case.settle(case.open, Cause.UNEXPLAINED, SEVERAL)


STEPS: tuple[Callable[[Case], None], ...] = (
    unreadable,
    rounding,
    wrong_digits,
    wrong_month,
    wrong_account,
    kind_unknown,
    no_document,
    entered_twice,
    prepayment,
    cut_off,
    written_off,
    adjusted,
    missing,
    unexplained,
)
"""`finance.rules.explain.RULES` as functions, with the guards against rows that cannot be read and
rows that do not say what they are."""
