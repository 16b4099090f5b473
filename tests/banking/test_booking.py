"""Every way out of a bank line: the journals of each, these and no others, and its undoing."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from onebook.banking import errors, reads, services
from onebook.banking.models import Match, Waiting
from onebook.banking.rules import OWN_TRANSFER, Kind, Part
from onebook.books import reads as books
from onebook.books import services as book_services
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.customer import reads as customer
from onebook.finance import reads as finance
from onebook.hub import services as hub
from onebook.infra import clock, guards
from onebook.kernel.periods import Month
from onebook.org.errors import NotAllowed
from onebook.org.services import SYSTEM
from onebook.receivable import reads as receivable
from onebook.work import services as work
from onebook.work.errors import MakerIsChecker
from tests import builders
from tests.banking import bank
from tests.banking.bank import BOOKED, line, take, trial
from tests.builders import Company

pytestmark = pytest.mark.django_db
LATER = date(2025, 12, 31)
EVIDENCE = [work.File("回单.pdf", b"%PDF")]
OTHER = "33050161700000005678"


@pytest.fixture
def place() -> Company:
    """The account of `bank.build`; account 1 owes 350.00 of 500.00."""
    return bank.build()


def arrive(fen: int, serial: str = "9-1", text: str = "转账", day: str = "20251011") -> int:
    """A line that the bank booked; its id."""
    yuan = f"{abs(fen) / 100:.2f}"
    row = (
        line(yuan, "", text, serial, day=day) if fen > 0 else line("", "", text, serial, yuan, day)
    )
    assert take(row).taken == 1
    return int(max(one["id"] for one in reads.lines()))


def journals() -> list[tuple[str, dict[str, int]]]:
    """Every journal since the lines began: its event and its accounts in fen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id, j.event, a.code, sum(p.amount_fen)::bigint FROM books_journal j"
            " JOIN books_posting p ON p.journal_id = j.id"
            " JOIN books_account a ON a.id = p.account_id"
            " WHERE j.source_kind IN ('bank_match', 'receipt_reversal')"
            "    OR j.event = 'receipt.in_transit'"
            " GROUP BY 1, 2, 3 ORDER BY 1, 3"
        )
        found: dict[int, tuple[str, dict[str, int]]] = {}
        for journal_id, event, code, fen in cursor.fetchall():
            found.setdefault(journal_id, (event, {}))[1][code] = fen
    return list(found.values())


def book(place: Company, line_id: int, *parts: Part, reason: str = "据银行回单") -> list[int]:
    return services.book_line(line_id, parts, reason=reason, person_id=place.person["accountant"])


def purpose(fen: int, code: str) -> Part:
    return Part(Kind.PURPOSE, fen, purpose=code)


def receipt(fen: int, number: str = "1") -> Part:
    return Part(Kind.RECEIPT, fen, account=number)


UNKNOWN = Kind.UNIDENTIFIED


def owed(number: str = "1") -> int:
    account = customer.account_by_number(number).id
    return int(receivable.owed_by_account([account], LATER).get(account, 0))


def holds() -> None:
    """Every promise of the book, and the form agrees with every line booked."""
    with clock.on(LATER):
        assert [(one.name_en, one.problems) for one in finance.verify() if one.problems] == []
        assert finance.tie_out(Month(2025, 10)).ties[-1].difference == 0


def agreed(on: date = BOOKED) -> tuple[int, int, int]:
    """The form's difference, and how many items stand on either side."""
    form = reads.reconciliation(on)
    return (
        form.sums.difference_fen, len(form.in_bank_not_book), len(form.in_book_not_bank),
    )  # fmt: skip


# ------------------------------------------------------------ purposes


@pytest.mark.parametrize(
    ("fen", "code", "postings"),
    [
        (-25_00, "fee", {"1002": -25_00, "6603": 25_00}),
        (25_00, "fee", {"1002": 25_00, "6603": -25_00}),
        (31_41, "interest", {"1002": 31_41, "660302": -31_41}),
        (-700_00, "fund_renewable", {"1002": -700_00, "224101": 700_00}),
        (-999_00, "remitted_up", {"1002": -999_00, "224120": 999_00}),
    ],
)
def test_a_purpose_moves_the_bank_and_its_account(
    place: Company, fen: int, code: str, postings: dict[str, int]
) -> None:
    found = arrive(fen)
    assert agreed() == (0, 1, 0)

    book(place, found, purpose(fen, code))

    assert journals() == [("bank.purpose", postings)]
    assert agreed() == (0, 0, 0)
    assert reads.month_counts(Month(2025, 10)) == {"lines": 1, "matched": 1, "waiting": 0}
    holds()


