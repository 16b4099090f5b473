"""A file of customers: its columns, and its rows checked and written by the services."""

from onebook.customer.parsers import HEADINGS, parse_customers
from onebook.customer.services import Checked, Customers, check_customers, write_customers
from onebook.infra.tabular import Field, Table
from onebook.kernel.cells import Faults
from onebook.org import reads as org

__all__ = ["FIELDS", "HEADINGS", "check_file", "write_customers"]

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
