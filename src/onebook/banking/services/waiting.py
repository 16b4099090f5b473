"""The accountants' task while lines of the bank wait for a person."""

from django.utils.translation import gettext_noop

from onebook.banking.models import Waiting
from onebook.org import reads as org_reads
from onebook.org.rules import Role
from onebook.work import services as work

_LINES_WAIT = 1  # the one task of this app: there is one list of waiting lines


def tell_accountants(*, by: int | None) -> None:
    """Keep a task for the accountants while lines of the bank wait for a person."""
    if not Waiting.objects.exists():
        work.close_task("banking", _LINES_WAIT, by)
        return
    work.open_task(
        gettext_noop("Bank lines wait for a match"),
        "/bank/lines?state=waiting",
        Role.ACCOUNTANT,
        org_reads.root().pk,
        "banking",
        _LINES_WAIT,
    )
