"""Statements in international formats and archives, through the ordinary import into the book."""

import io
import zipfile

import pytest

from onebook.banking import jobs, reads, services
from onebook.banking.errors import AccountNotKnown, LayoutUnknown
from onebook.infra.tabular.errors import ArchiveUnusable
from onebook.org.services import SYSTEM
from tests.banking import bank
from tests.banking.bank import GOOD, HEAD, NUMBER, line
from tests.banking.test_messages import MT940, camt
from tests.builders import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Company:
    """The account of `bank.build`."""
    return bank.build()


def take(data: str | bytes, name: str = "账单", **options: object) -> jobs.StatementTaken:
    """Take a statement in from its bytes."""
    data = data.encode() if isinstance(data, str) else data
    return jobs.import_statement(data, name, person_id=SYSTEM, **options)


def packed(**files: str | bytes) -> bytes:
    """Pack files into an archive as a program on Chinese Windows does."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def amounts() -> list[int]:
    """The recorded lines' amounts."""
    return sorted(row["amount_fen"] for row in reads.lines())


def test_a_message_is_taken_once_its_bad_field_is_rejected_and_its_money_is_matched(
    place: Company,
) -> None:
    first, again = take(MT940), take(MT940)
    matched = jobs.reconcile(person_id=SYSTEM)

    assert (first.layout, first.account, first.rows_in, first.taken) == ("mt940", NUMBER, 4, 3)
    assert [reject.cells for reject in first.rejects] == [[":61:2510121012XX30,00NTRFNONREF//B3"]]
    assert (again.taken, again.unchanged) == (0, 3)
    assert amounts() == [-20_00, -50, 120_00]
    assert matched.matched == 1


def test_a_message_in_another_currency_brings_nothing_in(place: Company) -> None:
    taken = take(MT940.replace("CNY", "USD"))

    assert (taken.taken, len(taken.rejects)) == (0, 4)
    assert "USD" in str(taken.rejects[0].reason)
    assert amounts() == []


def test_a_file_of_an_account_that_is_not_ours_leaves_nothing_of_the_others(place: Company) -> None:
    with pytest.raises(AccountNotKnown):
        take(MT940 + MT940.replace(NUMBER, "99998888777"))
    assert amounts() == []


def test_one_message_of_two_accounts_goes_to_both(place: Company) -> None:
    services.open_account(
        "44448888", "工商银行", "二户", place.root, 1000_00, bank.ON, person_id=SYSTEM
    )
    taken = take(MT940 + MT940.replace(NUMBER, "44448888"))

    assert (taken.account, taken.taken, len(taken.rejects)) == (f"{NUMBER}, 44448888", 6, 2)


def test_an_entry_that_is_not_booked_stays_out_until_it_is(place: Company) -> None:
    pending = take(camt())
    booked = take(camt(status="BOOK").replace(b"1120.00</Amt>", b"1129.00</Amt>"))

    assert (pending.taken, pending.layout) == (1, "camt.053")
    assert [finding.kind for finding in pending.findings] == ["pending"]
    assert (booked.taken, booked.unchanged) == (1, 1)
    assert amounts() == [9_00, 120_00]


def test_an_archive_brings_its_statement_and_names_what_is_none(place: Company) -> None:
    data = packed(**{"汇总.csv": "项目,笔数\n收入,1\n", "明细.csv": HEAD + GOOD})
    taken = take(data, "账单.zip")

    assert (taken.taken, len(taken.notes)) == (1, 1)
    assert "汇总.csv" in taken.notes[0]
    assert amounts() == [120_00]
    assert take(data, "账单.zip").unchanged == 1


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (packed(**{"汇总.csv": "项目,笔数\n收入,1\n"}), LayoutUnknown),
        (packed(a=b"0" * 50_000_000), ArchiveUnusable),
        (packed(a=packed(b=HEAD)), ArchiveUnusable),
        (packed(a=HEAD + GOOD)[:200], ArchiveUnusable),
    ],
)
def test_an_archive_that_is_of_no_use_or_hostile_is_refused(
    place: Company, data: bytes, error: type
) -> None:
    with pytest.raises(error):
        take(data)
    assert amounts() == []


ALIPAY = """\
#支付宝账务明细查询
#账号:[33050161700000001234]
#起始日期:[2025年10月11日 00:00:00]   终止日期:[2025年10月12日 00:00:00]
账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注
2025101100001\t,1001\t,A1\t,电费\t,2025-10-11 09:00:00,138****0001,120.00,,1120.00,支付宝,在线支付,
2025101100002\t,1002\t,A2\t,服务费\t,2025-10-11 09:00:01,,,-0.72,1119.28,支付宝,收费,
#-----------------------------账务明细列表结束-----------------------------
#支出合计:1笔,共-0.72元
"""
WECHAT = """\
记账时间,微信支付业务单号,资金流水单号,业务名称,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,业务凭证号
`2025-10-11 09:00:00,`4200001,`1000001,`交易,`收入,`120.00,`1120.00,`system,`JK20251010001
`2025-10-11 09:00:01,`4200001,`1000002,`手续费,`支出,`0.72,`1119.28,`system,`JK20251010001
"""


@pytest.mark.parametrize(
    ("data", "layout"),
    [
        (ALIPAY.encode("gb18030"), "alipay_fund"),
        (WECHAT.encode("utf-8-sig"), "wechat_fund"),
    ],
)
def test_what_moves_on_the_account_at_a_platform_is_a_statement(
    place: Company, data: bytes, layout: str
) -> None:
    taken = take(data, account_number=NUMBER)

    assert (taken.layout, taken.taken, taken.rejects, taken.findings) == (layout, 2, [], [])
    assert amounts() == [-72, 120_00]


def test_a_refused_line_of_a_message_comes_back_as_its_own_words(place: Company) -> None:
    take(MT940)
    wrong = take(MT940.replace("120,00", "121,00").replace("1099,50", "1100,50"))

    assert [reject.cells for reject in wrong.rejects if "B1" in reject.cells[0]] == [
        ["2025-10-11 121.00 余杭电力用户 JK20251010001 现金缴存 JK20251010001 B1"]
    ]
    assert 121_00 not in amounts()


def test_a_table_still_goes_the_ordinary_way(place: Company) -> None:
    assert take((HEAD + line("1.00", "1001.00", "a", "9")).encode("gb18030"), "a.csv").taken == 1
