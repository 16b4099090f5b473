"""What a start can find wrong with the database's contents."""

from onebook.kernel.errors import OnebookError


class DatabaseNewer(OnebookError):
    """The database was written by a newer onebook (it knows {migration}, this release does not).
    Start the newer release; nothing was changed."""
