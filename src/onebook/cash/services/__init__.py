"""Every write to cash, by what it moves: receipts, prepayment, transit, corrections."""

from onebook.cash.services.corrections import Reissued, adjust, cancel_and_reissue
from onebook.cash.services.moves import MOVE, move_receipt, request_move
from onebook.cash.services.prepayment import Offset, offset_unit
from onebook.cash.services.receipts import reverse_receipt, take_batch, take_cash
from onebook.cash.services.transit import Credit, credit_transit, remit, uncredit_transit

__all__ = [
    "MOVE",
    "Credit",
    "Offset",
    "Reissued",
    "adjust",
    "cancel_and_reissue",
    "credit_transit",
    "move_receipt",
    "offset_unit",
    "remit",
    "request_move",
    "reverse_receipt",
    "take_batch",
    "take_cash",
    "uncredit_transit",
]
