"""Bank statements: the samples read to the line and the fen, and what must not happen to a line."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from onebook.banking.errors import (
    AccountIsNumber,
    AccountsMixed,
    BothSidesFilled,
    DirectionContradicts,
    DirectionUnreadable,
    FormulaInLine,
    LayoutUnknown,
    LineCutOff,
    LineTooLong,
    LineTooShort,
    NoAmount,
    TimeUnreadable,
)
from onebook.banking.parsers import LAYOUTS, Statement, StatementLine, parse_statement
from onebook.banking.rules import fingerprint, number_occurrences, reconciliation_statement
from onebook.demo.statement import BankEntry, write_ccb_statement, write_icbc_new
from onebook.infra.tabular import Grid, read_grids
from onebook.kernel.errors import AmountUnreadable, DateUnreadable
from tests.shared import shared_path

SAMPLES = ("samples", "bank", "deb-sig__double-entry-generator", "example")


def parse(text: str, encoding: str = "utf-8") -> Statement:
    """Parse the text of a delimited file."""
    return parse_statement(read_grids(text.encode(encoding), "流水.csv"))


def reasons(statement: Statement) -> list[tuple[int, type]]:
    """Return row number and class of reason of every rejected row."""
    return [(reject.row_number, type(reject.reason)) for reject in statement.rejects]


def findings(statement: Statement, kind: str) -> list[tuple[int, int | None]]:
    """Return row number and figure of every finding of the kind."""
    return [(one.row_number, one.figure_fen) for one in statement.findings if one.kind == kind]


@pytest.mark.parametrize(
    ("path", "layout", "count", "in_fen", "out_fen", "account", "is_descending"),
    [
        ("abc_debit/example-abc_debit-records.csv", "abc_personal", 5, 1000001, 1235589, None, 0),
        ("boc/debit/example-boc-records.csv", "boc", 17, 982100, 939430, None, 1),
        ("boc/credit/example-boc-records.csv", "boc_card", 14, 98984, 123181, None, 0),
        ("bocom_credit/example-bocom_credit-records.csv", "bocom_card", 8, 80527, 7358, None, 0),
        ("ccb/交易明细_xxxx_2025xxxx_2025xxxx.xls", "ccb_personal", 6, 0, 70326,
         "xxxxx*********xxxx", 0),
        ("cgb_credit/example-cgb_credit-records.csv", "cgb_card", 4, 122788, 40332, None, 1),
        ("citic/credit/example-citic-records.xls", "citic_card", 13, 141, 109880, None, 1),
        ("cmb/debit/example-cmb-records.csv", "cmb", 5, 123400, 201314, None, 0),
        ("cmb/credit/example-cmb-records.csv", "cmb_card", 6, 38080, 805678, None, 0),
        ("hsbchk/credit/example-hsbchk-credit-records.csv", "hsbc_card", 11, 329116, 158679, None,
         1),
        ("icbc/credit/example-icbc-credit-records.csv", "icbc_personal", 9, 462101, 36313,
         "1234****5678", 1),
        ("icbc/debit-v1/example-icbc-debit-v1-records.csv", "icbc_personal", 11, 284174, 424108,
         "1234****9876", 1),
        ("icbc/debit-v2/example-icbc-debit-v2-records.csv", "icbc_personal", 11, 284174, 424108,
         "1234****9876", 1),
        ("spdb_debit/example-spdb_debit-records.xls", "spdb", 4, 1000, 1164, "6200000000001230",
         0),
    ],
)  # fmt: skip
def test_a_sample_is_read_to_the_line_and_the_fen(
    path: str,
    layout: str,
    count: int,
    in_fen: int,
    out_fen: int,
    account: str | None,
    is_descending: int,
) -> None:
    file = shared_path(*SAMPLES, *path.split("/"))
    statement = parse_statement(read_grids(file.read_bytes(), file.name))
    amounts = [line.amount_fen for line in statement.lines]
    assert statement.layout == layout
    assert len(amounts) == count
    assert sum(fen for fen in amounts if fen > 0) == in_fen
    assert -sum(fen for fen in amounts if fen < 0) == out_fen
    assert statement.account_number == account
    assert statement.is_descending == bool(is_descending)
    assert statement.rejects == []
    days = [line.booked_on for line in statement.lines]
    assert days == sorted(days)


def test_the_ccb_sample_has_one_break_and_its_figure() -> None:
    file = shared_path(*SAMPLES, "ccb", "交易明细_xxxx_2025xxxx_2025xxxx.xls")
    statement = parse_statement(read_grids(file.read_bytes(), file.name))
    assert findings(statement, "balance_break") == [(10, -4600)]
    assert len(statement.findings) == 1
    assert statement.lines[0] == StatementLine(
        row_number=7,
        booked_on=date(2025, 1, 1),
        booked_time=time(18, 53, 19),
        amount_fen=-6700,
        balance_fen=217691,
        currency="CNY",
        counterparty_name="中***融科技有限公司",
        counterparty_account="20883313166*****0156",
        summary="消费",
        remark="支付宝-支付宝外部商户-中移动金融科技有限公司",
        serial=None,
    )
    assert (statement.opening_balance_fen, statement.closing_balance_fen) == (224391, 149465)


def test_the_boc_sample_proves_every_balance_newest_first() -> None:
    file = shared_path(*SAMPLES, "boc", "debit", "example-boc-records.csv")
    statement = parse_statement(read_grids(file.read_bytes(), file.name))
    assert statement.findings == []
    assert (statement.opening_balance_fen, statement.closing_balance_fen) == (281358, 324028)
    assert statement.lines[-1].remark == ""  # a cell of dashes is empty


def test_the_footers_of_the_icbc_sample_are_compared_not_read_as_lines() -> None:
    file = shared_path(*SAMPLES, "icbc", "debit-v2", "example-icbc-debit-v2-records.csv")
    statement = parse_statement(read_grids(file.read_bytes(), file.name))
    assert findings(statement, "footer_total") == [
        (20, 123456 - 284174),
        (20, 987654 - 424108),
    ]
    assert len(findings(statement, "balance_unreadable")) == 11
    assert {line.balance_fen for line in statement.lines} == {None}


def test_the_cmb_sample_parts_names_from_accounts() -> None:
    file = shared_path(*SAMPLES, "cmb", "debit", "example-cmb-records.csv")
    statement = parse_statement(read_grids(file.read_bytes(), file.name))
    assert [(line.counterparty_name, line.counterparty_account) for line in statement.lines] == [
        ("北京住房公积金管理中心", "1111111111"),
        ("张三", "66666666666666"),
        ("", ""),
        ("抖音电商商家", "888888888"),
        ("国网电力有限公司", "99999999999999"),
    ]


def test_a_card_bill_without_years_takes_them_from_its_title() -> None:
    file = shared_path(*SAMPLES, "cmb", "credit", "example-cmb-records.csv")
    statement = parse_statement(read_grids(file.read_bytes(), file.name))
    assert [line.booked_on for line in statement.lines[:3]] == [
        date(2023, 12, 29), date(2023, 12, 30), date(2024, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headings", "row", "layout", "expected"),
    [
        (
            "记账日期|交易时间|凭证种类|凭证号|借方发生额/元|贷方发生额/元|余额/元|钞汇标志|对方户名"
            "|对方账号|摘要|备注|账户明细编号-交易流水号|企业流水号|本方账号|本方账户名称"
            "|本方账户开户机构",
            "20260105|20260105 18:22:21|||| 1,200.50|9,000.00||甲公司|6222001|电费"
            "|户号001|7-N1||4400"
            "|供电|支行",
            "ccb_b",
            (time(18, 22, 21), 120050, 900000, "甲公司", "6222001", "电费", "户号001", "7-N1"),
        ),
        (
            "凭证号|本方账号|对方账号|交易时间|借/贷|借方发生额|贷方发生额|对方行号|摘要|用途"
            "|对方单位名称|余额|个性化信息",
            "88|4400|6222001|2026-01-05 18:22:21|借|1,200.50|0.00|102|手续费|月费|工行|9,000.00|",
            "icbc_old",
            (time(18, 22, 21), -120050, 900000, "工行", "6222001", "手续费", "月费 88", None),
        ),
        (
            "本方账号|对方账号|交易时间|借／贷|金额|凭证号|对方单位|对方行号|用途|摘要|附言|个性化信息",
            "4400|6222001|2026-01-05 18:22:21|贷|1,200.50|0|甲公司|102|电费|转账|户号001|",
            "icbc_new",
            (time(18, 22, 21), 120050, None, "甲公司", "6222001", "转账", "电费 户号001 0", None),
        ),
        (
            "交易日期|交易时间戳|收入金额|支出金额|本次余额|手续费总额|交易方式|交易行名|交易类别"
            "|对方省市|对方账号|对方户名|交易说明|交易摘要|交易附言",
            "20260105|2026-01-05-18.22.21.123456|1200.5||9000|0|网银|行|转账|粤|6222001|甲公司|说明"
            "|电费|户号001",
            "abc_old",
            (time(18, 22, 21), 120050, 900000, "甲公司", "6222001", "电费", "户号001 说明", None),
        ),
        (
            "交易时间|收入金额|支出金额|账户余额|交易行名|对方省市|对方账号|对方户名|交易用途",
            "2026-01-05 18:22:21||1200.50|9000.00|行|粤|6222001|甲公司|退费",
            "abc_new",
            (time(18, 22, 21), -120050, 900000, "甲公司", "6222001", "退费", "", None),
        ),
        (
            "交易日期|交易时间|收入|支出|账户余额|对方户名|对方账号|摘要|交易流水号",
            "2026年1月5日|18:22|1,200.50|--|9,000.00|甲公司|6222001|电费|S1",
            "common",
            (time(18, 22), 120050, 900000, "甲公司", "6222001", "电费", "", "S1"),
        ),
        (
            "交易日期|借贷|交易金额|余额|对方户名|对方账号|摘要|附言",
            "2026/1/5|借 Dr|1,200.50|9,000.00|甲公司|6222001|退费|户号001",
            "common",
            (None, -120050, 900000, "甲公司", "6222001", "退费", "户号001", None),
        ),
        (
            "交易日期|摘要|对方户名|对方账号|借方发生额|贷方发生额|余额",
            "2026-01-05|电费|甲公司|6222001||１，２００．５０|9,000.00",
            "common",
            (None, 120050, 900000, "甲公司", "6222001", "电费", "", None),
        ),
    ],
)
def test_a_corporate_layout_is_known_by_its_headings_in_any_order(
    headings: str, row: str, layout: str, expected: tuple[object, ...]
) -> None:
    pairs = list(zip(headings.split("|"), row.split("|"), strict=True))
    for columns in (pairs, pairs[::-1]):
        text = "\n".join(["账户明细", "\t".join(n for n, _ in columns),
                          "\t".join(v for _, v in columns), ""])  # fmt: skip
        statement = parse(text, "gb18030")
        [line] = statement.lines
        assert (statement.layout, statement.encoding, statement.rejects) == (layout, "gb18030", [])
        assert line.booked_on == date(2026, 1, 5)
        assert line.row_number == 3
        assert (
            line.booked_time, line.amount_fen, line.balance_fen, line.counterparty_name,
            line.counterparty_account, line.summary, sorted(line.remark.split()), line.serial,
        ) == (*expected[:6], sorted(str(expected[6]).split()), expected[7])  # fmt: skip
        own = dict(pairs).get("本方账号")
        assert statement.account_number == own


def test_layouts_have_names_of_their_own() -> None:
    names = [layout.name for layout in LAYOUTS]
    assert len(set(names)) == len(names)


def entries() -> list[BankEntry]:
    """Five booked lines, two of them equal in everything but the bank's serial."""

    def at(hour: int, day: int = 5) -> datetime:
        return datetime(2026, 1, day, hour, 22, 21, tzinfo=UTC)

    return [
        BankEntry(at(9), 10050, "甲，公司", "6222021234567890123", "支行", "电费", "户号001,002"),
        BankEntry(at(10), 5000, "张三", "", "", "电费", "户号003", "N1"),
        BankEntry(at(10), 5000, "张三", "", "", "电费", "户号003", "N2"),
        BankEntry(at(9, 7), -1234567, "供电局", "", "", "上缴"),
        BankEntry(at(10, 7), 1, "𠮷野", "", "", "结息"),
    ]  # fmt: skip


