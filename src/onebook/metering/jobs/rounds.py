"""Files of reading books and of their routes coming in."""

from django.db import transaction

from onebook.infra.tabular import Field, FileTaken, read_table
from onebook.kernel.cells import Faults
from onebook.metering import parsers, services
from onebook.org import reads as org
from onebook.org import services as rights
from onebook.org.errors import UnitUnknown
from onebook.org.rules import Action

_BOOK = ("抄表册", "抄表册号", "抄表段", "抄表段编号", "book", "reading book")
BOOK_FIELDS = (
    Field("number", _BOOK, kind="id"),
    Field("name", ("册名", "抄表册名称", "抄表段名称", "book name"), required=False),
    Field("org_unit", ("单位", "供电单位", "供电所", "单位编码", "org unit"), required=False),
    Field("read_day", ("抄表例日", "例日", "reading day"), required=False),
    Field("cycle_months", ("抄表周期", "周期", "cycle"), required=False),
    Field("reader", ("抄表员", "reader"), required=False),
    Field("rotate_months", ("轮换月数", "rotate months"), required=False),
    Field("since", ("生效日期", "since"), required=False),
)
ROUTE_FIELDS = (
    Field("book", _BOOK, kind="id"),
    Field("sequence", ("抄表顺序", "顺序号", "抄表序号", "sequence")),
    Field("account", ("户号", "用户编号", "用户号", "account"), required=False, kind="id"),
    Field("meter", ("表号", "电表号", "资产编号", "meter"), required=False, kind="id"),
    Field("point", ("计量点", "计量点编号", "metering point"), required=False, kind="id"),
    Field("since", ("生效日期", "since"), required=False),
)


def import_books(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> FileTaken:
    """Take a file of reading books in: a row a book, with its terms from a day on.

    A new book gives its name, unit, reading day and reader (a user name); of a book that is there a
    row that says something else begins new terms on its day.
    """
    rights.require_somewhere(person_id, Action.IMPORT_MASTER_DATA)
    table = read_table(data, name, BOOK_FIELDS)
    faults: Faults = {}
    columns = parsers.parse_books(table.columns, faults)
    columns["reader"] = [text or None for text in table.columns["reader"]]
    labels = org.unit_ids_by_label()
    columns["org_unit_id"] = [labels.get(text) for text in table.columns["org_unit"]]
    for row, text in enumerate(table.columns["org_unit"]):
        if text and text not in labels:
            faults.setdefault(row, UnitUnknown(org_unit=text))
    result = FileTaken.of(table)
    with transaction.atomic():
        result.taken = services.put_books(columns, faults, by=person_id)
        if dry_run:
            transaction.set_rollback(True)
    result.unchanged = len(table) - len(faults) - result.taken
    result.rejects = table.rejected(faults)
    return result


def import_routes(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> FileTaken:
    """Take a file of routes in: a row a metering point, with its book and place in its order."""
    rights.require_somewhere(person_id, Action.IMPORT_MASTER_DATA)
    table = read_table(data, name, ROUTE_FIELDS)
    faults: Faults = {}
    columns = parsers.parse_routes(table.columns, faults)
    result = FileTaken.of(table)
    with transaction.atomic():
        routed = services.put_routes(columns, table.columns, faults, by=person_id)
        if dry_run:
            transaction.set_rollback(True)
    result.taken, result.unchanged = len(routed.rows), routed.unchanged
    result.rejects = table.rejected(faults)
    return result
