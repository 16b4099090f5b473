"""Two outside books with known differences: finance's auxiliary ledger and marketing's list.

Every cause is put in by hand into accounts of its own, so that the truth is known to the fen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

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
    Cause,
)
from onebook.kernel.periods import Month

AS_OF = date(2026, 10, 31)
_FIRST_ACCOUNT = 3301000100
_BEFORE = 0  # the index of the month before the first: its arrears are brought in
_SCHEMA = pl.Schema(
    {
        "account": pl.String(),
        "month": pl.Int32(),
        "measure": pl.String(),
        "kind": pl.String(),
        "day": pl.Date(),
        "amount_fen": pl.Int64(),
        "voucher": pl.String(),
    }
)

Row = tuple[str, int, str, str, date | None, int, str]


@dataclass(frozen=True)
class Injected:
    """One difference that was put in: its cause, its account, what it adds to the difference."""

    cause: Cause
    account: str
    receivable_fen: int
    prepayment_fen: int = 0


@dataclass
class OutsideBooks:
    """Both books as frames (account, month, measure, kind, day, amount_fen, voucher), the bank's
    receipts (day, amount_fen, account), and what was put in.
    """

    finance: pl.DataFrame
    marketing: pl.DataFrame
    bank: pl.DataFrame
    truth: list[Injected] = field(default_factory=list)

    def truth_fen(self, cause: Cause) -> tuple[int, int]:
        """What a cause adds to the difference: receivables, prepayments."""
        mine = [one for one in self.truth if one.cause == cause]
        return sum(one.receivable_fen for one in mine), sum(one.prepayment_fen for one in mine)


class _Town:
    """Accounts with a bill a month, most of them paid, the same in both books until changed."""

    def __init__(self, accounts: int, months: int, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        last = Month.of(AS_OF)
        self.months = [last.plus(back - months) for back in range(months + 1)]
        self.numbers = [str(_FIRST_ACCOUNT + index) for index in range(accounts)]
        shape = (accounts, months + 1)
        self.bill_fen = self.random.integers(2_017, 95_031, shape)
        self.paid = self.random.random(shape) < 0.86
        self.paid[:, _BEFORE] = False
        self.owed_before = self.random.random(accounts) < 0.12
        self.pay_day = self.random.integers(8, 26, shape)
        self.lag_days = self.random.integers(0, 3, shape)
        self.extra: dict[str, list[Row]] = {"finance": [], "marketing": []}
        self.without: dict[str, set[tuple[int, int, str]]] = {"finance": set(), "marketing": set()}
        self.untrue: set[str] = set()  # receipts that the bank does not have, by document
        self.truth: list[Injected] = []

    def rows(self, side: str) -> pl.DataFrame:
        """One side's book: openings, bills and receipts, with what was changed by hand."""
        account, month = np.divmod(np.arange(self.bill_fen.size), self.bill_fen.shape[1])
        firsts = np.array([one.first for one in self.months], dtype="datetime64[D]")
        ends = np.array([one.last for one in self.months], dtype="datetime64[D]")
        paid_on = firsts[month] + (self.pay_day.ravel() - 1)
        if side == "finance":
            paid_on = paid_on + self.lag_days.ravel()
        bills = month != _BEFORE
        opening = (month == _BEFORE) & self.owed_before[account]
        receipts = self.paid.ravel() & bills
        billed_on = ends[month] if side == "finance" else firsts[month] + 4
        parts = [
            self._part(OPENING, opening, account, month, None, 1),
            self._part(BILL, bills, account, month, billed_on, 1),
            self._part(RECEIPT, receipts, account, month, paid_on, -1),
        ]
        kept = pl.concat(parts).join(self._left_out(side), on=["at", "kind"], how="anti")
        extra = pl.DataFrame(self.extra[side], schema=_SCHEMA, orient="row")
        rows = pl.concat([_numbered(kept, side).select(_SCHEMA.names()), extra])
        return rows.sort("day", "account", "month", "kind", maintain_order=True, nulls_last=False)

    def _part(
        self,
        kind: str,
        which: np.ndarray,
        account: np.ndarray,
        month: np.ndarray,
        days: np.ndarray | None,
        sign: int,
    ) -> pl.DataFrame:
        codes = np.array([one.year * 100 + one.month for one in self.months], dtype=np.int32)
        at = np.flatnonzero(which)
        return pl.DataFrame(
            {
                "at": at,
                "account": pl.Series(account[at] + _FIRST_ACCOUNT).cast(pl.String),
                "month": codes[month[at]],
                "kind": kind,
                "day": pl.Series(None if days is None else days[at], dtype=pl.Date)
                if days is not None
                else pl.Series([None], dtype=pl.Date).new_from_index(0, len(at)),
                "amount_fen": sign * self.bill_fen.ravel()[at],
            }
        )

    def _left_out(self, side: str) -> pl.DataFrame:
        width = self.bill_fen.shape[1]
        rows = [(index * width + month, kind) for index, month, kind in self.without[side]]
        return pl.DataFrame(rows, schema={"at": pl.Int64, "kind": pl.String}, orient="row")

    # ------------------------------------------------------------- what is done by hand

    def add(
        self,
        side: str,
        account: int,
        month: int | None,
        kind: str,
        day: date | None,
        amount_fen: int,
        voucher: str,
        measure: str = RECEIVABLE,
    ) -> None:
        """Add a row to one side alone; a month of None is no month (prepayments)."""
        code = 0
        if month is not None:
            code = self.months[month].year * 100 + self.months[month].month
        self.extra[side].append(
            (self.numbers[account], code, measure, kind, day, int(amount_fen), voucher)
        )

    def drop(self, side: str, account: int, month: int, kind: str) -> None:
        """Leave a bill or receipt out of one side."""
        self.without[side].add((account, month, kind))

    def say(self, cause: Cause, account: int, receivable_fen: int, prepayment_fen: int = 0) -> None:
        """Write down the truth."""
        self.truth.append(
            Injected(cause, self.numbers[account], int(receivable_fen), int(prepayment_fen))
        )

    def paid_cell(self, account: int) -> tuple[int, int, date]:
        """A month of the account that is made paid in both books: month, fen, day (marketing)."""
        month = int(self.random.integers(1, len(self.months)))
        self.paid[account, month] = True
        first = self.months[month].first
        day = first + timedelta(days=int(self.pay_day[account, month]) - 1)
        return month, int(self.bill_fen[account, month]), day

    def unpaid_cell(self, account: int, month: int) -> int:
        """A month of the account that is made unpaid in both books; its bill in fen."""
        self.paid[account, month] = False
        return int(self.bill_fen[account, month])