def test_the_demos_ccb_statement_is_read_back_exactly() -> None:
    data = write_ccb_statement(entries(), "44050100000000000001", "某供电公司", 2000000)
    statement = parse_statement(read_grids(data, "建行.csv"))
    assert (statement.layout, statement.encoding) == ("ccb_a", "gb18030")
    assert statement.account_number == "44050100000000000001"
    assert [line.amount_fen for line in statement.lines] == [10050, 5000, 5000, -1234567, 1]
    assert statement.opening_balance_fen == 2000000
    assert statement.closing_balance_fen == 2000000 + 20050 - 1234567 + 1
    assert (statement.findings, statement.rejects) == ([], [])
    assert statement.lines[0][6:10] == ("甲，公司", "6222021234567890123", "电费", "户号001,002")
    assert [line.serial for line in statement.lines] == [
        "1-2026010500000001", "N1", "N2", "4-2026010700000004", "5-2026010700000005",
    ]  # fmt: skip
    assert data == write_ccb_statement(entries(), "44050100000000000001", "某供电公司", 2000000)


def test_the_demos_icbc_statement_is_read_back_exactly() -> None:
    data = write_icbc_new(entries(), "0200000000000000001")
    statement = parse_statement(read_grids(data, "工行.xlsx"))
    assert (statement.layout, statement.encoding) == ("icbc_new", "xlsx")
    assert statement.account_number == "0200000000000000001"
    assert [line.amount_fen for line in statement.lines] == [10050, 5000, 5000, -1234567, 1]
    assert {line.balance_fen for line in statement.lines} == {None}
    assert statement.lines[0].booked_time == time(9, 22, 21)
    assert (statement.findings, statement.rejects) == ([], [])
    assert data == write_icbc_new(entries(), "0200000000000000001")


