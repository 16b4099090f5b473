"""The demonstration's customers, made from a seed or from a usage file's accounts; all simulated.

Without a file, monthly usage is a household's or shop's size times the month's factor, a lognormal
noise, and one month in a hundred at 2.6 times that. The factors are the means over five calendar
years of 27 household and 23 business customers of a Chinese grid company in a public exercise data
set (winter and summer peaks of homes that heat and cool by electricity; businesses flatter, lowest
in the month of the Spring Festival), normalised to 12 a year. Sizes and noise are assumptions.
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
)
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
    """A town of `count` accounts: 85 % households, 3 % shared meters, 12 % shops and works."""
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
    noise = random.lognormal(0, 0.12, (count, len(months)))
    noise *= np.where(random.random((count, len(months))) < 0.01, 2.6, 1.0)
    usage_e4 = np.rint(size_kwh[:, None] * factors[kind] * noise * E4_PER_KWH).astype(np.int64)
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
    factor = multiplier or (int(random.choice([1, 1, 20, 40])) if kind == 2 else 1)
    return Account(
        number=number,
        name=f"{name}(模拟)",
        unit_code=unit_code,
        category=category,
        tariff=tariff,
        address=place,
        capacity_kva=capacity_kva or (8 if kind < 2 else int(random.choice([30, 50, 80]))),
        multiplier=factor,
        digits=9 if multiplier else 6,
        opened_on=date(int(random.integers(2012, 2024)), int(random.integers(1, 13)), 1),
    )


def customers_file(town: Town) -> bytes:
    """The file of customers as a clerk would import it."""
    head = (
        "户号", "户名", "单位", "用电类别", "地址", "电压等级", "容量", "开户日期", "表号", "位数",
        "倍率", "初始示数", "装表日期", "电价",
    )  # fmt: skip
    rows = [
        (
            a.number, a.name, a.unit_code, a.category, a.address, "380V" if a.capacity_kva > 20
            else "220V", str(a.capacity_kva), a.opened_on.isoformat(), f"M{a.number}",
            str(a.digits), str(a.multiplier), "100.00", town.installed_on.isoformat(), a.tariff,
        )
        for a in town.accounts
    ]  # fmt: skip
    return _csv(head, rows)


def readings_file(town: Town, month: Month) -> bytes:
    """The readings of one month: cumulative registers with two decimals, cut off like a meter's."""
    upto = town.months.index(month) + 1
    used = np.where(town.usage_e4 == ABSENT, 0, town.usage_e4)[:, :upto].sum(axis=1)
    present = town.usage_e4[:, upto - 1] != ABSENT
    rows = []
    for at, account in enumerate(town.accounts):
        if not present[at]:
            continue
        register_e4 = 100 * E4_PER_KWH + int(used[at]) // account.multiplier // 100 * 100
        value = format_kwh(register_e4 % (10**account.digits * E4_PER_KWH), separators=False)
        day = month.first.replace(day=READ_DAY).isoformat()
        rows.append((account.number, f"M{account.number}", str(month), day, value))
    return _csv(("户号", "表号", "抄表月份", "抄表日期", "示数"), rows)


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode("utf-8-sig")
