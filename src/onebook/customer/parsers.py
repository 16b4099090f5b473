"""Text cells of a file of customers become values; pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onebook.customer.errors import CapacityUnreadable, CategoryUnknown, TermUnreadable
from onebook.customer.rules import PF_STANDARDS_BP, Category, DemandMode
from onebook.kernel.cells import Faults, printable, read_cells
from onebook.kernel.energy import parse_kwh
from onebook.kernel.errors import EnergyUnreadable
from onebook.kernel.periods import parse_date
from onebook.org.errors import UnitUnknown

# The first name of a category is the one that messages offer.
CATEGORY_NAMES = {
    Category.RESIDENTIAL: ("居民生活", "居民", "居民生活用电", "居民一户一表", "城乡居民"),
    Category.RESIDENTIAL_SHARED: ("居民合表", "合表", "居民合表用电", "执行居民电价的非居民"),
    Category.COMMERCIAL: (
        "工商业", "一般工商业", "一般工商业及其他", "工商业及其他", "商业", "商业用电",
    ),
    Category.LARGE_INDUSTRY: ("大工业", "大工业用电"),
    Category.AGRICULTURE: ("农业生产", "农业", "农业生产用电", "农业用电"),
}  # fmt: skip
_CATEGORIES = {
    label: category
    for category, names in CATEGORY_NAMES.items()
    for label in (*names, category.name.lower(), str(category.value))
}
_CAPACITY = re.compile(r"([0-9]{1,9})(?:\.0+)?(?:kva|kw|千伏安|千瓦)?")

# The headings that a message about a blank cell names.
HEADINGS = {
    "account_number": "户号",
    "customer_name": "户名",
    "org_unit": "单位",
    "category": "用电类别",
    "opened_on": "开户日期",
    "customer_number": "客户编号",
    "metering_point": "计量点",
    "phone": "电话",
    "address": "地址",
    "voltage": "电压等级",
    "capacity": "容量",
}
_REQUIRED_TEXTS = ("account_number", "customer_name")
_TEXTS = ("customer_number", "metering_point", "phone", "address", "voltage")


def parse_customers(
    cells: Mapping[str, Sequence[str]], unit_ids: Mapping[str, int], faults: Faults
) -> dict[str, list[Any]]:
    """Columns for `services.Customers`, None in blank or faulty cells; faults are added.

    `unit_ids` is what a file may call a unit -> its id.
    """

    def unit_id(text: str) -> int:
        found = unit_ids.get(text)
        if found is None:
            raise UnitUnknown(org_unit=text)
        return found

    columns: dict[str, list[Any]] = {
        name: read_cells(cells[name], printable(HEADINGS[name]), faults, heading=HEADINGS[name])
        for name in _REQUIRED_TEXTS
    }
    for name in _TEXTS:
        columns[name] = read_cells(cells[name], printable(HEADINGS[name]), faults)
    columns["org_unit_id"] = read_cells(
        cells["org_unit"], unit_id, faults, heading=HEADINGS["org_unit"]
    )
    columns["category_id"] = read_cells(
        cells["category"], category, faults, heading=HEADINGS["category"]
    )
    columns["opened_on"] = read_cells(
        cells["opened_on"], parse_date, faults, heading=HEADINGS["opened_on"]
    )
    columns["capacity_kva"] = read_cells(cells["capacity"], capacity_kva, faults)
    return columns


def category(text: str) -> Category:
    """The category that a file means; CategoryUnknown else."""
    found = _CATEGORIES.get(_plain(text))
    if found is None:
        known = ", ".join(names[0] for names in CATEGORY_NAMES.values())
        raise CategoryUnknown(text=text, known=known)
    return found


def capacity_kva(text: str) -> int:
    """Whole kVA (or kW, which residential accounts are given in); CapacityUnreadable else."""
    found = _CAPACITY.fullmatch(_plain(text).replace(",", ""))
    if found is None:
        raise CapacityUnreadable(text=text)
    return int(found[1])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


_UNIT = re.compile(r"(?:kva|kw|kwh|千伏安|千瓦时|千瓦|度|人)$")
# 10^8 kVA, kW or kWh: more than any customer has.
_TERM_LIMIT_E4 = 10**12
_PERSONS_LIMIT = 1000
_MODES = {
    "": DemandMode.NONE,
    "无": DemandMode.NONE,
    "单一制": DemandMode.NONE,
    "容量": DemandMode.CAPACITY,
    "合同需量": DemandMode.CONTRACT,
    "实际需量": DemandMode.MEASURED,
    "需量": DemandMode.MEASURED,
    **{mode.name.lower(): mode for mode in DemandMode},
}
_NOT_ASSESSED = frozenset({"0", "无", "不考核", "none"})

# The headings of the terms as messages name them.
TERM_HEADINGS = {
    "running_e4": "运行容量",
    "contract_e4": "合同容量",
    "demand_mode": "容需量方式",
    "contract_demand_e4": "合同需量",
    "pf_standard_bp": "功率因数标准",
    "persons": "家庭人口",
    "extra_quota_e4_month": "每月增加基数",
    "free_e4_month": "免费电量",
    "industry": "行业",
}
SINCE_HEADING = "条款生效日期"


def parse_terms(cells: Mapping[str, Sequence[str]], faults: Faults) -> dict[str, list[Any]]:
    """Columns of contract terms and `since`, None in blank or faulty cells; faults are added."""
    readers: dict[str, Callable[[str], Any]] = {
        "demand_mode": demand_mode,
        "pf_standard_bp": pf_standard_bp,
        "persons": persons,
        "industry": printable(TERM_HEADINGS["industry"]),
    }
    columns = {
        name: read_cells(cells[name], readers.get(name) or _quantity(heading), faults)
        for name, heading in TERM_HEADINGS.items()
    }
    columns["since"] = read_cells(cells["terms_since"], parse_date, faults)
    return columns


def demand_mode(text: str) -> DemandMode:
    """What 基本电费 is charged on; TermUnreadable else."""
    found = _MODES.get(_plain(text).removeprefix("按"))
    if found is None:
        heading, known = TERM_HEADINGS["demand_mode"], "容量, 合同需量, 实际需量, 单一制"
        raise TermUnreadable(heading=heading, text=text, expected=known)
    return found


def pf_standard_bp(text: str) -> int:
    """0.90, 0.85 or 0.80 in basis points, 0 where none is assessed; TermUnreadable else."""
    plain = _plain(text)
    if plain in _NOT_ASSESSED:
        return 0
    for standard_bp in PF_STANDARDS_BP:
        if plain.rstrip("0") == f"{standard_bp / 10_000}":
            return standard_bp
    heading = TERM_HEADINGS["pf_standard_bp"]
    raise TermUnreadable(heading=heading, text=text, expected="0.90, 0.85, 0.80")


def persons(text: str) -> int:
    """The persons of a household; TermUnreadable else."""
    plain = _UNIT.sub("", _plain(text))
    if not plain.isascii() or not plain.isdigit() or int(plain) > _PERSONS_LIMIT:
        raise TermUnreadable(heading=TERM_HEADINGS["persons"], text=text, expected="5")
    return int(plain)


def _quantity(heading: str) -> Callable[[str], int]:
    """A reader of kVA, kW or kWh in 10^-4 units, zero or more."""

    def read(text: str) -> int:
        try:
            found = parse_kwh(_UNIT.sub("", _plain(text)))
        except EnergyUnreadable:
            found = -1
        if not 0 <= found <= _TERM_LIMIT_E4:
            raise TermUnreadable(heading=heading, text=text, expected="630")
        return found

    return read