def _numbered(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    """Document numbers as each department gives them; balances have none."""
    month = pl.col("day").dt.strftime("%Y%m")
    if side == "finance":
        number = pl.format("记-{}-{}", month, (pl.col("at") % 997).cast(pl.String).str.zfill(4))
    else:
        letter = pl.col("kind").replace_strict({BILL: "Y", RECEIPT: "S"}, default="")
        number = pl.format("{}{}{}", letter, month, pl.col("at").cast(pl.String).str.zfill(8))
    return rows.with_columns(measure=pl.lit(RECEIVABLE), voucher=number.fill_null(""))


def make(accounts: int = 300, months: int = 6, seed: int = 20261031) -> OutsideBooks:
    """Two books of so many accounts (300 at least) and months, with every cause in them."""
    town = _Town(accounts, months, seed)
    pool = iter(town.random.permutation(accounts).tolist())
    taken: set[int] = set()

    def free() -> Iterator[int]:
        for account in pool:
            if account not in taken:
                taken.add(account)
                yield account

    spare = free()
    _wrong_place(town, taken, spare)
    _single_sided(town, spare)
    _prepayments(town, spare)
    _both_sided(town, spare)
    finance = town.rows("finance")
    return OutsideBooks(
        _with_closing(finance, town, next(spare)),
        town.rows("marketing"),
        _bank(town),
        town.truth,
    )


def _wrong_place(town: _Town, taken: set[int], spare: Iterator[int]) -> None:
    for one, other in ((12, 21), (35, 53)):  # 3301000112 and 3301000121, …135 and …153
        taken |= {one, other}
        month, fen, day = town.paid_cell(one)
        town.drop("finance", one, month, RECEIPT)
        town.add("finance", other, month, RECEIPT, day, -fen, f"收-{day:%m%d}-07")
        town.untrue.add(f"收-{day:%m%d}-07")
        town.say(Cause.WRONG_PLACE, one, fen)
        town.say(Cause.WRONG_PLACE, other, -fen)
    one, other = next(spare), next(spare)
    for mine, its in ((one, other), (other, one)):
        town.drop("marketing", mine, 2, BILL)
        fen = int(town.bill_fen[its, 2])
        town.add(
            "marketing",
            mine,
            2,
            BILL,
            town.months[2].first + timedelta(days=4),
            fen,
            "Y202606-7001",
        )
        town.say(Cause.WRONG_PLACE, mine, town.bill_fen[mine, 2] - fen)
    account = next(spare)
    fen = town.unpaid_cell(account, 3)
    town.paid[account, 4] = False
    day = town.months[4].first + timedelta(days=11)
    town.add("finance", account, 3, RECEIPT, day, -fen, "收-0311")
    town.add("marketing", account, 4, RECEIPT, day, -fen, "S20260800311")
    town.say(Cause.WRONG_PLACE, account, 0)


def _single_sided(town: _Town, spare: Iterator[int]) -> None:
    last = len(town.months) - 1
    for side, sign in (("finance", 1), ("finance", 1), ("marketing", -1)):
        account = next(spare)
        town.owed_before[account] = True
        fen = int(town.bill_fen[account, _BEFORE])
        town.add(side, account, _BEFORE, WRITE_OFF, date(2026, 9, 28), -fen, "核销批文2026-7")
        town.say(Cause.WRITTEN_OFF, account, -fen * sign)
    for side, sign, fen in (("marketing", -1, -12_345), ("finance", 1, 8_800)):
        account = next(spare)
        town.add(side, account, last, ADJUSTMENT, date(2026, 10, 20), fen, "退补2026-0088")
        town.say(Cause.ADJUSTED, account, fen * sign)
    for after in (1, 2, 3, 4, 7):
        account = next(spare)
        fen = town.unpaid_cell(account, last)
        town.add(
            "marketing",
            account,
            last,
            RECEIPT,
            AS_OF + timedelta(days=after),
            -fen,
            f"S202611{after:04d}",
        )
        town.say(Cause.CUT_OFF, account, fen)
    for side, sign in (("finance", -1), ("marketing", 1)):
        account = next(spare)
        month, fen, _ = town.paid_cell(account)
        town.drop(side, account, month, RECEIPT)
        town.say(Cause.MISSING, account, -fen * sign)
    account = next(spare)
    town.drop("finance", account, last, BILL)
    fen = town.unpaid_cell(account, last)
    town.say(Cause.MISSING, account, -fen)
    account = next(spare)
    town.add("marketing", account, last, ADJUSTMENT, date(2026, 10, 31), -30_000, "")
    town.say(Cause.NO_DOCUMENT, account, 30_000)
    account = next(spare)
    town.add("finance", account, last, OTHER, date(2026, 10, 30), 4_321, "记-转-0901")
    town.say(Cause.UNEXPLAINED, account, 4_321)


def _prepayments(town: _Town, spare: Iterator[int]) -> None:
    last = len(town.months) - 1
    for converted in (("finance", "marketing"), ("finance", "marketing"), ("marketing",)):
        account = next(spare)
        fen = town.unpaid_cell(account, last)
        for side in ("finance", "marketing"):
            town.add(
                side, account, None, PREPAID, date(2026, 9, 9), -100_000, "预-0909", PREPAYMENT
            )
        for side in converted:
            town.add(side, account, last, CONVERTED, date(2026, 10, 6), -fen, "转-1006")
            if side == "finance":  # marketing's list has one row, whose other side goes without
                town.add(
                    side, account, None, CONVERTED, date(2026, 10, 6), fen, "转-1006", PREPAYMENT
                )
        if len(converted) == 1:
            town.say(Cause.PREPAYMENT, account, fen, -fen)
    account = next(spare)
    fen = town.unpaid_cell(account, last)
    town.add("finance", account, last, RECEIPT, date(2026, 10, 15), -fen, "收-1015")
    town.add("marketing", account, None, PREPAID, date(2026, 10, 14), -fen, "预-1014", PREPAYMENT)
    town.say(Cause.PREPAYMENT, account, -fen, fen)


def _both_sided(town: _Town, spare: Iterator[int]) -> None:
    account = next(spare)
    month, fen, day = town.paid_cell(account)
    town.lag_days[account, month] = 0
    town.add("finance", account, month, RECEIPT, day, -fen, f"收-{day:%m%d}-12")
    town.untrue.add(f"收-{day:%m%d}-12")
    town.say(Cause.ENTERED_TWICE, account, -fen)
    account = next(spare)
    fen = int(town.bill_fen[account, 2])
    town.add(
        "marketing", account, 2, BILL, town.months[2].first + timedelta(days=5), fen, "Y202606-7002"
    )
    town.say(Cause.ENTERED_TWICE, account, -fen)
    for shift in (1, -1, 2, -3):
        account = next(spare)
        town.drop("finance", account, 2, BILL)
        fen = int(town.bill_fen[account, 2]) + shift
        town.add("finance", account, 2, BILL, town.months[2].last, fen, "记-202606-0888")
        town.say(Cause.ROUNDING, account, shift)
    account = next(spare)
    town.bill_fen[account, 2] = 45_678
    town.paid[account, 2] = True
    town.drop("marketing", account, 2, RECEIPT)
    day = town.months[2].first + timedelta(days=int(town.pay_day[account, 2]) - 1)
    town.add("marketing", account, 2, RECEIPT, day, -46_578, "S20260699001")
    town.untrue.add("S20260699001")
    town.say(Cause.WRONG_DIGITS, account, 900)
    account = next(spare)
    town.bill_fen[account, 2] = 50_000
    town.drop("marketing", account, 2, BILL)
    town.add(
        "marketing",
        account,
        2,
        BILL,
        town.months[2].first + timedelta(days=4),
        45_012,
        "Y202606-7003",
    )
    town.say(Cause.UNEXPLAINED, account, 50_000 - 45_012)


def _with_closing(finance: pl.DataFrame, town: _Town, account: int) -> pl.DataFrame:
    """Finance's ledger with its closing balances, one of which its movements do not make up."""
    sums = finance.group_by("account", "month", "measure").agg(pl.col("amount_fen").sum())
    plugged = (pl.col("account") == town.numbers[account]) & (
        pl.col("month") == town.months[-1].year * 100 + town.months[-1].month
    )
    closing = sums.with_columns(
        kind=pl.lit(CLOSING),
        day=pl.lit(AS_OF),
        voucher=pl.lit(""),
        amount_fen=pl.col("amount_fen") + pl.when(plugged).then(66_600).otherwise(0),
    ).filter(pl.col("amount_fen") != 0)
    town.say(Cause.NO_DOCUMENT, account, 66_600)
    order = ["account", "measure", "month"]
    return pl.concat([finance, closing.select(_SCHEMA.names()).sort(order)])


def _bank(town: _Town) -> pl.DataFrame:
    """The bank's receipts: what marketing has by its own day, each credited that day or the next.

    A receipt that one side has wrongly is not there, one that it lacks is.
    """
    fact = ["account", "month", "kind", "amount_fen"]
    rows = town.rows("marketing")
    lacking = town.rows("finance").join(rows.select(fact), on=fact, how="anti")
    # What marketing holds as prepayment and finance as a receipt came once.
    once = lacking.join(
        rows.filter(pl.col("kind") == PREPAID).select("account", "amount_fen"),
        on=["account", "amount_fen"],
        how="anti",
    )
    return (
        pl.concat([rows, once])
        .filter(
            pl.col("kind").is_in([RECEIPT, PREPAID]) & ~pl.col("voucher").is_in(list(town.untrue))
        )
        .select(
            day=pl.col("day") + pl.duration(days=1),
            amount_fen=-pl.col("amount_fen"),
            account="account",
        )
        .sort("day", "account", "amount_fen")
    )