HEAD = "交易日期,收入,支出,余额,对方户名\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2026-01-05,5O.00,,,x", AmountUnreadable),
        ("2026-01-05,1.234,,,x", AmountUnreadable),
        ("2026-01-05,1E+3,,,x", AmountUnreadable),
        ("2026-02-30,50.00,,,x", DateUnreadable),
        (",50.00,,,x", DateUnreadable),
        ("2026-01-05,,,,x", NoAmount),
        ("2026-01-05,-,--,,x", NoAmount),
        ("2026-01-05,5.00,5.00,,x", BothSidesFilled),
        ("2026-01-05,5.00,,,x,y", LineTooLong),
        ("2026-01-05,5.00", LineTooShort),
    ],
)
def test_a_bad_row_is_rejected_and_the_rest_is_taken(row: str, reason: type) -> None:
    statement = parse(f"{HEAD}2026-01-04,1.00,,,a\n{row}\n2026-01-06,,2.00,,b\n")
    assert [line.amount_fen for line in statement.lines] == [100, -200]
    assert reasons(statement) == [(3, reason)]
    assert list(statement.rejects[0].cells) == row.split(",")
    assert statement.header == ["交易日期", "收入", "支出", "余额", "对方户名"]


def test_directions_are_checked() -> None:
    text = (
        "交易时间,借/贷,借方发生额,贷方发生额,摘要\n2026-01-05,贷,,5.00,a\n2026-01-05,借,,5.00,b\n"
        "2026-01-05,平,,5.00,c\n2026-01-05,借,-3.00,0.00,红冲\n"
    )
    statement = parse(text)
    assert [line.amount_fen for line in statement.lines] == [500, 300]
    assert reasons(statement) == [(3, DirectionContradicts), (4, DirectionUnreadable)]


