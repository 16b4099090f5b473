"""The demonstration's customers, made from a seed or from a usage file's accounts; all simulated.

Without a file, monthly usage is a household's or shop's size times the month's factor, a lognormal
noise, and one month in a hundred at 2.6 times that. The factors are the means over five calendar
years of 27 household and 23 business customers of a Chinese grid company in a public exercise data
set (winter and summer peaks of homes that heat and cool by electricity; businesses flatter, lowest
in the month of the Spring Festival), normalised to 12 a year. Sizes and noise are assumptions, and
so are the shares of the periods, the reactive energy and the demand of businesses on periods.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from onebook.demo.usage import ABSENT, UsageTable, capacity_kva
from onebook.kernel.energy import E4_PER_KWH, format_kwh
from onebook.kernel.periods import Month

Int64 = NDArray[np.int64]

RESIDENTIAL_FACTORS = (1.46, 1.27, 0.89, 0.70, 0.71, 0.81, 1.46, 1.41, 0.66, 0.62, 0.78, 1.23)
COMMERCIAL_FACTORS = (1.09, 0.77, 0.87, 0.95, 1.03, 0.97, 1.17, 1.18, 0.91, 0.98, 1.03, 1.05)
READ_DAY = 24

# By kind of account: category and tariff.
_KINDS = (
    ("居民生活", "zj-residential-tiers"),
    ("居民合表", "zj-residential-shared"),
    ("工商业", "zj-business-single-lv"),
    ("工商业", "zj-business-single-lv-tou"),
    ("大工业", "zj-business-two-part-10kv-capacity"),
    ("大工业", "zj-business-two-part-10kv-demand"),
)
_ON_PERIODS = frozenset(code for _, code in _KINDS[3:])
_TWO_PART = {_KINDS[4][1]: "容量", _KINDS[5][1]: "实际需量"}
# Of each dozen businesses: four on periods, one two-part by capacity or by measured demand.
_BUSINESS_KINDS = (2, 3, 2, 2, 3, 4, 2, 3, 2, 2, 3, 5)
WORKS_KVA, _WORKS_MULTIPLIER, _WORKS_SCALE = 630, 1000, 40
# No works runs its whole capacity for longer in a month; a demand is the mean of so many hours.
_HIGHEST_HOURS, _DEMAND_HOURS = 300, 400
# Parts in a hundred of the total: sharp, peak, valley; flat is the rest.
_SHARES = (6, 34, 26)
TARIFFS = tuple(code for _, code in _KINDS)

_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
_GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "磊",
    "洋",
    "勇",
    "艳",
    "杰",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
)
_TRADE = (
    "便利店",
    "餐饮店",
    "五金厂",
    "服装厂",
    "诊所",
    "商贸有限公司",
    "食品有限公司",
    "物业公司",
)
_STREET = ("人民路", "解放路", "建设街", "文化路", "滨河路", "新华街", "工业大道", "学府路")


@dataclass(frozen=True)
class Account:
    """One simulated service account with its meter and tariff."""

    number: str
    name: str
    unit_code: str
    category: str
    tariff: str
    address: str
    capacity_kva: int
    multiplier: int
    digits: int
    opened_on: date


@dataclass(frozen=True)
class Town:
    """Accounts with their usage, int64 [accounts, months] in 10^-4 kWh (ABSENT: none)."""

    accounts: list[Account]
    months: list[Month]
    usage_e4: Int64
    simulated_usage: bool

    @property
    def installed_on(self) -> date:
        """The day the first period begins."""
        return self.months[0].previous().first.replace(day=READ_DAY)


def simulated_town(count: int, months: list[Month], units: list[str], seed: int) -> Town:
    """A town of `count` accounts: 85 % households, 3 % shared meters, 12 % shops and works.

    Of the businesses a third is on periods, and a sixth are works on a two-part tariff.
    """
    random = np.random.default_rng(seed)
    kind = random.choice(3, count, p=[0.85, 0.03, 0.12])
    size_kwh = np.where(
        kind == 2, random.lognormal(7.4, 0.8, count), random.lognormal(5.1, 0.5, count)
    )
    factors = np.array(
        [
            [RESIDENTIAL_FACTORS[m.month - 1] for m in months],
            [RESIDENTIAL_FACTORS[m.month - 1] for m in months],
            [COMMERCIAL_FACTORS[m.month - 1] for m in months],
        ]
    )
    kind[kind == 2] = np.resize(_BUSINESS_KINDS, int((kind == 2).sum()))
    noise = random.lognormal(0, 0.12, (count, len(months)))
    noise *= np.where(random.random((count, len(months))) < 0.01, 2.6, 1.0)
    size_kwh = np.where(kind > 3, size_kwh * _WORKS_SCALE, size_kwh)
    monthly_kwh = size_kwh[:, None] * factors[np.minimum(kind, 2)] * noise
    monthly_kwh[kind > 3] = np.minimum(monthly_kwh[kind > 3], WORKS_KVA * _HIGHEST_HOURS)
    usage_e4 = np.rint(monthly_kwh * E4_PER_KWH).astype(np.int64)
    accounts = [
        _account(random, f"3300{number:08d}", int(kind[number]), units[number % len(units)], 0)
        for number in range(count)
    ]
    return Town(accounts, months, usage_e4, simulated_usage=True)


def town_of(table: UsageTable, units: list[str], seed: int) -> Town:
    """The accounts of a usage file, with simulated names; a type 3 or 居民 is a household.

    Without a category, an account of 100 kVA or more, or of more than 2,000 kWh a month, is a
    business.
    """
    random = np.random.default_rng(seed)
    accounts = []
    for at, number in enumerate(table.numbers):
        used = table.usage_e4[at]
        mean_e4 = int(used[used != ABSENT].mean())
        capacity = capacity_kva(number, table.capacity[at])
        kind = _kind(table.category[at], capacity, mean_e4)
        account = _account(random, number, kind, units[at % len(units)], capacity, multiplier=1)
        accounts.append(account)
    return Town(accounts, table.months, table.usage_e4, simulated_usage=False)


def _kind(category: str, capacity_kva: int, mean_e4: int) -> int:
    if category.strip() in ("3", "居民", "居民生活", "residential"):
        return 0
    if category.strip() in ("1", "2", "工商业", "commercial", "industrial"):
        return 2
    return 2 if capacity_kva >= 100 or mean_e4 > 2000 * E4_PER_KWH else 0


def _account(
    random: np.random.Generator,
    number: str,
    kind: int,
    unit_code: str,
    capacity_kva: int,
    multiplier: int | None = None,
) -> Account:
    family = random.choice(list(_FAMILY))
    given = "".join(random.choice(_GIVEN, int(random.integers(1, 3))))
    place = f"{random.choice(_STREET)}{random.integers(1, 300)}号"
    category, tariff = _KINDS[kind]
    name = f"{family}{given}" if kind == 0 else f"{family}{given}{random.choice(_TRADE)}"
    factor = multiplier or (int(random.choice([1, 1, 20, 40])) if kind > 1 else 1)
    kva = capacity_kva or (8 if kind < 2 else int(random.choice([30, 50, 80])))
    is_works = tariff in _TWO_PART
    return Account(
        number=number,
        name=f"{name}(模拟)",
        unit_code=unit_code,
        category=category,
        tariff=tariff,
        address=place,
        capacity_kva=WORKS_KVA if is_works else kva,
        multiplier=_WORKS_MULTIPLIER if is_works else factor,
        digits=9 if multiplier else 6,
        opened_on=date(int(random.integers(2012, 2024)), int(random.integers(1, 13)), 1),
    )


def customers_file(town: Town) -> bytes:
    """The file of customers as a clerk would import it."""
    head = (
        "户号", "户名", "单位", "用电类别", "地址", "电压等级", "容量", "开户日期", "表号", "位数",
        "倍率", "初始示数", "装表日期", "电价", "尖初始示数", "峰初始示数", "谷初始示数",
        "正向无功初始示数", "需量初始示数", "容需量方式", "功率因数标准",
    )  # fmt: skip
    rows = [
        (
            a.number, a.name, a.unit_code, a.category, a.address, _voltage(a), str(a.capacity_kva),
            a.opened_on.isoformat(), f"M{a.number}", str(a.digits), str(a.multiplier), "100.00",
            town.installed_on.isoformat(), a.tariff, *_registers_at_first(a),
            _TWO_PART.get(a.tariff, ""), "0.90" if a.tariff in _TWO_PART else "",
        )
        for a in town.accounts
    ]  # fmt: skip
    return _csv(head, rows)


def _voltage(account: Account) -> str:
    if account.tariff in _TWO_PART:
        return "10kV"
    return "380V" if account.capacity_kva > 20 else "220V"


def _registers_at_first(account: Account) -> tuple[str, ...]:
    """Sharp, peak, valley, reactive and demand as installed, blank where there is none."""
    periods = ("0.00",) * 3 if account.tariff in _ON_PERIODS else ("",) * 3
    return (*periods, *(("0.00", "0.00") if account.tariff in _TWO_PART else ("", "")))


def readings_file(town: Town, month: Month) -> bytes:
    """The readings of one month: cumulative registers with two decimals, cut off like a meter's."""
    upto = town.months.index(month) + 1
    known = np.where(town.usage_e4 == ABSENT, 0, town.usage_e4)
    used = known[:, :upto].sum(axis=1)
    present = town.usage_e4[:, upto - 1] != ABSENT
    rows = []
    for at, account in enumerate(town.accounts):
        if not present[at]:
            continue
        value = _shown(100 * E4_PER_KWH + _cut(int(used[at]) // account.multiplier), account)
        day = month.first.replace(day=READ_DAY).isoformat()
        further = _further(account, int(used[at]), int(known[at, upto - 1]))
        rows.append((account.number, f"M{account.number}", str(month), day, value, *further))
    further_heads = ("尖示数", "峰示数", "谷示数", "正向无功示数", "最大需量")
    return _csv(("户号", "表号", "抄表月份", "抄表日期", "示数", *further_heads), rows)


def _further(account: Account, used_e4: int, month_e4: int) -> tuple[str, ...]:
    """What the further registers show: periods by their shares, cosφ of 0.87 to 0.95, demand."""
    if account.tariff not in _ON_PERIODS:
        return ("",) * 5
    periods = [
        _shown(_cut(used_e4 * share // 100 // account.multiplier), account) for share in _SHARES
    ]
    if account.tariff not in _TWO_PART:
        return (*periods, "", "")
    reactive_percent = 34 + int(account.number) % 22
    reactive_e4 = _cut(used_e4 * reactive_percent // 100 // account.multiplier)
    demand_e4 = _cut(month_e4 // _DEMAND_HOURS // account.multiplier)
    return (*periods, _shown(reactive_e4, account), _shown(demand_e4, account))


def _cut(value_e4: int) -> int:
    """Two decimals, as the register shows them."""
    return value_e4 // 100 * 100


def _shown(register_e4: int, account: Account) -> str:
    return format_kwh(register_e4 % (10**account.digits * E4_PER_KWH), separators=False)


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode("utf-8-sig")
