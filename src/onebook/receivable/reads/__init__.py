"""Questions to receivables: what is owed, by whom, since when, as of a day and as known then."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from onebook.books import reads as books
from onebook.books.reads import KnownAt
from onebook.infra import sql
from onebook.infra.clock import known_moment
from onebook.infra.report import Column, Report, Tie
from onebook.org import reads as org
from onebook.receivable.errors import ItemUnknown
from onebook.receivable.models import Opening, OpenItem, Settlement, Snapshot
from onebook.receivable.rules import BUCKETS, SettledBy

_BOUNDS = [bucket.from_days for bucket in BUCKETS if bucket.from_days is not None]


def _asked(as_of: date, known_at: KnownAt, units: Sequence[int] | None) -> dict[str, Any]:
    shown = None if units is None else list(units)
    return {"units": shown, **as_known(as_of, known_at)}


def as_known(as_of: date, known_at: KnownAt) -> dict[str, Any]:
    """The parameters of `receivable_v_open_items_at`: as_of, known_at or known_on, snapshot.

    The latest snapshot that holds for both. Whatever counts for its day was recorded before it was
    taken, since its month is locked (books). Known by the business day there is none: such days
    need not follow the moments of recording.
    """
    known = known_moment(known_at)
    day: date | None = None
    if known["known_at"] is not None:
        taken = Snapshot.objects.filter(as_of__lte=as_of, recorded_at__lte=known["known_at"])
        day = taken.order_by("-as_of").values_list("as_of", flat=True).first()
    return {"as_of": as_of, "snapshot": day, **known}


def snapshots() -> list[Snapshot]:
    """All snapshots, oldest first."""
    return list(Snapshot.objects.order_by("as_of"))


def snapshot_problems(as_of: date) -> list[str]:
    """Where a day's snapshot is not what the full scan of all that is recorded gives."""
    return [row["problem"] for row in sql.rows("receivable", "snapshot_problems", {"as_of": as_of})]


