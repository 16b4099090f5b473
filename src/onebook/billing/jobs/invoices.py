"""Files about invoices: customers' terms in, documents out to a platform, its results in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import transaction

from onebook.billing import errors
from onebook.billing.parsers import invoices as parsers
from onebook.billing.parsers.invoices import document_number
from onebook.billing.reads import invoices as reads
from onebook.billing.services import invoices as services
from onebook.billing.services.invoices import Event, Kind
from onebook.customer import reads as customer
from onebook.customer.errors import AccountUnknown
from onebook.infra import clock
from onebook.infra.report import Column, Report, to_csv, to_xlsx
from onebook.infra.tabular import Field, FileTaken, Table, read_table
from onebook.kernel.cells import Faults, printable, read_cells, reject_future
from onebook.kernel.energy import format_kwh
from onebook.kernel.errors import OnebookError
from onebook.kernel.money import format_yuan, parse_yuan
from onebook.kernel.periods import Month, parse_date
from onebook.org import services as org
from onebook.org.rules import Action

TERM_FIELDS = (
    Field("account", ("户号", "用户编号", "account", "account number"), kind="id"),
    Field("kind", ("发票种类", "开票类型", "发票类型", "invoice kind")),
    Field("title", ("发票抬头", "购方名称", "开票名称", "title")),
    Field("tax_number", ("纳税人识别号", "税号", "购方税号", "tax number"), False, "id"),
    Field("address_phone", ("地址电话", "购方地址电话", "地址、电话", "address phone"), False),
    Field("bank_account", ("开户行账号", "开户行及账号", "购方银行账号", "bank account"), False),
    Field("merged", ("合并开票", "merged"), False),
    Field("valid_from", ("生效日期", "valid from"), False),
)
RESULT_FIELDS = (
    Field("document", ("单据号", "单据编号", "业务单号", "document"), kind="id"),
    Field("result", ("结果", "开票结果", "开票状态", "result")),
    Field("code", ("发票代码", "invoice code"), False, "id"),
    Field("number", ("发票号码", "数电票号码", "invoice number"), False, "id"),
    Field("issued_on", ("开票日期", "issued on"), False),
    Field("gross", ("价税合计", "含税金额", "gross"), False),
    Field("reason", ("失败原因", "原因", "reason"), False),
)
# The headings that a special invoice's blank cells are told by.
_SPECIAL_NEEDS = {
    "tax_number": "纳税人识别号",
    "address_phone": "地址电话",
    "bank_account": "开户行账号",
}
# What stands for the goods on an invoice of electricity, with its short name of the tax code.
_GOODS = "*供电*电费"
_DOCUMENT_COLUMNS = (
    Column("document", "单据号", "Document"),
    Column("color", "蓝字红字", "Blue or red"),
    Column("kind", "发票种类", "Kind"),
    Column("title", "购方名称", "Buyer"),
    Column("tax_number", "购方税号", "Tax number"),
    Column("address_phone", "购方地址电话", "Address and telephone"),
    Column("bank_account", "购方银行账号", "Bank and account"),
    Column("goods", "项目名称", "Goods"),
    Column("unit", "单位", "Unit"),
    Column("usage", "数量", "Quantity"),
    Column("net", "金额", "Net"),
    Column("rate", "税率", "Rate"),
    Column("vat", "税额", "VAT"),
    Column("gross", "价税合计", "Gross"),
    Column("blue_code", "原发票代码", "Code of the blue"),
    Column("blue_number", "原发票号码", "Number of the blue"),
    Column("red_form", "红字信息表编号", "Red information form"),
    Column("reason", "冲红原因", "Reason"),
    Column("note", "备注", "Note"),
)


@dataclass(frozen=True)
class Results:
    """A platform's answers as the table it came as, a row a document."""

    table: Table


class Platform(Protocol):
    """An invoice platform (开票平台): takes documents, answers later with results."""

    def documents(self, rows: Sequence[reads.Row], name: str) -> bytes:
        """The documents as the platform takes them; `name` is the file's."""
        ...

    def results(self, data: bytes, name: str) -> Results:
        """What the platform answered. Raises FileUnusable."""
        ...


class FilePlatform:
    """A platform that is fed and answers by files with the columns of docs/invoices.md."""

    def documents(self, rows: Sequence[reads.Row], name: str) -> bytes:
        """A CSV, or a workbook where the name ends on .xlsx; the same rows, the same bytes."""
        report = Report(
            name="invoice-documents",
            title_zh="开票单据",
            title_en="Documents to invoice",
            as_of=clock.today(),
            known_at=None,
            of_book=False,
            org_unit="*",
            columns=_DOCUMENT_COLUMNS,
            rows=[_document(row) for row in rows],
        )
        if name.endswith(".xlsx"):
            return to_xlsx(report)
        return b"\xef\xbb\xbf" + to_csv(report).encode()

    def results(self, data: bytes, name: str) -> Results:
        """The table of results."""
        return Results(read_table(data, name, RESULT_FIELDS))


