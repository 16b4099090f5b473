"""Reads any consumption file into a table of accounts by months, in integer 10^-4 kWh.

Two shapes are taken, from CSV, Excel or any other file that `infra.tabular` reads:

* long: one row an account and month, or an account and interval. Interval rows are added up to
  the calendar month in which the interval's written time lies (its own zone, as written).
* wide: one row an account, one column a month (`202509`, `2025-09`, `2025年9月`; or `1` to `12`
  and `1月` to `12月`, which are taken as the months of `YEAR_OF_BARE_MONTHS`).

A row that cannot be read is rejected with its reason; nothing is guessed and nothing becomes 0.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from onebook.demo import errors
from onebook.infra.tabular import Field, FileUnusable, Reject, header_key, read_grids, read_table
from onebook.kernel.energy import parse_kwh
from onebook.kernel.errors import DateUnreadable, EnergyUnreadable, MonthUnreadable, OnebookError
from onebook.kernel.periods import Month, parse_date
from onebook.kernel.rounding import Rounding

ABSENT = -1
YEAR_OF_BARE_MONTHS = 2025

_ACCOUNT = (
    "cons_no", "account", "account_no", "account_number", "service_account", "户号", "用户编号",
    "用户号", "客户编号", "用户标识", "customer", "customer_id", "cons_id", "id", "meter",
    "meter_id", "meter_no", "表号", "nmi", "lclid", "user_id",
)  # fmt: skip
_MOMENT = (
    "yyyymm", "month", "bill_month", "年月", "电费年月", "月份", "用电月份", "数据年月", "ym",
    "timestamp", "datetime", "interval_start", "start", "time", "date", "day", "时间", "数据时间",
    "日期", "数据日期", "tstp",
)  # fmt: skip
_KWH = (
    "kwh", "usage_kwh", "kwh_usage", "usage", "consumption", "consumption_kwh", "energy",
    "energy_kwh", "电量", "用电量", "月用电量", "有功电量", "电量(kwh)", "用电量(kwh)",
    "电量（千瓦时）", "value", "reading_kwh", "energy(kwh/hh)",
)  # fmt: skip
_CATEGORY = ("type", "category", "用电类别", "用户类别", "用户类型", "类别", "cons_type", "class")
_CAPACITY = (
    "capacity_kva", "capacity", "kva", "容量", "合同容量", "运行容量", "合同容量(kva)",
    "运行容量(kva)", "contract_capacity",
)  # fmt: skip
_OPTIONAL = (
    Field("category", _CATEGORY, required=False),
    Field("capacity", _CAPACITY, required=False),
)
_LONG = (Field("account", _ACCOUNT), Field("moment", _MOMENT), Field("kwh", _KWH), *_OPTIONAL)
_BARE_MONTH = re.compile(r"m?(1[0-2]|0?[1-9])月?")
_FEWEST_MONTH_COLUMNS = 2
_CAPACITY_TEXT = re.compile(r"(\d{1,9})(?:\.\d*)?\s*(?:kva|kw)?", re.IGNORECASE)
_TIME = re.compile(r"(\d{4}[-/]?\d{1,2}[-/]?\d{1,2})(?:[ T]+|$)(?:\d{1,2}(?::?\d{2}){0,2}.*)?")


@dataclass(frozen=True)
class UsageTable:
    """Accounts by months: `usage_e4` int64 [accounts, months], ABSENT where the file has nothing.

    `category` and `capacity` are the file's own texts, empty where it has none. Months follow
    each other without a gap.
    """

    name: str
    numbers: list[str]
    category: list[str]
    capacity: list[str]
    months: list[Month]
    usage_e4: NDArray[np.int64]
    header: list[str]
    rows_in: int
    rejects: list[Reject]

    def last(self, months: int, accounts: int | None) -> "UsageTable":
        """The last months, and the first accounts of those that have usage in them.

        A file of fewer months than that is refused (MonthsTooFew).
        """
        if len(self.months) < months:
            raise errors.MonthsTooFew(name=self.name, found=len(self.months), asked=months)
        used = (self.usage_e4[:, -months:] != ABSENT).any(axis=1)
        kept = np.flatnonzero(used)[:accounts]
        return UsageTable(
            self.name,
            [self.numbers[at] for at in kept],
            [self.category[at] for at in kept],
            [self.capacity[at] for at in kept],
            self.months[-months:],
            self.usage_e4[kept][:, -months:],
            self.header,
            self.rows_in,
            self.rejects,
        )

    def shifted(self, first: Month) -> "UsageTable":
        """The same usage with its first month moved to `first`."""
        months = [first.plus(step) for step in range(len(self.months))]
        return UsageTable(
            self.name, self.numbers, self.category, self.capacity, months, self.usage_e4,
            self.header, self.rows_in, self.rejects,
        )  # fmt: skip


def read_usage(data: bytes, name: str) -> UsageTable:
    """Read a consumption file; FileUnusable and UsageFileUnusable refuse it as a whole."""
    try:
        table = read_table(data, name, _LONG)
    except FileUnusable:
        return _read_wide(data, name)
    content = _Content(name, table.header)
    content.rejects.extend(table.rejects)
    columns = [table.columns[field.name] for field in _LONG]
    for row_number, *cells in zip(table.row_numbers, *columns, strict=True):
        content.take(row_number, cells[0], [(cells[1], cells[2])], cells[3], cells[4])
    return content.table(len(table) + len(table.rejects))


def _read_wide(data: bytes, name: str) -> UsageTable:
    headings, header = _wide_headings(data, name)
    if len(headings) < _FEWEST_MONTH_COLUMNS:
        raise errors.UsageColumnsMissing(name=name, found=", ".join(header)[:200])
    fields = [Field(text, (text,), required=False) for text in headings]
    table = read_table(data, name, (Field("account", _ACCOUNT), *_OPTIONAL, *fields))
    content = _Content(name, table.header)
    content.rejects.extend(table.rejects)
    months = [headings[text] for text in headings]
    cells = zip(*(table.columns[text] for text in headings), strict=True)
    rows = zip(
        table.row_numbers,
        table.columns["account"],
        table.columns["category"],
        table.columns["capacity"],
        cells,
        strict=True,
    )
    for row_number, account, category, capacity, values in rows:
        written = [(str(m), text) for m, text in zip(months, values, strict=True) if text]
        content.take(row_number, account, written, category, capacity)
    return content.table(len(table) + len(table.rejects))


def _wide_headings(data: bytes, name: str) -> tuple[dict[str, Month], list[str]]:
    """Heading -> month of the first row that names an account column and months."""
    known = {header_key(alias) for alias in _ACCOUNT}
    nearest: list[str] = []
    for grid in read_grids(data, name):
        for row in grid.rows[:60]:
            nearest = nearest or [cell.strip() for cell in row if cell.strip()]
            if known.isdisjoint(map(header_key, row)):
                continue
            months = {cell.strip(): month for cell in row if (month := _month_heading(cell))}
            if len(months) >= _FEWEST_MONTH_COLUMNS:
                return months, [cell.strip() for cell in row]
    return {}, nearest


def _month_heading(text: str) -> Month | None:
    plain = header_key(text)
    if bare := _BARE_MONTH.fullmatch(plain):
        return Month(YEAR_OF_BARE_MONTHS, int(bare[1]))
    try:
        return Month.parse(plain.removesuffix("kwh").rstrip("(_ "))
    except MonthUnreadable:
        return None


class _Content:
    """Rows on their way to a table: sums by account and month, and what was rejected."""

    def __init__(self, name: str, header: list[str]) -> None:
        self.name, self.header = name, header
        self.rejects: list[Reject] = []
        self._sums: dict[str, dict[Month, int]] = {}
        self._facts: dict[str, tuple[str, str]] = {}
        self._seen: set[tuple[str, str]] = set()
        self._moments: dict[str, Month | None] = {}

    def take(
        self,
        row_number: int,
        account: str,
        written: Sequence[tuple[str, str]],
        category: str,
        capacity: str,
    ) -> None:
        """Take a row's (moment, kWh) pairs, all of them or none."""
        cells = [account, *(text for pair in written for text in pair), category, capacity]
        try:
            found = [self._read(account, moment, text) for moment, text in written]
            capacity_kva(account, capacity)
        except OnebookError as reason:
            self.rejects.append(Reject(row_number, reason, cells))
            return
        sums = self._sums.setdefault(account, {})
        self._facts.setdefault(account, (category, capacity))
        for (moment, _), (month, usage_e4) in zip(written, found, strict=True):
            self._seen.add((account, moment))
            sums[month] = sums.get(month, 0) + usage_e4

    def _read(self, account: str, moment: str, text: str) -> tuple[Month, int]:
        if not account:
            raise errors.AccountEmpty
        month = self._month(moment)
        if month is None:
            raise errors.MomentUnreadable(text=moment)
        if (account, moment) in self._seen:
            raise errors.UsageTwice(account=account, moment=moment)
        try:
            usage_e4 = parse_kwh(text, rounding=Rounding.HALF_UP)
        except EnergyUnreadable as unreadable:
            raise errors.UsageCellUnreadable(
                account=account, text=text, moment=moment
            ) from unreadable
        if usage_e4 < 0:
            raise errors.UsageNegative(account=account, text=text, moment=moment)
        return month, usage_e4

    def _month(self, moment: str) -> Month | None:
        if moment not in self._moments:
            self._moments[moment] = month_of(moment)
        return self._moments[moment]

    def table(self, rows_in: int) -> UsageTable:
        """The sums as a matrix over all months from the first to the last."""
        with_usage = {account: sums for account, sums in self._sums.items() if sums}
        if not with_usage:
            reason = str(self.rejects[0].reason) if self.rejects else ""
            raise errors.UsageEmpty(name=self.name, rejected=len(self.rejects), reason=reason)
        first = min(min(sums) for sums in with_usage.values())
        last = max(max(sums) for sums in with_usage.values())
        months = [first.plus(step) for step in range(first.months_until(last) + 1)]
        usage_e4 = np.full((len(with_usage), len(months)), ABSENT, np.int64)
        for at, sums in enumerate(with_usage.values()):
            for month, value in sums.items():
                usage_e4[at, first.months_until(month)] = value
        facts = [self._facts[account] for account in with_usage]
        return UsageTable(
            self.name,
            list(with_usage),
            [category for category, _ in facts],
            [capacity for _, capacity in facts],
            months,
            usage_e4,
            self.header,
            rows_in,
            sorted(self.rejects, key=lambda reject: reject.row_number),
        )


def capacity_kva(account: str, text: str) -> int:
    """A contract capacity in whole kVA, 0 where the file gives none; CapacityUnreadable else."""
    if not text:
        return 0
    found = _CAPACITY_TEXT.fullmatch(text.replace(",", ""))
    if found is None:
        raise errors.CapacityUnreadable(account=account, text=text)
    return int(found[1])


def month_of(moment: str) -> Month | None:
    """The calendar month of a written month, day or time; None when it is none of them."""
    readers: tuple[Callable[[str], Month], ...] = (
        Month.parse,
        lambda text: Month.of(parse_date(text)),
        _of_time,
    )
    for read in readers:
        try:
            return read(moment)
        except (MonthUnreadable, DateUnreadable, ValueError):
            continue
    return None


def _of_time(text: str) -> Month:
    found = _TIME.fullmatch(text.strip())
    if found:
        return Month.of(parse_date(found[1]))
    return Month.of(datetime.fromisoformat(text.strip()).date())
