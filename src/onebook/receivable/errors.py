"""Errors of receivables."""

from onebook.kernel.errors import OnebookError


class NothingSettled(OnebookError):
    """The document {source} settled nothing, so there is nothing to undo."""


class QuestionsReversed(OnebookError):
    """The movement of arrears cannot run from {first} back to {second}. Give the earlier day
    first."""


class ItemUnknown(OnebookError):
    """There is no open item {open_item_id}. Go back to the list and open it from there."""


class AccountUnknown(OnebookError):
    """There is no service account {number}. Import the customer first, or correct the number."""


class OpeningNotPositive(OnebookError):
    """Opening arrears of {amount} yuan cannot be taken. Enter an amount above zero."""


class SettledWrongly(OnebookError, guard="OB006"):
    """The bill of {month} of account {account} is {principal} yuan, and {settled} yuan of it would
    be settled on {day}. Nothing was recorded. Somebody else may have settled it a moment ago: open
    the account again and settle what it still owes."""
