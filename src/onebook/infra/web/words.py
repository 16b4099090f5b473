"""Words that data carry in both languages, in the reader's one."""

from django.utils.translation import get_language


def chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def pick(pair: tuple[str, str]) -> str:
    """The Chinese word of a pair, or the English one."""
    return pair[0] if chinese() else pair[1]