def test_a_purpose_needs_a_reason_and_a_rule(place: Company) -> None:
    fee = arrive(-25_00)
    with pytest.raises(errors.ReasonNeeded):
        book(place, fee, purpose(-25_00, "fee"), reason=" ")
    with pytest.raises(errors.PurposeUnknown):
        book(place, fee, purpose(-25_00, "gift"))
    with pytest.raises(NotAllowed):
        services.book_line(
            fee, [purpose(-25_00, "fee")], reason="x", person_id=place.person["cashier"]
        )
    assert journals() == []


def test_above_the_limit_a_second_person_approves_and_the_database_holds_it(
    place: Company,
) -> None:
    manager = place.person["finance_manager"]
    paid = arrive(-1000_01)
    parts = [purpose(-1000_01, "remitted_up")]
    with pytest.raises(errors.SecondPersonNeeded, match=r"1,000\.01 yuan"):
        book(place, paid, *parts)
    accountant = place.person["accountant"]
    asked = services.request_line(paid, parts, "上划九月电费", EVIDENCE, by=accountant)
    assert reads.request_of(paid)["id"] == asked
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        services.book_line(paid, parts, reason="x", person_id=accountant, approval_id=asked)
    assert isinstance(guards.refusal(refused.value), errors.SecondPersonMissing)
    with pytest.raises((MakerIsChecker, NotAllowed)):
        hub.decide(asked, "approve", "", by=accountant)
    assert journals() == []

    assert hub.decide(asked, "approve", "已核对上划单", by=manager).state == "approved"

    assert journals() == [("bank.purpose", {"1002": -1000_01, "224120": 1000_01})]
    (match,) = reads.matches_of([paid])
    assert (match.person_id, match.approval_id, match.rule) == (accountant, asked, "approved")
    assert reads.request_of(paid) is None
    holds()


# ------------------------------------------------------------ a customer's transfer


def test_a_transfer_settles_the_oldest_debts_and_is_credited_by_its_line(place: Company) -> None:
    found = arrive(400_00, "9-7")

    book(place, found, receipt(400_00), reason="")

    assert journals() == [
        ("receipt.in_transit", {"1012": 400_00, "112201": -350_00, "2203": -50_00}),
        ("bank.credited", {"1002": 400_00, "1012": -400_00}),
    ]
    account = customer.account_by_number("1").id
    (taken, *_) = cash_reads.receipts_of_account(account)
    assert (taken.channel, taken.external_ref, taken.amount_fen, taken.effective_on) == (
        "bank_transfer", "9-7", 400_00, BOOKED,
    )  # fmt: skip
    assert owed() == 0
    assert agreed() == (0, 0, 0)
    assert reads.receipt_lines([taken.pk]) == {taken.pk: found}
    holds()


def test_one_line_of_several_accounts_is_a_receipt_for_each(place: Company) -> None:
    builders.accounts("2,居民生活,1,0,zj-residential-tiers")
    found = arrive(130_00, "")

    with pytest.raises(errors.AmountsDiffer, match=r"difference of 30.00"):
        book(place, found, receipt(60_00), receipt(40_00, "2"))
    book(place, found, receipt(60_00), receipt(70_00, "2"))

    assert [event for event, _ in journals()] == [
        "receipt.in_transit", "receipt.in_transit", "bank.credited", "bank.credited",
    ]  # fmt: skip
    refs = [one.external_ref for one in cash_reads.receipts_of_day(BOOKED, channel="bank_transfer")]
    assert sorted(ref.startswith(f"L{found}") for ref in refs) == [True, True]
    assert (owed(), cash_reads.prepayment_of(customer.account_by_number("2").id)) == (
        290_00, 70_00,
    )  # fmt: skip
    holds()


