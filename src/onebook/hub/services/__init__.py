"""What needs more than one app to be done: invoices, and corrections that were approved."""

from onebook.hub.services.decisions import Done, decide
from onebook.hub.services.invoices import paid_on, request_invoices

__all__ = ["Done", "decide", "paid_on", "request_invoices"]
