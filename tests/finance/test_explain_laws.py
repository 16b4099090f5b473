"""Laws of the comparison: it adds up whatever the books hold, and finds what was put in."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onebook.finance.errors import CausesDoNotAddUp
from onebook.finance.kernels.explain import Explained, explain, require_adds_up
from onebook.finance.kernels.explain_pairs import amounts_swapped, numbers_near
from onebook.finance.rules.explain import KINDS, MEASURES, RULES, Asked, Cause
from onebook.finance.rules.explain_columns import SCHEMA

AS_OF = date(2026, 10, 31)
MONTHS = (202608, 202609, 202610)
Row = tuple[str, int, str, str, date | None, int, str]


def frame(rows: list[Row]) -> pl.DataFrame:
    numbered = [(index + 2, *row, "") for index, row in enumerate(rows)]
    names = ["row", "account", "month", "measure", "kind", "day", "amount_fen", "voucher", "text"]
    return pl.DataFrame(numbered, schema=names, orient="row", schema_overrides=SCHEMA).select(
        SCHEMA.names()
    )


def by_cause(found: Explained) -> dict[str, int]:
    return dict(found.causes.select("cause", "difference_fen").iter_rows())


# ------------------------------------------------------------------ causes that were put in


@dataclass
class Town:
    """Two equal books to which differences are done, each in an account of its own."""

    amounts: list[int]
    finance: list[Row] = field(default_factory=list)
    marketing: list[Row] = field(default_factory=list)
    truth: dict[str, int] = field(default_factory=dict)
    accounts: int = 0

    def account(self) -> str:
        self.accounts += 1
        return f"33{self.accounts:04d}{(self.accounts * 7919) % 10_000:04d}"

    def fen(self) -> int:
        return self.amounts.pop()

    def day(self, month: int, day: int) -> date:
        return date(month // 100, month % 100, day)

    def bill(self, account: str, month: int, fen: int, sides: str = "fm") -> None:
        if "f" in sides:
            self.finance.append(
                (account, month, "receivable", "bill", self.day(month, 28), fen, "记-1")
            )
        if "m" in sides:
            self.marketing.append(
                (account, month, "receivable", "bill", self.day(month, 5), fen, "Y1")
            )

    def add(self, side: str, account: str, month: int, kind: str, day: date, fen: int,
            voucher: str = "凭-1") -> None:  # fmt: skip
        book = self.finance if side == "f" else self.marketing
        book.append((account, month, "receivable", kind, day, fen, voucher))

    def both(self, account: str, month: int, kind: str, day: date, fen: int) -> None:
        for side in "fm":
            self.add(side, account, month, kind, day, fen)

    def say(self, cause: Cause, fen: int) -> None:
        self.truth[cause] = self.truth.get(cause, 0) + fen


SIGN = {"f": 1, "m": -1}
OTHER = {"f": "m", "m": "f"}


def single(kind: str, cause: Cause) -> Callable[[Town, str], None]:
    def inject(town: Town, side: str) -> None:
        account, fen = town.account(), town.fen()
        town.bill(account, 202608, fen)
        town.add(side, account, 202608, kind, town.day(202609, 12), -fen)
        town.say(cause, -fen * SIGN[side])

    return inject


def cut_off(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202610, fen)
    town.add(side, account, 202610, "receipt", AS_OF + timedelta(days=3), -fen)
    town.say(Cause.CUT_OFF, -fen * SIGN[side])


def no_document(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202610, fen)
    plugged = town.fen()
    town.add(side, account, 202610, "adjustment", AS_OF, plugged, "")
    town.say(Cause.NO_DOCUMENT, plugged * SIGN[side])


def not_made_up(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202610, fen)
    town.add(side, account, 202610, "closing", AS_OF, fen + 123, "")
    town.say(Cause.NO_DOCUMENT, 123 * SIGN[side])


def receipt_twice(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202609, fen)
    town.both(account, 202609, "receipt", town.day(202609, 17), -fen)
    town.add(side, account, 202609, "receipt", town.day(202609, 17), -fen, "凭-2")
    town.say(Cause.ENTERED_TWICE, -fen * SIGN[side])


def bill_twice(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202609, fen)
    town.add(side, account, 202609, "bill", town.day(202609, 11), fen)
    town.say(Cause.ENTERED_TWICE, fen * SIGN[side])


def rounded(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202609, fen, side)
    town.bill(account, 202609, fen + 2, OTHER[side])
    town.say(Cause.ROUNDING, -2 * SIGN[side])


def digits(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen() // 1_000 * 1_000 + 472
    town.bill(account, 202609, fen)
    town.add(side, account, 202609, "receipt", town.day(202609, 20), -fen)
    town.add(OTHER[side], account, 202609, "receipt", town.day(202609, 21), -fen - 270)
    town.say(Cause.WRONG_DIGITS, 270 * SIGN[side])


def wrong_account(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    near = account[:5] + account[6] + account[5] + account[7:]
    near = near if near != account else account[:-1] + str((int(account[-1]) + 1) % 10)
    town.bill(account, 202609, fen)
    town.add(side, account, 202609, "receipt", town.day(202609, 20), -fen)
    town.add(OTHER[side], near, 202609, "receipt", town.day(202609, 22), -fen)
    town.say(Cause.WRONG_PLACE, 0)


def wrong_month(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202609, fen)
    town.add(side, account, 202609, "receipt", town.day(202609, 20), -fen)
    town.add(OTHER[side], account, 202608, "receipt", town.day(202609, 22), -fen)
    town.say(Cause.WRONG_PLACE, 0)


def exchanged(town: Town, side: str) -> None:
    accounts, fens = [town.account(), town.account()], [town.fen(), town.fen()]
    for account, mine, its in zip(accounts, fens, reversed(fens), strict=True):
        town.bill(account, 202609, mine, side)
        town.bill(account, 202609, its, OTHER[side])
    town.say(Cause.WRONG_PLACE, 0)


def spread_otherwise(town: Town, side: str) -> None:
    account, one, two = town.account(), town.fen(), town.fen()
    town.bill(account, 202608, one)
    town.bill(account, 202609, two)
    day = town.day(202610, 9)
    town.add(side, account, 202608, "receipt", day, -one)
    town.add(side, account, 202609, "receipt", day, -two)
    town.add(OTHER[side], account, 202608, "receipt", day, -one - two)
    town.say(Cause.WRONG_PLACE, 0)


def in_parts(town: Town, side: str) -> None:
    """One side books a receipt in two parts: there is no difference at all."""
    account, fen = town.account(), town.fen()
    town.bill(account, 202609, fen)
    town.add(side, account, 202609, "receipt", town.day(202609, 9), -fen)
    town.add(OTHER[side], account, 202609, "receipt", town.day(202609, 9), -(fen // 2))
    town.add(OTHER[side], account, 202609, "receipt", town.day(202609, 10), fen // 2 - fen)


def amounts_differ(town: Town, side: str) -> None:
    account, one, two = town.account(), town.fen(), town.fen()
    town.bill(account, 202609, one, side)
    town.bill(account, 202609, two, OTHER[side])
    town.say(Cause.UNEXPLAINED, (one - two) * SIGN[side])


def twice_or_missing(town: Town, side: str) -> None:
    """A second receipt of the same sum on another day: a person has to ask the bank."""
    account, fen = town.account(), town.fen()
    town.bill(account, 202609, 3 * fen)
    town.both(account, 202609, "receipt", town.day(202609, 9), -fen)
    town.add(side, account, 202609, "receipt", town.day(202609, 27), -fen)
    town.say(Cause.UNEXPLAINED, -fen * SIGN[side])


def missing_bill(town: Town, side: str) -> None:
    account, fen = town.account(), town.fen()
    town.bill(account, 202609, fen, side)
    town.say(Cause.MISSING, fen * SIGN[side])


INJECTIONS: list[Callable[[Town, str], None]] = [
    single("write_off", Cause.WRITTEN_OFF),
    single("adjustment", Cause.ADJUSTED),
    single("converted", Cause.PREPAYMENT),
    single("receipt", Cause.MISSING),
    missing_bill,
    cut_off,
    no_document,
    not_made_up,
    receipt_twice,
    bill_twice,
    rounded,
    digits,
    wrong_account,
    wrong_month,
    exchanged,
    spread_otherwise,
    in_parts,
    amounts_differ,
    twice_or_missing,
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(INJECTIONS), st.sampled_from("fm")), max_size=12),
    st.integers(0, 2**32),
)
def test_what_was_put_in_is_found_and_nothing_else(
    injected: list[tuple[Callable[[Town, str], None], str]],
    seed: int,
) -> None:
    order = random.Random(seed)
    town = Town(order.sample(range(10_000, 99_999_999), 60))
    for _ in range(8):
        account = town.account()
        for month in MONTHS:
            fen = town.fen()
            town.bill(account, month, fen)
            town.both(account, month, "receipt", town.day(month, 15), -fen)
    for inject, side in injected:
        inject(town, side)
    order.shuffle(town.finance)
    order.shuffle(town.marketing)

    found = explain(frame(town.finance), frame(town.marketing), Asked(AS_OF))

    assert by_cause(found) == {cause.value: town.truth.get(cause, 0) for cause in Cause}
    rules = {cause.value for cause in town.truth}
    assert set(found.causes.filter(pl.col("findings") > 0)["cause"]) == rules


# ------------------------------------------------------------------ any books at all

_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["11", "12", "21", "3"]),
        st.sampled_from(MONTHS),
        st.sampled_from(MEASURES),
        st.sampled_from([kind for kind in KINDS if kind not in ("gap", "closing")]),
        st.none() | st.dates(date(2026, 10, 1), date(2026, 11, 8)),
        st.sampled_from([-1_234, -1_000, -100, -12, 0, 3, 12, 21, 100, 1_000, 1_243, 10**15]),
        st.sampled_from(["", "a", "b"]),
    ),
    max_size=14,
)
_CLOSINGS = st.dictionaries(
    st.tuples(st.sampled_from(["11", "12"]), st.sampled_from(MONTHS)),
    st.tuples(st.sampled_from([0, 5, 100]), st.sampled_from([None, AS_OF])),
    max_size=3,
)


def with_closings(
    rows: list[Row], closings: dict[tuple[str, int], tuple[int, date | None]]
) -> list[Row]:
    return rows + [
        (account, month, "receivable", "closing", day, fen, "")
        for (account, month), (fen, day) in closings.items()
    ]


@settings(max_examples=150, deadline=None)
@given(_ROWS, _ROWS, _CLOSINGS, st.randoms(use_true_random=False))
def test_any_two_books_add_up(
    ours: list[Row],
    theirs: list[Row],
    closings: dict[tuple[str, int], tuple[int, date | None]],
    order: random.Random,
) -> None:
    ours = with_closings(ours, closings)
    found = explain(frame(ours), frame(theirs), Asked(AS_OF))

    for measure in MEASURES:
        mine, its = found.books_fen[measure]
        assert int(found.documents[f"{measure}_fen"].sum()) == mine - its
    assert sum(by_cause(found).values()) == found.difference_fen
    ids = [
        *found.documents["id_finance"].drop_nulls(),
        *found.documents["id_marketing"].drop_nulls(),
    ]
    assert len(ids) == len(set(ids)) == int(found.causes["rows"].sum())

    mirrored = explain(frame(theirs), frame(ours), Asked(AS_OF))
    assert by_cause(mirrored) == {cause: -fen for cause, fen in by_cause(found).items()}
    order.shuffle(ours)
    order.shuffle(theirs)
    assert by_cause(explain(frame(ours), frame(theirs), Asked(AS_OF))) == by_cause(found)


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), min_size=1))
def test_swapped_amounts_are_those_of_the_definition(pairs: list[tuple[int, int]]) -> None:
    pairs += [(one, neighbour) for one, _ in pairs for neighbour in neighbours(str(one))]
    ours, theirs = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))

    assert amounts_swapped(ours, theirs).tolist() == [
        theirs in neighbours(str(ours)) for ours, theirs in pairs
    ]


def neighbours(text: str) -> set[int]:
    """Every number of as many digits that exchanges two different neighbouring digits."""
    found = {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1)}
    return {int(one) for one in found if one != text and (one[0] != "0" or len(one) == 1)}


@given(st.lists(st.tuples(*[st.text("0123", min_size=1, max_size=5)] * 2), min_size=1))
def test_near_numbers_are_those_of_the_definition(pairs: list[tuple[str, str]]) -> None:
    def near(one: str, two: str) -> bool:
        if len(one) != len(two):
            return False
        differs = [at for at in range(len(one)) if one[at] != two[at]]
        swapped = len(differs) == 2 and differs[1] == differs[0] + 1
        return len(differs) == 1 or (swapped and sorted(one) == sorted(two))

    ours, theirs = (pl.Series(side, dtype=pl.String) for side in zip(*pairs, strict=True))

    assert numbers_near(ours, theirs).tolist() == [near(*pair) for pair in pairs]


def test_a_table_that_does_not_add_up_is_refused() -> None:
    found = explain(
        frame([("1", 202610, "receivable", "bill", AS_OF, 100, "a")]), frame([]), Asked(AS_OF)
    )
    with pytest.raises(CausesDoNotAddUp, match=r"add up to 1\.00 where the two books differ by 2"):
        require_adds_up(found.documents, {"receivable": (200, 0)})


def test_the_order_of_the_rules_names_every_cause_once() -> None:
    assert sorted(RULES) == sorted(Cause)
    assert RULES[-1] is Cause.UNEXPLAINED
