"""Questions to billing: exceptions, bills explained, and a month's totals."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import Max

from onebook.billing import kernels
from onebook.billing.errors import BatchUnknown, BillDiffers, BillUnknown, ExceptionUnknown
from onebook.billing.models import Batch, Bill, BillException, BillPortion, BillReading
from onebook.billing.rules import bill_number
from onebook.billing.rules import portions as frozen
from onebook.billing.rules.corrections import turned
from onebook.infra import sql
from onebook.infra.copy import copy_out
from onebook.kernel.periods import Month
from onebook.org import reads as org
from onebook.tariff import reads as tariff
from onebook.tariff.rules import BillExplained, PowerFactor, explain, explain_bill


def units_to_bill(month: Month) -> list[int]:
    """Org units with readings of the month whose accounts are not billed yet, ascending."""
    params = {"month": month.first, "units": list(org.unit_names())}
    return [row["org_unit_id"] for row in sql.rows("billing", "units_to_bill", params)]


class CorrectedBill(NamedTuple):
    """A row of a file that corrects a reading of an issued month, and the bill of that month."""

    row_number: int
    account: str
    org_unit_id: int
    bill_id: int
    month: Month


def bills_corrected_by(corrections: Sequence[tuple[int, int, Month]]) -> list[CorrectedBill]:
    """The standing bills of corrected readings, given as the file's line, meter and month each."""
    if not corrections:
        return []
    lines, meters, months = zip(*corrections, strict=True)
    asked = {"meters": list(meters), "months": [month.first for month in months]}
    return [
        CorrectedBill(
            lines[row["place"]],
            row["number"],
            row["org_unit_id"],
            row["bill_id"],
            months[row["place"]],
        )
        for row in sql.rows("billing", "corrected_bills", asked)
    ]


def is_corrected(bill_id: int) -> bool:
    """Whether a reading of a standing bill's month was corrected after the bill was made."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM billing_v_open_correction WHERE bill_id = %s)", [bill_id]
        )
        return bool(cursor.fetchone()[0])


def open_corrections(limit: int = 100) -> list[tuple[str, str]]:
    """Number of the bill and of the account of corrections that are still open, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.bill_month, c.bill_id, a.number FROM billing_v_open_correction c"
            " JOIN customer_v_service_account a ON a.id = c.service_account_id"
            " ORDER BY 1, 2 LIMIT %s",
            [limit],
        )
        return [(bill_number(bill_id, month), number) for month, bill_id, number in cursor]


def threshold(rule: str, name: str, on: date, category_id: int | None = None) -> int:
    """A parameter of a rule in force on a day; the database refuses where it has none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT billing_threshold_on(%s, %s, %s::smallint, %s)", [rule, name, category_id, on]
        )
        return int(cursor.fetchone()[0])


def exceptions(
    month: Month | None = None,
    units: Sequence[int] | None = None,
    state: str | None = None,
    rule: str | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Exceptions with their accounts: what keeps bills back first, then by the money at stake.

    state is `open`, `release`, `hold` or `clear` (its cause is gone); None: all but cleared ones.
    Each row: id, rule, blocking, state, decision (the kind of the last one, or ''), reason,
    decided_by_id, decided_at, expected, found, usage_e4, bill_month, org_unit_id, reading_id,
    service_account_id, number, customer_name, category_id, bill_id (the account's bill of the
    month, or None), and what is at stake: risk_e4 and risk_fen, by the last bill with usage
    before, else by the dated parameter `risk` (None where there is no usage at all).
    """
    return _exceptions(
        month=None if month is None else month.first,
        units=None if units is None else list(units),
        state=state,
        rule=rule,
        limit=limit,
        offset=offset,
    )


def _exceptions(**asked: Any) -> list[dict[str, Any]]:
    every = dict.fromkeys(("ids", "month", "units", "state", "rule", "limit"))
    return sql.rows("billing", "exceptions", {**every, "offset": 0, **asked})


def exception(exception_id: int) -> dict[str, Any]:
    """One exception with its account and the decision in force, a row as of `exceptions`."""
    return exceptions_by_id([exception_id])[0]


