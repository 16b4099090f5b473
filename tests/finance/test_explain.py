"""Two outside books by their files: every cause to the fen, every message, every form of answer."""

import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from onebook.demo import outside_books, outside_files
from onebook.demo.outside_books import AS_OF
from onebook.finance import forms
from onebook.finance.errors import (
    BalanceTwice,
    ColumnsMissing,
    KindNotKnown,
    MappingUnusable,
    MonthsApart,
)
from onebook.finance.forms import OutsideBooks
from onebook.finance.reads import explain_files, explain_reports
from onebook.finance.reads.explain import Comparison, compare
from onebook.finance.reads.explain_files import Columns, Source, read_mapping, write_mapping
from onebook.finance.rules.explain import Cause, kind_of, measure_of
from onebook.infra import report
from onebook.infra.tabular.errors import HeadingMissing, IdentifierIsNumber
from onebook.kernel.cells import CellBlank
from onebook.kernel.errors import AmountUnreadable, DateUnreadable, MonthUnreadable

BOOKS = outside_books.make()
FINANCE = Source(outside_files.FINANCE_NAME, outside_files.finance_csv(BOOKS))
MARKETING = Source(outside_files.MARKETING_NAME, outside_files.marketing_xlsx(BOOKS))
BANK = Source(outside_files.BANK_NAME, outside_files.bank_csv(BOOKS))

HEAD = "户号,账期,日期,摘要,凭证号,借方,贷方,方向,余额"
LIST = "户号,电费年月,业务类型,发生日期,金额,单据号"


def source(name: str, head: str, *rows: str, encoding: str = "utf-8") -> Source:
    return Source(name, "\n".join([head, *rows, ""]).encode(encoding))


def ledger(*rows: str, head: str = HEAD) -> Source:
    return source("财务.csv", head, *rows)


def listed(*rows: str, head: str = LIST) -> Source:
    return source("营销.csv", head, *rows)


BILL = ("3301,2026-10,2026-10-31,发行电费,记-1,100.00,,,", "3301,2026-10,应收,2026-10-05,100.00,Y1")


def causes(found: Comparison) -> dict[str, int]:
    table = found.explained.causes.filter(pl.col("findings") > 0)
    return dict(table.select("cause", "difference_fen").iter_rows())


# ------------------------------------------------------------------------ the example


@pytest.mark.parametrize("banks", [(), (BANK,)])
def test_every_cause_of_the_example_is_found_to_the_fen(banks: tuple[Source, ...]) -> None:
    found = compare(FINANCE, MARKETING, as_of=AS_OF, banks=banks)

    table = {
        Cause(cause): (receivable, prepaid)
        for cause, receivable, prepaid in found.explained.causes.select(
            "cause", "receivable_fen", "prepayment_fen"
        ).iter_rows()
    }
    assert table == {cause: BOOKS.truth_fen(cause) for cause in Cause}
    assert all(fen != (0, 0) for cause, fen in table.items() if cause is not Cause.WRONG_PLACE)


def test_the_example_names_the_right_accounts_and_no_others() -> None:
    documents = compare(FINANCE, MARKETING, as_of=AS_OF).explained.documents

    for cause in Cause:
        mine = documents.filter(pl.col("cause") == cause.value)
        named = {*mine["account_finance"].drop_nulls(), *mine["account_marketing"].drop_nulls()}
        assert named == {one.account for one in BOOKS.truth if one.cause == cause}, cause


def test_the_book_is_what_its_file_says() -> None:
    found = compare(FINANCE, MARKETING, as_of=AS_OF)

    closing = BOOKS.finance.filter(pl.col("kind") == "closing")
    by_measure = dict(closing.group_by("measure").agg(pl.col("amount_fen").sum()).iter_rows())
    assert {one: pair[0] for one, pair in found.explained.books_fen.items()} == by_measure
    assert (found.finance.taken, found.marketing.taken) == (
        BOOKS.finance.height,
        BOOKS.marketing.height,
    )
    assert found.finance.rejects == found.marketing.rejects == []
    assert (found.finance.encoding, found.marketing.encoding) == ("gb18030", "xlsx")


