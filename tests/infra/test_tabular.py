"""Table files as clerks have them: what is taken, what is rejected with its reason, what
refused."""

import io
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from onebook.infra.tabular import Field, Reject, read_grids, read_table, write_rejects
from onebook.infra.tabular.errors import (
    ColumnTwice,
    EncodingUnreadable,
    FileEmpty,
    FileKindUnknown,
    FormulaWithoutValue,
    HeadingMissing,
    IdentifierIsNumber,
    QuoteUnclosed,
    RowCutOff,
    RowTooLong,
    RowTooShort,
    WorkbookBroken,
    WorkbookTooLarge,
)

ACCOUNT = Field("account", ("户号", "account no"), kind="id")
AMOUNT = Field("amount", ("金额(元)", "amount"))
REMARK = Field("remark", ("备注", "remark"), required=False)
FIELDS = (ACCOUNT, AMOUNT, REMARK)


def workbook(*rows: list[object], sheets: tuple[str, ...] = ("数据",)) -> bytes:
    """Write the rows to the last of the sheets of a new workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(number, column, value)
    return buffer.getvalue()


def patch_sheet(data: bytes, pattern: bytes, replacement: bytes) -> bytes:
    """Return the workbook with the XML of its first sheet changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content, changes = re.subn(pattern, replacement, content)
                assert changes == 1
            new.writestr(part, content)
    return buffer.getvalue()


