"""Words that data carry in both languages, in the reader's one."""

from typing import TypeVar

from django.utils.translation import get_language

T = TypeVar("T")


def chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def pick(pair: tuple[T, T]) -> T:
    """The Chinese one of a pair, or the English one."""
    return pair[0] if chinese() else pair[1]
