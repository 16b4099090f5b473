"""The journals of bank lines: each match's comes to its amount on the bank's account."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext

from onebook.banking import reads
from onebook.banking.models import Match
from onebook.banking.rules import Kind
from onebook.books import reads as book_reads
from onebook.books import services as books
from onebook.books.services import JournalRow
from onebook.cash import reads as cash_reads
from onebook.cash import services as cash
from onebook.cash.services import Credit

_SOURCE = "bank_match"


def post(match_ids: Collection[int], *, person_id: int | None) -> None:
    """Post recorded matches, by what each is booked as, in the caller's transaction."""
    matches = reads.matches_by_id(match_ids)
    returned = reads.matches_by_id({m.other_match_id for m in matches.values() if m.other_match_id})
    credits = [
        Credit(one.transit_item_id, _SOURCE, one.pk, one.effective_on)
        for one in matches.values()
        if one.kind in (Kind.TRANSIT, Kind.RECEIPT) and one.transit_item_id is not None
    ]
    if credits:
        cash.credit_transit(credits, person_id=person_id)
    for one in matches.values():
        if one.kind == Kind.PURPOSE:
            _post(one, "bank.purpose", one.purpose, person_id)
        elif one.kind == Kind.UNIDENTIFIED:
            _post(one, "bank.unidentified", _way(one.amount_fen), person_id)
        elif one.kind == Kind.RETURN and one.other_match_id is not None:
            _post_return(one, returned[one.other_match_id], person_id)


def _way(amount_fen: int) -> str:
    return "received" if amount_fen > 0 else "paid"


def _post_return(one: Match, returned: Match, person_id: int | None) -> None:
    """What was booked is taken back: in transit again, owed again, or the purpose in red."""
    if returned.kind == Kind.PURPOSE:
        _post(one, "bank.purpose", returned.purpose, person_id)
    elif returned.kind == Kind.UNIDENTIFIED:
        _post(one, "bank.returned", _way(returned.amount_fen), person_id)
    else:
        _uncredit(one, "bank.returned", person_id)
        if returned.kind == Kind.RECEIPT:
            _take_receipt_back(returned, one, person_id)


def _post(one: Match, event: str, component: str, person_id: int | None) -> None:
    """Dr and Cr by the posting rule, so that the bank's account moves by the match's amount."""
    rule = books.accounts(event, one.effective_on)[component]
    at_bank = book_reads.control_accounts("bank")
    debit_fen = one.amount_fen if rule.debit in at_bank else -one.amount_fen
    row = _row(one, event, person_id)
    amounts = [(rule.debit, debit_fen), (rule.credit, -debit_fen)]
    books.post([row], [books.summed(row.id, one.org_unit_id, amounts)])


def _row(one: Match, event: str, person_id: int | None) -> JournalRow:
    (journal_id,) = books.allot_journals(1).tolist()
    return JournalRow(
        journal_id, event, _SOURCE, one.pk, one.org_unit_id, one.effective_on, person_id
    )


def _uncredit(one: Match, event: str, person_id: int | None) -> None:
    assert one.transit_item_id is not None
    credit = Credit(one.transit_item_id, _SOURCE, one.pk, one.effective_on)
    cash.uncredit_transit([credit], person_id=person_id, event=event)


def _take_receipt_back(received: Match, by: Match, person_id: int | None) -> None:
    assert received.receipt_id is not None and received.transit_item_id is not None
    said = gettext("Bank line {line}: {why}")
    cash.return_transfer(
        received.receipt_id,
        received.transit_item_id,
        said.format(line=by.line_id, why=by.reason or gettext("the booking is undone")),
        effective_on=by.effective_on,
        person_id=person_id,
    )


def reverse(undone: Mapping[int, Match], person_id: int | None) -> None:
    """Post recorded undos, given as undo -> what it undoes, in the caller's transaction.

    Money in transit is credited at most once at the end of any day, and so is each statement's: a
    return of it is undone before its credit, a receipt's credit before the return that took the
    receipt back.
    """
    undos = reads.matches_by_id(undone)
    returned = reads.matches_by_id({m.other_match_id for m in undone.values() if m.other_match_id})

    def order(undo_id: int) -> tuple[int, int]:
        one = undone[undo_id]
        of = returned.get(one.other_match_id or 0)
        last = of is not None and of.kind == Kind.RECEIPT
        return (2 if last else 0 if one.kind == Kind.RETURN else 1), undo_id

    for undo_id in sorted(undone, key=order):
        _reverse(undos[undo_id], undone[undo_id], returned, person_id)


def _reverse(undo: Match, one: Match, returned: Mapping[int, Match], person_id: int | None) -> None:
    if one.kind in (Kind.TRANSIT, Kind.RECEIPT):
        _uncredit(undo, "bank.uncredited", person_id)
        if one.receipt_id is not None and not cash_reads.is_reversed(one.receipt_id):
            _take_receipt_back(one, undo, person_id)
    elif one.kind == Kind.RETURN and one.transit_item_id is not None:
        credit = Credit(one.transit_item_id, _SOURCE, undo.pk, undo.effective_on)
        cash.credit_transit([credit], person_id=person_id)
    else:
        event = "bank.identified" if undo.rule == "identified" else "bank.undone"
        (original,) = book_reads.journal_ids(_SOURCE, one.pk)
        row = _row(undo, event, person_id)
        books.reverse(original, row._replace(reverses_id=original))