def _document(row: reads.Row) -> dict[str, Any]:
    sign = -1 if row["color"] == "red" else 1
    more = f" 等 {row['bills']} 户次" if row["bills"] > 1 else ""
    months = sorted({f"{row['bill_month']:%Y-%m}", f"{row['last_month']:%Y-%m}"})
    return {
        **{key: row[key] or "" for key in ("blue_code", "blue_number")},
        **{key: row[key] for key in _BUYER},
        "document": document_number(row["id"]),
        "color": "红字" if sign < 0 else "蓝字",
        "kind": parsers.KIND_NAMES[row["kind"]][0],
        "goods": _GOODS,
        "unit": "千瓦时",
        "usage": format_kwh(sign * row["usage_e4"], separators=False),
        "net": format_yuan(row["net_fen"], separators=False),
        "rate": f"{row['vat_rate_bp'] / 100:g}%",
        "vat": format_yuan(row["vat_fen"], separators=False),
        "gross": format_yuan(row["gross_fen"], separators=False),
        "note": f"户号 {row['account_number']}{more},电费年月 {'至'.join(months)}",
    }  # fmt: skip


_BUYER = ("title", "tax_number", "address_phone", "bank_account", "red_form", "reason")
PLATFORM: Platform = FilePlatform()


def upload(
    name: str,
    units: Sequence[int] | None = None,
    month: Month | None = None,
    *,
    person_id: int | None,
    platform: Platform = PLATFORM,
) -> tuple[bytes, int]:
    """The requested invoices as a file for the platform, and how many; asked again, the same.

    NotAllowed where the person issues bills in no unit, or not in one of `units`.
    """
    allowed = org.require_somewhere(person_id, Action.ISSUE_BILLS)
    for org_unit_id in units or ():
        org.require(person_id, Action.ISSUE_BILLS, org_unit_id)
    inside = sorted(allowed) if units is None else units
    rows = reads.invoices(inside, month, states=["requested"], limit=None)[::-1]
    return platform.documents(rows, name), len(rows)


def import_terms(
    data: bytes, name: str, *, person_id: int | None, dry_run: bool = False
) -> FileTaken:
    """Take customers' invoice terms in; the same file again changes nothing."""
    table = read_table(data, name, TERM_FIELDS)
    faults: Faults = {}
    columns = _terms(table, faults, person_id)
    good = [row for row in range(len(table)) if row not in faults]
    # A customer's accounts may each give its terms; they count once.
    good = list(
        {(columns["customer_id"][row], columns["valid_from"][row]): row for row in good}.values()
    )
    with transaction.atomic():
        terms = services.Terms(
            **{key: [values[row] for row in good] for key, values in columns.items()}
        )
        taken = services.take_terms(terms, person_id=person_id)
        if dry_run:
            transaction.set_rollback(True)
    result = FileTaken.of(table)
    result.taken, result.unchanged = taken, len(table) - len(faults) - taken
    result.rejects = table.rejected(faults)
    return result


def _terms(table: Table, faults: Faults, person_id: int | None) -> dict[str, list[Any]]:
    """The columns of `services.Terms`; faults are added."""
    cells = table.columns
    texts = {
        name: [text or "" for text in read_cells(cells[name], printable(heading), faults)]
        for name, heading in (("address_phone", "地址电话"), ("bank_account", "开户行账号"))
    }
    columns: dict[str, list[Any]] = {
        "customer_id": _customers(cells["account"], faults, person_id),
        "kind": read_cells(cells["kind"], parsers.kind, faults, heading="发票种类"),
        "title": read_cells(cells["title"], printable("发票抬头"), faults, heading="发票抬头"),
        "tax_number": [
            text or "" for text in read_cells(cells["tax_number"], parsers.tax_number, faults)
        ],
        **texts,
        "merged": [bool(one) for one in read_cells(cells["merged"], parsers.yes_or_no, faults)],
        "valid_from": [
            day or clock.today() for day in read_cells(cells["valid_from"], parse_date, faults)
        ],
    }
    _refuse_terms(table, columns, faults)
    return columns


def _refuse_terms(table: Table, columns: Mapping[str, Sequence[Any]], faults: Faults) -> None:
    """Refuse special invoices without the buyer's data, and two different terms of one day."""
    first: dict[tuple[int, date], int] = {}
    for row in range(len(table)):
        if columns["kind"][row] == "special":
            for column, heading in _SPECIAL_NEEDS.items():
                if not columns[column][row]:
                    faults.setdefault(row, errors.TaxDataMissing(heading=heading))
        if row in faults:
            continue
        key = (columns["customer_id"][row], columns["valid_from"][row])
        earlier = first.setdefault(key, row)
        if any(values[row] != values[earlier] for values in columns.values()):
            faults[row] = errors.TermsTwice(
                account=table.columns["account"][row],
                day=key[1].isoformat(),
                row_number=table.row_numbers[earlier],
            )


