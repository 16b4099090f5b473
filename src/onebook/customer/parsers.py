"""Text cells of a file of customers become values; pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from onebook.customer.errors import CapacityUnreadable, CategoryUnknown
from onebook.customer.rules import Category
from onebook.kernel.cells import Faults, printable, read_cells
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