def exceptions_by_id(exception_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The exceptions of these ids, cleared ones too; ExceptionUnknown for one that is not there."""
    found = _exceptions(ids=list(exception_ids))
    missing = set(exception_ids) - {one["id"] for one in found}
    if missing:
        raise ExceptionUnknown(exception_id=min(missing))
    return found


def exceptions_of_account(account: int, month: Month) -> list[dict[str, Any]]:
    """What verification found at an account in a month, cleared ones left out."""
    found = BillException.objects.filter(service_account_id=account, bill_month=month.first)
    ids = list(found.values_list("id", flat=True))
    return [one for one in _exceptions(ids=ids) if one["state"] != "clear"] if ids else []


def exception_counts(month: Month, units: Sequence[int] | None = None) -> list[dict[str, Any]]:
    """A month's exceptions by rule and state: rule, blocking, state, exceptions, accounts."""
    params = {"month": month.first, "units": None if units is None else list(units)}
    return sql.rows("billing", "exception_counts", params)


def bill(bill_id: int) -> Bill:
    """A bill; BillUnknown else."""
    found = Bill.objects.filter(pk=bill_id).first()
    if found is None:
        raise BillUnknown(bill_id=bill_id)
    return found


def bill_lines(bill_id: int) -> list[dict[str, Any]]:
    """A bill's stored lines with the names of their components, in the tariff's order."""
    return sql.rows("billing", "bill_lines", {"bill": bill_id})


def bill_explained(bill_id: int) -> BillExplained:
    """The bill calculated again by the scalar rule: formula and source line by line.

    `lines` are in the tariff's order, so that `lines[line_no]` is the stored line of that number;
    a tier that was not reached has a line of zero here and none in the book. Raises BillDiffers
    where the book has anything else than what is calculated. A red bill is the bill it reverses
    with turned signs.
    """
    found = bill(bill_id)
    if found.reverses_bill_id is not None:
        mirrored = turned(bill_explained(found.reverses_bill_id))
        _require_equal(bill_id, bill_lines(bill_id), mirrored)
        return mirrored
    portions = portions_of_bill(bill_id)
    if portions:
        explained = explain_portions(portions, Month.of(found.bill_month))
    else:
        version = tariff.version_by_id(found.tariff_version_id)
        explained = explain(version, found.usage_e4, found.year_usage_before_e4, found.quota_months)
    _require_equal(bill_id, bill_lines(bill_id), explained)
    return explained


def portions_of_bill(bill_id: int) -> list[BillPortion]:
    """What a bill of several portions was charged on, in their order; none for a plain bill."""
    return list(BillPortion.objects.filter(bill_id=bill_id).order_by("portion_no"))


def explain_portions(portions: Sequence[BillPortion], month: Month) -> BillExplained:
    """Price the frozen facts of a bill again by the scalar rule."""
    head = portions[0]
    priced = [
        frozen.portion(vars(one), tariff.version_by_id(one.tariff_version_id), month, label)
        for one, label in zip(portions, portion_labels(portions), strict=True)
    ]
    asked = any(frozen.has_power_factor(one.version) for one in priced)
    factor = None
    if asked and head.pf_standard_bp:
        factor = PowerFactor(head.active_e4, head.reactive_e4, head.pf_standard_bp)
    return explain_bill(priced, factor)


def portion_labels(portions: Sequence[BillPortion]) -> list[str]:
    """What tells the portions of a bill apart: the point's own tariff, the day a price begins."""
    starts: dict[int, set[date]] = {}
    for one in portions:
        starts.setdefault(one.metering_point_id, set()).add(one.starts_on)
    return [
        frozen.portion_label(
            tariff.version_by_id(one.tariff_version_id).name_zh if one.metering_point_id else "",
            one.starts_on if len(starts[one.metering_point_id]) > 1 else None,
        )
        for one in portions
    ]


def portion_problems() -> Iterator[str]:
    """Bills of several portions whose lines are not what their frozen facts come to, to the fen.

    Each month's portions are priced again by the kernel; lines that are missing count too.
    """
    for row in sql.rows("billing", "portion_months", {}):
        yield from _portion_problems(Month.of(row["bill_month"]))


def _portion_problems(month: Month) -> Iterator[str]:
    asked = {"month": month.first}
    kinds = {
        name: {"M8[D]": "date", "?": "i2"}.get(kind, kind)
        for name, kind in frozen.PORTION_COLUMNS.items()
    }
    query = sql.text("billing", "portions_of_month")
    found = copy_out(query, asked, {"bill_id": "i8", "first_line_no": "i2", **kinds})
    bill_ids, bill_place = np.unique(found["bill_id"], return_inverse=True)
    columns = {**found, "bill": bill_place, "month": np.full(len(bill_place), month.month)}
    versions = {
        one: tariff.version_by_id(one) for one in np.unique(found["tariff_version_id"]).tolist()
    }
    priced = kernels.price(columns, len(bill_ids), versions)
    names = ("bill_id", "line_no", "quantity_e4", "price_e10", "amount_fen")
    kind_of = {**dict.fromkeys(names, "i8"), "line_no": "i2"}
    stored = copy_out(sql.text("billing", "portion_lines_of_month"), asked, kind_of)
    ours = kernels.numbered_lines(priced, found["bill_id"], found["first_line_no"])
    for bill_id in kernels.differing_bills(ours, stored):
        yield f"bill {bill_id}: its lines are not what its portions come to"


def _require_equal(bill_id: int, lines: list[dict[str, Any]], explained: BillExplained) -> None:
    stored = {
        line["line_no"]: (line["quantity_e4"], line["price_e10"], line["amount_fen"])
        for line in lines
    }
    for at, line in enumerate(explained.lines):
        expected = (line.quantity_e4, line.price_e10, line.amount_fen)
        recorded = stored.pop(at, (0, line.price_e10, 0))
        if recorded != expected:
            raise BillDiffers(bill_id=bill_id, line_no=at, stored=recorded, calculated=expected)
    for at, recorded in stored.items():
        raise BillDiffers(bill_id=bill_id, line_no=at, stored=recorded, calculated=None)


def red_bill_of(bill_id: int) -> Bill | None:
    """The red bill that reverses a bill; None while it stands."""
    return Bill.objects.filter(reverses_bill_id=bill_id).first()


def bill_in_place_of(bill_id: int) -> Bill | None:
    """The bill that was issued in the place of a reversed one; None while there is none."""
    return Bill.objects.filter(replaces_bill_id=bill_id).first()


@dataclass(frozen=True)
class Chain:
    """What became of a bill, and what it stands for: bills that it is tied to by a correction."""

    red: Bill | None
    after: Bill | None
    reversed: Bill | None
    before: Bill | None

    @property
    def stands(self) -> bool:
        """Whether the bill is neither reversed nor a red one."""
        return self.red is None and self.reversed is None


def chain_of(found: Bill) -> Chain:
    """The red bill of a bill and the one in its place; what it reverses, or replaces."""
    named = {one.pk: one for one in bills_by_id(_named(found))}
    return Chain(
        red_bill_of(found.pk),
        bill_in_place_of(found.pk),
        named.get(found.reverses_bill_id or 0),
        named.get(found.replaces_bill_id or 0),
    )


def _named(found: Bill) -> list[int]:
    return [one for one in (found.reverses_bill_id, found.replaces_bill_id) if one is not None]


def readings_of_bill(bill_id: int) -> list[int]:
    """The ids of the readings that a bill counts, the one that it names last."""
    further = BillReading.objects.filter(bill_id=bill_id).order_by("reading_id")
    return [*further.values_list("reading_id", flat=True), bill(bill_id).reading_id]


def bills_of_account(account: int, limit: int = 200) -> list[Bill]:
    """A service account's bills, newest month first."""
    found = Bill.objects.filter(service_account_id=account).order_by("-bill_month", "-id")
    return list(found[:limit])


def bills_by_id(bill_ids: Collection[int]) -> list[Bill]:
    """The bills of these ids; unknown ids are left out."""
    return list(Bill.objects.filter(pk__in=list(bill_ids)).order_by("id"))


def bills_of_month(
    month: Month,
    units: Sequence[int] | None = None,
    limit: int | None = 200,
    offset: int = 0,
    *,
    issued_between: tuple[date, date] | None = None,
    category: int | None = None,
) -> list[Bill]:
    """The bills of a month, by account; with two days those issued between them, both included.

    `category` asks for those of one category.
    """
    if issued_between is None:
        found = Bill.objects.filter(bill_month=month.first)
    else:
        # Bills are found by their month; the batches of these days have few of them.
        months = Batch.objects.filter(issued_on__range=issued_between).values("bill_month")
        found = Bill.objects.filter(
            bill_month__in=months.distinct(), issued_on__range=issued_between
        )
    if category is not None:
        found = found.filter(category_id=category)
    if units is not None:
        found = found.filter(org_unit_id__in=list(units))
    end = None if limit is None else offset + limit
    return list(found.order_by("service_account_id", "id")[offset:end])


def batch(batch_id: int) -> Batch:
    """An issue batch; BatchUnknown else."""
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise BatchUnknown(batch_id=batch_id)
    return found


def batches(
    month: Month | None = None,
    units: Sequence[int] | None = None,
    limit: int | None = 200,
    offset: int = 0,
) -> list[Batch]:
    """Issue batches, the latest first."""
    found = Batch.objects.all() if month is None else Batch.objects.filter(bill_month=month.first)
    if units is not None:
        found = found.filter(org_unit_id__in=list(units))
    end = None if limit is None else offset + limit
    return list(found.order_by("-id")[offset:end])


def latest_bill_month(units: Sequence[int] | None = None) -> Month | None:
    """The last month of which anything is issued."""
    found = Batch.objects.all() if units is None else Batch.objects.filter(org_unit_id__in=units)
    last = found.aggregate(last=Max("bill_month"))["last"]
    return None if last is None else Month.of(last)


def latest_exception_month(units: Sequence[int] | None = None) -> Month | None:
    """The last month in which verification found anything."""
    found = BillException.objects.all()
    if units is not None:
        found = found.filter(org_unit_id__in=units)
    last = found.aggregate(last=Max("bill_month"))["last"]
    return None if last is None else Month.of(last)


def usage_months(account: int, months: int = 13) -> list[dict[str, Any]]:
    """Bill month, usage and amount of an account's last billed months, oldest first."""
    found = sql.rows("billing", "usage_months", {"account": account, "months": months})
    return found[::-1]


def month_totals(month: Month, units: Sequence[int] | None = None) -> dict[int, dict[str, int]]:
    """Org unit -> bills, usage_e4 and total_fen of a bill month."""
    params = {"month": month.first, "units": None if units is None else list(units)}
    return {row["org_unit_id"]: row for row in sql.rows("billing", "month_totals", params)}