def test_undoing_a_transfer_owes_again_and_it_can_be_booked_anew(place: Company) -> None:
    before = {code: fen for code, fen in trial(LATER).items() if fen}
    found = arrive(400_00, "9-7")
    (match_id,) = book(place, found, receipt(400_00))

    services.undo(match_id, person_id=place.person["accountant"])

    assert {code: fen for code, fen in trial(LATER).items() if fen} == before
    assert journals()[2:] == [
        ("bank.uncredited", {"1002": -400_00, "1012": 400_00}),
        ("receipt.returned", {"1012": -400_00, "112201": 350_00, "2203": 50_00}),
    ]
    assert (owed(), agreed()) == (350_00, (0, 1, 0))
    assert cash_reads.transit_waiting(LATER) == [
        row for row in cash_reads.transit_waiting(LATER) if row["reference"].startswith("JK")
    ]
    book(place, found, receipt(400_00))
    assert owed() == 0
    holds()


def test_a_transfer_that_bounced_reopens_what_it_settled(place: Company) -> None:
    """Also what its prepayment had settled since: the offset is undone."""
    before = trial(LATER)
    found = arrive(400_00, "9-7")
    book(place, found, receipt(400_00))
    builders.owe("1,2025-09,2025-10-31,50.00", on=date(2025, 10, 11))
    account = customer.account_by_number("1")
    with clock.on(LATER), transaction.atomic():
        cash.offset_unit(account.org_unit_id, Month(2025, 9), date(2025, 10, 12), person_id=SYSTEM)
    assert owed() == 0
    bounced = arrive(-400_00, "9-9", "退票", day="20251013")

    book(place, bounced, Part(Kind.RETURN, -400_00, other_line_id=found), reason="户名不符")

    assert journals()[2:] == [
        ("bank.returned", {"1002": -400_00, "1012": 400_00}),
        ("receipt.returned", {"1012": -400_00, "112201": 400_00, "2203": 0}),
    ]
    assert owed() == 400_00
    assert trial(LATER)["1002"] == before["1002"]
    assert agreed(date(2025, 10, 13)) == (0, 0, 0)
    holds()

    # Undone, both lines wait again, and nothing is left of either.
    (back,) = reads.matches_of([bounced])
    services.undo(back.pk, person_id=place.person["accountant"])
    assert reads.matches_of([found, bounced]) == []
    assert (owed(), trial(LATER)["1002"]) == (400_00, before["1002"])
    assert agreed(date(2025, 10, 13)) == (0, 2, 0)
    holds()


# ------------------------------------------------------------ money not identified


def test_money_not_identified_is_a_liability_until_it_is_known_whose_it_is(
    place: Company,
) -> None:
    found = arrive(88_00)
    book(place, found, Part(UNKNOWN, 88_00), reason="来款无户号")

    assert journals() == [("bank.unidentified", {"1002": 88_00, "224110": -88_00})]
    listed = reads.unidentified(date(2025, 10, 31))
    assert [
        (row["amount_fen"], row["age_days"], row["owner"], row["reason"]) for row in listed.rows
    ] == [(88_00, 20, "accountant 某", "来款无户号")]
    assert [(tie.ours, tie.theirs) for tie in listed.ties] == [(88_00, 88_00)]
    assert [row["id"] for row in reads.lines(state="unidentified")] == [found]
    assert agreed() == (0, 0, 0)

    book(place, found, receipt(88_00), reason="")

    assert journals()[1:] == [
        ("bank.identified", {"1002": -88_00, "224110": 88_00}),
        ("receipt.in_transit", {"1012": 88_00, "112201": -88_00}),
        ("bank.credited", {"1002": 88_00, "1012": -88_00}),
    ]
    assert reads.unidentified(date(2025, 10, 31)).rows == []
    assert (owed(), reads.lines(state="unidentified")) == (262_00, [])
    holds()


@pytest.mark.parametrize("was_waiting", [True, False])
def test_money_not_identified_is_sent_back(place: Company, was_waiting: bool) -> None:
    found = arrive(88_00)
    if not was_waiting:
        book(place, found, Part(UNKNOWN, 88_00), reason="来款无户号")
    sent = arrive(-88_00, "9-2", "退回", day="20251014")

    book(place, sent, Part(Kind.RETURN, -88_00, other_line_id=found), reason="")

    assert journals() == [
        ("bank.unidentified", {"1002": 88_00, "224110": -88_00}),
        ("bank.returned", {"1002": -88_00, "224110": 88_00}),
    ]
    assert [len(reads.unidentified(date(2025, 10, day)).rows) for day in (10, 11, 13, 14)] == [
        0, 1, 1, 0,
    ]  # fmt: skip
    with pytest.raises(errors.LineMatched):
        book(place, found, receipt(88_00))
    holds()


