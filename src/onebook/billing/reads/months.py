"""How far a month's billing is: the accounts read, billed, and kept back."""

from typing import NamedTuple

from onebook.billing.errors import MonthClosedAndDone, MonthEmpty, NothingBillable
from onebook.books import reads as books
from onebook.infra import sql
from onebook.kernel.errors import OnebookError
from onebook.kernel.periods import Month


class MonthAccounts(NamedTuple):
    """Accounts with a reading in force of a month; of them those without a standing bill; of those
    the ones that an exception keeps back.
    """

    read: int
    unbilled: int
    kept_back: int


def month_accounts(month: Month) -> MonthAccounts:
    """How many accounts of a month are read, without a bill, and kept back; the whole company."""
    return MonthAccounts(**sql.one("billing", "month_accounts", {"month": month.first}))


def nothing_to_bill(month: Month, accounts: MonthAccounts) -> OnebookError | None:
    """Why a run of the month issued no bill: MonthEmpty, NothingBillable, MonthClosedAndDone.

    None where all that was read is billed in a month that is open: there the run is done.
    """
    if not accounts.read:
        return MonthEmpty(month=month)
    if accounts.unbilled:
        shown = {"accounts": accounts.read, "waiting": accounts.unbilled}
        return NothingBillable(month=month, **shown)
    if books.is_locked(month):
        return MonthClosedAndDone(month=month, accounts=accounts.read)
    return None