def test_the_bank_says_which_side_is_right() -> None:
    found = compare(FINANCE, MARKETING, as_of=AS_OF, banks=[BANK]).explained.documents

    placed = found.filter(
        (pl.col("cause") == "wrong_place")
        & (pl.col("kind_finance") == "receipt")
        & (pl.col("account_finance") != pl.col("account_marketing"))
    )
    assert placed.select("bank_finance", "bank_marketing").rows() == [("absent", "found")] * 2
    twice = found.filter((pl.col("cause") == "entered_twice") & pl.col("id_finance").is_not_null())
    assert twice["bank_finance"].to_list() == ["absent"]
    late = found.filter(pl.col("cause") == "cut_off")
    assert late["bank_marketing"].to_list() == ["found"] * 5
    assert late["bank_day_marketing"].min() == date(2026, 11, 2)


# ------------------------------------------------------------------------ single rules


def test_a_receipt_of_another_day_is_settled_by_the_bank() -> None:
    receipt = "3301,2026-10,{},收电费,收-{},,10.00,,"
    ours = ledger(BILL[0], receipt.format("2026-10-09", 1), receipt.format("2026-10-27", 2))
    theirs = listed(BILL[1], "3301,2026-10,实收,2026-10-09,10.00,S1")
    assert causes(compare(ours, theirs)) == {"unexplained": -1_000}

    account = "户号,交易日期,收入金额"
    has_both = source("b.csv", account, "3301,2026-10-10,10.00", "3301,2026-10-28,10.00")
    has_one = source("b.csv", account, "3301,2026-10-10,10.00", "9,2026-10-28,10.00")
    assert causes(compare(ours, theirs, banks=[has_both])) == {"missing": -1_000}
    assert causes(compare(ours, theirs, banks=[has_one])) == {"entered_twice": -1_000}


def test_a_receipt_that_the_bank_credited_later_is_of_cut_off() -> None:
    theirs = listed(BILL[1], "3301,2026-10,实收,2026-10-30,100.00,S1")
    bank = source("b.csv", "户号,交易日期,收入金额", "3301,2026-11-02,100.00")

    assert causes(compare(ledger(BILL[0]), theirs)) == {"missing": 10_000}
    assert causes(compare(ledger(BILL[0]), theirs, banks=[bank])) == {"cut_off": 10_000}


def test_a_receipt_without_a_number_that_the_bank_has_is_no_plug() -> None:
    rows = [f"33{n:02d},2026-10,实收,2026-10-09,10.00,S{n}" for n in range(10, 14)]
    bills = [f"33{n:02d},2026-10,应收,2026-10-05,10.00,Y{n}" for n in range(10, 15)]
    ours = ledger(
        *(f"33{n:02d},2026-10,2026-10-31,发行电费,记-1,10.00,,," for n in range(10, 15)),
        *(f"33{n:02d},2026-10,2026-10-09,收电费,收-{n},,10.00,," for n in range(10, 14)),
    )
    bare = listed(*bills, *rows, "3314,2026-10,实收,2026-10-20,10.00,")
    bank = source("b.csv", "户号,交易日期,收入金额", "3314,2026-10-21,10.00")

    assert causes(compare(ours, bare)) == {"no_document": 1_000}
    assert causes(compare(ours, bare, banks=[bank])) == {"missing": 1_000}


def test_exports_of_different_spans_are_no_difference() -> None:
    ours = ledger(BILL[0], "3301,2026-07,,期初余额,,,,借,70.00")
    theirs = listed(
        BILL[1],
        "3301,2026-07,应收,2026-07-05,100.00,Y1",
        "3301,2026-07,实收,2026-07-15,30.00,S1",
        "3301,2026-06,应收,2026-06-05,88.00,Y0",
        "3301,2026-06,实收,2026-06-15,88.00,S0",
    )
    found = compare(ours, theirs)
    assert causes(found) == {}
    assert found.notes == [("只有营销有账期 2026-06", "only marketing has bill months 2026-06")]

    owed = ledger(BILL[0], "3301,2026-07,,期初余额,,,,借,60.00")
    found = compare(owed, theirs)
    assert causes(found) == {"unexplained": -1_000}
    notes = {row["note_en"].split(";")[0] for row in explain_reports.document_report(found).rows}
    assert notes == {"opening balances differ: see the period before"}


