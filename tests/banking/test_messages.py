"""MT940/942, camt, OFX, BAI2, QIF: samples to the fen; one bad entry that spoils no other."""

import csv
from collections import defaultdict
from datetime import date

import pytest

from onebook.banking.errors import DocumentTypeRefused, LineUnreadable, MessageBroken
from onebook.banking.parsers import Statement
from onebook.banking.parsers.messages import Message, read_messages, statements
from onebook.banking.parsers.messages.values import amount, decode
from onebook.kernel.errors import AmountUnreadable, DateUnreadable
from tests.shared import shared_path

FORMATS = ("MT940", "MT942", "camt", "OFX", "BAI2", "QIF")
NO_MESSAGE = {
    "mt942/full/cmxl/mt942_1.sta": "an empty file",
    "test-camt053.zip": "an archive, which is unpacked before",
    "failing-ofx-file1.xml": "a sentence that says it is no OFX",
    "heap-buffer-overflow-2.ofx": "bytes that only attack a parser",
    "use-after-free.ofx": "OFC, the format before OFX",
}
OTHERWISE = {
    # What the other projects expect, and why the statement says something else.
    ("betterplace/amount_formats.sta", "opening"): "six opening fields in one block: the first",
    ("betterplace/currency_in_25.sta", "account"): "the currency behind the number is not part",
    ("account_identification_legacy.sta", "account"): "the currency behind the number is not part",
    ("MT940_NO_Example.sta", "account"): "the currency behind the number is not part",
    ("self-provided/raphaelm.sta", "closing"): "balances without a currency are read, not dropped",
    ("betterplace/sepa_mt9401.sta", "sum"): "two reversals of 204.88 take back; 26 of 26 then tie",
    ("test_files/test-camt053", "n_txn"): "three entries, one of them a batch of two",
    ("test-camt053-no-ntry", "n_statements"): "a statement without entries is one",
    ("test_qif.qif", "closing"): "the format has no balance",
    ("fidelity-one-dtsettle.ofx", "n_txn"): "trades of securities are no money on a bank account",
}