def test_a_payment_that_nobody_knows_is_a_claim_and_comes_back(place: Company) -> None:
    paid = arrive(-40_00)
    book(place, paid, Part(UNKNOWN, -40_00), reason="银行扣款不明")
    assert journals() == [("bank.unidentified", {"1002": -40_00, "122110": 40_00})]
    (row,) = reads.unidentified(LATER).rows
    assert row["amount_fen"] == -40_00

    back = arrive(40_00, "9-2", "冲正", day="20251014")
    book(place, back, Part(Kind.RETURN, 40_00, other_line_id=paid), reason="")

    assert journals()[1:] == [("bank.returned", {"1002": 40_00, "122110": -40_00})]
    assert reads.unidentified(LATER).rows == []
    holds()


def test_a_fee_that_the_bank_gives_back_stands_in_red(place: Company) -> None:
    fee = arrive(-25_00)
    book(place, fee, purpose(-25_00, "fee"))
    back = arrive(25_00, "9-2", "冲正")
    book(place, back, Part(Kind.RETURN, 25_00, other_line_id=fee), reason="")
    assert journals()[1:] == [("bank.purpose", {"1002": 25_00, "6603": -25_00})]
    with pytest.raises(errors.NotOpposite):
        third = arrive(25_00, "9-3", "冲正")
        book(place, third, Part(Kind.RETURN, 25_00, other_line_id=fee))
    holds()


def test_a_credit_that_the_bank_takes_back_is_in_transit_again(place: Company) -> None:
    found = arrive(120_00, text="现金缴存 JK20251010001")
    services.reconcile(person_id=SYSTEM)
    back = arrive(-120_00, "9-2", "退票", day="20251012")

    book(place, back, Part(Kind.RETURN, -120_00, other_line_id=found))

    assert journals() == [
        ("bank.credited", {"1002": 120_00, "1012": -120_00}),
        ("bank.returned", {"1002": -120_00, "1012": 120_00}),
    ]
    waiting = [row["reference"] for row in cash_reads.transit_waiting(LATER)]
    assert waiting == ["JK20251010001", "JK20251010002"]
    again = arrive(120_00, "9-3", "现金缴存 JK20251010001", day="20251013")
    assert services.reconcile(person_id=SYSTEM).matched == 1
    assert reads.matches_of([again])[0].rule == "reference"
    holds()


# ------------------------------------------------------------ own accounts


def test_a_transfer_between_own_accounts_pairs_two_lines(place: Company) -> None:
    services.open_account(
        OTHER, "工商银行", "基本户", place.root, 0, date(2025, 9, 1), person_id=SYSTEM
    )
    out = arrive(-5000_00)
    row = line("5000.00", "", "转账", "7-1", day="20251013").replace(bank.NUMBER, OTHER)
    assert take(row, name="icbc.csv").taken == 1
    (into,) = [one["id"] for one in reads.lines() if one["amount_fen"] == 5000_00]
    offered = reads.opposite_lines(out)
    assert [(one["id"], one["is_transfer"]) for one in offered] == [(into, True)]
    part = Part(Kind.PURPOSE, -5000_00, purpose=OWN_TRANSFER, other_line_id=into)

    book(place, out, part, reason="")

    assert journals() == [
        ("bank.purpose", {"1002": -5000_00, "101209": 5000_00}),
        ("bank.purpose", {"1002": 5000_00, "101209": -5000_00}),
    ]
    assert [agreed(date(2025, 10, day)) for day in (11, 12, 13)] == [(0, 0, 0)] * 3
    assert (trial(BOOKED)["101209"], trial(LATER)["101209"]) == (5000_00, 0)
    holds()
    (match,) = reads.matches_of([into])
    services.undo(match.pk, person_id=place.person["accountant"])
    assert reads.matches_of([into, out]) == []
    assert agreed(date(2025, 10, 13)) == (0, 2, 0)
    holds()


# ------------------------------------------------------------ differences


