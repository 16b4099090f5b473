"""What an accountant chooses and types for a bank line, as the parts that it is booked as."""

from collections.abc import Mapping

from onebook.banking.rules import OWN_TRANSFER, Kind, Part
from onebook.kernel.money import format_yuan, parse_yuan

ACCOUNT_ROWS = 4
"""How many accounts one transfer can be given to on the page."""


def parts_of(typed: Mapping[str, str], line_fen: int) -> list[Part]:
    """The parts of a line from the form that was sent, by its choice `as`.

    as: transit (item, item_fen, and a purpose for the difference), receipt (account_N, amount_N in
    yuan), purpose, unidentified (owner), return or own_transfer (other). AmountUnreadable.
    """
    chosen = typed.get("as", "")
    if chosen == "transit":
        return _transit(typed, line_fen)
    if chosen == "receipt":
        return _receipts(typed)
    if chosen == "purpose":
        return [Part(Kind.PURPOSE, line_fen, purpose=typed.get("purpose", ""))]
    if chosen == "unidentified":
        return [Part(Kind.UNIDENTIFIED, line_fen, owner_id=_number(typed, "owner"))]
    other = _number(typed, "other")
    if chosen == "own_transfer":
        return [Part(Kind.PURPOSE, line_fen, purpose=OWN_TRANSFER, other_line_id=other)]
    return [Part(Kind.RETURN, line_fen, other_line_id=other)] if chosen == "return" else []


def _transit(typed: Mapping[str, str], line_fen: int) -> list[Part]:
    """The item whole, and what the line lacks or has too much to a purpose."""
    item_fen = _number(typed, "item_fen") or line_fen
    item = Part(Kind.TRANSIT, item_fen, item_id=_number(typed, "item"))
    if item_fen == line_fen:
        return [item]
    return [item, Part(Kind.PURPOSE, line_fen - item_fen, purpose=typed.get("purpose", ""))]


def _receipts(typed: Mapping[str, str]) -> list[Part]:
    """A receipt for each account that was filled in."""
    return [
        Part(Kind.RECEIPT, parse_yuan(typed.get(f"amount_{row}", "")), account=number)
        for row in range(1, ACCOUNT_ROWS + 1)
        if (number := typed.get(f"account_{row}", "").strip())
    ]


def _number(typed: Mapping[str, str], name: str) -> int | None:
    text = typed.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else None


def rows_of(typed: Mapping[str, str], line_fen: int) -> list[dict[str, object]]:
    """The rows of accounts as they were typed; at first, the whole line in the first one."""
    whole = format_yuan(line_fen, separators=False)
    return [
        {
            "row": row,
            "account": typed.get(f"account_{row}", ""),
            "amount": typed.get(f"amount_{row}", whole if row == 1 else ""),
        }
        for row in range(1, ACCOUNT_ROWS + 1)
    ]