def test_a_fixed_bill_in_two_months_may_be_two_facts() -> None:
    ours = ["3301,2026-09,2026-09-30,发行电费,记-9,50.00,,,"]
    theirs = ["3301,2026-10,应收,2026-10-05,50.00,Y10"]
    assert causes(
        compare(ledger(*ours, *_other_bill()[0]), listed(*theirs, *_other_bill()[1]))
    ) == {"wrong_place": 0}

    ours.append("3301,2026-08,2026-08-31,发行电费,记-8,50.00,,,")
    theirs.append("3301,2026-08,应收,2026-08-05,50.00,Y8")
    assert causes(compare(ledger(*ours), listed(*theirs))) == {"unexplained": 0}


def _other_bill() -> tuple[list[str], list[str]]:
    """A month that both books have, so that they can be compared at all."""
    return (
        ["3309,2026-10,2026-10-31,发行电费,记-1,1.00,,,"],
        ["3309,2026-10,应收,2026-10-05,1.00,Y1"],
    )


def test_receipts_spread_over_other_months_are_not_missing() -> None:
    ours = ledger(
        BILL[0],
        "3301,2026-08,2026-10-09,收电费,收-1,,30.00,,",
        "3301,2026-09,2026-10-09,收电费,收-1,,70.00,,",
    )
    whole = listed(BILL[1], "3301,2026-08,实收,2026-10-11,100.00,S1")
    part = listed(BILL[1], "3301,2026-08,实收,2026-10-11,95.00,S1")

    assert causes(compare(ours, whole)) == {"wrong_place": 0}
    assert causes(compare(ours, part)) == {"unexplained": -500}


def test_a_second_part_payment_of_a_day_may_be_a_real_one() -> None:
    receipt = "3301,2026-10,2026-10-09,收电费,收-{},,{},,"
    theirs = listed(BILL[1], "3301,2026-10,实收,2026-10-09,10.00,S1")
    part = ledger(BILL[0], receipt.format(1, "10.00"), receipt.format(2, "10.00"))
    assert causes(compare(part, theirs)) == {"unexplained": -1_000}

    theirs = listed(BILL[1], "3301,2026-10,实收,2026-10-09,60.00,S1")
    over = ledger(BILL[0], receipt.format(1, "60.00"), receipt.format(2, "60.00"))
    assert causes(compare(over, theirs)) == {"entered_twice": -6_000}


def test_equal_receipts_of_two_customers_on_one_day_are_left_to_a_person() -> None:
    ours = ledger(BILL[0], "3301,2026-10,2026-10-09,收电费,收-1,,50.00,,")
    theirs = listed(BILL[1], "8877,2026-10,实收,2026-10-09,50.00,S1")
    found = compare(ours, theirs)

    assert causes(found) == {"unexplained": 0}
    (first, second) = explain_reports.document_report(found).rows
    assert first["note_zh"].startswith("可能的对应不止一笔,或证据不足; 营销 8877 2026-10 S1")
    assert second["note_en"].endswith("finance 3301 2026-10 收-1 -50.00 #3")


def test_a_red_receipt_on_one_side_is_an_adjustment() -> None:
    ours = ledger(BILL[0], "3301,2026-10,2026-10-09,收电费,收-1,,50.00,,")
    ours = ledger(
        BILL[0],
        "3301,2026-10,2026-10-09,收电费,收-1,,50.00,,",
        "3301,2026-10,2026-10-19,冲正收电费,收-2,,-50.00,,",
    )
    theirs = listed(BILL[1], "3301,2026-10,实收,2026-10-09,50.00,S1")

    assert causes(compare(ours, theirs)) == {"adjusted": 5_000}


