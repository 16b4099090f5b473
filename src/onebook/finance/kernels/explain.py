"""Two outside books of the same receivables compared: every fen of the difference by its cause."""

from dataclasses import dataclass

import polars as pl

from onebook.finance.errors import CausesDoNotAddUp
from onebook.finance.kernels.explain_rows import lay_together, left_over, without_settled
from onebook.finance.kernels.explain_rules import (
    ABSENT,
    ALIKE,
    FOUND,
    STEPS,
    UNSETTLED,
    Case,
)
from onebook.finance.rules.explain import (
    ADJUSTMENT,
    MEASURES,
    OTHER,
    PREPAID,
    RECEIPT,
    Asked,
    Cause,
)
from onebook.finance.rules.explain_columns import KEY
from onebook.kernel.money import format_yuan

CREDIT_DAYS = 30
"""How long after a receipt its line at the bank is looked for."""

_SIDES = (("finance", 1), ("marketing", -1))
_SHOWN = (
    "id",
    "row",
    "account",
    "month",
    "measure",
    "kind",
    "day",
    "voucher",
    "amount_fen",
    "text",
    "bank",
    "bank_day",
)


@dataclass(frozen=True)
class Explained:
    """The difference of two books by cause, exactly.

    `books_fen` is measure -> (finance, marketing). `causes` has one row a cause in its fixed
    order: cause, receivable_fen, prepayment_fen, difference_fen, gross_fen (the differences of the
    accounts and months added up without their signs), findings, rows. `documents` has one row a
    finding (more where a finding has several rows on a side): cause, finding, hint, candidates
    (structs of side, row, account, month, voucher, amount_fen), receivable_fen, prepayment_fen,
    difference_fen, what stands in each book with the suffix `_finance` or `_marketing` (null where
    nothing does), and the balances of the account and month in both books.
    """

    asked: Asked
    books_fen: dict[str, tuple[int, int]]
    causes: pl.DataFrame
    documents: pl.DataFrame

    @property
    def difference_fen(self) -> int:
        """Finance minus marketing, both measures."""
        return sum(ours - theirs for ours, theirs in self.books_fen.values())


def explain(
    finance: pl.DataFrame,
    marketing: pl.DataFrame,
    asked: Asked,
    *,
    bank: pl.DataFrame | None = None,
    rejected: pl.Series | None = None,
) -> Explained:
    """Compare two books (frames of SCHEMA) and give every difference its one cause.

    `bank` (BANK_SCHEMA) settles which side's receipt is true; `rejected` are accounts of which a
    row could not be read. Raises CausesDoNotAddUp where the table would not be the difference.
    """
    rows = lay_together(finance, marketing)
    left = left_over(rows)
    around = rows.join(left.select(KEY).unique(), on=KEY, how="semi")
    left = without_settled(left, around)
    case = Case(
        open=_with_bank(left, rows, bank),
        around=around,
        alike=_alike(left, rows),
        carries=_carries_documents(rows),
        rejected=pl.Series([], dtype=pl.String) if rejected is None else rejected,
        asked=asked,
    )
    before = case.open
    for step in STEPS:
        step(case)
    settled = case.all_settled()
    documents = _documents(settled, before, around)
    books_fen = _books(rows)
    require_adds_up(documents, books_fen)
    return Explained(asked, books_fen, _causes(settled.join(before, on="id")), documents)


def require_adds_up(documents: pl.DataFrame, books_fen: dict[str, tuple[int, int]]) -> None:
    """Refuse a table that is not exactly the difference of the books, in each measure."""
    for measure, (ours, theirs) in books_fen.items():
        explained = int(documents[f"{measure}_fen"].sum())
        if explained != ours - theirs:
            raise CausesDoNotAddUp(
                explained=format_yuan(explained), difference=format_yuan(ours - theirs)
            )