def test_a_last_line_that_was_cut_off_is_rejected() -> None:
    statement = parse(f"{HEAD}2026-01-04,1.00,,1.00,a\n2026-01-05,1.00,,2.0")
    assert len(statement.lines) == 1
    assert reasons(statement) == [(3, LineCutOff)]
    assert statement.findings == []


def test_a_long_row_is_kept_only_where_the_balance_proves_it() -> None:
    statement = parse(f"{HEAD}2026-01-04,1.00,,1.00,a\n2026-01-05,2.00,,3.00,甲,乙\n"
                      "2026-01-06,4.00,,7.00,b\n2026-01-07,1,000.00,,1007.00,c\n")  # fmt: skip
    assert [line.amount_fen for line in statement.lines] == [100, 200, 400]
    assert reasons(statement) == [(5, LineTooLong)]
    assert findings(statement, "ragged") == [(3, None)]
    assert (statement.lines[1].counterparty_name, statement.lines[1].remark) == ("", "甲 乙")


def test_a_long_row_that_is_the_first_is_not_proved() -> None:
    statement = parse(f"{HEAD}2026-01-04,2.00,,3.00,甲,乙\n2026-01-05,4.00,,7.00,b\n")
    assert [line.amount_fen for line in statement.lines] == [400]
    assert reasons(statement) == [(2, LineTooLong)]
    assert findings(statement, "ragged") == []


