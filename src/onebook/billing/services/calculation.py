"""What a unit's accounts are to be billed, and which bills are refused; nothing is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from onebook.billing import reads
from onebook.billing.services.due import Due, to_bill
from onebook.billing.services.portions import Portions, gather
from onebook.billing.services.pricing import Priced, calculate
from onebook.infra import sql
from onebook.kernel.energy import E4_PER_KWH
from onebook.kernel.money import format_yuan
from onebook.kernel.periods import Month
from onebook.kernel.rounding import half_up

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Refused:
    """Accounts whose bills a rule keeps back, with what it expected and found of each."""

    rule: str
    due: Due
    expected: Sequence[str]
    found: Sequence[str]


@dataclass(frozen=True)
class Calculated:
    """The accounts to bill with what they come to, and those refused.

    `unpriced`: how many of them have no tariff version in force.
    """

    due: Due
    priced: Priced
    refused: list[Refused]
    unpriced: int


def calculate_unit(org_unit_id: int, month: Month, account: int | None = None) -> Calculated:
    """Calculate the bills of a unit's verified, unbilled accounts of a month, or of one account."""
    refused: list[Refused] = []
    due = to_bill(org_unit_id, month, account)
    priceable = np.flatnonzero(due.version_id)
    unpriced = len(due.version_id) - len(priceable)
    if unpriced:
        # Verification says it of those that were read; an account without a meter was not.
        without = due.at(np.flatnonzero(due.version_id == 0))
        refused.append(Refused("R22", without, [str(month)] * unpriced, [""] * unpriced))
        due = due.at(priceable)
    due, portions = _with_portions(org_unit_id, month, due, refused)
    priced = calculate(due, portions)
    kept = _keep_back(org_unit_id, month, due, priced.total_fen, refused)
    if len(kept) < len(due.reading_id):
        due = due.at(kept)
        priced = calculate(due, portions)
    return Calculated(due, priced, refused, unpriced)


def _with_portions(
    org_unit_id: int, month: Month, due: Due, refused: list[Refused]
) -> tuple[Due, Portions | None]:
    """Gather the portions of the accounts that need them; those that lack a fact are refused."""
    rows = np.flatnonzero(due.by_portions)
    if not len(rows):
        return due, None
    found = gather(
        org_unit_id,
        month,
        due.service_account_id[rows],
        due.year_usage_before_e4[rows],
        due.quota_months[rows],
    )
    if found.missing:
        wrong = np.flatnonzero(np.isin(due.service_account_id, list(found.missing)))
        shown = [found.missing[one] for one in due.service_account_id[wrong].tolist()]
        refused.append(Refused("R23", due.at(wrong), shown, ["—"] * len(wrong)))
        kept = np.setdiff1d(np.arange(len(due.reading_id)), wrong, assume_unique=True)
        due = due.at(kept)
    rows = np.flatnonzero(due.by_portions)
    columns = found.of(due.service_account_id[rows])
    usage_e4 = due.usage_e4.copy()
    usage_e4[rows] = 0
    np.add.at(usage_e4, rows[columns["bill"]], columns["usage_e4"])
    return replace(due, usage_e4=usage_e4), found


def _keep_back(
    org_unit_id: int, month: Month, due: Due, total_fen: Int64, refused: list[Refused]
) -> NDArray[np.intp]:
    """Refuse bills below zero (R18) and at an average price that nobody released (R15); the rest.

    An open item is what is owed, so that a bill below zero cannot be one.
    """
    below = np.flatnonzero(total_fen < 0)
    if len(below):
        found = [format_yuan(fen) for fen in total_fen[below].tolist()]
        refused.append(Refused("R18", due.at(below), [">= 0.00"] * len(below), found))
    low, high, least_e4 = _price_bounds(month, due.category_id)
    per_kwh = due.usage_e4 // E4_PER_KWH
    odd = (total_fen >= 0) & (due.usage_e4 >= least_e4)
    odd &= (total_fen < low * per_kwh) | (total_fen > high * per_kwh)
    at = np.flatnonzero(odd)
    if len(at):
        asked = {"org_unit": org_unit_id, "month": month.first, "rule": "R15"}
        released = [row["reading_id"] for row in sql.rows("billing", "released", asked)]
        at = at[~np.isin(due.reading_id[at], released)]
    if len(at):
        expected = [
            f"{format_yuan(one)}–{format_yuan(other)}"
            for one, other in zip(low[at].tolist(), high[at].tolist(), strict=True)
        ]
        found = [
            format_yuan(half_up(fen, kwh))
            for fen, kwh in zip(total_fen[at].tolist(), per_kwh[at].tolist(), strict=True)
        ]
        refused.append(Refused("R15", due.at(at), expected, found))
    wrong = np.union1d(below, at)
    return np.setdiff1d(np.arange(len(total_fen)), wrong, assume_unique=True)


def _price_bounds(month: Month, category_id: NDArray[np.int16]) -> tuple[Int64, Int64, Int64]:
    """The lowest and highest fen a kWh of each bill by its category, and from which usage on."""
    bounds = np.zeros((3, len(category_id)), np.int64)
    for category in np.unique(category_id).tolist():
        for at, name in enumerate(("fen_lowest", "fen_highest", "usage_least_e4")):
            value = reads.threshold("R15", name, month.first, category)
            bounds[at, category_id == category] = value
    return bounds[0], bounds[1], bounds[2]
