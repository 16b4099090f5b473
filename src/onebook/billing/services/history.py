"""The history of bills as columns: kept with each batch and adjustment, in their transaction."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onebook.billing.reads import adjustments as reads
from onebook.billing.rules import BilledHow
from onebook.billing.services.due import Due
from onebook.infra.copy import copy_in_arrays, copy_out
from onebook.kernel.periods import Month
from onebook.metering.rules import How, Status

Int64 = NDArray[np.int64]


def keep_batch(
    source: tuple[int, int, Month], due: Due, total_fen: Int64, replaced: Sequence[int]
) -> None:
    """Keep the bills of an issued batch: kWh, fee and how each came about, a value an account.

    `source`: the batch, its unit and month; `replaced`: accounts whose reversed bill these replace.
    """
    batch_id, org_unit_id, month = source
    state = np.where(due.status == Status.ROLLED_OVER, BilledHow.ROLLED_OVER, 0)
    state |= np.where(np.isin(due.reading_id, _estimated(due.reading_id)), BilledHow.ESTIMATED, 0)
    several = np.isin(due.service_account_id, due.further_account_id)
    state |= np.where(several, BilledHow.SEVERAL, 0)
    state |= np.where(due.by_portions, BilledHow.PORTIONS, 0)
    state |= np.where(np.isin(due.service_account_id, replaced), BilledHow.CORRECTED, 0)
    _keep(
        {"batch_id": batch_id, "adjustment_id": None, "org_unit_id": org_unit_id},
        month.first,
        (due.service_account_id, due.usage_e4, total_fen, state),
    )


def keep_red(batch_id: int, bill: Any) -> None:
    """Keep what the red bill of a bill takes back, below zero."""
    _keep(
        {"batch_id": batch_id, "adjustment_id": None, "org_unit_id": bill.org_unit_id},
        bill.bill_month,
        (bill.service_account_id, -bill.usage_e4, -bill.total_fen, BilledHow.CORRECTED),
    )


def keep_adjustment(one: dict[str, Any]) -> None:
    """Keep what an issued adjustment puts on the months of its bills."""
    source = {"batch_id": None, "adjustment_id": one["id"], "org_unit_id": one["org_unit_id"]}
    for month, parts in groupby(reads.parts(one["id"]), lambda part: part["bill_month"]):
        columns = [
            (
                one["service_account_id"],
                part["usage_e4"],
                part["after_fen"] - part["before_fen"],
                BilledHow.ADJUSTED,
            )
            for part in parts
        ]
        _keep(source, month, tuple(zip(*columns, strict=True)))


def _keep(source: dict[str, int | None], month: date, columns: tuple[Any, ...]) -> None:
    """Keep columns of accounts, kWh, fee and state; of one value each they may be plain."""
    account, usage_e4, total_fen, state = (np.atleast_1d(column) for column in columns)
    copy_in_arrays(
        "billing_history",
        {
            **source,
            "bill_month": month,
            "service_account_id": account.astype(np.int64),
            "usage_e4": usage_e4.astype(np.int64),
            "total_fen": total_fen.astype(np.int64),
            "state": state.astype(np.int16),
        },
    )


def _estimated(reading_id: Int64) -> Int64:
    """Which readings are estimates; read by their range, as those of a file follow each other."""
    notes = copy_out(
        "SELECT reading_id FROM metering_v_note WHERE how = %(how)s"
        " AND reading_id BETWEEN %(least)s AND %(greatest)s",
        {
            "how": int(How.ESTIMATED),
            "least": int(reading_id.min()),
            "greatest": int(reading_id.max()),
        },
        {"reading_id": "i8"},
    )
    return notes["reading_id"]
