"""Errors of finance."""

from onebook.kernel.errors import OnebookError


class FormUnknown(OnebookError):
    """There is no form {form_id}. Prepare the month's form first."""


class SignatureTwice(OnebookError):
    """{side} has signed the form of {month} already."""


class SamePerson(OnebookError):
    """{person} has signed the form of {month} for the other department. Somebody else must sign."""


class FormOutdated(OnebookError):
    """The figures or the open points of {month} have changed since the form was prepared. Prepare
    it again; both departments sign the new one."""


class ReasonMissing(OnebookError):
    """{month} has open points that it may close with only for a reason: {points}. Put them right,
    or give a reason for each."""


class CloseBlocked(OnebookError):
    """{month} cannot be closed: {reasons}. Put it right, then prepare the form again."""


class BookBusy(OnebookError):
    """Some work of {since} is still being recorded, so the month's figures are not complete. Try
    again when it is done."""


class MonthNotOver(OnebookError):
    """{month} is not over yet: today is {today}. Close it from the first day of the next month."""


class MonthEmpty(OnebookError):
    """Nothing of {month} is in the book: no reading, bill, receipt, bank line or journal. There is
    nothing to close; ask for another month."""


class LedgerUnit(OnebookError):
    """There is no org unit {org_unit}. Use the unit's code or its name."""


class LedgerAccount(OnebookError):
    """The account {code} is not in the chart of accounts. Map it to one of onebook's accounts."""


class CausesDoNotAddUp(OnebookError):
    """The causes add up to {explained} where the two books differ by {difference}. Nothing is
    shown; report it with both files."""


class KindNotKnown(OnebookError):
    """{heading} says {text!r}, which is no kind of row that is known, so the sign of its amount is
    not either. Name it under "kinds" in the mapping file and compare again."""


class BalanceTwice(OnebookError):
    """The account {account} has this balance twice in the same month: also in row {row_number}.
    Keep the right one and compare again."""


class ColumnsMissing(OnebookError):
    """The file {name} has no column for {missing}. Its headings are: {found}. Name the column in
    the mapping file, or export it as well, and compare again."""


class MonthsApart(OnebookError):
    """The two books share no bill month: finance has {finance}, marketing {marketing}. Export the
    same months from both and compare again."""


class MappingUnusable(OnebookError):
    """The mapping file {name} cannot be used: {detail}. Correct it, or delete it to have it made
    anew."""


class FileTooLarge(OnebookError):
    """The file {name} is larger than {limit} MB, too much for this page. Use `onebook explain`,
    which has no limit."""
