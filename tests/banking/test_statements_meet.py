"""Files of one account that meet: the union of what they hold, and never the same money twice."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onebook.banking import jobs, reads
from onebook.banking.errors import (
    BalanceContradicted,
    CurrencyForeign,
    LineDoubled,
    SerialContradicted,
)
from onebook.banking.models import Line, Match, StatementFile
from onebook.banking.rules import same_account
from onebook.books.models import Journal
from onebook.org.services import SYSTEM
from tests.banking import bank
from tests.banking.bank import GOOD, line, plain, take, take_plain, trial
from tests.builders import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Company:
    """The account of `bank.build`."""
    return bank.build()


def amounts() -> list[int]:
    """Every recorded line's fen, in the order of booking."""
    return list(Line.objects.order_by("booked_on", "id").values_list("amount_fen", flat=True))


def state() -> tuple[int, int, int, dict[str, int]]:
    """What a refused file may not change: lines, files, journals, balances."""
    return (
        Line.objects.count(),
        StatementFile.objects.count(),
        Journal.objects.count(),
        trial(date(2025, 12, 31)),
    )


# ------------------------------------------------------------ the same serial number


def test_another_amount_under_a_recorded_serial_is_refused_and_named(place: Company) -> None:
    take(GOOD, name="first.csv")
    before = state()

    taken = take(line("130.00", "1130.00", "现金缴存 JK20251010001", "1-1"), name="again.csv")

    assert (taken.rows_in, taken.taken, taken.unchanged) == (1, 0, 0)
    (reject,) = taken.rejects
    assert isinstance(reject.reason, SerialContradicted)
    assert reject.row_number == 2
    assert reject.cells[4] == "130.00"
    assert reject.reason.params == {
        "serial": "1-1", "day": "2025-10-11", "recorded": "120.00", "file": "first.csv",
        "stated": "130.00",
    }  # fmt: skip
    assert state() == before
    assert jobs.reconcile(person_id=SYSTEM).matched_fen == 120_00
    assert trial()["1002"] == 1120_00


def test_only_the_contradicting_row_of_a_file_is_refused(place: Company) -> None:
    take(GOOD)

    taken = take(
        line("130.00", "1130.00", "现金缴存", "1-1"), line("9.00", "1139.00", "电费", "1-2")
    )

    assert (taken.taken, taken.unchanged, len(taken.rejects)) == (1, 0, 1)
    assert amounts() == [120_00, 9_00]
    (newest, _) = reads.files()
    assert (newest.lines_in, newest.lines_new, newest.lines_rejected) == (2, 1, 1)


def test_a_further_amount_of_a_serial_is_new_where_the_file_holds_the_recorded_one(
    place: Company,
) -> None:
    take(GOOD)
    fee = line("", "1118.00", "手续费", "1-1", money_out="2.00")

    assert take(GOOD, fee).taken == 1
    assert take(GOOD, GOOD, fee).taken == 1  # a second equal line of the same serial
    assert amounts() == [120_00, -2_00, 120_00]
    without = take(GOOD, line("", "1117.00", "手续费", "1-1", money_out="3.00"))
    assert (without.taken, [type(one.reason) for one in without.rejects]) == (
        0, [SerialContradicted],
    )  # fmt: skip
    assert amounts() == [120_00, -2_00, 120_00]


def test_another_day_s_serial_contradicts_nothing(place: Company) -> None:
    take(GOOD)
    assert take(line("130.00", "1250.00", "电费", "1-1", day="20251012")).taken == 1


# ------------------------------------------------------------ the same days in two layouts


@pytest.mark.parametrize("has_balance", [True, False])
def test_the_same_days_in_another_layout_are_the_same_lines(
    place: Company, has_balance: bool
) -> None:
    take(GOOD, line("9.00", "1129.00", "电费", "1-2"), name="first.csv")
    before = state()
    balances = ("1120.00", "1129.00") if has_balance else ("", "")

    taken = take_plain(plain("120.00", balances[0]), plain("9.00", balances[1]))

    assert (taken.layout, taken.taken, taken.unchanged, taken.rejects) == ("common", 0, 2, [])
    assert taken.notes == ["2 行就是 first.csv(版式 ccb_a)里的明细,未作改动"]
    assert state() == before


