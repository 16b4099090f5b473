"""`onebook close`: the checklist, two signatures with passwords, the lock, reasons when refused."""

import os
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from onebook.books import services as books
from onebook.infra import clock
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.receivable import reads as receivable
from tests import debts as builders
from tests.debts import Company, Debt

if TYPE_CHECKING:
    from tests.conftest import OwnDatabase

PASSWORD = "copper-kettle-19"
SEPTEMBER, DUE = Month(2026, 9), date(2026, 9, 30)


@pytest.fixture
def company(own_database: "OwnDatabase") -> Company:
    made = builders.company()
    for person in (made.marketing, made.finance):
        org.set_password(person, PASSWORD, by=person)
    account = builders.account("1", made.east)
    builders.owe([Debt(account, 5000, SEPTEMBER, DUE)], effective_on=DUE, org_unit_id=made.root)
    clock.fix(date(2026, 10, 3))
    return made


def close(
    database: "OwnDatabase", *arguments: str, password: str = PASSWORD, month: str = "2026-09"
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "onebook", "close", "--month", month, *arguments],
        env={**database.env, "ONEBOOK_PASSWORD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=os.environ["PYTHONPATH"],
    )


def test_two_signatures_close_the_month(company: Company, own_database: "OwnDatabase") -> None:
    shown = close(own_database)
    assert shown.returncode == 0, shown.stderr
    assert "✓ 两部门账务一致" in shown.stdout
    assert "第 1 版,已签:无" in shown.stdout

    wrong = close(own_database, "--sign", "finance", "--as", "finance", password="no")
    nobody = close(own_database, "--sign", "finance")
    other = close(own_database, "--sign", "finance", "--as", "marketing")
    assert [one.returncode for one in (wrong, nobody, other)] == [1, 1, 1]
    assert "用户名或密码不对" in wrong.stderr
    assert "无权在全公司办理此事(代表财务签字)" in other.stderr

    first = close(own_database, "--sign", "finance", "--as", "finance")
    assert first.returncode == 0, first.stderr
    assert "已签:财务" in first.stdout
    assert "2026-09 已关账" not in first.stdout
    assert receivable.snapshots() == []
    second = close(own_database, "--sign", "marketing", "--as", "marketing")
    assert second.returncode == 0, second.stderr
    assert "2026-09 已关账" in second.stdout
    assert close(own_database).stdout.strip() == "2026-09 已关账"
    (kept,) = receivable.snapshots()
    assert (kept.as_of, kept.remaining_fen) == (date(2026, 9, 30), receivable.owed(kept.as_of))


def test_a_difference_blocks_the_close_and_is_named(
    company: Company, own_database: "OwnDatabase"
) -> None:
    journal = int(books.allot_journals(1)[0])
    row = books.JournalRow(journal, "plug", "opening", 100, company.east, DUE)
    books.post([row], [books.summed(journal, company.east, [(4, 77), (13, -77)])])
    refused = close(own_database, "--sign", "finance", "--as", "finance")
    assert refused.returncode == 1
    assert "✗ 两部门账务一致  1 项不符,差额共 0.77 元:应收电费余额 城东 -0.77" in refused.stdout
    assert "2026-09 不能关账" in refused.stderr
    assert own_database.onebook("verify").returncode == 1


def test_an_empty_month_is_refused_without_a_single_mark(
    company: Company, own_database: "OwnDatabase"
) -> None:
    refused = close(own_database, month="2026-01")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "2026-01" in refused.stderr
    assert "- 银行明细已对账  无可核对" in close(own_database).stdout
    with own_database.connect("app") as asked:
        assert asked.execute("SELECT month FROM finance_form").fetchall() == [(SEPTEMBER.first,)]
