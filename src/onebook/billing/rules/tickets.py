"""Tickets (传票): what changes an account's archive from a day on, and what is checked first."""

from enum import StrEnum


class TicketKind(StrEnum):
    """What a ticket changes: the meter (换表), the category and tariff (改类), the multiplier
    (倍率更正), or that the account ends (销户)."""

    METER = "meter"
    CATEGORY = "category"
    MULTIPLIER = "multiplier"
    CLOSE = "close"


TICKET_WORDS: dict[str, tuple[str, str]] = {
    TicketKind.METER: ("换表", "Change of meter"),
    TicketKind.CATEGORY: ("改类", "Change of category"),
    TicketKind.MULTIPLIER: ("倍率更正", "Correction of a multiplier"),
    TicketKind.CLOSE: ("销户", "Closing of the account"),
}

# What the second person holds the ticket against before it takes effect.
CHECKS = ("site", "meter", "contract")