def test_a_sum_that_came_short_is_credited_whole_and_the_fee_booked(place: Company) -> None:
    found = arrive(119_00, text="现金缴存 JK20251010001")
    services.reconcile(person_id=SYSTEM)
    (item, _) = cash_reads.transit_waiting(BOOKED)

    with pytest.raises(errors.AmountsDiffer):
        services.match_by_hand(found, item["id"], person_id=place.person["accountant"])
    book(
        place, found, Part(Kind.TRANSIT, 120_00, item_id=item["id"]), purpose(-1_00, "fee"),
        reason="银行扣手续费",
    )  # fmt: skip

    assert journals() == [
        ("bank.credited", {"1002": 120_00, "1012": -120_00}),
        ("bank.purpose", {"1002": -1_00, "6603": 1_00}),
    ]
    assert agreed() == (0, 0, 0)
    assert not Waiting.objects.exists()
    before = Match.objects.count()
    services.undo(reads.matches_of([found])[1].pk, person_id=place.person["accountant"])
    assert (Match.objects.count() - before, reads.matches_of([found])) == (2, [])
    holds()


def test_money_out_is_nobodys_receipt(place: Company) -> None:
    out = arrive(-50_00)
    for part in (receipt(50_00), receipt(-50_00), Part(UNKNOWN, 50_00)):
        with pytest.raises(errors.PartWrongWay):
            book(place, out, part)
    assert journals() == []


# ------------------------------------------------------------ months, days, guards


def test_a_line_of_a_closed_month_is_booked_on_the_first_open_day(place: Company) -> None:
    found = arrive(-25_00)
    book_services.lock_month(Month(2025, 10), person_id=None)
    with clock.on(date(2025, 10, 31)):
        with pytest.raises(errors.OpenDayToCome, match="2025-11-01"):
            book(place, found, purpose(-25_00, "fee"))
        assert journals() == []
    with clock.on(date(2025, 11, 3)):
        book(place, found, purpose(-25_00, "fee"))
    (match,) = reads.matches_of([found])
    assert match.effective_on == date(2025, 11, 1)
    assert agreed(date(2025, 10, 31)) == (0, 1, 0)
    assert agreed(date(2025, 11, 1)) == (0, 0, 0)
    holds()


def test_a_match_counts_for_the_later_of_line_and_item(place: Company) -> None:
    found = arrive(66_00)
    cashier = place.person["cashier"]
    day = date(2025, 10, 20)
    cash.take_cash("1", 66_00, external_ref="S9", effective_on=day, person_id=cashier)
    cash.remit(place.east, 66_00, "JK9", effective_on=day, person_id=cashier)
    (item,) = [row for row in cash_reads.transit_waiting(LATER) if row["amount_fen"] == 66_00]

    services.match_by_hand(found, item["id"], person_id=place.person["accountant"])

    (match,) = reads.matches_of([found])
    (journal_id,) = books.journal_ids("bank_match", match.pk)
    assert match.effective_on == day == books.journal(journal_id)["journal"].effective_on
    holds()


ROW = (
    "INSERT INTO banking_match (id, line_id, kind, amount_fen, purpose, other_match_id, reason,"
    " rule, org_unit_id, undoes_id, effective_on)"
    " VALUES (%s, %s, %s, %s, %s, %s, '', 'x', %s, %s, %s)"
)


def test_the_database_refuses_what_no_line_holds(place: Company) -> None:
    fee, found = arrive(-25_00), arrive(25_00, "9-2")
    (match_id,) = book(place, fee, purpose(-25_00, "fee"))
    unit = place.root
    rows = [
        ((901, found, "purpose", 25_01, "fee", None, unit, None, BOOKED), errors.LineOverbooked),
        ((902, found, "purpose", -1, "fee", None, unit, None, BOOKED), errors.LineOverbooked),
        ((903, fee, "purpose", -1, "fee", None, unit, None, BOOKED), errors.LineOverbooked),
        ((904, 1, "purpose", 1, "fee", None, unit, None, BOOKED), errors.LineOverbooked),
        (
            (905, found, "purpose", 1, "fee", None, unit, None, date(2025, 10, 10)),
            errors.MatchUnlike,
        ),
        ((906, fee, "purpose", 24_00, "fee", None, unit, match_id, BOOKED), errors.MatchUnlike),
        ((907, found, "return", 24_00, "", match_id, unit, None, BOOKED), errors.MatchUnlike),
        (
            (908, found, "purpose", 25_00, OWN_TRANSFER, None, unit, None, BOOKED),
            errors.MatchUnlike,
        ),
    ]
    for row, kind in rows:
        with (
            pytest.raises(DatabaseError) as refused,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(ROW, row)
        assert isinstance(guards.refusal(refused.value), kind), row
    holds()
