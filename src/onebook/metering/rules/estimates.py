"""A period without a reading: the previous period's kWh now, the rest with the next reading.

供电营业规则: where the customer prevents the reading, or remote collection fails, the previous
period's kWh are billed and settled at the next reading.
"""

from typing import NamedTuple

from onebook.kernel.rounding import truncate
from onebook.metering.rules.readings import Status, Usage, register_e4


class TrueUp(NamedTuple):
    """What a reading after estimates gives to bill, and what was billed beyond it so far.

    ``credit_e4`` is carried to the next period as billed already; 0 where all is settled.
    """

    usage_e4: int
    credit_e4: int
    status: Status


def estimated_reading(previous_e4: int, usage_e4: int, multiplier: int, digits: int) -> int:
    """Give what the register would show after that usage, cut to 10^-4, past its end from zero."""
    return (previous_e4 + truncate(usage_e4, multiplier)) % register_e4(digits)


def credit(previous_e4: int, current_e4: int, last_read_e4: int) -> int:
    """Give the part of the register, in 10^-4, that is billed beyond a reading; 0 where none is.

    ``previous_e4`` is how far the register is billed: an estimate, or a reading with its credit.
    ``last_read_e4`` is the last value that was read, the same as ``previous_e4`` where nothing was
    estimated since; a reading below it ran backward or rolled over and is no credit.
    """
    return previous_e4 - current_e4 if last_read_e4 <= current_e4 < previous_e4 else 0


def true_up(since_last_read: Usage, billed_e4: int) -> TrueUp:
    """Settle the usage between two actual readings against what was billed on estimates.

    ``since_last_read`` is reckoned from the last *actual* reading, ``billed_e4`` the estimates
    since it plus any credit still carried. Estimates never make a negative bill: what they
    exceed the reading by is the credit. An unbillable reading settles nothing.
    """
    if not since_last_read.status.billable:
        return TrueUp(0, billed_e4, since_last_read.status)
    rest_e4 = since_last_read.usage_e4 - billed_e4
    return TrueUp(max(rest_e4, 0), max(-rest_e4, 0), since_last_read.status)