def test_equal_lines_are_both_kept_and_a_missing_day_is_no_error() -> None:
    statement = parse(f"{HEAD}2026-01-04,5.00,,,a\n2026-01-04,5.00,,,a\n2026-03-04,5.00,,,a\n")
    assert [line.amount_fen for line in statement.lines] == [500, 500, 500]
    assert (statement.findings, statement.rejects) == ([], [])


DAYS = [
    "2026-01-04,1.00,,11.00,a", "2026-01-04,2.00,,13.00,b", "2026-01-05,,3.00,10.00,c",
    "2026-01-05,4.00,,14.00,d",
]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "is_descending"),
    [([0, 1, 2, 3], False), ([3, 2, 1, 0], True), ([2, 3, 0, 1], True), ([1, 0, 3, 2], False),
     ([1, 0], True), ([0], False)],
)  # fmt: skip
def test_lines_are_put_in_booking_order_whatever_way_the_file_runs(
    order: list[int], is_descending: bool
) -> None:
    statement = parse(HEAD + "\n".join(DAYS[place] for place in order) + "\n")
    names = [line.counterparty_name for line in statement.lines]
    assert names == sorted(names)
    assert statement.is_descending == is_descending
    assert statement.findings == []
    assert statement.opening_balance_fen == 1000


def test_a_late_booking_between_other_days_breaks_no_balance() -> None:
    text = HEAD + "2026-01-05,1.00,,1.00,a\n2026-01-04,1.00,,2.00,b\n2026-01-06,1.00,,3.00,c\n"
    assert parse(text).findings == []


def test_each_break_names_its_row_and_figure_and_ends_there() -> None:
    rows = [*DAYS[:2], "2026-01-04,1.00,,14.01,x", "2026-01-05,1.00,,15.01,y"]
    statement = parse(HEAD + "\n".join(rows) + "\n")
    assert findings(statement, "balance_break") == [(4, 1)]
    assert "Row 4: the balance 14.01 should be 14.00" in statement.findings[0].text
    assert len(statement.lines) == 4


