"""What can be wrong with a demonstration, or with the usage file it runs on.

OnebookError
├── UsageFileUnusable     the file as a whole
│   └── UsageColumnsMissing, UsageEmpty, MonthsTooFew
├── UsageRowUnusable      this row is rejected, the others are taken
│   └── AccountEmpty, UsageTwice, UsageNegative, UsageCellUnreadable, MomentUnreadable,
│       CapacityUnreadable
└── MonthsUnpriced, BookNotEmpty, ResetRefused, DemoUnfinished
"""

from onebook.kernel.errors import OnebookError


class UsageFileUnusable(OnebookError):
    """The usage file {name} cannot be used. Correct it and start the demonstration again."""


class UsageColumnsMissing(UsageFileUnusable):
    """The usage file {name} has neither the columns account, month (or timestamp) and kWh nor an
    account column with a column a month. Its headings are: {found}. Rename them (e.g. cons_no,
    yyyymm, kwh) and start again."""


class UsageEmpty(UsageFileUnusable):
    """The usage file {name} has no row that can be used; {rejected} rows were rejected, the first
    one because: {reason}"""


class MonthsTooFew(UsageFileUnusable):
    """The usage file {name} has {found} months, {asked} were asked for. Give --months {found} or
    a longer file."""


class MonthsUnpriced(OnebookError):
    """The months {first} to {last} are not all priced: the catalogue has prices from {priced_from}
    to {priced_to}. Move them with --shift-to, or ask for fewer --months."""


class UsageRowUnusable(OnebookError):
    """The row cannot be used; the other rows are taken."""


class AccountEmpty(UsageRowUnusable):
    """The row names no account. Fill in the account column."""


class UsageTwice(UsageRowUnusable):
    """Account {account} has a row of {moment} before this one. Keep the right one of the two."""


class UsageNegative(UsageRowUnusable):
    """Account {account} has {text} kWh in {moment}: a register does not run backwards."""


class UsageCellUnreadable(UsageRowUnusable):
    """Account {account} has {text!r} where kWh are expected ({moment})."""


class CapacityUnreadable(UsageRowUnusable):
    """Account {account} has {text!r} where a contract capacity in kVA is expected."""


class MomentUnreadable(UsageRowUnusable):
    """{text!r} is neither a month (2025-09, 202509) nor a day or a time (2025-09-01 00:30)."""


class BookNotEmpty(OnebookError):
    """The book holds {found}, which the demonstration did not make; nothing was changed.
    Set ONEBOOK_DATABASE to another name for a demonstration beside it."""


class ResetRefused(OnebookError):
    """The book holds {found}, which the demonstration did not make, so --reset would
    destroy real work; nothing was changed. Set ONEBOOK_DATABASE to another name."""


class DemoUnfinished(OnebookError):
    """A demonstration was interrupted here and is not complete ({state}). Nothing was changed.
    Start over with `onebook demo --reset`."""