def _books(rows: pl.DataFrame) -> dict[str, tuple[int, int]]:
    sums = rows.group_by("measure", "side").agg(pl.col("amount_fen").sum())
    found = {(measure, side): fen for measure, side, fen in sums.iter_rows()}
    return {one: (found.get((one, 1), 0), found.get((one, -1), 0)) for one in MEASURES}


def _carries_documents(rows: pl.DataFrame) -> pl.DataFrame:
    """Of each book and kind, whether more than half of its rows have a document number.

    Adjustments and rows of unknown kind are few, so they are held to the habit of the whole book.
    """
    filled = (pl.col("voucher") != "").mean() > 0.5
    by_kind = rows.group_by("side", "kind").agg(documented=filled)
    by_book = rows.group_by("side").agg(whole=filled)
    whole = pl.col("kind").is_in([ADJUSTMENT, OTHER])
    return by_kind.join(by_book, on="side").select(
        "side", "kind", documented=pl.when(whole).then("whole").otherwise("documented")
    )


def _alike(left: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """How many rows of both books have the kind and amount of a row left over, by account."""
    return rows.join(left, on=ALIKE, how="semi").group_by(ALIKE).agg(alike=pl.len())


def _with_bank(left: pl.DataFrame, rows: pl.DataFrame, bank: pl.DataFrame | None) -> pl.DataFrame:
    """The rows left over with what the bank says of each receipt: `bank`, `bank_day`."""
    if bank is None or bank.is_empty():
        return left.with_columns(bank=pl.lit(UNSETTLED), bank_day=pl.lit(None, pl.Date))
    receipt = pl.col("kind").is_in([RECEIPT, PREPAID]) & (pl.col("amount_fen") < 0)
    asked = left.filter(receipt).select(
        "id", "side", "account", "day", paid_fen=-pl.col("amount_fen")
    )
    on = ["account", "paid_fen"]
    lines = bank.select("account", "day", paid_fen="amount_fen").join(asked, on=on, how="semi")
    booked = (
        rows.filter(receipt)
        .select("account", "side", paid_fen=-pl.col("amount_fen"))
        .join(asked, on=on, how="semi")
        .group_by(on)
        .agg(ours=(pl.col("side") > 0).sum(), theirs=(pl.col("side") < 0).sum())
    )
    own = pl.when(pl.col("side") > 0)
    told = (
        asked.join(booked, on=on, how="left")
        .join(lines.group_by(on).agg(lines=pl.len()), on=on, how="left")
        .join(_credited(asked, lines), on="id", how="left")
        .with_columns(
            lines=pl.col("lines").fill_null(0),
            own=own.then("ours").otherwise("theirs"),
            other=own.then("theirs").otherwise("ours"),
            covered=_covered(bank),
        )
        .with_columns(bank=_verdict())
        .select("id", "bank", bank_day=pl.when(pl.col("bank") == FOUND).then("bank_day"))
    )
    joined = left.join(told, on="id", how="left").sort("id")
    return joined.with_columns(pl.col("bank").fill_null(UNSETTLED))


def _covered(bank: pl.DataFrame) -> pl.Expr:
    """Whether the bank's files hold the day: between their ends, in a month that has lines."""
    months = bank["day"].dt.truncate("1mo").unique()
    return pl.col("day").is_between(pl.lit(bank["day"].min()), pl.lit(bank["day"].max())) & (
        pl.col("day").dt.truncate("1mo").is_in(months.implode())
    )


def _verdict() -> pl.Expr:
    has_all = (pl.col("lines") >= pl.col("own")) & pl.col("bank_day").is_not_null()
    has_none = (pl.col("lines") <= pl.col("other")) & pl.col("covered")
    said = pl.when(has_all).then(pl.lit(FOUND)).when(has_none).then(pl.lit(ABSENT))
    return said.otherwise(pl.lit(UNSETTLED))


def _credited(asked: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The day of the first line of a receipt's account and amount from its own day on."""
    days = (pl.col("day_bank") - pl.col("day")).dt.total_days()
    return (
        asked.join(lines, on=["account", "paid_fen"], suffix="_bank")
        .filter(days.is_between(0, CREDIT_DAYS))
        .group_by("id")
        .agg(bank_day=pl.col("day_bank").min())
    )


def _documents(settled: pl.DataFrame, left: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """One row a finding with both sides next to each other, in the order of cause and account."""
    told = _candidates(settled, left)
    rows = told.join(left, on="id", how="left", maintain_order="left").with_columns(
        at=pl.int_range(pl.len()).over("finding", "side")
    )
    head = ["cause", "hint", "candidates"]
    sides = []
    for name, side in _SIDES:
        own = rows.filter(pl.col("side") == side)
        sides.append(
            own.select("finding", "at", *head, *(pl.col(c).alias(f"{c}_{name}") for c in _SHOWN))
        )
    both = sides[0].join(sides[1], on=["finding", "at"], how="full", coalesce=True, suffix="_other")
    both = both.with_columns(
        *(pl.coalesce(one, f"{one}_other").alias(one) for one in head),
        *(_measured(measure).alias(f"{measure}_fen") for measure in MEASURES),
        account=pl.coalesce("account_finance", "account_marketing"),
        month=pl.coalesce("month_finance", "month_marketing"),
        measure=pl.coalesce("measure_finance", "measure_marketing"),
    ).drop([f"{one}_other" for one in head])
    both = both.with_columns(difference_fen=pl.sum_horizontal(*(f"{m}_fen" for m in MEASURES)))
    return both.join(_balances(around), on=KEY, how="left").sort(
        pl.col("cause").cast(pl.Enum([cause.value for cause in Cause])),
        "account", "month", "finding", "at",
    )  # fmt: skip


def _candidates(settled: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """The settled rows, their candidates told as a person can find them."""
    told = ["side", "row", "account", "month", "voucher", "amount_fen"]
    listed = (
        settled.select("id", candidate="candidates")
        .explode("candidate", empty_as_null=False)
        .join(left.select("id", *told), left_on="candidate", right_on="id", how="inner")
        .sort("id", "candidate")
        .group_by("id", maintain_order=True)
        .agg(candidates=pl.struct(told))
    )
    return settled.drop("candidates").join(listed, on="id", how="left", maintain_order="left")


def _measured(measure: str) -> pl.Expr:
    """What a document adds to the difference of one measure."""
    parts = [
        pl.when(pl.col(f"measure_{name}") == measure)
        .then(pl.col(f"amount_fen_{name}") * side)
        .otherwise(0)
        for name, side in _SIDES
    ]
    return parts[0] + parts[1]


def _balances(around: pl.DataFrame) -> pl.DataFrame:
    own = [
        pl.col("amount_fen").filter(pl.col("side") == side).sum().alias(f"balance_{name}_fen")
        for name, side in _SIDES
    ]
    return around.group_by(KEY).agg(*own)


def _causes(rows: pl.DataFrame) -> pl.DataFrame:
    """The table of causes: every cause, also those that do not occur."""
    own = [
        pl.col("delta_fen").filter(pl.col("measure") == one).sum().alias(f"{one}_fen")
        for one in MEASURES
    ]
    sums = rows.group_by("cause").agg(
        *own,
        difference_fen=pl.col("delta_fen").sum(),
        findings=pl.col("finding").n_unique().cast(pl.Int64),
        rows=pl.len().cast(pl.Int64),
    )
    places = rows.group_by("cause", *KEY).agg(pl.col("delta_fen").sum().abs())
    gross = places.group_by("cause").agg(gross_fen=pl.col("delta_fen").sum())
    shown = ["cause", *(f"{one}_fen" for one in MEASURES), "difference_fen", "gross_fen"]
    order = pl.DataFrame({"cause": [cause.value for cause in Cause]})
    return (
        order.join(sums, on="cause", how="left", maintain_order="left")
        .join(gross, on="cause", how="left", maintain_order="left")
        .select(*shown, "findings", "rows")
        .fill_null(0)
    )