def test_a_line_without_balance_counts_towards_the_next() -> None:
    rows = ["2026-01-04,1.00,,11.00,a", "2026-01-04,2.00,,,b", "2026-01-05,,3.00,10.00,c"]
    assert parse(HEAD + "\n".join(rows) + "\n").findings == []


def test_currencies_are_proved_apart() -> None:
    text = (
        "交易日期,收入,支出,余额,币种\n2026-01-04,1.00,,11.00,人民币\n2026-01-04,1.00,,5.00,美元\n"
        "2026-01-05,1.00,,12.00,RMB\n2026-01-05,1.00,,6.00,USD\n"
    )
    statement = parse(text)
    assert [line.currency for line in statement.lines] == ["CNY", "USD", "CNY", "USD"]
    assert statement.findings == []


def test_amounts_that_carry_their_sign_beside_a_direction_are_not_turned_twice() -> None:
    text = "交易日期,借贷,金额\n2026-01-04,借,-1.00\n2026-01-04,贷,2.00\n2026-01-05,借,-3.00\n"
    assert [line.amount_fen for line in parse(text).lines] == [-100, 200, -300]
    text = "交易日期,借贷,金额\n2026-01-04,借,1.00\n2026-01-04,贷,2.00\n2026-01-05,借,-3.00\n"
    assert [line.amount_fen for line in parse(text).lines] == [-100, 200, 300]


def test_a_time_of_another_day_is_not_the_bookings() -> None:
    statement = parse(
        "记账日期,交易时间,收入,支出\n2026-01-05,20260104 23:59:59,1.00,\n20260105,182221,1.00,\n"
    )
    assert [line.booked_time for line in statement.lines] == [None, time(18, 22, 21)]


@pytest.mark.parametrize(
    "stated", ["九点半", "25:00:00", "2026-13-40 10:00:00", "20260105 99:00:00"]
)
def test_a_time_that_is_none_rejects_its_line_and_an_absent_one_does_not(stated: str) -> None:
    head = "记账日期,交易时间,借方发生额,贷方发生额,余额,摘要\n"
    statement = parse(f"{head}2026-01-05,{stated},,5.00,,电费\n2026-01-05,,,6.00,,电费\n")
    assert reasons(statement) == [(2, TimeUnreadable)]
    assert [line.amount_fen for line in statement.lines] == [600]


def grid(change: Callable[[list[str]], None], kinds: str) -> Grid:
    """A workbook's sheet with one line under the common headings."""
    row = ["2026-01-05", "5.00", "", "6222001", "S1"]
    change(row)
    heads = ["交易日期", "收入", "支出", "对方账号", "流水号"]
    return Grid("a.xlsx", "明细", "xlsx", [heads, row], [1, 2], ["sssss", kinds])


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [("nnsss", None), ("snsns", AccountIsNumber), ("sssnn", AccountIsNumber),
     ("sfsss", FormulaInLine), ("ssfss", FormulaInLine)],
)  # fmt: skip
def test_a_workbooks_cell_is_no_account_when_it_is_a_number(
    kinds: str, reason: type | None
) -> None:
    statement = parse_statement([grid(lambda row: None, kinds)])
    assert reasons(statement) == ([(2, reason)] if reason else [])
    assert len(statement.lines) == (0 if reason else 1)


def test_a_second_statement_in_the_workbook_is_named() -> None:
    sheets = [grid(lambda row: None, "sssss"), grid(lambda row: None, "sssss")]
    statement = parse_statement(sheets)
    assert len(statement.lines) == 1
    assert [one.kind for one in statement.findings] == ["other_sheet"]