def samples() -> list[tuple[str, dict[str, str]]]:
    """Every sample of these formats, with what the project it comes from says of it."""
    expected: dict[str, dict[str, str]] = defaultdict(dict)
    with shared_path("samples", "bank", "EXPECTED.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            expected[row["sample"]].setdefault(row["key"], row["value"])
    with shared_path("samples", "bank", "SOURCES.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        (row["sample"], expected[row["sample"]])
        for row in rows
        if row["format"].startswith(FORMATS) or "camt" in row["format"]
    ]


def read(text: str | bytes) -> list[Message]:
    """Read a message from its text."""
    found = read_messages(text if isinstance(text, bytes) else text.encode(), "账单")
    assert found is not None
    return found[0]


def one(text: str | bytes) -> Statement:
    """Read the only statement of a message."""
    (statement,) = statements(read(text), "账单", "utf-8")
    return statement


def figures(messages: list[Message], of_account: list[Statement]) -> dict[str, set[str]]:
    """Every figure that an expectation may name, as the statement's own words."""
    lines = [line for message in messages for line in message.lines]
    openings = [message.opening_fen for message in messages]
    openings += [statement.opening_balance_fen for statement in of_account]
    return {
        "n_txn": {str(len(lines))},
        "n_statements": {str(len(messages))},
        "sum": {str(sum(line.amount_fen for line in lines))},
        "opening": {str(fen) for fen in openings},
        "closing": {str(message.closing_fen) for message in messages},
        "account": {(message.account_number or "").replace(" ", "") for message in messages},
    }


def test_the_samples_say_what_their_projects_expect_or_why_not() -> None:
    wrong, unread, checked = [], [], 0
    for sample, expected in samples():
        found = read_messages(shared_path("samples", "bank", *sample.split("/")).read_bytes(), "x")
        if found is None:
            unread.append(next(end for end in NO_MESSAGE if sample.endswith(end)))
            continue
        got = figures(found[0], statements(found[0], "x", found[1]))
        for key, want in expected.items():
            if key not in got or any(sample.endswith(end) and key == k for end, k in OTHERWISE):
                continue
            checked += 1
            plain = want.split()[-1] if key == "account" else want
            if key in {"sum", "opening", "closing"}:
                plain = str(amount(want))
            if key == "account":
                is_met = any(plain.replace(" ", "") in account for account in got[key])
            else:
                is_met = plain in got[key]
            if not is_met:
                wrong.append((sample, key, want, got[key]))
    assert wrong == []
    assert sorted(unread) == sorted(NO_MESSAGE)
    assert checked > 150


@pytest.mark.parametrize(
    ("path", "layout", "counts", "sum_fen", "opening_fen", "closing_fen"),
    [
        ("svenstaro__mt940-rs/tests/data/mt940/full/betterplace/sepa_mt9401.sta", "mt940",
         (26, 97), -926913590, None, None),
        ("wolph__mt940/mt940_tests/citi/mt940.txt", "mt940", (1, 5), -114275, 1737667, 1623392),
        ("svenstaro__mt940-rs/tests/data/mt942/full/mBank/mt942.sta", "mt940", (1, 11), 8730,
         8434974, 8443704),
        ("railslove__camt_parser/spec/fixtures/valid_example.xml", "camt.053", (1, 4), -1000, 3306,
         2306),
        ("ministryofjustice__bai2/tests/data/svb_us_example.bai2", "bai2", (2, 2), 1395996,
         None, None),
        ("tryton__account_statement_ofx/tests/OFX.txt", "ofx", (1, 1), 10000, 40000, 50000),
    ],
)  # fmt: skip
def test_a_sample_is_read_to_the_fen(
    path: str,
    layout: str,
    counts: tuple[int, int],
    sum_fen: int,
    opening_fen: int | None,
    closing_fen: int | None,
) -> None:
    messages = read(shared_path("samples", "bank", *path.split("/")).read_bytes())
    lines = [line for message in messages for line in message.lines]

    assert {message.layout for message in messages} == {layout}
    assert (len(messages), len(lines)) == counts
    assert sum(line.amount_fen for line in lines) == sum_fen
    assert [reject for message in messages for reject in message.rejects] == []
    if opening_fen is not None:
        (statement,) = statements(messages, "x", "utf-8")
        assert statement.opening_balance_fen == opening_fen
        assert statement.closing_balance_fen == closing_fen
        assert [finding.kind for finding in statement.findings] == []


def test_twenty_six_statements_with_reversals_all_tie() -> None:
    path = "svenstaro__mt940-rs/tests/data/mt940/full/betterplace/sepa_mt9401.sta"
    messages = read(shared_path("samples", "bank", *path.split("/")).read_bytes())
    for message in messages:
        moved = sum(line.amount_fen for line in message.lines)
        assert (message.opening_fen or 0) + moved == message.closing_fen


MT940 = """:20:START
:25:33050161700000001234
:28C:1/1
:60F:C251010CNY1000,00
:61:2510111011C120,00NTRFJK20251010001//B1
:86:?00存入?20现金缴存 JK20251010001?32余杭电?33力用户?3833001
:61:251011RC20,00NTRFNONREF//B2
:61:2510121012XX30,00NTRFNONREF//B3
:61:251012D0,5NCHGNONREF//B4
手续费
:62F:C251012CNY1099,50
-
"""


def test_a_bad_field_is_rejected_and_the_others_of_its_block_are_taken() -> None:
    statement = one(MT940)

    assert [(line.booked_on, line.amount_fen, line.serial) for line in statement.lines] == [
        (date(2025, 10, 11), 120_00, "B1"),
        (date(2025, 10, 11), -20_00, "B2"),
        (date(2025, 10, 12), -50, "B4"),
    ]
    first = statement.lines[0]
    assert (first.counterparty_name, first.counterparty_account) == ("余杭电力用户", "33001")
    assert (first.summary, first.remark) == ("存入", "JK20251010001 现金缴存 JK20251010001")
    assert statement.lines[2].summary == "手续费"
    assert [(one.row_number, type(one.reason)) for one in statement.rejects] == [
        (8, LineUnreadable)
    ]
    assert [line.balance_fen for line in statement.lines] == [1120_00, 1100_00, 1099_50]
    assert statement.findings == []


def test_a_closing_balance_that_the_lines_do_not_reach_is_a_finding_with_its_figure() -> None:
    statement = one(MT940.replace("1099,50", "1129,50"))

    assert [(one.kind, one.figure_fen) for one in statement.findings] == [("balance_break", 30_00)]
    assert statement.closing_balance_fen == 1129_50


@pytest.mark.parametrize(
    ("value", "entry", "booked"),
    [
        ("251231", "0102", date(2026, 1, 2)),
        ("260102", "1231", date(2025, 12, 31)),
        ("260230", "", date(2026, 2, 28)),
        ("260301", "    ", date(2026, 3, 1)),
    ],
)
def test_the_entry_date_has_the_year_nearest_to_the_value_date(
    value: str, entry: str, booked: date
) -> None:
    (line,) = one(f":20:A\n:25:1234\n:61:{value}{entry}C1,00NTRFX\n").lines
    assert line.booked_on == booked


def test_an_interim_report_without_balances_is_read() -> None:
    text = ":20:A\n:25:1234\n:28C:1/1\n:34F:CNY0,\n:13D:2510111200+0800\n:61:251011C1,00NTRFX\n"
    statement = one(text)

    assert statement.layout == "mt942"
    assert [(line.amount_fen, line.currency, line.balance_fen) for line in statement.lines] == [
        (1_00, "CNY", None)
    ]


def test_statements_of_several_accounts_and_days_are_put_together_by_account() -> None:
    later = ":20:B\n:25:9/11112222\n:60F:C251013CNY5,00\n:61:251013C1,00NTRFA\n:62F:C251013CNY6,00"
    first = ":20:A\n:25:9/11112222\n:60F:C251012CNY4,00\n:61:251012C1,00NTRFB\n:62F:C251012CNY5,00"
    other = ":20:C\n:25:33334444\n:60F:C251012CNY4,00\n:61:251012D1,00NTRFC\n:62F:C251012CNY3,00"

    found = statements(read(f"{later}\n-\n{first}\n-\n{other}\n-\n"), "x", "utf-8")

    assert [(one.account_number, len(one.lines)) for one in found] == [
        ("11112222", 2),
        ("33334444", 1),
    ]
    assert [line.balance_fen for line in found[0].lines] == [5_00, 6_00]
    assert [one.findings for one in found] == [[], []]


CAMT = """<?xml version="1.0" encoding="{encoding}"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><Othr><Id>33050161700000001234</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">1000.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">1120.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="CNY">120.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><DtTm>2025-10-11T23:30:00+08:00</DtTm></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>
<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>余杭电力用户</Nm></Pty></Dbtr><DbtrAcct><Id><Othr>
<Id>33001</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>JK20251010001</Ustrd></RmtInf>
</TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>
<BookgDt><Dt>2025-10-11</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""


def camt(amount: str = "9.00", status: str = "PDNG", encoding: str = "UTF-8") -> bytes:
    """A statement of two entries, the second as told."""
    return CAMT.format(amount=amount, status=status, encoding=encoding).encode(encoding)


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "GBK"])
def test_an_entry_that_is_not_booked_is_left_out_and_named(encoding: str) -> None:
    statement = one(camt(encoding=encoding))

    (line,) = statement.lines
    assert (line.booked_on, line.amount_fen, line.serial) == (date(2025, 10, 11), 120_00, "B1")
    assert (line.counterparty_name, line.counterparty_account) == ("余杭电力用户", "33001")
    assert (line.remark, line.balance_fen) == ("JK20251010001", 1120_00)
    assert [(one.kind, one.row_number) for one in statement.findings] == [("pending", 2)]


def test_an_amount_that_is_no_decimal_rejects_its_entry_alone() -> None:
    statement = one(camt("5O.00", "BOOK"))

    assert [line.amount_fen for line in statement.lines] == [120_00]
    assert [(one.row_number, type(one.reason)) for one in statement.rejects] == [
        (2, AmountUnreadable)
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (camt()[:900], MessageBroken),
        (camt().replace(b"<Document", b"<!DOCTYPE a [<!ENTITY x 'y'>]><Document"),
         DocumentTypeRefused),
        (camt().replace(b"<Stmt>", b"<Stmt>" + b"<a>" * 200), MessageBroken),
    ],
)  # fmt: skip
def test_broken_or_harmful_xml_is_refused_whole(data: bytes, error: type) -> None:
    with pytest.raises(error):
        read(data)


OFX = """OFXHEADER:100
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>CNY
<BANKACCTFROM><BANKID>1<ACCTID>33050161700000001234</BANKACCTFROM>
<BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20251011<TRNAMT>1.120,00<FITID>B1<NAME>A &amp; B
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20251012120000[+8]<TRNAMT>-20.00<FITID>B2
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20251012<TRNAMT>two<FITID>B3</STMTTRN></BANKTRANLIST>
<LEDGERBAL><BALAMT>2100.00<DTASOF>20251012</LEDGERBAL>
"""


def test_tags_that_are_never_closed_are_read_and_a_cut_end_is_named() -> None:
    statement = one(OFX)

    assert [(line.amount_fen, line.serial) for line in statement.lines] == [
        (1120_00, "B1"),
        (-20_00, "B2"),
    ]
    assert statement.lines[0].counterparty_name == "A & B"
    assert [type(reject.reason) for reject in statement.rejects] == [AmountUnreadable]
    assert [finding.kind for finding in statement.findings] == ["cut_off"]
    assert (statement.opening_balance_fen, statement.closing_balance_fen) == (1000_00, 2100_00)
    assert one(OFX + "</STMTRS></OFX>").findings == []


def test_a_transaction_cut_in_two_is_rejected() -> None:
    statement = one(OFX[: OFX.index("<TRNAMT>-20")])

    assert [line.serial for line in statement.lines] == ["B1"]
    assert [type(reject.reason) for reject in statement.rejects] == [LineUnreadable]


BAI2 = """01,122,123,251012,0300,1,80,,2/
02,123,122,1,251011,,CNY,2/
03,33050161700000001234,CNY,010,100000,,,015,{closing},,/
16,175,12000,V,251012,,B1,JK1,存入,现金/
16,475,500,,B2,,{text}
88,续
16,777,300,,B3,,未知代码/
49,{control},6/
98,{control},1,8/
99,{control},1,10/
"""


def test_a_detail_of_an_unknown_type_is_rejected_and_the_totals_are_held() -> None:
    text = BAI2.format(closing=111500, control=100000 + 111500 + 12000 + 500 + 300, text="手续费/")
    statement = one(text)

    assert [(line.amount_fen, line.serial, line.remark) for line in statement.lines] == [
        (120_00, "B1", "JK1 存入,现金"),
        (-5_00, "B2", "手续费,续"),
    ]
    assert [(one.row_number, type(one.reason)) for one in statement.rejects] == [
        (7, LineUnreadable)
    ]
    assert statement.findings == []
    wrong = one(text.replace("49,224300", "49,224400"))
    assert [(one.kind, one.figure_fen) for one in wrong.findings] == [("footer_total", 1_00)]


@pytest.mark.parametrize(
    ("dates", "days", "is_certain"),
    [
        (("8/12/13", "8/15/13"), [date(2013, 8, 12), date(2013, 8, 15)], True),
        (("13/08/2013", "01/09/2013"), [date(2013, 8, 13), date(2013, 9, 1)], True),
        (("1/ 2'00",), [date(2000, 1, 2)], False),
        (("2013-08-12",), [date(2013, 8, 12)], True),
    ],
)
def test_the_order_of_month_and_day_is_told_by_the_file(
    dates: tuple[str, ...], days: list[date], is_certain: bool
) -> None:
    text = "!Type:Bank\n" + "".join(f"D{day}\nT-1,000.00\nP甲\n^\n" for day in dates)
    statement = one(text)

    assert [line.booked_on for line in statement.lines] == days
    assert {line.amount_fen for line in statement.lines} == {-1000_00}
    assert [one.kind for one in statement.findings] == ([] if is_certain else ["date_order"])


def test_a_record_without_a_date_is_rejected() -> None:
    statement = one("!Type:Bank\nT5.00\n^\nD8/15/13\nT6.00\n^\n")

    assert [line.amount_fen for line in statement.lines] == [6_00]
    assert [type(reject.reason) for reject in statement.rejects] == [DateUnreadable]


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1234.56", 123456), ("1,234.56", 123456), ("1.234,56", 123456), ("1234,5", 123450),
     ("1,234", 123400), ("-0,01", -1), ("+5", 500), (".5", 50), ("1'234.50", 123450)],
)  # fmt: skip
def test_an_amount_is_read_with_either_mark(text: str, fen: int) -> None:
    assert amount(text) == fen


@pytest.mark.parametrize("text", ["", ".", "1.234", "1e5", "5O.00", "1,23,4.5x", "--5", "$120"])
def test_an_amount_in_doubt_is_never_guessed(text: str) -> None:
    with pytest.raises(AmountUnreadable):
        amount(text)


def test_accents_are_not_taken_for_rare_characters() -> None:
    assert decode("Müller für Brücke".encode("cp1252")) == ("Müller für Brücke", "cp1252")
    assert decode("余杭电力".encode("gb18030")) == ("余杭电力", "gb18030")
    assert decode("余杭电力".encode()) == ("余杭电力", "utf-8")
