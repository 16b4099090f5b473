"""Every write to customers, service accounts, metering points and the contracts' dated terms."""

from onebook.customer.services.changes import change_category, close_account
from onebook.customer.services.customers import (
    Checked,
    Customers,
    Written,
    check_customers,
    take_customers,
    write_customers,
)
from onebook.customer.services.terms import (
    Terms,
    check_terms,
    take_terms,
    write_terms,
)

__all__ = [
    "Checked",
    "Customers",
    "Terms",
    "Written",
    "change_category",
    "check_customers",
    "check_terms",
    "close_account",
    "take_customers",
    "take_terms",
    "write_customers",
    "write_terms",
]
