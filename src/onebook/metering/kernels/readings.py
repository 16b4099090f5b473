"""Usage from columns of readings: exact integers, equal to the scalar rule row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onebook.kernel.energy import E4_PER_KWH
from onebook.metering.errors import UsagePolicyUnknown
from onebook.metering.kernels._exact import BoolArray, IntArray, check_energy, column
from onebook.metering.rules import DIGITS_MAX, USAGE_MAX_E4, Status, UsagePolicy, register_e4

# A column of policies is a column of positions in this tuple.
POLICIES = tuple(UsagePolicy)
_REGISTERS_E4 = np.array([register_e4(digits) for digits in range(DIGITS_MAX + 1)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class UsageColumns:
    """Usage in 10^-4 kWh and `rules.Status` of n pairs of readings, both int64 [n]."""

    usage_e4: IntArray
    status: IntArray

    @property
    def billable(self) -> BoolArray:
        """Whether each row's usage may be billed without a person looking at it, [n]."""
        return self.status <= Status.ROLLED_OVER


def beyond_register(value_e4: IntArray, digits: IntArray) -> BoolArray:
    """Which values no register of so many digits (0 to 9) can show, [n]: too high, below zero."""
    return (value_e4 < 0) | (value_e4 >= _REGISTERS_E4[digits])


def usage(
    previous_e4: IntArray,
    current_e4: IntArray,
    multiplier: IntArray | int,
    digits: IntArray | int,
    policy: IntArray | UsagePolicy,
    *,
    max_usage_e4: IntArray | int,
) -> UsageColumns:
    """Apply `rules.usage` to n rows; arguments after the readings may be one value for all.

    ``policy`` is one policy or a column of `policy_codes`. Rows that cannot be billed carry
    usage 0 and their status; ReadingColumnsDiffer and UsagePolicyUnknown refuse the whole call.
    """
    previous_e4 = np.asarray(previous_e4, dtype=np.int64)
    rows = len(previous_e4)
    current_e4 = column("current_e4", current_e4, rows)
    factor = column("multiplier", multiplier, rows)
    digit_count = column("digits", digits, rows)
    limit_e4 = column("max_usage_e4", max_usage_e4, rows)
    codes = _policy_column(policy, rows)

    known = (digit_count >= 1) & (digit_count <= DIGITS_MAX)
    register: IntArray = _REGISTERS_E4[np.where(known, digit_count, 1)]
    possible = known & _possible(previous_e4, current_e4, factor, register)
    backward = possible & (current_e4 < previous_e4)
    # Impossible rows are calculated as 0 to 0 x 1, so that none of them can overflow.
    start_e4 = np.where(possible, previous_e4, 0)
    end_e4 = np.where(possible, current_e4, 0) + np.where(backward, register, 0)
    factor = np.where(possible, factor, 1)
    reversed_ = backward & ((end_e4 - start_e4) * factor > limit_e4)
    status = np.select(
        [~possible, reversed_, backward],
        [np.int64(Status.OUT_OF_RANGE), np.int64(Status.REVERSED), np.int64(Status.ROLLED_OVER)],
        np.int64(Status.NORMAL),
    )
    billed_e4 = _billed(start_e4, end_e4, factor, codes)
    return UsageColumns(np.where(reversed_, 0, billed_e4), status)


def segments_usage(
    owner: IntArray,
    owners: int,
    previous_e4: IntArray,
    current_e4: IntArray,
    multiplier: IntArray | int,
    digits: IntArray | int,
    policy: IntArray | UsagePolicy,
    *,
    max_usage_e4: IntArray | int,
) -> UsageColumns:
    """Apply `rules.segments_usage`: n segments of which row i belongs to register ``owner[i]``.

    ``owner`` are positions below ``owners``, in any order; ``policy`` and ``max_usage_e4`` are
    one value or a column of the owners. Gives [owners]; an owner without segments has used 0.
    """
    codes = _policy_column(policy, owners)
    half_up = codes == POLICIES.index(UsagePolicy.HALF_UP)
    by_segment = np.where(half_up, POLICIES.index(UsagePolicy.EXACT), codes)[owner]
    limit_e4 = column("max_usage_e4", max_usage_e4, owners)[owner]
    used = usage(previous_e4, current_e4, multiplier, digits, by_segment, max_usage_e4=limit_e4)
    check_energy("usage_e4", used.usage_e4)
    usage_e4 = np.zeros(owners, dtype=np.int64)
    status = np.zeros(owners, dtype=np.int64)
    np.add.at(usage_e4, owner, used.usage_e4)
    np.maximum.at(status, owner, used.status)
    whole_e4 = (usage_e4 + E4_PER_KWH // 2) // E4_PER_KWH * E4_PER_KWH
    usage_e4 = np.where(half_up, whole_e4, usage_e4)
    return UsageColumns(np.where(status <= Status.ROLLED_OVER, usage_e4, 0), status)


def policy_codes(policies: Sequence[str]) -> IntArray:
    """Turn stored policy values into the column that `usage` takes; UsagePolicyUnknown else."""
    values = np.asarray(policies, dtype=np.str_)
    codes = np.full(len(values), -1, dtype=np.int64)
    for code, policy in enumerate(POLICIES):
        codes[values == policy.value] = code
    if (codes < 0).any():
        row = int((codes < 0).argmax())
        _refuse_policy(str(values[row]), row)
    return codes


def _policy_column(policy: IntArray | UsagePolicy, rows: int) -> IntArray:
    if isinstance(policy, UsagePolicy):
        return np.broadcast_to(np.int64(POLICIES.index(policy)), (rows,))
    codes = column("policy", policy, rows)
    unknown = (codes < 0) | (codes >= len(POLICIES))
    if unknown.any():
        row = int(unknown.argmax())
        _refuse_policy(str(codes[row]), row)
    return codes


def _refuse_policy(policy: str, row: int) -> None:
    known = ", ".join(one.value for one in POLICIES)
    raise UsagePolicyUnknown(policy=policy, row=row, known=known)


def _possible(
    previous_e4: IntArray, current_e4: IntArray, multiplier: IntArray, register: IntArray
) -> BoolArray:
    readable = (previous_e4 >= 0) & (previous_e4 < register)
    readable &= (current_e4 >= 0) & (current_e4 < register)
    possible: BoolArray = readable & (multiplier >= 1) & (multiplier <= USAGE_MAX_E4 // register)
    return possible


def _billed(
    previous_e4: IntArray, current_e4: IntArray, multiplier: IntArray, codes: IntArray
) -> IntArray:
    """Give the usage by each row's policy; a policy that no row has is not calculated."""
    billed_e4 = (current_e4 - previous_e4) * multiplier
    half_up = codes == POLICIES.index(UsagePolicy.HALF_UP)
    if half_up.any():
        # No usage is negative here, so adding a half and cutting is half-up.
        whole_e4 = (billed_e4 + E4_PER_KWH // 2) // E4_PER_KWH * E4_PER_KWH
        billed_e4 = np.where(half_up, whole_e4, billed_e4)
    carry = codes == POLICIES.index(UsagePolicy.CARRY)
    if carry.any():
        whole_kwh = current_e4 // E4_PER_KWH - previous_e4 // E4_PER_KWH
        billed_e4 = np.where(carry, whole_kwh * multiplier * E4_PER_KWH, billed_e4)
    return billed_e4