def test_a_file_of_two_accounts_is_refused() -> None:
    with pytest.raises(AccountsMixed, match="1001, 1002"):
        parse("交易日期,收入,支出,本方账号\n2026-01-04,1,,1001\n2026-01-04,1,,1002\n")


@pytest.mark.parametrize(
    "text", ["a,b,c\n1,2,3\n", "交易日期,金额,余额\n2026-01-04,5.00,5.00\n", "交易日期,收入\n1,2\n"]
)
def test_a_layout_that_does_not_tell_the_direction_is_refused(text: str) -> None:
    with pytest.raises(LayoutUnknown, match=r"流水\.csv"):
        parse(text)


def test_a_statement_without_lines_is_a_statement() -> None:
    statement = parse(HEAD)
    assert (statement.lines, statement.rejects, statement.findings) == ([], [], [])
    assert (statement.opening_balance_fen, statement.closing_balance_fen) == (None, None)


LINE = StatementLine(
    2, date(2026, 1, 5), time(9, 0), 500, 1500, "CNY", "甲公司", "6222", "电费", "户号001", None
)


def test_one_real_line_has_one_fingerprint_in_two_exports() -> None:
    assert len(fingerprint(LINE)) == 16
    for same in (
        LINE._replace(row_number=9, balance_fen=None),
        LINE._replace(counterparty_name="甲公司 ", remark="户号００１"),
    ):
        assert fingerprint(same) == fingerprint(LINE)
    numbered = LINE._replace(serial="7-N1")
    assert fingerprint(numbered._replace(remark="户号", summary="")) == fingerprint(numbered)
    assert fingerprint(LINE._replace(serial="0000000000")) == fingerprint(LINE)


@pytest.mark.parametrize(
    "change",
    [{"amount_fen": -500}, {"booked_on": date(2026, 1, 6)}, {"booked_time": time(9, 0, 1)},
     {"counterparty_name": "乙公司"}, {"counterparty_account": "6223"}, {"summary": "退费"},
     {"remark": "户号002"}, {"currency": "USD"}, {"serial": "7-N1"},
     {"summary": "电费户号", "remark": "001"}],
)  # fmt: skip
def test_lines_that_differ_have_other_fingerprints(change: dict[str, Any]) -> None:
    assert fingerprint(LINE._replace(**change)) != fingerprint(LINE)


def test_the_union_of_overlapping_files_keeps_equal_lines_once_each() -> None:
    assert number_occurrences([b"a", b"b", b"a", b"a", b"b"]) == [1, 1, 2, 3, 2]
    head = "交易日期,交易时间,收入,支出,余额,对方户名\n"
    rows = ["2026-01-04,9:00,5.00,,5.00,a", "2026-01-05,9:00,5.00,,10.00,a",
            "2026-01-05,9:00,5.00,,15.00,a", "2026-01-06,9:00,5.00,,20.00,a"]  # fmt: skip
    held: set[tuple[bytes, int]] = set()
    for part in (rows[:3], rows[1:], rows[::-1]):
        marks = [fingerprint(line) for line in parse(head + "\n".join(part) + "\n").lines]
        held |= set(zip(marks, number_occurrences(marks), strict=True))
    assert len(held) == 4


def test_the_reconciliation_statement_adjusts_both_balances() -> None:
    # 企业 1,000.00 and 银行 1,250.00: received 300.00, paid 20.00; received 80.00, paid 50.00.
    form = reconciliation_statement(100000, 125000, [20000, 10000, -2000], [8000, -5000])
    assert (form.bank_received_fen, form.bank_paid_fen) == (30000, 2000)
    assert (form.book_received_fen, form.book_paid_fen) == (8000, 5000)
    assert (form.adjusted_book_fen, form.adjusted_bank_fen) == (128000, 128000)
    assert form.is_equal
    form = reconciliation_statement(100000, 125000, [20000, 10000, -2000], [8000])
    assert (form.difference_fen, form.is_equal) == (-5000, False)
