"""Which levels must approve what is asked for, by its amount."""

from collections.abc import Sequence
from typing import NamedTuple


class Level(NamedTuple):
    """A level of approval: its place in the order, its role, and from which amount on."""

    level: int
    role: str
    from_fen: int


def required(levels: Sequence[Level], amount_fen: int) -> list[Level]:
    """The levels that an amount of either sign needs, in their order."""
    asked = [one for one in levels if abs(amount_fen) >= one.from_fen]
    return sorted(asked, key=lambda one: one.level)
