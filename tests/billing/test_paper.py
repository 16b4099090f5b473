"""Bills on paper: what a page says of residents and of 工商业, and a month as a PDF."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from onebook.billing import jobs
from onebook.billing import reads as billing
from onebook.customer.rules import Category
from onebook.hub.errors import NothingToPrint
from onebook.hub.jobs import printing
from onebook.hub.reads import paper
from onebook.infra import clock
from onebook.infra.errors import ChromiumMissing
from onebook.kernel.periods import Month
from onebook.org import services as org
from onebook.org.errors import NotAllowed
from onebook.org.models import Person
from onebook.org.services import SYSTEM
from onebook.receivable import jobs as receivable
from tests.billing.towns import PASSWORD, Town, found_town

JAN, FEB = Month(2026, 1), Month(2026, 2)
TODAY = date(2026, 3, 2)


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """A home and a shop with the bills of January and February."""
    with clock.on(TODAY):
        town = found_town()
        town.account("0001")
        town.account("0002", category=Category.COMMERCIAL, tariff_code="zj-business-single-lv")
        for month, usages in (
            (JAN, {"0001": 100, "0002": 500}),
            (FEB, {"0001": 200, "0002": 1000}),
        ):
            town.read(str(month), usages)
            jobs.verify(month, person_id=SYSTEM)
            receivable.issue(month, month.first.replace(day=26), person_id=SYSTEM)
        yield town


def printed(town: Town, number: str) -> paper.Paper:
    bill = billing.bills_of_account(town.accounts[number])[0]
    (one,) = paper.papers([bill.pk], TODAY)
    return one


def test_a_shops_bill_has_the_five_parts_that_add_up_to_it(town: Town) -> None:
    one = printed(town, "0002")
    assert [part.mark for part in one.parts] == ["①", "②", "③", "④", "⑤"]
    assert sum(part.amount_fen for part in one.parts) == one.bill["total_fen"]
    assert one.tiers == []
    assert [line["name_zh"] for line in one.parts[4].lines] == [
        "国家重大水利工程建设基金", "大中型水库移民后期扶持基金", "可再生能源电价附加"
    ]  # fmt: skip


def test_a_homes_bill_says_its_tiers_arrears_and_the_months_before(town: Town) -> None:
    one = printed(town, "0001")
    assert one.parts == []
    assert one.bill["total_fen"] == one.this_fen == 10760
    assert (one.arrears_fen, one.prepaid_fen, one.to_pay_fen) == (5380, 0, 16140)
    assert one.year_usage_e4 == 300 * 10_000
    assert [(tier["lower_e4"], tier["upper_e4"]) for tier in one.tiers] == [
        (2760 * 10_000, 4800 * 10_000), (4800 * 10_000, None)
    ]  # fmt: skip
    assert len(one.bars) == 13
    assert [(bar.label, bar.kwh, bar.height) for bar in one.bars[-3:]] == [
        ("25-12", "", 0), ("26-01", "100", 130), ("26-02", "200", 260)
    ]  # fmt: skip
    assert (one.before_e4, one.year_before_e4, one.average_e4) == (100 * 10_000, None, 5380)


def test_the_page_shows_the_bill_to_who_may_read_the_book(town: Town) -> None:
    bill = billing.bills_of_account(town.accounts["0002"])[0]
    client = Client()
    client.force_login(Person.objects.get(pk=town.biller_id))
    page = client.get(f"/bills/{bill.pk}/paper").content.decode()
    for text in ("① 上网购电电费", "⑤ 政府性基金及附加", "缴费截止日", "千分之二", "2026-03-18"):
        assert text in page


@pytest.mark.chromium
@pytest.mark.cjk_fonts
def test_a_month_becomes_one_pdf_with_a_page_a_bill(town: Town, tmp_path: Path) -> None:
    done = printing.print_bills(FEB, tmp_path / "feb.pdf", as_of=TODAY, person_id=town.biller_id)
    assert (done.bills, done.files) == (2, [tmp_path / "feb.pdf"])
    content = done.files[0].read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 2
    assert b"NotoSansCJK" in content


def test_nothing_is_printed_without_right_bills_or_chromium(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEBOOK_CHROMIUM", "chromium")
    path = tmp_path / "none.pdf"
    with pytest.raises(NothingToPrint):
        printing.print_bills(Month(2027, 1), path, as_of=TODAY, person_id=SYSTEM)
    with pytest.raises(NotAllowed):
        reader = org.create_person("zhao", "赵敏", PASSWORD, by=SYSTEM)
        printing.print_bills(FEB, path, as_of=TODAY, person_id=reader.pk)
    monkeypatch.delenv("ONEBOOK_CHROMIUM")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ChromiumMissing):
        printing.print_bills(FEB, path, as_of=TODAY, person_id=SYSTEM)
    assert not path.exists()