def test_a_part_of_the_day_without_balances_is_refused_and_named(place: Company) -> None:
    take(GOOD, line("9.00", "1129.00", "电费", "1-2"), name="first.csv")
    before = state()

    taken = take_plain(plain("120.00", ""))

    assert (taken.taken, taken.unchanged, taken.notes) == (0, 0, [])
    assert [type(one.reason) for one in taken.rejects] == [LineDoubled]
    assert taken.rejects[0].reason.params == {  # type: ignore[union-attr]
        "amount": "120.00", "day": "2025-10-11", "file": "first.csv", "recorded_layout": "ccb_a",
    }  # fmt: skip
    assert state() == before


def test_the_other_way_round_too(place: Company) -> None:
    take_plain(plain("120.00", "1120.00"))
    before = state()
    taken = take(GOOD)
    assert (taken.taken, taken.unchanged, taken.rejects) == (0, 1, [])
    assert state() == before


def test_the_same_amounts_of_a_day_with_other_balances_are_other_lines_and_refused(
    place: Company,
) -> None:
    take(GOOD)
    before = state()
    taken = take_plain(plain("120.00", "1240.00"))
    assert [type(one.reason) for one in taken.rejects] == [LineDoubled]
    assert state() == before


def test_equal_sums_of_two_payers_on_one_day_both_stay(place: Company) -> None:
    by_one = line("50.00", "", "电费", "1-1").replace(",甲,1,行,", ",甲,6222000011112222,行,")
    take(by_one)

    by_two = plain("50.00", "").replace(",甲,1,", ",乙,6222000033334444,")
    taken = take_plain(by_two)

    assert (taken.taken, taken.unchanged, taken.rejects) == (1, 0, [])
    assert sorted(Line.objects.values_list("counterparty_name", "amount_fen")) == [
        ("乙", 50_00), ("甲", 50_00),
    ]  # fmt: skip
    # Both of them in a third file are the two that are there, in whatever order.
    same = plain("50.00", "").replace(",甲,1,", ",甲,6222****2222,")
    again = take_plain(by_two, same, name="third.csv")
    assert (again.taken, again.unchanged, again.rejects) == (0, 2, [])
    assert amounts() == [50_00, 50_00]


def test_the_day_in_another_order_is_paired_by_its_payers(place: Company) -> None:
    take(
        line("50.00", "", "电费", "1-1").replace(",甲,1,行,", ",甲公司,,行,"),
        line("50.00", "", "电费", "1-2").replace(",甲,1,行,", ",乙公司,,行,"),
    )
    before = state()
    taken = take_plain(
        plain("50.00", "").replace(",甲,1,", ",乙公司(东,,"),
        plain("50.00", "").replace(",甲,1,", ",甲公司,,"),
    )
    assert (taken.taken, taken.unchanged, taken.rejects) == (0, 2, [])
    assert state() == before


def test_one_payer_and_another_with_one_balance_are_left_to_a_person(place: Company) -> None:
    take(GOOD)
    before = state()
    taken = take_plain(plain("120.00", "1120.00").replace(",甲,1,", ",乙,2,"))
    assert [type(one.reason) for one in taken.rejects] == [LineDoubled]
    assert state() == before


def test_what_the_other_layout_has_more_of_is_new(place: Company) -> None:
    take(line("50.00", "1050.00", "电费", "1-1"))

    taken = take_plain(plain("50.00", "1050.00"), plain("50.00", "1100.00"), plain("7.00", "1107"))

    assert (taken.taken, taken.unchanged, taken.rejects) == (2, 1, [])
    assert amounts() == [50_00, 50_00, 7_00]