def test_columns_are_found_by_name_below_a_preamble_in_any_order() -> None:
    text = (
        "电费清单,,\n制表:张三\n\n 备 注\t,金额（元）,户号 ,\n早,1.50\t,0012345678\t,\n,2,0099,\n"
    )
    table = read_table(text.encode("gb18030"), "清单.csv", FIELDS)
    assert table.encoding == "gb18030"
    assert table.header_row_number == 4
    assert table.columns == {
        "account": ["0012345678", "0099"],
        "amount": ["1.50", "2"],
        "remark": ["早", ""],
    }
    assert table.row_numbers == [5, 6]
    assert (table.rejects, table.ragged) == ([], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_and_delimiter_are_told_from_the_bytes(encoding: str, delimiter: str) -> None:
    rows = [["户号", "金额(元)", "备注"], ["001", "5.00", "㐂𠮷"]]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode(encoding) + "\r\n".encode(
        "utf-16-le" if encoding == "utf-16" else "ascii"
    )
    table = read_table(data, "a.txt", FIELDS)
    assert table.encoding == encoding.removesuffix("-sig")
    assert table.columns == {"account": ["001"], "amount": ["5.00"], "remark": ["㐂𠮷"]}


def test_utf8_that_is_also_gb18030_is_read_as_utf8() -> None:
    data = "account no,amount\n中文,1\n".encode()
    assert "涓" in data.decode("gb18030")  # without an error
    assert read_table(data, "a.csv", FIELDS).columns["account"] == ["中文"]


def test_commas_in_amounts_do_not_beat_the_tab() -> None:
    data = "户号\t金额(元)\n1\t1,000.00\n2\t2,000.00\n".encode()
    assert read_table(data, "a.tsv", FIELDS).columns["amount"] == ["1,000.00", "2,000.00"]


def test_ids_keep_their_zeros_and_lose_their_wrappers() -> None:
    data = 'account no,amount\n="0012",1\n\'0013,1\n`0014,1\n００１５,1\n6.22E+18,1\n'.encode()
    table = read_table(data, "a.csv", FIELDS)
    assert table.columns["account"] == ["0012", "0013", "0014", "0015"]
    [reject] = table.rejects
    assert (reject.row_number, list(reject.cells)) == (6, ["6.22E+18", "1"])
    assert isinstance(reject.reason, IdentifierIsNumber)


def test_ragged_rows_are_flagged_or_rejected_and_never_cut() -> None:
    data = "户号,金额(元),备注\n1,5\n2\n3,1,234.00,x\n4,7,y,\n".encode()
    table = read_table(data, "a.csv", FIELDS)
    assert table.columns == {"account": ["1", "4"], "amount": ["5", "7"], "remark": ["", "y"]}
    assert table.ragged == [2]
    assert [(r.row_number, type(r.reason), list(r.cells)) for r in table.rejects] == [
        (3, RowTooShort, ["2"]),
        (4, RowTooLong, ["3", "1", "234.00", "x"]),
    ]


@pytest.mark.parametrize(
    ("last_line", "reason", "cells"),
    [
        ('2,6,"unfinished', QuoteUnclosed, ['2,6,"unfinished']),
        ("2,6", RowCutOff, ["2", "6"]),
        ("2", RowCutOff, ["2"]),
    ],
)
def test_a_last_line_that_was_cut_off_is_rejected(
    last_line: str, reason: type, cells: list[str]
) -> None:
    table = read_table(f"户号,金额(元),备注\n1,5,a\n{last_line}".encode(), "a.csv", FIELDS)
    assert table.columns["account"] == ["1"]
    [reject] = table.rejects
    assert (reject.row_number, type(reject.reason), list(reject.cells)) == (3, reason, cells)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_cut_inside_a_character_keeps_its_encoding(encoding: str) -> None:
    whole = "户号,金额(元),备注\n1,5,早\n2,6,晚".encode(encoding)
    table = read_table(whole[:-1], "a.csv", FIELDS)
    assert table.encoding == encoding
    assert table.columns["remark"] == ["早", ""]


def test_a_quote_that_never_closes_costs_its_own_line_only() -> None:
    lines = ["户号,金额(元),备注", '1,5,"open'] + [f"{n},1,{'x' * 90}" for n in range(2, 2000)]
    table = read_table("\n".join([*lines, ""]).encode(), "a.csv", FIELDS)
    assert len(table) == 1998
    assert table.row_numbers[0] == 3
    assert [(r.row_number, type(r.reason)) for r in table.rejects] == [(2, QuoteUnclosed)]


def test_a_quoted_line_end_keeps_the_numbers_of_the_lines() -> None:
    data = '户号,金额(元),备注\n1,5,"two\nlines"\n2,6,b\n'.encode()
    table = read_table(data, "a.csv", FIELDS)
    assert table.columns["remark"] == ["two\nlines", "b"]
    assert table.row_numbers == [2, 4]


def test_a_workbook_gives_text_as_people_see_it() -> None:
    data = workbook(["title"], ["户号", "金额(元)", "备注"], ["0012", 0.1 + 0.2, 1e17], ["7", 67.0])
    table = read_table(data, "a.xlsx", FIELDS)
    assert table.encoding == "xlsx"
    assert table.columns == {
        "account": ["0012", "7"],
        "amount": ["0.3", "67"],
        "remark": ["100000000000000000", ""],
    }
    assert table.row_numbers == [3, 4]


def test_a_number_in_an_id_column_is_rejected() -> None:
    data = workbook(["户号", "金额(元)"], [6222021234567890123, 1], ["0012", 2])
    table = read_table(data, "a.xlsx", FIELDS)
    assert table.columns["account"] == ["0012"]
    assert [(r.row_number, type(r.reason)) for r in table.rejects] == [(2, IdentifierIsNumber)]


def test_the_sheet_with_the_headings_is_read() -> None:
    data = workbook(["户号", "金额(元)"], ["1", 2], sheets=("说明", "明细"))
    assert read_table(data, "a.xlsx", FIELDS).sheet == "明细"


@pytest.mark.parametrize("stored", [b"", b"<v></v>", b"<v/>"])
def test_a_formula_without_a_stored_result_is_no_zero(stored: bytes) -> None:
    data = workbook(["户号", "金额(元)"], ["1", "=1+1"], ["2", 3])
    table = read_table(patch_sheet(data, rb"(?<=</f>)<v>0</v>", stored), "a.xlsx", FIELDS)
    assert table.columns["amount"] == ["3"]
    assert [(r.row_number, type(r.reason)) for r in table.rejects] == [(2, FormulaWithoutValue)]


def test_a_workbook_with_a_cell_at_the_far_corner_is_refused() -> None:
    data = patch_sheet(workbook(["户号", "金额(元)"], ["1", 2]), rb'r="B2"', b'r="XFD1048576"')
    assert len(data) < 10_000
    with pytest.raises(WorkbookTooLarge):
        read_table(data, "a.xlsx", FIELDS)


def test_the_far_corner_written_to_pass_the_scan_still_harms_only_the_child() -> None:
    data = patch_sheet(workbook(["户号", "金额(元)"], ["1", 2]), rb'r="B2"', b'r="XF&#68;1048576"')
    with pytest.raises((WorkbookTooLarge, WorkbookBroken)):
        read_table(data, "a.xlsx", FIELDS)


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    data = patch_sheet(workbook(["a"]), rb"<sheetData>", b"<sheetData>" + b" " * 210_000_000)
    assert len(data) < 1_000_000
    with pytest.raises(WorkbookTooLarge):
        read_grids(data, "a.xlsx")


def test_an_xls_that_is_html_or_text_is_read_for_what_it_is() -> None:
    page = (
        "<html><meta charset=gbk><table><tr><td colspan=2>流水<tr><th>户号</th><th>金额(元)</th>"
        "<th>备注</th></tr><tr><td>0012</td><td>&nbsp;1.5</td><td>a<br>b</td></tr></table></html>"
    )
    table = read_table(page.encode("gb18030"), "a.xls", FIELDS)
    assert table.columns == {"account": ["0012"], "amount": ["1.5"], "remark": ["a b"]}
    table = read_table("户号\t金额(元)\n0012\t1.5\n".encode("gb18030"), "a.xls", FIELDS)
    assert table.columns["account"] == ["0012"]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        (b"\xef\xbb\xbf\r\n \r\n", FileEmpty),
        (b"\xff\xff\xff\xff\x00\x81", EncodingUnreadable),
        (b"a\x00b\x00,\x00", EncodingUnreadable),
        (b"%PDF-1.7", FileKindUnknown),
        (b"PK\x03\x04 not an archive", WorkbookBroken),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", WorkbookBroken),
        ("户号,金额(元),户号\n1,2,3\n".encode(), ColumnTwice),
        ("户号,日期\n1,2\n".encode(), HeadingMissing),
    ],
)
def test_a_file_that_cannot_be_used_says_so(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error, match="odd name"):
        read_table(data, "odd name", FIELDS)