def _customers(numbers: Sequence[str], faults: Faults, person_id: int | None) -> list[int]:
    """The customer of each account number; unknown ones and those of foreign units are faults."""
    allowed = org.require_somewhere(person_id, Action.IMPORT_MASTER_DATA)
    found = customer.ids_by_number(numbers).tolist()
    accounts = customer.accounts_by_id([one for one in found if one >= 0])
    customers = []
    for row, account_id in enumerate(found):
        if account_id < 0:
            faults.setdefault(row, AccountUnknown(account=numbers[row]))
        elif (unit := accounts[account_id]["org_unit_id"]) not in allowed:
            faults[row] = org.not_allowed(person_id, Action.IMPORT_MASTER_DATA, unit)
        customers.append(accounts[account_id]["customer_id"] if account_id >= 0 else -1)
    return customers


def import_results(
    data: bytes,
    name: str,
    *,
    person_id: int | None,
    dry_run: bool = False,
    platform: Platform = PLATFORM,
) -> FileTaken:
    """Take a platform's results in row by row; the same file again changes nothing."""
    allowed = org.require_somewhere(person_id, Action.ISSUE_BILLS)
    table = platform.results(data, name).table
    faults: Faults = {}
    columns = _results(table, faults)
    with transaction.atomic():
        known = services.lock_invoices({one for one in columns["document"] if one is not None})
        events = _events(table, columns, known, allowed, person_id, faults)
        services.record([one for one in events if one is not None], person_id=person_id)
        if dry_run:
            transaction.set_rollback(True)
    result = FileTaken.of(table)
    result.taken = sum(one is not None for one in events)
    result.unchanged = len(table) - len(faults) - result.taken
    result.rejects = table.rejected(faults)
    return result


def _results(table: Table, faults: Faults) -> dict[str, list[Any]]:
    cells = table.columns
    columns: dict[str, list[Any]] = {
        "document": read_cells(cells["document"], parsers.document_id, faults, heading="单据号"),
        "result": read_cells(cells["result"], parsers.succeeded, faults, heading="结果"),
        "issued_on": read_cells(cells["issued_on"], parse_date, faults),
        "gross": read_cells(cells["gross"], parse_yuan, faults),
    }
    reject_future(columns["issued_on"], clock.today(), faults)
    for column, heading in (("code", "发票代码"), ("number", "发票号码"), ("reason", "失败原因")):
        columns[column] = [
            text or "" for text in read_cells(cells[column], printable(heading), faults)
        ]
    return columns


def _events(
    table: Table,
    columns: Mapping[str, Sequence[Any]],
    known: Mapping[int, reads.Row],
    allowed: frozenset[int],
    person_id: int | None,
    faults: Faults,
) -> list[Event | None]:
    """The event of each row, None where there is none to record; faults are added."""
    taken = reads.documents_of_numbers(columns["number"])
    first: dict[int, int] = {}
    events: list[Event | None] = []
    for row in range(len(table)):
        answer = {name: values[row] for name, values in columns.items()}
        event = None
        if row not in faults:
            try:
                event = _event(answer, known, taken)
                _refuse_twice(answer["document"], first, row, table)
                unit = known[answer["document"]]["org_unit_id"]
                if unit not in allowed:
                    raise org.not_allowed(person_id, Action.ISSUE_BILLS, unit)
            except OnebookError as refused:
                faults[row] = refused
                event = None
        if event is not None and event.kind is Kind.ISSUED:
            taken[event.code, event.number] = event.invoice_id
        events.append(event)
    return events


def _refuse_twice(document: int, first: dict[int, int], row: int, table: Table) -> None:
    if first.setdefault(document, row) != row:
        raise errors.DocumentTwice(
            document=document_number(document), row_number=table.row_numbers[first[document]]
        )


def _event(
    answer: Mapping[str, Any],
    known: Mapping[int, reads.Row],
    taken: Mapping[tuple[str, str], int],
) -> Event | None:
    """What a row of results says of its document; None where that is recorded already."""
    row = known.get(answer["document"])
    document = document_number(answer["document"])
    if row is None:
        raise errors.DocumentUnknown(document=document)
    if answer["gross"] is not None and answer["gross"] != row["gross_fen"]:
        theirs, ours = format_yuan(answer["gross"]), format_yuan(row["gross_fen"])
        raise errors.ResultAmountDiffers(document=document, theirs=theirs, ours=ours)
    if not answer["result"]:
        if row["state"] == "failed" and row["state_reason"] == answer["reason"]:
            return None
        if row["state"] not in ("requested", "failed"):
            raise errors.ResultAgainstRecord(document=document, state=row["state"])
        return Event(row["id"], Kind.FAILED, clock.today(), reason=answer["reason"])
    for name, heading in (("number", "发票号码"), ("issued_on", "开票日期")):
        if not answer[name]:
            raise errors.InvoiceNumberMissing(document=document, heading=heading)
    said = (answer["code"], answer["number"], answer["issued_on"])
    if row["number"] is not None and said == (row["code"], row["number"], row["issued_on"]):
        return None
    if row["state"] not in ("requested", "failed"):
        raise errors.ResultAgainstRecord(document=document, state=row["state"])
    other = taken.get(said[:2])
    if other is not None:
        raise errors.InvoiceNumberTaken(number=answer["number"], document=document_number(other))
    return Event(row["id"], Kind.ISSUED, said[2], code=said[0], number=said[1])