def test_a_row_of_unknown_kind_is_set_off_against_its_equal() -> None:
    ours = ledger(BILL[0], "3301,2026-10,2026-10-09,往来结转,转-1,,50.00,,")
    theirs = listed(BILL[1], "3301,2026-10,核销,2026-10-09,50.00,H1")

    assert causes(compare(ours, theirs)) == {}


def test_movements_after_a_stated_balance_are_not_in_it() -> None:
    ours = ledger(
        BILL[0],
        "3301,2026-10,2026-11-03,收电费,收-1,,100.00,,",
        "3301,2026-10,2026-10-31,期末余额,,,,借,100.00",
    )
    theirs = listed(BILL[1], "3301,2026-10,实收,2026-11-03,100.00,S1")
    found = compare(ours, theirs, as_of=AS_OF)

    assert found.explained.books_fen["receivable"] == (10_000, 0)
    assert causes(found) == {"cut_off": 10_000}


def test_books_of_balances_alone_are_compared() -> None:
    head = "户号,账期,余额"
    ours = source("f.csv", head, "3301,2026-09,10.00", "3302,2026-09,20.00", "3303,2026-09,5.00")
    theirs = source("m.csv", head, "3301,2026-09,10.02", "3303,2026-09,8.00")
    found = compare(ours, theirs)

    assert causes(found) == {"rounding": -2, "missing": 2_000, "unexplained": -300}
    assert found.as_of == date(2026, 9, 30)


TABLE = "客户编码,账期,期初余额,借方,贷方,期末余额"


def test_a_table_of_balances_is_compared_with_a_list_of_movements() -> None:
    ours = ledger(
        "3301,2026-09,30.00,0,30.00,",
        "3302,2026-10,,100.00,60.00,40.00",
        "3303,2026-10,,100.00,,100.00",
        "3304,2026-10,,50.00,,50.00",
        "3305,2026-10,,20.00,,25.00",
        "合计,,30.00,270.00,90.00,215.00",
        head=TABLE,
    )
    theirs = listed(
        "3301,2026-09,应收,2026-09-05,30.00,Y1",
        "3301,2026-09,实收,2026-10-15,30.00,S1",
        "3302,2026-10,应收,2026-10-05,100.00,Y2",
        "3302,2026-10,实收,2026-10-15,45.00,S2",
        "3302,2026-10,核销,2026-10-16,15.00,H2",
        "3303,2026-10,应收,2026-10-05,100.00,Y3",
        "3303,2026-10,实收,2026-10-15,60.00,S3",
        "3305,2026-10,应收,2026-10-05,20.00,Y5",
    )
    found = compare(ours, theirs)

    assert causes(found) == {"missing": 6_000 + 5_000, "no_document": 500}
    assert (found.finance.taken, found.finance.totals, found.finance.rejects) == (5, 1, [])
    assert found.explained.books_fen["receivable"] == (21_500, 10_000)


def test_a_movement_that_does_not_say_what_it_was_leaves_its_month_to_a_person() -> None:
    ours = ledger("3301,2026-10,,100.00,50.00,50.00", head=TABLE)
    theirs = listed(
        BILL[1],
        "3301,2026-10,实收,2026-10-15,45.00,S2",
        "3301,2026-10,核销,2026-10-16,15.00,H2",
    )
    found = compare(ours, theirs)

    assert causes(found) == {"unexplained": 1_000}
    notes = {row["note_en"].split(";")[0] for row in explain_reports.document_report(found).rows}
    assert notes == {"the kind of the row is not known"}


def test_two_tables_of_balances_are_compared() -> None:
    head = "户号,电费年月,期初欠费,本期应收,本期实收,期末欠费"
    ours = ledger("3301,2026-10,0,100.00,40.00,60.00", "3302,2026-10,,80.03,,80.03", head=head)
    theirs = listed("3301,2026-10,0,100.00,,100.00", "3302,2026-10,,80.00,,80.00", head=head)

    assert causes(compare(ours, theirs)) == {"missing": -4_000, "rounding": 3}