def test_an_archive_of_other_things_is_no_workbook() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "1,2")
    with pytest.raises(FileKindUnknown):
        read_table(buffer.getvalue(), "a.zip", FIELDS)


def test_the_missing_heading_names_what_is_missing_and_the_nearest_row() -> None:
    with pytest.raises(HeadingMissing) as caught:
        read_table("x\n户号,日期\n1,2\n".encode(), "a.csv", FIELDS)
    assert caught.value.params == {
        "name": "a.csv", "missing": "金额(元)", "row_number": 2, "found": "户号, 日期",
    }  # fmt: skip


def test_the_file_of_rejects_can_be_corrected_and_read_again(tmp_path: Path) -> None:
    table = read_table("户号,金额(元),备注\n1,5,a\n2\n".encode(), "a.csv", FIELDS)
    path = tmp_path / "rejects.csv"
    assert write_rejects(path, table.header, [*table.rejects, Reject(9, "why", ["3", "4"])]) == 2
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert lines[0] == "户号,金额(元),备注,行号,原因"
    assert lines[1].startswith("2,,,3,")
    assert lines[2] == "3,4,,9,why"
    again = read_table(data.replace(b"2,,,3", b"2,8,,3"), "rejects.csv", FIELDS)
    assert again.columns["amount"] == ["8", "4"]
