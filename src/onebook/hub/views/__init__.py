"""Pages of the hub: the search, one service account, one bill, and corrections of bills."""

from onebook.hub.views.account import account, bill, paper, request_invoices, search
from onebook.hub.views.corrections import cancel_bill, decide
from onebook.hub.views.reading import open_rounds, rounds
from onebook.hub.views.tickets import decide_ticket

__all__ = [
    "account",
    "bill",
    "cancel_bill",
    "decide",
    "decide_ticket",
    "open_rounds",
    "paper",
    "request_invoices",
    "rounds",
    "search",
]
