"""Every write to cash, by what it moves: receipts, prepayment, money in transit."""

from onebook.cash.services.prepayment import offset_unit
from onebook.cash.services.receipts import reverse_receipt, take_batch, take_cash
from onebook.cash.services.transit import Credit, credit_transit, remit, uncredit_transit

__all__ = [
    "Credit",
    "credit_transit",
    "offset_unit",
    "remit",
    "reverse_receipt",
    "take_batch",
    "take_cash",
    "uncredit_transit",
]