def test_one_layout_with_its_texts_changed_is_not_taken_twice(place: Company) -> None:
    take_plain(plain("50.00", "1050.00", "电费"))
    before = state()
    assert [
        type(one.reason) for one in take_plain(plain("50.00", "1050.00", "电费转账")).rejects
    ] == [LineDoubled]
    assert state() == before


def test_a_later_part_of_the_day_is_new(place: Company) -> None:
    take_plain(plain("50.00", "1050.00", "电费"))
    assert take_plain(plain("50.00", "1100.00", "电费二")).taken == 1
    assert amounts() == [50_00, 50_00]


def test_another_currency_is_not_yuan(place: Company) -> None:
    before = state()
    taken = take(line("120.00", "1120.00", "USD", "1-1", currency="美元"))
    assert [type(one.reason) for one in taken.rejects] == [CurrencyForeign]
    assert state() == before


# ------------------------------------------------------------ the balance goes on


def test_a_file_that_contradicts_the_day_before_is_refused_whole(place: Company) -> None:
    take(GOOD)
    before = state()

    with pytest.raises(BalanceContradicted) as refused, transaction.atomic():
        take(line("9.00", "1509.00", "电费", "2-1", day="20251012"), name="next.csv")

    assert refused.value.params == {
        "name": "next.csv", "opening": "1,500.00", "day": "2025-10-12", "closing": "1,120.00",
        "last_day": "2025-10-11", "difference": "380.00",
    }  # fmt: skip
    assert state() == before
    # Exported again from the day before on, the missing line comes in and the rest follows.
    whole = take(
        GOOD,
        line("380.00", "1500.00", "电费", "1-2"),
        line("9.00", "1509.00", "电费", "2-1", day="20251012"),
    )
    assert (whole.taken, whole.unchanged, whole.findings) == (2, 1, [])
    assert amounts() == [120_00, 380_00, 9_00]


def test_days_missing_between_are_named_with_their_sum(place: Company) -> None:
    take(GOOD)

    taken = take(line("9.00", "1509.00", "电费", "5-1", day="20251015"))

    (finding,) = taken.findings
    assert (taken.taken, finding.kind, finding.figure_fen) == (1, "gap", 380_00)
    assert finding.days == ("2025-10-12", "2025-10-14")
    assert finding.text == "2025-10-12 至 2025-10-14 缺 380.00 元的流水,请导入这几天的对账单"
    assert reads.files()[0].findings[0]["days"] == ["2025-10-12", "2025-10-14"]


def test_days_without_a_movement_are_no_gap(place: Company) -> None:
    take(GOOD)
    taken = take(line("9.00", "1129.00", "电费", "5-1", day="20251015"))
    assert (taken.taken, taken.findings) == (1, [])


def test_the_first_file_is_held_against_the_registered_opening(place: Company) -> None:
    taken = take(line("9.00", "1509.00", "电费", "1-1"))
    assert [(one.kind, one.figure_fen, one.days) for one in taken.findings] == [
        ("gap", 500_00, ("2025-09-01", "2025-10-11"))
    ]


def test_a_corrected_row_goes_on_from_the_recorded_one_before_it(place: Company) -> None:
    first = take(
        GOOD, line("5O.00", "1170.00", "电费", "1-2"), line("9.00", "1179.00", "电费", "1-3")
    )
    assert (first.taken, len(first.rejects)) == (2, 1)

    corrected = take(line("50.00", "1170.00", "电费", "1-2"))

    assert (corrected.taken, corrected.rejects, corrected.findings) == (1, [], [])
    assert sorted(amounts()) == [9_00, 50_00, 120_00]
    assert take(line("1.00", "1180.00", "电费", "2-1", day="20251012")).findings == []