def open_items(
    as_of: date,
    known_at: KnownAt = None,
    *,
    units: Sequence[int] | None = None,
    bucket: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Items with something left on `as_of` as known at `known_at`, oldest due first.

    Each row: id, kind, source_id, service_account_id, org_unit_id, category_id, bill_month, due_on,
    principal_fen, effective_on, remaining_fen, days_past_due. `bucket` is a code of rules.BUCKETS.
    """
    number = None if bucket is None else [b.code for b in BUCKETS].index(bucket)
    return sql.rows(
        "receivable",
        "items_page",
        {
            **_asked(as_of, known_at, units),
            "bucket": number,
            "bounds": _BOUNDS,
            "limit": limit,
            "offset": offset,
        },
    )


def items_of_account(account: int, as_of: date, known_at: KnownAt = None) -> list[dict[str, Any]]:
    """All items of a service account, settled ones too, with settled_fen and remaining_fen."""
    return _items_of([account], as_of, known_at)


def owing_of_account(account: int, as_of: date, known_at: KnownAt = None) -> list[dict[str, Any]]:
    """A service account's items with something left, in the order in which money settles them."""
    return [row for row in _items_of([account], as_of, known_at) if row["remaining_fen"]]


def owed_by_account(
    accounts: Sequence[int], as_of: date, known_at: KnownAt = None
) -> dict[int, int]:
    """Service account -> what it owes in fen, for each of a few accounts."""
    owed = dict.fromkeys(accounts, 0)
    for row in _items_of(accounts, as_of, known_at):
        owed[row["service_account_id"]] += row["remaining_fen"]
    return owed


def _items_of(accounts: Sequence[int], as_of: date, known_at: KnownAt) -> list[dict[str, Any]]:
    params = {"accounts": list(accounts), "as_of": as_of, **known_moment(known_at)}
    return sql.rows("receivable", "items_of_accounts", params)


def owed_by_unit(
    as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[int, dict[str, int]]:
    """Org unit -> remaining_fen, prior_years_fen (陈欠) and accounts in arrears."""
    params = {**_asked(as_of, known_at, units), "year_start": date(as_of.year, 1, 1)}
    return {row["org_unit_id"]: row for row in sql.rows("receivable", "owed_by_unit", params)}


def owed(as_of: date, known_at: KnownAt = None, units: Sequence[int] | None = None) -> int:
    """What is owed in all, in fen: marketing's balance."""
    return sum(row["remaining_fen"] for row in owed_by_unit(as_of, known_at, units).values())


def owed_on(
    days: Sequence[date], known_at: KnownAt = None, units: Sequence[int] | None = None
) -> dict[date, dict[str, int]]:
    """Day -> opened_fen, all that had come to be owed by its end, and owed_fen, what still was."""
    params = {
        "days": list(days),
        "units": None if units is None else list(units),
        **known_moment(known_at),
    }
    return {row["day"]: row for row in sql.rows("receivable", "owed_on_days", params)}


def aging(
    as_of: date,
    known_at: KnownAt = None,
    units: Sequence[int] | None = None,
    org_unit: str = "*",
) -> Report:
    """The aging of arrears by org unit (欠费账龄分析表), by days past the due date.

    Its tie holds the total against the control account of electricity receivables.
    """
    params = _asked(as_of, known_at, units)
    moment = params["known_at"] or params["known_on"]
    names = org.unit_names()
    rows: dict[int, dict[str, Any]] = {}
    for found in sql.rows("receivable", "aging", {**params, "bounds": _BOUNDS}):
        unit = found["org_unit_id"]
        row = rows.setdefault(
            unit, {"org_unit": names[unit], "org_unit_id": unit, "items": 0, "total_fen": 0}
        )
        row[BUCKETS[found["bucket"]].code] = found["remaining_fen"]
        row["items"] += found["items"]
        row["total_fen"] += found["remaining_fen"]
    split = owed_by_unit(as_of, moment, units)
    for unit, row in rows.items():
        row["accounts"] = split[unit]["accounts"]
        row["prior_years_fen"] = split[unit]["prior_years_fen"]
        row["this_year_fen"] = row["total_fen"] - row["prior_years_fen"]
        for bucket in BUCKETS:
            row.setdefault(bucket.code, 0)
    columns = _aging_columns()
    ordered = [rows[unit] for unit in sorted(rows, key=lambda unit: rows[unit]["org_unit"])]
    totals = {
        column.key: sum(row[column.key] for row in ordered)
        for column in columns
        if column.kind in ("fen", "count")
    }
    control = books.control_balance("receivable", as_of, moment, units)
    return Report(
        name="aging",
        title_zh="欠费账龄分析表",
        title_en="Aging of arrears",
        as_of=as_of,
        known_at=moment,
        org_unit=org_unit,
        columns=columns,
        rows=ordered,
        totals=totals,
        ties=(Tie("control-account-112201", totals["total_fen"], control),),
        basis_zh=f"截至 {as_of};按到期日账龄;陈欠为 {as_of.year} 年 1 月前电费",
        basis_en=f"As of {as_of}; by due date; prior years: billed before January {as_of.year}",
    )


def _aging_columns() -> tuple[Column, ...]:
    english = {
        "not_due": "Not due",
        "days_1_30": "1-30 days",
        "days_31_90": "31-90 days",
        "days_91_180": "91-180 days",
        "days_181_365": "181-365 days",
        "years_1_2": "1-2 years",
        "years_2_3": "2-3 years",
        "years_3_up": "3 years and over",
    }
    return (
        Column("org_unit", "单位", "Org unit"),
        Column("accounts", "户数", "Accounts", "count"),
        Column("items", "笔数", "Items", "count"),
        Column("total_fen", "欠费合计", "Total", "fen"),
        *(Column(b.code, b.name_zh, english[b.code], "fen") for b in BUCKETS),
        Column("this_year_fen", "当年欠费", "This year", "fen"),
        Column("prior_years_fen", "陈欠", "Prior years", "fen"),
    )


def settlements_of_item(open_item_id: int) -> list[Settlement]:
    """What settled an item, in the order it was recorded."""
    return list(Settlement.objects.filter(open_item_id=open_item_id).order_by("recorded_at", "id"))


def item(open_item_id: int) -> OpenItem:
    """The item of this id; ItemUnknown else."""
    found = OpenItem.objects.filter(pk=open_item_id).first()
    if found is None:
        raise ItemUnknown(open_item_id=open_item_id)
    return found


def bucket_names() -> dict[str, tuple[str, str]]:
    """Code of an aging bucket -> its Chinese and its English name."""
    codes = {bucket.code for bucket in BUCKETS}
    return {
        column.key: (column.name_zh, column.name_en)
        for column in _aging_columns()
        if column.key in codes
    }


def settlements_of(source_kind: SettledBy, source_id: int) -> list[tuple[Settlement, OpenItem]]:
    """What a document settled, each with its item, in the order of settling."""
    found = list(
        Settlement.objects.filter(source_kind=source_kind, source_id=source_id).order_by("id")
    )
    owed = OpenItem.objects.in_bulk([one.open_item_id for one in found])
    return [(one, owed[one.open_item_id]) for one in found]


def item_of_bill(bill_id: int) -> OpenItem | None:
    """The open item of a bill; None for a bill of zero."""
    return OpenItem.objects.filter(kind=OpenItem.Kind.BILL, source_id=bill_id).first()


def item_of_adjustment(adjustment_id: int) -> OpenItem | None:
    """The open item of an adjustment; None for a refund, or while it is not issued."""
    found = OpenItem.objects.filter(kind=OpenItem.Kind.ADJUSTMENT, source_id=adjustment_id)
    return found.first()


def opening_taken(sha256: str) -> bool:
    """Whether an opening file with these bytes was taken in."""
    return Opening.objects.filter(sha256=sha256).exists()


def items_against_control(as_of: date, known_at: KnownAt = None) -> list[dict[str, Any]]:
    """Open items whose remaining amount differs from the control account's balance for them."""
    moment = known_moment(known_at)
    asked = moment["known_at"] or moment["known_on"]
    ours = {row["id"]: row["remaining_fen"] for row in open_items(as_of, asked)}
    theirs = books.control_by_item("receivable", as_of, asked)
    return [
        {"open_item_id": item, "items_fen": ours.get(item, 0), "control_fen": theirs.get(item, 0)}
        for item in sorted(set(ours) | {key for key in theirs if key is not None})
        if ours.get(item, 0) != theirs.get(item, 0)
    ]