def test_a_row_of_a_table_is_taken_whole_or_not_at_all() -> None:
    ours = ledger(
        "3301,2026-10,1.00,x,5.00,6.00",
        "3302,2026-10,1.00,,,1.00",
        "3302,2026-10,1.00,7.00,,2.00",
        "3303,2026-10,,9.00,,9.00",
        head=TABLE,
    )
    theirs = listed("3303,2026-10,应收,2026-10-05,9.00,Y1")
    found = compare(ours, theirs)

    assert [(one.row_number, type(one.reason)) for one in found.finance.rejects] == [
        (2, AmountUnreadable),
        (3, BalanceTwice),
        (4, BalanceTwice),
    ]
    assert found.finance.rejects[2].cells == ["3302", "2026-10", "1.00", "7.00", "", "2.00"]
    assert found.finance.taken == 1
    assert causes(found) == {}


def test_prepayments_of_one_book_alone_are_not_compared() -> None:
    theirs = listed(BILL[1], "3301,,预收,2026-10-05,70.00,P1")
    found = compare(ledger(BILL[0]), theirs)

    assert causes(found) == {}
    assert found.notes == [
        (
            "只有营销有预收明细,1 行未参加比较",
            "only marketing has prepayments: 1 rows are not compared",
        )
    ]


def test_the_day_is_the_end_of_the_month_in_which_the_shorter_book_ends() -> None:
    theirs = listed(BILL[1], "3301,2026-10,实收,2026-11-02,100.00,S1")
    found = compare(ledger(BILL[0]), theirs)

    assert found.as_of == AS_OF
    assert causes(found) == {"cut_off": 10_000}


def test_rows_of_sums_and_of_other_accounts_are_left_out_and_counted() -> None:
    head = "户号,账期,日期,摘要,凭证号,科目,借方,贷方"
    ours = ledger(
        "3301,2026-10,2026-10-31,发行电费,记-1,112201,100.00,",
        "3301,2026-10,2026-10-31,发行电费,记-1,6001,,88.50",
        ",,2026-10-31,本月合计,,112201,100.00,",
        head=head,
    )
    found = compare(ours, listed(BILL[1]))

    assert causes(found) == {}
    assert (found.finance.taken, found.finance.totals, found.finance.elsewhere) == (1, 1, 1)
    assert found.finance.rejects == []


# ------------------------------------------------------------------------ what is refused


def test_rows_that_cannot_be_read_are_rejected_and_explain_nothing() -> None:
    ours = ledger(
        BILL[0],
        "3301,2026-10,2026-10-09,收电费,收-1,,1OO.00,,",
        "3302,2026-13,2026-10-09,收电费,收-2,,1.00,,",
        "3303,2026-10,2026-02-30,收电费,收-3,,1.00,,",
        "3304,2026-10,2026-10-09,收电费,收-4,,,,",
        ",2026-10,2026-10-09,收电费,收-5,,1.00,,",
        "3.3E+09,2026-10,2026-10-09,收电费,收-6,,1.00,,",
        "3306,,2026-10-09,收电费,收-7,,1.00,,",
        "3307,2026-10,,收电费,收-8,,1.00,,",
    )
    theirs = listed(BILL[1], "3301,2026-10,实收,2026-10-09,100.00,S1")
    found = compare(ours, theirs)

    assert [(one.row_number, type(one.reason)) for one in found.finance.rejects] == [
        (3, AmountUnreadable),
        (4, MonthUnreadable),
        (5, DateUnreadable),
        (6, CellBlank),
        (7, CellBlank),
        (8, IdentifierIsNumber),
        (9, CellBlank),
        (10, CellBlank),
    ]
    assert found.finance.rejects[0].cells[6] == "1OO.00"
    assert causes(found) == {"unexplained": 10_000}
    (document,) = explain_reports.document_report(found).rows
    assert document["note_zh"] == "该户有退回的行"


