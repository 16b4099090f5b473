"""Statements in, row by row and once; matches only where amount and reference fit one sum."""

import pytest
from django.db import transaction

from onebook.banking import jobs, reads, services
from onebook.banking.errors import (
    AccountContradicted,
    AmountsDiffer,
    LineMatched,
    MatchNotInForce,
)
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.infra.tabular import FileUnusable
from onebook.org.errors import NotAllowed
from onebook.org.services import SYSTEM
from tests.banking import bank
from tests.banking.bank import BOOKED, GOOD, HEAD, line, take, trial
from tests.builders import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Company:
    """The account of `bank.build`."""
    return bank.build()


def test_the_same_file_twice_changes_nothing(place: Company) -> None:
    first = take(GOOD)
    again = take(GOOD)

    assert (first.taken, first.unchanged, first.encoding) == (1, 0, "gb18030")
    assert (again.taken, again.unchanged) == (0, 1)
    assert len(reads.lines()) == 1
    assert len(reads.files()) == 1


def test_two_equal_real_lines_are_both_kept_and_overlaps_add_up(place: Company) -> None:
    equal = line("50.00", "", "电费", "")

    assert take(equal, equal).taken == 2
    assert take(equal, equal, equal).taken == 1
    assert take(equal).taken == 0
    assert [row["amount_fen"] for row in reads.lines()] == [50_00] * 3


def test_a_broken_row_is_rejected_and_the_rest_goes_in(place: Company) -> None:
    taken = take(GOOD, line("5O.00", "1170.00", "电费", "1-2"), line("9.00", "1179.00", "a", "1-3"))

    assert (taken.rows_in, taken.taken, len(taken.rejects)) == (3, 2, 1)
    assert taken.rejects[0].row_number == 3
    assert "5O.00" in str(taken.rejects[0].reason)
    assert [finding.kind for finding in taken.findings] == ["balance_break"]
    assert sum(row["amount_fen"] for row in reads.lines()) == 129_00


def test_a_truncated_end_is_rejected(place: Company) -> None:
    data = (HEAD + GOOD + line("9.00", "1129.00", "b", "1-3")).encode("gb18030")[:-40]

    taken = jobs.import_statement(data, "ccb.csv", person_id=SYSTEM)

    assert (taken.taken, len(taken.rejects)) == (1, 1)


def test_bytes_in_no_known_encoding_are_refused_whole(place: Company) -> None:
    with pytest.raises(FileUnusable):
        jobs.import_statement(HEAD.encode() + b"\xff\xfe\x81\xff\n", "x.csv", person_id=SYSTEM)
    assert reads.lines() == []


def test_a_statement_of_another_account_is_refused(place: Company) -> None:
    with pytest.raises(AccountContradicted):
        take(GOOD, account_number="33050161700000009999")
    assert reads.lines() == []


def test_an_exact_and_unique_line_credits_the_sum_in_transit(place: Company) -> None:
    take(GOOD)
    before = trial()

    done = jobs.reconcile(person_id=place.person["accountant"])

    assert (done.matched, done.matched_fen, done.waiting) == (1, 120_00, {})
    after = trial()
    assert after["1002"] - before["1002"] == 120_00
    assert after["1012"] - before["1012"] == -120_00
    assert [row["reference"] for row in cash_reads.transit_waiting(BOOKED)] == ["JK20251010002"]
    again = jobs.reconcile(person_id=SYSTEM)
    assert (again.matched, trial()) == (0, after)


@pytest.mark.parametrize(
    ("money_in", "remark", "reason"),
    [
        ("120.00", "现金缴存 JK20251010009", "amount_alone"),
        ("119.00", "现金缴存 JK20251010001", "amount_differs"),
        ("120.00", "现金缴存 JK202510100019", "amount_alone"),
        ("77.00", "货款", "no_candidate"),
    ],
)
def test_a_wrong_match_is_never_made(
    place: Company, money_in: str, remark: str, reason: str
) -> None:
    take(line(money_in, "", remark, "1-1"))
    before = trial()

    done = jobs.reconcile(person_id=SYSTEM)

    assert (done.matched, done.waiting) == (0, {reason: 1})
    assert trial() == before


def test_two_lines_for_one_sum_both_wait(place: Company) -> None:
    take(GOOD, line("120.00", "1240.00", "现金缴存 JK20251010001", "1-2"))

    done = jobs.reconcile(person_id=SYSTEM)

    assert (done.matched, done.waiting) == (0, {"several_candidates": 2})


def test_why_a_line_waits_follows_what_is_in_transit(place: Company) -> None:
    take(
        line("77.00", "1077.00", "货款", "1-1"), line("", "1076.00", "费", "1-2", money_out="1.00")
    )
    first = jobs.reconcile(person_id=SYSTEM)
    assert first.waiting == {"no_candidate": 1, "money_out": 1}

    cashier = place.person["cashier"]
    cash.take_cash("1", 77_00, external_ref="S7", effective_on=BOOKED, person_id=cashier)
    cash.remit(place.east, 77_00, "JK77", effective_on=BOOKED, person_id=cashier)

    assert jobs.reconcile(person_id=SYSTEM).waiting == {"amount_alone": 1, "money_out": 1}
    (row,) = [row for row in reads.lines() if row["amount_fen"] == 77_00]
    assert [one["reference"] for one in row["candidates"]] == ["JK77"]
    services.match_by_hand(
        row["id"], row["candidates"][0]["item_id"], person_id=place.person["accountant"]
    )
    assert jobs.reconcile(person_id=SYSTEM).waiting == {"money_out": 1}


def test_undoing_a_match_restores_the_balances_and_it_can_be_made_again(place: Company) -> None:
    accountant = place.person["accountant"]
    take(GOOD)
    before = trial()
    jobs.reconcile(person_id=SYSTEM)
    matched = trial()
    (row,) = reads.lines(state="matched")

    services.undo(row["match_id"], person_id=accountant)

    assert trial() == before
    with pytest.raises(MatchNotInForce), transaction.atomic():
        services.undo(row["match_id"], person_id=accountant)
    assert jobs.reconcile(person_id=SYSTEM).matched == 1
    assert trial() == matched


def test_a_person_pairs_equal_amounts_and_nothing_else(place: Company) -> None:
    take(line("120.00", "1120.00", "转账", "1-1"))
    jobs.reconcile(person_id=SYSTEM)
    (waiting,) = reads.lines(state="waiting")
    items = {item["amount_fen"]: item["id"] for item in cash_reads.transit_waiting(BOOKED)}
    accountant = place.person["accountant"]

    with pytest.raises(NotAllowed):
        services.match_by_hand(waiting["id"], items[120_00], person_id=place.person["cashier"])
    with pytest.raises(AmountsDiffer), transaction.atomic():
        services.match_by_hand(waiting["id"], items[30_00], person_id=accountant)
    services.match_by_hand(waiting["id"], items[120_00], person_id=accountant)

    assert trial()["1002"] == 1120_00
    with pytest.raises(LineMatched), transaction.atomic():
        services.match_by_hand(waiting["id"], items[120_00], person_id=accountant)
