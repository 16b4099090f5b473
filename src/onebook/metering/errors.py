"""What can be wrong with figures given to metering.

OnebookError
└── MeteringError
    ├── ReadingColumnsDiffer
    └── UsagePolicyUnknown
"""

from onebook.kernel.errors import OnebookError


class MeteringError(OnebookError):
    """The readings could not be used. Check the meter and its readings and try again."""


class ReadingColumnsDiffer(MeteringError):
    """The column {column} has {found} rows and the readings have {expected}. Give columns of one
    length."""


class UsagePolicyUnknown(MeteringError):
    """The usage policy {policy!r} in row {row} is unknown. Set the installation to one of
    {known}."""