def test_two_rows_of_one_balance_are_both_rejected() -> None:
    ours = ledger(
        BILL[0],
        "3301,2026-10,,期末余额,,,,借,100.00",
        "3301,2026-10,,期末余额,,,,借,90.00",
    )
    found = compare(ours, listed(BILL[1]))

    assert [(one.row_number, type(one.reason)) for one in found.finance.rejects] == [
        (3, BalanceTwice),
        (4, BalanceTwice),
    ]
    assert "also in row 4" in str(found.finance.rejects[0].reason)
    assert causes(found) == {}


def test_a_kind_that_is_not_known_is_rejected_where_the_sign_hangs_on_it() -> None:
    theirs = listed(BILL[1], "3301,2026-10,杂项,2026-10-09,5.00,Z1")
    found = compare(ledger(BILL[0]), theirs)

    (reject,) = found.marketing.rejects
    assert isinstance(reject.reason, KindNotKnown)
    assert str(reject.reason).startswith("业务类型 says '杂项', which is no kind of row")
    mapping = {"marketing": Columns({}, {"杂项": "adjustment"})}
    assert causes(compare(ledger(BILL[0]), theirs, mapping=mapping)) == {"adjusted": -500}


@pytest.mark.parametrize(
    ("head", "row", "missing"),
    [
        ("户号,账期,日期,摘要", "3301,2026-10,2026-10-31,发行", "金额"),
        ("户号,账期,日期,摘要,借方", "3301,2026-10,2026-10-31,发行,1.00", "贷方"),
        ("户号,账期,摘要,金额", "3301,2026-10,发行,1.00", "日期"),
    ],
)
def test_a_file_without_a_column_is_refused(head: str, row: str, missing: str) -> None:
    with pytest.raises(ColumnsMissing, match=rf"财务\.csv has no column for {missing}"):
        compare(ledger(row, head=head), listed(BILL[1]))


def test_a_bank_file_that_names_no_account_is_refused() -> None:
    bank = source("b.csv", "交易日期,收入金额", "20261010,10.00")
    with pytest.raises(ColumnsMissing, match=r"b\.csv has no column for 户号"):
        compare(ledger(BILL[0]), listed(BILL[1]), banks=[bank])


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(HeadingMissing, match="户号, 电费年月"):
        compare(source("财务.csv", "姓名,电话", "张三,1"), listed(BILL[1]))


