"""Errors of receivables."""

from onebook.kernel.errors import OnebookError


class OpeningTaken(OnebookError):
    """The opening file {name} was taken in before. Nothing was changed."""


class NothingSettled(OnebookError):
    """The document {source} settled nothing, so there is nothing to undo."""
