"""A file of customers: its columns, and its rows checked and written by the services."""

from collections.abc import Sequence

from onebook.customer.parsers import HEADINGS, SINCE_HEADING, parse_customers, parse_terms
from onebook.customer.services import (
    Checked,
    Customers,
    Terms,
    check_customers,
    check_terms,
    write_customers,
    write_terms,
)
from onebook.infra.tabular import Field, Table
from onebook.kernel.cells import Faults
from onebook.kernel.dated import Begun
from onebook.org import reads as org

__all__ = [
    "FIELDS",
    "HEADINGS",
    "TERM_FIELDS",
    "check_file",
    "check_file_terms",
    "write_customers",
    "write_terms",
]

FIELDS = (
    Field("account_number", ("户号", "用户编号", "用户号", "account", "account number"), kind="id"),
    Field("customer_name", ("户名", "用户名称", "客户名称", "name", "customer name")),
    Field("org_unit", ("单位", "供电单位", "供电所", "管理单位", "单位编码", "org unit")),
    Field("category", ("用电类别", "用电分类", "用电性质", "category")),
    Field("opened_on", ("开户日期", "立户日期", "opened on", "opened")),
    Field("customer_number", ("客户编号", "客户号", "customer number"), False, "id"),
    Field("metering_point", ("计量点", "计量点编号", "metering point"), False, "id"),
    Field("phone", ("电话", "联系电话", "手机", "手机号", "phone"), False, "id"),
    Field("address", ("地址", "用电地址", "address"), False),
    Field("voltage", ("电压等级", "供电电压", "voltage"), False),
    Field("capacity", ("容量", "合同容量", "运行容量", "容量(kVA)", "capacity"), False),
)

# The dated terms of the contract, all of them optional. 运行容量 alone is the account's capacity.
TERM_FIELDS = (
    Field("running_e4", ("运行容量", "running capacity"), False),
    Field("contract_e4", ("合同容量", "contract capacity"), False),
    Field("demand_mode", ("容需量方式", "基本电费方式", "计费方式", "demand mode"), False),
    Field("contract_demand_e4", ("合同需量", "需量核定值", "contract demand"), False),
    Field("pf_standard_bp", ("功率因数标准", "力率标准", "power factor standard"), False),
    Field("persons", ("家庭人口", "户籍人口", "persons"), False),
    Field("extra_quota_e4_month", ("每月增加基数", "多人口增量", "extra quota"), False),
    Field("free_e4_month", ("免费电量", "每月免费电量", "free kwh"), False),
    Field("industry", ("行业", "行业分类", "industry"), False),
    Field("terms_since", (SINCE_HEADING, "生效日期", "terms since"), False),
)


def check_file(
    table: Table, *, by: int | None, faults: Faults | None = None, simulated: bool = False
) -> Checked:
    """Hold the rows of a file against each other and the record; see `services.check_customers`.

    `faults` are rows that another reader of the same file does not take.
    """
    faults = {} if faults is None else faults
    columns = parse_customers(table.columns, org.unit_ids_by_label(), faults)
    rows = Customers(**columns, simulated=simulated, row_numbers=table.row_numbers)
    return check_customers(rows, by=by, faults=faults)


def check_file_terms(table: Table, checked: Checked, faults: Faults) -> Begun:
    """Hold the terms that a file's rows give against those that stand.

    `checked` are the same rows as `check_file` gave them; see `services.check_terms`.
    """
    columns = parse_terms(table.columns, faults)
    accounts: Sequence[int] = checked.service_account_id.tolist()
    rows = Terms(
        accounts,
        checked.rows.opened_on,
        columns.pop("since"),
        columns,
        checked.rows.column("capacity_kva"),
    )
    return check_terms(rows, faults)