def test_books_of_other_months_are_refused_and_single_months_are_told() -> None:
    other = listed("3301,2026-08,应收,2026-08-05,100.00,Y1")
    with pytest.raises(MonthsApart, match="finance has 2026-10, marketing 2026-08"):
        compare(ledger(BILL[0]), other)

    found = compare(ledger(BILL[0]), listed(BILL[1], "3301,2026-08,应收,2026-08-05,100.00,Y1"))
    assert found.notes == [("只有营销有账期 2026-08", "only marketing has bill months 2026-08")]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("{", "JSON: "),
        ("[]", "{}"),
        ('{"sales": {}}', "'sales' ≠ finance, marketing, bank"),
        ('{"finance": {"columns": {"konto": "x"}}}', "'konto' ≠ account, month"),
        ('{"finance": {"kinds": {"x": "gap"}}}', "'gap' ≠ opening, closing, bill"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(text: str, detail: str) -> None:
    with pytest.raises(MappingUnusable) as refused:
        read_mapping(Source("m.json", text.encode()))
    assert detail in str(refused.value)


# ------------------------------------------------------------------------ columns remembered


def test_columns_are_remembered_and_read_again() -> None:
    head = "Kunde,账期,日期,摘要,凭证号,借方,贷方"
    ours = ledger("3301,2026-10,2026-10-31,发行电费,记-1,100.00,", head=head)
    with pytest.raises(HeadingMissing):
        compare(ours, listed(BILL[1]))
    mapping = {"finance": Columns({"account": "Kunde"}, {})}
    found = compare(ours, listed(BILL[1]), mapping=mapping)
    assert found.mapping["finance"].headings["account"] == "Kunde"

    again = read_mapping(Source("m.json", write_mapping(found.mapping).encode()))
    assert again == found.mapping


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("核销坏账", "write_off"),
        ("应收电费核销", "write_off"),
        ("预收转实收", "converted"),
        ("预收电费", "prepaid"),
        ("退补电费", "adjustment"),
        ("收10月电费", "bill"),
        ("收电费", "receipt"),
        ("发行10月电费", "bill"),
        ("期初欠费", "opening"),
        ("本年累计", "total"),
        ("Payment received", "receipt"),
        ("杂项", None),
    ],
)
def test_kinds_are_told_by_words(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind


def test_accounts_are_told_by_code_or_name() -> None:
    assert [measure_of(one) for one in ("112201", "2203.01", "预收账款", "应收账款", "6001")] == [
        "receivable", "prepayment", "prepayment", "receivable", None,
    ]  # fmt: skip


# ------------------------------------------------------------------------ large files


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_large_text_is_read_on_columns_just_as_row_by_row(
    monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    finance = Source("f.csv", outside_files.finance_csv(BOOKS, encoding))
    slow = explain_files.read_book_texts(finance, Columns())
    monkeypatch.setattr(explain_files, "_LARGE", 0)
    quick = explain_files.read_book_texts(finance, Columns())

    assert isinstance(slow.raw, list)
    assert isinstance(quick.raw, pl.DataFrame)
    assert quick.columns.select(sorted(quick.columns.columns)).equals(
        slow.columns.select(sorted(slow.columns.columns))
    )
    assert (quick.headings, quick.header, quick.encoding) == (
        slow.headings, slow.header, slow.encoding,
    )  # fmt: skip
    assert quick.cells(5) == slow.cells(5)


@pytest.mark.parametrize(
    "row",
    [
        '3301,2026-10,2026-10-31,"发行,电费",记-1,100.00,,,',
        "3301,2026-10,2026-10-31,发行电费,记-1,100.00,,,,多一格",
        "3.3E+09,2026-10,2026-10-31,发行电费,记-1,100.00,,,",
        "'3301,2026-10,2026-10-31,发行电费,记-1,100.00,,,",
        ",,,,,,,,",
        "\n" + BILL[0],
    ],
)
def test_a_text_that_is_not_plain_is_read_row_by_row(
    monkeypatch: pytest.MonkeyPatch, row: str
) -> None:
    monkeypatch.setattr(explain_files, "_LARGE", 0)

    texts = explain_files.read_book_texts(ledger(BILL[0], row, BILL[0]), Columns())

    assert isinstance(texts.raw, list)


# ------------------------------------------------------------------------ forms of answer


def test_the_json_has_the_report_with_its_ties_and_the_documents() -> None:
    content = json.loads(explain_reports.to_json(compare(FINANCE, MARKETING, as_of=AS_OF)))

    total = sum(one.receivable_fen + one.prepayment_fen for one in BOOKS.truth)
    assert content["report"] == "explain"
    assert content["as_of"] == "2026-10-31"
    assert content["totals"]["difference_fen"] == total
    assert [one["difference"] for one in content["ties"]] == [0, 0]
    assert sum(one["theirs"] for one in content["ties"]) == total
    columns = content["documents"]["columns"]
    at = columns.index("difference_fen")
    assert sum(row[at] for row in content["documents"]["rows"]) == total
    assert {row[columns.index("cause")] for row in content["documents"]["rows"]} == set(Cause)
    assert content["books"]["receivable"]["difference"] == content["totals"]["receivable_fen"]


def test_the_workbook_leads_from_a_cause_to_its_documents() -> None:
    data = explain_reports.to_xlsx(compare(FINANCE, MARKETING, as_of=AS_OF))
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))

    assert book.sheet_names == [
        "差异原因表", "一方已核销", "一方已调整", "截止日不同", "预收未转或仅一方结转", "重复入账",
        "串户或串月", "数字颠倒", "无凭证调平", "尾差", "一方漏记", "未能解释", "文件与列",
        "退回的行",
    ]  # fmt: skip
    digits = book.get_sheet_by_name("数字颠倒").to_python()
    head, row = digits[2], digits[3]
    assert row[head.index("金额(财务)")] == -456.78
    assert row[head.index("凭证号(财务)")] != ""


