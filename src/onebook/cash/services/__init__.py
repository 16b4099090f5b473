"""Every write to cash, by what it moves: receipts, prepayment, transit, corrections."""

from onebook.cash.services.corrections import Reissued, adjust, cancel_and_reissue
from onebook.cash.services.moves import MOVE, move_receipt, request_move
from onebook.cash.services.prepayment import Offset, offset_unit
from onebook.cash.services.receipts import take_batch, take_cash
from onebook.cash.services.reversals import (
    REVERSAL,
    request_reversal,
    reverse_approved,
    reverse_receipt,
)
from onebook.cash.services.transfers import Transfer, return_transfer, take_transfer
from onebook.cash.services.transit import Credit, credit_transit, remit, uncredit_transit

APPROVED = {MOVE: move_receipt, REVERSAL: reverse_approved}
"""What each kind of request of this app carries out: takes the approval and who asked for it."""

__all__ = [
    "APPROVED",
    "MOVE",
    "REVERSAL",
    "Credit",
    "Offset",
    "Reissued",
    "Transfer",
    "adjust",
    "cancel_and_reissue",
    "credit_transit",
    "move_receipt",
    "offset_unit",
    "remit",
    "request_move",
    "request_reversal",
    "return_transfer",
    "reverse_approved",
    "reverse_receipt",
    "take_batch",
    "take_cash",
    "take_transfer",
    "uncredit_transit",
]