def test_a_part_of_the_day_that_goes_on_from_nothing_recorded_is_refused(place: Company) -> None:
    take(line("100.00", "1100.00", "电费", "0-1", day="20251010"), GOOD.replace("1120", "1220"))
    before = state()
    with pytest.raises(BalanceContradicted), transaction.atomic():
        take(line("9.00", "1409.00", "电费", "1-4"))
    assert state() == before


def test_a_day_listed_in_no_order_of_its_balances_goes_on_all_the_same(place: Company) -> None:
    take(GOOD)
    taken = take(
        line("20.00", "1150.00", "电费", "2-2", day="20251012"),
        line("10.00", "1130.00", "电费", "2-1", day="20251012"),
        line("5.00", "1155.00", "电费", "2-3", day="20251012"),
    )
    assert (taken.taken, [one.kind for one in taken.findings]) == (3, ["balance_break"])
    (account,) = reads.reconciliation(date(2025, 10, 12)).accounts
    assert (account.printed_fen, account.missing_fen) == (1155_00, 0)


def test_a_rejected_first_row_explains_what_is_missing(place: Company) -> None:
    take(GOOD)
    taken = take(
        line("3O.00", "1150.00", "电费", "2-1", day="20251012"),
        line("9.00", "1159.00", "电费", "2-2", day="20251012"),
    )
    assert (taken.taken, len(taken.rejects)) == (1, 1)
    assert [(one.kind, one.figure_fen) for one in taken.findings] == [("gap", 30_00)]


def test_a_trial_run_leaves_nothing_and_says_the_same(place: Company) -> None:
    take(GOOD)
    before = state()
    tried = take(
        GOOD, line("9.00", "1129.00", "电费", "1-2"), line("1.00", "1130.00", "电费", "1-1"),
        dry_run=True,
    )  # fmt: skip
    assert (tried.taken, tried.unchanged, len(tried.rejects)) == (2, 1, 0)
    assert state() == before


@pytest.mark.parametrize(
    ("stated", "is_same"),
    [
        ("33050161700000001234", True),
        ("3305 0161-7000 0000 1234", True),
        ("3305****1234", True),
        ("xxxxx*********1234", True),
        ("XXXX", True),  # says nothing, and so contradicts nothing
        ("3305****1235", False),
        ("3306xxxx1234", False),
        ("3305016170000000123", False),
    ],
)
def test_a_masked_number_must_fit_what_it_shows(stated: str, is_same: bool) -> None:
    assert same_account(bank.NUMBER, stated) is is_same


# ------------------------------------------------------------ laws


_rows = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["10.00", "20.00"]), st.sampled_from(["", "7"])),
    min_size=1,
    max_size=8,
)


def _file(rows: list[tuple[int, str, str]], is_printed: bool) -> list[tuple[int, str]]:
    """Each row's day and text, with the account's running balance where the bank prints it."""
    fen, file = 1000_00, []
    for day, money_in, serial in sorted(rows):
        fen += int(money_in[:2]) * 100
        balance = f"{fen // 100}.00" if is_printed else ""
        file.append((day, line(money_in, balance, "电费", serial, day=f"2025101{day}")))
    return file


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=_rows, cut=st.tuples(st.integers(1, 3), st.integers(1, 3)), is_printed=st.booleans())
def test_whole_days_in_any_overlap_add_up_to_their_union(
    place: Company, rows: list[tuple[int, str, str]], cut: tuple[int, int], is_printed: bool
) -> None:
    with transaction.atomic():
        whole = _file(rows, is_printed)
        early = [one for one in whole if one[0] <= max(cut)]
        late = [one for one in whole if one[0] >= min(cut)]
        for part in (late, early, whole, early, late):
            if part:
                assert take(*(text for _, text in part)).rejects == []
        held = [f"{fen // 100}.00" for fen in amounts()]
        assert sorted(held) == sorted(fen for _, fen, _ in rows)
        (account,) = reads.reconciliation(date(2025, 10, 13)).accounts
        assert account.missing_fen == 0
        assert Match.objects.count() == 0
        transaction.set_rollback(True)
