"""What a page's address can ask for wrongly."""

from onebook.kernel.errors import OnebookError


class ExportTooLong(OnebookError):
    """The list has more than {rows} rows, too many for a file of this page. Choose a unit or
    filter the list, then export it again."""


class MomentUnreadable(OnebookError):
    """The moment {text!r} cannot be read. Write a day like 2026-10-31, or a moment with its zone
    like 2026-10-31T18:00:00+08:00, and ask again."""
