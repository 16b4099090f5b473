"""What can be wrong with the master data of customers; each rejects one row.

OnebookError
└── CustomerError
    ├── CategoryUnknown · CapacityUnreadable
    ├── AccountTwice · PointTwice · CustomerTwoNames       within one file
    ├── AccountInOtherUnit · OpenedOnDiffers · AccountOfOtherCustomer
    ├── CustomerNumberTaken · PointTaken · SecondPoint     against what is recorded
    ├── TermUnreadable · TermsDiffer · TermsEarlier        the dated terms of the contract
    └── AccountClosed · AccountUnknown
"""

from onebook.kernel.errors import OnebookError


class CustomerError(OnebookError):
    """The customer's data could not be used. Correct the row and import it again."""


class CategoryUnknown(CustomerError):
    """The category of use {text!r} is unknown. Write one of {known}."""


class CapacityUnreadable(CustomerError):
    """The capacity {text!r} cannot be read. Write whole kVA, like 315."""


class AccountTwice(CustomerError):
    """The account {account} stands in row {row_number} already. Keep one of the rows: an account
    has one meter here."""


class PointTwice(CustomerError):
    """The metering point {point} stands in row {row_number} already. Give each account its own."""


class CustomerTwoNames(CustomerError):
    """The customer {customer} has another name or telephone in row {row_number}. Make the rows of
    one customer agree."""


class AccountInOtherUnit(CustomerError):
    """The account {account} is kept by {recorded}. This file cannot move it: write that unit, or
    have the account handed over first."""


class OpenedOnDiffers(CustomerError):
    """The account {account} was opened on {recorded} by the record. Write that date: the year's
    tiers are reckoned from it."""


class AccountOfOtherCustomer(CustomerError):
    """The account {account} belongs to the customer {recorded}. This file cannot give it to another
    one: write that customer number."""


class CustomerNumberTaken(CustomerError):
    """There is a customer {recorded} already, with other accounts. Write the customer number of
    account {account} into the row."""


class PointTaken(CustomerError):
    """The metering point of this row belongs to account {recorded}. Write the metering point of
    account {account}."""


class SecondPoint(CustomerError):
    """The account {account} is metered at {recorded}. Write that metering point."""


class TermUnreadable(CustomerError):
    """{heading} {text!r} cannot be read. Write {expected}."""


class TermsDiffer(CustomerError):
    """Other terms of the contract stand since {recorded} ({terms}). Write the day from which the
    new ones count, after that one."""


class TermsEarlier(CustomerError):
    """Terms from {day} would begin before those that stand since {recorded}. Give a later day, or
    have the earlier months corrected."""


class AccountClosed(CustomerError):
    """The account {account} was closed on {day} already."""


class AccountUnknown(CustomerError):
    """There is no account {account}. Check the number, or import the customer first."""
