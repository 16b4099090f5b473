"""Errors of cash."""

from onebook.kernel.errors import OnebookError


class AmountNotPositive(OnebookError):
    """A receipt of {amount} yuan cannot be taken. Enter an amount above zero."""


class AccountUnknown(OnebookError):
    """There is no service account {number}. Check the number on the bill."""


class ReceiptTaken(OnebookError):
    """The receipt {external_ref} of channel {channel} was taken before. Nothing was changed."""


class ReceiptDiffers(OnebookError):
    """The number {external_ref} of channel {channel} was taken before for account {account}:
    {amount} yuan on {day}. This one differs from it; nothing was changed. Check the number, or ask
    who gave it which of the two is right."""


class CashTooMuch(OnebookError):
    """{amount} yuan is more than one receipt of channel {channel} may be: {limit} yuan on {day}.
    Nothing was taken. Count again and correct the amount; a larger sum is paid through the bank."""


class LimitMissing(OnebookError):
    """Nothing says how much one receipt of channel {channel} may be on {day}. Add a dated row to
    cash_receipt_limit."""


class BatchTaken(OnebookError):
    """The batch {batch_ref} was taken in before, with {receipts} receipts. Nothing of it was
    taken again."""


class BatchUnclear(OnebookError):
    """The batch {batch_ref} has more than one day in this file. Ask the channel for one file a
    day and import the rows again."""


class RefTwice(OnebookError):
    """The channel's number {external_ref} stands in the file twice. Keep the right row."""


class ReceiptReversed(OnebookError):
    """The receipt {receipt_id} is already reversed."""


class ReceiptRemitted(OnebookError, guard="OB071"):
    """The receipt {receipt_id} cannot be reversed: its cash was remitted by slip {slip_ref}.
    Nothing was changed. If it was taken for the wrong account, ask that its money be moved to the
    right one; if the customer is to have it back, finance refunds it from the bank."""


class ReversalLimitMissing(OnebookError):
    """Nothing says how much a cashier takes back alone on {day}. Add a dated row to
    cash_reversal_limit."""


class ReversalNeedsApproval(OnebookError):
    """The receipt {receipt_id} of {day} is not taken back by one person: only who took it does
    that alone, on the same day, up to {limit} yuan. Nothing was changed. Ask for it on the page of
    the receipt, with the slip; another person decides."""


class ReversalNotApproved(OnebookError, guard="OB075"):
    """The book refused to take receipt {receipt_id} back: it is not of today, of this cashier and
    within the limit, and nobody else approved it. Nothing was recorded. Ask for it on the page of
    the receipt."""


class ReceiptMoved(OnebookError, guard="OB072"):
    """The money of receipt {receipt_id} was moved to another account already. Nothing was changed.
    Open the receipt to see where it went."""


class CashBelowZero(OnebookError, guard="OB073"):
    """The unit would hold {balance} yuan of counter cash on {day}. Nothing was recorded. Count the
    cash, and look for a receipt that is missing or a slip that is wrong."""


class MoveNotApproved(OnebookError, guard="OB074"):
    """The book refused to move receipt {receipt_id}: nobody else approved this account for it, or
    it was reversed. Nothing was recorded. Ask for the move on the page of the receipt."""


class MoveToSame(OnebookError):
    """The receipt {receipt_id} was taken for account {number} already. Enter the account to which
    its money belongs."""


class ReceiptNotFound(OnebookError):
    """There is no receipt {receipt_id}."""


class PrepaymentUsed(OnebookError):
    """The receipt {receipt_id} cannot be reversed: {used} yuan of the prepayment it made is used.
    If the money is somebody else's, ask that it be moved to the right account."""


class CashShort(OnebookError):
    """The unit holds {held} yuan of counter cash; {asked} yuan cannot be remitted. Count the cash
    and correct the slip."""


class SlipTaken(OnebookError):
    """The slip {slip_ref} was remitted before. Nothing was changed."""


class TransitCredited(OnebookError):
    """The transit item {reference} is already credited by the bank. Undo that match first."""


class ReceiptFileNotFound(OnebookError):
    """There is no receipt file {file_id}. Open it from the receipts of its day."""


class MonthClosed(OnebookError):
    """{month} is closed: money of {day} cannot be recorded in it. Record it on a day of an open
    month; it still settles the bills of any month."""


class PrepaymentShort(OnebookError, guard="OB007"):
    """The prepayment of account {account} does not suffice: {balance} yuan would be left on {day}.
    Nothing was recorded. Somebody else may have used it a moment ago: open the account again and
    take no more than is left."""


class TransitCreditedWrongly(OnebookError, guard="OB008"):
    """The sum {reference} on its way to the bank is {amount} yuan, and {credited} yuan of it would
    be credited on {day}. Nothing was recorded. Undo the match that is wrong, then match again."""