def onebook(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "onebook", "explain", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_command_compares_the_example_with_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("ONEBOOK_HOME", str(home))
    done = onebook("--example", "ex", "--columns", "columns.json", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "2,445.36" in done.stdout
    assert "未能解释" in done.stdout
    assert not home.exists()
    paths = [f"ex/{name}" for name in (outside_files.FINANCE_NAME, outside_files.MARKETING_NAME)]
    asked = [*paths, "--columns", "columns.json", "--as-of", "2026-10-31"]
    answers = {
        shape: onebook(*asked, "--format", shape, "--output", f"out.{shape}", folder=tmp_path)
        for shape in ("json", "csv", "xlsx")
    }
    assert [one.returncode for one in answers.values()] == [0, 0, 0]
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["report"] == "explain"
    assert (tmp_path / "out.csv").read_text("utf-8-sig").count("\n") == 34
    assert (tmp_path / "out.xlsx").read_bytes().startswith(b"PK")


def test_the_command_writes_rejected_rows_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_bytes(
        ledger(BILL[0], "3301,2026-10,2026-10-09,收电费,收-1,,x,,").data
    )
    (tmp_path / "m.csv").write_bytes(listed(BILL[1]).data)
    done = onebook("f.csv", "m.csv", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    rejected = (tmp_path / "f.csv.rejected.csv").read_text("utf-8-sig").splitlines()
    assert rejected[0] == f"{HEAD},行号,原因"
    assert rejected[1].startswith("3301,2026-10,2026-10-09,收电费,收-1,,x,,,3,")


def test_the_command_says_what_it_lacks(tmp_path: Path) -> None:
    alone = onebook(folder=tmp_path)
    assert alone.returncode == 2
    assert "请给出两个文件" in alone.stderr

    (tmp_path / "f.csv").write_bytes(ledger(BILL[0]).data)
    (tmp_path / "m.csv").write_bytes(listed("3301,2026-08,应收,2026-08-05,1.00,Y1").data)
    apart = onebook("f.csv", "m.csv", folder=tmp_path)
    assert apart.returncode == 1
    assert "两账没有相同的账期" in apart.stderr


def test_a_sheet_longer_than_excel_has_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "SHEET_ROWS", 2)
    data = explain_reports.to_xlsx(compare(FINANCE, MARKETING, as_of=AS_OF))

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("截止日不同")
    rows = sheet.to_python()
    assert len(rows) == 3 + 2 + 1 + 1
    assert rows[-1][0] == "… + 3"


# ------------------------------------------------------------------------ the page's form


def form(as_of: str = "", **files: bytes) -> OutsideBooks:
    given = {"finance": FINANCE.data, "marketing": MARKETING.data} | files
    uploaded = {name: SimpleUploadedFile(f"{name}.csv", data) for name, data in given.items()}
    return OutsideBooks({"as_of": as_of}, uploaded)


def test_the_form_gives_what_a_comparison_takes() -> None:
    filled = form("2026-10-31", banks=BANK.data)

    assert filled.is_valid()
    assert filled.sources()["as_of"] == AS_OF
    found = compare(**filled.sources())
    assert found.finance.name == "finance.csv"
    assert [one.name for one in found.banks] == ["banks.csv"]


@pytest.mark.parametrize(
    ("filled", "field", "message"),
    [
        (form("31.10."), "as_of", "日期"),
        (form(columns=b"{"), "columns", "列对应文件 columns.csv 无法使用"),
    ],
)
def test_the_form_says_at_the_field_what_is_wrong(
    filled: OutsideBooks, field: str, message: str
) -> None:
    assert not filled.is_valid()
    assert list(filled.errors) == [field]
    assert message in filled.errors[field][0]


def test_a_file_too_large_for_the_page_is_sent_to_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forms, "FILE_MB", 0)

    assert "finance.csv 超过 0 MB" in form().errors["finance"][0]
