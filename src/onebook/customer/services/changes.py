"""What becomes of a service account: another category of use, or its end."""

from datetime import date

from onebook.customer import errors, reads
from onebook.customer.models import ServiceAccount
from onebook.customer.rules import CATEGORY_WORDS
from onebook.org import services as org
from onebook.org.rules import Action


def change_category(service_account_id: int, category_id: int, *, by: int | None) -> None:
    """Put an account into another category of use (改类), in the caller's transaction.

    Bills keep the category that they were issued in. AccountUnknown, CategoryUnknown, NotAllowed.
    """
    account = reads.account_by_id(service_account_id)
    org.require(by, Action.IMPORT_MASTER_DATA, account["org_unit_id"])
    if category_id not in CATEGORY_WORDS:
        known = ", ".join(name for name, _ in CATEGORY_WORDS.values())
        raise errors.CategoryUnknown(text=str(category_id), known=known)
    ServiceAccount.objects.filter(pk=service_account_id).update(category_id=category_id)


def close_account(service_account_id: int, closed_on: date, *, by: int | None) -> None:
    """End a service account (销户) on its last day, in the caller's transaction.

    AccountUnknown, AccountClosed where it ended before, NotAllowed.
    """
    account = reads.account_by_id(service_account_id)
    org.require(by, Action.IMPORT_MASTER_DATA, account["org_unit_id"])
    if account["closed_on"] is not None:
        day = account["closed_on"].isoformat()
        raise errors.AccountClosed(account=account["number"], day=day)
    ServiceAccount.objects.filter(pk=service_account_id).update(closed_on=closed_on)
