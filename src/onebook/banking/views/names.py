"""What bank lines' standing, reasons and rules are called on the pages."""

from collections.abc import Sequence

from django.utils.translation import gettext

from onebook.banking import reads
from onebook.banking.rules import Kind
from onebook.infra.web import words


def booked_name(kinds: Sequence[str], purposes: Sequence[str]) -> str:
    """What a line is booked as, in a few words."""
    names = {
        Kind.TRANSIT: gettext("Credited"),
        Kind.RECEIPT: gettext("Customer's transfer"),
        Kind.UNIDENTIFIED: gettext("Not identified"),
        Kind.RETURN: gettext("Taken back"),
    }
    of = reads.purpose_names() if "purpose" in kinds else {}
    said = [
        names.get(Kind(kind)) or words.pick(of.get(purpose, (purpose, purpose)))
        for kind, purpose in zip(kinds, purposes, strict=True)
    ]
    return "、".join(dict.fromkeys(said))


def reason_name(reason: str | None) -> str:
    """Why a line waits, in a word."""
    return {
        "money_out": gettext("Money out"),
        "no_candidate": gettext("Nothing fits"),
        "several_candidates": gettext("Several fit"),
        "amount_differs": gettext("Amount differs"),
        "out_of_time": gettext("Too late or too early"),
        "amount_alone": gettext("Only the amount fits"),
    }.get(reason or "", gettext("Not reconciled yet"))


def reason_text(reason: str | None) -> str:
    """Why a line waits, and what to do about it."""
    return {
        "money_out": gettext(
            "The bank paid out. Book it to its purpose, or pair it with the line it takes back."
        ),
        "no_candidate": gettext(
            "No item in transit has this amount or reference. Book it as a customer's transfer, to"
            " its purpose, or as not identified until the payer is found."
        ),
        "several_candidates": gettext(
            "More than one item fits equally well. Choose the right one by its reference."
        ),
        "amount_differs": gettext(
            "The reference fits but the amount does not. Compare with the channel's file, then"
            " match it and book the difference."
        ),
        "out_of_time": gettext(
            "Reference and amount fit, but the days between them are too many. Check, then match."
        ),
        "amount_alone": gettext(
            "One item has this amount, but no reference confirms it. Check, then match."
        ),
    }.get(reason or "", gettext("Run `onebook reconcile`, or match it by hand."))


def rule_name(rule: str) -> str:
    """By which rule a line was matched."""
    return {
        "reference": gettext("reference and amount, unique on both sides"),
        "by_hand": gettext("by hand"),
        "approved": gettext("by hand, approved by another person"),
        "identified": gettext("identified"),
        "returned": gettext("taken back by the bank"),
        "undo": gettext("undone"),
    }.get(rule, rule)
