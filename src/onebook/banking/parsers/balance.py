"""Puts lines in the order of booking and proves the running balance line by line."""

from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise
from typing import NamedTuple

from onebook.banking.parsers.types import Finding, StatementLine
from onebook.kernel.money import format_yuan


class Step(NamedTuple):
    """One line with a balance: by how much it misses the balance expected after the one before.

    `difference_fen` is None for the first of a currency, where nothing is expected yet.
    """

    line: StatementLine
    expected_fen: int | None
    difference_fen: int | None


def oldest_first(lines: Sequence[StatementLine]) -> tuple[list[StatementLine], bool]:
    """Return the lines in booking order, and whether the file's order was descending.

    Days decide first. Within a day the file may run either way, whatever its days do, and a bank
    may list a late booking between others: of these orders the first that breaks the balance
    least is taken.
    """
    falls = _falls([line.booked_on for line in lines])
    times = [line.booked_time for line in lines if line.booked_time is not None]
    runs_backward = (falls or _falls(times)) > 0
    best: list[StatementLine] = []
    fewest_breaks = -1
    for is_backward, is_sorted in _orders(runs_backward):
        order = list(reversed(lines)) if is_backward else list(lines)
        if is_sorted:
            order.sort(key=lambda line: line.booked_on)
        breaks = sum(1 for step in prove(order) if step.difference_fen)
        if fewest_breaks < 0 or breaks < fewest_breaks:
            best, fewest_breaks = order, breaks
            is_descending = falls > 0 if falls else is_backward
        if breaks == 0:
            break
    return best, is_descending


def prove(lines: Sequence[StatementLine]) -> list[Step]:
    """Return a step for every line with a balance; lines without one add to the next expected."""
    expected: dict[str, int | None] = {}
    steps = []
    for line in lines:
        before = expected.get(line.currency)
        after = None if before is None else before + line.amount_fen
        if line.balance_fen is not None:
            difference = None if after is None else line.balance_fen - after
            steps.append(Step(line, after, difference))
            after = line.balance_fen
        expected[line.currency] = after
    return steps


def break_findings(steps: Sequence[Step]) -> list[Finding]:
    """Return a finding for every balance that is not the one before plus the line's amount."""
    return [
        Finding(
            "balance_break",
            step.line.row_number,
            f"Row {step.line.row_number}: the balance {format_yuan(step.line.balance_fen or 0)} "
            f"should be {format_yuan(step.expected_fen or 0)}; "
            f"it differs by {format_yuan(step.difference_fen)}. Lines may be missing or changed.",
            step.difference_fen,
        )
        for step in steps
        if step.difference_fen
    ]


def unproved(steps: Sequence[Step], row_numbers: set[int]) -> set[int]:
    """Return those of the rows whose amount the running balance does not prove.

    The step to the line must hold, and so must the step from it where there is one. The first
    line of a file has no step to it and is never proved.
    """
    proved = set()
    for place, step in enumerate(steps):
        next_difference = steps[place + 1].difference_fen if place + 1 < len(steps) else None
        if step.difference_fen == 0 and not next_difference:
            proved.add(step.line.row_number)
    return row_numbers - proved


def _orders(runs_backward: bool) -> list[tuple[bool, bool]]:
    """The orders to try: (taken from the end, sorted by day)."""
    other = not runs_backward
    return [(runs_backward, True), (other, True), (runs_backward, False), (other, False)]


def _falls(moments: Sequence[date] | Sequence[time]) -> int:
    """How much more often one moment is before the last than after it."""
    pairs = pairwise(moments)
    return sum((later < earlier) - (later > earlier) for earlier, later in pairs)  # type: ignore[operator]
