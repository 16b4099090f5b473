"""Trial calculations: totals against the month before, and the accounts drawn to be checked."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.billing import reads
from onebook.billing.errors import SampleUnknown, TrialUnknown
from onebook.billing.kernels import CAUSES
from onebook.billing.models import BillPortion, Trial
from onebook.customer.rules import CATEGORY_WORDS
from onebook.infra import sql
from onebook.infra.report import Column, Report, Tie
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.tariff import reads as tariff
from onebook.tariff.rules import BillExplained, explain

_COLUMNS = (
    Column("org_unit", "单位", "Org unit"),
    Column("category_zh", "用电类别", "Category"),
    Column("category_en", "用电类别", "Category"),
    Column("accounts_before", "上月户数", "Accounts before", "count"),
    Column("accounts", "本月户数", "Accounts", "count"),
    Column("usage_e4_before", "上月电量", "kWh before", "e4"),
    Column("usage_e4", "本月电量", "kWh", "e4"),
    Column("total_fen_before", "上月电费", "Amount before", "fen"),
    Column("total_fen", "本月试算", "Amount tried", "fen"),
    Column("difference_fen", "差额", "Difference", "fen"),
    Column("new_fen", "新增户", "New accounts", "fen"),
    Column("usage_fen", "电量变动", "Usage", "fen"),
    Column("price_fen", "电价变动", "Price", "fen"),
    Column("closed_fen", "销户", "Closed", "fen"),
    Column("kept_back_fen", "异常暂缓", "Kept back", "fen"),
    Column("unread_fen", "未抄", "Not read", "fen"),
    Column("moved_fen", "类别变更", "Changed category", "fen"),
)
_SUMS = [column.key for column in _COLUMNS if column.kind != "text"]


def trial(trial_id: int) -> Trial:
    """A trial; TrialUnknown else."""
    found = Trial.objects.filter(pk=trial_id).first()
    if found is None:
        raise TrialUnknown(trial_id=trial_id)
    return found


def latest_trials(month: Month, units: Sequence[int] | None = None) -> list[Trial]:
    """The last trial of a month of each unit, by unit."""
    found = Trial.objects.filter(bill_month=month.first)
    if units is not None:
        found = found.filter(org_unit_id__in=units)
    return list(found.order_by("org_unit_id", "-id").distinct("org_unit_id"))


def latest_trial_month(units: Sequence[int] | None = None) -> Month | None:
    """The month that was tried last."""
    found = Trial.objects.all() if units is None else Trial.objects.filter(org_unit_id__in=units)
    last = found.order_by("-id").values_list("bill_month", flat=True).first()
    return None if last is None else Month.of(last)


def report(
    month: Month, today: date, units: Sequence[int] | None = None, code: str = "*"
) -> Report:
    """The last trials of a month: by unit and category against the month before, by cause."""
    names = org.unit_names()
    rows = [
        {
            **row,
            "org_unit": names[one.org_unit_id],
            "category_zh": CATEGORY_WORDS[row["category_id"]][0],
            "category_en": CATEGORY_WORDS[row["category_id"]][1],
            "difference_fen": row["total_fen"] - row["total_fen_before"],
        }
        for one in latest_trials(month, units)
        for row in one.rows
    ]
    totals = {key: sum(row[key] for row in rows) for key in _SUMS}
    before = month.previous()
    return Report(
        name="trial",
        title_zh=f"{month} 发行试算",
        title_en=f"Trial calculation of {month}",
        as_of=today,
        known_at=None,
        org_unit=code,
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        ties=(
            Tie("difference-by-cause", totals["difference_fen"], sum(totals[c] for c in CAUSES)),
        ),
        basis_zh=f"电费年月 {month},与 {before} 已发行相比;电量变动按各户上月均价计;未入账",
        basis_en=f"Bill month {month} against what is issued of {before}; usage at each account's"
        " average price of that month; nothing is posted",
    )


def samples(trial_id: int) -> list[dict[str, Any]]:
    """The accounts of a trial that are to be checked; `ticked_by_id` None while nobody did."""
    return [_read(row) for row in sql.rows("billing", "trial_samples", _asked(trial_id, None))]


def sample(trial_id: int, service_account_id: int) -> dict[str, Any] | None:
    """One account of the sample of a trial; None where it was not drawn."""
    found = sql.rows("billing", "trial_samples", _asked(trial_id, service_account_id))
    return _read(found[0]) if found else None


def required_sample(trial_id: int, service_account_id: int) -> dict[str, Any]:
    """One account of the sample of a trial; SampleUnknown where it was not drawn."""
    found = sample(trial_id, service_account_id)
    if found is None:
        raise SampleUnknown(trial_id=trial_id)
    return found


def _asked(trial_id: int, account: int | None) -> dict[str, Any]:
    return {"trial": trial_id, "account": account}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "portions": json.loads(row["portions"])}


def sample_explained(found: dict[str, Any], month: Month) -> BillExplained:
    """A sampled account calculated by the scalar rule, line by line."""
    if found["portions"]:
        portions = [
            BillPortion(**{**one, "starts_on": date.fromisoformat(one["starts_on"])})
            for one in found["portions"]
        ]
        return reads.explain_portions(portions, month)
    version = tariff.version_by_id(found["tariff_version_id"])
    return explain(version, found["usage_e4"], found["year_usage_before_e4"], found["quota_months"])
